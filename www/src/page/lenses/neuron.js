/** A neuron: one hidden unit, letter by letter, and which units follow something that a person can name. */

import { h, makeButton, setAttribute, setText } from '../dom.js';
import { counted, whole } from '../format.js';
import { chancesOf, detect, MARGIN, unitsOfStretch } from './detective.js';
import { levelOf, paintText, selectedIn } from './paint.js';
import { headingOf, nothingToShow } from './words.js';

/** @import { Finding } from './detective.js' */

/** The names of the measures. @type {Record<Finding['measure'], string>} */
const MEASURES = { r: 'r', auc: 'AUC' };

/** Of its own values, those nearest to the unit's median are left white. */
const STEPS = [0.3, 0.5, 0.7, 0.85, 0.95];

/** So many units are named for a stretch that was selected. */
const BEST = 4;

/**
 * Where each value stands among the others: -1 the lowest, 0 the median, 1 the highest.
 * @param {Float32Array} values
 */
export function ranksOf(values) {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float32Array(values.length);
  order.forEach((i, rank) => {
    ranks[i] = order.length === 1 ? 0 : (2 * rank) / (order.length - 1) - 1;
  });
  // Equal values are painted alike.
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]] === values[order[from]]) to += 1;
    const rank = (ranks[order[from]] + ranks[order[to]]) / 2;
    for (; from <= to; from += 1) ranks[order[from]] = rank;
  }
  return ranks;
}

/** @param {number} rank */
function paintOf(rank) {
  const level = levelOf(STEPS, Math.abs(rank));
  if (level === 0) return '';
  return rank > 0 ? `tint-${level}` : `ochre-${level}`;
}

/** By a measure, so much. @param {Finding['measure']} measure @param {number} score */
const scored = (measure, score) => `${MEASURES[measure]} ${score.toFixed(2)}`;

/** How units were chosen, and what chance alone gives by each measure. @param {Finding[]} findings @param {number} units */
export function chanceNote(findings, units) {
  const chances = Object.entries(chancesOf(findings)).map(([measure, [least, most]]) => {
    const from = scored(/** @type {Finding['measure']} */ (measure), least);
    const to = most.toFixed(2);
    return from.endsWith(to) ? from : `${from} to ${to}`;
  });
  if (chances.length === 0) return 'No unit follows any of these better than chance yet.';
  const who = units === 1 ? 'this one unit' : `the best of ${counted(units, 'unit')}`;
  return `Chosen on the first half of this text, scored on the second. Each beats by ${MARGIN} or more what ${who} comes to by chance: ${chances.join(', ')}.`;
}

/** @type {import('./painters.js').Lens} */
export function neuron(text, margin, emit) {
  const show = (/** @type {number} */ unit) => emit({ type: 'setLens', change: { unit } });
  const chosen = h('input', { type: 'number', id: 'lens-unit', min: '1', value: '1' });
  const of = h('span', { className: 'note' });
  const rows = h('ul', { className: 'findings', 'aria-label': 'What units follow' });
  const found = h('ul', {
    className: 'findings',
    hidden: true,
    'aria-label': 'Units of the selection',
  });
  const foundHeading = h('h3', { hidden: true }, 'On in what you selected, off elsewhere');
  const foot = h('p', { className: 'note' });
  margin.append(
    h(
      'p',
      { className: 'unit' },
      h('label', { htmlFor: 'lens-unit' }, 'Unit'),
      ' ',
      chosen,
      ' ',
      of,
    ),
    foundHeading,
    found,
    h('h3', {}, 'What units follow'),
    rows,
    foot,
  );
  chosen.addEventListener('change', () => {
    const unit = Math.round(chosen.valueAsNumber);
    if (unit >= 1 && unit <= Number(chosen.max)) show(unit - 1);
    else chosen.value = String(newest.unit + 1);
  });

  /** A row for each thing that was found, made once: a button that is remade loses the focus. @type {Map<string, ReturnType<typeof makeRow>>} */
  const made = new Map();
  let newest = { unit: 0, length: 0, units: /** @type {Float32Array} */ (new Float32Array(0)) };

  /** @param {HTMLElement} list */
  function makeRow(list) {
    let unit = 0;
    const button = makeButton('', () => show(unit));
    const words = h('span');
    const bar = h('i');
    const row = h('li', {}, button, words, bar);
    list.append(row);
    return {
      row,
      /** @param {number | null} which @param {string} said @param {number} share @param {string} [hint] */
      set(which, said, share, hint = '') {
        unit = which ?? 0;
        button.hidden = which === null;
        setText(button, which === null ? '' : `unit ${which + 1}`);
        setAttribute(button, 'aria-pressed', String(which === newest.unit));
        setText(words, said);
        words.title = hint;
        bar.style.width = `${100 * share}%`;
      },
    };
  }

  /** @param {string} key @param {HTMLElement} list */
  function rowOf(key, list) {
    const row = made.get(key) ?? makeRow(list);
    made.set(key, row);
    return row;
  }

  /** Names the units of what is selected, above all others, where they are in sight. */
  function showSelected() {
    const stretch = selectedIn(text);
    if (stretch !== null && found.hidden) margin.scrollTop = 0;
    foundHeading.hidden = found.hidden = stretch === null;
    if (stretch === null) return;
    const { length, units } = newest;
    const best = unitsOfStretch(length, units, stretch[0], stretch[1], BEST);
    for (let i = 0; i < BEST; i += 1) {
      const row = rowOf(`selected ${i}`, found);
      row.row.hidden = best[i] === undefined;
      if (best[i] !== undefined)
        row.set(best[i].unit, scored('auc', best[i].score), 2 * best[i].score - 1);
    }
  }
  document.addEventListener('selectionchange', () => {
    if (text.isConnected && margin.contains(rows)) showSelected();
  });

  return {
    paint(state) {
      const { seen } = state.lens;
      const look = seen?.look.what === 'reading' ? seen.look : null;
      const nothing = nothingToShow(state, look?.text ?? '');
      const heading = headingOf(state);
      if (look === null || nothing !== '' || look.units.length === 0) {
        text.replaceChildren();
        margin.hidden = true;
        return { heading, note: nothing };
      }
      const symbols = [...look.text];
      const count = look.units.length / symbols.length;
      const unit = Math.min(state.lens.unit, count - 1);
      newest = { unit, length: symbols.length, units: look.units };
      const values = Float32Array.from(symbols, (_, i) => look.units[i * count + unit]);
      const ranks = ranksOf(values);
      paintText(text, symbols, (i) => paintOf(ranks[i]));
      chosen.max = String(count);
      if (document.activeElement !== chosen) chosen.value = String(unit + 1);
      setText(of, `of ${whole(count)}`);
      const findings = detect(symbols, look.units);
      for (const { name, unit, measure, score, chance, why } of findings) {
        const said = unit === null ? `${name}: ${why}` : `${name}, ${scored(measure, score)}`;
        const hint = unit === null ? '' : `${scored(measure, chance)} by chance`;
        const share = measure === 'r' ? score : Math.max(0, 2 * score - 1);
        rowOf(name, rows).set(unit, said, share, hint);
      }
      showSelected();
      setText(foot, chanceNote(findings, count));
      return {
        heading,
        note: `Blue: unit ${unit + 1} is higher than usual here; ochre: lower. Select a stretch to see which units are on in it.`,
      };
    },
  };
}
