/** Lists with one item a line, in no order: the last tenth, which is held out, is like the rest. */

/** @typedef {(bound: number) => number} Below a whole number from 0 up to but not including `bound` */

/** By Fisher and Yates. @param {Iterable<string>} items @param {Below} below */
function shuffledLines(items, below) {
  const lines = [...items];
  for (let last = lines.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [lines[last], lines[other]] = [lines[other], lines[last]];
  }
  return `${lines.join('\n')}\n`;
}

/**
 * "Dusty Teal #4c9085". Names with symbols that hardly any other has are left out.
 * @param {string} csv of names and colours @param {Below} below
 */
export function colourLines(csv, below) {
  const rows = csv.replaceAll('’', "'").matchAll(/^([A-Za-z' -]+),(#[0-9a-f]{6})$/gm);
  return shuffledLines(
    Array.from(rows, ([, name, colour]) => `${name} ${colour}`),
    below,
  );
}

/** Each name once. @param {string[]} files with one name a line @param {Below} below */
export const nameLines = (files, below) =>
  shuffledLines(new Set(files.flatMap((file) => file.trim().split('\n'))), below);

const ONSETS = 'b br c ch d dr f g gr h j k l m n p r s sh st t th tr v w'.split(' ');
const VOWELS = 'a a a e e e i i o o u ai ea ia'.split(' ');
const MIDDLES = 'l ll m n nn nd r rr s ss v z'.split(' ');
const ENDINGS = 'n r s l th nd a o ia us el in or a e'.split(' ');

/** Invented names, made of syllables: "Branovel Tessia". @param {Below} below @param {number} [lines] */
export function names(below, lines = 12_000) {
  /** @param {string[]} list */
  const one = (list) => list[below(list.length)];
  const name = () => {
    let word = one(ONSETS) + one(VOWELS);
    for (let more = below(3); more > 0; more--) word += one(MIDDLES) + one(VOWELS);
    word += one(ENDINGS);
    return word[0].toUpperCase() + word.slice(1);
  };
  return Array.from({ length: lines }, () => `${name()} ${name()}\n`).join('');
}
