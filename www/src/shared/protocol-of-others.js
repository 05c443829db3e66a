/**
 * The messages to and from all workers but the training worker. Types alone, as in protocol.js.
 *
 * @typedef {import('./protocol.js').TextSource} TextSource
 */

/* ------------------------------------------------------------------ page -> another worker of a run */

/**
 * What a worker begins with that shares the steps of a run: its rank, the ports to all others, by their ranks, and
 * the text of the run. The worker of rank 0, the leader, tells it the rest.
 * @typedef {{ rank: number, ports: (MessagePort | null)[], text: TextSource }} JoinParallel
 */

/* ------------------------------------------------------------------ page <-> the worker of the baselines */

/**
 * What letter statistics of one kind reach on the held-out part of a text, in nats per character.
 * `ngram`: interpolated Kneser-Ney of that order. `gzip`: what packing the held-out part after the
 * training part adds.
 * @typedef {{ kind: 'ngram', order: number, loss: number } | { kind: 'gzip', loss: number }} Baseline
 *
 * @typedef {object} Baselines
 * @property {number} part of the work that is done, 1 when all is
 * @property {Baseline[]} known known so far, in the order of their kinds
 * @property {number} characters of the whole text
 * @property {number} symbols how many different ones it has
 * @property {number} counted training characters that the n-grams were counted in
 * @property {number} measured held-out characters that they were measured on
 *
 * @typedef {{ requestId: number, source: TextSource }} BaselinesCommand answered by `baselines` again and
 *   again, or by `baselinesFailed`; stopped by ending the worker
 * @typedef {{ type: 'baselines', requestId: number, baselines: Baselines }
 *   | { type: 'baselinesFailed', requestId: number, message: string }} BaselinesEvent
 */

/* ------------------------------------------------------------------ page -> a worker that checks a run, and back */

/** @typedef {{ file: Uint8Array, training: string }} CheckRun a run as a file, and the part of its text that it is trained on */

/**
 * @typedef {{ plan: import('../../../pkg/babble_inside.js').RunCheckPlan, done: number }
 *   | { plan: import('../../../pkg/babble_inside.js').RunCheckPlan, found: import('../../../pkg/babble_inside.js').TensorCheck[] }
 *   | { failed: string }} RunChecked `done`: so many weights have been nudged; at last what was `found`, or why nothing was
 */

export {};
