import { expect, it } from 'vitest';
import { catalogue } from '../generated/catalogue';
import { sample } from '../testing/sample';
import type { Params } from './model';
import { sentence } from './sentence';

const say = (queryType: string, params: Params = {}) => sentence({ refId: 'A', queryType, params }, sample);

it('says what is asked', () => {
  expect(say('things')).toBe('Things, in the whole fleet.');
  expect(say('things', { clusters: ['a, b', 'b', 'c', 'd', 'e'], namespaces: ['$ns'], limit: 5 })).toBe(
    'Things, only clusters “a, b”, b, c or 2 more, only namespaces $ns; row limit: 5.',
  );
  expect(say('thing-counts')).toBe('Thing counts by state, in the whole fleet.');
  expect(say('thing-counts', { groupBy: ['cluster', 'region'], format: 'long', clusters: ['a'] })).toBe(
    'Thing counts by cluster and region, only clusters a; format: Rows.',
  );
  expect(say('metric')).toBe('Metric, in the whole fleet.');
  expect(say('metric', { metric: 'duration', quantile: '0.9', instant: true })).toBe(
    'Reconcile duration by kind, in the whole fleet; quantile: 0.9; instant.',
  );
  expect(say('metric', { metric: 'duration', groupBy: ['none'], clusters: ['a'] })).toBe(
    'Reconcile duration as one series, only clusters a.',
  );
  expect(say('values', { dimension: 'cluster' })).toBe('Values of cluster, in the whole fleet.');
});

it('says what it does not know', () => {
  expect(say('rollouts')).toContain('“rollouts” is not known');
  expect(say('')).toBe('No query type is chosen.');
});

it('has words for every query type of the catalogue', () => {
  for (const { id, title, params } of catalogue.queryTypes) {
    const words = sentence({ refId: 'A', queryType: id }, catalogue);
    const filters = params.some(({ control }) => control.type === 'values');
    expect(words).toMatch(filters ? /^[A-Z].*, in the whole fleet\.$/ : /^[A-Z].*\.$/);
    expect(words.startsWith(title) || id === 'metric').toBe(true);
  }
});
