/** The margin: a gradient is held against what nudging the weight shows, one weight, all, or with a mistake put in. */

import { h, makeButton, setAttribute, setText } from '../dom.js';
import { counted } from '../format.js';
import { differs, figure, tiny } from './formulas.js';
import { put, rove } from './grid.js';
import { nameOfTensor, nameOfWeight, PURPOSES } from './names.js';
import { blockOf, GATES, indexOf, partOf, tensorAt, weightAt } from './network.js';
import { mistakeWords, OF_NOTES } from './words.js';

/** @import { Inside, InsideCheck, InsideChecks, Mistake } from '../../../../pkg/babble_inside.js' */
/** @import { Names } from './names.js' */
/** @import { Network, Part } from './network.js' */

/** Of a gradient and of a slope: so many that their difference can be seen in them. */
const DIGITS = 13;
/** Of a loss: all that it has, so that a calculator comes to the slope. */
const LOSS_DIGITS = 16;

const BREAK_IT =
  'Put a mistake into the backward pass and see which weight exposes it. Starred mistakes come from students’ notes.';

/**
 * What checking all weights found, in a sentence.
 * @param {Network} network @param {Names} names
 * @param {Pick<InsideChecks, 'gradients' | 'slopes' | 'differences' | 'worst'>} checks @param {Mistake | null} mistake
 */
export function verdict(network, names, { gradients, slopes, differences, worst }, mistake) {
  const all = differences.length;
  const wrong = differences.filter((difference) => differs(difference, 0)).length;
  const largest = differences[worst];
  if (mistake === null) {
    return wrong === 0
      ? `All ${all} agree. The largest difference is ${tiny(largest)}.`
      : `${wrong} of ${all} differ, by ${tiny(largest)} at most.`;
  }
  const { says } = mistakeWords(mistake, network.cell, names);
  if (wrong === 0) {
    return `Not caught, for here it changes nothing: ${says}. A longer word or more units would show it.`;
  }
  const weight = nameOfWeight(network, weightAt(network, worst), names);
  const where = network.layers > 1 ? ', in both layers' : '';
  return `Caught by ${weight}: ${says}${where}. It says ${figure(gradients[worst], 4)}, and nudging says ${figure(slopes[worst], 4)}: ${figure(largest, 4)} apart. ${counted(wrong, 'weight')} of ${all} ${wrong === 1 ? 'differs' : 'differ'}.`;
}

/**
 * What nudging a weight shows, in lines: a label and a number each.
 * @param {InsideCheck} found @param {boolean} isBroken whether the gradient has a mistake in it
 * @returns {Record<string, [string, string]>}
 */
export function linesOf({ nudge, above, below, slope, gradient, difference }, isBroken) {
  return {
    gradient: [isBroken ? 'With the mistake' : 'Back-propagated', figure(gradient, DIGITS)],
    above: [`Loss, ${tiny(nudge, 0)} above`, figure(above, LOSS_DIGITS)],
    below: [`Loss, ${tiny(nudge, 0)} below`, figure(below, LOSS_DIGITS)],
    slope: [`Difference ÷ ${tiny(2 * nudge, 0)}`, figure(slope, DIGITS)],
    difference: ['They differ by', tiny(difference)],
  };
}

/** The letter of the gate whose first row of a weight's tensor this is, or ''. @param {Network} network @param {Part} part @param {number} row */
function gateAt({ cell, hidden }, part, row) {
  if (cell === 'rnn' || part === 'hy' || part === 'bY' || row % hidden > 0) return '';
  const side = part === 'ih' || part === 'bIh' ? 'ih' : 'hh';
  return GATES[cell][blockOf(cell, side, row / hidden)].letter;
}

/**
 * @param {HTMLElement} margin @param {(index: number) => void} choose
 * @param {(broken: InsideChecks | null, isPutIn: boolean) => void} show shows the backward pass with a mistake in it, which may have just been put in, or the right one
 */
