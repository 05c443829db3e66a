// @ts-check
/** What can be seen in generated text at each stage of the loss. Pure. */

/** @import { Stage } from '../baselines/compare.js' */
/** @import { TextKind } from '../text/kind.js' */

/** Before a network has found any order, all texts look alike. */
const RANDOM = 'Random letters. It has not learned anything yet.';
const FREQUENCIES = 'It has found the common letters, but no order.';

/**
 * The last two stages are those below the 3-letter statistics, and below the best of all.
 * @type {Record<TextKind, Record<Stage, string>>}
 */
const SEEING = {
  prose: {
    random: RANDOM,
    frequencies: FREQUENCIES,
    pairs: 'Word lengths look right, and letters begin to fit each other.',
    syllables: 'Syllables: much of it could be read aloud.',
    words: 'Words: many are real, few go together.',
    phrases: 'Grammar: words begin to go together.',
  },
  lines: {
    random: RANDOM,
    frequencies: FREQUENCIES,
    pairs: 'Letters begin to follow each other as on your list.',
    syllables: 'Pieces of its lines look like yours.',
    words: 'Longer pieces of its lines look like yours.',
    phrases: 'Its lines look like yours over more than a few letters.',
  },
  code: {
    random: RANDOM,
    frequencies: FREQUENCIES,
    pairs: 'Letters and brackets begin to follow each other.',
    syllables: 'Pieces of names and keywords appear.',
    words: 'Names and keywords: many are real, few go together.',
    phrases: 'Lines look like code. Whether they mean anything is another matter.',
  },
  numbers: {
    random: 'Random symbols. It has not learned anything yet.',
    frequencies: 'It has found the common symbols, but no order.',
    pairs: 'Digits and signs begin to stand where they belong.',
    syllables: 'The form looks right. That does not make the numbers right.',
    words: 'The form is right over longer stretches. The numbers need not be.',
    phrases: 'It uses more than the last few symbols. The numbers need not be right.',
  },
  other: {
    random: 'Random symbols. It has not learned anything yet.',
    frequencies: 'It has found the common symbols, but no order.',
    pairs: 'Symbols begin to follow each other as in your text.',
    syllables: 'Runs of three symbols look like your text.',
    words: 'Longer runs look like your text.',
    phrases: 'It uses more than the last few symbols.',
  },
};

/** @param {TextKind} kind @param {Stage} stage */
export const seeing = (kind, stage) => SEEING[kind][stage];
