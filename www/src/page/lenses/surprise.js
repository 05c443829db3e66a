/** Surprise: how unlikely the network thought each letter that came. */

import { LETTER_KINDS, letterKindOf } from '../../shared/letter-kinds.js';
import { h, setText } from '../dom.js';
import { counted, loss, whole } from '../format.js';
import { levelOf, paintText } from './paint.js';
import { headingOf, nothingToShow } from './words.js';

/** @import { State } from '../state.js' */
/** @import { Read } from './state.js' */

/** From so many nats on, one level redder: a half, then odds of 1 to 1.6, 6, 19 and 99 against it. */
const STEPS = [0.7, 1.3, 2, 3, 4.6];

/** From so many nats of change on, one level bluer or redder. */
const CHANGES = [0.1, 0.3, 0.7, 1.3, 2.3];

/** What colours mean where two looks are compared. */
const CHANGED = 'Blue letters surprise it less than they did then; red ones, more.';

/** The paint of so much surprise. @param {number} nats */
function paintOf(nats) {
  const level = levelOf(STEPS, nats);
  return level === 0 ? '' : `red-${level}`;
}

/** The paint of so much more surprise, or less: blue is learning. @param {number} nats */
export function paintOfChange(nats) {
  const level = levelOf(CHANGES, Math.abs(nats));
  return level === 0 ? '' : `${nats < 0 ? 'blue' : 'red'}-${level}`;
}

/**
 * The mean surprise by place, of those places that there are.
 * @param {string[]} symbols @param {Float32Array} surprise of all but the first
 * @returns {{ name: string, mean: number, count: number }[]}
 */
export function byPlace(symbols, surprise) {
  const sums = LETTER_KINDS.map(([name]) => ({ name, sum: 0, count: 0 }));
  surprise.forEach((nats, i) => {
    const sum = sums[letterKindOf(symbols[i + 1], symbols[i])];
    sum.sum += nats;
    sum.count += 1;
  });
  return sums
    .filter(({ count }) => count > 0)
    .map(({ name, sum, count }) => ({ name, mean: sum / count, count }));
}

/** With its sign, a true minus. @param {number} nats */
const signed = (nats) => (nats < 0 ? `−${loss(-nats)}` : `${nats > 0 ? '+' : ''}${loss(nats)}`);

/** @param {Float32Array} values */
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Since when, in words. @param {Read[]} recent */
function sinceOf(recent) {
  const [before, now] = [recent[0], recent[recent.length - 1]];
  const seconds = Math.round((now.look.whenMs - before.look.whenMs) / 1000);
  return `Since step ${whole(before.step)}, ${counted(seconds, 'second')} ago`;
}

/**
 * Why two looks are not compared; '' when they are.
 * @param {Pick<State['lens'], 'of' | 'recent'>} lens @param {import('../state.js').Run['phase']} phase
 */
export function sameNote({ of, recent }, phase) {
  const [before, now] = [recent[0], recent[recent.length - 1]];
  if (before.step !== now.step) return '';
  const why = phase === 'paused' ? ', as the run is paused' : ': no step was taken';
  if (before !== now) return `${sinceOf(recent)}, nothing has changed${why}.`;
  return of === 'written'
    ? 'What it writes is another text each time. Choose an unseen page.'
    : 'This was the first look. The next one is compared with it.';
}

/** @type {import('./painters.js').Lens} */
export function surprise(text, margin, emit) {
  const list = h('dl', { className: 'bars' });
  const foot = h('p', { className: 'note' });
  const choice = (/** @type {string} */ label, /** @type {boolean} */ changed) => {
    const input = h('input', { type: 'radio', name: 'surprise' });
    input.addEventListener('change', () => emit({ type: 'setLens', change: { changed } }));
    return { input, label: h('label', {}, input, ' ', label) };
  };
  const choices = [choice('now', false), choice('what changed', true)];
  const group = { className: 'which-surprise', 'aria-label': 'Surprise' };
  const which = h('fieldset', group, ...choices.map((c) => c.label));
  margin.append(h('h3', {}, 'Where it is surprised'), which, list, foot);

  /** @param {{ name: string, mean: number, count: number }[]} places @param {boolean} changed */
  function drawBars(places, changed) {
    const most = Math.max(...places.map(({ mean }) => Math.abs(mean)), 1e-9);
    list.replaceChildren(
      ...places.flatMap(({ name, mean, count }) => {
        const bar = h('i', { className: mean > 0 ? 'red' : '' });
        bar.style.width = `${(100 * Math.abs(mean)) / most}%`;
        const figure = changed ? signed(mean) : loss(mean);
        return [h('dt', {}, name), h('dd', { title: `${whole(count)} of them` }, figure, bar)];
      }),
    );
  }

  /** What the newest look says beside the oldest of the last minute. @param {State} state @param {string} heading */
  function paintChange({ lens, run }, heading) {
    const [before] = lens.recent;
    const now = lens.recent[lens.recent.length - 1];
    const symbols = [...now.look.text];
    const same = sameNote(lens, run?.phase ?? 'paused');
    list.hidden = same !== '';
    if (same !== '') {
      paintText(text, symbols, () => '');
      setText(foot, same);
      const note = before === now ? CHANGED : 'Nothing is coloured, for nothing has changed.';
      return { heading, note };
    }
    const change = now.look.surprise.map((nats, i) => nats - before.look.surprise[i]);
    paintText(text, symbols, (i) => (i === 0 ? '' : paintOfChange(change[i - 1])));
    drawBars(byPlace(symbols, change), true);
    const sum = change.length === 0 ? 0 : meanOf(change);
    setText(
      foot,
      `${sinceOf(lens.recent)}, in nats per letter, by place. All in all: ${signed(sum)}.`,
    );
    return { heading, note: CHANGED };
  }

  return {
    paint(state) {
      const { seen, of, changed, recent } = state.lens;
      const look = seen?.look.what === 'reading' ? seen.look : null;
      const nothing = nothingToShow(state, look?.text ?? '');
      const heading = headingOf(state);
      if (look === null || nothing !== '') {
        text.replaceChildren();
        margin.hidden = true;
        return { heading, note: nothing };
      }
      for (const [i, { input }] of choices.entries()) input.checked = changed === (i === 1);
      if (changed && recent.length > 0) return paintChange(state, heading);
      list.hidden = false;
      const symbols = [...look.text];
      paintText(text, symbols, (i) => (i === 0 ? '' : paintOf(look.surprise[i - 1])));
      drawBars(byPlace(symbols, look.surprise), false);
      const mean = meanOf(look.surprise);
      const heldOut = state.run?.heldOut ?? null;
      const all =
        of === 'unseen' && heldOut !== null && heldOut.estimate === undefined
          ? ` Over the whole unseen tenth it was ${loss(heldOut.loss)} at step ${whole(heldOut.step)}.`
          : '';
      setText(
        foot,
        symbols.length < 2
          ? 'One letter is surprising to nobody: write a second one.'
          : `Nats per letter, by place. On these ${counted(symbols.length, 'letter')} they come to ${loss(mean)}.${all}`,
      );
      return { heading, note: 'The redder a letter, the less the network expected it.' };
    },
  };
}
