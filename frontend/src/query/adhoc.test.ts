import { describe, expect, it } from 'vitest';
import { catalogue } from '../generated/catalogue';
import type { CatalogueType } from '../generated/types';
import { adHocKeys, asPassing, dimensionOf, isApplicable, valuesFilters, wantedValues, withWanted } from './adhoc';
import { findType, type Params } from './model';

const is = (key: string, value: string) => ({ key, operator: '=', value });
const oneOf = (key: string, values: string[]) => ({ key, operator: '=|', value: values[0] ?? '', values });

function type(id: string): CatalogueType {
  const found = findType(catalogue, id);
  if (!found) {
    throw new Error(id);
  }
  return found;
}

const filtered = (queryType: string, params: Params, ...filters: ReturnType<typeof is>[]) =>
  withWanted(catalogue, type(queryType), params, wantedValues(catalogue, filters));

it('offers the dimensions that queries filter by', () => {
  const keys = adHocKeys(catalogue);
  expect(keys).toContainEqual({ text: 'Cluster', value: 'cluster' });
  expect(keys).toContainEqual({ text: 'Repository', value: 'repository' });
  expect(new Set(keys.map(({ value }) => value)).size).toBe(keys.length);
  expect(keys.map(({ value }) => value)).not.toContain('region');
});

it.each([
  ['cluster', 'cluster'],
  ['Cluster', 'cluster'],
  ['clusterId', 'cluster'],
  ['subscriptionId', 'subscription'],
  ['Compliance state', 'complianceState'],
  ['complianceState', 'complianceState'],
  ['repositoryUrl', 'repository'],
  ['sourceSyncedCommitId', 'commit'],
  ['Last synced commit', 'commit'],
  ['name', 'name'],
  ['configurationId', undefined],
  ['message', undefined],
])('takes what a table calls its field: %s is %s', (key, dimension) => {
  expect(dimensionOf(catalogue, key)).toBe(dimension);
});

describe('filters become parameters', () => {
  it('where the query has none', () => {
    expect(filtered('configurations', {}, is('cluster', 'a'), is('Compliance state', 'Pending'))).toEqual({
      params: { clusters: ['a'], complianceStates: ['Pending'] },
      unused: [],
    });
    expect(filtered('configurations', { limit: 5 }, oneOf('cluster', ['a', 'b'])).params).toEqual({
      limit: 5,
      clusters: ['a', 'b'],
    });
  });

  it('and let through only what the query lets through as well', () => {
    const params = { clusters: ['a', 'b', 'c'] };
    expect(filtered('configurations', params, oneOf('cluster', ['B', 'c', 'd'])).params.clusters).toEqual(['b', 'c']);
    expect(
      filtered('configurations', params, is('cluster', 'b'), oneOf('cluster', ['a', 'b'])).params.clusters,
    ).toEqual(['b']);
    const id = '/subscriptions/s/resourceGroups/g/providers/p/managedClusters/a';
    expect(filtered('configurations', { clusters: [id] }, is('cluster', 'A')).params.clusters).toEqual([id]);
  });

  it('and no row passes when they have nothing in common: an empty list would show the whole fleet', () => {
    const { clusters } = filtered('configurations', { clusters: ['a'] }, is('cluster', 'b')).params;
    expect(clusters).toHaveLength(1);
    expect(String(clusters)).toBe('nothing: no cluster passes all filters');
    expect(filtered('configurations', {}, is('cluster', 'a'), is('cluster', 'b')).params.clusters).toHaveLength(1);
  });

  it('and are named where the query type has no such filter', () => {
    expect(filtered('configurations', {}, is('controller', 'x'), is('cluster', 'a'))).toEqual({
      params: { clusters: ['a'] },
      unused: ['Controller'],
    });
  });

  it('also of the list of values', () => {
    const wanted = wantedValues(catalogue, [is('cluster', 'a'), is('controller', 'x')]);
    expect(valuesFilters(catalogue, wanted)).toEqual({ clusters: ['a'] });
  });
});

it('what is filtered out becomes the list of what is left', () => {
  const out = { key: 'Cluster', operator: '!=', value: 'A' };
  expect(wantedValues(catalogue, [asPassing(catalogue, out, ['a', 'b', 'c'])])).toEqual(
    new Map([['cluster', ['b', 'c']]]),
  );
  const several = { key: 'cluster', operator: '!=|', value: 'a', values: ['a', 'b'] };
  expect(asPassing(catalogue, several, ['a', 'b', 'c']).values).toEqual(['c']);
  // An empty list would show the whole fleet.
  expect(asPassing(catalogue, several, ['a', 'b']).values).toEqual(['nothing: no cluster passes all filters']);
  expect(asPassing(catalogue, is('cluster', 'a'), [])).toEqual(is('cluster', 'a'));
});

describe('what can’t be applied is an error that says so', () => {
  it.each(['=~', '!~', '<', '<=', '>', '>='])('operator %s', (operator) => {
    const filter = { key: 'cluster', operator, value: 'a' };
    expect(() => wantedValues(catalogue, [filter])).toThrow(`“cluster ${operator} a” can't be applied`);
    expect(isApplicable(catalogue, filter)).toBe(false);
  });

  it('a key that no query filters by', () => {
    expect(() => wantedValues(catalogue, [is('message', 'x')])).toThrow(/“message” can't be applied.*Cluster/);
  });
});
