/** The units of the loss, and the horizontal axes. */

import { compact, counted, whole } from '../format.js';

/**
 * @typedef {object} Unit
 * @property {string} name as the chart's unit is chosen
 * @property {string} symbol behind a number, in a sentence
 * @property {(nats: number) => number} of
 */

/** @satisfies {Record<string, Unit>} */
export const UNITS = {
  nats: { name: 'nats per letter', symbol: 'nats', of: (/** @type {number} */ nats) => nats },
  bits: {
    name: 'bits per letter',
    symbol: 'bits',
    of: (/** @type {number} */ nats) => nats / Math.LN2,
  },
  perplexity: { name: 'perplexity', symbol: '', of: Math.exp },
};

/** @typedef {keyof typeof UNITS} UnitName */

/** A loss in some unit with its useful digits: 1.832, 12.40, 105. @param {number} value */
export function digits(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : 'infinite';
  if (value < 10) return value.toFixed(3);
  return value < 100 ? value.toFixed(2) : value.toPrecision(3);
}

/** The same with three digits, beside a line. @param {number} value */
export const fewDigits = (value) => (value < 10 ? value.toFixed(2) : value.toPrecision(3));

/** A time of training: 45 s, 1:05, 2:03:10. @param {number} seconds */
export function clock(seconds) {
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${Number(seconds.toPrecision(2))} s`;
  /** @param {number} value */
  const two = (value) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(rounded / 3600), Math.floor(rounded / 60) % 60];
  const rest = two(rounded % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/**
 * What the horizontal axis counts.
 * @typedef {'step' | 'charactersSeen' | 'seconds'} By
 * @type {Record<By, { name: string, tick: (value: number) => string, at: (value: number) => string }>}
 */
export const AXES = {
  step: { name: 'steps', tick: compact, at: (value) => `step ${whole(value)}` },
  charactersSeen: {
    name: 'letters read',
    tick: compact,
    at: (value) => `${counted(value, 'letter')} read`,
  },
  seconds: { name: 'time', tick: clock, at: clock },
};
