/** What the network writes, and the settings of its writing. */

import { counted, symbolList, whole } from '../format.js';
import { newest } from './sample.js';

/** @import { SamplingConfig } from '../../shared/protocol.js' */
/** @import { Effect, GeneratedState, Handlers, State } from '../state.js' */

/** The page keeps and shows this many characters of a sample, its newest. */
export const TAIL_CHARACTERS = 5_000;

/** The output shows only the end of a longer prompt. */
const HEADING_CHARACTERS = 1_000;

/** The heading of the output: the prompt, or its end. @param {string} prompt that was read */
export function headingOf(prompt) {
  const symbols = [...prompt];
  return symbols.length > HEADING_CHARACTERS
    ? `…${symbols.slice(-HEADING_CHARACTERS).join('')}`
    : prompt;
}

/** What is said of symbols that the network does not know; '' without any. @param {string[]} symbols */
export const skippedNote = (symbols) =>
  symbols.length === 0
    ? ''
    : `Skipped ${counted(symbols.length, 'symbol')} that the text does not have: ${symbolList(symbols)}`;

/** What is said of the prompt that was read. @param {GeneratedState} generated */
export function promptNote({ skipped, heading }) {
  const missing = skippedNote(skipped);
  const characters = [...heading].length;
  const cut =
    characters > HEADING_CHARACTERS
      ? `The network has read all ${whole(characters)} characters of the prompt. The last ${whole(HEADING_CHARACTERS)} are shown.`
      : '';
  return [cut, missing].filter((part) => part !== '').join(' ');
}

/** How the worker is to write. @param {State} state @returns {SamplingConfig} */
export function samplingOf({ generated }) {
  const { on, charactersPerSecond, temperature, topK, topP, seed, prompt, statistics } = generated;
  return { on, charactersPerSecond, temperature, topK, topP, seed, prompt, statistics };
}

/** Tells the run how to write from now on. @param {State} state @returns {Effect[]} */
export const sendSampling = (state) =>
  state.run === null
    ? []
    : [{ type: 'sampling', runId: state.run.id, sampling: samplingOf(state) }];

/** What was written, and nothing of how. @typedef {Pick<GeneratedState, 'heading' | 'written' | 'pieces' | 'skipped' | 'mixes'>} Output */

/** @param {GeneratedState} generated @returns {Output} */
export const outputOf = ({ heading, written, pieces, skipped, mixes }) => ({
  heading,
  written,
  pieces,
  skipped,
  mixes,
});

/** Shows this output in place of what is there. @param {State} state @param {Partial<Output>} output @returns {State} */
export const withOutput = (state, output) => ({
  ...state,
  generated: { ...state.generated, ...output, sample: state.generated.sample + 1 },
});

/** Empties the output, so that nothing of an earlier run stays. @param {State} state */
export const withEmptyOutput = (state) =>
  withOutput(state, { heading: '', written: 0, pieces: [] });

/** @type {Handlers} */
export const generated = {
  setSampling(state, { change }) {
    const next = { ...state, generated: { ...state.generated, ...change } };
    return [next, sendSampling(next)];
  },

  wrote(state, { piece, restarted, prompt, skipped, mixes }) {
    const { generated } = state;
    const before = restarted
      ? { sample: generated.sample + 1, heading: prompt, written: 0, pieces: [] }
      : generated;
    return {
      ...state,
      generated: {
        ...generated,
        skipped: restarted ? skipped : generated.skipped,
        mixes,
        sample: before.sample,
        heading: before.heading,
        written: before.written + piece.probabilities.length,
        pieces: newest([...before.pieces, piece], TAIL_CHARACTERS),
      },
    };
  },
};
