// @ts-check
/** Several workers for one run: whether they are wished for, whether there can be any, how it goes. */

/**
 * @typedef {import('../state.js').State} State
 *
 * @typedef {object} Cores
 * @property {boolean} on somebody wants all cores to train
 * @property {number} count that there are, as far as the browser tells
 * @property {boolean} cut the wish has cut the steps into shards, which it takes back when it ends
 * @property {Extract<import('../protocol.js').Event, { type: 'team' }> | null} told how the last team did
 */

/** @type {Cores} */
export const ONE_WORKER = { on: false, count: 1, cut: false, told: null };

/** As many shards as a configuration allows, and more workers than help. */
const MOST = 16;
/** Every worker holds the gradients of every shard. */
const MOST_BYTES = 2 ** 28;

/** @param {Cores} cores */
const asShards = ({ count }) => String(Math.min(count, MOST));

/** Whether the gradients of all shards are too much to hold. @param {import('../state.js').Run} run */
const isTooLarge = ({ report, config }) =>
  (report?.parameters ?? 0) * 4 * config.shards > MOST_BYTES;

/**
 * The team that there should be by now, or null.
 * @param {State} state
 * @returns {{ runId: number, members: number, text: import('../protocol.js').TextSource } | null}
 */
export function teamOf({ cores, run, engine }) {
  const { on, count, told } = cores;
  if (!on || engine !== 'ready' || run?.report == null || run.text === null) return null;
  if (run.phase === 'starting' || run.phase === 'restoring' || isTooLarge(run)) return null;
  if (told !== null && told.runId === run.id && told.why !== null) return null;
  const members = Math.min(count, run.config.shards);
  return members < 2 ? null : { runId: run.id, members, text: run.text };
}

/** What is to be said of it. @param {State} state */
export function coresNote(state) {
  const { cores, run } = state;
  if (cores.count < 2) return 'This browser tells of one core only.';
  if (!cores.on) return '';
  if (run === null) {
    const shards = Number(state.fields.shards);
    if (!(shards > 1)) return 'One shard is one worker: choose more of them.';
    return `Every step is cut into ${shards} shards, for ${Math.min(cores.count, shards)} workers.`;
  }
  if (run.config.shards < 2) {
    return 'The steps of this run are not cut into shards, so one worker trains. A new run has them.';
  }
  if (isTooLarge(run))
    return 'This network is too large to be held by several workers; one trains.';
  const { told } = cores;
  if (told === null || told.runId !== run.id) {
    return 'Other workers get ready and show whether they are faster; one trains until then.';
  }
  if (told.why === 'lost') {
    return `A helping worker stopped (${told.message}). One trains on; nothing was lost.`;
  }
  const times = (told.speedUp ?? 1).toFixed(1);
  return told.why === 'slow'
    ? `${told.workers} workers are no faster here (${times} times as fast as one), so one trains.`
    : `${told.workers} workers train ${times} times as fast as one.`;
}

/** @type {import('../state.js').Handlers} */
export const cores = {
  countCores: (state, { count }) => ({ ...state, cores: { ...state.cores, count } }),

  useAllCores(state, { on }) {
    const next = { ...state.cores, on, told: null };
    if (state.run !== null || state.cores.on === on) return { ...state, cores: next };
    const { shards } = state.fields;
    const many = asShards(next);
    if (on && shards === '1') {
      return { ...state, cores: { ...next, cut: true }, fields: { ...state.fields, shards: many } };
    }
    if (!on && next.cut && shards === many) {
      return { ...state, cores: { ...next, cut: false }, fields: { ...state.fields, shards: '1' } };
    }
    return { ...state, cores: next };
  },

  team(state, event) {
    // It may have been dismissed while it spoke.
    return state.cores.on ? { ...state, cores: { ...state.cores, told: event } } : state;
  },
};
