/** What stays after the tab is closed: the saved runs, the offer to continue the last one, the text in the box. */

import { PLAIN } from '../../shared/encodings.js';
import { tidy } from '../../shared/run-names.js';
import { samplingOf, withEmptyOutput } from '../generated/state.js';
import { say, withNotice } from '../messages/state.js';
import { loadWeights, saveForUndo } from '../run/commands.js';
import { changeRun, learned, newRun, replaced, withSampling } from '../run/state.js';
import { BOX_CHARACTERS, boxText, PREVIEW_CHARACTERS, put, read } from '../text/state.js';
import { describeProgress, REQUEST_TROUBLES, savedWhen, TROUBLES, UNTIL_LISTED } from './words.js';

/** @import { Draft, SavedRun, SavedText } from '../../shared/protocol.js' */
/** @import { Action, Answer, Handlers, State, Text } from '../state.js' */

/**
 * @typedef {object} SavedRunsState
 * @property {SavedRun[] | null} runs saved ones, the newest first; null until the database has answered
 * @property {boolean} offered whether the offer to go on has been made, or its time is over
 * @property {string | null} renaming the key of the run whose name is being typed
 * @property {string} trouble why nothing is saved, in a sentence
 * @property {boolean} guarded whether the page knows which tab has a run open
 * @property {'unasked' | 'asked' | 'granted' | 'refused' | 'unable'} promise of the browser
 *   not to delete any of this by itself
 */

/** @type {SavedRunsState} */
export const NOTHING_SAVED = {
  runs: null,
  offered: false,
  renaming: null,
  trouble: '',
  guarded: true,
  promise: 'unasked',
};

/** After this much training the browser is asked to keep saved runs. */
const WORTH_A_PROMISE_MS = 60_000;

/** @param {State} state @param {Partial<SavedRunsState>} change @returns {State} */
const changeSavedRuns = (state, change) => ({
  ...state,
  savedRuns: { ...state.savedRuns, ...change },
});

/** The saved run that this tab goes on with, or null. @param {State} state */
export const openKey = ({ run }) => run?.savedKey ?? null;

/**
 * Offers to continue the last run, unless somebody has begun something else.
 * @param {State} state @returns {State}
 */
function offer(state) {
  const { savedRuns, run, loading, discarded } = state;
  if (savedRuns.offered || savedRuns.runs === null) return state;
  const next = changeSavedRuns(state, { offered: true });
  const [newest] = savedRuns.runs;
  if (newest === undefined || newest.left || newest.busy) return next;
  if (run !== null || loading !== null || discarded !== null) return next;
  const when = savedWhen(newest);
  return withNotice(next, 'savedRuns', {
    text: `“${newest.name}” is saved at ${describeProgress(newest)}${when && `, from ${when}`}.`,
    actions: [
      {
        label: 'Go on',
        intent: { type: 'openSaved', key: newest.key, training: true, copy: false },
      },
    ],
  });
}

/** @param {SavedRun[] | null} runs @param {SavedRun} run */
const withRun = (runs, run) => [run, ...(runs ?? []).filter(({ key }) => key !== run.key)];

/** @param {State} state @param {string} key */
const savedName = ({ savedRuns }, key) =>
  savedRuns.runs?.find((run) => run.key === key)?.name ?? 'The saved run';

/** A text that comes back from the store. @param {SavedText} saved @returns {Text} */
function textFrom({ source, preview, whole, bytes, summary }) {
  const { characters } = summary;
  if (whole) return { ...boxText(source.name, preview, { characters }), source };
  const content = /** @type {Blob} */ (source.content);
  return {
    kind: 'document',
    source,
    shown: preview,
    edited: false,
    characters,
    file: { content, bytes, reading: PLAIN },
    columns: [],
  };
}

/**
 * Puts the text of the last visit into the box, or offers it when the box is not empty.
 * @param {State} state @param {Draft} draft
 * @returns {Answer}
 */
function restoreDraft(state, { source, edited }) {
  const { content, name } = source;
  if (state.text.source.content === content) return state;
  // The address asks for the same sample, which is on its way.
  if (source.sample !== undefined && source.sample === state.arrival?.sample) return state;
  const empty = !state.touched || (state.text.shown === '' && state.arrival === null);
  if (typeof content !== 'string' || content.length > BOX_CHARACTERS) {
    return empty ? read(state, source) : state;
  }
  const text = boxText(name, content, { source, edited });
  if (empty) return put(state, text);
  return withNotice(state, 'text', {
    text: 'The text of your last visit is saved.',
    actions: [{ label: 'Put it back', intent: { type: 'putText', text } }],
  });
}

/** Says no more of a trouble that is over. @param {State} state */
const withoutTrouble = (state) =>
  changeSavedRuns(
    state.notices.savedRuns?.text === state.savedRuns.trouble
      ? withNotice(state, 'savedRuns', null)
      : state,
    { trouble: '' },
  );