export function createCheck(margin, choose, show) {
  /** @type {{ inside: Inside, network: Network, names: Names } | null} */
  let now = null;
  /** The mistake that is put in, and what it comes to. @type {{ mistake: Mistake, checks: InsideChecks } | null} */
  let broken = null;
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
  const allSays = h('p', { className: 'note', role: 'status' });
  const mistakes = h('div', { className: 'row mistakes' });
  const brokenSays = h('p', { className: 'note broken', role: 'status' }, BREAK_IT);

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
    h('div', { className: 'check-all' }, all, allSays),
    h('h3', {}, 'Break it'),
    brokenSays,
    mistakes,
  );

  which.addEventListener('change', () => {
    tensor = Number(which.value);
    if (now !== null) choose(now.network.tensors[tensor].begin);
  });
  all.addEventListener('click', () => {
    if (now === null) return;
    const { inside, network, names } = now;
    setText(allSays, verdict(network, names, broken?.checks ?? inside.checkAll(null), null));
  });

  /**
   * Puts a mistake in, or takes it out again.
   * @param {Mistake | null} mistake @param {boolean} isKept whether it was there before, in a network with other numbers
   */
  function breakIt(mistake, isKept) {
    if (now === null) return;
    const { inside, network, names } = now;
    const checks = mistake === null ? null : inside.checkAll(mistake);
    broken = mistake === null || checks === null ? null : { mistake, checks };
    setText(allSays, '');
    setText(
      brokenSays,
      broken === null ? BREAK_IT : verdict(network, names, broken.checks, broken.mistake),
    );
    brokenSays.classList.toggle('on', broken !== null);
    for (const button of mistakes.children) {
      const isOn = /** @type {HTMLElement} */ (button).dataset.mistake === mistake;
      setAttribute(button, 'aria-pressed', String(isOn));
    }
    show(checks, !isKept);
    if (isKept) return;
    if (checks !== null && differs(checks.differences[checks.worst], 0)) choose(checks.worst);
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
        const name = nameOfWeight(network, { part, layer, row, column }, names);
        const isWrong = broken !== null && differs(broken.checks.differences[index], 0);
        const label = `${name}: ${figure(value, 4)}${isWrong ? ', its gradient is wrong' : ''}`;
        const button = makeButton(figure(value, 2), () => choose(index), {
          className: isWrong ? 'wrong' : '',
          'aria-label': label,
          'aria-pressed': index === chosen ? 'true' : null,
        });
        return h('td', {}, put(button, row, column));
      });
      const gate = gateAt(network, part, row);
      const heading = gate === '' ? [] : [h('th', { rowSpan: network.hidden }, gate)];
      return h('tr', { className: gate === '' ? '' : 'first' }, ...heading, ...cells);
    });
    const focused = weights.contains(document.activeElement);
    const label = `${nameOfTensor(network, { part, layer }, names)}, ${PURPOSES[part]}`;
    const table = h('table', { 'aria-label': label }, h('tbody', {}, ...lines));
    weights.replaceChildren(table);
    const pressed = table.querySelector('[aria-pressed]');
    rove(table, pressed instanceof HTMLButtonElement ? pressed : null);
    if (focused && pressed instanceof HTMLButtonElement) pressed.focus();
  }

  return {
    weights,
    /** Takes a mistake out, if there is one. @param {string} says why */
    mend(says) {
      if (broken === null) return;
      breakIt(null, false);
      setText(brokenSays, says);
    },
    /** @param {{ inside: Inside, network: Network, names: Names }} given @param {number} chosen a weight @param {boolean} fresh whether its numbers are new */
    show(given, chosen, fresh) {
      now = given;
      const { inside, network, names } = given;
      tensor = tensorAt(network.tensors, chosen);
      if (fresh) {
        setText(all, `Check all ${network.trace.weights.length}`);
        const options = network.tensors.map((tensor, i) => {
          const part = partOf(tensor);
          const text = `${nameOfTensor(network, part, names)}, ${PURPOSES[part.part]}`;
          return h('option', { value: String(i) }, text);
        });
        which.replaceChildren(...options);
        const buttons = inside.mistakes().map((mistake) => {
          const star = OF_NOTES.includes(mistake) ? ' ★' : '';
          const { label } = mistakeWords(mistake, network.cell, names);
          const act = () => breakIt(broken?.mistake === mistake ? null : mistake, false);
          return makeButton(label + star, act, {
            'data-mistake': mistake,
            'aria-pressed': 'false',
          });
        });
        mistakes.replaceChildren(...buttons);
        // As high as the highest tensor: what is below stays where it is.
        const most = Math.max(...network.tensors.map(({ rows }) => rows));
        weights.style.setProperty('--rows', String(most));
        setText(allSays, '');
        // A mistake stays in where the new network can make it.
        const { mistake } = broken ?? {};
        if (mistake !== undefined) {
          breakIt(inside.mistakes().includes(mistake) ? mistake : null, true);
        }
      }
      which.value = String(tensor);
      showWeights(chosen);
      const found = inside.check(chosen);
      const gradient = broken?.checks.gradients[chosen] ?? found.gradient;
      const difference = Math.abs(gradient - found.slope);
      const said = linesOf({ ...found, gradient, difference }, broken !== null);
      for (const [key, dt, dd] of rows) {
        setText(dt, said[key][0]);
        setText(dd, said[key][1]);
      }
      setAttribute(list, 'data-agrees', String(!differs(difference, 0)));
    },
  };
}
