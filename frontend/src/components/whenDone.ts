import type { KeyboardEvent } from 'react';

/** What an input needs to call `done` when its text is finished: on Enter, or when it is left. */
export function whenDone(done: () => void) {
  return {
    onBlur: done,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') {
        done();
      }
    },
  };
}
