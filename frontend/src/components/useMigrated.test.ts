import { renderHook, waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import type { Query } from '../query/model';
import { useMigrated } from './useMigrated';

const old: Query = { refId: 'A', queryType: 'things', params: { old: 'x' } };

it('an older query is migrated by the backend, then edited', async () => {
  const now: Query = { ...old, version: 2, params: { renamed: 'x' } };
  const onChange = vi.fn();
  const migrate = vi.fn(() => Promise.resolve(now));
  const { result, rerender } = renderHook(({ query }) => useMigrated(query, { migrate, onChange, current: 2 }), {
    initialProps: { query: old },
  });
  expect(result.current).toEqual({ ready: false, problem: undefined });
  await waitFor(() => expect(onChange).toHaveBeenCalledWith(now));
  rerender({ query: now });
  expect(result.current.ready).toBe(true);
  expect(migrate).toHaveBeenCalledTimes(1);
});

it('says why a query could not be migrated', async () => {
  const migrate = () => Promise.reject(new Error('gone'));
  const { result } = renderHook(() => useMigrated(old, { migrate, onChange: vi.fn(), current: 2 }));
  await waitFor(() => expect(result.current.problem).toContain('gone'));
  expect(result.current.ready).toBe(false);
});

it('a query of the current version is edited at once', () => {
  const migrate = vi.fn();
  const { result } = renderHook(() => useMigrated(old, { migrate, onChange: vi.fn(), current: 1 }));
  expect(result.current.ready).toBe(true);
  expect(migrate).not.toHaveBeenCalled();
});