/** @type {Handlers} */
export const savedRuns = {
  tabRegistered: (state, { draft }) => (draft === null ? state : restoreDraft(state, draft)),

  draftRestored: (state, { draft }) => restoreDraft(state, draft),

  savedRuns(state, { runs }) {
    const over = UNTIL_LISTED.includes(state.savedRuns.trouble);
    const next = over ? withoutTrouble(state) : state;
    return offer(changeSavedRuns(next, { runs }));
  },

  autosaved(state, { run }) {
    const runs = withRun(state.savedRuns.runs, run);
    const next = changeSavedRuns(withoutTrouble(changeRun(state, { savedKey: run.key })), { runs });
    const worth = next.run !== null && next.run.trainedMs >= WORTH_A_PROMISE_MS;
    return worth && next.savedRuns.promise === 'unasked'
      ? [changeSavedRuns(next, { promise: 'asked' }), [{ type: 'askPromise' }]]
      : next;
  },

  promised: (state, { promise }) => changeSavedRuns(state, { promise }),

  unguarded: (state) => changeSavedRuns(state, { guarded: false }),

  notSaved(state, { runId, reason }) {
    const ofRun = runId !== undefined;
    // That the run is not being saved is the worse of two troubles.
    const worse = state.run !== null && Object.values(TROUBLES).includes(state.savedRuns.trouble);
    const ofSavedRuns = worse ? state.savedRuns.trouble : REQUEST_TROUBLES[reason];
    const trouble = (ofRun ? undefined : ofSavedRuns) ?? TROUBLES[reason];
    const next = changeSavedRuns(state, { trouble, runs: state.savedRuns.runs ?? [] });
    // While nothing can be lost, the sentence in the panel is enough.
    if (!ofRun && reason === 'none') return next;
    /** @type {Action[]} */
    const actions =
      reason === 'silent' ? [{ label: 'Try again', intent: { type: 'reloadSavedRuns' } }] : [];
    return withNotice(next, 'savedRuns', { text: trouble, actions });
  },

  reloadSavedRuns: (state) => [withNotice(state, 'savedRuns', null), [{ type: 'reloadSavedRuns' }]],

  textless(state, { runId, name, weights }) {
    const { loading } = state;
    if (loading?.runId !== runId) return state;
    return [
      { ...state, loading: { ...loading, name: `“${name}”`, textless: true } },
      [loadWeights(state, runId, weights)],
    ];
  },

  openSaved(state, { key, training, copy }) {
    if (state.engine === 'unsupported' || key === openKey(state)) return state;
    const requestId = state.lastId + 1;
    const runId = requestId + 1;
    const loading = { runId, requestId, name: savedName(state, key) };
    const sampling = { ...samplingOf(state), on: true };
    const [previewCharacters, wholeUpTo] = [PREVIEW_CHARACTERS, BOX_CHARACTERS];
    return [
      { ...withNotice(state, 'savedRuns', null), loading, alert: null, lastId: runId },
      [
        ...saveForUndo(state, requestId),
        { type: 'open', runId, key, copy, training, sampling, previewCharacters, wholeUpTo },
      ],
    ];
  },

  opened(state, { runId, run: saved, text: savedText, sampling, training }) {
    if (state.loading?.runId !== runId) return state;
    const discarded = replaced(state);
    const text = textFrom(savedText);
    // The text may be in the box already, from the last visit.
    const same = state.text.source.content === text.source.content;
    const placed = same ? state : put({ ...state, summary: null }, text);
    const met = learned(placed);
    const summary = { source: met.text, report: savedText.summary };
    const open = withEmptyOutput(withSampling({ ...placed, summary, touched: true }, true));
    /** @type {Action[]} */
    const actions = discarded === null ? [] : [{ label: 'Undo', intent: { type: 'undo' } }];
    const opened = {
      text: `“${saved.name}” is open at ${describeProgress(saved)}. The run before it was put aside.`,
      actions,
    };
    return {
      ...open,
      generated: { ...open.generated, ...sampling },
      notices: { ...open.notices, run: discarded && opened, savedRuns: null, discarded: null },
      problems: {},
      tuning: {},
      run: {
        ...newRun(runId, saved.config),
        asked: saved.asked ?? saved.config,
        phase: 'restoring',
        trainsAfterRestore: training,
        ...met,
        savedKey: saved.key,
        step: saved.step,
      },
      loading: null,
      discarded,
      alert: null,
    };
  },

  busy(state, { runId, key, name }) {
    const next = state.loading?.runId === runId ? { ...state, loading: null } : state;
    /** @type {Action[]} */
    const actions =
      runId === undefined
        ? []
        : [
            {
              label: 'Open a copy',
              intent: { type: 'openSaved', key, training: false, copy: true },
            },
          ];
    return withNotice(next, 'savedRuns', { text: `“${name}” is open in another tab.`, actions });
  },

  startRename: (state, { key }) => changeSavedRuns(state, { renaming: key }),

  rename(state, { key, name }) {
    // The name shows at once. The database may still add a number to it.
    const runs = (state.savedRuns.runs ?? []).map((run) =>
      run.key === key ? { ...run, name: tidy(name) || run.name } : run,
    );
    return [changeSavedRuns(state, { renaming: null, runs }), [{ type: 'rename', key, name }]];
  },

  deleted(state, { key, name }) {
    return withNotice(state, 'savedRuns', {
      text: `“${name}” is deleted.`,
      actions: [{ label: 'Undo', intent: { type: 'undelete', key } }],
    });
  },

  deleteSaved: (state, { key }) => [state, [{ type: 'delete', key }]],
  undelete: (state, { key }) => [withNotice(state, 'savedRuns', null), [{ type: 'undelete', key }]],
  duplicate: (state, { key }) => [state, [{ type: 'duplicate', key }]],

  hidden: (state) => [state, state.run === null ? [] : [{ type: 'autosave', runId: state.run.id }]],

  refused: (state, { message }) => ({ ...state, alert: say(message) }),
};
