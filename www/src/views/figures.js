// @ts-check
/** The four numbers of a run. Each holds its full value for machines and a short one for people. */

import { find, setText } from '../dom.js';
import { loss, whole } from '../format.js';

/** @typedef {import('../state.js').State} State */

/** @param {HTMLElement} element @param {string} id */
function createFigure(element, id) {
  const data = find(element, `#figure-${id} data`, HTMLDataElement);
  const note = find(element, `#figure-${id}-note`, HTMLElement);
  /** @param {number | null} value @param {(value: number) => string} format @param {string} said */
  return (value, format, said) => {
    const full = value === null ? '' : String(value);
    if (data.value !== full) data.value = full;
    setText(data, value === null ? '–' : format(value));
    setText(note, value === null ? '' : said);
  };
}

/** @param {HTMLElement} element */
export function createFigures(element) {
  const showStep = createFigure(element, 'step');
  const showTraining = createFigure(element, 'training');
  const showHeldOut = createFigure(element, 'held-out');
  const showSpeed = createFigure(element, 'speed');

  return {
    /** @param {State} state */
    render({ run }) {
      const training = run?.loss ?? null;
      const heldOut = run?.heldOut ?? null;
      showStep(run?.step ?? null, whole, run?.report ? `epoch ${whole(run.epoch + 1)}` : '');
      showTraining(training, loss, training === null ? '' : `${bits(training)} bits`);
      showHeldOut(
        heldOut?.loss ?? null,
        loss,
        heldOut === null ? '' : `at step ${whole(heldOut.step)}, ${bits(heldOut.loss)} bits`,
      );
      const resting = run?.phase === 'paused' ? 'before the pause' : '';
      showSpeed(run?.charactersPerSecond ?? null, whole, resting);
    },
  };
}

/** @param {number} nats */
const bits = (nats) => (nats / Math.LN2).toFixed(2);
