/**
 * Leaves the sentences about each setting out of the package's table: the page shows hints of its own, and the table
 * is in the page's script and in the worker's.
 * @returns {import('vite').Plugin}
 */
export function settings() {
  return {
    name: 'babble:settings',
    transform: {
      filter: { id: /\/pkg\/settings\.js$/ },
      handler(code) {
        const shorter = code.replace(/^ +"about": ".*",\n/gm, '');
        if (shorter === code) throw new Error('pkg/settings.js says nothing about its settings.');
        return { code: shorter, map: null };
      },
    },
  };
}
