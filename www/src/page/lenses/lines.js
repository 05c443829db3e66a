/** Lines: what the network writes as a list of its own, each item new, known, or one letter from a known one. Any may be starred. */

import { copy } from '../browser/clipboard.js';
import { spreadsheetCell } from '../chart/csv.js';
import { h, makeButton, setEnabled, setText } from '../dom.js';
import { counted, whole } from '../format.js';

/** @import { Item } from '../../shared/protocol.js' */

/** A colour that is written out, as lists of paints have them. */
const COLOUR = /#[0-9a-f]{6}\b/i;

/** @type {Record<Item['kind'], (item: Item) => string>} */
const KINDS = {
  new: () => '',
  known: ({ near }) => (near === null ? 'in the text' : `in the text as ${COLOUR.exec(near)?.[0]}`),
  near: ({ near }) => `almost “${near}”`,
};

/** As a table that any spreadsheet reads. @param {Item[]} items */
export function csvOf(items) {
  const rows = items.map(({ line, kind, near }) =>
    [spreadsheetCell(line), kind, spreadsheetCell(near ?? '')].join(','),
  );
  return `${['line,kind,near', ...rows].join('\r\n')}\r\n`;
}

/**
 * Whether a line is like a pattern, capital or small: `*` stands for any letters, and a pattern without one is
 * somewhere in the line. By search, because a regular expression with many stars takes for ever.
 * @param {string} line @param {string} pattern
 */
export function isLike(line, pattern) {
  const text = line.toLowerCase();
  const [first, ...parts] = pattern.toLowerCase().split('*');
  const last = parts.pop();
  if (last === undefined) return text.includes(first);
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.slice(at).endsWith(last);
}

/**
 * Why no line is shown, by what the person asks for.
 * @param {boolean} onlyNew @param {boolean} onlyStarred @param {string} pattern
 */
export function noneOf(onlyNew, onlyStarred, pattern) {
  const kinds = [onlyStarred ? 'starred' : '', onlyNew ? 'new' : ''].filter((kind) => kind !== '');
  const which = ['No', ...kinds, 'line'].join(' ');
  return pattern === '' ? `${which} is on the list.` : `${which} is like “${pattern}”.`;
}

