/** The text in the box: typed, pasted, dropped, opened or a sample. Changing it changes no run. */

import { encodingName } from '../../shared/encodings.js';
import { TYPED, visible } from '../../shared/run-names.js';
import { counted, size } from '../format.js';
import { say, withNotice, withoutComplaint } from '../messages/state.js';

/** @import { Change, Joined, TextSource } from '../../shared/protocol.js' */
/** @import { Answer, Effect, Handlers, Notice, State, Text } from '../state.js' */

/**
 * A text of up to this many characters is edited in the box; a longer one is a document. Browsers
 * need about half a millisecond to lay out a thousand characters, and again at every key.
 */
export const BOX_CHARACTERS = 300_000;

/** The box shows this many characters of a document. */
export const PREVIEW_CHARACTERS = 100_000;

export { TYPED };

/**
 * Unicode scalar values, as the core counts them: a surrogate pair is one.
 * @param {string} string
 */
function countCharacters(string) {
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
    columns: [],
    ...known,
  };
}

/** Cuts without splitting a surrogate pair. @param {string} string @param {number} most */
function beginning(string, most) {
  const splits = (string.charCodeAt(most - 1) & 0xfc00) === 0xd800;
  return string.slice(0, splits ? most - 1 : most);
}

/**
 * Puts a text in the box, and says so where a run hides the box. A typed text that was there is offered back.
 * @param {State} state @param {Text} text @returns {State}
 */
export function put(state, text) {
  const { text: old, run } = state;
  const { name, content } = text.source;
  const next = { ...withoutComplaint(state, 'text'), text, touched: true, arrival: null };
  const said = [];
  /** @type {Notice['actions']} */
  const actions = [];
  if (old.edited && old.shown !== '' && old.source.content !== content) {
    said.push('Your own text made room for this one.');
    actions.push({ label: 'Put mine back', intent: { type: 'putText', text: old } });
  }
  if (run?.text && content !== '' && !sameText(run.text, text.source)) {
    if (said.length === 0) {
      // What was offered back stays on offer.
      if (state.notices.text?.actions[0]) return next;
      said.push(`${name} was put in the box.`);
    }
    said.push('A run keeps its text: Reset, then Train, to learn the new one.');
  }
  return said.length === 0 ? next : withNotice(next, 'text', { text: said.join(' '), actions });
}

/** Says under the box where a text came from: "read as windows-1252, 1.2 MB". @param {Text} text */
export function provenance({ kind, file }) {
  if (file === null) return '';
  const parts = [];
  const { encoding, guessed } = file.reading;
  if (encoding !== 'utf-8') {
    parts.push(`read as ${encodingName(encoding)}${guessed ? ' (a guess)' : ''}`);
  }
  if (kind === 'document') parts.push(size(file.bytes));
  return parts.join(', ');
}

/** Are two sources one text? @param {TextSource | null} one @param {TextSource | null} other */
export const sameText = (one, other) =>
  one?.content === other?.content && one?.encoding === other?.encoding;

/**
 * A file begins to be read.
 * @param {State} state @param {TextSource} source
 * @param {{ files?: File[], change?: Change }} [more] @returns {Answer}
 */
export function read(state, source, more = {}) {
  const requestId = state.lastId + 1;
  const name = visible(source.name);
  const named = name === source.name ? source : { ...source, name };
  const arrival = { requestId, source: named, name, sample: null, ...more };
  return [
    { ...state, arrival, touched: true, alert: null, lastId: requestId },
    [readCommand(requestId, named, more)],
  ];
}

/**
 * @param {number} requestId @param {TextSource} source
 * @param {{ files?: File[], change?: Change }} [more]
 * @returns {Effect}
 */
const readCommand = (requestId, source, more) => ({
  type: 'read',
  requestId,
  source,
  ...more,
  previewCharacters: PREVIEW_CHARACTERS,
  wholeUpTo: BOX_CHARACTERS,
});

/**
 * A sample begins to be fetched.
 * @param {State} state @param {string} sample @param {string} name @returns {Answer}
 */
export function fetchSample(state, sample, name) {
  const requestId = state.lastId + 1;
  const arrival = { requestId, source: null, name, sample };
  return [{ ...state, arrival, lastId: requestId }, [{ type: 'fetchSample', requestId, sample }]];
}

/** The text that loaded weights are compared with. @param {State} state */
export const textInBox = ({ text }) => (text.source.content === '' ? null : text.source);

/**
 * The source of a document: its own file if that is UTF-8, or what the worker made of it.
 * @param {TextSource} source @param {string} name @param {Blob | null} content
 * @param {boolean} changed @returns {TextSource}
 */
