/** Loads and saves weights. The present run stays until a file has proved good. */

import { visible } from '../../shared/run-names.js';
import { saveWeights } from '../downloads/state.js';
import { counted, loss, symbolList } from '../format.js';
import { sendSampling, withEmptyOutput } from '../generated/state.js';
import { withNotice } from '../messages/state.js';
import { FIELDS } from '../settings/fields.js';
import { fieldsOf } from '../settings/state.js';
import { loadWeights, saveForUndo } from './commands.js';
import { changeRun, newRun, replaced, withSampling } from './state.js';

/** @import { Config, WeightsReport } from '../../shared/protocol.js' */
/** @import { Action, Handlers, Notice } from '../state.js' */

/** "2 GRU layers of 256 units". @param {Config} config */
function network({ cell, layers, hiddenSize }) {
  const name = FIELDS.cell.choices?.[cell] ?? cell;
  const units = counted(hiddenSize, 'unit');
  return layers === 1 ? `${name} layer of ${units}` : `${layers} ${name} layers of ${units}`;
}

/**
 * Says what was loaded, and whether it learned the text in the box, which is behind its chip then.
 * @param {string} name @param {WeightsReport} weights
 */
function introduce(name, weights) {
  const { config, parameters, symbols, step, heldOut, match, unknown, converted } = weights;
  const learned = heldOut === null ? '' : `, held-out loss ${loss(heldOut.loss)} nats`;
  const types =
    converted.length === 0 ? '' : ` Its ${converted.join(' and ')} numbers were converted to F32.`;
  const what = `${name}: ${network(config)}, ${counted(symbols, 'symbol')}, ${counted(parameters, 'number')}, trained for ${counted(step, 'step')}${learned}.${types}`;
  switch (match) {
    case 'same':
      return weights.resumable
        ? `${what} It learned the present text: Resume goes on exactly where it was.`
        : `${what} It learned the present text.`;
    case 'different':
      return unknown.length === 0
        ? `${what} It learned another text than the present one; Resume lets it learn this one.`
        : `${what} It learned another text than the present one, which holds ${counted(unknown.length, 'symbol')} that it does not know.`;
    default:
      return `${what} Choose its text, or another one, to let it learn on.`;
  }
}

/** @type {Handlers} */
export const weights = {
  openWeights(state, { file }) {
    if (state.engine === 'unsupported') return state;
    const requestId = state.lastId + 1;
    const runId = requestId + 1;
    const loading = { runId, requestId, name: visible(file.name) };
    return [
      { ...state, loading, alert: null, lastId: runId },
      [...saveForUndo(state, requestId), loadWeights(state, runId, file)],
    ];
  },

  loaded(state, { runId, weights }) {
    if (state.loading?.runId !== runId) return state;
    const { loading } = state;
    const { config, step, heldOut } = weights;
    const discarded = replaced(state);
    /** @type {Action[]} */
    const actions = discarded === null ? [] : [{ label: 'Undo', intent: { type: 'undo' } }];
    const gone = loading.textless
      ? `The text that ${loading.name} learned is not saved any more, so its weights alone are open. `
      : '';
    const text = `${gone}${introduce(loading.name, weights)}`;
    const message = {
      text: discarded === null ? text : `${text} The run before it was put aside.`,
      actions,
    };
    return {
      ...withEmptyOutput(withSampling(state, true)),
      // A run that an earlier Reset discarded cannot come back any more.
      notices: { ...state.notices, run: message, discarded: null },
      fields: fieldsOf(config),
      problems: {},
      tuning: {},
      run: {
        ...newRun(runId, config),
        phase: 'paused',
        weights,
        step,
        heldOut,
        announcedHeldOut: heldOut && { loss: heldOut.loss, trainedMs: 0 },
      },
      loading: null,
      discarded,
      alert: null,
      announcement: `Weights loaded from ${loading.name}.`,
    };
  },

  symbols(state, { unknown, occurrences }) {
    const listed = symbolList(unknown);
    const them = unknown.length === 1 ? 'it' : 'them';
    /** @type {Notice} */
    const question = {
      text: `The text holds ${counted(unknown.length, 'symbol')} that these weights have never seen, ${counted(occurrences, 'time')} in all: ${listed}. What should become of ${them}?`,
      actions: [
        { label: `Skip ${them}`, intent: { type: 'answerSymbols', unknown: 'skip' } },
        {
          label: `Add ${them} to the vocabulary`,
          intent: { type: 'answerSymbols', unknown: 'grow' },
        },
      ],
    };
    const waiting = withSampling(changeRun(state, { phase: 'paused' }), false);
    const announcement = 'The text holds symbols that these weights have never seen.';
    return [{ ...withNotice(waiting, 'run', question), announcement }, sendSampling(waiting)];
  },

  download(state) {
    const { run } = state;
    if (run === null) return state;
    if (state.engine === 'ready') {
      const requestId = state.lastId + 1;
      return [
        { ...changeRun(state, { download: requestId }), lastId: requestId },
        [{ type: 'save', runId: run.id, requestId }],
      ];
    }
    // With no worker to ask, the last snapshot is what there is.
    if (run.snapshot === null) return state;
    const { step, weights } = run.snapshot;
    return [state, [saveWeights(run, step, weights)]];
  },
};
