import { Combobox, RadioButtonGroup, Switch } from '@grafana/ui';
import * as React from 'react';
import { NO_LABELS, texts } from '../../query/model';
import { Labelled, labelId } from '../Labelled';
import { MultiChoice } from '../MultiChoice';
import type { ControlProps } from './props';

/** More radio buttons don't fit into one line. */
const MOST_RADIO_BUTTONS = 3;

/** Several dimensions, in the order in which they were chosen. */
export function Dimensions({ id, param, control, value, onChange }: ControlProps<'dimensions'>) {
  const { choices } = control;
  const label = (name: string) => choices.find((choice) => choice.value === name)?.label ?? name;
  return (
    <Labelled id={id} label={param.label} help={param.help} testId={`param-${param.name}`}>
      <MultiChoice
        id={id}
        placeholder={choices[0]?.label ?? ''}
        options={choices.map((choice) => ({ ...choice }))}
        value={texts(value).map((name) => ({ value: name, label: label(name) }))}
        onChange={(names) => onChange(names.length > 0 ? names : undefined)}
      />
    </Labelled>
  );
}

/** Labels of the metric; "no label" is a choice, too. */
export function Labels({ id, param, value, onChange, asked }: ControlProps<'labels'>) {
  const names = asked.metric?.groupBy ?? [];
  const label = (name: string) => (name === NO_LABELS ? 'None: one series' : name);
  const defaults = asked.metric?.defaultGroupBy ?? [];
  const chosen = texts(value);
  const change = (now: string[]) => {
    const alone = now.includes(NO_LABELS) && !chosen.includes(NO_LABELS);
    const kept = alone ? [NO_LABELS] : now.filter((name) => name !== NO_LABELS || now.length === 1);
    onChange(kept.length > 0 ? kept : undefined);
  };
  return (
    <Labelled id={id} label={param.label} help={param.help} testId={`param-${param.name}`}>
      <MultiChoice
        id={id}
        placeholder={defaults.length > 0 ? defaults.join(', ') : label(NO_LABELS)}
        options={[...names, NO_LABELS].map((name) => ({ value: name, label: label(name) }))}
        value={chosen.map((name) => ({ value: name, label: label(name) }))}
        onChange={change}
      />
    </Labelled>
  );
}

/** One dimension; there is no default. */
export function Dimension({ id, param, control, value, onChange }: ControlProps<'dimension'>) {
  return (
    <Labelled id={id} label={param.label} help={param.help} testId={`param-${param.name}`}>
      <Combobox
        id={id}
        aria-labelledby={labelId(id)}
        placeholder="Choose"
        options={control.choices.map((choice) => ({ ...choice }))}
        value={texts(value)[0] ?? null}
        onChange={(choice) => onChange(choice.value)}
      />
    </Labelled>
  );
}

/** One of some values; the first is the default and isn't saved. */
export function OneOf({ id, param, control, value, onChange }: ControlProps<'oneOf'>) {
  const { choices } = control;
  const chosen = texts(value)[0] ?? choices[0]?.value ?? '';
  const change = (now: string) => onChange(now === choices[0]?.value ? undefined : now);
  const group = choices.length <= MOST_RADIO_BUTTONS;
  return (
    <Labelled id={id} label={param.label} help={param.help} group={group} testId={`param-${param.name}`}>
      {group ? (
        <div>
          <RadioButtonGroup
            id={id}
            aria-label={param.label}
            options={choices.map((choice) => ({ ...choice }))}
            value={chosen}
            onChange={change}
          />
        </div>
      ) : (
        <Combobox
          id={id}
          aria-labelledby={labelId(id)}
          options={choices.map((choice) => ({ ...choice }))}
          value={chosen}
          onChange={(choice) => change(choice.value)}
        />
      )}
    </Labelled>
  );
}

/** Yes or no; no is the default and isn't saved. */
export function Toggle({ id, param, value, onChange }: ControlProps<'switch'>) {
  return (
    <Labelled id={id} label={param.label} help={param.help} testId={`param-${param.name}`}>
      <Switch
        id={id}
        value={value === true}
        onChange={(event) => onChange(event.currentTarget.checked ? true : undefined)}
      />
    </Labelled>
  );
}
