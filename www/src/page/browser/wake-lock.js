/** Keeps the screen on while a run trains in a visible page, where the browser can. */

/** @import { Observer } from '../state.js' */

/** @returns {{ observe: Observer }} */
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
        // The browser releases it when the page is hidden.
        sentinel.addEventListener('release', () => {
          if (held === sentinel) held = null;
        });
      } catch {
        // A browser may refuse, for example when the battery is low.
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
    observe(_before, _event, { run }) {
      const wants = run?.phase === 'training';
      if (wants === wanted) return;
      wanted = wants;
      follow();
    },
  };
}
