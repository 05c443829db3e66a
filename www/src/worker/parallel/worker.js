/**
 * A worker that shares the steps of a run: it holds the same weights as the leader, computes its shards, and takes the
 * same steps. It decides nothing, and nothing of the run is lost with it.
 */
import { readText } from '../text/decode.js';
import { Cores } from '../training/core.js';
import { AllGather } from './all-gather.js';

/**
 * @typedef {import('./all-gather.js').Part} Part
 * @typedef {import('../../../../pkg/babble.js').Trainer} Trainer
 *
 * What the leader sends, beside its parts:
 * @typedef {{ type: 'join', weights: Uint8Array, fused: boolean }} Join the run as it is, and the arithmetic of its
 *   trainer; answered by `joined`
 * @typedef {{ type: 'sync', weights: Uint8Array, tuning: import('../../shared/protocol.js').Tuning, workers: number }} Sync
 *   the run as it is by now, what may have been changed since, and how many share the next steps; answered by `synced`
 * @typedef {{ type: 'steps', round: number, steps: number }} Steps take so many steps together
 * @typedef {{ type: 'stop' }} Stop take no more of them; `sync` follows before the next
 * @typedef {{ type: 'leave' }} Leave it is not needed any more
 * @typedef {Join | Sync | Steps | Stop | Leave | Part} ToWorker
 *
 * @typedef {{ type: 'joined' } | { type: 'synced' } | { type: 'lost', message: string } | Part} ToLeader
 */

/** The leader's rank. */
export const LEADER = 0;

export class ParallelWorker {
  /** @type {Trainer | null} */
  #trainer = null;
  /** @type {AllGather | null} */
  #gather = null;
  #rank;
  #ports;
  #resume;
  #leave;
  /** How many share the steps, the leader and this one among them. */
  #workers = 0;
  /** What the leader asked for is done one after another. @type {Promise<void>} */
  #work = Promise.resolve();

  /**
   * @param {number} rank its own
   * @param {(MessagePort | null)[]} ports to the others, by their ranks
   * @param {(weights: Uint8Array, fused: boolean) => Trainer | Promise<Trainer>} resume makes the run of a file go on
   * @param {() => void} leave ends the worker
   */
  constructor(rank, ports, resume, leave) {
    this.#rank = rank;
    this.#ports = ports;
    this.#resume = resume;
    this.#leave = leave;
    ports.forEach((port, at) => {
      if (port === null) return;
      port.onmessage = ({ data }) => this.#receive(port, at, data);
      port.onmessageerror = () => this.#fail(new Error('A message could not be read.'));
    });
  }

  /** @param {MessagePort} port @param {number} from @param {ToWorker} message */
  #receive(port, from, message) {
    if (message.type === 'part') return this.#gather?.receive(port, message);
    if (from !== LEADER) return;
    if (message.type === 'stop') return this.#gather?.break(new Stopped());
    if (message.type === 'leave') return this.#leave();
    this.#work = this.#work
      .then(() => this.#execute(message))
      .catch((error) => {
        if (!(error instanceof Stopped)) this.#fail(error);
      });
  }

  /** @param {Join | Sync | Steps} message */
  async #execute(message) {
    if (message.type === 'join') {
      const trainer = await this.#resume(message.weights, message.fused);
      if (trainer.report().origin !== 'exact') throw new Error('Its text is another one.');
      this.#trainer = trainer;
      this.#share(this.#ports.length);
      return this.#post({ type: 'joined' });
    }
    const trainer = /** @type {Trainer} */ (this.#trainer);
    if (message.type === 'sync') {
      trainer.tune(message.tuning);
      trainer.restore(message.weights);
      this.#share(message.workers);
      return this.#post({ type: 'synced' });
    }
    const gather = /** @type {AllGather} */ (this.#gather);
    gather.begin(message.round);
    for (let step = 0; step < message.steps; step += 1) {
      await gather.step();
      // The leader judges whether it has diverged.
      trainer.followStep();
    }
  }

  /** The next steps are shared by so many. @param {number} workers */
  #share(workers) {
    if (workers === this.#workers) return;
    this.#workers = workers;
    const trainer = /** @type {Trainer} */ (this.#trainer);
    this.#gather = new AllGather(trainer, this.#rank, this.#ports.slice(0, workers));
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#post({ type: 'lost', message: error instanceof Error ? error.message : String(error) });
  }

  /** @param {ToLeader} message */
  #post(message) {
    this.#ports[LEADER]?.postMessage(message);
  }
}

class Stopped extends Error {}

/** Shares the steps of a run. @param {import('../../shared/protocol-of-others.js').JoinParallel} join */
export function joinParallel({ rank, ports, text }) {
  /** @param {Uint8Array} file @param {boolean} fused */
  async function resume(file, fused) {
    const content = (await readText(text)).text;
    const { weights } = await new Cores(fused ? 'fused' : 'plain').weightsOf(file);
    try {
      // What the run has left out of its text it leaves out again.
      return weights.resume(content, 'skip');
    } finally {
      weights.free();
    }
  }
  new ParallelWorker(rank, ports, resume, close);
}
