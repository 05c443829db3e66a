// @ts-check
/** The strip under the sheet: what the tint means or, while a character is looked at, what else it might have been. */

import { find, setText } from '../dom.js';
import { glyphOf, percent, spokenOf } from '../voice/glyphs.js';
import { alternativesOf } from '../voice/passage.js';

/** As many the worker tells of each character. */
const ALTERNATIVES = 5;

/** Who holds a key down hears where it ended. */
const SETTLED_MS = 150;

/** @typedef {import('../voice/passage.js').Character} Character */

/** @param {string} kind of element */
function makeEntry(kind) {
  const entry = document.createElement(kind);
  const symbol = document.createElement('bdi');
  const share = document.createElement('span');
  entry.append(symbol, ' ', share);
  return {
    entry,
    /** @param {import('../voice/passage.js').Alternative | undefined} told */
    show(told) {
      entry.hidden = told === undefined;
      if (told === undefined) return;
      const { text, named } = glyphOf(told.symbol);
      setText(symbol, text);
      symbol.classList.toggle('named', named);
      symbol.title = named ? text : codeOf(told.symbol);
      setText(share, percent(told.probability));
      entry.style.setProperty('--share', `${100 * told.probability}%`);
    },
  };
}

/** What some fonts cannot show can still be told. @param {string} symbol */
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
  const entries = Array.from({ length: ALTERNATIVES + 1 }, () => makeEntry('li'));
  list.append(...entries.map(({ entry }) => entry));
  let timer = 0;

  return {
    /** @param {Character | null} character @param {boolean} byKeys */
    show(character, byKeys) {
      clearTimeout(timer);
      key.hidden = character !== null;
      readout.hidden = character === null;
      if (character === null) {
        setText(status, '');
        return;
      }
      const shown = alternativesOf(character);
      // What was written stands among them, at the end when it was less likely than all of them.
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
