/** What the check of a run says. */

import { counted, whole } from '../format.js';
import { figure, tiny } from './formulas.js';

/** @import { RunCheckPlan, TensorCheck } from '../../../../pkg/babble_inside.js' */

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

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
