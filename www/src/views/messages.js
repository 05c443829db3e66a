// @ts-check
/** The page's alert, and its notices with their ways back and on. */

import { find, makeButton } from '../dom.js';
import { versionOffer } from '../state/version.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Message} Message
 * @typedef {(intent: import('../state.js').Intent) => void} Emit
 * @typedef {Extract<import('../state.js').Intent, { type: 'dismiss' }>['which']} Which
 */

/** @param {Message} message @param {Which} which @param {Emit} emit */
function box(message, which, emit) {
  const element = document.createElement('div');
  element.className = 'message';
  const sentence = document.createElement('p');
  sentence.textContent = message.text;
  element.append(sentence);
  for (const { label, intent } of message.actions) {
    const button = makeButton(label);
    button.addEventListener('click', () => emit(intent));
    element.append(button);
  }
  const dismiss = makeButton('Dismiss', 'quiet dismiss');
  dismiss.addEventListener('click', () => emit({ type: 'dismiss', which }));
  element.append(dismiss);
  return element;
}

/**
 * One place that shows a message or nothing.
 * @param {HTMLElement} place @param {Which} which @param {Emit} emit
 * @param {HTMLElement} next where the keyboard goes on when the message it stood in is gone
 */
function createPlace(place, which, emit, next) {
  /** @type {Message | null} */
  let shown = null;
  /** @param {Message | null} message */
  return (message) => {
    if (message === shown) return;
    shown = message;
    if (place.contains(document.activeElement)) next.focus();
    place.replaceChildren(...(message === null ? [] : [box(message, which, emit)]));
  };
}

/** @param {HTMLElement} element @param {Emit} emit */
export function createMessages(element, emit) {
  const notices = find(element, '#notices', HTMLElement);
  const next = find(element, '#primary', HTMLElement);
  const showAlert = createPlace(find(element, '#alert', HTMLElement), 'alert', emit, next);
  const kinds = /** @type {const} */ (['kept', 'run', 'text', 'aside']);
  const shows = kinds.map((kind) => {
    const place = document.createElement('div');
    notices.append(place);
    return createPlace(place, kind, emit, next);
  });
  const versionPlace = document.createElement('div');
  notices.append(versionPlace);
  const showVersion = createPlace(versionPlace, 'version', emit, next);

  return {
    /** @param {State} state */
    render(state) {
      showAlert(state.alert);
      kinds.forEach((kind, i) => {
        shows[i](state.notices[kind]);
      });
      showVersion(versionOffer(state));
    },
  };
}
