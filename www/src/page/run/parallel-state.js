/** Several workers for one run: whether the person wants them, whether they are possible, how fast they are. */

import { shardsFor } from './shards.js';

/** @import { TextSource } from '../../shared/protocol.js' */
/** @import { Answer, Effect, Handlers, Run, State } from '../state.js' */

/**
 * @typedef {object} Cores
 * @property {boolean} on all cores may train
 * @property {boolean} asked somebody switched that, or it is so by itself
 * @property {number} count how many the browser reports
 * @property {string | null} cut the number of shards that "Use all cores" has set, and sets back when it is switched off
 * @property {Extract<import('../../shared/protocol.js').Event, { type: 'parallel' }> | null} result what came of the last try
 */

/** @type {Cores} */
export const ONE_WORKER = { on: false, asked: false, count: 1, cut: null, result: null };

/** How many times as fast as one worker they must be, to be worth their heat: where nobody asked, where somebody did. */
const WORTHWHILE = { byItself: 1.3, asked: 1.1 };

/** Every worker holds the gradients of every shard. */
const MOST_BYTES = 2 ** 28;

/** Whether the gradients of all shards are too much to hold. @param {Run} run */
const isTooLarge = ({ report, config }) =>
  (report?.parameters ?? 0) * 4 * config.shards > MOST_BYTES;

/**
 * The workers that the run should have by now, or null.
 * @param {State} state
 * @returns {{ runId: number, workers: number, text: TextSource, worthwhile: number } | null}
 */
export function parallelOf({ cores, run, engine }) {
  const { on, asked, count, result } = cores;
  if (!on || engine !== 'ready' || run?.report == null || run.text === null) return null;
  if (run.phase === 'starting' || run.phase === 'restoring' || isTooLarge(run)) return null;
  if (result !== null && result.runId === run.id && result.why !== null) return null;
  const workers = Math.min(count, run.config.shards);
  const worthwhile = asked ? WORTHWHILE.asked : WORTHWHILE.byItself;
  return workers < 2 ? null : { runId: run.id, workers, text: run.text, worthwhile };
}

/**
 * Gathers the workers that a run should have, and lets those of another one go.
 * @param {State} before @param {State} state @returns {Answer}
 */
export function withWorkers(before, state) {
  const [old, wanted] = [parallelOf(before), parallelOf(state)];
  if (old?.runId === wanted?.runId) return state;
  /** @type {Effect[]} */
  const effects = [];
  if (old !== null) effects.push({ type: 'stopWorkers', runId: old.runId });
  if (wanted !== null) effects.push({ type: 'startWorkers', ...wanted });
  return [state, effects];
}

/** Describes it in a sentence. @param {State} state */
export function coresNote(state) {
  const { cores, run } = state;
  if (cores.count < 2) return 'This browser reports one core.';
  if (!cores.on) return '';
  if (run === null) {
    const shards = Number(state.fields.shards);
    if (!(shards > 1)) return 'One shard means one worker. Choose more shards.';
    return `Every step is cut into ${shards} shards, for ${Math.min(cores.count, shards)} workers.`;
  }
  if (run.config.shards < 2) {
    return 'The steps of this run are not cut into shards, so one worker trains. A new run will be cut.';
  }
  if (isTooLarge(run))
    return 'This network is too large to be held by several workers; one trains.';
  const { result } = cores;
  if (result === null || result.runId !== run.id) {
    return 'Other workers are getting ready. One trains until they have shown that they are faster.';
  }
  if (result.why === 'lost') {
    return `A helping worker stopped (${result.message}). One trains on; nothing was lost.`;
  }
  const times = (result.speedUp ?? 1).toFixed(1);
  return result.why === 'slow'
    ? `${result.workers} workers are ${times} times as fast as one here. That is not worth their heat, so one trains.`
    : `${result.workers} workers train ${times} times as fast as one.`;
}

/**
 * Cuts the steps of the next run for the cores and the batch, unless somebody has chosen the shards.
 * @param {State} _before @param {State} state @returns {State}
 */
export function withShards(_before, state) {
  const { cores, fields, run } = state;
  if (run !== null || fields.shards !== (cores.cut ?? '1')) return state;
  const cut = cores.on ? String(shardsFor(cores, Number(fields.batchSize))) : null;
  const shards = cut ?? '1';
  if (shards === fields.shards) return state;
  return { ...state, cores: { ...cores, cut }, fields: { ...fields, shards } };
}

/** @type {Handlers} */
export const cores = {
  /** Where there are several they are used, until somebody switches them off. */
  countCores: (state, { count }) => ({ ...state, cores: { ...state.cores, count, on: count > 1 } }),

  useAllCores(state, { on }) {
    const cut = state.fields.shards === '1' ? null : state.cores.cut;
    return { ...state, cores: { ...state.cores, on, asked: true, cut, result: null } };
  },

  parallel(state, event) {
    // They may have been stopped while they answered.
    return state.cores.on ? { ...state, cores: { ...state.cores, result: event } } : state;
  },
};
