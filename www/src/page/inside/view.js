/**
 * Look inside: a small network reads a word or numbers, and shows every number of one step of learning. Fetched with its wasm when
 * it is first opened. It has a state of its own, which nothing else on the page reads.
 */

import { Inside } from '../../../../pkg/babble_inside.js';
import { h, makeButton, setAttribute, setNote, setText } from '../dom.js';
import { createCheck } from './check.js';
import { differs, figure, formulaOf, PART_DIGITS, VALUE_DIGITS } from './formulas.js';
import { createGraph } from './graph.js';
import { moveByKey } from './grid.js';
import { tensorOf } from './network.js';
import { partsOf } from './parts.js';
import { createRunCheck } from './run-check.js';
import { createSettings, FIRST, labelled } from './settings.js';
import { sameStep, stepsOf } from './words.js';

/** @import { InsideChecks } from '../../../../pkg/babble_inside.js' */
/** @import { Place } from './formulas.js' */
/** @import { Network } from './network.js' */
/** @import { View } from '../state.js' */
/** @import { AskRun } from './run-check.js' */

/** How long each step stands when it plays. */
const PLAY_MS = 1600;
/** Once the wasm is there. @param {HTMLElement} main @param {AskRun} askRun @returns {View} */
export function fill(main, askRun) {
  let settings = FIRST;
  let inside = new Inside(settings);
  let network = read();
  let at = 0;
  let weight = tensorOf(network, 'hh', 0).begin;
  let timer = 0;
  /** @type {Place | null} */
  let chosen = null;
  /** Whether the step's own words are there: until somebody chooses a number. */
  let explains = true;
  /** What a mistake makes of the way back; null without one. @type {InsideChecks | null} */
  let broken = null;
  /** @type {number[]} */
  let losses = [network.trace.loss];

  /** @returns {Network} */
  function read() {
    return { ...settings, tensors: inside.tensors(), trace: inside.trace() };
  }

  const heading = h('h2');
  const controls = createSettings((changes) => change(changes(settings)), rebuild);
  const problem = h('p', { className: 'problem', hidden: true, role: 'alert' });
  const steps = h('div', { className: 'row steps', role: 'toolbar', 'aria-label': 'Steps' });
  const play = makeButton('Play', () => (timer === 0 ? start() : stop()), {
    className: 'step play',
  });
  const frame = h('section', {
    className: 'frame',
    tabIndex: 0,
    'aria-label': 'The network unrolled',
  });
  const symbols = h('p', { className: 'symbols' });
  const numbers = h('p', { className: 'numbers' });
  const says = h('p', { className: 'note' });
  const parts = h('div', { className: 'parts' });
  const mistaken = h('p', { className: 'mistaken', hidden: true });
  const said = { className: 'formula', role: 'status' };
  const formula = h('div', said, says, symbols, numbers, mistaken);
  const rate = h('input', {
    id: 'inside-rate',
    type: 'number',
    min: '0.01',
    max: '10',
    step: 'any',
    value: '0.5',
  });
  const updated = h('ol', { className: 'losses', 'aria-label': 'Loss after each update' });
  const updatedLabel = h('span', { className: 'note' }, 'Loss');

  const updates = h(
    'div',
    { className: 'row updates' },
    labelled('Learning rate', rate),
    makeButton('Update', () => learn(1), { className: 'plain' }),
    makeButton('Ten updates', () => learn(10), { className: 'plain' }),
    controls.anew,
    h('div', { className: 'inside-field' }, updatedLabel, updated),
  );

  const { names } = controls;
  const graph = createGraph(frame, (place) => {
    const before = JSON.stringify(chosen);
    chosen = place;
    explains = false;
    if (JSON.stringify(place) !== before) render();
  });
  const margin = h('aside', { className: 'check', 'aria-label': 'Checks' });
  const check = createCheck(
    margin,
    (index) => {
      weight = index;
      chosen = { kind: 'weight', index };
      explains = false;
      render();
      check.show({ inside, network, names: names() }, weight, false);
    },
    (checks, isPutIn) => {
      const changes = checks !== broken;
      broken = checks;
      if (!changes) return;
      // Where all that it changes is in sight.
      if (checks !== null && isPutIn) at = stepsOf(network, names()).length - 2;
      check.show({ inside, network, names: names() }, weight, false);
      render();
    },
  );
  const runCheck = createRunCheck(askRun);
  margin.append(...runCheck.elements);

  main.append(
    h(
      'section',
      { className: 'unrolling' },
      h(
        'div',
        { className: 'row inside-head' },
        heading,
        h('span', { className: 'note' }, '← → step, space plays'),
        play,
      ),
      controls.element,
      problem,
      steps,
      frame,
      formula,
      parts,
      updates,
    ),
    margin,
  );

  /** @param {Partial<typeof FIRST>} changes */
  function change(changes) {
    const wanted = { ...settings, ...changes };
    try {
      const next = new Inside(wanted);
      inside.free();
      inside = next;
    } catch (error) {
      setNote(problem, error instanceof Error ? error.message : String(error));
      return;
    }
    setNote(problem, '');
    settings = wanted;
    const before = network.trace.forward.length;
    network = read();
    losses = [network.trace.loss];
    chosen = null;
    explains = true;
    at = sameStep(at, before, network.trace.forward.length);
    weight = tensorOf(network, 'hh', 0).begin;
    rebuild();
  }

  /** @param {number} times */
  function learn(times) {
    const by = Number(rate.value);
    if (!(by > 0 && by <= 10)) {
      setNote(problem, 'The learning rate has to be a number above 0, and 10 at most.');
      return;
    }
    setNote(problem, '');
    check.mend('The update took the mistake out: it follows the right gradient.');
    for (let i = 0; i < times; i++) losses.push(inside.update(by));
    network = read();
    rebuild();
  }

  /** Shows a network whose numbers are new. */
  function rebuild() {
    const what = network.trace.numbers === null ? `“${settings.word}”` : 'these numbers';
    setText(heading, `One step of learning ${what}, with every number`);
    const list = stepsOf(network, names());
    const buttons = list.map(({ label }, i) =>
      makeButton(label, () => go(i), { className: 'step' }),
    );
    steps.replaceChildren(...buttons);
    graph.build(network, names(), (place) => formulaOf(network, place, names()).value);
    check.show({ inside, network, names: names() }, weight, true);
    updated.replaceChildren(
      ...losses.slice(-11).map((loss) => h('li', {}, loss.toFixed(VALUE_DIGITS))),
    );
    updated.start = Math.max(0, losses.length - 11);
    render();
  }

  function render() {
    const list = stepsOf(network, names());
    const step = list[at];
    [...steps.children].forEach((button, i) => {
      setAttribute(button, 'aria-current', i === at ? 'step' : null);
      /** @type {HTMLElement} */ (button).tabIndex = i === at ? 0 : -1;
      button.classList.toggle('done', i < at);
    });
    graph.show(step, chosen, wrongAt);
    const place =
      chosen ??
      (step.forward === 5 && step.blame === null ? { kind: /** @type {const} */ ('mean') } : null);
    const told = place === null ? null : formulaOf(network, place, names());
    setNote(symbols, told === null ? '' : `${told.name} = ${told.symbols}`);
    setNote(says, explains ? step.says : '');
    setNote(numbers, told === null ? '' : `${figure(told.value, VALUE_DIGITS)} = ${told.numbers}`);
    const wrong = place === null ? null : wrongAt(place);
    const isWrong = told !== null && wrong !== null && differs(wrong, told.value);
    setNote(mistaken, isWrong ? `With the mistake: ${figure(wrong, VALUE_DIGITS)}` : '');
    const sums = place === null ? [] : partsOf(network, place);
    const lists = sums.map(({ label, parts }) => {
      const items = parts.map(([name, value]) =>
        h('li', {}, `${name}: `, h('b', {}, figure(value, PART_DIGITS))),
      );
      return h('ul', { 'aria-label': label }, h('li', {}, `${label}: `), ...items);
    });
    parts.replaceChildren(...lists);
  }

  /** What the mistake makes of a number; null where it makes nothing of it. @param {Place} place */
  function wrongAt(place) {
    if (broken === null) return null;
    const { steps, gradients } = broken;
    const at = 'layer' in place ? steps[place.t][place.layer] : null;
    switch (place.kind) {
      case 'dH':
        return at?.d_h[place.i] ?? null;
      case 'dC':
        return at?.d_c[place.i] ?? null;
      case 'dGate':
        return at?.d_gates[place.block * network.hidden + place.i] ?? null;
      case 'weight':
        return gradients[place.index];
      default:
        return null;
    }
  }

  /** @param {number} step */
  function go(step) {
    const last = stepsOf(network, names()).length - 1;
    at = Math.max(0, Math.min(last, step));
    chosen = null;
    explains = true;
    const isSum = at === last - 1;
    if (isSum) chosen = { kind: 'weight', index: weight };
    const hadFocus = steps.contains(document.activeElement);
    render();
    if (hadFocus) /** @type {HTMLElement} */ (steps.children[at]).focus();
    // What this step says to press is in sight.
    if (at === last) updates.scrollIntoView({ block: 'nearest' });
  }

  function start() {
    const last = stepsOf(network, names()).length - 1;
    if (at === last) go(0);
    timer = setInterval(() => {
      if (main.hidden || at === last) stop();
      else go(at + 1);
    }, PLAY_MS);
    setText(play, 'Stop');
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    setText(play, 'Play');
  }

  addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (main.hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    if (moveByKey(graph.table, event) || moveByKey(check.weights, event)) return;
    const { target, key } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    if (target === frame && key.startsWith('Arrow')) return;
    if (key === 'ArrowRight') go(at + 1);
    else if (key === 'ArrowLeft') go(at - 1);
    else if (key === ' ' && !(target instanceof HTMLButtonElement)) play.click();
    else return;
    event.preventDefault();
  });
  rebuild();
  return { render: ({ run }) => runCheck.render(run !== null) };
}
