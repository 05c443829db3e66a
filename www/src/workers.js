// @ts-check
/**
 * Alone makes workers: commands go out, events come in. A worker that broke is thrown away with all
 * that it might still say; what becomes of its run is decided in the state.
 */

/**
 * @param {(event: import('./protocol.js').Event | import('./protocol.js').LadderEvent
 *   | { type: 'fault', message: string }) => void} receive
 */
export function createWorkers(receive) {
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Worker | null} */
  let ladderWorker = null;

  function replace() {
    worker?.terminate();
    const made = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker = made;
    made.addEventListener('message', ({ data }) => {
      if (made !== worker) return;
      receive(data);
      if (data.type === 'progress') made.postMessage({ type: 'heard', runId: data.runId });
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

  function stopLadder() {
    ladderWorker?.terminate();
    ladderWorker = null;
  }

  /** @param {import('./protocol.js').LadderCommand} command */
  function measureLadder(command) {
    stopLadder();
    const made = new Worker(new URL('./ladder/worker.js', import.meta.url), { type: 'module' });
    ladderWorker = made;
    /** @param {import('./protocol.js').LadderEvent} event */
    const tell = (event) => {
      if (made !== ladderWorker) return;
      if (event.type === 'ladderFailed' || event.ladder.part === 1) stopLadder();
      receive(event);
    };
    const { requestId } = command;
    made.addEventListener('message', ({ data }) => tell(data));
    made.addEventListener('error', (event) => {
      event.preventDefault();
      tell({ type: 'ladderFailed', requestId, message: event.message });
    });
    made.postMessage(command);
  }

  return {
    replace,
    measureLadder,
    stopLadder,
    /** Ends them all, with what they hold. */
    end() {
      worker?.terminate();
      worker = null;
      stopLadder();
    },
    /** @param {import('./protocol.js').Command} command */
    send(command) {
      worker?.postMessage(command);
    },
  };
}
