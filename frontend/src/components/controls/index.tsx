import * as React from 'react';
import type { ComponentType } from 'react';
import { Dimension, Dimensions, Labels, OneOf, Toggle } from './Choices';
import { Metric } from './Metric';
import type { ControlProps, Kind } from './props';
import { Values } from './Values';
import { WholeNumber } from './WholeNumber';

/** A kind without a control is a type error here. */
const CONTROLS: { [K in Kind]: ComponentType<ControlProps<K>> } = {
  values: Values,
  dimensions: Dimensions,
  dimension: Dimension,
  oneOf: OneOf,
  number: WholeNumber,
  metric: Metric,
  labels: Labels,
  switch: Toggle,
};

/** The control of a parameter. */
export function Control(props: Omit<ControlProps, 'control'>) {
  const { control } = props.param;
  // The kind chooses both; TypeScript can't follow that through the table.
  const Chosen = CONTROLS[control.type] as ComponentType<ControlProps>;
  return <Chosen {...props} control={control} />;
}
