import { describe, expect, it } from 'vitest';
import { hasVariable, sameValue } from './spelling';

describe('values are the same', () => {
  it.each([
    ['cluster', 'Prod-1', 'prod-1 '],
    ['cluster', '/subscriptions/s/resourceGroups/g/providers/p/managedClusters/prod-1', 'PROD-1'],
    ['commit', 'main@sha1:0123456789abcdef', '0123456'],
    ['commit', '0123456789', '0123456789ABCDEF'],
    ['namespace', 'flux', 'flux'],
  ])('%s: %s and %s', (dimension, one, other) => {
    expect(sameValue(dimension, one, other)).toBe(true);
    expect(sameValue(dimension, other, one)).toBe(true);
  });

  it.each([
    ['cluster', 'prod-1', 'prod-10'],
    ['cluster', 'a/prod-1', 'prod-1'],
    ['namespace', '/x/flux', 'flux'],
    ['commit', '012345', '0123456'],
    ['commit', '0123456', '0123457'],
    ['commit', 'main', 'main2'],
    ['repository', 'https://a/0123456', 'https://b/0123456'],
  ])('not %s: %s and %s', (dimension, one, other) => {
    expect(sameValue(dimension, one, other)).toBe(false);
    expect(sameValue(dimension, other, one)).toBe(false);
  });
});

it('variables are found in every form', () => {
  expect(['$a', '${a}', 'x-[[a]]', 'plain'].map(hasVariable)).toEqual([true, true, true, false]);
});
