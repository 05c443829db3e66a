// @ts-check
/** The numbers of a run. Each holds its full value for machines and a short one for people. */

import { compact, duration } from '../chart/units.js';
import { find, setText } from '../dom.js';
import { brief, loss, whole } from '../format.js';

/** @typedef {import('../state.js').State} State */

/** @param {HTMLElement} element @param {string} id */
function createFigure(element, id) {
  const data = find(element, `#figure-${id} data`, HTMLDataElement);
  /** @param {number | null} value @param {(value: number) => string} format */
  return (value, format) => {
    const full = value === null ? '' : String(value);
    if (data.value !== full) data.value = full;
    setText(data, value === null ? '–' : format(value));
  };
}

/** A figure with a line of words under it. @param {HTMLElement} element @param {string} id */
function createNoted(element, id) {
  const show = createFigure(element, id);
  const note = find(element, `#figure-${id}-note`, HTMLElement);
  /** @param {number | null} value @param {(value: number) => string} format @param {string} said */
  return (value, format, said) => {
    show(value, format);
    setText(note, value === null ? '' : said);
  };
}

/** @param {HTMLElement} element */
export function createFigures(element) {
  const showStep = createNoted(element, 'step');
  const showTraining = createNoted(element, 'training');
  const showHeldOut = createNoted(element, 'held-out');
  const showSpeed = createNoted(element, 'speed');
  const showTime = createFigure(element, 'time');
  const showEpoch = createFigure(element, 'epoch');
  const showRate = createFigure(element, 'rate');
  const showGradient = createFigure(element, 'gradient');
  const showUpdate = createFigure(element, 'update');
  const progress = find(element, '#run-progress', HTMLProgressElement);

  return {
    /** @param {State} state */
    render({ run }) {
      const training = run?.loss ?? null;
      const heldOut = run?.heldOut ?? null;
      showStep(
        run?.step ?? null,
        whole,
        run?.report ? `${compact(run.charactersSeen)} characters` : '',
      );
      showTraining(training, loss, training === null ? '' : `${bits(training)} bits`);
      showHeldOut(
        heldOut?.loss ?? null,
        loss,
        heldOut === null ? '' : `at step ${whole(heldOut.step)}, ${bits(heldOut.loss)} bits`,
      );
      const resting = run?.phase === 'paused' ? 'before the pause' : '';
      showSpeed(run?.charactersPerSecond ?? null, whole, resting);
      showTime(secondsLeft(run), (seconds) =>
        seconds === 0 ? 'past its end' : duration(Math.ceil(seconds)),
      );
      showEpoch(run?.report ? run.epoch + 1 : null, whole);
      showRate(run?.learningRate ?? null, brief);
      showGradient(run?.gradientNorm ?? null, brief);
      showUpdate(run?.updateRatio ?? null, (ratio) => `${brief(ratio * 100)} %`);
      progress.hidden = run?.report == null;
      const done = run?.report ? Math.min(1, run.charactersSeen / run.config.runCharacters) : 0;
      if (progress.value !== done) progress.value = done;
    },
  };
}

/**
 * Until the run has its length, at the speed that it has now; null while that is not known.
 * @param {State['run']} run
 */
export function secondsLeft(run) {
  if (run === null || !run.charactersPerSecond) return null;
  const left = run.config.runCharacters - run.charactersSeen;
  return Math.max(0, left / run.charactersPerSecond);
}

/** @param {number} nats */
const bits = (nats) => (nats / Math.LN2).toFixed(2);
