/** The page's alert and its notices, with their buttons. */

import { find, h, makeButton } from '../dom.js';
import { versionOffer } from './version.js';

/** @import { Emit, Intent, Notice, View } from '../state.js' */

/** @typedef {Extract<Intent, { type: 'dismiss' }>['which']} Which */

/** @param {Notice} notice @param {Which} which @param {Emit} emit */
function box(notice, which, emit) {
  if (notice.aloud) return h('p', { className: 'for-readers' }, notice.text);
  return h(
    'div',
    { className: 'row message' },
    h('p', {}, notice.text),
    ...notice.actions.map(({ label, intent }) => makeButton(label, () => emit(intent))),
    makeButton('Dismiss', () => emit({ type: 'dismiss', which }), { className: 'quiet dismiss' }),
  );
}

/**
 * A place that shows one notice or nothing.
 * @param {HTMLElement} place @param {Which} which @param {Emit} emit
 * @param {HTMLElement} next where the keyboard goes on when the notice it stood in is gone
 */
function createPlace(place, which, emit, next) {
  /** @type {Notice | null} */
  let shown = null;
  /** @param {Notice | null} notice */
  return (notice) => {
    if (notice === shown) return;
    shown = notice;
    if (place.contains(document.activeElement)) next.focus();
    place.replaceChildren(...(notice === null ? [] : [box(notice, which, emit)]));
  };
}

/**
 * Over a run messages take their room from what it writes, so that they cover nothing. Anywhere else they come first.
 * @param {HTMLElement} body
 */
export function placeMessages(body) {
  const messages = find(body, '#messages', HTMLElement);
  const next = body.dataset.place === 'watch' ? '.generated-text > .generated-controls' : '.board';
  // What moves loses the keyboard.
  if (messages.contains(document.activeElement)) find(body, '#primary', HTMLElement).focus();
  find(body, next, HTMLElement).before(messages);
}

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createMessages(element, emit) {
  const notices = find(element, '#notices', HTMLElement);
  const next = find(element, '#primary', HTMLElement);
  const showAlert = createPlace(find(element, '#alert', HTMLElement), 'alert', emit, next);
  const kinds = /** @type {const} */ (['worker', 'savedRuns', 'run', 'text', 'discarded']);
  const shows = kinds.map((kind) => {
    const place = notices.appendChild(h('div'));
    return createPlace(place, kind, emit, next);
  });
  const showVersion = createPlace(notices.appendChild(h('div')), 'version', emit, next);

  return {
    render(state) {
      showAlert(state.alert);
      kinds.forEach((kind, i) => {
        shows[i](state.notices[kind]);
      });
      showVersion(versionOffer(state));
    },
  };
}
