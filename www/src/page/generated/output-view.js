/**
 * The output of the network. Characters come from the worker in bursts. They wait in a short queue and are shown one
 * after another at the pace at which they were written.
 */

import { lastCharacters } from './sample.js';
import { headingOf, TAIL_CHARACTERS } from './state.js';
import { TextDom } from './text-dom.js';

/** @import { GeneratedState } from '../state.js' */
/** @import { Character } from './sample.js' */

/** The output is at most this far behind the network. */
const MOST_LAG_MS = 600;

/** The time between two updates. They read as smoothly as updates in every frame, and cost less than half. */
const PAUSE_MS = 40;

/** How late a frame comes on average. */
const HALF_FRAME_MS = 8;

/** The same with reduced motion: a second's worth at a time. */
const CALM_PAUSE_MS = 1_000;

/** How much of the beginning of a full output goes at once, so that it does not move with each letter. */
const CUT_CHARACTERS = 1_000;

/** While someone has selected something, nothing is cut before the output is this long. */
const MOST_CHARACTERS = 3 * TAIL_CHARACTERS;

/** How far a cut looks for the beginning of a line or a word. */
const GAP_CHARACTERS = 200;

/** A reader this near to the end is at the end. */
const END_PX = 32;

/** @param {HTMLElement} region @param {() => void} moved called when characters came or went */
export function createOutput(region, moved) {
  const textDom = new TextDom(region);
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let sample = 0;
  let seen = 0;
  let pace = 40;
  /** @type {Character[]} */
  let queue = [];
  /** Whether an update is due in a moment. */
  let draining = false;
  let lastTime = 0;
  /** Fractions of a character that were due and not shown. */
  let due = 0;
  /** Whether the reader is at the end and wants to stay there. */
  let following = true;
  /** Whether a character is selected. */
  let held = false;

  region.addEventListener('scroll', () => {
    if (!isStill()) following = isAtEnd();
  });
  // Scrolling by hand leaves a selected character behind.
  for (const kind of /** @type {const} */ (['wheel', 'touchmove'])) {
    const look = () => {
      if (isStill()) following = isAtEnd();
    };
    region.addEventListener(kind, () => requestAnimationFrame(look), { passive: true });
  }
  // A message above makes the output smaller. The newest line stays visible.
  new ResizeObserver(follow).observe(region);

  /** Whether something in the output is selected: then it must not move. */
  function isStill() {
    if (held) return true;
    const selection = getSelection();
    return selection?.isCollapsed === false && region.contains(selection.anchorNode);
  }

  function isAtEnd() {
    return region.scrollHeight - region.scrollTop - region.clientHeight < END_PX;
  }

  function follow() {
    if (following && !isStill()) region.scrollTop = region.scrollHeight;
    moved();
  }

  /** @param {string} heading */
  function turn(heading) {
    queue = [];
    due = 0;
    following = true;
    textDom.turn(heading);
    moved();
  }

  /** Takes away the beginning of a full output, from a line's or a word's start. */
  function cut() {
    const length = textDom.headingLength + textDom.end - textDom.first;
    if (length <= (isStill() ? MOST_CHARACTERS : TAIL_CHARACTERS)) return;
    const height = region.scrollHeight;
    const from = Math.max(textDom.first, textDom.end - TAIL_CHARACTERS + CUT_CHARACTERS);
    const most = Math.min(from + GAP_CHARACTERS, textDom.end);
    let index = from;
    while (index < most && !/\s/.test(textDom.characterAt(index).symbol)) index += 1;
    textDom.cut(index < most ? index + 1 : from);
    // The lines that someone scrolled to stay in place.
    if (!following || isStill()) region.scrollTop -= height - region.scrollHeight;
  }

  /** @param {number} count */
  function show(count) {
    textDom.write(queue.splice(0, count));
    cut();
    follow();
  }

  /** Waits without asking for frames, because frames cost time even when nothing changes. */
  function drainLater() {
    draining = true;
    setTimeout(
      () => requestAnimationFrame(drain),
      calm.matches ? CALM_PAUSE_MS : PAUSE_MS - HALF_FRAME_MS,
    );
  }

  /** Shows what is due by now. @param {number} time */
  function drain(time) {
    const passed = time - lastTime;
    lastTime = time;
    const rate = Math.max(pace, (queue.length * 1000) / MOST_LAG_MS);
    due += (rate * Math.min(passed, 100)) / 1000;
    const count = calm.matches ? queue.length : Math.min(queue.length, Math.floor(due));
    due = Math.max(0, due - count);
    if (count > 0) show(count);
    draining = queue.length > 0;
    if (draining) drainLater();
    else due = Math.min(due, 1);
  }

  return {
    textDom,
    /** Keeps the output in place while a character is selected. @param {boolean} still */
    hold(still) {
      if (held === still) return;
      held = still;
      if (held) return;
      cut();
      follow();
    },
    /** @param {GeneratedState} generated @param {boolean} writing */
    render(generated, writing) {
      pace = generated.charactersPerSecond;
      region.classList.toggle('writing', writing);
      if (generated.sample !== sample) {
        sample = generated.sample;
        seen = 0;
        turn(headingOf(generated.heading));
      }
      if (generated.written !== seen) {
        queue.push(...lastCharacters(generated.pieces, generated.written - seen));
        seen = generated.written;
      }
      if (queue.length === 0) return;
      // When it is stopped, everything that it has written is shown.
      if (!writing) show(queue.length);
      else if (!draining) drainLater();
    },
  };
}
