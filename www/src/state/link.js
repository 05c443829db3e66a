// @ts-check
/** The link to a run: what it says now, and what one that was opened asked for. */

import { FIRST_VALUES, readConfig } from '../fields.js';
import { decodeLink, encodeLink, HASH_DIGITS } from '../link.js';
import { BY_HAND, FIRST_PRESET } from '../presets.js';
import { SAMPLES } from '../samples.js';
import { say } from './messages.js';
import { withRecognized } from './preset.js';
import { summaryOf } from './summary.js';
import { sameText } from './text.js';

/** @typedef {import('../state.js').State} State */

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
 * How the text in the box stands to the link that was opened: `missing`, `same`, `different`; null
 * when there is nothing to say.
 * @param {State} state
 */
export function standing(state) {
  const { opened, text, arrival, run } = state;
  if (opened === null || opened.hash === null || run !== null || arrival !== null) return null;
  if (text.source.content === '') return 'missing';
  const hash = summaryOf(state)?.hash;
  if (hash === undefined) return null;
  return hash.slice(0, HASH_DIGITS) === opened.hash ? 'same' : 'different';
}

/**
 * Once the link's text has been in the box and a run was begun or the text was changed, the link has
 * done its work.
 * @param {State} state @returns {State}
 */
export function withOpened(state) {
  const { opened } = state;
  if (opened === null) return state;
  if (state.run !== null) return { ...state, opened: null };
  const met = opened.hash === null ? summaryOf(state) !== null : standing(state) === 'same';
  if (met && !opened.met) return withRecognized({ ...state, opened: { ...opened, met } });
  const left = opened.met && summaryOf(state) !== null && !met;
  return left ? { ...state, opened: null } : state;
}

/**
 * What should stand in the address: nothing on an untouched page, and the link that was opened as long
 * as its text is missing. Null to leave it alone.
 * @param {State} state
 */
export function addressOf(state) {
  if (standing(state) === 'missing') return null;
  const { touched, run, preset, fields } = state;
  const chosen = run !== null || preset !== FIRST_PRESET || fields.seed !== FIRST_VALUES.seed;
  return touched || chosen ? linkOf(state) : '';
}

/** @type {import('../state.js').Handlers} */
export const link = {
  openLink(state, { fragment }) {
    const link = decodeLink(fragment, sampleIds);
    if (link === null) return state;
    if ('problem' in link) return { ...state, alert: say(link.problem) };
    if (state.run !== null || state.loading !== null) {
      const text =
        'The address now asks for other settings than those of this run. Reset, then open the link again, to take them.';
      return { ...state, alert: say(text) };
    }
    const { settings, hash, sample } = link;
    const next = {
      ...state,
      fields: { ...FIRST_VALUES, ...settings },
      problems: {},
      alert: null,
      preset: BY_HAND.id,
      opened: { hash, sample, met: false },
    };
    // A text that is not in the link is the person's to bring: no sample comes in its stead.
    if (sample === null) return { ...next, touched: state.touched || hash !== null };
    const requestId = state.lastId + 1;
    const name = SAMPLES.find(({ id }) => id === sample)?.name ?? sample;
    const arrival = { requestId, source: null, name, sample };
    return { ...next, touched: true, arrival, lastId: requestId };
  },

  copyLink(state) {
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
