import { getValueFormats } from '@grafana/data';
import { Combobox } from '@grafana/ui';
import * as React from 'react';
import { Labelled, labelId } from '../Labelled';
import type { ControlProps } from './props';

/** One metric of the catalogue, with what it measures and its unit. */
export function Metric({ id, param, value, onChange, asked }: ControlProps<'metric'>) {
  const { metrics } = asked.catalogue;
  return (
    <Labelled id={id} label={param.label} help={param.help} testId={`param-${param.name}`}>
      <Combobox
        id={id}
        aria-labelledby={labelId(id)}
        placeholder="Choose a metric"
        options={metrics.map((metric) => ({
          value: metric.id,
          label: metric.title,
          description: describe(metric.description, metric.unit),
          group: metric.group,
        }))}
        value={typeof value === 'string' ? value : null}
        onChange={(metric) => onChange(metric.value)}
      />
    </Labelled>
  );
}

function describe(description: string, unit: string): string {
  const name = unitName(unit);
  return name ? `${description} In ${name}.` : description;
}

/** What Grafana calls a unit: `s` is "seconds (s)". */
export function unitName(id: string): string {
  for (const category of getValueFormats()) {
    const unit = category.submenu.find((unit) => unit.value === id);
    if (unit?.text) {
      return id === 'short' || id === 'none' ? '' : unit.text.toLowerCase();
    }
  }
  return id;
}
