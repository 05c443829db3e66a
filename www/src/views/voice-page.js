// @ts-check
/**
 * The sheet that the network writes on. Characters come from the worker in bursts; they are shown
 * one after another at the pace they were written, from a short queue that a frame drains.
 */

import { TAIL_CHARACTERS } from '../state/voice.js';

/** However fast it is written, the sheet is at most so far behind. */
const MOST_LAG_MS = 600;

/** When the sheet is full, so much of its beginning goes at once: it should not crawl with each letter. */
const CUT_CHARACTERS = 1_000;

/** Nearer to the end than this, the reader is at the end. */
const END_PX = 32;

/** @param {HTMLElement} sheet */
export function createPage(sheet) {
  // It scrolls, so the keyboard must be able to reach it.
  sheet.tabIndex = 0;
  const body = document.createTextNode('');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let passage = 0;
  let seen = 0;
  let pace = 40;
  let queue = '';
  let frame = 0;
  let lastTime = 0;
  /** Fractions of a character that were due and not shown. */
  let due = 0;
  /** Whether the reader is at the end and wants to stay there. */
  let following = true;

  sheet.addEventListener('scroll', () => {
    following = sheet.scrollHeight - sheet.scrollTop - sheet.clientHeight < END_PX;
  });
  // A message above makes the sheet smaller; who reads the newest line goes on reading it.
  new ResizeObserver(follow).observe(sheet);

  function follow() {
    if (following) sheet.scrollTop = sheet.scrollHeight;
  }

  /** @param {string} heading */
  function turn(heading) {
    queue = '';
    due = 0;
    body.data = '';
    following = true;
    if (heading === '') {
      sheet.replaceChildren(body);
      return;
    }
    const bold = document.createElement('b');
    bold.textContent = heading;
    sheet.replaceChildren(bold, body);
  }

  /** Takes away the beginning of a full sheet, from a line's or a word's start. */
  function cut() {
    const heading = body.previousSibling?.textContent?.length ?? 0;
    if (heading + body.length <= TAIL_CHARACTERS) return;
    const height = sheet.scrollHeight;
    body.previousSibling?.remove();
    const from = Math.max(0, body.length - TAIL_CHARACTERS + CUT_CHARACTERS);
    const gap = body.data.slice(from, from + 200).search(/\s/);
    const splits = (body.data.charCodeAt(from) & 0xfc00) === 0xdc00;
    body.deleteData(0, gap >= 0 ? from + gap + 1 : from + (splits ? 1 : 0));
    // The lines that someone scrolled up to stay where they are.
    if (!following) sheet.scrollTop -= height - sheet.scrollHeight;
  }

  /** @param {string} text */
  function append(text) {
    if (text === '') return;
    body.appendData(text);
    cut();
    follow();
  }

  /** Shows what is due by now. @param {number} time */
  function drain(time) {
    const passed = Math.min(time - lastTime, 100);
    lastTime = time;
    const rate = Math.max(pace, (queue.length * 1000) / MOST_LAG_MS);
    due += (rate * passed) / 1000;
    let count = Math.min(queue.length, Math.floor(due));
    if (count > 0) {
      due -= count;
      // Both halves of a pair, or neither.
      if ((queue.charCodeAt(count - 1) & 0xfc00) === 0xd800) count += 1;
      append(queue.slice(0, count));
      queue = queue.slice(count);
    }
    frame = queue === '' ? 0 : requestAnimationFrame(drain);
    if (frame === 0) due = Math.min(due, 1);
  }

  return {
    /** @param {import('../state.js').VoiceState} voice @param {boolean} writing */
    render(voice, writing) {
      pace = voice.charactersPerSecond;
      sheet.classList.toggle('writing', writing);
      if (voice.passage !== passage) {
        passage = voice.passage;
        seen = 0;
        turn(voice.heading);
      }
      if (voice.written === seen) return;
      const fresh = voice.written - seen;
      seen = voice.written;
      queue += fresh >= voice.tail.length ? voice.tail : voice.tail.slice(-fresh);
      if (calm.matches) {
        append(queue);
        queue = '';
      } else if (frame === 0) {
        lastTime = performance.now();
        frame = requestAnimationFrame(drain);
      }
    },
  };
}
