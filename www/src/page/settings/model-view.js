/** The size and speed of the chosen model, and its link. */

import { find, setNote, setText } from '../dom.js';
import { compact, counted, duration, rounded, size, whole } from '../format.js';
import { missing } from '../run/status.js';
import { calledWithin } from '../text/samples.js';
import { estimateOf, secondsHere } from './estimate-state.js';
import { readNumber } from './fields.js';
import { linkOf, linkStatus } from './link-state.js';

/** @import { Emit, State, View } from '../state.js' */

const WITHOUT_TEXT = 'How large the network is depends on the text, and there is none yet.';

/**
 * Describes the chosen model and how long training takes here.
 * @param {State} state @param {string} awaited said until the model is known
 */
function modelNote(state, awaited) {
  const { run, fields } = state;
  const running = run?.report ?? run?.weights;
  if (running)
    return `${counted(running.parameters, 'parameter')}, ${size(running.parameters * 4)}.`;
  const estimate = estimateOf(state);
  if (estimate === null) return state.text.source.content === '' ? WITHOUT_TEXT : awaited;
  const { model, charactersPerSecond, problem } = estimate;
  if (problem !== null) return problem;
  if (model === null) return awaited;
  const what = `${counted(model.parameters, 'parameter')}, ${size(model.bytes)}.`;
  const length = readNumber(fields.runCharacters, 'whole');
  const seconds = secondsHere(state, length);
  if (charactersPerSecond === null || seconds === null)
    return `${what} Trying how fast this machine trains it…`;
  const isTrial = charactersPerSecond === estimate.trial;
  const speed = `${isTrial ? 'Up to' : 'About'} ${whole(rounded(charactersPerSecond))} characters a second on this machine`;
  if (!(length > 0) || missing(state) !== '') return `${what} ${speed}.`;
  // What else the machine does slows a run, and no trial sees it.
  const time = `about ${duration(seconds)}${isTrial ? ', longer beside other work' : ''}`;
  return `${what} ${speed}: the run of ${compact(length)} takes ${time}.`;
}

/** @param {State} state */
function linkNote(state) {
  const copied = state.copied !== null && state.copied === linkOf(state) ? 'Copied. ' : '';
  if (state.run?.weights) return `${copied}What the loaded weights had learned is not in the link.`;
  const text = state.run?.text ?? state.text.source;
  const isSample = text.sample !== undefined;
  const on = isSample ? ` on ${calledWithin(text)}` : '';
  const needed = isSample ? '' : ' Who opens it needs your text; it is not in the link.';
  return `${copied}The link repeats this run from step 0${on}.${needed}`;
}

/** Whether nothing that is shown here has changed. It changes seldom, while a run changes all the time.
 * @param {State} one @param {State} other */
function sameChoice(one, other) {
  const slices = /** @type {const} */ ([
    'fields',
    'text',
    'arrival',
    'summary',
    'estimates',
    'opened',
    'copied',
  ]);
  const parts = /** @type {const} */ (['report', 'weights', 'asked', 'text']);
  return (
    (one.run === null) === (other.run === null) &&
    slices.every((slice) => one[slice] === other[slice]) &&
    parts.every((part) => one.run?.[part] === other.run?.[part])
  );
}

const LINK_STATUS = {
  missing:
    'This link repeats a run on a text that is not in it. Put that text here: it will be recognized.',
  same: 'This is the text that the link was made with.',
  different: 'Different text from the one this link was made with; the run will differ.',
};

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createModel(element, emit) {
  const model = find(element, '#model', HTMLElement);
  const awaited = model.textContent ?? '';
  const copy = find(element, '#copy-link', HTMLButtonElement);
  const link = find(element, '#link-note', HTMLElement);
  const met = find(element, '#text-link', HTMLElement);

  copy.addEventListener('click', () => emit({ type: 'copyLink' }));

  /** @type {State | null} */
  let last = null;

  return {
    render(state) {
      if (last !== null && sameChoice(last, state)) return;
      last = state;
      setText(model, modelNote(state, awaited));
      setText(link, linkNote(state));
      const how = state.opened?.followed ? linkStatus(state) : null;
      setNote(met, how === null ? '' : LINK_STATUS[how]);
      met.classList.toggle('wrong', how === 'different');
    },
  };
}
