/** The card of the lesson. On a wide screen it takes the place of the figures, on a narrow one it stays at the top. */

import { find, h, makeButton, setText } from '../dom.js';
import { LOOKED } from '../generated/readout.js';
import { createPair } from './pair.js';
import { restore, store } from './progress.js';
import { COLD, HOT, NOTHING_SEEN, STEPS } from './steps.js';

/** @import { LossHistories } from '../chart/loss-histories.js' */
/** @import { Character } from '../generated/sample.js' */
/** @import { Emit, State } from '../state.js' */
/** @import { Hold } from './hold.js' */
/** @import { Choice, Seen } from './steps.js' */

/** What is said when all steps are through. @param {(string | null)[]} found */
export function farewell(found) {
  const left = found.flatMap((sentence, at) => (sentence === null ? [at + 1] : []));
  if (left.length > 0) {
    const steps = left.length === 1 ? 'Step' : 'Steps';
    return `That was the lesson. ${steps} ${left.join(', ')} you have skipped: Back leads there.`;
  }
  return 'You have seen all of it: loss, chance, temperature, surprise, rate, time. Look inside shows one step of learning with every number.';
}

/**
 * @param {HTMLElement} element @param {Emit} emit @param {LossHistories} histories @param {Hold} hold
 * @param {() => void} leave
 */
export function createCard(element, emit, histories, hold, leave) {
  const ask = h('p', { id: 'lesson-ask' });
  const about = { id: 'lesson-heading', 'aria-describedby': ask.id };
  const heading = h('h2', { ...about, tabIndex: -1 });
  const found = h('p', { className: 'found', role: 'status' });
  const answer = h('p', { className: 'answer' });
  const back = makeButton('Back', () => go(-1));
  const skip = makeButton('Skip', () => go(1));
  const next = makeButton('Next', () => go(1), { className: 'quiet done' });
  const card = h(
    'div',
    { className: 'lesson', id: 'lesson', role: 'region', 'aria-label': 'Lesson', hidden: true },
    heading,
    h('div', { className: 'lesson-text' }, ask, answer, found),
    h('p', { className: 'lesson-acts' }, back, skip, next, makeButton('Leave', quit)),
  );
  find(element, '.board', HTMLElement).prepend(card);

  const pair = createPair(emit, hold);
  let progress = restore();
  /** @type {Seen} */
  let seen = NOTHING_SEEN;
  /** @type {State | null} */
  let newest = null;
  let isOn = false;

  element.addEventListener(LOOKED, (event) => {
    const character = /** @type {CustomEvent<Character | null>} */ (event).detail;
    if (!isOn || character === null) return;
    seen = { ...seen, character };
    show();
  });

  /** @param {-1 | 1} by */
  function go(by) {
    if (seen.pair !== null) pair.end();
    if (STEPS[progress.at]?.takesPair) emit({ type: 'setChart', change: { zoom: null } });
    progress = { ...progress, at: progress.at + by };
    store(progress);
    seen = NOTHING_SEEN;
    show();
    heading.focus({ preventScroll: true });
  }

  function quit() {
    if (seen.pair !== null) pair.end();
    seen = NOTHING_SEEN;
    leave();
    find(element, '#primary', HTMLElement).focus({ preventScroll: true });
  }

  /** @param {string} option */
  function take(option) {
    seen = { ...seen, answer: option };
    if (STEPS[progress.at].takesPair && newest !== null) pair.begin(newest);
    show();
  }

  /** The choice as it is drawn. */
  let drawn = '';
  /** @param {Choice | null} choice */
  function draw(choice) {
    const now = JSON.stringify(choice);
    if (now === drawn) return;
    drawn = now;
    if (answer.contains(document.activeElement)) heading.focus({ preventScroll: true });
    if (choice === null) return answer.replaceChildren();
    const select = h(
      'select',
      {},
      new Option('choose', ''),
      ...choice.options.map((option) => new Option(option)),
    );
    select.addEventListener('change', () => {
      if (select.value !== '') take(select.value);
    });
    answer.replaceChildren(h('label', {}, `${choice.label}: `, select));
  }

  /** Counts what is written at a low and at a high temperature. @param {State} state */
  function count({ generated }) {
    const before = newest?.generated;
    if (before === undefined || before === generated) return;
    const since = generated.sample === before.sample ? before.written : 0;
    const wrote = generated.written - since;
    if (generated.temperature <= COLD) seen = { ...seen, cold: seen.cold + wrote };
    if (generated.temperature >= HOT) seen = { ...seen, hot: seen.hot + wrote };
  }

  /** The two short runs are far shorter than the one that is back: the chart shows so much. @param {State} state */
  function showPair({ chart: { by } }) {
    const to = Math.max(...histories.earlier.slice(-2).map(({ history }) => history.place[by]));
    emit({ type: 'setChart', change: { zoom: { from: 0, to } } });
  }

  function show() {
    if (newest === null || !isOn) return;
    const { at } = progress;
    const step = STEPS[at];
    back.classList.toggle('empty', at === 0);
    if (step === undefined) {
      setText(heading, 'The lesson is over');
      setText(ask, '');
      setText(found, farewell(progress.found));
      skip.classList.add('empty');
      next.classList.add('empty');
      return draw(null);
    }
    const sight = { state: newest, samples: histories.current.samples, seen };
    if (progress.found[at] === null) {
      const sentence = step.found(sight);
      if (sentence !== null) {
        progress = {
          ...progress,
          found: progress.found.map((old, i) => (i === at ? sentence : old)),
        };
        store(progress);
        if (step.takesPair) showPair(newest);
        return show();
      }
    }
    const done = progress.found[at];
    setText(heading, `${at + 1} of ${STEPS.length}: ${step.title}`);
    setText(found, done ?? '');
    setText(ask, done === null ? step.ask(sight) : '');
    next.classList.toggle('empty', done === null);
    if (done !== null && document.activeElement === skip) next.focus({ preventScroll: true });
    skip.classList.toggle('empty', done !== null);
    const choice = done === null ? (step.choice?.(sight) ?? null) : null;
    // That an answer was wrong is news. The loss and the share of a run that is done change all the time.
    ask.ariaLive = choice !== null && seen.answer !== '' ? 'polite' : 'off';
    draw(choice);
  }

  return {
    /** @param {State} state @param {boolean} on */
    render(state, on) {
      const begins = on && !isOn;
      isOn = on;
      card.hidden = !on;
      if (on) count(state);
      seen = { ...seen, pair: pair.follow(state) };
      newest = state;
      show();
      if (!begins) return;
      heading.focus({ preventScroll: true });
      // The first step says to press it.
      find(element, '#primary', HTMLElement).scrollIntoView({ block: 'nearest' });
    },

    /** The step to go on with, from 1; null where the lesson has not begun, or is over. */
    next: () =>
      progress.at < STEPS.length && (progress.at > 0 || progress.found[0] !== null)
        ? progress.at + 1
        : null,
  };
}
