// @ts-check
/** The life of a run: train, pause, resume. A click shows at once, the worker's answer settles it. */

import { FIELDS, fieldText, readConfig } from '../fields.js';
import { counted, loss, whole } from '../format.js';
import { say, withNotice } from './messages.js';
import { fieldsOf } from './settings.js';
import { withEmptySheet } from './voice.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Run} Run
 */

/** @param {number} id @param {Run['config']} config @returns {Run} */
export function newRun(id, config) {
  return {
    id,
    phase: 'starting',
    trainsAfterRestore: true,
    text: null,
    config,
    asked: config,
    report: null,
    weights: null,
    step: null,
    epoch: 0,
    loss: null,
    smoothedSteps: 0,
    heldOut: null,
    toldHeldOut: null,
    charactersPerSecond: null,
    charactersSeen: 0,
    trainedMs: 0,
    gradientNorm: null,
    learningRate: null,
    updateRatio: null,
    stage: null,
    snapshot: null,
    faults: 0,
    download: null,
    kept: null,
  };
}

/** @param {State} state @param {Partial<Run>} change @returns {State} */
export function changeRun(state, change) {
  return state.run === null ? state : { ...state, run: { ...state.run, ...change } };
}

/** @param {State} state @param {boolean} on @returns {State} */
export const withVoice = (state, on) => ({ ...state, voice: { ...state.voice, on } });

/**
 * Is a text in the box that can be learned? Its length is the worker's to judge, which counts and
 * normalises it; of an empty box there is nothing to send.
 * @param {State} state
 */
const hasText = (state) => state.text.kind === 'document' || state.text.shown !== '';

/** @param {State} state */
function emptyBox(state) {
  const least = state.limits?.textCharacters.min ?? 100;
  return say(
    `There is no text yet. Paste at least ${counted(least, 'character')}, open a file or choose a sample.`,
    'text',
  );
}

/**
 * What the person should know about the way the text was taken in.
 * @param {import('../protocol.js').RunReport} report @param {string} textName
 */
function startNotes(report, textName) {
  const notes = [];
  if (report.origin === 'weights') {
    notes.push(
      `${textName} is not the text these weights learned before. Training goes on from them with a fresh optimizer and counts its steps anew.`,
    );
  }
  if (report.origin === 'exact' && report.originStep > 0) {
    notes.push(
      `The same text as before: training goes on exactly where it was, at step ${whole(report.originStep)}.`,
    );
  }
  if (report.skippedCharacters > 0) {
    notes.push(
      `${counted(report.skippedCharacters, 'character')} that the vocabulary lacks are left out.`,
    );
  }
  if (report.grownSymbols > 0) {
    notes.push(`The vocabulary grew by ${counted(report.grownSymbols, 'symbol')}.`);
  }
  for (const { field, asked, used } of report.shrunk) {
    notes.push(
      `The text is short: ${FIELDS[field].label.toLowerCase()} ${asked} became ${used} so that it suffices.`,
    );
  }
  return notes.join(' ');
}

