import * as React from 'react';
import { useEffect, useState } from 'react';
import type { ValueOption } from '../../generated/types';
import { texts } from '../../query/model';
import { Labelled } from '../Labelled';
import { MultiChoice } from '../MultiChoice';
import { options, reason, suggestedValues } from '../suggestions';
import { useStable } from '../useStable';
import type { ControlProps } from './props';

/** Subscriptions and clusters may be saved by ids that say nothing to people. */
const LOOKS_LIKE_AN_ID = /^(\/|[0-9a-f]{8}-)/i;

/** A filter: any number of values, chosen or typed. */
export function Values({ id, param, control, value, onChange, asked }: ControlProps<'values'>) {
  const [known, setKnown] = useState<ValueOption[]>([]);
  const [error, setError] = useState<string>();
  const chosen = texts(value);
  const { dimension } = control;

  const load = useStable(async (typed: string) => {
    try {
      const values = await suggestedValues(dimension, param, asked);
      setKnown(values);
      setError(undefined);
      return options(values, asked.variables, typed);
    } catch (cause) {
      setError(`No suggestions: ${reason(cause)}`);
      return options([], asked.variables, typed);
    }
  });

  const unnamed = chosen.some((text) => LOOKS_LIKE_AN_ID.test(text) && !known.some((option) => option.value === text));
  useEffect(() => {
    if (unnamed) {
      // Without names, the ids are shown.
      suggestedValues(dimension, param, asked).then(setKnown, () => undefined);
    }
    // Once is enough: a name that isn't found now won't be found by asking again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [dimension]);

  return (
    <Labelled id={id} label={param.label} help={param.help} error={error} testId={`param-${param.name}`}>
      <MultiChoice
        id={id}
        freeText
        placeholder="All"
        options={load}
        value={chosen.map((text) => ({
          value: text,
          label: known.find((option) => option.value === text)?.text ?? text,
        }))}
        onChange={(values) => onChange(values.length > 0 ? values : undefined)}
      />
    </Labelled>
  );
}
