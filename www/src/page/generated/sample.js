/** What the network wrote, character by character, with how sure it was of each. */

/**
 * What the network wrote in one go, as the worker sends it.
 * @typedef {object} Piece
 * @property {string} text
 * @property {Float32Array} probabilities of each character
 * @property {string} alternatives for each character equally many symbols, the likeliest first
 * @property {Float32Array} alternativeProbabilities one for each of `alternatives`
 */

/**
 * @typedef {object} Character
 * @property {string} symbol
 * @property {number} probability
 * @property {Piece} piece that it is of
 * @property {number} at its place in the piece
 */

/** @typedef {{ symbol: string, probability: number }} Alternative */

/** @param {Piece} piece @returns {Character[]} */
export const charactersOf = (piece) =>
  [...piece.text].map((symbol, at) => ({
    symbol,
    probability: piece.probabilities[at],
    piece,
    at,
  }));

/** What might have stood in its place, the likeliest first. @param {Character} character @returns {Alternative[]} */
export function alternativesOf({ piece, at }) {
  const each = piece.alternativeProbabilities.length / piece.probabilities.length;
  const symbols = [...piece.alternatives];
  return Array.from({ length: each }, (_, rank) => ({
    symbol: symbols[at * each + rank],
    probability: piece.alternativeProbabilities[at * each + rank],
  }));
}

/**
 * The newest pieces that hold this many characters. Whole older pieces are dropped.
 * @param {Piece[]} pieces @param {number} characters
 */
export function newest(pieces, characters) {
  let from = pieces.length;
  for (let held = 0; from > 0 && held < characters; ) {
    from -= 1;
    held += pieces[from].probabilities.length;
  }
  return from === 0 ? pieces : pieces.slice(from);
}

/**
 * The last characters, at most this many.
 * @param {Piece[]} pieces @param {number} count @returns {Character[]}
 */
export function lastCharacters(pieces, count) {
  const characters = newest(pieces, count).flatMap(charactersOf);
  return characters.slice(Math.max(0, characters.length - count));
}
