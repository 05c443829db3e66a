/** How a run fares, judged from what it reports alone: steady, wobbling or in trouble. Pure. */

import { explosionOf } from './explosion.js';

/** @import { Event } from '../../shared/protocol.js' */
/** @import { Message, Run, State } from '../state.js' */

/**
 * What is wrong, from the mildest to the worst. `norm`: the gradient norm is far above its usual; `loss`: the training
 * loss rises; `still`: steps move the weights next to nowhere; `update`: too far; `blind`: the training loss is
 * above blind guessing again; `exploded`: the worker gave weights up.
 * @typedef {'norm' | 'loss' | 'still' | 'update' | 'blind' | 'exploded'} Sign
 */
const SIGNS = /** @type {const} */ (['norm', 'loss', 'still', 'update', 'blind', 'exploded']);

/** What the card is headed by, and what is announced. @type {Record<Sign, string>} */
export const TROUBLES = {
  norm: '',
  loss: '',
  still: 'It learns next to nothing',
  update: 'Each step moves the weights too far',
  blind: 'It has become worse than blind guessing',
  exploded: 'Training exploded',
};

/** This sign and those after it are trouble. */
const FIRST_TROUBLE = SIGNS.indexOf('still');

/**
 * In 1,200 steps each of nine networks that learned (gated and plain cells, all optimisers at their usual rates, two
 * texts) the norm came to at most nine times its usual, and the smoothed loss never over that of the last 200 steps.
 * A rate ten times the usual made it a thousand times and more, and 2.3.
 */
const FAR_NORM = 10;
const RISE = 1.1;
/** Where next to nothing is left of the loss, a tenth of it is noise, and so is the gradient. */
const LEAST_RISE_NATS = 0.05;

/** So many reports, and steps, make up what is usual. */
const USUAL_REPORTS = 50;
const SLOW_STEPS = 200;

/** From so many reports on something is known to be usual. */
const FEW_REPORTS = 20;

/** A training loss under this share of blind guessing is below it for good, as the core judges. */
const LEARNED_SHARE = 0.9;

/** How far steps move the weights, smoothed over some reports: Adagrad begins with 0.12 at its usual rate. */
const MOST_UPDATE = 0.2;
const LEAST_UPDATE = 1e-6;
const UPDATE_REPORTS = 10;

/** How long a sign is shown after it was last seen, in milliseconds of training: a mild one, and trouble. */
const SHOWN_MS = 3_000;
const TROUBLE_MS = 10_000;

/** So long after the last trouble its card goes by itself. */
const CALM_MS = 30_000;

/** How many of the last gradient norms are kept. */
const NORMS = 4;

/**
 * What the card tells. It is about the first moment; what has changed since is counted.
 * @typedef {object} Trouble
 * @property {Sign} kind
 * @property {number} step
 * @property {string} what happened, in a sentence; of an explosion alone
 * @property {number} rate that was in force
 * @property {number} times how often it exploded
 * @property {number} restoredStep whose weights are back
 * @property {{ what: 'norm' | 'loss', step: number }} first that rose
 * @property {number[]} norms the last ones before
 */

/**
 * @typedef {object} Health
 * @property {number} reports
 * @property {number} steps that went into `slowLoss`
 * @property {number | null} usualNorm the logarithm of it
 * @property {number | null} slowLoss
 * @property {number | null} update smoothed
 * @property {boolean} hasLearned has been well below blind guessing
 * @property {number[]} norms the last ones
 * @property {{ norm: number | null, loss: number | null }} rose at which step each became too high
 * @property {Sign | null} sign the worst that is still shown
 * @property {number} signAt when it was last seen, in milliseconds of training
 * @property {number} troubleAt when trouble was last seen
 * @property {Trouble | null} trouble
 */

/** @type {Health} */
export const FIRST_HEALTH = {
  reports: 0,
  steps: 0,
  usualNorm: null,
  slowLoss: null,
  update: null,
  hasLearned: false,
  norms: [],
  rose: { norm: null, loss: null },
  sign: null,
  signAt: 0,
  troubleAt: 0,
  trouble: null,
};

/** @typedef {'steady' | 'wobbling' | 'trouble'} Level */

/** How a run fares; null before it has taken a step. @param {Run | null} run @param {Health} health @returns {Level | null} */
export function levelOf(run, { sign }) {
  if (run === null || run.report === null) return null;
  const isMild = sign !== null && SIGNS.indexOf(sign) < FIRST_TROUBLE;
  // At rest nothing wobbles any more, and a sign does not grow old.
  if (sign !== null && !(isMild && run.phase === 'paused')) return isMild ? 'wobbling' : 'trouble';
  return run.loss === null ? null : 'steady';
}

/**
 * A report of some steps.
 * @param {Health} health @param {Run} run as it is after them @param {Event<'progress'>} event @returns {Health}
 */
