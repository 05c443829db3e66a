// @ts-check
/** The chart in words, for who does not see it. */

import { hasHeldOutLine } from '../chart/scene.js';
import { digits, duration, UNITS } from '../chart/units.js';
import { FIELDS } from '../fields.js';
import { brief, whole } from '../format.js';
import { referencesOf, standing } from '../ladder/standing.js';
import { ladderOf } from '../state/ladder.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../curves.js').Curves} Curves
 */

/** So many of the newest marks are told. */
const MOST_MARKS = 3;

/** A training loss is the mean of so many points. */
const LAST_POINTS = 20;

/** A loss in the chosen unit: "1.832 nats per character". @param {State['chart']} chart */
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

/** @type {Record<Exclude<import('../curve.js').Knob, 'explosion'>, string>} */
const KNOBS = {
  learningRate: FIELDS.learningRate.label.toLowerCase(),
  clipNorm: FIELDS.clipNorm.label.toLowerCase(),
  clipValue: 'clip by value',
  dropout: 'dropout',
  sequenceLength: FIELDS.sequenceLength.label.toLowerCase(),
  temperature: 'temperature',
};

/** A mark in words. @param {import('../curve.js').Mark} mark */
export function describeMark({ knob, from, to }) {
  const change = `${brief(from)} → ${brief(to)}`;
  return knob === 'explosion' ? `explosion, learning rate ${change}` : `${KNOBS[knob]} ${change}`;
}

/**
 * What an earlier run came to, by the line that it has on the chart.
 * @param {import('../curve.js').Curve} curve @param {(nats: number) => number} of
 */
export function outcome(curve, of) {
  const { heldOut, training } = curve;
  const [line, loss] = hasHeldOutLine(curve)
    ? ['held out', heldOut.loss.at(-1)]
    : ['training', mean(training.loss.slice(-LAST_POINTS))];
  return `${line} ${digits(of(Number(loss)))}`;
}

/** @param {Float64Array} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {State} state @param {Curves} curves */
export function describeChart(state, { current, earlier }) {
  const { run, chart } = state;
  const parts = [];
  const { full, plain } = speaker(chart);
  if (run === null || run.step === null) {
    parts.push('Nothing has been learned yet.');
  } else {
    parts.push(`${whole(run.step)} steps.`);
    if (run.loss !== null) parts.push(`The training line is at ${full(run.loss)}.`);
    if (run.heldOut !== null) {
      const references = referencesOf(run.report, ladderOf(state));
      const stands = standing(run.heldOut.loss, references);
      const comma = stands === '' ? '' : `, ${stands}`;
      parts.push(`The held-out line is at ${plain(run.heldOut.loss)}${comma}.`);
    }
    parts.push(describeReferences(state, plain));
    const marks = current.marks.slice(-MOST_MARKS).map((mark) => {
      return `${describeMark(mark)} at step ${whole(mark.step)}`;
    });
    if (marks.length > 0) parts.push(`Changed on the way: ${marks.join('; ')}.`);
    if (run.trainedMs > 0) parts.push(`${duration(run.trainedMs / 1000)} of training.`);
  }
  for (const { number, name, curve } of earlier) {
    parts.push(`Earlier run ${number}: ${name}, ${outcome(curve, UNITS[chart.unit].of)}.`);
  }
  return parts.filter((part) => part !== '').join(' ');
}

/** @param {State} state @param {(nats: number) => string} plain */
function describeReferences(state, plain) {
  const references = referencesOf(state.run?.report ?? null, ladderOf(state));
  if (references.length === 0) return '';
  const named = references.map(({ name, loss, best }) => {
    return `${name} at ${plain(loss)}${best ? ', the best of its kind' : ''}`;
  });
  return `For comparison: ${named.join('; ')}.`;
}
