import { getBackendSrv } from '@grafana/runtime';
import * as React from 'react';
import { useId, useState } from 'react';
import { Labelled } from '../components/Labelled';
import { MultiChoice } from '../components/MultiChoice';
import { options, reason } from '../components/suggestions';
import { useStable } from '../components/useStable';
import type { ValueOption } from '../generated/types';
import { managementGroupsProblem, subscriptionsProblem } from './checks';
import type { Editing } from './editing';
import { Section } from './fields';

interface Props {
  editing: Editing;
  /** Of the data source. */
  uid: string;
}

/** The part of Azure that the data source reads. */
export function Scope({ editing, uid }: Props) {
  const subscriptionsId = useId();
  const groupsId = useId();
  const [hint, setHint] = useState<string>();
  const { readOnly, settings } = editing;
  const subscriptions = settings.subscriptions ?? [];
  const groups = settings.managementGroups ?? [];
  const chosen = (list: string[]) => list.map((value) => ({ value, label: value }));
  const suggest = useStable(async (typed: string) => {
    try {
      const path = `/api/datasources/uid/${encodeURIComponent(uid)}/resources/values/subscription`;
      const found = await getBackendSrv().post<ValueOption[]>(path, {}, { showErrorAlert: false });
      setHint(undefined);
      return options(found, [], typed);
    } catch (error) {
      // The backend knows the saved settings only: a new data source has none.
      setHint(`Subscriptions are suggested after "Save & test" has succeeded. Until then: ${reason(error)}`);
      return [];
    }
  });
  return (
    <Section
      title="Scope"
      about="Optional. With both lists empty, the data source reads everything that the identity can see."
    >
      <Labelled
        id={subscriptionsId}
        label="Subscriptions"
        help="Ids of subscriptions. After the settings are saved, subscriptions with Flux are suggested."
        error={subscriptionsProblem(subscriptions)}
        warning={hint}
        testId="subscriptions"
      >
        <MultiChoice
          id={subscriptionsId}
          freeText
          placeholder="All"
          options={suggest}
          value={chosen(subscriptions)}
          disabled={readOnly}
          onChange={(list) => editing.change({ subscriptions: list.map((text) => text.trim()) })}
        />
      </Labelled>
      <Labelled
        id={groupsId}
        label="Management groups"
        help="Ids (names) of management groups."
        error={managementGroupsProblem(groups)}
        testId="management-groups"
      >
        <MultiChoice
          id={groupsId}
          freeText
          placeholder="All"
          options={[]}
          value={chosen(groups)}
          disabled={readOnly}
          onChange={(list) => editing.change({ managementGroups: list.map((text) => text.trim()) })}
        />
      </Labelled>
    </Section>
  );
}
