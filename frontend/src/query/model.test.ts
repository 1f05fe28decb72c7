import { CoreApp } from '@grafana/data';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, queryVersion } from '../generated/catalogue';
import { sample } from '../testing/sample';
import {
  defaultQuery,
  findType,
  isComplete,
  isOften,
  offered,
  purposeOf,
  shownParams,
  texts,
  variableQuery,
  withParam,
  withType,
  type Purpose,
  type Query,
} from './model';

const query = (queryType: string, params: Query['params'] = {}): Query => ({ refId: 'A', queryType, params });

function type(id: string) {
  const found = findType(sample, id);
  if (!found) {
    throw new Error(id);
  }
  return found;
}

describe('switching the query type', () => {
  it('keeps the parameters that the other one takes, too', () => {
    const asked = query('things', { clusters: ['prod, 1'], namespaces: ['flux'], limit: 5 });
    expect(withType(asked, type('thing-counts'), sample)).toEqual({
      refId: 'A',
      queryType: 'thing-counts',
      version: queryVersion,
      params: { clusters: ['prod, 1'], limit: 5 },
    });
  });

  it('keeps of a choice what is among the other’s choices, and variables', () => {
    const asked = query('metric', { metric: 'duration', groupBy: ['kind', 'cluster', '$by'], quantile: '0.9' });
    expect(withType(asked, type('thing-counts'), sample).params).toEqual({ groupBy: ['cluster', '$by'] });
    const back = query('thing-counts', { groupBy: ['state'], format: 'long' });
    expect(withType(back, type('metric'), sample).params).toEqual({});
  });

  it('brings back the metric of a query that was of another type meanwhile', () => {
    const metric = query('metric', { metric: 'duration', groupBy: ['kind'], quantile: '0.9', clusters: ['a'] });
    const remembered = { metric: metric.params ?? {} };
    const between = withType(metric, type('things'), sample, {});
    expect(between.params).toEqual({ clusters: ['a'] });
    expect(withType(between, type('metric'), sample, remembered).params).toEqual(metric.params);
    // A filter that was changed or removed in between stays as it is now.
    expect(withType({ ...between, params: { clusters: ['b'] } }, type('metric'), sample, remembered).params).toEqual({
      ...metric.params,
      clusters: ['b'],
    });
    expect(withType({ ...between, params: {} }, type('metric'), sample, remembered).params).toEqual({
      metric: 'duration',
      groupBy: ['kind'],
      quantile: '0.9',
    });
    // A parameter of the same name that can't hold the value doesn't lose it.
    const counts = query('thing-counts', { groupBy: ['state'] });
    expect(withType(counts, type('metric'), sample, remembered).params?.groupBy).toEqual(['kind']);
  });
});

describe('changing a parameter', () => {
  it('saves the version, and no defaults', () => {
    const asked = query('things', { clusters: ['a'] });
    expect(withParam(asked, 'clusters', undefined, sample)).toEqual({ ...asked, version: queryVersion, params: {} });
    expect(withParam(asked, 'limit', 7, sample).params).toEqual({ clusters: ['a'], limit: 7 });
  });

  it('drops what another metric doesn’t take', () => {
    const asked = query('metric', { metric: 'duration', groupBy: ['kind'], quantile: '0.9', instant: true });
    expect(withParam(asked, 'metric', 'up', sample).params).toEqual({ metric: 'up', instant: true });
  });
});

it('shows what the metric takes', () => {
  const names = (params: Query['params']) => shownParams(sample, type('metric'), params ?? {}).map(({ name }) => name);
  expect(names({})).toEqual(['metric', 'instant', 'clusters']);
  expect(names({ metric: 'up' })).toEqual(['metric', 'instant', 'clusters']);
  expect(names({ metric: 'duration' })).toEqual(['metric', 'groupBy', 'quantile', 'instant', 'clusters']);
});

