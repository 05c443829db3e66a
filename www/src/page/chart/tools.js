/** The row of controls above the chart. */

import {
  find,
  h,
  makeButton,
  onClick,
  setAttribute,
  setEnabled,
  setNote,
  setText,
} from '../dom.js';
import { approximately, heldOutOf } from '../run/held-out.js';
import { csvOf } from './csv.js';
import { runTitle } from './loss-histories.js';
import { pictureOf } from './picture.js';
import { LOOK_BACKS } from './state.js';
import { digits, UNITS } from './units.js';
import { comparisonOf, outcome } from './words.js';
import { pan, zoomAt, zoomOf } from './zoom.js';

/** @import { Emit, State } from '../state.js' */
/** @import { LossHistories } from './loss-histories.js' */
/** @import { Scene } from './scene.js' */
/** @import { By, UnitName } from './units.js' */

/** How far one press zooms or pans, as a part of what is shown. */
const ZOOM_STEP = 1 / 2;
const PAN_STEP = 1 / 3;

/**
 * @param {HTMLElement} element
 * @param {Emit} emit
 * @param {object} chart
 * @param {() => Scene | null} chart.scene
 * @param {() => HTMLCanvasElement | null} chart.canvas
 * @param {() => { state: State, histories: LossHistories } | null} chart.newest
 * @param {() => number} chart.anchor
 * @param {HTMLElement} chart.place
 */
