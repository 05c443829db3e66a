/** The chart as a picture of its own, with a background, a title and the names of its lines. */

import { h } from '../dom.js';
import { readColours } from './plot-draw.js';
import { AXES, UNITS } from './units.js';

/** @import { Earlier } from './loss-histories.js' */
/** @import { ChartState } from './state.js' */

const LINE_PX = 22;
const MARGIN_PX = 12;

/**
 * @param {HTMLCanvasElement} canvas as it is drawn
 * @param {HTMLElement} place whose colours it has
 * @param {string} title
 * @param {ChartState} chart
 * @param {Earlier[]} earlier
 * @returns {Promise<Blob>}
 */
export function pictureOf(canvas, place, title, { unit, by }, earlier) {
  const ratio = devicePixelRatio;
  const colours = readColours(place);
  const picture = h('canvas');
  const margin = MARGIN_PX * ratio;
  const line = LINE_PX * ratio;
  picture.width = canvas.width + 2 * margin;
  picture.height = canvas.height + (2 + earlier.length) * line + 2 * margin;
  const ctx = /** @type {CanvasRenderingContext2D} */ (picture.getContext('2d'));
  ctx.fillStyle = colours.paper;
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.textBaseline = 'top';
  ctx.fillStyle = colours.ink;
  ctx.font = `600 ${14 * ratio}px system-ui, sans-serif`;
  ctx.fillText(title, margin, margin, picture.width - 2 * margin);
  ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  let x = margin;
  const top = margin + line;
  const keys = /** @type {[string, string | null][]} */ ([
    ['training', colours.training],
    ['held out', colours.heldOut],
    [`${UNITS[unit].name}, by ${AXES[by].name}`, null],
  ]);
  for (const [name, colour] of keys) {
    if (colour !== null) {
      ctx.fillStyle = colour;
      ctx.fillRect(x, top + 6 * ratio, 20 * ratio, 2 * ratio);
      x += 26 * ratio;
    }
    ctx.fillStyle = colours.soft;
    ctx.fillText(name, x, top);
    x += ctx.measureText(name).width + 20 * ratio;
  }
  ctx.drawImage(canvas, margin, margin + 2 * line);
  earlier.forEach(({ number, name }, i) => {
    const y = margin + 2 * line + canvas.height + i * line;
    ctx.fillText(`run ${number}: ${name}`, margin, y, picture.width - 2 * margin);
  });
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('No picture came of it.'))));
  });
}