describe('what is offered', () => {
  it('is what makes sense there', () => {
    const ids = (purpose: Purpose) => offered(sample, purpose).map(({ id }) => id);
    expect(ids('panel')).toEqual(['things', 'thing-counts', 'metric']);
    expect(ids('alert')).toEqual(['thing-counts', 'metric']);
    expect(ids('annotation')).toEqual(['things']);
    expect(ids('variable')).toEqual(['values']);
  });

  it.each<Purpose>(['panel', 'alert', 'annotation', 'variable'])(
    'a new %s query is complete and offered',
    (purpose) => {
      const asked = defaultQuery(purpose);
      expect(isComplete(asked)).toBe(true);
      expect(offered(catalogue, purpose)).toContain(findType(catalogue, asked.queryType));
    },
  );

  it('the query of a new panel is one that its visualisation can draw', () => {
    const asked = (plugin: string | undefined, hasMetrics = false) =>
      defaultQuery('panel', { plugin, hasMetrics }).queryType;
    expect(asked(undefined)).toBe('configurations');
    expect(asked('table')).toBe('configurations');
    for (const plugin of ['stat', 'gauge', 'bargauge', 'piechart', 'barchart']) {
      expect(asked(plugin)).toBe('configuration-counts');
    }
    expect(asked('timeseries')).toBe('configuration-counts');
    expect(asked('timeseries', true)).toBe('metric');
    expect(isComplete(defaultQuery('panel', { plugin: 'timeseries', hasMetrics: true }))).toBe(true);
  });

  it('folds away what is seldom wanted, never what makes the query', () => {
    for (const queryType of catalogue.queryTypes) {
      for (const param of queryType.params) {
        if (param.control.type !== 'values' && param.name !== 'limit') {
          expect(isOften(queryType, param)).toBe(true);
        }
      }
    }
    const folded = findType(catalogue, 'configurations')?.params.filter((param) => !isOften(type('things'), param));
    expect(folded?.map(({ name }) => name)).toContain('repositories');
  });

  it('knows alert rules by Grafana’s name for them', () => {
    expect(purposeOf(CoreApp.UnifiedAlerting)).toBe('alert');
    expect(purposeOf(CoreApp.Explore)).toBe('panel');
    expect(purposeOf(undefined)).toBe('panel');
  });
});

it('a query in the making is not asked', () => {
  expect(isComplete(query('metric'), sample)).toBe(false);
  expect(isComplete(query('metric', { metric: 'up' }), sample)).toBe(true);
  expect(isComplete(query(''), sample)).toBe(false);
  expect(isComplete({}, sample)).toBe(false);
  // Of a newer plugin: the backend says so.
  expect(isComplete(query('rollouts'), sample)).toBe(true);
});

it('a variable starts as the clusters, whatever was there before', () => {
  const clusters = { refId: 'variable', queryType: 'values', version: queryVersion, params: { dimension: 'cluster' } };
  expect(variableQuery('')).toEqual(clusters);
  expect(variableQuery(undefined)).toEqual(clusters);
  expect(variableQuery({ refId: 'x', queryType: 'configurations' })).toEqual({ ...clusters, refId: 'x' });
  const kinds = query('values', { dimension: 'kind' });
  expect(variableQuery(kinds)).toEqual(kinds);
});

it('lists come in every form', () => {
  expect(texts(['a', 'b'])).toEqual(['a', 'b']);
  expect(texts('a,b')).toEqual(['a,b']);
  expect(texts('')).toEqual([]);
  expect(texts(undefined)).toEqual([]);
});

describe('queries saved in the past', () => {
  const folder = resolve('../tests/fixtures/saved-queries');
  const saved = readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Query[]);

  it.each(saved.map((query) => [query.queryType, query]))('%s keeps all its parameters in the editor', (_, query) => {
    const known = findType(catalogue, query.queryType);
    expect(known && withType(query, known, catalogue).params).toEqual(query.params ?? {});
    expect(isComplete(query)).toBe(true);
  });
});
