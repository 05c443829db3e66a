/** The numbers of a run. Each element holds the full value, and shows a short one. */

import { beats } from '../baselines/compare.js';
import { clock } from '../chart/units.js';
import { find, setText } from '../dom.js';
import { brief, compact, loss, whole } from '../format.js';
import { heldOutOf, isMeasuring } from './held-out.js';

/** @import { HeldOut } from '../../shared/protocol.js' */
/** @import { LossHistories } from '../chart/loss-histories.js' */
/** @import { State, View } from '../state.js' */

/** @param {HTMLElement} element @param {string} id @param {string} none what stands for no value */
function createFigure(element, id, none = '–') {
  const data = find(element, `#figure-${id} data`, HTMLDataElement);
  /** @param {number | null} value @param {(value: number) => string} format */
  return (value, format) => {
    const full = value === null ? '' : String(value);
    if (data.value !== full) data.value = full;
    setText(data, value === null ? none : format(value));
  };
}

/** A figure with a line of words under it. @param {HTMLElement} element @param {string} id */
function createNoted(element, id) {
  const show = createFigure(element, id);
  const note = find(element, `#figure-${id}-note`, HTMLElement);
  /**
   * @param {number | null} value @param {(value: number) => string} format @param {string} said
   * @param {string} [saidOfNone] while there is no value
   */
  return (value, format, said, saidOfNone = '') => {
    show(value, format);
    setText(note, value === null ? saidOfNone : said);
  };
}

/** @param {HTMLElement} element @param {LossHistories} histories @returns {View} */
export function createFigures(element, histories) {
  const showStep = createNoted(element, 'step');
  const showTraining = createNoted(element, 'training');
  const showHeldOut = createNoted(element, 'held-out');
  const headline = find(element, '.headline', HTMLElement);
  const meaning = find(element, '#meaning', HTMLElement);
  const showSpeed = createFigure(element, 'speed');
  const showTime = createFigure(element, 'time', '');
  const showEpoch = createFigure(element, 'epoch');
  const showRate = createFigure(element, 'rate');
  const showGradient = createFigure(element, 'gradient');
  const showUpdate = createFigure(element, 'update');
  const progress = find(element, '#run-progress', HTMLProgressElement);

  return {
    render({ run }) {
      // A run that has come back has taken no step yet.
      const training = run && (run.loss ?? histories.current.lately);
      const heldOut = heldOutOf(run);
      showStep(run?.step ?? null, whole, run?.report ? `${compact(run.charactersSeen)} read` : '');
      showTraining(training, loss, training === null ? '' : `${bits(training)} bits`);
      setText(meaning, meaningOf(heldOut?.loss ?? null, run?.report?.symbols ?? null));
      const measures = run !== null && isMeasuring(run);
      const when = heldOut === null || measures ? 'measuring…' : whenMeasured(heldOut);
      showHeldOut(heldOut?.loss ?? null, loss, when, measures ? when : '');
      headline.classList.toggle('old', measures);
      showSpeed(run?.charactersPerSecond ?? null, whole);
      showTime(secondsLeft(run), (seconds) =>
        seconds === 0 ? 'length reached' : `${clock(Math.ceil(seconds))} left`,
      );
      showEpoch(run?.report ? run.epoch + 1 : null, whole);
      showRate(run?.learningRate ?? null, brief);
      const clip = run?.config.clipNorm || Number.POSITIVE_INFINITY;
      showGradient(run?.gradientNorm ?? null, (n) => brief(n) + (n > clip ? ', clipped' : ''));
      showUpdate(run?.updateRatio ?? null, (ratio) => `${brief(ratio * 100)}%`);
      progress.hidden = run?.report == null;
      const done = run?.report ? Math.min(1, run.charactersSeen / run.config.runCharacters) : 0;
      if (progress.value !== done) progress.value = done;
    },
  };
}

/**
 * What a loss means: e to the loss is the number of equally likely letters that are as hard to guess among.
 * @param {number | null} nats @param {number | null} symbols of the vocabulary
 */
export function meaningOf(nats, symbols) {
  if (nats === null || symbols === null) return '';
  const [among, blind] = [Math.exp(nats), Math.log(symbols)];
  if (beats(blind, nats)) return `worse than guessing blindly among all ${whole(symbols)} letters`;
  if (!beats(nats, blind)) return `like guessing blindly among all ${whole(symbols)} letters`;
  // So many digits that it is not the number at the start.
  const texts = [whole(among), among.toFixed(1), among.toFixed(2)].slice(among < 10 ? 1 : 0);
  const shown = texts.find((text) => Number(text.replace(',', '')) !== symbols) ?? texts[0];
  return `like choosing among ${shown} equally likely letters; ${whole(symbols)} at the start`;
}

/**
 * How long the run needs until its end at its present speed; null while that is not known.
 * @param {State['run']} run
 */
function secondsLeft(run) {
  if (!run?.report) return null;
  const left = Math.max(0, run.config.runCharacters - run.charactersSeen);
  if (left === 0) return 0;
  if (!run.charactersPerSecond) return null;
  return left / run.charactersPerSecond;
}

/** In one line, or what is below would move. @param {HeldOut} heldOut */
const whenMeasured = ({ loss, step, estimate }) =>
  estimate === undefined
    ? `at step ${whole(step)}, ${bits(loss)} bits`
    : `estimated at step ${whole(step)}`;

/** @param {number} nats */
const bits = (nats) => (nats / Math.LN2).toFixed(2);
