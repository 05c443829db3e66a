// @ts-check
/** Weights from a file, and weights to a file. What is there stays until a file has proved good. */

import { FIELDS } from '../fields.js';
import { counted, loss, symbolList } from '../format.js';
import { withNotice } from './messages.js';
import { changeRun, newRun, withVoice } from './run.js';
import { fieldsOf } from './settings.js';
import { withEmptySheet } from './voice.js';

/** "2 GRU layers of 256 units". @param {import('../protocol.js').Config} config */
function network({ cell, layers, hiddenSize }) {
  const name = FIELDS.cell.choices?.[cell] ?? cell;
  const units = counted(hiddenSize, 'unit');
  return layers === 1 ? `${name} layer of ${units}` : `${layers} ${name} layers of ${units}`;
}

/**
 * What was loaded, and how it stands to the text in the box.
 * @param {string} name @param {import('../protocol.js').WeightsReport} weights
 */
function introduce(name, weights) {
  const { config, parameters, symbols, step, heldOut, match, unknown } = weights;
  const learned = heldOut === null ? '' : `, held-out loss ${loss(heldOut.loss)} nats`;
  const what = `${name}: ${network(config)}, ${counted(symbols, 'symbol')}, ${counted(parameters, 'number')}, ${counted(step, 'step')} old${learned}.`;
  switch (match) {
    case 'same':
      return weights.resumable
        ? `${what} The text in the box is the one it learned: Resume goes on exactly where it was.`
        : `${what} The text in the box is the one it learned.`;
    case 'different':
      return unknown.length === 0
        ? `${what} It learned another text than the one in the box; Resume lets it learn this one.`
        : `${what} It learned another text than the one in the box, which holds ${counted(unknown.length, 'symbol')} that it does not know.`;
    default:
      return `${what} Put its text in the box, or another one, to let it learn on.`;
  }
}

/** @type {import('../state.js').Handlers} */
export const weights = {
  openWeights(state, { file }) {
    if (state.engine === 'unsupported') return state;
    const requestId = state.lastId + 1;
    const runId = requestId + 1;
    return {
      ...state,
      loading: { runId, requestId, name: file.name },
      alert: null,
      lastId: runId,
    };
  },

  loaded(state, { runId, weights }) {
    if (state.loading?.runId !== runId) return state;
    const { run, loading } = state;
    const { config, step, heldOut } = weights;
    const kept = run?.snapshot ?? null;
    const aside = run !== null && kept !== null ? { run, requestId: 0, snapshot: kept } : null;
    /** @type {import('../state.js').Action[]} */
    const actions = aside === null ? [] : [{ label: 'Undo', intent: { type: 'undo' } }];
    const text = introduce(loading.name, weights);
    const message = {
      text: aside === null ? text : `${text} The run before it was put aside.`,
      actions,
    };
    return {
      ...withEmptySheet(withVoice(state, true)),
      // What an earlier Reset put aside has no way back any more.
      notices: { ...state.notices, run: message, aside: null },
      fields: fieldsOf(config),
      problems: {},
      tuning: {},
      run: {
        ...newRun(runId, config),
        phase: 'paused',
        weights,
        step,
        heldOut,
        toldHeldOut: heldOut?.loss ?? null,
      },
      loading: null,
      aside,
      alert: null,
      announcement: `Weights loaded from ${loading.name}.`,
    };
  },

  symbols(state, { unknown, occurrences }) {
    const listed = symbolList(unknown);
    /** @type {import('../state.js').Message} */
    const question = {
      text: `The text holds ${counted(unknown.length, 'symbol')} that these weights have never seen, ${counted(occurrences, 'time')} in all: ${listed}. What should become of them?`,
      actions: [
        { label: 'Skip them', intent: { type: 'answerSymbols', unknown: 'skip' } },
        {
          label: 'Add them to the vocabulary',
          intent: { type: 'answerSymbols', unknown: 'grow' },
        },
      ],
    };
    const waiting = withVoice(changeRun(state, { phase: 'paused' }), false);
    return {
      ...withNotice(waiting, 'run', question),
      announcement: 'The text holds symbols that these weights have never seen.',
    };
  },

  download(state) {
    if (state.run === null || state.engine !== 'ready') return state;
    const requestId = state.lastId + 1;
    return { ...changeRun(state, { download: requestId }), lastId: requestId };
  },
};
