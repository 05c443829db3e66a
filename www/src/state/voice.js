// @ts-check
/** What the network writes, and how it is asked to write. */

import { newest } from '../voice/passage.js';

/** The page keeps and shows this many characters of a passage, its newest. */
export const TAIL_CHARACTERS = 5_000;

/** What the worker is told. @param {import('../state.js').State} state @returns {import('../protocol.js').Voice} */
export function voiceOf({ voice }) {
  const { on, charactersPerSecond, temperature, topK, topP, seed, prompt } = voice;
  return { on, charactersPerSecond, temperature, topK, topP, seed, prompt };
}

/** An empty sheet: nothing of an earlier run stays on it. @param {import('../state.js').State} state */
export const withEmptySheet = (state) => ({
  ...state,
  voice: { ...state.voice, passage: state.voice.passage + 1, heading: '', written: 0, pieces: [] },
});

/** @type {import('../state.js').Handlers} */
export const voice = {
  setVoice(state, { change }) {
    return { ...state, voice: { ...state.voice, ...change } };
  },

  wrote(state, { piece, restarted, prompt, skipped }) {
    const { voice } = state;
    const before = restarted
      ? { passage: voice.passage + 1, heading: prompt, written: 0, pieces: [] }
      : voice;
    return {
      ...state,
      voice: {
        ...voice,
        skipped: restarted ? skipped : voice.skipped,
        passage: before.passage,
        heading: before.heading,
        written: before.written + piece.probabilities.length,
        pieces: newest([...before.pieces, piece], TAIL_CHARACTERS),
      },
    };
  },
};
