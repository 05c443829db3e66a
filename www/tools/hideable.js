/// <reference lib="dom" />

/**
 * In a page, before its scripts: `turn('hidden')` and `turn('visible')` make it believe that nobody sees
 * it, or that somebody does. Hidden, it draws no frames, as in a browser. No driver hides a tab: what
 * one opens stays visible, whatever is in front of it.
 */
export function makeHideable() {
  /** @type {FrameRequestCallback[]} */
  let waiting = [];
  let current = 'visible';
  const draw = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) =>
    // One that was asked for before may be due after.
    draw((time) => (current === 'hidden' ? waiting.push(callback) : callback(time)));
  Object.defineProperty(document, 'visibilityState', { get: () => current });
  Object.assign(globalThis, {
    turn(/** @type {'hidden' | 'visible'} */ state) {
      current = state;
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      if (current === 'hidden') return;
      for (const callback of waiting) draw(callback);
      waiting = [];
    },
  });
}
