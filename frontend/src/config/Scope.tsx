import { getBackendSrv } from '@grafana/runtime';
import * as React from 'react';
import { useId } from 'react';
import { Labelled } from '../components/Labelled';
import { MultiChoice } from '../components/MultiChoice';
import { options } from '../components/suggestions';
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

/** Which part of Azure is looked at. */
export function Scope({ editing, uid }: Props) {
  const subscriptionsId = useId();
  const groupsId = useId();
  const { readOnly, settings } = editing;
  const subscriptions = settings.subscriptions ?? [];
  const groups = settings.managementGroups ?? [];
  const chosen = (list: string[]) => list.map((value) => ({ value, label: value }));
  const suggest = useStable(async (typed: string) => {
    try {
      const path = `/api/datasources/uid/${encodeURIComponent(uid)}/resources/values/subscription`;
      return options(await getBackendSrv().post<ValueOption[]>(path, {}, { showErrorAlert: false }), [], typed);
    } catch {
      // Before it is saved for the first time there is nobody to ask.
      return [];
    }
  });
  return (
    <Section title="Scope" about="With both empty, everything that the identity sees.">
      <Labelled
        id={subscriptionsId}
        label="Subscriptions"
        help="Ids of subscriptions. Once the data source was saved, those with Flux are suggested."
        error={subscriptionsProblem(subscriptions)}
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
