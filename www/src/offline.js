// @ts-check
/** The page without a network, and its next version: what it asks of its service worker. */

/** @param {() => void} onNewVersion another version is there, and waits */
export function createOffline(onNewVersion) {
  /** @type {ServiceWorker | null} */
  let waiting = null;

  /** @param {ServiceWorkerRegistration} registration */
  function look(registration) {
    // Without a controller it is the first version that is there, and nothing to be told of.
    if (registration.waiting === null || navigator.serviceWorker.controller === null) return;
    if (registration.waiting === waiting) return;
    waiting = registration.waiting;
    onNewVersion();
  }

  async function register() {
    const registration = await navigator.serviceWorker.register('./sw.js', { scope: './' });
    look(registration);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => look(registration));
    });
  }

  // The development server's files change under its feet; only a page that was built can be kept.
  const works = import.meta.env.PROD && 'serviceWorker' in navigator;
  if (works) {
    // After the page is there: it would take the network from what the page needs first.
    addEventListener('load', () => {
      // A browser that forbids it has a page that needs the network, as any other.
      register().catch(() => {});
    });
  }

  return {
    /** Makes room for the new version, and comes back as it. */
    takeVersion() {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
      waiting?.postMessage('take over');
    },
  };
}
