// @ts-check
/** What outlives the tab: the saved runs, the offer to go on with the last one, the text in the box. */

import { counted, loss, moment, whole } from '../format.js';
import { tidy } from '../names.js';
import { say, withNotice } from './messages.js';
import { changeRun, newRun, withVoice } from './run.js';
import { BOX_CHARACTERS, boxText, put, read } from './text.js';
import { withEmptySheet } from './voice.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../protocol.js').KeptRun} KeptRun
 *
 * @typedef {object} Keeping
 * @property {KeptRun[] | null} runs saved ones, the newest first; null until the store has answered
 * @property {boolean} offered whether the offer to go on has been made, or its time is over
 * @property {string | null} renaming the key of the run whose name is being typed
 * @property {string} trouble why nothing is saved, in a sentence
 */

/** @type {Keeping} */
export const NOTHING_KEPT = { runs: null, offered: false, renaming: null, trouble: '' };

/** @type {Record<Extract<import('../protocol.js').Event, { type: 'unkept' }>['reason'], string>} */
const TROUBLES = {
  none: 'This browser keeps nothing for this page, as in a private window: download the weights before you leave.',
  full: 'The room that the browser gives to this page is full, so this run is not being saved. Delete saved runs, or download the weights.',
  lost: 'The browser’s storage failed, so this run is not being saved for now. Download the weights before you leave.',
  taken: 'Another tab saves this run now, so it is not being saved from here.',
};

/** @param {State} state @param {Partial<Keeping>} change @returns {State} */
export const changeKeeping = (state, change) => ({
  ...state,
  keeping: { ...state.keeping, ...change },
});

/** The saved run that this tab goes on with, or null. @param {State} state */
export const openKey = ({ run }) => run?.kept ?? null;

/** "step 1,200, held-out loss 1.62". @param {KeptRun} run */
export function standing({ step, heldOut }) {
  const measured = heldOut === null ? '' : `, held-out loss ${loss(heldOut.loss)}`;
  return `step ${whole(step)}${measured}`;
}

/**
 * The run that was going on when the tab went, unless somebody has begun something else.
 * @param {State} state @returns {State}
 */
function offer(state) {
  const { keeping, run, loading, aside } = state;
  if (keeping.offered || keeping.runs === null) return state;
  const next = changeKeeping(state, { offered: true });
  const [newest] = keeping.runs;
  if (newest === undefined || newest.left || newest.busy) return next;
  if (run !== null || loading !== null || aside !== null) return next;
  return withNotice(next, 'kept', {
    text: `“${newest.name}” is saved at ${standing(newest)}, from ${moment(newest.savedAt)}.`,
    actions: [
      {
        label: 'Go on',
        intent: { type: 'openKept', key: newest.key, training: true, copy: false },
      },
    ],
  });
}

/** @param {KeptRun[] | null} runs @param {KeptRun} run */
const withRun = (runs, run) => [run, ...(runs ?? []).filter(({ key }) => key !== run.key)];

/** @param {State} state @param {string} key */
const nameOf = ({ keeping }, key) =>
  keeping.runs?.find((run) => run.key === key)?.name ?? 'The saved run';

/**
 * A text that comes back from the store.
 * @param {import('../protocol.js').KeptText} kept @returns {import('../state.js').Text}
 */
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
    file: { content, bytes, encoding: 'utf-8' },
  };
}

/**
 * The text that was in the box last time comes back, unless there is something in it already.
 * @param {State} state @param {import('../protocol.js').Draft} draft @returns {State}
 */
function recollect(state, { source, edited }) {
  const { content, name } = source;
  if (state.text.source.content === content) return state;
  // The very sample is on its way, as the address asks.
  if (source.sample !== undefined && source.sample === state.arrival?.sample) return state;
  const empty = !state.touched || (state.text.shown === '' && state.arrival === null);
  if (typeof content !== 'string' || content.length > BOX_CHARACTERS) {
    return empty ? read(state, source) : state;
  }
  const text = boxText(name, content, { source, edited });
  if (empty) return put(state, text);
  return withNotice(state, 'text', {
    text: 'The text that was here last time is kept.',
    actions: [{ label: 'Put it back', intent: { type: 'putText', text } }],
  });
}

