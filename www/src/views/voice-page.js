// @ts-check
/**
 * The sheet that the network writes on. Characters come from the worker in bursts; they are shown
 * one after another at the pace they were written, from a short queue that is drained now and then.
 */

import { TAIL_CHARACTERS } from '../state/voice.js';
import { Ink } from '../voice/ink.js';
import { lastCharacters } from '../voice/passage.js';

/** However fast it is written, the sheet is at most so far behind. */
const MOST_LAG_MS = 600;

/** Letters come as often as this: reading is as smooth, and it costs less than half of what every frame would. */
const PAUSE_MS = 40;

/** By so much a frame is late on the average. */
const HALF_FRAME_MS = 8;

/** For those who want to see nothing move, they come a second's worth at a time. */
const CALM_PAUSE_MS = 1_000;

/** When the sheet is full, so much of its beginning goes at once: it should not crawl with each letter. */
const CUT_CHARACTERS = 1_000;

/** While someone looks at a character or selects some, nothing is cut, until the sheet is so full. */
const MOST_CHARACTERS = 3 * TAIL_CHARACTERS;

/** A cut looks so far for the beginning of a line or a word. */
const GAP_CHARACTERS = 200;

/** Nearer to the end than this, the reader is at the end. */
const END_PX = 32;

/** @param {HTMLElement} sheet @param {() => void} moved is told when characters came or went */
export function createPage(sheet, moved) {
  const ink = new Ink(sheet);
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let passage = 0;
  let seen = 0;
  let pace = 40;
  /** @type {import('../voice/passage.js').Character[]} */
  let queue = [];
  /** Whether there is more to show in a moment. */
  let draining = false;
  let lastTime = 0;
  /** Fractions of a character that were due and not shown. */
  let due = 0;
  /** Whether the reader is at the end and wants to stay there. */
  let following = true;
  /** Whether a character is being looked at. */
  let held = false;

  sheet.addEventListener('scroll', () => {
    if (!isStill()) following = isAtEnd();
  });
  // What is looked at is left behind when it is scrolled by hand.
  for (const kind of /** @type {const} */ (['wheel', 'touchmove'])) {
    const look = () => {
      if (isStill()) following = isAtEnd();
    };
    sheet.addEventListener(kind, () => requestAnimationFrame(look), { passive: true });
  }
  // A message above makes the sheet smaller; who reads the newest line goes on reading it.
  new ResizeObserver(follow).observe(sheet);

  /** Whether something on the sheet is looked at or selected: then it must not move. */
  function isStill() {
    if (held) return true;
    const selection = getSelection();
    return selection?.isCollapsed === false && sheet.contains(selection.anchorNode);
  }

  function isAtEnd() {
    return sheet.scrollHeight - sheet.scrollTop - sheet.clientHeight < END_PX;
  }

  function follow() {
    if (following && !isStill()) sheet.scrollTop = sheet.scrollHeight;
    moved();
  }

  /** @param {string} heading */
  function turn(heading) {
    queue = [];
    due = 0;
    following = true;
    ink.turn(heading);
    moved();
  }

  /** Takes away the beginning of a full sheet, from a line's or a word's start. */
  function cut() {
    const length = ink.headingLength + ink.end - ink.first;
    if (length <= (isStill() ? MOST_CHARACTERS : TAIL_CHARACTERS)) return;
    const height = sheet.scrollHeight;
    const from = Math.max(ink.first, ink.end - TAIL_CHARACTERS + CUT_CHARACTERS);
    const most = Math.min(from + GAP_CHARACTERS, ink.end);
    let index = from;
    while (index < most && !/\s/.test(ink.characterAt(index).symbol)) index += 1;
    ink.cut(index < most ? index + 1 : from);
    // The lines that someone scrolled up to stay where they are.
    if (!following || isStill()) sheet.scrollTop -= height - sheet.scrollHeight;
  }

  /** @param {number} count */
  function show(count) {
    ink.write(queue.splice(0, count));
    cut();
    follow();
  }

  /** Waits without asking for frames, which cost something even when nothing has changed in them. */
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
    ink,
    /** The sheet keeps still while something on it is looked at. @param {boolean} still */
    hold(still) {
      if (held === still) return;
      held = still;
      if (held) return;
      cut();
      follow();
    },
    /** @param {import('../state.js').VoiceState} voice @param {boolean} writing */
    render(voice, writing) {
      pace = voice.charactersPerSecond;
      sheet.classList.toggle('writing', writing);
      if (voice.passage !== passage) {
        passage = voice.passage;
        seen = 0;
        turn(voice.heading);
      }
      if (voice.written !== seen) {
        queue.push(...lastCharacters(voice.pieces, voice.written - seen));
        seen = voice.written;
      }
      if (queue.length === 0) return;
      // Who stops it sees all that it had written by then.
      if (!writing) show(queue.length);
      else if (!draining) drainLater();
    },
  };
}
