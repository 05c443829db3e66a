/**
 * A text to train on that needs no file: words drawn with Zipf's frequencies from a made-up
 * dictionary, over exactly {@link SYMBOLS} symbols, the same at every run.
 */
import { SYMBOLS } from './workloads.js';

const LETTERS = 'etaoinshrdlucmfwypvbgkjqxz';
const REST = "\nABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:'!?-&$3";
const WORDS = 2000;

/** @param {number} seed @returns {() => number} numbers in [0, 1) */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    // A multiplicative generator modulo the prime 2^31 - 1 (Park and Miller 1988).
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

/** @param {number} characters */
export function generate(characters) {
  const random = uniform(20261125);
  /** Small indices more often. @param {number} n */
  const pick = (n) => Math.floor(n ** random()) - 1;
  const letters = LETTERS + REST;
  const dictionary = Array.from({ length: WORDS }, () =>
    Array.from(
      { length: 1 + Math.floor(7 * random()) },
      () => letters[pick(letters.length + 1)],
    ).join(''),
  );
  let text = `${letters} `;
  while (text.length < characters) text += `${dictionary[pick(WORDS + 1)]} `;
  const symbols = new Set(text).size;
  if (symbols !== SYMBOLS) throw new Error(`The text has ${symbols} symbols, not ${SYMBOLS}.`);
  return text.slice(0, characters);
}
