import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);
configure({
  // A busy machine is no failure.
  asyncUtilTimeout: 10_000,
  // Nothing is there and hidden, and to find that out takes jsdom most of the time.
  defaultHidden: true,
  // What was looked for is enough; the whole page isn't readable anyway.
  getElementError: (message) => new Error(message?.split('\n')[0]),
});

// What jsdom lacks: sizes, which virtual lists ask for, and text on a canvas, which inputs are measured with.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { get: () => 600 },
  clientWidth: { get: () => 600 },
  offsetHeight: { get: () => 600 },
  offsetWidth: { get: () => 600 },
});
Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 600, 600);
HTMLElement.prototype.scrollTo = () => undefined;
HTMLCanvasElement.prototype.getContext = (() => ({
  measureText: (text: string) => ({ width: text.length * 8 }),
})) as unknown as typeof HTMLCanvasElement.prototype.getContext;
globalThis.ResizeObserver = class {
  observe() {
    // Nothing is resized.
  }
  unobserve() {
    // Nothing is resized.
  }
  disconnect() {
    // Nothing is resized.
  }
};
globalThis.IntersectionObserver = class {
  readonly root = null;
  readonly rootMargin = '';
  readonly scrollMargin = '';
  readonly thresholds = [];
  observe() {
    // Nothing is scrolled.
  }
  unobserve() {
    // Nothing is scrolled.
  }
  disconnect() {
    // Nothing is scrolled.
  }
  takeRecords() {
    return [];
  }
};
window.matchMedia = (query) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;
