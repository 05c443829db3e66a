// @ts-check
/** The margin: a gradient is held against what nudging the weight shows, one weight, all, or with a mistake put in. */

import { h, makeButton, setAttribute, setText } from '../dom.js';
import { counted } from '../format.js';
import { aria } from './aria.js';
import { figure, tiny } from './formulas.js';
import { put, rove } from './grid.js';
import { nameOfTensor, nameOfWeight, PURPOSES } from './names.js';
import { indexOf, partOf, tensorAt, weightAt } from './network.js';
import { mistakeWords, OF_NOTES } from './words.js';

/** @import { Inside, Mistake } from '../../../../pkg/babble_inside.js' */
/** @import { Names } from './names.js' */
/** @import { Network } from './network.js' */

/**
 * Gradient and slope agree when they are closer than this. The error of a slope is about 1e-11, the mistakes come to
 * more than 1e-3.
 */
const AGREE = 1e-7;
const DIGITS = 8;

/** A nudge as a person would type it. @param {number} value */
const plain = (value) => value.toFixed(5);

/**
 * What checking all weights found, in a sentence.
 * @param {Network} network @param {Names} names
 * @param {import('../../../../pkg/babble_inside.js').InsideChecks} checks @param {Mistake | null} mistake
 */
export function verdict(network, names, { gradients, slopes, differences, worst }, mistake) {
  const all = differences.length;
  const wrong = differences.filter((difference) => !(difference < AGREE)).length;
  const largest = differences[worst];
  if (mistake === null) {
    return wrong === 0
      ? `All ${all} agree. The largest difference is ${tiny(largest)}.`
      : `${wrong} of ${all} differ, by ${tiny(largest)} at most.`;
  }
  const { says } = mistakeWords(mistake, network.cell);
  if (wrong === 0) {
    return `Not caught, for here it changes nothing: ${says}. A longer word or more units would show it.`;
  }
  const weight = nameOfWeight(network, weightAt(network, worst), names);
  return `Caught by ${weight}: ${says}. It says ${figure(gradients[worst], 4)}, and nudging says ${figure(slopes[worst], 4)}: ${figure(largest, 4)} apart. ${counted(wrong, 'weight')} of ${all} ${wrong === 1 ? 'differs' : 'differ'}.`;
}

