import type { KeyboardEvent } from 'react';

/** Props of an input that call `done` when the text is finished: on Enter, or when the input is left. */
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
