import * as React from 'react';
import { useEffect, useState } from 'react';
import type { ValueOption } from '../../generated/types';
import { texts } from '../../query/model';
import { hasVariable, sameValue } from '../../query/spelling';
import { Labelled } from '../Labelled';
import { MultiChoice } from '../MultiChoice';
import { allValues, options, reason, suggestedValues } from '../suggestions';
import { useStable } from '../useStable';
import type { ControlProps } from './props';

/** Lists as long as this one may be truncated, so a value that isn't in them may exist all the same. */
const COMPLETE_BELOW = 10_000;

/** A filter: any number of values, chosen or typed. */
export function Values({ id, param, control, value, onChange, asked }: ControlProps<'values'>) {
  /** Everything that there is, for names in the place of ids and for values that don't exist. */
  const [all, setAll] = useState<ValueOption[]>([]);
  const [offered, setOffered] = useState<ValueOption[]>([]);
  const [error, setError] = useState<string>();
  const chosen = texts(value);
  const { dimension } = control;
  const { source } = asked;

  const load = useStable(async (typed: string) => {
    try {
      const values = await suggestedValues(dimension, param, asked);
      setOffered(values);
      setError(undefined);
      return options(values, asked.variables, typed);
    } catch (cause) {
      setError(`No suggestions: ${reason(cause)}`);
      return options([], asked.variables, typed);
    }
  });

  // States come and go: one that nothing is in now is no mistake.
  const canMiss = dimension !== 'complianceState';
  const wanted = canMiss && chosen.some((text) => !hasVariable(text));
  useEffect(() => {
    let shown = true;
    if (wanted) {
      // Without an answer, texts are shown as they were saved and none is marked.
      allValues(dimension, source).then(
        (values) => shown && setAll(values),
        () => undefined,
      );
    }
    return () => {
      shown = false;
    };
  }, [dimension, source, wanted]);

  const find = (text: string) =>
    [...all, ...offered].find((option) =>
      [option.value, option.text].some((spelling) => sameValue(dimension, spelling, text)),
    );
  const isMarked = all.length > 0 && all.length < COMPLETE_BELOW;
  const missing = isMarked ? chosen.filter((text) => !hasVariable(text) && !find(text)) : [];
  return (
    <Labelled
      id={id}
      label={param.label}
      help={param.help}
      error={error}
      warning={missing.length > 0 ? `Not there now: ${missing.join(', ')}` : undefined}
      testId={`param-${param.name}`}
    >
      <MultiChoice
        id={id}
        freeText
        placeholder="All"
        options={load}
        value={chosen.map((text) => ({
          value: text,
          label: all.find((option) => option.value === text)?.text ?? text,
        }))}
        resolve={(typed) =>
          offered.find(({ text, value: known }) =>
            [text, known].some((name) => name.toLowerCase() === typed.toLowerCase()),
          )?.value
        }
        onChange={(values) => onChange(values.length > 0 ? values : undefined)}
      />
    </Labelled>
  );
}
