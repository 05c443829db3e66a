// @ts-check
/** The text in the box: typed, pasted, dropped, opened or a sample. No run ever sees it change. */

import { encodingName } from '../encodings.js';
import { size } from '../format.js';
import { TYPED } from '../names.js';
import { say, withNotice, withoutComplaint } from './messages.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Text} Text
 */

/**
 * A text of up to this many characters is edited in the box; a longer one is a document. Browsers
 * take about half a millisecond to lay out a thousand characters, and a few more at every key.
 */
export const BOX_CHARACTERS = 300_000;

/** Of a document the box shows this many characters. */
export const PREVIEW_CHARACTERS = 100_000;

export { TYPED };

/**
 * Unicode scalar values, as the core counts them: a surrogate pair is one.
 * @param {string} string
 */
export function countCharacters(string) {
  let count = string.length;
  for (let i = 0; i < string.length; i++) {
    if ((string.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/**
 * A text that is edited in the box.
 * @param {string} name @param {string} content @param {Partial<Text>} [known]
 * @returns {Text}
 */
export function boxText(name, content, known = {}) {
  return {
    kind: 'box',
    source: { name, content },
    shown: content,
    edited: false,
    characters: countCharacters(content),
    file: null,
    ...known,
  };
}

/** Cuts without splitting a surrogate pair. @param {string} string @param {number} most */
function beginning(string, most) {
  const splits = (string.charCodeAt(most - 1) & 0xfc00) === 0xd800;
  return string.slice(0, splits ? most - 1 : most);
}

/**
 * Puts a text in the box. One that someone had typed is offered back.
 * @param {State} state @param {Text} text @returns {State}
 */
export function put(state, text) {
  const old = state.text;
  const lost = old.edited && old.shown !== '' && old.source.content !== text.source.content;
  /** @type {import('../state.js').Message} */
  const offer = {
    text: 'Your own text made room for this one.',
    actions: [{ label: 'Put mine back', intent: { type: 'putText', text: old } }],
  };
  const next = { ...withoutComplaint(state, 'text'), text, touched: true, arrival: null };
  return lost ? withNotice(next, 'text', offer) : next;
}

/**
 * The words under the box for where a text came from: "read as windows-1252, 1.2 MB".
 * @param {Text} text
 */
export function provenance({ kind, file }) {
  if (file === null) return '';
  const parts = [];
  if (file.encoding !== 'utf-8') parts.push(`read as ${encodingName(file.encoding)}`);
  if (kind === 'document') parts.push(size(file.bytes));
  return parts.join(', ');
}

/**
 * Are two sources one text?
 * @param {import('../protocol.js').TextSource} one @param {import('../protocol.js').TextSource} other
 */
export const sameText = (one, other) =>
  one.content === other.content && one.encoding === other.encoding;

/**
 * A file begins to be read.
 * @param {State} state @param {import('../protocol.js').TextSource} source @returns {State}
 */
export function read(state, source) {
  const requestId = state.lastId + 1;
  const arrival = { requestId, source, name: source.name, sample: null };
  return { ...state, arrival, touched: true, alert: null, lastId: requestId };
}

/** @type {import('../state.js').Handlers} */
export const text = {
  // A sample that nobody asked for must not come under the hands of who begins to type.
  touchText: (state) => (state.touched ? state : { ...state, touched: true, arrival: null }),

  edit(before, { value }) {
    if (value === before.text.shown) return before;
    const state = withoutComplaint(before, 'text');
    if (value.length <= BOX_CHARACTERS) {
      return {
        ...state,
        text: boxText(TYPED, value, { edited: true }),
        touched: true,
        arrival: null,
      };
    }
    const source = { name: TYPED, content: value };
    const requestId = state.lastId + 1;
    return {
      ...state,
      text: {
        ...boxText(TYPED, ''),
        kind: 'document',
        source,
        shown: beginning(value, PREVIEW_CHARACTERS),
        characters: null,
      },
      touched: true,
      arrival: { requestId, source, name: TYPED, sample: null },
      lastId: requestId,
    };
  },

  putText: (state, { text }) => withNotice({ ...state, text, arrival: null }, 'text', null),

  clearText: (state) => put(state, boxText(TYPED, '')),

  openText: (state, { file, encoding }) =>
    read(state, { name: file.name, content: file, ...(encoding && { encoding }) }),

  chooseEncoding(state, { encoding }) {
    const { file, source } = state.text;
    if (file === null) return state;
    return read(state, { name: source.name, content: file.content, encoding });
  },

  text(state, event) {
    const { arrival } = state;
    if (arrival?.source == null || event.requestId !== arrival.requestId) return state;
    const { name, summary, bytes, encoding, preview } = event;
    const { content } = arrival.source;
    const file = typeof content === 'string' ? null : { content, bytes, encoding };
    const { characters } = summary;
    /** @type {Text} */
    const text = event.whole
      ? boxText(name, preview, { characters, file })
      : {
          kind: 'document',
          source: file === null ? arrival.source : { ...arrival.source, encoding },
          shown: preview,
          edited: false,
          characters,
          file,
        };
    return put({ ...state, summary: { source: text.source, told: summary } }, text);
  },

  chooseSample(state, { sample, name, unasked }) {
    if (unasked && state.touched) return state;
    const requestId = state.lastId + 1;
    const touched = state.touched || !unasked;
    const arrival = { requestId, source: null, name, sample };
    return { ...state, touched, arrival, lastId: requestId };
  },

  sampleReady(state, { requestId, content }) {
    const { arrival, touched } = state;
    if (arrival === null || requestId !== arrival.requestId) return state;
    const { name, sample } = arrival;
    const source = sample === null ? { name, content } : { name, content, sample };
    return { ...put(state, boxText(name, content, { source })), touched };
  },

  sampleFailed(state, { requestId, message }) {
    if (requestId !== state.arrival?.requestId) return state;
    return { ...state, arrival: null, alert: say(message, 'text') };
  },
};
