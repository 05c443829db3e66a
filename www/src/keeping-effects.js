// @ts-check
/** What happenings around saved runs make the page do; a part of effects.js. */

import { BOX_CHARACTERS, PREVIEW_CHARACTERS } from './state/text.js';
import { voiceOf } from './state/voice.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./effects.js').Effect} Effect
 */

/** @param {State} state @returns {Effect[]} */
const readArrival = ({ arrival }) =>
  arrival?.source == null
    ? []
    : [
        {
          type: 'read',
          requestId: arrival.requestId,
          source: arrival.source,
          previewCharacters: PREVIEW_CHARACTERS,
          wholeUpTo: BOX_CHARACTERS,
        },
      ];

/** @param {State} before @param {unknown} _event @param {State} after @returns {Effect[]} */
const recollect = (before, _event, after) =>
  after.arrival === before.arrival ? [] : readArrival(after);

/** @type {import('./effects.js').Deciders} */
export const keepingEffects = {
  attended: recollect,
  recollected: recollect,

  openKept(before, { key, training, copy }, after) {
    const { run, loading } = after;
    if (loading === null || loading === before.loading) return [];
    const { runId } = loading;
    /** @type {Effect[]} */
    const effects = [];
    if (run !== null && run.phase !== 'starting' && run.phase !== 'restoring') {
      // The run makes room in a moment: its weights as they are now can bring it back.
      effects.push({ type: 'save', runId: run.id, requestId: loading.requestId });
    }
    const voice = { ...voiceOf(after), on: true };
    return [
      ...effects,
      {
        type: 'open',
        runId,
        key,
        copy,
        training,
        voice,
        previewCharacters: PREVIEW_CHARACTERS,
        wholeUpTo: BOX_CHARACTERS,
      },
    ];
  },

  rename: (_before, { key, name }) => [{ type: 'rename', key, name }],
  deleteKept: (_before, { key }) => [{ type: 'delete', key }],
  undelete: (_before, { key }) => [{ type: 'undelete', key }],
  duplicate: (_before, { key }) => [{ type: 'duplicate', key }],

  // Who waves the offer away is not asked again.
  dismiss(before, { which }) {
    const offer = which === 'kept' ? before.notices.kept?.actions[0]?.intent : undefined;
    const offered = offer?.type === 'openKept' && !offer.copy ? offer.key : null;
    return offered === null ? [] : [{ type: 'leave', key: offered }];
  },

  takeVersion: () => [{ type: 'takeVersion' }],

  hidden: (_before, _event, { run }) => (run === null ? [] : [{ type: 'keep', runId: run.id }]),
};
