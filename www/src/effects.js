// @ts-check
/**
 * What a happening makes the page do: commands to the worker, and the few things outside of it.
 * Pure, like the state it reads; main.js carries out what is decided here.
 */

import { downloadEffects } from './download-effects.js';
import { keepingEffects } from './keeping-effects.js';
import { teamOf } from './state/cores.js';
import { fileName } from './state/downloads.js';
import { addressOf, linkOf } from './state/link.js';
import { BOX_CHARACTERS, PREVIEW_CHARACTERS } from './state/text.js';
import { voiceOf } from './state/voice.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./protocol.js').Command} Command
 *
 * @typedef {Command
 *   | { type: 'replaceWorker' }
 *   | { type: 'takeVersion' }
 *   | { type: 'dismiss', runId: number }
 *   | { type: 'muster', runId: number, members: number, text: import('./protocol.js').TextSource }
 *   | { type: 'measureLadder', requestId: number, source: import('./protocol.js').TextSource }
 *   | { type: 'stopLadder' }
 *   | { type: 'fetchSample', requestId: number, sample: string }
 *   | { type: 'showVoice' }
 *   | { type: 'showAddress', fragment: string }
 *   | { type: 'copyLink', fragment: string }
 *   | { type: 'handVoice', fileName: string, name: string,
 *       about: import('./voice-file/fill.js').About, weights: ArrayBuffer }
 *   | { type: 'hand', fileName: string, weights: ArrayBuffer | Blob }} Effect
 *   `hand`: give a file to the person; `showVoice`: bring what is written into the window
 */

/**
 * @typedef {{ [K in import('./state.js').Happening['type']]?:
 *   (before: State, event: Extract<import('./state.js').Happening, { type: K }>, after: State)
 *     => Effect[] }} Deciders
 */

/** @param {State} state @returns {Effect[]} */
const tellVoice = (state) =>
  state.run === null ? [] : [{ type: 'voice', runId: state.run.id, voice: voiceOf(state) }];

/** The text that loaded weights would meet. @param {State} state */
const textInBox = ({ text }) => (text.source.content === '' ? null : text.source);

/** @param {State} state @returns {Effect[]} */
function readArrival({ arrival }) {
  if (arrival?.source == null) return [];
  const { requestId, source } = arrival;
  return [
    {
      type: 'read',
      requestId,
      source,
      previewCharacters: PREVIEW_CHARACTERS,
      wholeUpTo: BOX_CHARACTERS,
    },
  ];
}

/** The run of the state goes on from its snapshot. @param {State} state @returns {Effect[]} */
function restore(state) {
  const { run } = state;
  if (run === null || run.phase !== 'restoring' || run.snapshot === null || run.text === null) {
    return [];
  }
  const { id, snapshot, text, trainsAfterRestore, kept } = run;
  return [
    {
      type: 'restore',
      runId: id,
      weights: snapshot.weights,
      trainedMs: snapshot.trainedMs,
      text,
      voice: voiceOf(state),
      training: trainsAfterRestore,
      kept,
    },
  ];
}

/** @param {State} _before @param {unknown} _event @param {State} after @returns {Effect[]} */
function revive(_before, _event, after) {
  return after.engine === 'loading' ? [{ type: 'replaceWorker' }, ...restore(after)] : [];
}