/** @param {HTMLElement} margin @param {(index: number) => void} choose */
export function createCheck(margin, choose) {
  /** @type {{ inside: Inside, network: Network, names: Names } | null} */
  let now = null;
  /** The tensor that is shown. */
  let tensor = 1;

  const which = h('select', { id: 'inside-tensor' });
  const label = h('label', { htmlFor: which.id }, 'Weights');
  const weights = h('div', { className: 'weights' });
  const rows = /** @type {[string, HTMLElement, HTMLElement][]} */ (
    ['gradient', 'above', 'below', 'slope', 'difference'].map((key) => [key, h('dt'), h('dd')])
  );
  const list = h('dl', { className: 'nudged' }, ...rows.flatMap(([, dt, dd]) => [dt, dd]));
  const all = h('button', { type: 'button', className: 'primary' });
  const allSays = aria(h('p', { className: 'note' }), { role: 'status' });
  const mistakes = h('div', { className: 'mistakes' });
  const brokenSays = aria(h('p', { className: 'broken' }), { role: 'status' });
  const noMistakes = h('p', { className: 'note' });
  noMistakes.textContent = 'Mistakes can be put into one layer. Choose that to break it.';

  margin.append(
    h('h3', {}, 'Check this gradient yourself'),
    h(
      'p',
      { className: 'note' },
      'Choose a weight. The page nudges it both ways, runs the whole network again, and compares.',
    ),
    h('div', { className: 'inside-field' }, label, which),
    weights,
    list,
    all,
    allSays,
    h('h3', {}, 'Break it'),
    h(
      'p',
      { className: 'note' },
      'Put a mistake into the backward pass, and see which weight catches it. Those with a star were made in real notes.',
    ),
    mistakes,
    noMistakes,
    brokenSays,
  );

  which.addEventListener('change', () => {
    tensor = Number(which.value);
    if (now !== null) choose(now.network.tensors[tensor].begin);
  });
  all.addEventListener('click', () => check(null));

  /** @param {Mistake | null} mistake */
  function check(mistake) {
    if (now === null) return;
    const { inside, network, names } = now;
    const says = verdict(network, names, inside.checkAll(mistake), mistake);
    const place = mistake === null ? allSays : brokenSays;
    setText(place, says);
    place.scrollIntoView({ block: 'nearest' });
  }

  /** @param {number} chosen */
  function showWeights(chosen) {
    if (now === null) return;
    const { network, names } = now;
    const shown = network.tensors[tensor];
    const { part, layer } = partOf(shown);
    const lines = Array.from({ length: shown.rows }, (_, row) => {
      const cells = Array.from({ length: shown.columns }, (_, column) => {
        const index = indexOf(network, { part, layer, row, column });
        const value = network.trace.weights[index];
        const button = put(h('button', { type: 'button' }, figure(value, 2)), row, column);
        const name = nameOfWeight(network, { part, layer, row, column }, names);
        aria(button, { label: `${name}: ${figure(value, 4)}`, pressed: index === chosen });
        button.addEventListener('click', () => choose(index));
        return h('td', {}, button);
      });
      return h('tr', {}, ...cells);
    });
    const focused = weights.contains(document.activeElement);
    const table = aria(h('table'), {
      label: `${nameOfTensor(network, { part, layer }, names)}, ${PURPOSES[part]}`,
    });
    table.append(h('tbody', {}, ...lines));
    weights.replaceChildren(table);
    const pressed = table.querySelector('[aria-pressed]');
    rove(table, pressed instanceof HTMLButtonElement ? pressed : null);
    if (focused && pressed instanceof HTMLButtonElement) pressed.focus();
  }

  return {
    weights,
    /** @param {{ inside: Inside, network: Network, names: Names }} given @param {number} chosen a weight @param {boolean} fresh whether its numbers are new */
    show(given, chosen, fresh) {
      now = given;
      const { inside, network, names } = given;
      tensor = tensorAt(network.tensors, chosen);
      if (fresh) {
        setText(allSays, '');
        setText(brokenSays, '');
        setText(all, `Check all ${network.trace.weights.length}`);
        const options = network.tensors.map((tensor, i) => {
          const part = partOf(tensor);
          const text = `${nameOfTensor(network, part, names)}, ${PURPOSES[part.part]}`;
          return h('option', { value: String(i) }, text);
        });
        which.replaceChildren(...options);
        const buttons = inside.mistakes().map((mistake) => {
          const star = OF_NOTES.includes(mistake) ? ' ★' : '';
          const { label } = mistakeWords(mistake, network.cell);
          return makeButton(label + star, () => check(mistake));
        });
        mistakes.replaceChildren(...buttons);
        noMistakes.hidden = buttons.length > 0;
      }
      which.value = String(tensor);
      showWeights(chosen);
      const name = nameOfWeight(network, weightAt(network, chosen), names);
      const found = inside.check(chosen);
      const nudge = plain(found.nudge);
      /** @type {Record<string, [string, string]>} */
      const said = {
        gradient: ['Back-propagated', figure(found.gradient, DIGITS)],
        above: [`Loss at ${name} + ${nudge}`, figure(found.above, DIGITS)],
        below: [`Loss at ${name} − ${nudge}`, figure(found.below, DIGITS)],
        slope: [`Difference ÷ ${plain(2 * found.nudge)}`, figure(found.slope, DIGITS)],
        difference: ['They differ by', tiny(found.difference)],
      };
      for (const [key, dt, dd] of rows) {
        setText(dt, said[key][0]);
        setText(dd, said[key][1]);
      }
      setAttribute(list, 'data-agrees', String(found.difference < AGREE));
    },
  };
}
