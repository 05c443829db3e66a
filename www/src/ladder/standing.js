// @ts-check
/** Where a loss stands on the ladder, in words. Pure. */

/**
 * Something to measure a loss by.
 * @typedef {object} Reference
 * @property {'uniform' | 'ngram' | 'gzip'} kind
 * @property {number} order of an n-gram, 0 of another
 * @property {string} name as in "better than ..."
 * @property {string} short for where there is little room
 * @property {number} loss in nats per character
 * @property {boolean} best the lowest of the n-grams, once all of them are known
 *
 * @typedef {import('../protocol.js').RunReport} RunReport
 * @typedef {import('../protocol.js').Ladder} Ladder
 */

/** @param {number} order */
const nameOf = (order) => (order === 1 ? 'letter frequencies' : `${order}-letter statistics`);

/** @param {number} order */
const shortNameOf = (order) => (order === 1 ? 'letters' : `${order} letters`);

/**
 * All that is known to measure a run by, from the highest loss to the lowest.
 * @param {RunReport | null} report @param {Ladder | null} ladder of the run's text
 * @returns {Reference[]}
 */
export function referencesOf(report, ladder) {
  if (report === null) return [];
  /** @type {Reference[]} */
  const references = [
    {
      kind: 'uniform',
      order: 0,
      name: 'blind guessing',
      short: 'blind',
      loss: report.uniformLoss,
      best: false,
    },
  ];
  /** @type {import('../protocol.js').Rung[]} */
  const rungs = ladder?.rungs.length
    ? ladder.rungs
    : [{ kind: 'ngram', order: 1, loss: report.unigramLoss }];
  const losses = rungs.flatMap((rung) => (rung.kind === 'ngram' ? rung.loss : []));
  const least = ladder?.part === 1 ? Math.min(...losses) : null;
  for (const { kind, loss, ...rung } of rungs) {
    const order = 'order' in rung ? rung.order : 0;
    const [name, short] = kind === 'gzip' ? ['gzip', 'gzip'] : [nameOf(order), shortNameOf(order)];
    references.push({ kind, order, name, short, loss, best: kind === 'ngram' && loss === least });
  }
  return references.sort((one, other) => other.loss - one.loss);
}

/**
 * The rungs that a loss comes past one after another: n-grams that are no better than one of a lower
 * order tell nothing new. @param {Reference[]} references
 */
function rungsOf(references) {
  const best = references.find((reference) => reference.best);
  return references.filter(({ kind, order }) => kind !== 'ngram' || !best || order <= best.order);
}

/**
 * The sentence beside the loss: "better than 3-letter statistics, not yet than gzip".
 * @param {number} loss held-out, in nats @param {Reference[]} references
 */
export function standing(loss, references) {
  const rungs = rungsOf(references);
  if (rungs.length === 0) return '';
  const beaten = rungs.filter((rung) => rung.loss > loss).at(-1);
  const next = rungs.find((rung) => rung.loss <= loss);
  if (beaten === undefined) return `not yet better than ${rungs[0].name}`;
  if (next !== undefined) return `better than ${beaten.name}, not yet than ${next.name}`;
  const all = rungs.some(({ best }) => best);
  return all ? 'better than all letter statistics' : `better than ${beaten.name}`;
}

/**
 * What of the text a network of this loss has got hold of, from nothing to whole phrases.
 * @typedef {'random' | 'frequencies' | 'pairs' | 'syllables' | 'words' | 'phrases'} Stage
 */

/** Before the n-grams are measured: in most languages they stand about here under letter frequencies. */
const USUALLY = [1, 0.75, 0.62, 0.48];

/**
 * @param {number} loss held-out, in nats @param {Reference[]} references @returns {Stage}
 */
export function stageOf(loss, references) {
  const uniform = references.find(({ kind }) => kind === 'uniform');
  const letters = references.find(({ order }) => order === 1);
  if (uniform === undefined || letters === undefined) return 'random';
  /** @param {number} order @param {number} usually */
  const bound = (order, usually) =>
    references.find((reference) => reference.order === order)?.loss ?? letters.loss * usually;
  const best = references.find((reference) => reference.best)?.loss ?? letters.loss * USUALLY[3];
  if (loss > (uniform.loss + letters.loss) / 2) return 'random';
  if (loss > letters.loss * 0.97) return 'frequencies';
  if (loss > bound(2, USUALLY[1])) return 'pairs';
  if (loss > bound(3, USUALLY[2])) return 'syllables';
  return loss > best ? 'words' : 'phrases';
}

/** From first to last. @type {Stage[]} */
export const STAGES = ['random', 'frequencies', 'pairs', 'syllables', 'words', 'phrases'];

/** What the visitor is seeing at each stage. @type {Record<Stage, string>} */
export const SEEING = {
  random: 'Random letters: it does not know yet which ones are common.',
  frequencies: 'Common letters come more often now, in no order yet.',
  pairs: 'Word lengths look right, and letters begin to fit each other.',
  syllables: 'Syllables: much of it could be read aloud.',
  words: 'Words: many are real, few go together.',
  phrases: 'Grammar: words begin to go together.',
};
