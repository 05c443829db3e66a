/** The chart in words, for people who cannot see it. */

import { compareToBaselines, referencesOf } from '../baselines/compare.js';
import { baselinesOf } from '../baselines/state.js';
import { brief, counted, loss, whole } from '../format.js';
import { approximately, heldOutOf } from '../run/held-out.js';
import { FIELDS, FIRST_VALUES } from '../settings/fields.js';
import { NAME } from './together.js';
import { clock, digits, UNITS } from './units.js';

/** @import { Mark, MarkedSetting } from '../../shared/loss-history.js' */
/** @import { Run, State } from '../state.js' */
/** @import { LossHistories } from './loss-histories.js' */
/** @import { EarlierRun, Scene } from './scene.js' */

/** At most this many of the newest marks are named. */
const MOST_MARKS = 3;

/** A loss in the chosen unit: "1.832 nats per letter". @param {State['chart']} chart */
function speaker({ unit }) {
  const { of, name } = UNITS[unit];
  return {
    /** @param {number} nats */
    full: (nats) =>
      unit === 'perplexity' ? `${name} ${digits(of(nats))}` : `${digits(of(nats))} ${name}`,
    /** @param {number} nats */
    plain: (nats) => digits(of(nats)),
  };
}

/** What was changed, by its label. @param {MarkedSetting} setting */
const settingName = (setting) =>
  setting in FIELDS
    ? FIELDS[/** @type {keyof typeof FIELDS} */ (setting)].label.toLowerCase()
    : setting;

/** A mark in words. @param {Mark} mark */
export function describeMark({ setting, from, to }) {
  if (setting === 'runCharacters') return `new schedule, until ${whole(to)} letters are read`;
  const change = `${brief(from)} → ${brief(to)}`;
  return setting === 'explosion'
    ? `explosion, learning rate ${change}`
    : `${settingName(setting)} ${change}`;
}

/**
 * The result of an earlier run: where its lines on the chart end.
 * @param {EarlierRun} run @param {(y: number) => number} value
 */
export function outcome({ training, heldOut }, value) {
  const ends = [];
  if (training.y.length > 0) ends.push(`training ${digits(value(Number(training.y.at(-1))))}`);
  if (heldOut.y.length > 0) ends.push(`held out ${digits(value(Number(heldOut.y.at(-1))))}`);
  return ends.join(', ');
}

/**
 * A held-out loss is clearly above its best from this factor, and this many nats, on. From measurement to measurement it
 * wavers by less.
 */
const CLEARLY_WORSE = 1.05;
const CLEARLY_WORSE_NATS = 0.05;

/** The lowest loss that was measured on the whole held-out part. @param {LossHistories['current']} history */
function bestOf({ heldOut: { step, loss, estimate } }) {
  let best = -1;
  for (let i = 0; i < step.length; i += 1) {
    if (estimate[i] === 0 && (best === -1 || loss[i] < loss[best])) best = i;
  }
  return best === -1 ? null : { step: step[best], loss: loss[best] };
}

/**
 * What has become worse on unseen text, why, and what helps; '' where nothing has.
 * @param {Run} run @param {number} now the held-out loss @param {LossHistories['current']} history
 */
function worsening({ loss: training, config, report, worseThanBlind }, now, history) {
  const best = bestOf(history);
  const isWorse =
    best !== null && now > CLEARLY_WORSE * best.loss && now > CLEARLY_WORSE_NATS + best.loss;
  const blind = report?.uniformLoss ?? Number.POSITIVE_INFINITY;
  // Who guessed so well has not come to this by overfitting.
  const isStuck =
    worseThanBlind && config.stateReset === 0 && best !== null && best.loss < blind / 2;
  if (isStuck) {
    return `Worse than blind guessing on unseen text: its memory has got stuck there. A State reset of ${FIRST_VALUES.stateReset} helps.`;
  }
  if (isWorse) {
    const since = `since step ${whole(best.step)} (best ${loss(best.loss)})`;
    // What an explosion has cost was not learned too well. Nor has a network that knows less than how often each
    // letter comes learned anything too well.
    const isOverfitted =
      training !== null &&
      training < best.loss &&
      training < (report?.unigramLoss ?? blind) &&
      !history.marks.some(({ setting, step }) => setting === 'explosion' && step >= best.step);
    return isOverfitted
      ? `Getting worse on unseen text ${since}: it overfits. A longer text or a smaller network helps.`
      : `Worse on unseen text ${since}.`;
  }
  return worseThanBlind
    ? 'Worse than blind guessing on unseen text: the end of the text may be of another kind.'
    : '';
}

/**
 * The held-out loss in a sentence: what has become worse, or how it compares to the baselines. The step of that loss
 * stands beside its number.
 * @param {State} state @param {LossHistories['current']} history
 */
export function comparisonOf(state, history) {
  const { run } = state;
  const heldOut = heldOutOf(run);
  if (run === null || heldOut === null) return '';
  const worse = worsening(run, heldOut.loss, history);
  if (worse !== '') return worse;
  const where = compareToBaselines(heldOut.loss, referencesOf(run.report, baselinesOf(state)));
  return where === '' ? '' : `${where}.`;
}

/** @param {State} state @param {LossHistories} histories @param {Scene} scene */
export function describeChart(state, { current }, { earlier, value }) {
  const { run, chart, generated } = state;
  const parts = [];
  const { full, plain } = speaker(chart);
  if (run === null || run.step === null) {
    parts.push('Nothing has been learned yet.');
  } else {
    parts.push(`${counted(run.step, 'step')}.`);
    if (run.loss !== null) parts.push(`The training line is at ${full(run.loss)}.`);
    const heldOut = heldOutOf(run);
    if (heldOut !== null) {
      const measured = approximately(heldOut, plain(heldOut.loss));
      parts.push(`The held-out line is at ${measured}.`);
      parts.push(comparisonOf(state, current));
      if (heldOut.together !== undefined && generated.statistics !== 'off') {
        parts.push(`The line of ${NAME} is at ${plain(heldOut.together.loss)}.`);
      }
    }
    parts.push(describeReferences(state, plain));
    const marks = current.marks.slice(-MOST_MARKS).map((mark) => {
      return `${describeMark(mark)} at step ${whole(mark.step)}`;
    });
    if (marks.length > 0) parts.push(`Changed on the way: ${marks.join('; ')}.`);
    if (run.trainedMs > 0) parts.push(`${clock(run.trainedMs / 1000)} of training.`);
  }
  for (const run of earlier) {
    parts.push(`Earlier run ${run.number}: ${run.name}, ${outcome(run, value)}.`);
  }
  return parts.filter((part) => part !== '').join(' ');
}

/** @param {State} state @param {(nats: number) => string} plain */
function describeReferences(state, plain) {
  const references = referencesOf(state.run?.report ?? null, baselinesOf(state)).filter(
    ({ informative }) => informative,
  );
  if (references.length === 0) return '';
  const named = references.map(({ name, loss, best }) => {
    return `${name} at ${plain(loss)}${best ? ', the best of its kind' : ''}`;
  });
  return `For comparison: ${named.join('; ')}.`;
}
