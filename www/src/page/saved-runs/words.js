/** What the page says about saved runs. Pure. */

import { counted, loss, moment, whole } from '../format.js';

/** @import { Event, SavedRun } from '../../shared/protocol.js' */
/** @import { SavedRunsState } from './state.js' */

/** @typedef {Extract<Event, { type: 'notSaved' }>['reason']} Reason */

/** Why a run is not saved. @type {Record<Reason, string>} */
export const TROUBLES = {
  none: 'This browser keeps nothing for this page, as in a private window: download the weights before you leave.',
  full: 'The room that the browser gives to this page is full, so this run is not being saved. Delete saved runs, or download the weights.',
  lost: 'The browser’s storage failed, so this run is not being saved for now. Download the weights before you leave.',
  silent:
    'The browser’s storage does not answer, so this run is not being saved for now. What was saved of it before is still there. Download the weights before you leave.',
  taken:
    'Another tab saves this run now, so it is not being saved from here. Download the weights to keep what this tab trains.',
};

/** Why a request about saved runs, or saving the text in the box, failed. @type {Partial<Record<Reason, string>>} */
export const REQUEST_TROUBLES = {
  full: 'The room that the browser gives to this page is full, so that could not be saved. Delete saved runs to make room.',
  lost: 'The browser’s storage failed, so that could not be done. What was saved before is still there.',
  silent:
    'The browser’s storage does not answer, so saved runs cannot be listed or opened for now. They are still there, and you can train all the same.',
};

/** Troubles that end when the saved runs can be listed. */
export const UNTIL_LISTED = [TROUBLES.none, REQUEST_TROUBLES.silent];

/** When a run was saved, in words; none when its date is damaged. @param {SavedRun} run */
export const savedWhen = ({ savedAt }) => (savedAt === 0 ? '' : moment(savedAt));

/** "step 1,200, held-out loss 1.62". @param {SavedRun} run */
export function describeProgress({ step, heldOut }) {
  const measured = heldOut === null ? '' : `, held-out loss ${loss(heldOut.loss)}`;
  return `step ${whole(step)}${measured}`;
}

/** Whether the browser may delete what is saved, as far as it was asked. @type {Record<SavedRunsState['promise'], string>} */
const PROMISES = {
  unasked: '',
  asked: 'The browser is asked to keep them.',
  granted: 'The browser has promised to keep them until you delete them.',
  refused:
    'The browser may delete them when it runs out of room: download the weights that you want to keep.',
  unable: 'This browser gives no promise to keep them: download the weights that you want to keep.',
};

/** Says how much is saved, and how safely. @param {SavedRunsState} savedRuns */
export function savedRunsText({ runs, trouble, guarded, promise }) {
  if (trouble !== '') return trouble;
  if (runs === null) return '';
  const unguarded = guarded
    ? ''
    : 'This page cannot tell whether another tab has a run open: keep each run open in one tab only.';
  const saved =
    runs.length === 0
      ? 'Nothing is saved yet. A run is saved in this browser while it trains, and is there when you come back.'
      : `${counted(runs.length, 'run')} in this browser. A run is saved while it trains. Of the runs you have not named, the newest twelve are kept.`;
  return [saved, PROMISES[promise], unguarded].filter((part) => part !== '').join(' ');
}
