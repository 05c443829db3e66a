/** Train, pause and resume. A click shows at once; the worker's answer settles it. */

import { LIMITS } from '../../../../pkg/settings.js';
import { brief, counted, whole } from '../format.js';
import { outputOf, samplingOf, sendSampling, withEmptyOutput } from '../generated/state.js';
import { say, withNotice } from '../messages/state.js';
import { FIELDS, readConfig } from '../settings/fields.js';
import { fieldsOf } from '../settings/state.js';
import { kindOf } from '../text/kind.js';
import { resume } from './commands.js';
import { statusOf } from './status.js';

/** @import { RunReport } from '../../shared/protocol.js' */
/** @import { Answer, Discarded, Effect, Handlers, Run, State } from '../state.js' */

/** @param {number} id @param {Run['config']} config @returns {Run} */
export function newRun(id, config) {
  return {
    id,
    phase: 'starting',
    trainsAfterRestore: true,
    over: null,
    text: null,
    kind: 'other',
    config,
    asked: config,
    report: null,
    weights: null,
    step: null,
    epoch: 0,
    loss: null,
    smoothedSteps: 0,
    heldOut: null,
    worseThanBlind: false,
    announcedHeldOut: null,
    charactersPerSecond: null,
    charactersSeen: 0,
    scheduleStart: 0,
    trainedMs: 0,
    gradientNorm: null,
    learningRate: null,
    updateRatio: null,
    snapshot: null,
    faults: 0,
    download: null,
    savedKey: null,
  };
}

/** @param {State} state @param {Partial<Run>} change @returns {State} */
export function changeRun(state, change) {
  return state.run === null ? state : { ...state, run: { ...state.run, ...change } };
}

/** A run learns the text that is in the box. @param {Pick<State, 'text'>} state */
export const learned = ({ text }) => ({ text: text.source, kind: kindOf(text.shown) });

/** @param {State} state @param {boolean} on @returns {State} */
export const withSampling = (state, on) => ({ ...state, generated: { ...state.generated, on } });

/**
 * What other weights are about to replace, so that it can come back; null where there are no weights to bring back.
 * @param {State} state @returns {Discarded | null}
 */
export function replaced({ run, generated }) {
  if (run === null || run.snapshot === null) return null;
  return { run, requestId: 0, snapshot: run.snapshot, output: outputOf(generated) };
}

/**
 * Whether the box holds a text to send. The worker judges its length, because it counts and normalises the text.
 * @param {State} state
 */
const hasText = (state) => state.text.kind === 'document' || state.text.shown !== '';

function emptyBox() {
  const least = LIMITS.textCharacters.min;
  return say(
    `There is no text yet. Paste at least ${counted(least, 'character')}, open a file or choose a sample.`,
    'text',
  );
}

/**
 * What the person should know about how the text was read.
 * @param {RunReport} report @param {string} textName
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
      `This run leaves out ${counted(report.skippedCharacters, 'character')} that the vocabulary lacks.`,
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

/**
 * A run trains on, and writes while it does.
 * @param {State} state @param {Partial<Run>} change @param {(run: Run) => Effect} command
 * @returns {Answer}
 */
function goOn(state, change, command) {
  const next = withNotice(withSampling(changeRun(state, change), true), 'run', null);
  return next.run === null ? state : [next, [...sendSampling(next), command(next.run)]];
}

/** @type {Handlers} */
export const run = {
  train(state) {
    if (state.run !== null || state.engine === 'unsupported') return state;
    if (!hasText(state)) return { ...state, alert: emptyBox() };
    const { config, problems } = readConfig(state.fields);
    const sentences = Object.values(problems);
    if (sentences.length > 0) return { ...state, problems, alert: say(sentences.join(' ')) };
    const id = state.lastId + 1;
    const met = learned(state);
    const next = {
      ...withEmptyOutput(withSampling(state, true)),
      run: { ...newRun(id, config), ...met },
      discarded: null,
      alert: null,
      notices: { ...state.notices, text: null, run: null, discarded: null, savedRuns: null },
      problems: {},
      tuning: {},
      lastId: id,
    };
    const sampling = samplingOf(next);
    return [next, [{ type: 'start', runId: id, config, text: met.text, sampling }]];
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
      scheduleStart: report.scheduleStart,
      learningRate: report.charactersSeen > 0 ? report.learningRate : null,
      trainedMs,
      over: report.finished,
      heldOut: report.heldOut ?? state.run.heldOut,
      worseThanBlind: false,
      announcedHeldOut: report.heldOut && { loss: report.heldOut.loss, trainedMs },
    });
    return {
      ...(notes === '' ? next : withNotice(next, 'run', say(notes))),
      // Changes after the snapshot went with the worker. The fields show what is in force.
      fields: restoring ? fieldsOf(report.config) : state.fields,
      announcement: trains
        ? `Learning ${textName}: ${counted(report.characters, 'character')}, ${counted(report.symbols, 'symbol')}.`
        : `Paused at step ${whole(report.step)}.`,
    };
  },

  pause(state) {
    if (state.run?.phase !== 'training') return state;
    const next = withSampling(changeRun(state, { phase: 'pausing' }), false);
    return [next, [{ type: 'pause', runId: state.run.id }, ...sendSampling(next)]];
  },

  paused(state, { step }) {
    const next = changeRun(state, { phase: 'paused', step });
    const said = { ...next, announcement: statusOf(next) };
    // A worker that pauses by itself has stopped writing, too.
    return state.run?.phase === 'training' ? withSampling(said, false) : said;
  },

  finished(state, { why }) {
    // It trains no more, but it goes on writing. The status line says why.
    return changeRun(state, { phase: 'paused', over: why });
  },

  resume(state) {
    if (state.run?.phase !== 'paused') return state;
    const begun = state.run.report !== null;
    if (!begun && !hasText(state)) return { ...state, alert: emptyBox() };
    const met = begun ? {} : learned(state);
    return goOn({ ...state, alert: null }, { phase: 'resuming', ...met }, (run) =>
      resume(run, null),
    );
  },

  resumed(state) {
    const at = state.run?.step ?? null;
    const announcement = at === null ? 'Training again.' : `Training again from step ${whole(at)}.`;
    const next = changeRun(state, { phase: 'training', over: null });
    return { ...next, announcement };
  },

  reschedule(state) {
    const { run } = state;
    if (run === null || run.report === null) return state;
    if (run.phase !== 'paused' && run.phase !== 'training') return state;
    const phase = run.phase === 'paused' ? 'resuming' : 'training';
    return goOn({ ...state, alert: null }, { phase, over: null }, ({ id }) => ({
      type: 'reschedule',
      runId: id,
    }));
  },

  rescheduled(state, { config, scheduleStart, learningRate }) {
    const announcement = `A new schedule: the learning rate rises to ${brief(config.learningRate)} and falls until ${whole(config.runCharacters)} letters are read.`;
    const change = { config, scheduleStart, learningRate, over: null };
    return { ...changeRun(state, { ...change, phase: 'training' }), announcement };
  },

  answerSymbols(state, { unknown }) {
    if (state.run?.phase !== 'paused') return state;
    return goOn(state, { phase: 'resuming' }, (run) => resume(run, unknown));
  },
};
