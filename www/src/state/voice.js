// @ts-check
/** What the network writes, and how it is asked to write. */

/** The page keeps and shows this many characters of a passage, its newest. */
export const TAIL_CHARACTERS = 5_000;

/** The end of a string, cut without splitting a surrogate pair. @param {string} string */
function tail(string) {
  if (string.length <= TAIL_CHARACTERS) return string;
  const from = string.length - TAIL_CHARACTERS;
  const splits = (string.charCodeAt(from) & 0xfc00) === 0xdc00;
  return string.slice(splits ? from + 1 : from);
}

/** What the worker is told. @param {import('../state.js').State} state @returns {import('../protocol.js').Voice} */
export function voiceOf({ voice }) {
  const { on, charactersPerSecond, temperature, prompt } = voice;
  return { on, charactersPerSecond, temperature, prompt };
}

/** An empty sheet: nothing of an earlier run stays on it. @param {import('../state.js').State} state */
export const withEmptySheet = (state) => ({
  ...state,
  voice: { ...state.voice, passage: state.voice.passage + 1, heading: '', written: 0, tail: '' },
});

/** @type {import('../state.js').Handlers} */
export const voice = {
  setVoice(state, { change }) {
    return { ...state, voice: { ...state.voice, ...change } };
  },

  wrote(state, { text, restarted, prompt, skipped }) {
    const { voice } = state;
    const before = restarted
      ? { passage: voice.passage + 1, heading: prompt, written: 0, tail: '' }
      : voice;
    return {
      ...state,
      voice: {
        ...voice,
        skipped: restarted ? skipped : voice.skipped,
        passage: before.passage,
        heading: before.heading,
        written: before.written + text.length,
        tail: tail(before.tail + text),
      },
    };
  },
};
