/**
 * Reads values off the chart and zooms it, by mouse, finger or keyboard. Keyboards and screen readers use an invisible
 * slider.
 */

import { find, h, setText } from '../dom.js';
import { readAt } from './scene.js';
import { AXES, digits } from './units.js';
import { describeMark } from './words.js';
import { pan, zoomAt, zoomOf } from './zoom.js';

/** @import { Plot } from './plot.js' */
/** @import { Scene } from './scene.js' */
/** @import { Span, Zoom } from './zoom.js' */

/** How much one pixel of a wheel zooms, as a power of two. */
const WHEEL_POWER = 1 / 400;

/** A drag shorter than this is a click. */
const CLICK_PX = 6;

/** The distance of the box from the line. */
const GAP_PX = 8;

/** A point within this part of the width is at the place that is read. */
const HERE = 0.02;

/**
 * @param {HTMLElement} element
 * @param {object} chart
 * @param {() => Scene | null} chart.scene
 * @param {() => Plot | null} chart.plot
 * @param {(zoom: Zoom | null) => void} chart.zoom
 */
export function createChartReading(element, chart) {
  const surface = find(element, '#chart', HTMLElement);
  const slider = find(element, '#chart-reader', HTMLInputElement);
  const line = find(element, '#reading-line', HTMLElement);
  const box = find(element, '#reading', HTMLElement);
  const band = find(element, '#chart-band', HTMLElement);
  /** Where it is read, as a part of the width; null when it is not. @type {number | null} */
  let part = null;
  /** @type {Map<number, number>} pointers that are down, and where */
  const down = new Map();
  /** @type {{ span: Span, at: number[], start: number, mode: 'pan' | 'choose' | 'read' } | null} */
  let drag = null;

  /** @param {Scene} scene @param {number} part */
  const xAt = ({ span }, part) => span[0] + (span[1] - span[0]) * part;

  /** @param {{ clientX: number }} event */
  function partAt({ clientX }) {
    const plot = chart.plot();
    if (plot === null) return 0;
    const { left, width } = plot.box();
    const x = clientX - surface.getBoundingClientRect().left - left;
    return Math.min(1, Math.max(0, x / Math.max(width, 1)));
  }

  /** Whether there is anything to read. @param {Scene | null} scene @returns {scene is Scene} */
  const isReadable = (scene) =>
    scene !== null && (scene.columns.x.length > 0 || scene.earlier.length > 0);

  /** @param {Scene} scene @param {number} part */
  function linesOf(scene, part) {
    const { x, training, heldOut, together, earlier, marks } = readAt(scene, xAt(scene, part));
    /** @param {number} y */
    const said = (y) => digits(scene.value(y));
    const lines = [AXES[scene.by].at(x)];
    if (training !== null) lines.push(`training ${said(training)}`);
    if (heldOut !== null) {
      const isHere = Math.abs(heldOut.x - x) < (scene.span[1] - scene.span[0]) * HERE;
      const where = isHere ? '' : ` (${AXES[scene.by].at(heldOut.x)})`;
      const about = heldOut.isEstimate ? 'about ' : '';
      lines.push(`held out ${about}${said(heldOut.y)}${where}`);
    }
    if (together !== null) lines.push(`with letter statistics ${said(together)}`);
    for (const run of earlier) {
      const name = `run ${run.number}`;
      if (run.training !== null) lines.push(`${name} training ${said(run.training)}`);
      if (run.heldOut !== null) lines.push(`${name} held out ${said(run.heldOut)}`);
    }
    for (const mark of marks) lines.push(describeMark(mark));
    return lines;
  }

  function follow() {
    const scene = chart.scene();
    const plot = chart.plot();
    const shows = part !== null && plot !== null && isReadable(scene);
    line.hidden = !shows;
    box.hidden = !shows;
    if (part === null || plot === null || !isReadable(scene)) return;
    const { left, top, width, height } = plot.box();
    const x = left + part * width;
    line.style.transform = `translate(${x}px, ${top}px)`;
    line.style.height = `${height}px`;
    const lines = linesOf(scene, part);
    while (box.childElementCount > lines.length) box.lastElementChild?.remove();
    lines.forEach((text, i) => {
      const row = box.children[i] ?? box.appendChild(h('span'));
      setText(row, text);
    });
    // On the side where there is room, and within the chart where there is little.
    const beside = part < 0.5 ? x + GAP_PX : x - GAP_PX - box.offsetWidth;
    const most = surface.clientWidth - box.offsetWidth;
    box.style.transform = `translate(${Math.max(0, Math.min(beside, most))}px, ${top + 4}px)`;
  }

  /** @param {number | null} next */
  function read(next) {
    part = next;
    follow();
  }

  /** Sets what a screen reader says. */
  function speak() {
    const scene = chart.scene();
    const text =
      part === null || !isReadable(scene)
        ? 'Nothing has been learned yet.'
        : linesOf(scene, part).join(', ');
    slider.setAttribute('aria-valuetext', text);
  }

  slider.addEventListener('input', () => {
    read(slider.valueAsNumber / Number(slider.max));
    speak();
  });
  slider.addEventListener('focus', () => {
    if (part === null) read(slider.valueAsNumber / Number(slider.max));
    speak();
  });
  slider.addEventListener('blur', () => read(null));
  slider.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') read(null);
  });

  /* ---------------------------------------------------------------- zoom */

  /** @param {Span} span */
  function show(span) {
    const scene = chart.scene();
    if (scene !== null) chart.zoom(zoomOf(span, scene.all));
  }

  surface.addEventListener('wheel', wheel, { passive: false });
  /** @param {WheelEvent} event */
  function wheel(event) {
    const scene = chart.scene();
    if (!isReadable(scene)) return;
    // A wheel scrolls the page. It zooms the chart with Ctrl, which a pinch on a touchpad sends too, or after a click
    // on the chart.
    const meant = event.ctrlKey || event.metaKey || document.activeElement === slider;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!meant && !sideways) return;
    const width = scene.span[1] - scene.span[0];
    if (sideways) {
      if (width >= scene.all[1] - scene.all[0]) return;
      event.preventDefault();
      const plot = chart.plot();
      show(pan(scene.span, scene.all, (event.deltaX / (plot?.box().width ?? 1)) * width));
      return;
    }
    event.preventDefault();
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : event.ctrlKey ? 3 : 1;
    const factor = 2 ** (event.deltaY * scale * WHEEL_POWER);
    show(zoomAt(scene.span, scene.all, factor, xAt(scene, partAt(event))));
  }

  surface.addEventListener('dblclick', () => chart.zoom(null));

  surface.addEventListener('pointerdown', (event) => {
    const scene = chart.scene();
    if (!isReadable(scene) || event.button !== 0) return;
    // Without this the press would take the focus away again.
    event.preventDefault();
    slider.focus({ preventScroll: true });
    surface.setPointerCapture(event.pointerId);
    down.set(event.pointerId, partAt(event));
    const isZoomed = scene.span[0] > scene.all[0] || scene.span[1] < scene.all[1];
    const touches = event.pointerType === 'touch';
    const mode = isZoomed && !event.shiftKey ? 'pan' : touches ? 'read' : 'choose';
    drag = { span: scene.span, at: [...down.values()], start: partAt(event), mode };
    read(partAt(event));
  });

  surface.addEventListener('pointermove', (event) => {
    const scene = chart.scene();
    if (!isReadable(scene)) return;
    const at = partAt(event);
    if (!down.has(event.pointerId)) {
      if (event.pointerType !== 'touch') read(at);
      return;
    }
    down.set(event.pointerId, at);
    if (drag === null) return;
    if (down.size === 2) return pinch(scene);
    read(at);
    if (drag.mode === 'pan') {
      const width = drag.span[1] - drag.span[0];
      show(pan(drag.span, scene.all, (drag.start - at) * width));
    } else if (drag.mode === 'choose') {
      band.hidden = false;
      const { left, top, width, height } = chart.plot()?.box() ?? {
        left: 0,
        top: 0,
        width: 0,
        height: 0,
      };
      const from = Math.min(drag.start, at);
      band.style.transform = `translate(${left + from * width}px, ${top}px)`;
      band.style.width = `${Math.abs(at - drag.start) * width}px`;
      band.style.height = `${height}px`;
    }
  });

  /** Zooms so that what was under the two fingers stays under them. @param {Scene} scene */
  function pinch(scene) {
    if (drag === null || drag.at.length < 2) return;
    const [a0, b0] = drag.at;
    const [a1, b1] = [...down.values()];
    const before = Math.max(Math.abs(b0 - a0), 0.02);
    const now = Math.max(Math.abs(b1 - a1), 0.02);
    const width = drag.span[1] - drag.span[0];
    const middle = drag.span[0] + ((a0 + b0) / 2) * width;
    const zoomed = zoomAt(drag.span, scene.all, before / now, middle);
    const moved = ((a0 + b0) / 2 - (a1 + b1) / 2) * (zoomed[1] - zoomed[0]);
    show(pan(zoomed, scene.all, moved));
  }

  /** @param {PointerEvent} event */
  function up(event) {
    const scene = chart.scene();
    const at = down.get(event.pointerId);
    down.delete(event.pointerId);
    band.hidden = true;
    if (drag === null || down.size > 0) return;
    const { mode, start } = drag;
    drag = null;
    const width = chart.plot()?.box().width ?? 0;
    const chosen = mode === 'choose' && event.type === 'pointerup' && at !== undefined;
    if (!chosen || scene === null || Math.abs(at - start) * width < CLICK_PX) return;
    const ends = [xAt(scene, Math.min(at, start)), xAt(scene, Math.max(at, start))];
    show(zoomAt([ends[0], ends[1]], scene.all, 1, ends[0]));
  }
  surface.addEventListener('pointerup', up);
  surface.addEventListener('pointercancel', up);
  surface.addEventListener('pointerleave', () => {
    if (down.size === 0 && document.activeElement !== slider) read(null);
  });

  return {
    follow,
    /** Nothing is read, unless by the keyboard. */
    leave() {
      if (document.activeElement !== slider) read(null);
    },
    /** The place that stays when a button zooms: the one that is read, or the newest. */
    anchor() {
      const scene = chart.scene();
      if (scene === null) return 0;
      return part === null ? scene.span[1] : xAt(scene, part);
    },
  };
}