export function createChartTools(element, emit, chart) {
  const legend = find(element, '.legend', HTMLElement);
  const unitName = legend.appendChild(h('li', { className: 'unit' }));
  find(legend, '.key-held-out', HTMLElement).title =
    'On the last tenth of the text. A hollow dot is an estimate on a part of it';
  const by = find(element, '#chart-by', HTMLSelectElement);
  const unit = find(element, '#chart-unit', HTMLSelectElement);
  const logarithmic = find(element, '#chart-log', HTMLInputElement);
  const smoothing = find(element, '#chart-smoothing', HTMLInputElement);
  const smoothingReading = find(element, '#chart-smoothing-reading', HTMLElement);
  const comparison = find(element, '#loss-comparison', HTMLElement);
  const baselinesNote = find(element, '#baselines-note', HTMLElement);
  const baselinesText = find(element, '#baselines-text', HTMLElement);
  const baselinesProgress = find(element, '#baselines-progress', HTMLProgressElement);
  const baselinesButton = find(element, '#baselines-stop', HTMLButtonElement);
  const earlierNote = find(element, '#earlier', HTMLElement);
  const earlierList = find(element, '#earlier-list', HTMLElement);

  /** @param {string} id @param {() => void} act */
  function button(id, act) {
    const found = find(element, `#${id}`, HTMLButtonElement);
    onClick(found, act);
    return found;
  }

  /** @param {Partial<State['chart']>} change */
  const set = (change) => emit({ type: 'setChart', change });

  by.addEventListener('change', () => {
    set({ by: /** @type {By} */ (by.value) });
  });
  unit.addEventListener('change', () => {
    set({ unit: /** @type {UnitName} */ (unit.value) });
  });
  logarithmic.addEventListener('change', () => set({ logarithmic: logarithmic.checked }));
  smoothing.addEventListener('input', () => set({ lookBack: LOOK_BACKS[smoothing.valueAsNumber] }));
  // A browser may keep the controls through a reload.
  set({
    by: /** @type {By} */ (by.value),
    unit: /** @type {UnitName} */ (unit.value),
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
  const png = makeButton('PNG', savePng, { 'aria-label': 'Save the chart as PNG' });
  const csv = makeButton('CSV', saveCsv, { 'aria-label': 'Save the curve as CSV' });
  const takings = h('span', { className: 'takings' }, png, csv);
  find(element, '#chart-tools', HTMLElement).append(takings);
  button('earlier-clear', () => emit({ type: 'clearEarlier' }));
  button('baselines-stop', () => {
    const measuring = chart.newest()?.state.baselines.phase === 'measuring';
    emit({ type: measuring ? 'stopBaselines' : 'measureBaselines' });
  });

  async function savePng() {
    const canvas = chart.canvas();
    const newest = chart.newest();
    if (canvas === null || newest === null) return;
    const { state, histories } = newest;
    const title = titleOf(state);
    const content = await pictureOf(canvas, chart.place, title, state.chart, histories.earlier);
    emit({ type: 'saveFile', fileName: 'babble-loss.png', content });
  }

  function saveCsv() {
    const newest = chart.newest();
    if (newest === null) return;
    const { state, histories } = newest;
    const runs = histories.earlier.map(({ name, history }) => ({ name, history }));
    if (state.run !== null) runs.push({ name: runTitle(state.run), history: histories.current });
    const content = new Blob([csvOf(runs)], { type: 'text/csv' });
    emit({ type: 'saveFile', fileName: 'babble-loss.csv', content });
  }

  /** @param {State['baselines']} baselines @param {boolean} isWanted */
  function renderBaselines({ phase, result }, isWanted) {
    const shows = isWanted && (phase === 'measuring' || phase === 'stopped' || phase === 'failed');
    baselinesNote.hidden = !shows;
    if (!shows) return;
    const words = {
      measuring: 'Measuring letter statistics',
      stopped: 'Letter statistics are not measured',
      failed: 'Letter statistics could not be measured',
    };
    setText(baselinesText, words[phase]);
    baselinesProgress.hidden = phase !== 'measuring';
    baselinesProgress.value = result?.part ?? 0;
    setText(baselinesButton, phase === 'measuring' ? 'Stop' : 'Measure');
  }

  return {
    /** The sentence is as new as the number beside it, whenever the lines are drawn. @param {State} state @param {LossHistories} histories */
    compare(state, { current }) {
      setNote(comparison, comparisonOf(state, current));
      comparison.title = comparison.textContent ?? ''; // a narrow one is cut
    },
    /** @param {State} state @param {LossHistories} histories @param {Scene} scene */
    render(state, histories, scene) {
      const { chart, run, baselines } = state;
      setText(unitName, UNITS[chart.unit].name);
      by.value = chart.by;
      unit.value = chart.unit;
      logarithmic.checked = chart.logarithmic;
      const choice = LOOK_BACKS.indexOf(chart.lookBack);
      if (smoothing.valueAsNumber !== choice) smoothing.value = String(choice);
      const smooths = chart.lookBack === 1 ? 'off' : `${chart.lookBack} steps`;
      setText(smoothingReading, smooths);
      setAttribute(smoothing, 'aria-valuetext', smooths);
      const isEmpty = histories.current.isEmpty && histories.earlier.length === 0;
      const isZoomed = chart.zoom !== null;
      // Its place is the measuring's while that can be stopped: few controls at a time.
      zoomIn.hidden = isEmpty || baselines.phase === 'measuring';
      for (const part of [zoomOut, back, onward, reset]) part.hidden = !isZoomed;
      setEnabled(png, !isEmpty);
      setEnabled(csv, !isEmpty);
      renderBaselines(baselines, run?.report != null);
      renderEarlier(scene);
    },
  };

  /** @param {Scene} scene */
  function renderEarlier({ earlier, value }) {
    earlierNote.hidden = earlier.length === 0;
    while (earlierList.childElementCount > earlier.length) earlierList.lastElementChild?.remove();
    earlier.forEach((run, i) => {
      const item = earlierList.children[i] ?? earlierList.appendChild(h('li'));
      setText(item, `${run.number}: ${run.name}, ${outcome(run, value)}`);
    });
  }
}

/** @param {State} state */
function titleOf({ run }) {
  if (run === null) return 'Babble';
  const heldOut = heldOutOf(run);
  const measured = heldOut === null ? '' : approximately(heldOut, digits(heldOut.loss));
  const loss = measured === '' ? '' : `, held-out loss ${measured} nats`;
  return `${runTitle(run)}${loss}`;
}
