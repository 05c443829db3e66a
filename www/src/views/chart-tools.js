// @ts-check
/** How the chart is looked at, and taken away: one row of quiet controls above it. */

import { csvOf } from '../chart/csv.js';
import { digits, UNITS } from '../chart/units.js';
import { pan, zoomAt, zoomOf } from '../chart/zoom.js';
import { nameOf } from '../curves.js';
import { find, isEnabled, setEnabled, setNote, setText } from '../dom.js';
import { whole } from '../format.js';
import { referencesOf, standing } from '../ladder/standing.js';
import { LOOK_BACKS } from '../state/chart.js';
import { ladderOf } from '../state/ladder.js';
import { pictureOf } from './chart-picture.js';
import { outcome } from './chart-words.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../curves.js').Curves} Curves
 */

/** What one press of a zoom button does, and one of a panning button, as a part of what is shown. */
const ZOOM_STEP = 1 / 2;
const PAN_STEP = 1 / 3;

/**
 * @param {HTMLElement} element
 * @param {(intent: import('../state.js').Intent) => void} emit
 * @param {object} chart
 * @param {() => import('../chart/scene.js').Scene | null} chart.scene
 * @param {() => HTMLCanvasElement | null} chart.canvas
 * @param {() => { state: State, curves: Curves } | null} chart.newest
 * @param {() => number} chart.anchor
 * @param {HTMLElement} chart.place
 */
