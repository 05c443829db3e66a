/** What the first preset writes as it learns the first sample: from a real run, by `npm run trace`. */

import trace from './trace.json' with { type: 'json' };

/**
 * @typedef {object} Moment
 * @property {number} letters it has read by then
 * @property {number} loss of the held-out part, in nats per letter
 * @property {string} text that it writes then
 */

/** @type {Moment[]} the earliest first */
export const TRACE = trace;
