/** What a network writes at a step, to be kept: always alike, so that two of them differ by the weights alone. */

/** @import { Core } from './core.js' */

const CHARACTERS = 300;
const SEED = 1;
const TEMPERATURE = 0.8;

/**
 * Null where the weights give no probabilities; the next step says what became of them.
 * @param {Core} core of the trainer @param {import('../../../../pkg/babble.js').Trainer} trainer
 * @param {number} step that it stands at
 */
export function takeSample(core, trainer, step) {
  const sampler = new core.Sampler(SEED);
  try {
    sampler.setTemperature(TEMPERATURE);
    trainer.prompt(sampler, '');
    return { step, text: trainer.write(sampler, CHARACTERS) };
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NotFinite')) throw error;
    return null;
  } finally {
    sampler.free();
  }
}
