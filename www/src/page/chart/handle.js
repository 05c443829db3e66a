/**
 * The handle on the chart: it stands at the newest step, and dragged back it shows what the network wrote there. The
 * keyboard's way to the same is the slider of the Time lens.
 */

import { h, setAttribute, setText } from '../dom.js';
import { whole } from '../format.js';

/** @import { LossHistory } from '../../shared/loss-history.js' */
/** @import { LensState } from '../lenses/state.js' */
/** @import { Emit, State } from '../state.js' */
/** @import { Plot } from './plot.js' */
/** @import { Scene } from './scene.js' */
/** @import { Span } from './zoom.js' */

/** It says what it is for until there is a sample of a later step than this, */
const YOUNG_STEPS = 1_000;
/** and where the lines are wide enough for that. */
const WIDE_PX = 480;

/**
 * Where the handle can stand: at a sample, or (`step` is null) at the newest step.
 * @typedef {{ x: number, step: number | null }} Stop
 */

/** From the first sample to now; none without a sample. @param {Scene} scene @param {LossHistory} history @returns {Stop[]} */
export function stopsOf({ by, columns: { x } }, history) {
  if (history.samples.length === 0 || x.length === 0) return [];
  const now = x[x.length - 1];
  const samples = history.samples.map(({ step }) => {
    return { x: Math.min(history.placeOf(step)[by], now), step };
  });
  return [...samples, { x: now, step: null }];
}

/** Where it stands. @param {Stop[]} stops @param {Pick<LensState, 'open' | 'step'>} lens @returns {Stop | undefined} */
export function standOf(stops, { open, step: shown }) {
  const now = stops.at(-1);
  if (open !== 'time' || shown === null) return now;
  return stops.find(({ step }) => step !== null && step >= shown) ?? now;
}

/** The stop nearest to a place, among those in sight. @param {Stop[]} stops @param {number} x @param {Span} span */
export function nearestStop(stops, x, span) {
  /** @type {Stop | undefined} */
  let nearest;
  for (const stop of stops) {
    if (!isWithin(stop.x, span)) continue;
    // A sample of this very step is now.
    if (!nearest || Math.abs(stop.x - x) <= Math.abs(nearest.x - x)) nearest = stop;
  }
  return nearest;
}

/** @param {number} x @param {Span} span */
const isWithin = (x, [from, to]) => x >= from && x <= to;

/**
 * @param {HTMLElement} surface of the chart @param {Emit} emit
 * @param {object} chart
 * @param {() => Scene | null} chart.scene
 * @param {() => Plot | null} chart.plot
 * @param {() => LossHistory} chart.history
 * @param {() => void} chart.touched the handle is, so nothing is read off the chart
 */
export function createHandle(surface, emit, chart) {
  const label = h('span');
  const grip = h('div', { className: 'handle-grip', title: 'Drag back to see what it wrote' });
  const handle = h('div', { className: 'handle', id: 'handle', hidden: true }, grip, label);
  setAttribute(handle, 'aria-hidden', 'true');
  surface.append(handle);
  /** @type {State['lens'] | null} */
  let lens = null;
  let isUsed = false;
  /** How far from its middle the grip is held; null while nobody holds it. @type {number | null} */
  let held = null;

  /** Its place on the surface, in pixels. @param {Stop} stop @param {Scene} scene @param {Plot} plot */
  function leftOf({ x }, { span: [from, to] }, plot) {
    const { left, width } = plot.box();
    return left + ((x - from) / (to - from)) * width;
  }

  /** @param {Stop} stop @param {number} sampled the newest step that was @param {number} width */
  function words({ step }, sampled, width) {
    if (step !== null) return `step ${whole(step)}`;
    if (!isUsed && sampled <= YOUNG_STEPS && width >= WIDE_PX) {
      return 'now: drag back to see what it wrote';
    }
    return lens?.open === 'time' ? 'now' : '';
  }

  function follow() {
    const [scene, plot] = [chart.scene(), chart.plot()];
    if (scene === null || plot === null || lens === null) return;
    const stops = stopsOf(scene, chart.history());
    const stand = standOf(stops, lens);
    handle.hidden = !stand || !isWithin(stand.x, scene.span);
    if (!stand || handle.hidden) return;
    const { left, top, width, height } = plot.box();
    const x = leftOf(stand, scene, plot);
    handle.style.transform = `translate(${x}px, ${top}px)`;
    handle.style.height = `${height}px`;
    handle.classList.toggle('to-left', x > left + width / 2);
    setText(label, words(stand, stops.at(-2)?.step ?? 0, width));
  }

  /** @param {PointerEvent} event */
  function drag({ clientX }) {
    const [scene, plot] = [chart.scene(), chart.plot()];
    if (scene === null || plot === null || held === null) return;
    const { left, width } = plot.box();
    const part = (clientX - held - surface.getBoundingClientRect().left - left) / width;
    const [from, to] = scene.span;
    const x = from + Math.min(1, Math.max(0, part)) * (to - from);
    const stop = nearestStop(stopsOf(scene, chart.history()), x, scene.span);
    if (!stop || (lens?.open === 'time' && lens.step === stop.step)) return;
    emit({ type: 'openLens', lens: 'time' });
    emit({ type: 'setLens', change: { step: stop.step } });
  }

  grip.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || held !== null) return;
    event.preventDefault();
    const { left, width } = grip.getBoundingClientRect();
    held = event.clientX - (left + width / 2);
    isUsed = true;
    grip.setPointerCapture(event.pointerId);
    drag(event);
  });
  grip.addEventListener('pointermove', drag);
  for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) {
    grip.addEventListener(end, () => {
      held = null;
    });
  }
  grip.addEventListener('pointerenter', chart.touched);
  // Whoever holds the handle neither reads nor zooms the chart.
  for (const name of ['pointerdown', 'pointermove', 'dblclick']) {
    grip.addEventListener(name, (event) => event.stopPropagation());
  }

  return {
    follow,
    /** @param {State} state */
    render(state) {
      const isOther = state.lens !== lens;
      lens = state.lens;
      if (isOther) follow();
    },
  };
}
