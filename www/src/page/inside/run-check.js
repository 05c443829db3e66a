// @ts-check
/**
 * Check this run: the gradient of the network that trains now, on its own next chunk. Its weights come from the
 * training worker once; all else happens here, a weight at a time, so that page and training go on.
 */

import { RunCheck } from '../../../../pkg/babble_inside.js';
import { h, makeButton, setText } from '../dom.js';
import { counted, whole } from '../format.js';
import { aria } from './aria.js';
import { tiny } from './check.js';
import { figure } from './formulas.js';

/** @import { RunCheckPlan, TensorCheck } from '../../../../pkg/babble_inside.js' */

/** The run as a file, and the part of its text that it is trained on; or why there is none, in a sentence. */
/** @typedef {{ file: Uint8Array, training: string } | string} AskedRun */
/** @typedef {() => Promise<AskedRun>} AskRun */

/** The page is left alone after so long. */
const SLICE_MS = 12;

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/**
 * What was found, in a sentence.
 * @param {RunCheckPlan} plan @param {TensorCheck[]} found @param {number} tookMs
 */
export function verdictOfRun(plan, found, tookMs) {
  const { step, weights, samples, streams, ofStreams, steps } = plan;
  const part = streams < ofStreams ? `, in ${streams} of its ${counted(ofStreams, 'stream')}` : '';
  const done = `At step ${whole(step)}, on its next ${counted(steps, 'time step')}${part}: ${whole(samples)} of ${counted(weights, 'weight')} nudged in ${seconds(tookMs)}.`;
  const wrong = found.find(({ agrees }) => !agrees);
  const kinks = found.reduce((sum, tensor) => sum + tensor.kinks, 0);
  const left = kinks === 0 ? '' : ` ${counted(kinks, 'weight')} left out: a ReLU has a kink there.`;
  if (wrong === undefined) {
    const largest = Math.max(...found.map(({ error }) => error));
    const single = Math.max(...found.map(({ single }) => single));
    return `All ${counted(found.length, 'tensor')} agree, to ${tiny(largest)} of their gradients. The 32-bit gradients that train are within ${tiny(single)} of the 64-bit ones. ${done}${left}`;
  }
  const { name, row, column, gradient, slope, error, single } = wrong;
  const place = name.includes('bias') ? row : `${row}, ${column}`;
  return `${name}[${place}] disagrees: back-propagation says ${figure(gradient, 8)}, nudging says ${figure(slope, 8)}, ${tiny(Math.abs(gradient - slope))} apart. Its tensor is off by ${tiny(error)}, in 32 bits by ${tiny(single)}. ${done}${left}`;
}

/** @param {AskRun} askRun */
export function createRunCheck(askRun) {
  const note = h('p', { className: 'note' });
  setText(
    note,
    'The same for the network that you train: on what it reads next, some weights of every tensor are nudged. It takes seconds, and training goes on.',
  );
  const says = aria(h('p', { className: 'note run-says' }), { role: 'status' });
  const body = h('tbody');
  const head = ['tensor', 'nudged', 'off by', '32-bit'].map((text) =>
    h('th', { scope: 'col' }, text),
  );
  const table = h('table', { className: 'tensors', hidden: true });
  table.append(h('thead', {}, h('tr', {}, ...head)), body);
  /** Counts the checks: an older one stops. */
  let newest = 0;
  let isUnderWay = false;

  const button = makeButton('Check this run', () => (isUnderWay ? stop() : start()), {
    className: 'primary',
  });

  function stop() {
    newest += 1;
    isUnderWay = false;
    setText(button, 'Check this run');
    setText(says, '');
  }

  async function start() {
    newest += 1;
    const own = newest;
    const isOwn = () => own === newest;
    isUnderWay = true;
    table.hidden = true;
    setText(button, 'Stop');
    setText(says, 'Asks the training for its weights ...');
    let said = '';
    try {
      const asked = await askRun();
      if (!isOwn()) return;
      said = typeof asked === 'string' ? asked : await nudgeAll(asked, isOwn);
    } catch (error) {
      said = error instanceof Error ? error.message : String(error);
    }
    if (!isOwn()) return;
    stop();
    setText(says, said);
    says.scrollIntoView({ block: 'nearest' });
  }

  /** @param {{ file: Uint8Array, training: string }} run @param {() => boolean} isOwn */
  async function nudgeAll({ file, training }, isOwn) {
    const began = performance.now();
    const check = new RunCheck(file, training);
    try {
      const plan = check.plan();
      const begun = performance.now();
      let done = 0;
      while (done < plan.samples) {
        const slice = performance.now();
        do done = check.nudgeNext();
        while (done < plan.samples && performance.now() - slice < SLICE_MS);
        const left = ((performance.now() - begun) / done) * (plan.samples - done);
        setText(says, `${done} of ${plan.samples} weights nudged, ${seconds(left)} left.`);
        await new Promise((resolve) => setTimeout(resolve));
        if (!isOwn()) return '';
      }
      const found = check.report();
      body.replaceChildren(...found.map(rowOf));
      table.hidden = false;
      return verdictOfRun(plan, found, performance.now() - began);
    } finally {
      check.free();
    }
  }

  return [h('h3', {}, 'Check this run'), note, button, says, table];
}

/** @param {TensorCheck} found */
function rowOf({ name, weights, samples, error, single, agrees }) {
  const row = h(
    'tr',
    {},
    h('th', { scope: 'row' }, name.replace('rnn.', '')),
    h('td', {}, `${samples} of ${whole(weights)}`),
    h('td', {}, tiny(error)),
    h('td', {}, tiny(single)),
  );
  row.dataset.agrees = String(agrees);
  return row;
}
