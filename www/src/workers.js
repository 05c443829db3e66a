// @ts-check
/**
 * Alone makes workers: commands go out, events come in. A worker that broke is thrown away with all
 * that it might still say; what becomes of its run is decided in the state.
 */

/** @typedef {{ runId: number, members: number, text: import('./protocol.js').TextSource }} Muster */

/** @param {(MessagePort | null)[]} ports */
const wires = (ports) => ports.flatMap((port) => port ?? []);

/**
 * @param {(event: import('./protocol.js').Event | import('./protocol.js').LadderEvent
 *   | { type: 'fault', message: string }) => void} receive
 */
export function createWorkers(receive) {
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Worker | null} */
  let ladderWorker = null;
  /** Those that share the steps of a run. @type {Worker[]} */
  let helpers = [];

  function replace() {
    endHelpers();
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

  function endHelpers() {
    for (const helper of helpers) helper.terminate();
    helpers = [];
  }

  /** Makes helpers for a run, with a wire between every two of the team. @param {Muster} muster */
  function muster({ runId, members, text }) {
    endHelpers();
    /** @type {(MessagePort | null)[][]} */
    const ports = Array.from({ length: members }, () => Array(members).fill(null));
    for (let one = 0; one < members; one += 1) {
      for (let other = one + 1; other < members; other += 1) {
        const { port1, port2 } = new MessageChannel();
        /** @type {(MessagePort | null)[]} */ (ports[one])[other] = port1;
        /** @type {(MessagePort | null)[]} */ (ports[other])[one] = port2;
      }
    }
    const [leader = [], ...others] = ports;
    for (const [at, own] of others.entries()) {
      const made = new Worker(new URL('./helper.js', import.meta.url), { type: 'module' });
      /** @param {string} why */
      const lose = (why) => {
        if (helpers.includes(made)) worker?.postMessage({ type: 'disband', runId, why });
      };
      made.addEventListener('error', (event) => {
        event.preventDefault();
        lose(event.message || 'Its script could not be fetched.');
      });
      made.addEventListener('messageerror', () => lose('A message could not be read.'));
      /** @type {import('./protocol.js').Enrolment} */
      const enrolment = { member: at + 1, ports: own, text };
      made.postMessage(enrolment, wires(own));
      helpers.push(made);
    }
    worker?.postMessage({ type: 'team', runId, ports: leader }, wires(leader));
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
    muster,
    /** The run's steps are shared no more. @param {{ runId: number }} team */
    dismiss({ runId }) {
      worker?.postMessage({ type: 'disband', runId, why: '' });
      endHelpers();
    },
    /** Ends them all, with what they hold. */
    end() {
      worker?.terminate();
      worker = null;
      endHelpers();
      stopLadder();
    },
    /** @param {import('./protocol.js').Command} command */
    send(command) {
      worker?.postMessage(command);
    },
  };
}
