/** Keeps the page for use without a network, and finds its next version, with a service worker. */

import { scriptAt } from './trusted.js';

/** @import { Observer } from '../state.js' */

/** @param {() => void} onNewVersion another version is there, and waits */
export function createOffline(onNewVersion) {
  /** @type {ServiceWorker | null} */
  let waiting = null;

  /** @param {ServiceWorkerRegistration} registration */
  function look(registration) {
    // Without a controller this is the first version, and no news.
    if (registration.waiting === null || navigator.serviceWorker.controller === null) return;
    if (registration.waiting === waiting) return;
    waiting = registration.waiting;
    onNewVersion();
  }

  async function register() {
    const registration = await navigator.serviceWorker.register(scriptAt('./sw.js'), {
      scope: './',
    });
    look(registration);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => look(registration));
    });
  }

  // The development server's files change under its feet; only a page that was built can be kept.
  let waits = import.meta.env.PROD && 'serviceWorker' in navigator;

  return {
    /**
     * Keeps the page once all is there that the first step of a run needs: before that, it would take the
     * network from it.
     * @type {Observer}
     */
    observe(_before, _event, { engine, text, touched, arrival }) {
      const hasText = arrival === null && (touched || text.source.content !== '');
      if (!waits || engine === 'loading' || !hasText) return;
      waits = false;
      // In a browser that forbids it the page needs the network.
      register().catch(() => {});
    },
    /** Loads the page again as the new version. */
    takeVersion() {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
      waiting?.postMessage('take over');
    },
  };
}
