import { Input } from '@grafana/ui';
import * as React from 'react';
import { Labelled } from '../Labelled';
import { useDraft } from '../useDraft';
import { whenDone } from '../whenDone';
import type { ControlProps } from './props';

type Props = Pick<ControlProps<'number'>, 'id' | 'param' | 'control' | 'value' | 'onChange'> & {
  /** Another problem with the number. */
  error?: string | undefined;
  disabled?: boolean;
  /**
   * Whether a text that is no such number is handed on, for the backend to refuse: settings are saved by a button that
   * would otherwise report success for what it left out.
   */
  handOnWrong?: boolean;
};

/** A whole number within bounds; empty is the default. Taken on Enter and when the field is left. */
export function WholeNumber({ id, param, control, value, onChange, error, disabled, handOnWrong = false }: Props) {
  const saved = value === undefined ? '' : String(value);
  const [text, setText] = useDraft(saved);

  const { min, max } = control;
  const typed = text.trim();
  const number = Number(typed);
  const isWhole = Number.isInteger(number);
  const wrong = typed !== '' && !(isWhole && number >= min && number <= max);
  const bounds = `A whole number from ${String(min)} to ${String(max)}.`;
  const kept = handOnWrong ? '' : ` The query still uses ${saved === '' ? String(control.default) : saved}.`;
  const done = () => {
    if (typed !== saved && (!wrong || handOnWrong)) {
      onChange(typed === '' ? undefined : isWhole ? number : typed);
    }
  };
  return (
    <Labelled
      id={id}
      label={param.label}
      help={param.help}
      error={wrong ? `${bounds}${kept}` : error}
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