function documentSource(source, name, content, changed) {
  if (content !== null) return { name, content, encoding: 'utf-8' };
  return typeof source.content === 'string' || changed ? source : { ...source, encoding: 'utf-8' };
}

/**
 * @param {Joined} joined
 * @param {Notice | null} offer what is to be said besides
 * @returns {Notice}
 */
function aboutJoined({ taken, left }, offer) {
  const parts = [`${counted(taken.length, 'file')} as one text: ${listed(taken)}.`];
  if (left.length > 0) {
    const reasons = left.map(({ name, why }) => `${name} (${why.replace(/[.] .*|[.]$/, '')})`);
    parts.push(`Left out: ${listed(reasons)}.`);
  }
  if (offer !== null) parts.push(offer.text);
  return { text: parts.join(' '), actions: offer?.actions ?? [] };
}

/** At most this many names are listed. */
const MOST_NAMED = 12;

/** @param {string[]} names */
const listed = (names) =>
  names.length <= MOST_NAMED
    ? names.map(visible).join(', ')
    : `${names.slice(0, MOST_NAMED).map(visible).join(', ')} and ${names.length - MOST_NAMED} more`;

/** @param {Text} before @param {Text} after @returns {Notice} */
function aboutChanged(before, after) {
  const gone = (before.characters ?? 0) - (after.characters ?? 0);
  return {
    text: gone > 0 ? `The text has ${counted(gone, 'character')} fewer.` : 'The text is changed.',
    actions: [{ label: 'Put it back', intent: { type: 'putText', text: before } }],
  };
}

/** Someone typed or pasted. @param {State} before @param {string} value @returns {Answer} */
function edit(before, value) {
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
  /** @type {Text} */
  const text = {
    ...boxText(TYPED, ''),
    kind: 'document',
    source,
    shown: beginning(value, PREVIEW_CHARACTERS),
    characters: null,
  };
  const arrival = { requestId, source, name: TYPED, sample: null };
  return [
    { ...state, text, touched: true, arrival, lastId: requestId },
    [readCommand(requestId, source)],
  ];
}

/** @type {Handlers} */
export const text = {
  // No sample may replace the text of someone who has begun to type.
  touchText: (state) => (state.touched ? state : { ...state, touched: true, arrival: null }),

  edit: (state, { value }) => edit(state, value),

  putText: (state, { text }) => withNotice({ ...state, text, arrival: null }, 'text', null),

  clearText: (state) => put(state, boxText(TYPED, '')),

  openTexts(state, { files }) {
    const [first] = files;
    if (files.length === 1) return read(state, { name: first.name, content: first });
    return read(state, { name: `${files.length} files`, content: first }, { files });
  },

  dropText: (state, { value }) =>
    value.length <= BOX_CHARACTERS
      ? put(state, boxText(TYPED, value, { edited: true }))
      : edit(state, value),

  changeText: (state, { change }) =>
    state.text.source.content === '' ? state : read(state, state.text.source, { change }),

  chooseEncoding(state, { encoding }) {
    const { file, source } = state.text;
    if (file === null) return state;
    return read(state, { name: source.name, content: file.content, encoding });
  },

  text(state, event) {
    const { arrival } = state;
    if (arrival?.source == null || event.requestId !== arrival.requestId) return state;
    const { summary, bytes, reading, columns, joined, preview } = event;
    const name = visible(event.name);
    if (summary.characters === 0) {
      const kept = state.text.source.content === '' ? '' : ' The text in the box stays.';
      return { ...state, arrival: null, alert: say(`${name} is empty.${kept}`, 'text') };
    }
    const { source, change } = arrival;
    const isFile = joined === null && change === undefined;
    const file =
      isFile && typeof source.content !== 'string'
        ? { content: source.content, bytes, reading }
        : null;
    const { characters } = summary;
    /** @type {Text} */
    const text = event.whole
      ? boxText(name, preview, { characters, file, columns })
      : {
          kind: 'document',
          source: documentSource(source, name, event.content, change !== undefined),
          shown: preview,
          edited: false,
          characters,
          file,
          columns,
        };
    const next = put({ ...state, summary: { source: text.source, report: summary } }, text);
    if (joined !== null) return withNotice(next, 'text', aboutJoined(joined, next.notices.text));
    return change === undefined ? next : withNotice(next, 'text', aboutChanged(state.text, text));
  },

  chooseSample(state, { sample, name, unasked }) {
    if (unasked && state.touched) return state;
    return fetchSample({ ...state, touched: state.touched || !unasked }, sample, name);
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
