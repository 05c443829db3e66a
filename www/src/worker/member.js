// @ts-check
/**
 * A helper's side of a team: it holds the same weights as the leader, computes its shards, and takes the
 * same steps. It decides nothing, and nothing of the run is lost with it.
 */
import { Exchange } from './exchange.js';

/**
 * @typedef {import('./exchange.js').Part} Part
 * @typedef {import('../../../pkg/babble.js').Trainer} Trainer
 *
 * What the leader says, beside its parts:
 * @typedef {{ type: 'join', weights: Uint8Array }} Join the run as it is; answered by `joined`
 * @typedef {{ type: 'sync', weights: Uint8Array, tuning: import('../protocol.js').Tuning }} Sync
 *   the run as it is by now, and what may have been changed since; answered by `synced`
 * @typedef {{ type: 'go', round: number, steps: number }} Go take so many steps together
 * @typedef {{ type: 'stop' }} Stop take no more of them; `sync` follows before the next
 * @typedef {Join | Sync | Go | Stop | Part} ToMember
 *
 * @typedef {{ type: 'joined' } | { type: 'synced' } | { type: 'lost', message: string } | Part} ToLeader
 */

/** Places in a team are numbered; this is the leader's. */
export const LEADER = 0;

export class Member {
  /** @type {Trainer | null} */
  #trainer = null;
  /** @type {Exchange | null} */
  #exchange = null;
  #member;
  #ports;
  #resume;
  /** What the leader asked for is done one after another. @type {Promise<void>} */
  #work = Promise.resolve();

  /**
   * @param {number} member its place
   * @param {(MessagePort | null)[]} ports to the others, by their places
   * @param {(weights: Uint8Array) => Trainer | Promise<Trainer>} resume makes the run of a file go on
   */
  constructor(member, ports, resume) {
    this.#member = member;
    this.#ports = ports;
    this.#resume = resume;
    ports.forEach((port, at) => {
      if (port === null) return;
      port.onmessage = ({ data }) => this.#hear(port, at, data);
      port.onmessageerror = () => this.#lose(new Error('A message could not be read.'));
    });
  }

  /** @param {MessagePort} port @param {number} from @param {ToMember} message */
  #hear(port, from, message) {
    if (message.type === 'part') return this.#exchange?.receive(port, message);
    if (from !== LEADER) return;
    if (message.type === 'stop') return this.#exchange?.break(new Stopped());
    this.#work = this.#work
      .then(() => this.#obey(message))
      .catch((error) => {
        if (!(error instanceof Stopped)) this.#lose(error);
      });
  }

  /** @param {Join | Sync | Go} message */
  async #obey(message) {
    if (message.type === 'join') {
      const trainer = await this.#resume(message.weights);
      if (trainer.report().origin !== 'exact') throw new Error('Its text is another one.');
      this.#trainer = trainer;
      this.#exchange = new Exchange(trainer, this.#member, this.#ports);
      return this.#tell({ type: 'joined' });
    }
    const trainer = /** @type {Trainer} */ (this.#trainer);
    const exchange = /** @type {Exchange} */ (this.#exchange);
    if (message.type === 'sync') {
      trainer.tune(message.tuning);
      trainer.restore(message.weights);
      return this.#tell({ type: 'synced' });
    }
    exchange.begin(message.round);
    for (let step = 0; step < message.steps; step += 1) {
      await exchange.step();
      // Whether it has diverged, and what then, is the leader's to say.
      trainer.followStep();
    }
  }

  /** @param {unknown} error */
  #lose(error) {
    this.#tell({ type: 'lost', message: error instanceof Error ? error.message : String(error) });
  }

  /** @param {ToLeader} message */
  #tell(message) {
    this.#ports[LEADER]?.postMessage(message);
  }
}

class Stopped extends Error {}