/** @type {import('../state.js').Handlers} */
export const keeping = {
  attended: (state, { draft }) => (draft === null ? state : recollect(state, draft)),

  recollected: (state, { draft }) => recollect(state, draft),

  shelf(state, { runs }) {
    const trouble = state.keeping.trouble === TROUBLES.none ? '' : state.keeping.trouble;
    return offer(changeKeeping(state, { runs, trouble }));
  },

  keeping(state, { run }) {
    const runs = withRun(state.keeping.runs, run);
    const next = changeKeeping(changeRun(state, { kept: run.key }), { runs, trouble: '' });
    // What was told of a trouble that is over.
    return state.notices.kept?.text === state.keeping.trouble
      ? withNotice(next, 'kept', null)
      : next;
  },

  unkept(state, { runId, reason }) {
    const trouble = TROUBLES[reason];
    const next = changeKeeping(state, { trouble, runs: state.keeping.runs ?? [] });
    // Before there is anything to lose, the word in the panel is enough.
    return runId === undefined ? next : withNotice(next, 'kept', say(trouble));
  },

  openKept(state, { key }) {
    if (state.engine === 'unsupported' || key === openKey(state)) return state;
    const requestId = state.lastId + 1;
    const runId = requestId + 1;
    return {
      ...withNotice(state, 'kept', null),
      loading: { runId, requestId, name: nameOf(state, key) },
      alert: null,
      lastId: runId,
    };
  },

  opened(state, { runId, run: saved, text: kept, voice, training }) {
    if (state.loading?.runId !== runId) return state;
    const { run } = state;
    const snapshot = run?.snapshot ?? null;
    const aside = run !== null && snapshot !== null ? { run, requestId: 0, snapshot } : null;
    const text = textFrom(kept);
    // The text may have come back with the tab already, as it was.
    const same = state.text.source.content === text.source.content;
    const placed = same ? state : put({ ...state, summary: null }, text);
    const { source } = placed.text;
    const summary = { source, told: kept.summary };
    const open = withEmptySheet(withVoice({ ...placed, summary, touched: true }, true));
    /** @type {import('../state.js').Action[]} */
    const actions = aside === null ? [] : [{ label: 'Undo', intent: { type: 'undo' } }];
    const opened = {
      text: `“${saved.name}” is open at ${standing(saved)}. The run before it was put aside.`,
      actions,
    };
    return {
      ...open,
      voice: { ...open.voice, ...voice },
      notices: { ...open.notices, run: aside && opened, kept: null, aside: null },
      problems: {},
      tuning: {},
      run: {
        ...newRun(runId, saved.config),
        asked: saved.asked ?? saved.config,
        phase: 'restoring',
        trainsAfterRestore: training,
        text: source,
        kept: saved.key,
        step: saved.step,
      },
      loading: null,
      aside,
      alert: null,
    };
  },

  busy(state, { runId, key, name }) {
    const next = state.loading?.runId === runId ? { ...state, loading: null } : state;
    /** @type {import('../state.js').Action[]} */
    const actions =
      runId === undefined
        ? []
        : [
            {
              label: 'Open a copy',
              intent: { type: 'openKept', key, training: false, copy: true },
            },
          ];
    return withNotice(next, 'kept', { text: `“${name}” is open in another tab.`, actions });
  },

  startRename: (state, { key }) => changeKeeping(state, { renaming: key }),

  rename(state, { key, name }) {
    // It shows at once; the store may yet add a number.
    const runs = (state.keeping.runs ?? []).map((run) =>
      run.key === key ? { ...run, name: tidy(name) || run.name } : run,
    );
    return changeKeeping(state, { renaming: null, runs });
  },

  deleted(state, { key, name }) {
    return withNotice(state, 'kept', {
      text: `“${name}” is deleted.`,
      actions: [{ label: 'Undo', intent: { type: 'undelete', key } }],
    });
  },

  undelete: (state) => withNotice(state, 'kept', null),

  refused: (state, { message }) => ({ ...state, alert: say(message) }),
};

/**
 * How much is saved, in words. @param {Keeping} keeping
 */
export function shelfText({ runs, trouble }) {
  if (trouble !== '') return trouble;
  if (runs === null) return '';
  if (runs.length === 0) {
    return 'A run saves itself here every few seconds, in this browser alone, and is there when you come back.';
  }
  return `${counted(runs.length, 'run')} in this browser. A run saves itself every few seconds; of those without a name of yours, the newest twelve stay.`;
}
