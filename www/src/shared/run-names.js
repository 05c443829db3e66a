/** What texts and saved runs are called before a person names them, and which are kept. Pure. */

/** The name of a text once a hand was on it: of a sample that was edited, little may be left. */
export const TYPED = 'Your text';

/** Nobody misses a run that was put away before it had trained for so long: it is not kept. */
export const WORTH_KEEPING_MS = 5000;

/** A name is no longer than this. */
export const NAME_CHARACTERS = 60;

/** Of a text that has no name of its own, the run is called by so much of its beginning. */
const BEGINNING_CHARACTERS = 32;

/**
 * Without what cannot be seen but changes how the words around a name are read: controls, among them those
 * that turn the direction of writing. @param {string} name
 */
export const visible = (name) => name.replace(/[\p{Bidi_Control}\p{Cc}]/gu, '');

/** @param {string} text @param {number} most */
const cut = (text, most) => [...text].slice(0, most).join('');

/**
 * A name as a person may have typed it, on one line and not too long; empty when nothing is left.
 * @param {string} typed
 */
export const tidy = (typed) =>
  cut(visible(typed.replace(/\s+/gu, ' ')).trim(), NAME_CHARACTERS).trim();

/**
 * From the text's name without its ending, or from how a nameless text begins.
 * @param {string} textName @param {string} text
 */
export function nameFor(textName, text) {
  if (textName !== TYPED) return tidy(textName.replace(/\.\w{1,5}$/, '')) || 'Run';
  const line = tidy(text.slice(0, 400));
  if (line === '') return tidy(textName) || 'Run';
  if ([...line].length <= BEGINNING_CHARACTERS) return line;
  const beginning = cut(line, BEGINNING_CHARACTERS);
  // At a word's end, unless the last word is most of it.
  const space = beginning.lastIndexOf(' ');
  return `${(space > BEGINNING_CHARACTERS / 2 ? beginning.slice(0, space) : beginning).trim()}…`;
}

/**
 * The name, or with the first number that nobody has: "Moby-Dick 2".
 * @param {string} name @param {Iterable<string>} taken
 */
export function unlike(name, taken) {
  const others = new Set(taken);
  if (!others.has(name)) return name;
  const stem = name.replace(/ \d{1,4}$/, '');
  let number = 2;
  while (others.has(`${stem} ${number}`)) number += 1;
  return `${stem} ${number}`;
}
