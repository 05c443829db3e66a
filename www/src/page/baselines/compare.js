/** Compares a loss to the baselines, in words. Pure. */

/** @import { RunReport } from '../../shared/protocol.js' */
/** @import { Baseline, Baselines } from '../../shared/protocol-of-others.js' */

/**
 * Something to compare a loss to.
 * @typedef {object} Reference
 * @property {'uniform' | 'ngram' | 'gzip'} kind
 * @property {number} order of an n-gram, 0 of another
 * @property {string} name as in "beats ..."
 * @property {string} label for the chart
 * @property {string} short the same where there is little room
 * @property {number} loss in nats per character
 * @property {boolean} best the lowest of the n-grams, once all of them are known
 * @property {boolean} informative whether it beats blind guessing and every shorter n-gram; one that does not
 *   is neither drawn nor named
 *
 */

/**
 * What a baseline is called. An n-gram of order k looks at the last k - 1 letters.
 * @param {Baseline['kind']} kind @param {number} order
 */
function namesOf(kind, order) {
  if (kind === 'gzip') return alike('gzip');
  if (order === 1) return { ...alike('letter frequencies'), short: 'letters' };
  const label = order === 2 ? 'last letter' : `last ${order - 1} letters`;
  return { name: `guessing from the ${label}`, label, short: `last ${order - 1}` };
}

/** @param {string} name */
const alike = (name) => ({ name, label: name, short: name });

/**
 * Everything that a run can be compared to so far, from the highest loss to the lowest.
 * @param {RunReport | null} report @param {Baselines | null} baselines of the run's text
 * @returns {Reference[]}
 */
export function referencesOf(report, baselines) {
  if (report === null) return [];
  const blind = { ...alike('blind guessing'), short: 'blind' };
  /** @type {Reference[]} */
  const references = [
    {
      kind: 'uniform',
      order: 0,
      ...blind,
      loss: report.uniformLoss,
      best: false,
      informative: true,
    },
  ];
  /** @type {Baseline[]} */
  const known = baselines?.known.length
    ? baselines.known
    : [{ kind: 'ngram', order: 1, loss: report.unigramLoss }];
  const losses = known.flatMap((baseline) => (baseline.kind === 'ngram' ? baseline.loss : []));
  const least = baselines?.part === 1 ? Math.min(...losses) : null;
  for (const { kind, loss, ...baseline } of known) {
    const order = 'order' in baseline ? baseline.order : 0;
    const best = kind === 'ngram' && loss === least;
    const shorter = references.filter(
      (other) => other.kind === 'uniform' || (kind === 'ngram' && other.order < order),
    );
    const informative = shorter.every((other) => other.loss > loss);
    references.push({ kind, order, ...namesOf(kind, order), loss, best, informative });
  }
  return references.sort((one, other) => other.loss - one.loss);
}

/** Less than this cannot be seen in what stands beside both numbers, unless next to nothing is left of the other one. */
const CLEARLY = 0.01;

/** Whether a loss is clearly lower than another one, as everything judges that speaks of the two. @param {number} loss @param {number} other */
export const beats = (loss, other) => other - loss >= Math.min(CLEARLY, other / 2);

/**
 * The last baseline that a loss has beaten, and the next one.
 * @param {number} loss held-out, in nats @param {Reference[]} references
 */
export function neighboursOf(loss, references) {
  const drawn = references.filter(({ informative }) => informative);
  return {
    beaten: drawn.filter((reference) => beats(loss, reference.loss)).at(-1),
    next: drawn.find((reference) => !beats(loss, reference.loss)),
  };
}

/**
 * The sentence beside the loss, without its full stop: "Beats guessing from the last 2 letters. Next:
 * the last 3".
 * @param {number} loss held-out, in nats @param {Reference[]} references
 */
export function compareToBaselines(loss, references) {
  if (references.length === 0) return '';
  const { beaten, next } = neighboursOf(loss, references);
  if (beaten === undefined) return `Not yet better than ${next?.name}`;
  if (next === undefined) {
    const all = references.some(({ best }) => best);
    return all ? 'Beats all letter statistics' : `Beats ${beaten.name}`;
  }
  // The second of two n-grams does not repeat what kind it is, nor that it counts letters.
  const alike = beaten.order > 1 && next.order > 1;
  const last = beaten.order > 2 ? next.short : next.label;
  return `Beats ${beaten.name}. Next: ${alike ? `the ${last}` : next.name}`;
}

/**
 * How far a network of this loss has come, named by what it writes when it learns prose.
 * @typedef {'random' | 'frequencies' | 'pairs' | 'syllables' | 'words' | 'phrases'} Stage
 */

/** Stands in for the n-grams until they are measured: their usual loss, as a part of that of letter frequencies. */
const USUALLY = [1, 0.75, 0.62, 0.48];

/** @param {number} loss in nats @param {Reference[]} references @returns {Stage} */
export function stageOf(loss, references) {
  const uniform = references.find(({ kind }) => kind === 'uniform');
  const ngrams = references.filter(({ kind }) => kind === 'ngram');
  const letters = ngrams.find(({ order }) => order === 1);
  if (uniform === undefined || letters === undefined) return 'random';
  /** The best loss of n-grams up to an order. @param {number} order @param {number} usually */
  const bound = (order, usually) =>
    references.some((reference) => reference.order === order)
      ? Math.min(...ngrams.filter((ngram) => ngram.order <= order).map(({ loss }) => loss))
      : letters.loss * usually;
  const best = references.find((reference) => reference.best)?.loss ?? letters.loss * USUALLY[3];
  if (!beats(loss, uniform.loss)) return 'random';
  if (loss > letters.loss * 0.97) return 'frequencies';
  if (loss > bound(2, USUALLY[1])) return 'pairs';
  if (loss > bound(3, USUALLY[2])) return 'syllables';
  return loss > best ? 'words' : 'phrases';
}

/** From first to last. @type {Stage[]} */
export const STAGES = ['random', 'frequencies', 'pairs', 'syllables', 'words', 'phrases'];