/** @type {import('../state.js').Handlers} */
export const run = {
  train(state) {
    if (state.run !== null || state.engine === 'unsupported') return state;
    if (!hasText(state)) return { ...state, alert: emptyBox(state) };
    const { config, problems } = readConfig(state.fields);
    const sentences = Object.values(problems);
    if (sentences.length > 0) return { ...state, problems, alert: say(sentences.join(' ')) };
    const id = state.lastId + 1;
    return {
      ...withEmptySheet(withVoice(state, true)),
      run: { ...newRun(id, config), text: state.text.source },
      aside: null,
      alert: null,
      notices: { text: null, run: null, aside: null, kept: null },
      problems: {},
      tuning: {},
      lastId: id,
    };
  },

  started(state, { run: report, textName, trainedMs }) {
    if (state.run === null) return state;
    const restoring = state.run.phase === 'restoring';
    const trains = !restoring || state.run.trainsAfterRestore;
    const notes = restoring ? '' : startNotes(report, textName);
    const next = changeRun(state, {
      phase: trains ? 'training' : 'paused',
      report,
      config: report.config,
      step: report.step,
      epoch: report.epoch,
      charactersSeen: report.charactersSeen,
      trainedMs,
      heldOut: report.heldOut ?? state.run.heldOut,
      toldHeldOut: report.heldOut?.loss ?? null,
    });
    return {
      ...(notes === '' ? next : withNotice(next, 'run', say(notes))),
      // What was tuned after the snapshot is gone with the worker: the fields show what is in force.
      fields: restoring ? fieldsOf(report.config) : state.fields,
      announcement: trains
        ? `Learning ${textName}: ${counted(report.characters, 'character')}, ${counted(report.symbols, 'symbol')}.`
        : `Paused at step ${whole(report.step)}.`,
    };
  },

  pause(state) {
    if (state.run?.phase !== 'training') return state;
    return withVoice(changeRun(state, { phase: 'pausing' }), false);
  },

  paused(state, { step }) {
    const announcement = `Paused at step ${whole(step)}.`;
    const next = { ...changeRun(state, { phase: 'paused', step }), announcement };
    // A worker that pauses unasked has stopped writing, too.
    return state.run?.phase === 'training' ? withVoice(next, false) : next;
  },

  finished(state, { why, charactersSeen, best }) {
    if (state.run === null) return state;
    const told = best ?? state.run.heldOut;
    const at = told === null ? '' : ` of ${loss(told.loss)} nats`;
    const { patience } = state.run.config;
    const text =
      why === 'end'
        ? `The run has its length, ${whole(charactersSeen)} characters, and stopped. Resume trains on.`
        : `The held-out loss made no progress in ${counted(patience, 'measurement')}, so training stopped. The weights with the best one${at}${best === null ? '' : `, of step ${whole(best.step)},`} are back. Resume trains on from them.`;
    // At rest, but not silent: what is ready may be listened to.
    return withNotice(changeRun(state, { phase: 'paused' }), 'run', say(text));
  },

  resume(state) {
    if (state.run?.phase !== 'paused') return state;
    const begun = state.run.report !== null;
    if (!begun && !hasText(state)) return { ...state, alert: emptyBox(state) };
    const text = begun ? state.run.text : state.text.source;
    const next = withVoice(changeRun(state, { phase: 'resuming', text }), true);
    return withNotice({ ...next, alert: null }, 'run', null);
  },

  resumed(state) {
    const at = state.run?.step ?? null;
    const announcement = at === null ? 'Training again.' : `Training again from step ${whole(at)}.`;
    return { ...changeRun(state, { phase: 'training' }), announcement };
  },

  answerSymbols(state) {
    if (state.run?.phase !== 'paused') return state;
    const next = withVoice(changeRun(state, { phase: 'resuming' }), true);
    return withNotice(next, 'run', null);
  },

  diverged(state, event) {
    const { step, learningRate, restoredStep, config, stopped } = event;
    const what = Number.isFinite(event.loss)
      ? `rose to ${loss(event.loss)} nats`
      : `became ${loss(event.loss)}`;
    const halved = fieldText(config.learningRate);
    const way = stopped
      ? `It is the ${event.times}th time in a row, so training stopped; the learning rate is now ${halved}.`
      : `Training goes on with half the learning rate, ${halved}.`;
    const text = `The loss ${what} at step ${whole(step)} under a learning rate of ${fieldText(learningRate)}. The weights of step ${whole(restoredStep)} are back. ${way}`;
    const next = changeRun(state, {
      config,
      step: restoredStep,
      loss: null,
      smoothedSteps: 0,
      phase: stopped ? 'paused' : (state.run?.phase ?? 'training'),
    });
    return {
      ...(stopped ? withVoice(next, false) : next),
      fields: { ...state.fields, learningRate: halved },
      tuning: {},
      alert: say(text),
    };
  },
};
