import {
  ConstantVariable,
  CustomVariable,
  EmbeddedScene,
  LocalValueVariable,
  SceneCanvasText,
  sceneGraph,
  SceneVariableSet,
  TextBoxVariable,
  type SceneVariable,
} from '@grafana/scenes';
import { describe, expect, it } from 'vitest';
import { expand, interpolate, type Replace } from './interpolate';

/** Names that a comma, a quote or a brace would tear apart. */
const ODD = ['a,b', '{c}', 'with "quotes"', "it's", 'back\\slash', 'per%cent', '$dollar'];

/** Replaces variables as Grafana's dashboards do. */
function dashboard(variables: SceneVariable[], repeated: SceneVariable[] = []): Replace {
  const panel = new SceneCanvasText({
    text: '',
    $variables: repeated.length > 0 ? new SceneVariableSet({ variables: repeated }) : undefined,
  });
  // A panel sees its own variables first, then those around it.
  new EmbeddedScene({ $variables: new SceneVariableSet({ variables }), body: panel });
  return (text, format) => sceneGraph.interpolate(panel, text, undefined, format);
}

function choice(name: string, value: string | string[], more: Record<string, unknown> = {}): CustomVariable {
  return new CustomVariable({ name, isMulti: Array.isArray(value), value, text: value, query: '', ...more });
}

describe('with the variables of Grafana’s dashboards', () => {
  it('a multi-value variable arrives as the list of its values, whatever is in them', () => {
    const replace = dashboard([choice('cluster', ODD)]);
    for (const reference of ['$cluster', '${cluster}', '[[cluster]]']) {
      expect(interpolate({ clusters: [reference] }, replace)).toEqual({ clusters: ODD });
    }
    expect(interpolate({ clusters: '$cluster' }, replace)).toEqual({ clusters: ODD });
  });

  it('"All" is every value there is, and with none of them no restriction', () => {
    const options = ODD.map((value) => ({ value, label: value }));
    const all = { includeAll: true, options };
    const replace = dashboard([
      choice('cluster', ['$__all'], all),
      choice('none', ['$__all'], { ...all, options: [] }),
    ]);
    expect(interpolate({ clusters: ['$cluster'], kinds: ['$none', 'Bucket'] }, replace)).toEqual({
      clusters: ODD,
      kinds: [],
    });
  });

  it('a custom "all" value is no restriction: it names nothing', () => {
    const replace = dashboard([choice('cluster', ['$__all'], { includeAll: true, allValue: '.*' })]);
    expect(interpolate({ clusters: ['$cluster', 'prod-1'], format: '$cluster' }, replace)).toEqual({
      clusters: [],
      format: '',
    });
  });

  it('a repeated panel has its own value', () => {
    const replace = dashboard(
      [choice('cluster', ODD)],
      [new LocalValueVariable({ name: 'cluster', value: 'a,b', text: 'A' })],
    );
    expect(interpolate({ clusters: ['$cluster'] }, replace)).toEqual({ clusters: ['a,b'] });
  });

  it('text boxes and constants are single values', () => {
    const replace = dashboard([
      new TextBoxVariable({ name: 'text', value: 'x, y' }),
      new TextBoxVariable({ name: 'empty', value: '' }),
      new ConstantVariable({ name: 'fixed', value: 'prod' }),
    ]);
    expect(interpolate({ clusters: ['$text', '$empty', '${fixed}-1'], limit: '$fixed' }, replace)).toEqual({
      clusters: ['x, y', '', 'prod-1'],
      limit: 'prod',
    });
  });

  it('a format that the user chose is kept', () => {
    const replace = dashboard([choice('cluster', ['a', 'b'])]);
    expect(interpolate({ clusters: ['${cluster:csv}'] }, replace)).toEqual({ clusters: ['a,b'] });
  });

  it('a variable that there isn’t stays as it was written', () => {
    expect(interpolate({ clusters: ['$missing', 'a$b'] }, dashboard([]))).toEqual({ clusters: ['$missing', 'a$b'] });
  });
});

describe('expand', () => {
  const values: Record<string, unknown> = { one: ['a', 'b'], two: ['x', 'y'], number: 7, all: '$__all' };
  const replace: Replace = (text, format) =>
    text.replace(/\$(\w+)/g, (all, name: string) => (name in values ? format(values[name]) : all));

  it('makes every combination of the variables in a text', () => {
    expect(expand('$one-$two!', replace)).toEqual(['a-x!', 'a-y!', 'b-x!', 'b-y!']);
    expect(expand('n$number', replace)).toEqual(['n7']);
  });

  it('takes the value of "All" as no restriction', () => {
    expect(expand('$all', replace)).toBe('all');
  });

  it('leaves texts without variables alone', () => {
    expect(expand('{a,b}', () => 'never asked')).toEqual(['{a,b}']);
  });
});

it('numbers, switches and choices stay as they are', () => {
  const params = { limit: 5, instant: true, format: 'long', clusters: [] };
  expect(interpolate(params, (text) => text)).toEqual(params);
});
