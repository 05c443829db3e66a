/** Memory: how much each earlier letter bears on the network's guess at one. */

import { h, setText, svg } from '../dom.js';
import { whole } from '../format.js';
import { spokenOf } from '../generated/glyphs.js';
import { caretFrom } from '../generated/inspector.js';
import { paintText, symbolAt } from './paint.js';
import { headingOf, nothingToShow } from './words.js';

/** From this share of the greatest influence on, one level bluer. The root brings out what is small. */
const STEPS = [0.1, 0.2, 0.35, 0.55, 0.8];

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [280, 170, 42, 20];
/** The axis reaches down to this share of the nearest letter's influence, in powers of ten. */
const DECADES = 6;

/**
 * How many of the last letters hold this share of all influence.
 * @param {Float32Array} influence the nearest letter last @param {number} share
 */
export function reachOf(influence, share) {
  const all = influence.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  for (let back = 1; back <= influence.length; back += 1) {
    sum += influence[influence.length - back];
    if (sum >= share * all) return back;
  }
  return influence.length;
}

/** @type {import('./painters.js').Lens} */
export function memory(text, margin, emit) {
  const viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
  const plot = svg('svg', { viewBox, role: 'img', 'aria-label': 'Influence by distance' });
  const sentence = h('p');
  const foot = h('p', { className: 'note' });
  margin.append(h('h3', {}, 'How far back it looks'), plot, sentence, foot);
  let length = 0;
  let at = 0;
  /** The letter that was scrolled to. */
  let scrolledTo = -1;
  const choosing = matchMedia('(pointer: coarse)').matches
    ? 'Tap another letter.'
    : 'Click another letter, or use the arrow keys.';

  const choose = (/** @type {number} */ next) => {
    const within = Math.max(1, Math.min(length - 1, next));
    if (length > 1) emit({ type: 'setLens', change: { at: within } });
  };
  const abort = new AbortController();
  text.addEventListener(
    'click',
    ({ clientX, clientY }) => {
      if (!margin.contains(plot)) return abort.abort();
      if (getSelection()?.isCollapsed === false) return;
      const caret = caretFrom(clientX, clientY);
      const index = caret && symbolAt(text, caret.node, caret.offset);
      if (index !== null) choose(index);
    },
    { signal: abort.signal },
  );
  text.addEventListener(
    'keydown',
    (event) => {
      if (!margin.contains(plot)) return abort.abort();
      const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -50, PageDown: 50 }[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      choose(at + by);
    },
    { signal: abort.signal },
  );

  return {
    paint(state) {
      const { seen, first } = state.lens;
      const look = seen?.look.what === 'influence' ? seen.look : null;
      const nothing = nothingToShow(state, look?.text ?? '');
      const heading = headingOf(state);
      if (look === null || nothing !== '' || look.influence.length === 0) {
        text.replaceChildren();
        margin.hidden = true;
        const short =
          look !== null && nothing === '' ? 'One letter has nothing before it.' : nothing;
        return { heading, note: short };
      }
      const symbols = [...look.text];
      ({ length, at } = { length: symbols.length, at: look.at });
      const { influence, from } = look;
      const most = Math.max(...influence, Number.MIN_VALUE);
      paintText(text, symbols, (i) => {
        if (i === look.at) return 'asked';
        if (i < from || i > look.at) return '';
        const share = Math.sqrt(influence[i - from] / most);
        const level = STEPS.filter((step) => share >= step).length;
        return level === 0 ? '' : `tint-${level}`;
      });
      // Once what is said below the text has taken its room.
      if (look.at !== scrolledTo) requestAnimationFrame(() => showMark(text));
      scrolledTo = look.at;
      const earlier = first?.look.what === 'influence' && first.step !== seen?.step ? first : null;
      drawLags(plot, influence, earlier?.look.what === 'influence' ? earlier.look.influence : null);
      const [half, most99] = [reachOf(influence, 0.5), reachOf(influence, 0.99)];
      const letters = (/** @type {number} */ count) =>
        count === 1 ? 'last letter' : `last ${count} letters`;
      setText(
        sentence,
        `Half of what bears on this guess lies in the ${letters(half)}, 99% in the ${letters(most99)}.`,
      );
      const then =
        earlier === null ? '' : ` The thin line is this run at step ${whole(earlier.step)}.`;
      setText(
        foot,
        `How strongly a nudge to a letter so far back would change the guess: the gradient of its loss, against the nearest letter’s.${then}`,
      );
      return {
        heading,
        note: `The bluer a letter, the more it bears on the guess at the marked ${spokenOf(symbols[look.at])}. ${choosing}`,
      };
    },
  };
}

/** Scrolls to the marked letter, unless it is in sight. @param {HTMLElement} text */
function showMark(text) {
  const mark = text.querySelector('.asked')?.getBoundingClientRect();
  const { top, bottom } = text.getBoundingClientRect();
  if (!mark || (mark.top >= top && mark.bottom <= bottom)) return;
  text.scrollTop += (mark.top + mark.bottom) / 2 - (top + bottom) / 2;
}

/** @param {SVGElement} plot @param {Float32Array} now @param {Float32Array | null} earlier */
function drawLags(plot, now, earlier) {
  const x = (/** @type {number} */ back) =>
    LEFT + ((back - 1) / Math.max(1, now.length - 1)) * (WIDTH - LEFT - 4);
  const y = (/** @type {number} */ share) => {
    // One power of ten is left above the nearest letter: another one may bear more.
    const decades = Math.max(0, 1 - Math.log10(share));
    return 4 + (decades / DECADES) * (HEIGHT - BOTTOM - 4);
  };
  const line = (/** @type {Float32Array} */ influence, /** @type {string} */ name) => {
    const nearest = influence[influence.length - 1] || Number.MIN_VALUE;
    const points = [];
    for (let back = 1; back <= influence.length; back += 1) {
      const share = influence[influence.length - back] / nearest;
      if (share < 10 ** (1 - DECADES)) break;
      points.push(`${x(back).toFixed(1)} ${y(share).toFixed(1)}`);
    }
    return svg('path', { class: name, d: `M${points.join('L')}` });
  };
  const grid = [0, -2, -4].flatMap((power) => {
    const at = y(10 ** power);
    return [
      svg('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: at, y2: at }),
      svg(
        'text',
        { x: LEFT - 4, y: at + 4, 'text-anchor': 'end' },
        power === 0 ? '1' : String(10 ** power),
      ),
    ];
  });
  const ends = [1, now.length].map((back) =>
    svg(
      'text',
      { x: x(back), y: HEIGHT - 4, 'text-anchor': back === 1 ? 'start' : 'end' },
      back === 1 ? '1 letter back' : String(back),
    ),
  );
  plot.replaceChildren(
    ...grid,
    ...ends,
    ...(earlier === null ? [] : [line(earlier, 'then')]),
    line(now, 'now'),
  );
}
