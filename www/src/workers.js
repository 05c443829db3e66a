// @ts-check
/**
 * Alone makes workers: commands go out, events come in. A worker that broke is thrown away with all
 * that it might still say; what becomes of its run is decided in the state.
 */

/**
 * @param {(event: import('./protocol.js').Event | { type: 'fault', message: string }) => void} receive
 */
export function createWorkers(receive) {
  /** @type {Worker | null} */
  let worker = null;

  function replace() {
    worker?.terminate();
    const made = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker = made;
    made.addEventListener('message', ({ data }) => {
      if (made === worker) receive(data);
    });
    /** @param {string} message */
    const fault = (message) => {
      if (made !== worker) return;
      made.terminate();
      worker = null;
      receive({ type: 'fault', message });
    };
    made.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that could not be fetched has no message of its own.
      fault(event.message || 'Its script could not be fetched.');
    });
    made.addEventListener('messageerror', () => fault('A message of it could not be read.'));
  }

  return {
    replace,
    /** @param {import('./protocol.js').Command} command */
    send(command) {
      worker?.postMessage(command);
    },
  };
}
