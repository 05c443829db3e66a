/** What can be seen in generated text at each stage of the loss. Pure. */

import { beats, referencesOf, STAGES, stageOf } from '../baselines/compare.js';
import { heldOutOf } from '../run/held-out.js';

/** @import { HeldOut } from '../../shared/protocol.js' */
/** @import { Baselines } from '../../shared/protocol-of-others.js' */
/** @import { Stage } from '../baselines/compare.js' */
/** @import { Run, State } from '../state.js' */
/** @import { TextKind } from '../text/kind.js' */

/** Before a network has found any order, all texts look alike. */
const RANDOM = 'Random letters. It has not learned anything yet.';
const FREQUENCIES = 'It is finding the common letters, in hardly any order yet.';

/**
 * The last two stages are those below the 3-letter statistics, and below the best of all.
 * @type {Record<TextKind, Record<Stage, string>>}
 */
const SEEING = {
  prose: {
    random: RANDOM,
    frequencies: FREQUENCIES,
    pairs: 'Word lengths look right, and letters begin to fit each other.',
    syllables: 'Syllables: much of it could be read aloud.',
    words: 'Words: many are real, few go together.',
    phrases: 'Grammar: words begin to go together.',
  },
  lines: {
    random: RANDOM,
    frequencies: FREQUENCIES,
    pairs: 'Letters begin to follow each other as on the list.',
    syllables: 'Pieces of its lines look like the text’s.',
    words: 'Longer pieces of its lines look like the text’s.',
    phrases: 'Its lines look like the text’s over more than a few letters.',
  },
  code: {
    random: RANDOM,
    frequencies: FREQUENCIES,
    pairs: 'Letters and brackets begin to follow each other.',
    syllables: 'Pieces of names and keywords appear.',
    words: 'Names and keywords: many are real, few go together.',
    phrases: 'Lines look like code. Whether they mean anything is another matter.',
  },
  numbers: {
    random: 'Random characters. It has not learned anything yet.',
    frequencies: 'It is finding the common characters, in hardly any order yet.',
    pairs: 'Digits and signs begin to stand where they belong.',
    syllables: 'The form looks right. That does not make the numbers right.',
    words: 'The form is right over longer stretches. The numbers need not be.',
    phrases: 'It looks back more than a few characters. The numbers may still be wrong.',
  },
  other: {
    random: 'Random characters. It has not learned anything yet.',
    frequencies: 'It is finding the common characters, in hardly any order yet.',
    pairs: 'Characters begin to follow each other as in the text.',
    syllables: 'Runs of three characters look like the text.',
    words: 'Longer runs look like the text.',
    phrases: 'It uses more than the last few characters.',
  },
};

/** @param {TextKind} kind @param {Stage} stage */
export const seeing = (kind, stage) => SEEING[kind][stage];

/**
 * A stage is taken back when the loss is above it by this part. A smoothed loss varies by half of that; an explosion
 * exceeds it by far.
 */
const WORSE = 0.1;

/**
 * The loss that tells what a run writes. It writes as it was trained to, so that is the training loss, or the held-out
 * loss where there is none yet. In the first pass all that is trained on is unseen: averaged weights that are worse
 * than blind guessing by then write nothing like it.
 * @param {Pick<Run, 'report' | 'step' | 'epoch' | 'loss' | 'heldOut'>} run
 */
function tellingLoss(run) {
  const { report, epoch, loss } = run;
  const heldOut = heldOutOf(run);
  const isLost =
    epoch === 0 && report !== null && heldOut !== null && !beats(heldOut.loss, report.uniformLoss);
  return isLost ? heldOut.loss : (loss ?? run.heldOut?.loss);
}

/**
 * The stage that a run is at.
 * @param {Stage | null} come that it was at
 * @param {Pick<Run, 'report' | 'step' | 'epoch' | 'loss' | 'heldOut'> | null} run @param {Baselines | null} baselines
 * @returns {Stage | null}
 */
export function stageAfter(come, run, baselines) {
  if (run === null || run.report === null || run.step === null) return null;
  const loss = tellingLoss(run);
  if (loss === undefined) return null;
  const references = referencesOf(run.report, baselines);
  /** @param {number} loss */
  const rank = (loss) => STAGES.indexOf(stageOf(loss, references));
  const before = come === null ? -1 : STAGES.indexOf(come);
  const isStill = rank(loss) < before && rank(loss * (1 - WORSE)) >= before;
  return isStill ? come : stageOf(loss, references);
}

/** A training loss below this part of the held-out loss is worth nothing on other texts. */
const OVERFITTED = 0.4;

/**
 * Below this training loss, in nats, half of what it writes repeats passages of 20 letters and more. At 0.36 it was a
 * sixth, and at 1.06 a fifteenth, as in what it wrote at first: 30,000 letters of plays, GRU 128, temperature 0.8.
 */
const BY_HEART = 0.15;

/** From this temperature on slips are the dice's rather than the network's. */
const HOT = 1.2;

/** Where what it writes now is seen. @param {State['lens']} lens */
const isWriting = ({ open, step }) =>
  open === 'certainty' || open === 'copied' || (open === 'time' && step === null);

/**
 * What is seen in the writing on the page. Nothing is said beside another text, or the sample of an earlier step.
 * @param {Pick<State, 'run' | 'generated' | 'lens'>} state @param {Stage} stage @param {HeldOut | null} heldOut
 */
export function sentenceOf({ run, generated, lens }, stage, heldOut) {
  if (run === null || !isWriting(lens)) return '';
  const { temperature } = generated;
  // Samples of Time have a temperature of their own, which is not high.
  if (temperature >= HOT && lens.open !== 'time') {
    return `At temperature ${temperature} it takes wild guesses. 0.8 shows what it has learned.`;
  }
  const { loss, epoch, kind } = run;
  if (loss === null || heldOut === null || epoch === 0 || loss >= OVERFITTED * heldOut.loss) {
    return seeing(kind, stage);
  }
  return loss < BY_HEART
    ? 'It recites the text, which it knows by heart.'
    : 'It knows its own text far better than any other.';
}
