import { useCallback, useEffect, useRef } from 'react';

/** The same function at every rendering, doing what the last one does: lists that load wait for typing to pause by it. */
export function useStable<A extends unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  const last = useRef(act);
  useEffect(() => {
    last.current = act;
  });
  return useCallback((...args: A) => last.current(...args), []);
}
