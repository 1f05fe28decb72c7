import { useCallback, useEffect, useRef } from 'react';

/** A function that stays the same at every rendering and calls the latest `act`. Grafana's lists debounce by its identity. */
export function useStable<A extends unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  const last = useRef(act);
  useEffect(() => {
    last.current = act;
  });
  return useCallback((...args: A) => last.current(...args), []);
}
