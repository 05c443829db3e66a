// @ts-check
/** Keeps the screen on while a run trains and somebody can see it, where the browser can. */

/** @returns {{ watch(state: import('./state.js').State): void }} */
export function createWakeLock() {
  let wanted = false;
  /** @type {WakeLockSentinel | null} */
  let held = null;
  let asking = false;

  async function follow() {
    if (asking || !('wakeLock' in navigator)) return;
    const visible = document.visibilityState === 'visible';
    if (wanted && visible && held === null) {
      asking = true;
      try {
        const sentinel = await navigator.wakeLock.request('screen');
        held = sentinel;
        // The browser lets go of it by itself when the page is hidden.
        sentinel.addEventListener('release', () => {
          if (held === sentinel) held = null;
        });
      } catch {
        // A battery that runs low is reason enough.
        wanted = false;
      }
      asking = false;
      if (!wanted) follow();
    } else if (!wanted && held !== null) {
      const sentinel = held;
      held = null;
      await sentinel.release().catch(() => {});
    }
  }

  document.addEventListener('visibilitychange', follow);
  return {
    watch({ run }) {
      const wants = run?.phase === 'training';
      if (wants === wanted) return;
      wanted = wants;
      follow();
    },
  };
}
