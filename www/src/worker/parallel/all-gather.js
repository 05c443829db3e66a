/**
 * The all-gather of parallel training: in every step each worker computes its own shards, sends them to all others
 * at once, and has the step when theirs have come. No buffer is made for a step: what came from a
 * worker goes back to it, refilled, with the next one.
 */

/**
 * @typedef {{ partLength(shard: number): number, computePart(shard: number): number,
 *   writePart(shard: number, to: Float32Array, at: number): void,
 *   takePart(shard: number, nats: number, from: Float32Array, at: number): void,
 *   abandonParts(): void, readonly shards: number }} PartsTrainer what a trainer does here
 *
 * @typedef {{ type: 'part', round: number, nats: number[], values: Float32Array }} Part of one step: the
 *   shards of one worker, one after another
 *
 * @typedef {object} Peer
 * @property {MessagePort} port
 * @property {number[]} shards
 * @property {Part[]} inbox parts that are not taken yet
 * @property {Float32Array | null} spare
 */

/**
 * Which shards each worker computes: neighbours, and as even as can be.
 * @param {number} shards @param {number} workers
 */
export const assign = (shards, workers) =>
  Array.from({ length: workers }, (_, rank) =>
    Array.from({ length: shards }, (_, shard) => shard).filter(
      (shard) => Math.floor((shard * workers) / shards) === rank,
    ),
  );

export class AllGather {
  #trainer;
  #own;
  /** @type {Peer[]} */
  #peers;
  /** As long as the parts of any of them. */
  #length;
  #round = 0;
  /** @type {{ resolve: () => void, reject: (error: Error) => void } | null} */
  #waiting = null;
  /** @type {Error | null} */
  #broken = null;

  /**
   * @param {PartsTrainer} trainer
   * @param {number} rank which of them this one is
   * @param {(MessagePort | null)[]} ports to all others; null is its own
   */
  constructor(trainer, rank, ports) {
    const shares = assign(trainer.shards, ports.length);
    const lengthOf = (/** @type {number[]} */ shards) =>
      shards.reduce((sum, shard) => sum + trainer.partLength(shard), 0);
    this.#trainer = trainer;
    this.#own = shares[rank] ?? [];
    this.#length = Math.max(...shares.map(lengthOf));
    this.#peers = ports.flatMap((port, at) =>
      port === null ? [] : [{ port, shards: shares[at] ?? [], inbox: [], spare: null }],
    );
  }

  /** Steps until the next `begin` belong together; what still comes of earlier ones is of no use. @param {number} round */
  begin(round) {
    this.#round = round;
    this.#broken = null;
    for (const peer of this.#peers) peer.inbox = peer.inbox.filter((part) => part.round >= round);
  }

  /** @param {MessagePort} port that it came from @param {Part} part */
  receive(port, part) {
    const peer = this.#peers.find((peer) => peer.port === port);
    if (peer === undefined || part.round < this.#round) return;
    peer.inbox.push(part);
    if (this.#isComplete()) this.#waiting?.resolve();
  }

  /** Nobody waits any longer: the step under way is given up. @param {Error} error */
  break(error) {
    this.#broken = error;
    this.#waiting?.reject(error);
  }

  /**
   * Brings all parts of the next step together in the trainer, which may then finish it. Rejects with what
   * `break` was given; the trainer then is as it was before.
   */
  async step() {
    if (this.#broken !== null) throw this.#broken;
    const nats = this.#own.map((shard) => this.#trainer.computePart(shard));
    for (const peer of this.#peers) this.#send(peer, nats);
    try {
      if (!this.#isComplete()) await this.#arrivals();
    } catch (error) {
      this.#trainer.abandonParts();
      throw error;
    }
    for (const peer of this.#peers) this.#take(peer);
  }

  /** @param {Peer} peer @param {number[]} nats */
  #send(peer, nats) {
    const values = peer.spare ?? new Float32Array(this.#length);
    peer.spare = null;
    let at = 0;
    for (const shard of this.#own) {
      this.#trainer.writePart(shard, values, at);
      at += this.#trainer.partLength(shard);
    }
    /** @type {Part} */
    const part = { type: 'part', round: this.#round, nats, values };
    peer.port.postMessage(part, [values.buffer]);
  }

  /** @param {Peer} peer */
  #take(peer) {
    const { nats, values } = /** @type {Part} */ (peer.inbox.shift());
    let at = 0;
    peer.shards.forEach((shard, index) => {
      this.#trainer.takePart(shard, nats[index] ?? Number.NaN, values, at);
      at += this.#trainer.partLength(shard);
    });
    peer.spare = values;
  }

  #isComplete() {
    return this.#peers.every(({ inbox }) => inbox[0]?.round === this.#round);
  }

  /** @returns {Promise<void>} */
  async #arrivals() {
    try {
      await new Promise((resolve, reject) => {
        this.#waiting = { resolve: () => resolve(undefined), reject };
      });
    } finally {
      this.#waiting = null;
    }
  }
}
