/** Copied: which passages of what the network wrote stand word for word in the text that it learned. */

import { h, setText } from '../dom.js';
import { counted } from '../format.js';
import { percent } from '../generated/glyphs.js';
import { paintText } from './paint.js';

/** @typedef {{ from: number, to: number }} Copy a passage, in code units */

/** So many of the longest are listed, and of each so many letters. */
const LISTED = 4;
const QUOTED = 40;

/**
 * The longest copies, each text once: its beginning, and how long it is.
 * @param {string} text @param {Copy[]} copies the longest first
 */
export function quotesOf(text, copies) {
  // A pair of code units that is cut is no letter.
  const texts = copies.map(({ from, to }) =>
    text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, ''),
  );
  return [...new Set(texts)].slice(0, LISTED).map((copy) => {
    const letters = [...copy];
    const isCut = letters.length > QUOTED;
    return {
      quote: isCut ? `${letters.slice(0, QUOTED).join('').trimEnd()}…` : copy,
      length: letters.length,
    };
  });
}

/**
 * The paint of each symbol. Copies that touch differ in it, so that their lines do not run into one.
 * @param {string[]} symbols @param {Copy[]} copies
 */
export function paintOfCopies(symbols, copies) {
  const inOrder = [...copies].sort((one, other) => one.from - other.from);
  let number = 0;
  let at = 0;
  // A pair of code units is copied when its first one is.
  return symbols.map((symbol) => {
    while (number < inOrder.length && inOrder[number].to <= at) number += 1;
    const isCopied = number < inOrder.length && inOrder[number].from <= at;
    at += symbol.length;
    return isCopied ? `copied copy-${number % 2}` : '';
  });
}

/** None and all are said as such: `percent` rounds what is never exactly either. @param {number} share */
export const shareOf = (share) => (share === 0 ? '0%' : share === 1 ? '100%' : percent(share));

/** @type {import('./painters.js').Lens} */
export function copied(text, margin) {
  const said = h('p');
  const figures = h('dl', { className: 'figures-of-copies' });
  const longest = h('h3', {}, 'Longest copies');
  const list = h('ol', { className: 'copies' });
  margin.append(said, figures, longest, list);
  const heading = 'What it wrote';
  return {
    paint({ lens, run }) {
      const look = lens.seen?.look.what === 'copies' ? lens.seen.look : null;
      const nothing =
        run === null
          ? 'Press Train. What has learned nothing can copy nothing.'
          : look === null
            ? 'Comparing…'
            : look.copies === null
              ? 'These weights have met no text, so there is nothing to compare with. Press Resume.'
              : look.text === ''
                ? 'It has written nothing yet.'
                : '';
      if (look === null || look.copies === null || nothing !== '') {
        text.replaceChildren();
        margin.hidden = true;
        return { heading, note: nothing };
      }
      const { copies, share, least, unseen } = look.copies;
      const symbols = [...look.text];
      const paint = paintOfCopies(symbols, copies);
      paintText(text, symbols, (i) => paint[i]);
      setText(said, verdict(share, unseen, symbols.length));
      figures.replaceChildren(
        h('dt', {}, 'Copied in what it wrote'),
        h('dd', {}, shareOf(share)),
        h('dt', {}, 'Copied in the unseen part'),
        h('dd', {}, shareOf(unseen)),
      );
      longest.hidden = copies.length === 0;
      list.replaceChildren(
        ...quotesOf(look.text, copies).map(({ quote, length }) =>
          h(
            'li',
            {},
            h('q', {}, h('bdi', {}, quote)),
            ' ',
            h('span', { className: 'note' }, counted(length, 'letter')),
          ),
        ),
      );
      return {
        heading,
        note: `Underlined: passages of ${least} or more letters that stand in the text it learned.`,
      };
    },
  };
}

/** An unseen part of which more than this is copied is no measure of what is copied. */
const MOST_UNSEEN = 0.8;

/**
 * What the share of copies in the text that is shown says, beside that of the unseen part.
 * @param {number} share @param {number} authors @param {number} written
 */
export function verdict(share, authors, written) {
  const here = written === 1 ? 'the letter here' : `the ${counted(written, 'letter')} here`;
  if (share === 0) return `Nothing in ${here} is copied.`;
  if (authors > MOST_UNSEEN)
    return 'Nearly all of the unseen part stands in the text it learned, so copies tell nothing here.';
  if (share <= authors)
    return `No sign of learning by heart: ${here} repeat the text no more than the unseen part does.`;
  return `It knows some of it by heart: ${here} repeat the text more than the unseen part does.`;
}
