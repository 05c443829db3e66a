/** The strip under the output: what the tint means or, for a selected character, its alternatives. */

import { find, h, setText } from '../dom.js';
import { glyphOf, percent, spokenOf } from './glyphs.js';
import { alternativesOf } from './sample.js';

/** @import { Alternative, Character } from './sample.js' */

/** The worker names so many for each character. */
const ALTERNATIVES = 5;

/** Tells the page of the character that is looked at, or null. */
export const LOOKED = 'babble-looked';

/** While a key is held down, nothing is announced. */
const SETTLED_MS = 150;

function makeEntry() {
  const symbol = h('bdi');
  const share = h('span');
  const entry = h('li', {}, symbol, ' ', share);
  return {
    entry,
    /** @param {Alternative | undefined} alternative */
    show(alternative) {
      entry.hidden = alternative === undefined;
      if (alternative === undefined) return;
      const { text, named } = glyphOf(alternative.symbol);
      setText(symbol, text);
      symbol.classList.toggle('named', named);
      symbol.title = named ? text : codeOf(alternative.symbol);
      setText(share, percent(alternative.probability));
      entry.style.setProperty('--share', `${100 * alternative.probability}%`);
    },
  };
}

/** The code of a symbol that some fonts cannot show. @param {string} symbol */
function codeOf(symbol) {
  const code = /** @type {number} */ (symbol.codePointAt(0));
  return code < 0x7f ? '' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** @param {Character} character */
function say(character) {
  const others = alternativesOf(character)
    .filter(({ symbol }) => symbol !== character.symbol)
    .map(({ symbol, probability }) => `${spokenOf(symbol)} ${percent(probability)}`);
  const said = `${spokenOf(character.symbol)}, ${percent(character.probability)}.`;
  return others.length === 0 ? said : `${said} Instead: ${others.join(', ')}.`;
}

/** @param {HTMLElement} element */
export function createReadout(element) {
  const key = find(element, '#tint-key', HTMLElement);
  const readout = find(element, '#readout', HTMLElement);
  const list = find(element, '#alternatives', HTMLElement);
  const status = find(element, '#inspected', HTMLElement);
  const entries = Array.from({ length: ALTERNATIVES + 1 }, makeEntry);
  list.append(...entries.map(({ entry }) => entry));
  let timer = 0;

  return {
    /** @param {Character | null} character @param {boolean} byKeys */
    show(character, byKeys) {
      clearTimeout(timer);
      element.dispatchEvent(new CustomEvent(LOOKED, { detail: character }));
      key.hidden = character !== null;
      readout.hidden = character === null;
      if (character === null) {
        setText(status, '');
        return;
      }
      const shown = alternativesOf(character);
      // The written character is among them, at the end when it was less likely than all of them.
      if (!shown.some(({ symbol }) => symbol === character.symbol)) shown.push(character);
      entries.forEach(({ entry, show }, rank) => {
        show(shown[rank]);
        entry.classList.toggle('taken', shown[rank]?.symbol === character.symbol);
      });
      if (byKeys) timer = window.setTimeout(() => setText(status, say(character)), SETTLED_MS);
      else setText(status, '');
    },
  };
}
