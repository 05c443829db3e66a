/** The link to a run: how it is made, and how one is opened. */

import { say } from '../messages/state.js';
import { SAMPLES } from '../text/samples.js';
import { fetchSample, sameText } from '../text/state.js';
import { summaryOf } from '../text/summary-state.js';
import { FIRST_VALUES, readConfig, UNNAMED_VALUES } from './fields.js';
import { decodeLink, encodeLink, HASH_DIGITS, listed } from './link.js';
import { withRecognized } from './preset-state.js';
import { BY_HAND, FIRST_PRESET } from './presets.js';

/** @import { Answer, Handlers, State } from '../state.js' */

const sampleIds = SAMPLES.map(({ id }) => id);

/**
 * The fragment that reproduces the run from its first step or, without one, what Train would begin.
 * Null while that is not known: a setting holds no number, or the text is being counted.
 * @param {State} state
 */
export function linkOf(state) {
  const { run, text, fields } = state;
  const source = run?.text ?? text.source;
  const known = run?.report?.textHash ?? (sameText(source, text.source) && summaryOf(state)?.hash);
  const hash = known || null;
  if (hash === null && source.content !== '') return null;
  if (run !== null) return encodeLink(run.asked, hash, source.sample ?? null);
  const { config, problems } = readConfig(fields);
  if (Object.keys(problems).length > 0) return null;
  return encodeLink(config, hash, source.sample ?? null);
}

/**
 * Whether the text in the box is the one of the link that was opened: `missing`, `same` or `different`; null when
 * there is nothing to say.
 * @param {State} state
 */
export function linkStatus(state) {
  const { opened, text, arrival, run } = state;
  if (opened === null || opened.hash === null || run !== null || arrival !== null) return null;
  if (text.source.content === '') return 'missing';
  const hash = summaryOf(state)?.hash;
  if (hash === undefined) return null;
  return hash.slice(0, HASH_DIGITS) === opened.hash ? 'same' : 'different';
}

/**
 * Forgets the link that was opened once a run begins, or once its text was in the box and changed.
 * @param {State} _before @param {State} state @returns {State}
 */
export function withOpened(_before, state) {
  const { opened } = state;
  if (opened === null) return state;
  if (state.run !== null) return { ...state, opened: null };
  const met = opened.hash === null ? summaryOf(state) !== null : linkStatus(state) === 'same';
  if (met && !opened.met) return withRecognized({ ...state, opened: { ...opened, met } });
  const left = opened.met && summaryOf(state) !== null && !met;
  return left ? { ...state, opened: null } : state;
}

/**
 * The fragment for the address: empty on an untouched page; null, for no change, as long as the text of the link that
 * was opened is missing.
 * @param {State} state
 */
function addressOf(state) {
  if (linkStatus(state) === 'missing') return null;
  const { touched, run, preset, fields } = state;
  const chosen = run !== null || preset !== FIRST_PRESET || fields.seed !== FIRST_VALUES.seed;
  return touched || chosen ? linkOf(state) : '';
}

/** Parts of the state that the address depends on. */
const ADDRESSED = /** @type {const} */ (['fields', 'text', 'summary', 'touched', 'opened']);

/**
 * Shows the address when it has changed. Composing it costs time, so that is done only when a part of it has
 * changed, not at every step of a run.
 * @param {State} before @param {State} state @returns {Answer}
 */
export function withAddress(before, state) {
  const changed =
    ADDRESSED.some((part) => before[part] !== state[part]) ||
    before.run?.asked !== state.run?.asked ||
    before.run?.report?.textHash !== state.run?.report?.textHash;
  const fragment = changed ? addressOf(state) : null;
  return fragment === null || fragment === addressOf(before)
    ? state
    : [state, [{ type: 'showAddress', fragment }]];
}

/** @type {Handlers} */
export const link = {
  openLink(state, { fragment, own = false }) {
    const link = decodeLink(fragment, sampleIds);
    if (link === null) return state;
    if ('problem' in link) return { ...state, alert: say(link.problem) };
    if (state.run !== null || state.loading !== null) {
      const text =
        'The address now asks for other settings than those of this run. Reset, then open the link again, to take them.';
      return { ...state, alert: say(text) };
    }
    const { settings, hash, sample, unknown } = link;
    const left = `A part of this page's address was left out: ${listed(unknown)}. The rest is used.`;
    const next = {
      ...state,
      fields: { ...UNNAMED_VALUES, ...settings },
      problems: {},
      alert: unknown.length === 0 ? null : say(left),
      preset: BY_HAND.id,
      opened: { hash, sample, met: false, followed: !own },
    };
    // The person must bring a text that is not in the link. No sample takes its place.
    if (sample === null) return { ...next, touched: state.touched || hash !== null };
    const name = SAMPLES.find(({ id }) => id === sample)?.name ?? sample;
    return fetchSample({ ...next, touched: true }, sample, name);
  },

  copyLink(state) {
    const fragment = linkOf(state);
    if (fragment !== null) return [state, [{ type: 'copyLink', fragment }]];
    if (state.run !== null) return state;
    const { problems } = readConfig(state.fields);
    const sentences = Object.values(problems);
    return sentences.length === 0 ? state : { ...state, problems, alert: say(sentences.join(' ')) };
  },

  linkCopied: (state, { fragment, succeeded }) =>
    succeeded
      ? { ...state, copied: fragment, announcement: 'The link was copied.' }
      : {
          ...state,
          alert: say('This browser did not let the link be copied. It stands in the address bar.'),
        },
};