export function afterProgress(health, run, event) {
  const { loss, report, config } = run;
  const { step, trainedMs, gradientNorm, updateRatio, losses } = event;
  const isFew = health.reports < FEW_REPORTS;
  const { usualNorm } = health;
  // What rose first is remembered as long as a sign is shown.
  const rose = health.sign === null ? FIRST_HEALTH.rose : health.rose;
  const isLow = loss !== null && loss < LEAST_RISE_NATS;
  const far =
    usualNorm !== null && !isFew && !isLow && gradientNorm > FAR_NORM * Math.exp(usualNorm);
  let { slowLoss, steps } = health;
  for (const value of losses) slowLoss = mean(slowLoss, value, steps++, SLOW_STEPS);
  const high = slowLoss === null ? null : Math.max(RISE * slowLoss, slowLoss + LEAST_RISE_NATS);
  const rises = loss !== null && high !== null && !isFew && loss > high;
  const update =
    updateRatio === null
      ? health.update
      : mean(health.update, updateRatio, health.reports, UPDATE_REPORTS);
  const blind = report?.uniformLoss ?? Number.POSITIVE_INFINITY;
  /** @type {Health} */
  const next = {
    ...health,
    reports: health.reports + 1,
    steps,
    slowLoss,
    update,
    usualNorm: usual(usualNorm, Math.log(gradientNorm), health.reports),
    hasLearned: health.hasLearned || (loss !== null && loss < LEARNED_SHARE * blind),
    norms: [...health.norms, gradientNorm].slice(-NORMS),
    rose: {
      norm: far ? (rose.norm ?? step) : rose.norm,
      loss: rises ? (rose.loss ?? step) : rose.loss,
    },
  };
  // While the rate is warming up, or has run out, small steps are meant.
  const isWhole = !isFew && event.learningRate > config.learningRate / 2;
  /** @type {Sign | null} */
  let sign = null;
  if (next.hasLearned && loss !== null && loss > blind) sign = 'blind';
  else if (update !== null && !isFew && update > MOST_UPDATE) sign = 'update';
  else if (update !== null && isWhole && update < LEAST_UPDATE) sign = 'still';
  else if (rises) sign = 'loss';
  else if (far) sign = 'norm';
  return withSign(next, sign, trainedMs, () => troubleOf(next, sign ?? 'loss', step, config));
}

/** A norm that is no number says nothing of what is usual. @param {number | null} usual @param {number} next @param {number} reports */
function usual(usual, next, reports) {
  if (!Number.isFinite(next)) return usual;
  return mean(usual, next, reports, USUAL_REPORTS);
}

/**
 * The mean of so few values, then a moving average.
 * @param {number | null} average @param {number} value @param {number} before values in it @param {number} reach
 */
function mean(average, value, before, reach) {
  return average === null ? value : average + (value - average) / Math.min(reach, before + 1);
}

/**
 * The worst sign is shown for a while; the card stays until all has been well for longer.
 * @param {Health} health @param {Sign | null} seen @param {number} now @param {() => Trouble} tell
 * @returns {Health}
 */
function withSign(health, seen, now, tell) {
  const rank = (/** @type {Sign | null} */ sign) => (sign === null ? -1 : SIGNS.indexOf(sign));
  const shownMs = rank(health.sign) < FIRST_TROUBLE ? SHOWN_MS : TROUBLE_MS;
  const isOver = now - health.signAt > shownMs;
  const trouble = now - health.troubleAt > CALM_MS ? null : health.trouble;
  if (seen === null || (rank(seen) < rank(health.sign) && !isOver)) {
    return { ...health, sign: isOver ? null : health.sign, trouble };
  }
  const next = { ...health, sign: seen, signAt: now, trouble };
  if (rank(seen) < FIRST_TROUBLE) return next;
  const isNews = rank(seen) > rank(trouble?.kind ?? null);
  return { ...next, troubleAt: now, trouble: isNews ? tell() : trouble };
}

/** @param {Health} health @param {Sign} kind @param {number} step @param {Run['config']} config @returns {Trouble} */
function troubleOf({ rose, norms }, kind, step, { learningRate }) {
  const isNorm = rose.norm !== null && rose.norm <= (rose.loss ?? step);
  return {
    kind,
    step,
    what: '',
    rate: learningRate,
    times: 0,
    restoredStep: step,
    first: isNorm
      ? { what: 'norm', step: rose.norm ?? step }
      : { what: 'loss', step: rose.loss ?? step },
    norms,
  };
}

/**
 * The worker gave weights up. What is usual is found out anew; the card goes on.
 * @param {Health} health @param {Run} run as it was before @param {Event<'diverged'>} event @returns {Health}
 */
export function afterExplosion(health, { trainedMs, config }, event) {
  const { step, restoredStep } = event;
  const next = withSign(health, 'exploded', trainedMs, () => ({
    ...troubleOf(health, 'exploded', step, config),
    what: explosionOf(event),
  }));
  const { sign, signAt, troubleAt, trouble } = next;
  const counted = trouble && { ...trouble, times: trouble.times + 1, restoredStep };
  return { ...FIRST_HEALTH, sign, signAt, troubleAt, trouble: counted };
}

/**
 * How the run fares after a message.
 * @param {Health} health @param {State} before @param {Message} event @param {State} after @returns {Health}
 */
export function healthAfter(health, before, event, after) {
  const { run } = after;
  if (run === null || before.run === null) return FIRST_HEALTH;
  if (run.id !== before.run.id) return FIRST_HEALTH;
  if (event.type === 'progress') return afterProgress(health, run, event);
  return event.type === 'diverged' ? afterExplosion(health, before.run, event) : health;
}
