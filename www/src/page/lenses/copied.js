// @ts-check
/** Copied: which runs of what the network wrote stand word for word in the text that it learned. */

import { h, setText } from '../dom.js';
import { counted } from '../format.js';
import { percent } from '../generated/glyphs.js';
import { paintText } from './paint.js';

/** The end of what was written is shown, which is read. */
const SHOWN_CHARACTERS = 1_000;

/** So many of the longest are listed. */
const LISTED = 4;

/**
 * The runs, the longest first, each once.
 * @param {string} text @param {Uint8Array} marked 1 for each code unit that is copied @param {number} most
 */
export function longestRuns(text, marked, most) {
  const runs = new Set();
  for (let from = 0; from < text.length; from += 1) {
    if (!marked[from]) continue;
    let to = from;
    while (to < text.length && marked[to]) to += 1;
    runs.add(text.slice(from, to));
    from = to;
  }
  return [...runs].sort((a, b) => b.length - a.length).slice(0, most);
}

/** @type {import('./painters.js').Lens} */
export function copied(text, margin) {
  const list = h('ol', { className: 'copies' });
  const figures = h('dl', { className: 'figures-of-copies' });
  const foot = h('p', { className: 'note' });
  margin.append(h('h3', {}, 'Longest copies'), list, figures, foot);
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
      const { copied, share, longest, least, unseen } = look.copies;
      const symbols = [...look.text];
      const skipped = Math.max(0, symbols.length - SHOWN_CHARACTERS);
      // A pair of code units is copied when its first one is.
      const marks = symbols.map(markOf(copied));
      paintText(text, symbols.slice(skipped), (i) => (marks[i + skipped] ? 'copied' : ''));
      const runs = longestRuns(look.text, copied, LISTED);
      list.replaceChildren(
        ...runs.map((run) =>
          h(
            'li',
            {},
            h('q', {}, run),
            ' ',
            h('span', { className: 'note' }, `${run.length} letters`),
          ),
        ),
      );
      figures.replaceChildren(
        h('dt', {}, 'Copied in what it wrote'),
        h('dd', {}, longest === 0 ? '0%' : percent(share)),
        h('dt', {}, 'Copied in the unseen part'),
        h('dd', {}, percent(unseen.share)),
      );
      setText(foot, verdict(share, unseen.share, longest, symbols.length));
      return {
        heading,
        note: `Underlined: runs of ${least} or more letters that stand in the text it learned.`,
      };
    },
  };
}

/** Goes through symbols and tells which are marked. @param {Uint8Array} marked by code units */
function markOf(marked) {
  let at = 0;
  return (/** @type {string} */ symbol) => {
    const mark = marked[at] === 1;
    at += symbol.length;
    return mark;
  };
}

/**
 * What the share of copies says, beside that of the unseen part.
 * @param {number} share @param {number} authors @param {number} longest @param {number} written
 */
export function verdict(share, authors, longest, written) {
  const of = `its last ${counted(written, 'letter')}`;
  if (longest === 0) return `Nothing in ${of} is copied.`;
  if (share <= authors)
    return `It does not learn by heart: ${of} repeat the text no more than the unseen part does.`;
  return `It knows some of it by heart: ${of} repeat the text more than the unseen part does.`;
}
