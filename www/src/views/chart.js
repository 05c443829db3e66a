// @ts-check
/** The falling curve: training and held-out loss by step, between two lines to measure it by. */

import { columnsOf } from '../columns.js';
import { find, setText } from '../dom.js';
import { loss, whole } from '../format.js';
import { LOOK_BACK_STEPS } from '../state/progress.js';
import { makePlot } from './plot.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../curve.js').Curve} Curve
 */

/** Ten times a second is as often as an eye needs a curve. */
const REDRAW_MS = 100;

/** The curve in words. @param {State} state */
function describe({ run }) {
  if (run === null || run.step === null) return 'Nothing has been learned yet.';
  const parts = [`${whole(run.step)} steps.`];
  if (run.loss !== null)
    parts.push(`The training line is at ${loss(run.loss)} nats per character.`);
  if (run.heldOut !== null) {
    parts.push(`The held-out line is at ${loss(run.heldOut.loss)}.`);
  }
  if (run.report !== null) {
    const { uniformLoss, unigramLoss } = run.report;
    parts.push(
      `Blind guessing would be at ${loss(uniformLoss)}, guessing by letter frequencies at ${loss(unigramLoss)}.`,
    );
  }
  return parts.join(' ');
}

/** @param {HTMLElement} element */
export function createChart(element) {
  const place = find(element, '#plot', HTMLElement);
  const hint = find(element, '#plot-hint', HTMLElement);
  const words = find(element, '#plot-text', HTMLElement);
  /** @type {import('./plot.js').Plot | null} */
  let plot = null;
  /** @type {{ state: State, curve: Curve } | null} */
  let newest = null;
  /** @type {{ curve: Curve, version: number, report: unknown } | null} */
  let drawn = null;
  let timer = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;

  function draw() {
    timer = 0;
    if (plot === null || newest === null) return;
    const { state, curve } = newest;
    const report = state.run?.report ?? null;
    drawn = { curve, version: curve.version, report };
    drawnAt = performance.now();
    const empty = curve.isEmpty;
    hint.hidden = !empty;
    place.classList.toggle('empty', empty);
    plot.draw(columnsOf(curve, 'step', LOOK_BACK_STEPS), report);
  }

  async function remake() {
    const made = await makePlot(place);
    plot?.destroy();
    plot = made;
    draw();
  }

  const remakeOn = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];
  for (const query of remakeOn) matchMedia(query).addEventListener('change', tryRemake);
  tryRemake();

  function tryRemake() {
    remake().catch(() => setText(hint, 'The chart cannot be drawn in this browser.'));
  }

  return {
    /** @param {State} state @param {Curve} curve */
    render(state, curve) {
      newest = { state, curve };
      setText(words, describe(state));
      const report = state.run?.report ?? null;
      const same =
        curve === drawn?.curve && curve.version === drawn.version && report === drawn.report;
      if (plot === null || same || timer !== 0) return;
      const wait = REDRAW_MS - (performance.now() - drawnAt);
      if (wait <= 0) draw();
      else timer = window.setTimeout(draw, wait);
    },
  };
}