/** @type {import('./painters.js').Lens} */
export function lines(text, margin, emit) {
  const typed = { type: 'text', autocomplete: /** @type {const} */ ('off'), spellcheck: false };
  const begin = h('input', { id: 'lens-begin', ...typed });
  const patternHelp = h(
    'p',
    { className: 'note', id: 'lens-like-help' },
    'A * stands for any letters, as in *ette. Without one, it may be anywhere in a line.',
  );
  const like = h('input', { id: 'lens-like', 'aria-describedby': patternHelp.id, ...typed });
  const askMore = () => emit({ type: 'setLens', change: { seed: seed + 1 } });
  const more = makeButton('100 more', askMore, { className: 'plain' });
  const onlyNew = h('input', { type: 'checkbox', id: 'lens-only-new' });
  const onlyStarred = h('input', { type: 'checkbox', id: 'lens-only-starred' });
  const copyAll = makeButton('Copy the list', copyShown);
  const save = makeButton('Save as CSV', () =>
    emit({
      type: 'saveFile',
      fileName: 'babble-lines.csv',
      content: new Blob([csvOf(shown())], { type: 'text/csv' }),
    }),
  );
  const said = h('p');
  const told = h('p', { className: 'note', role: 'status' });
  margin.append(
    h('p', { className: 'begin' }, h('label', { htmlFor: 'lens-begin' }, 'Begin with'), begin),
    h('p', { className: 'row takings' }, more, copyAll, save),
    said,
    h('p', { className: 'begin' }, h('label', { htmlFor: 'lens-like' }, 'Only lines like'), like),
    h(
      'p',
      { className: 'row only' },
      h('label', {}, onlyNew, ' only new ones'),
      h('label', {}, onlyStarred, ' only starred ones'),
    ),
    told,
    patternHelp,
  );
  const list = h('div');
  text.replaceChildren(list);
  /** @type {Map<string, Item>} */
  let items = new Map();
  /** With which press of the button each line came, from 0. @type {Map<string, number>} */
  let batches = new Map();
  /** @type {unknown} */
  let last = null;
  let asked = '';
  let seed = 1;
  /** @type {Item[]} */
  let stars = [];
  /** The button of each line that is shown. @type {Map<string, HTMLButtonElement>} */
  let buttons = new Map();

  const isStarred = (/** @type {string} */ line) => stars.some((star) => star.line === line);

  /** Where a line stands on the list: among the starred, or with those that it came with. @param {Item} item */
  const placeOf = ({ line }) => (isStarred(line) ? -1 : (batches.get(line) ?? 0));

  /** Those that are shown, the starred first. */
  function shown() {
    const pattern = like.value.trim();
    const some = [...items.values()].filter(
      ({ line, kind }) =>
        (!onlyNew.checked || kind === 'new') &&
        (!onlyStarred.checked || isStarred(line)) &&
        isLike(line, pattern),
    );
    return some.sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** @param {Item} item */
  function toggle(item) {
    const others = stars.filter(({ line }) => line !== item.line);
    const isNew = others.length === stars.length;
    emit({ type: 'setLens', change: { stars: isNew ? [...stars, item] : others } });
  }

  /** A star leaves its line where it is until the list is drawn again: nothing moves under a finger. */
  function markStars() {
    for (const [line, button] of buttons) {
      const starred = isStarred(line);
      button.setAttribute('aria-pressed', `${starred}`);
      setText(button, starred ? '★' : '☆');
    }
  }

  /** @param {Item} item */
  function rowOf(item) {
    const colour = COLOUR.exec(item.line)?.[0];
    const swatch = h('i', { className: 'swatch' });
    if (colour !== undefined) swatch.style.background = colour;
    // One stop of the Tab key for all of them, and the arrows between them.
    const star = makeButton('', () => toggle(item), {
      className: 'star',
      tabIndex: -1,
      'aria-label': `Star ${item.line}`,
    });
    buttons.set(item.line, star);
    const kind = h('span', { className: 'note' }, KINDS[item.kind](item));
    const line = h('bdi', {}, item.line);
    return h('li', {}, ...(colour === undefined ? [] : [swatch]), line, ' ', star, kind);
  }

  function draw() {
    buttons = new Map();
    const all = shown();
    /** Those that came together have columns of their own, so that the newest begin on the left. @type {HTMLOListElement[]} */
    const lists = [];
    all.forEach((item, i) => {
      if (i === 0 || placeOf(item) !== placeOf(all[i - 1]))
        lists.push(h('ol', { className: 'items', start: i + 1 }));
      lists[lists.length - 1].append(rowOf(item));
    });
    const none = noneOf(onlyNew.checked, onlyStarred.checked, like.value.trim());
    const isNone = all.length === 0 && items.size > 0;
    list.replaceChildren(...(isNone ? [h('p', { className: 'note' }, none)] : lists));
    for (const taking of [copyAll, save]) setEnabled(taking, all.length > 0);
    setText(told, '');
    for (const first of [...buttons.values()].slice(0, 1)) first.tabIndex = 0;
    markStars();
    const count = (/** @type {Item['kind']} */ kind) =>
      [...items.values()].filter((item) => item.kind === kind).length;
    setText(
      said,
      items.size === 0
        ? 'It wrote no whole line. Let it learn for a while.'
        : `${whole(count('new'))} new, ${whole(count('known'))} in the text, ${whole(count('near'))} one letter off.`,
    );
  }

  /** Scrolls to the first of those that have just come and are shown. @param {Item[]} added */
  function showAdded(added) {
    setText(
      told,
      added.length === 0
        ? 'It wrote nothing that is not on the list.'
        : `${counted(added.length, 'line')} more.`,
    );
    const first = added.map(({ line }) => buttons.get(line)).find((star) => star !== undefined);
    const list = first?.closest('ol');
    if (!list) return;
    text.scrollTop += list.getBoundingClientRect().top - text.getBoundingClientRect().top;
  }

  begin.addEventListener('change', () => emit({ type: 'setLens', change: { begin: begin.value } }));
  list.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const all = [...buttons.values()];
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = all[at + (by ?? 0)];
    if (by === undefined || at === -1 || next === undefined) return;
    event.preventDefault();
    for (const button of all) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  for (const filter of [onlyNew, onlyStarred, like]) filter.addEventListener('input', draw);
  async function copyShown() {
    const lines = shown().map(({ line }) => line);
    const copied = await copy(lines.join('\n'));
    setText(
      told,
      copied
        ? `Copied ${counted(lines.length, 'line')}.`
        : 'This browser does not let the page copy.',
    );
  }

  return {
    paint({ lens, run }) {
      const heading = 'A list of its own';
      const look = lens.seen?.look.what === 'lines' ? lens.seen.look : null;
      ({ seed, stars } = lens);
      if (document.activeElement !== begin) begin.value = lens.begin;
      if (look === null || lens.seen === null) {
        margin.hidden = run === null;
        const note =
          run === null
            ? 'Press Train. A network that has read nothing can list nothing.'
            : 'Writing…';
        return { heading, note };
      }
      if (look !== last) {
        const isMore = look.begin === asked && items.size > 0;
        if (!isMore) {
          items = new Map(stars.map((star) => [star.line, star]));
          batches = new Map();
        }
        [last, asked] = [look, look.begin];
        const batch = Math.max(-1, ...batches.values()) + 1;
        const added = look.items.filter(({ line }) => !items.has(line));
        for (const item of look.items) items.set(item.line, item);
        for (const { line } of added) batches.set(line, batch);
        draw();
        if (isMore) showAdded(added);
      } else {
        markStars();
      }
      const { step } = lens.seen;
      return {
        heading,
        note: `Written at step ${whole(step)}, each line once. “100 more” asks the network as it is then.`,
      };
    },
  };
}
