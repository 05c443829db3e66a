/** Every lens, with what it can do. */

/**
 * @typedef {keyof typeof LENSES} Lens
 *
 * @typedef {object} Can
 * @property {boolean} [ofAText] it can read more than one text
 * @property {boolean} [once] it looks when it is asked to, not each second
 */

/** In the order of the page. @satisfies {Record<string, Can>} */
export const LENSES = {
  certainty: {},
  surprise: { ofAText: true },
  neuron: { ofAText: true },
  memory: { ofAText: true },
  copied: {},
  time: {},
  lines: { once: true },
};
