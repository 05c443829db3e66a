/** What guides a visitor: the lesson, sentences that do what they say, what a link opens, and the controls that it leaves. */

import { find, makeButton } from '../dom.js';
import { quoted } from '../settings/link.js';
import { createCard } from './card.js';
import { createHold } from './hold.js';
import { hidingStyle, NAMES, readAsked } from './shown.js';
import { createTries } from './tries-view.js';

/** @import { Address } from '../browser/url-hash.js' */
/** @import { LossHistories } from '../chart/loss-histories.js' */
/** @import { Message, View } from '../state.js' */

/**
 * @param {HTMLElement} element @param {(message: Message) => void} emit
 * @param {LossHistories} histories @param {Address} address
 * @returns {View}
 */
export function createGuided(element, emit, histories, address) {
  const style = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  const holds = [createHold(emit, histories), createHold(emit, histories)];
  const without = (/** @type {string} */ key) =>
    address.ask(address.asked.filter((pair) => !pair.startsWith(key)));
  const card = createCard(element, emit, histories, holds[0], () => without('lesson='));
  const tries = createTries(element, emit, holds[1], () =>
    address.ask(['lesson=1', ...address.asked]),
  );
  const showAll = makeButton('Show all controls', () => without('show='));
  find(element, '.links', HTMLElement).append(showAll);
  showAll.hidden = true;
  const compare = find(element, '[data-to="compare"]', HTMLElement);
  /** @type {string[]} */
  let pairs = [];
  let asked = readAsked(pairs);

  return {
    render(state) {
      if (address.asked !== pairs) {
        pairs = address.asked;
        asked = readAsked(pairs);
        style.replaceSync(hidingStyle(asked.shown, asked.lesson));
        showAll.hidden = asked.shown === null;
        const compares = pairs.some((pair) => pair.startsWith('compare='));
        if (compares && state.run === null) compare.click();
        element.classList.toggle('in-lesson', asked.lesson);
        if (asked.unknown.length > 0) {
          const unknown = asked.unknown.map(quoted).join(', ');
          const said = `This page’s address asks for what it does not have: ${unknown}. It can show ${NAMES.join(', ')}; lesson=1 begins the lesson.`;
          const message = [state.alert?.text ?? '', said].join(' ').trim();
          emit({ type: 'saveFailed', message });
        }
      }
      for (const hold of holds) hold.follow(state);
      card.render(state, asked.lesson);
      tries.render(state, asked.lesson, card.next());
    },
  };
}
