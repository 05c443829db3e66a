/**
 * The card of a run in trouble: what happened, what rose first, and buttons that help. It stays until it is dismissed
 * or all has been well for a while.
 */

import { find, h, makeButton, setAttribute, setText } from '../dom.js';
import { brief, counted, whole } from '../format.js';
import { fieldText, usual } from '../settings/fields.js';
import { FIRST_HEALTH, healthAfter, levelOf, TROUBLES } from './health.js';

/** @import { Emit, Observer, Run, State, View } from '../state.js' */
/** @import { Health, Trouble } from './health.js' */

/** The clip that tames most recurrent networks. */
const USUAL_CLIP = 1;

/** What happened, and what has become of it. @param {Run} run @param {Health} health @param {Trouble} trouble */
export function storyOf({ config, over }, { update }, trouble) {
  const { kind, what, step, rate, times, restoredStep } = trouble;
  switch (kind) {
    case 'exploded': {
      const often = times === 1 ? 'once' : counted(times, 'time');
      const back = `${what} Back at step ${whole(restoredStep)}, with the rate halved ${often}.`;
      return over === 'explosion' ? `${back} Training stopped.` : back;
    }
    case 'blind':
      return `The training loss was below blind guessing. Since step ${whole(step)} it is above, under a learning rate of ${fieldText(rate)}.`;
    default: {
      const share = update === null ? '' : ` by ${brief(100 * update)}% of their size`;
      const healthy = 'About a thousandth of it (0.1%) is healthy.';
      return `A step moves the weights${share}, under a learning rate of ${fieldText(config.learningRate)}. ${healthy}`;
    }
  }
}

/** What rose first, with the last gradient norms. @param {Trouble} trouble */
export function signsOf({ kind, first, norms }) {
  const last = norms.length === 0 ? '' : `Gradient norms before: ${norms.map(brief).join(', ')}.`;
  if (kind === 'still' || kind === 'update') return last;
  // That a loss exploded says that it rose.
  if (kind === 'exploded' && first.what === 'loss') return last;
  const name = first.what === 'norm' ? 'gradient norm' : 'loss';
  return `The ${name} rose first, at step ${whole(first.step)}. ${last}`.trim();
}

/**
 * The learning rate: as it is set, what the schedule makes of it now, and what is usual.
 * @param {Pick<Run, 'config' | 'learningRate'>} run @param {string} name of the optimiser @param {number} usually
 */
export function ratesOf({ config, learningRate }, name, usually) {
  const set = config.learningRate;
  const now =
    learningRate === null || Math.abs(learningRate / set - 1) < 0.01
      ? ''
      : `, by the schedule ${brief(learningRate)} now`;
  return `Learning rate ${fieldText(set)}${now}. Usual for ${name}: ${usually}.`;
}

/**
 * The learning rate to go on with: the usual one or, where that is what exploded, a tenth of it.
 * @param {State} state @param {Trouble} trouble
 */
export function rateFor({ fields }, { kind, rate }) {
  const { rate: usually } = usual(fields);
  return kind === 'still' || rate > usually ? usually : Number((rate / 10).toPrecision(3));
}

/**
 * The figure and the card.
 * @param {HTMLElement} element @param {Emit} emit @returns {View & { observe: Observer }}
 */
export function createJudge(element, emit) {
  const figure = h('output', { className: 'health', id: 'figure-health', 'aria-live': 'off' });
  find(element, '#figures', HTMLElement).append(
    h(
      'div',
      {
        className: 'figure',
        title: 'Judged from the gradient norm, the update ratio and the training loss',
      },
      h('label', { htmlFor: 'figure-health' }, 'Health'),
      figure,
    ),
  );
  let health = FIRST_HEALTH;
  /** The kind of trouble whose card was put away, until that trouble is over. @type {Trouble['kind'] | null} */
  let dismissed = null;
  /** @type {State | null} */
  let newest = null;
  const heading = h('h3');
  const story = h('p');
  const signs = h('p');
  const rates = h('p');
  /** What the buttons set, as they say. */
  let rate = 0;
  /** @param {'learningRate' | 'clipNorm'} field @param {number} value */
  function set(field, value) {
    emit({ type: 'setField', field, value: fieldText(value) });
    emit({ type: 'commitField', field });
  }
  const useRate = makeButton('', () => set('learningRate', rate));
  const clip = makeButton(`Clip at ${USUAL_CLIP}`, () => set('clipNorm', USUAL_CLIP));
  const dismiss = makeButton('Dismiss', () => {
    dismissed = health.trouble?.kind ?? null;
    if (newest !== null) render(newest);
  });
  // An explosion has been announced as an alert.
  const aloud = h('p', { className: 'for-readers', role: 'status' });
  const card = h(
    'section',
    { className: 'trouble-card', hidden: true, 'aria-label': 'Trouble' },
    heading,
    story,
    signs,
    rates,
    h('p', { className: 'row buttons' }, useRate, clip, dismiss),
  );
  find(element, '#generated-panel', HTMLElement).append(card, aloud);
  /** Where the keyboard was before it came into the card. @type {EventTarget | null} */
  let left = null;
  card.addEventListener('focusin', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && card.contains(relatedTarget))) left = relatedTarget;
  });

  /** Where the keyboard goes when the card does: back, or to the lens, where a further press does no harm. */
  const next = () =>
    left instanceof HTMLElement && left.checkVisibility()
      ? left
      : find(element, '#lenses :checked', HTMLElement);

  /** A button that hides may hold the keyboard. @param {HTMLElement} place @param {boolean} hidden @param {HTMLElement} next */
  function hide(place, hidden, next) {
    if (hidden && place.contains(document.activeElement)) next.focus();
    place.hidden = hidden;
  }

  /** @param {State} state */
  function render(state) {
    newest = state;
    const { run, fields, alert } = state;
    const level = levelOf(run, health);
    setText(figure, level ?? '–');
    setAttribute(figure, 'data-level', level);
    const { trouble } = health;
    hide(card, trouble === null || trouble.kind === dismissed, next());
    setText(aloud, !trouble || card.hidden || trouble.what ? '' : TROUBLES[trouble.kind]);
    if (card.hidden && alert?.aloud) emit({ type: 'dismiss', which: 'alert' });
    if (run === null || trouble === null || card.hidden) return;
    const { config } = run;
    rate = rateFor(state, trouble);
    setText(heading, TROUBLES[trouble.kind]);
    setText(story, storyOf(run, health, trouble));
    setText(signs, signsOf(trouble));
    const { name, rate: usually } = usual(fields);
    setText(rates, ratesOf(run, name, usually));
    setText(useRate, `Use ${fieldText(rate)}`);
    hide(useRate, config.learningRate === rate, dismiss);
    hide(clip, config.clipNorm > 0 && config.clipNorm <= USUAL_CLIP, dismiss);
  }

  return {
    observe(...seen) {
      health = healthAfter(health, ...seen);
      if (health.trouble === null) dismissed = null;
    },
    render,
  };
}