export function createChartTools(element, emit, chart) {
  const by = find(element, '#chart-by', HTMLSelectElement);
  const unit = find(element, '#chart-unit', HTMLSelectElement);
  const logarithmic = find(element, '#chart-log', HTMLInputElement);
  const smoothing = find(element, '#chart-smoothing', HTMLInputElement);
  const smoothingReading = find(element, '#chart-smoothing-reading', HTMLElement);
  const stands = find(element, '#loss-standing', HTMLElement);
  const ladderNote = find(element, '#ladder-note', HTMLElement);
  const ladderText = find(element, '#ladder-text', HTMLElement);
  const ladderProgress = find(element, '#ladder-progress', HTMLProgressElement);
  const ladderButton = find(element, '#ladder-stop', HTMLButtonElement);
  const earlier = find(element, '#earlier', HTMLElement);
  const earlierList = find(element, '#earlier-list', HTMLElement);

  /** @param {string} id @param {() => void} act */
  function button(id, act) {
    const found = find(element, `#${id}`, HTMLButtonElement);
    found.addEventListener('click', () => {
      if (isEnabled(found)) act();
    });
    return found;
  }

  /** @param {Partial<State['chart']>} change */
  const set = (change) => emit({ type: 'setChart', change });

  by.addEventListener('change', () => {
    set({ by: /** @type {import('../chart/units.js').By} */ (by.value) });
  });
  unit.addEventListener('change', () => {
    set({ unit: /** @type {import('../chart/units.js').UnitName} */ (unit.value) });
  });
  logarithmic.addEventListener('change', () => set({ logarithmic: logarithmic.checked }));
  smoothing.addEventListener('input', () => set({ lookBack: LOOK_BACKS[smoothing.valueAsNumber] }));
  // A reloaded page may come with its controls as they were left.
  set({
    by: /** @type {import('../chart/units.js').By} */ (by.value),
    unit: /** @type {import('../chart/units.js').UnitName} */ (unit.value),
    logarithmic: logarithmic.checked,
    lookBack: LOOK_BACKS[smoothing.valueAsNumber],
  });

  /** @param {number} factor */
  function zoomBy(factor) {
    const scene = chart.scene();
    if (scene === null) return;
    const { span, all } = scene;
    set({ zoom: zoomOf(zoomAt(span, all, factor, chart.anchor()), all) });
  }

  /** @param {number} part */
  function panBy(part) {
    const scene = chart.scene();
    if (scene === null) return;
    const { span, all } = scene;
    set({ zoom: zoomOf(pan(span, all, (span[1] - span[0]) * part), all) });
  }

  const zoomIn = button('zoom-in', () => zoomBy(ZOOM_STEP));
  const zoomOut = button('zoom-out', () => zoomBy(1 / ZOOM_STEP));
  const back = button('pan-back', () => panBy(-PAN_STEP));
  const onward = button('pan-onward', () => panBy(PAN_STEP));
  const reset = button('zoom-reset', () => set({ zoom: null }));
  const png = button('save-png', async () => {
    const canvas = chart.canvas();
    const newest = chart.newest();
    if (canvas === null || newest === null) return;
    const { state, curves } = newest;
    const title = titleOf(state);
    const content = await pictureOf(canvas, chart.place, title, state.chart, curves.earlier);
    emit({ type: 'handOver', fileName: 'babble-loss.png', content });
  });
  const csv = button('save-csv', () => {
    const newest = chart.newest();
    if (newest === null) return;
    const { state, curves } = newest;
    const runs = curves.earlier.map(({ name, curve }) => ({ name, curve }));
    if (state.run !== null) runs.push({ name: nameOf(state.run), curve: curves.current });
    const content = new Blob([csvOf(runs)], { type: 'text/csv' });
    emit({ type: 'handOver', fileName: 'babble-loss.csv', content });
  });
  button('earlier-clear', () => emit({ type: 'clearEarlier' }));
  button('ladder-stop', () => {
    const measuring = chart.newest()?.state.ladder.phase === 'measuring';
    emit({ type: measuring ? 'stopLadder' : 'measureLadder' });
  });

  /** @param {State['ladder']} ladder @param {boolean} isWanted */
  function renderLadder({ phase, told }, isWanted) {
    const tells = isWanted && (phase === 'measuring' || phase === 'stopped' || phase === 'failed');
    ladderNote.hidden = !tells;
    if (!tells) return;
    const words = {
      measuring: 'Measuring letter statistics',
      stopped: 'Letter statistics are not measured',
      failed: 'Letter statistics could not be measured',
    };
    setText(ladderText, words[phase]);
    ladderProgress.hidden = phase !== 'measuring';
    ladderProgress.value = told?.part ?? 0;
    setText(ladderButton, phase === 'measuring' ? 'Stop' : 'Measure');
  }

  return {
    /** @param {State} state @param {Curves} curves */
    render(state, curves) {
      const { chart, run, ladder } = state;
      by.value = chart.by;
      unit.value = chart.unit;
      logarithmic.checked = chart.logarithmic;
      const choice = LOOK_BACKS.indexOf(chart.lookBack);
      if (smoothing.valueAsNumber !== choice) smoothing.value = String(choice);
      const smooths = chart.lookBack === 1 ? 'off' : `${chart.lookBack} steps`;
      setText(smoothingReading, smooths);
      if (smoothing.getAttribute('aria-valuetext') !== smooths) {
        smoothing.setAttribute('aria-valuetext', smooths);
      }
      const isEmpty = curves.current.isEmpty && curves.earlier.length === 0;
      const isZoomed = chart.zoom !== null;
      zoomIn.hidden = isEmpty;
      for (const part of [zoomOut, back, onward, reset]) part.hidden = !isZoomed;
      setEnabled(png, !isEmpty);
      setEnabled(csv, !isEmpty);
      setNote(stands, standingOf(state));
      renderLadder(ladder, run?.report != null);
      renderEarlier(curves.earlier, chart);
    },
  };

  /** @param {Curves['earlier']} runs @param {State['chart']} view */
  function renderEarlier(runs, view) {
    earlier.hidden = runs.length === 0;
    while (earlierList.childElementCount > runs.length) earlierList.lastElementChild?.remove();
    runs.forEach(({ number, name, curve }, i) => {
      const item = earlierList.children[i] ?? earlierList.appendChild(document.createElement('li'));
      setText(item, `${number}: ${name}, ${outcome(curve, UNITS[view.unit].of)}`);
    });
  }
}

/** A held-out loss of steps that are so far back, as a part of the run, is an old one. */
const OLD = 0.75;

/** Where the held-out loss stands on the ladder, in a sentence. @param {State} state */
function standingOf(state) {
  const { run } = state;
  if (run === null || run.heldOut === null) return '';
  const { loss, step } = run.heldOut;
  const where = standing(loss, referencesOf(run.report, ladderOf(state)));
  if (where === '') return '';
  if (step < (run.step ?? 0) * OLD) return `At step ${whole(step)}: ${where}.`;
  return `${where[0].toUpperCase()}${where.slice(1)}.`;
}

/** @param {State} state */
function titleOf({ run }) {
  if (run === null) return 'Babble';
  const loss = run.heldOut === null ? '' : `, held-out loss ${digits(run.heldOut.loss)} nats`;
  return `${nameOf(run)}${loss}`;
}