/** @type {Deciders} */
const DECIDERS = {
  ...keepingEffects,
  ...downloadEffects,

  train(before, _event, after) {
    const { run } = after;
    if (run === null || run === before.run || run.text === null) return [];
    const { id, config, text } = run;
    const voice = voiceOf(after);
    return [{ type: 'start', runId: id, config, text, voice }, { type: 'showVoice' }];
  },

  pause(before, _event, after) {
    if (after.run === null || after.run === before.run) return [];
    return [{ type: 'pause', runId: after.run.id }, ...tellVoice(after)];
  },

  resume(before, _event, after) {
    if (after.run === null || after.run === before.run) return [];
    const { id, text } = after.run;
    return [...tellVoice(after), { type: 'resume', runId: id, text, unknown: null }];
  },

  answerSymbols(before, { unknown }, after) {
    if (after.run === null || after.run === before.run) return [];
    const { id, text } = after.run;
    return [...tellVoice(after), { type: 'resume', runId: id, text, unknown }];
  },

  reset({ run, loading }, _event, { aside }) {
    /** @type {Effect[]} */
    const effects = [];
    if (run !== null && aside !== null) {
      effects.push({ type: 'save', runId: run.id, requestId: aside.requestId });
    }
    if (run !== null) effects.push({ type: 'drop', runId: run.id });
    if (loading !== null) effects.push({ type: 'drop', runId: loading.runId });
    return effects;
  },

  undo(before, _event, after) {
    /** @type {Effect[]} */
    const effects = [];
    if (before.aside === null || after.aside !== null) return effects;
    if (before.run !== null) effects.push({ type: 'drop', runId: before.run.id });
    const { loading } = after;
    const { snapshot } = before.aside;
    if (loading === null || snapshot === null) return [...effects, ...restore(after)];
    const voice = { ...voiceOf(after), on: true };
    const { runId } = loading;
    const { weights } = snapshot;
    return [...effects, { type: 'load', runId, weights, text: textInBox(after), voice }];
  },

  edit: (before, _event, after) =>
    after.arrival === null || after.arrival === before.arrival ? [] : readArrival(after),

  openText: (_before, _event, after) => readArrival(after),

  chooseEncoding: (before, _event, after) =>
    after.arrival === before.arrival ? [] : readArrival(after),

  chooseSample(before, { sample }, after) {
    if (after.arrival === null || after.arrival === before.arrival) return [];
    return [{ type: 'fetchSample', requestId: after.arrival.requestId, sample }];
  },

  openLink(before, _event, after) {
    const { arrival } = after;
    if (arrival === null || arrival === before.arrival || arrival.sample === null) return [];
    return [{ type: 'fetchSample', requestId: arrival.requestId, sample: arrival.sample }];
  },

  copyLink(_before, _event, after) {
    const fragment = linkOf(after);
    return fragment === null ? [] : [{ type: 'copyLink', fragment }];
  },

  openWeights(before, { file }, after) {
    const { run, loading } = after;
    if (loading === null || loading === before.loading) return [];
    /** @type {Effect[]} */
    const effects = [];
    if (run !== null && run.phase !== 'starting' && run.phase !== 'restoring') {
      // The run may be replaced in a moment: its weights as they are now can bring it back.
      effects.push({ type: 'save', runId: run.id, requestId: loading.requestId });
    }
    const voice = { ...voiceOf(after), on: true };
    const { runId } = loading;
    return [...effects, { type: 'load', runId, weights: file, text: textInBox(after), voice }];
  },

  commitField({ tuning }, { field }, after) {
    const value = after.tuning[field];
    if (after.run === null || value === undefined || value === tuning[field]) return [];
    return [{ type: 'tune', runId: after.run.id, tuning: { [field]: value } }];
  },

  setVoice: (_before, _event, after) => tellVoice(after),

  diverged: (_before, { stopped }, after) => (stopped ? tellVoice(after) : []),

  symbols: (_before, _event, after) => tellVoice(after),

  download(before, _event, after) {
    const { run } = after;
    if (run === null) return [];
    if (run.download !== null && run.download !== before.run?.download) {
      return [{ type: 'save', runId: run.id, requestId: run.download }];
    }
    // With no worker to ask, the last snapshot is what there is.
    if (run.snapshot === null || after.engine === 'ready') return [];
    const { step, weights } = run.snapshot;
    return [{ type: 'hand', fileName: fileName(run, step, 'safetensors'), weights }];
  },

  saved({ run }, { requestId, step, weights }) {
    if (run === null || run.download !== requestId) return [];
    return [{ type: 'hand', fileName: fileName(run, step, 'safetensors'), weights }];
  },

  handOver: (_before, { fileName, content }) => [{ type: 'hand', fileName, weights: content }],

  failed: (before, event, after) => (event.fatal ? revive(before, event, after) : []),
  fault: revive,
  retry: revive,
};

/**
 * What follows from how things stand now, whichever way they came to.
 * @param {State} before @param {State} after @returns {Effect[]}
 */
function follow(before, after) {
  /** @type {Effect[]} */
  const effects = [];
  const { survey, probe } = after;
  if (survey !== null && survey !== before.survey) effects.push({ type: 'survey', ...survey });
  if (probe !== null && probe !== before.probe) {
    const { requestId, config, symbols } = probe;
    effects.push({ type: 'probe', requestId, config, symbols });
  }
  const slices = /** @type {const} */ (['fields', 'text', 'summary', 'touched', 'opened']);
  const changed =
    slices.some((slice) => before[slice] !== after[slice]) ||
    before.run?.asked !== after.run?.asked ||
    before.run?.report?.textHash !== after.run?.report?.textHash;
  const fragment = changed ? addressOf(after) : null;
  if (fragment !== null && fragment !== addressOf(before)) {
    effects.push({ type: 'showAddress', fragment });
  }
  return [
    ...effects,
    ...followTeam(teamOf(before), teamOf(after)),
    ...followLadder(before.ladder, after.ladder),
  ];
}

/** @param {ReturnType<typeof teamOf>} before @param {ReturnType<typeof teamOf>} after @returns {Effect[]} */
function followTeam(before, after) {
  if (before?.runId === after?.runId) return [];
  return [
    ...(before === null ? [] : [{ type: /** @type {const} */ ('dismiss'), runId: before.runId }]),
    ...(after === null ? [] : [{ type: /** @type {const} */ ('muster'), ...after }]),
  ];
}

/** @param {State['ladder']} before @param {State['ladder']} after @returns {Effect[]} */
function followLadder(before, after) {
  const { phase, requestId, source } = after;
  if (phase === 'measuring' && requestId !== before.requestId && source !== null) {
    return [{ type: 'measureLadder', requestId, source }];
  }
  const stops = before.phase === 'measuring' && (phase === 'none' || phase === 'stopped');
  return stops ? [{ type: 'stopLadder' }] : [];
}

/**
 * @param {State} before @param {import('./state.js').Happening} event @param {State} after
 * @returns {Effect[]}
 */
export function effects(before, event, after) {
  const decide =
    /** @type {((b: State, e: import('./state.js').Happening, a: State) => Effect[]) | undefined} */ (
      DECIDERS[event.type]
    );
  return [...(decide ? decide(before, event, after) : []), ...follow(before, after)];
}
