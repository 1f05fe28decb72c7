import { Input } from '@grafana/ui';
import * as React from 'react';
import { Labelled } from '../Labelled';
import { useDraft } from '../useDraft';
import { whenDone } from '../whenDone';
import type { ControlProps } from './props';

type Props = Pick<ControlProps<'number'>, 'id' | 'param' | 'control' | 'value' | 'onChange'> & {
  /** What else is wrong with it. */
  error?: string | undefined;
  disabled?: boolean;
};

/** A whole number within bounds; empty is the default. Taken over when it is done: on Enter, or when left. */
export function WholeNumber({ id, param, control, value, onChange, error, disabled }: Props) {
  const saved = value === undefined ? '' : String(value);
  const [text, setText] = useDraft(saved);

  const { min, max } = control;
  const number = Number(text);
  const wrong = text.trim() !== '' && !(Number.isInteger(number) && number >= min && number <= max);
  const done = () => {
    if (!wrong && text !== saved) {
      onChange(text.trim() === '' ? undefined : number);
    }
  };
  return (
    <Labelled
      id={id}
      label={param.label}
      help={param.help}
      error={wrong ? `A whole number from ${String(min)} to ${String(max)}.` : error}
      testId={`param-${param.name}`}
    >
      <Input
        id={id}
        inputMode="numeric"
        value={text}
        placeholder={String(control.default)}
        disabled={disabled}
        invalid={wrong || error !== undefined}
        onChange={(event) => setText(event.currentTarget.value)}
        {...whenDone(done)}
      />
    </Labelled>
  );
}
