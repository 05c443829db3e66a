/** Whether, and how, a run shares its steps with other workers. It does so as long as that is faster. */

/**
 * @typedef {import('./leader.js').Leader} Leader
 * @typedef {import('./trial.js').Trial} Trial
 */

export class Sharing {
  #runId;
  #post;
  /** @type {Leader | null} */
  #leader = null;
  /** @type {Trial | null} */
  #trial = null;
  /** While the code for it is fetched: why the workers are gone by then, if they are. @type {{ why: string | null } | null} */
  #starting = null;
  /** Whether a shared slice is under way: nothing else may touch the trainer. */
  #isTraining = false;
  #worthwhile = 1;

  /** @param {number} runId @param {import('../session.js').Post} post */
  constructor(runId, post) {
    this.#runId = runId;
    this.#post = post;
  }

  /** Whether the other workers hold the run. */
  get isReady() {
    return this.#leader?.isReady ?? false;
  }

  /** Whether the next slice is theirs, too. */
  get isNext() {
    return this.isReady && (this.#trial?.team ?? 1) > 1;
  }

  /**
   * From now on other workers share the steps, if that is faster.
   * @param {import('../../../../pkg/babble.js').Trainer} trainer
   * @param {(MessagePort | null)[]} ports to them, by their ranks
   * @param {number} worthwhile how many times as fast as one worker they must be
   */
  async start(trainer, ports, worthwhile) {
    this.close();
    const starting = { why: /** @type {string | null} */ (null) };
    this.#starting = starting;
    const { Leader, Trial } = await import('../later.js');
    if (this.#starting !== starting) return;
    this.#starting = null;
    this.#leader = new Leader(trainer, ports);
    this.#trial = new Trial(ports.length);
    this.#worthwhile = worthwhile;
    if (starting.why !== null) this.stop(starting.why);
  }

  /** The others are gone, or will be. May be called at any time. @param {string} why */
  stop(why) {
    if (this.#starting !== null) this.#starting.why = why;
    this.#leader?.lose(why);
    if (!this.#isTraining) this.endLost();
  }

  /** Something else than a shared step has changed the run. */
  changed() {
    this.#leader?.changed();
  }

  /**
   * A shared slice. Throws what `Leader.train` throws.
   * @param {number} budgetMs
   */
  async train(budgetMs) {
    this.#isTraining = true;
    try {
      const leader = /** @type {Leader} */ (this.#leader);
      leader.resize(this.#trial?.team ?? leader.workers);
      return await leader.train(budgetMs);
    } finally {
      this.#isTraining = false;
    }
  }

  /**
   * A slice, shared or not, read so many characters in so long. Once both ways were tried, the faster one stays.
   * @param {number} characters @param {number} ms
   */
  note(characters, ms) {
    const [leader, trial] = [this.#leader, this.#trial];
    if (leader === null || trial === null || trial.isOver) return;
    trial.note(characters, ms);
    if (!trial.isOver) return;
    const { team: workers, speedUp } = trial;
    const why = speedUp >= this.#worthwhile ? null : /** @type {const} */ ('slow');
    if (why !== null) this.close();
    leader.resize(workers);
    leader.dismiss();
    this.#post({ type: 'parallel', runId: this.#runId, workers, speedUp, why });
  }

  /** Trains on alone, if one of the others was lost. */
  endLost() {
    const leader = this.#leader;
    if (leader === null || leader.lost === null) return;
    const { workers, lost: message } = leader;
    this.close();
    const runId = this.#runId;
    this.#post({ type: 'parallel', runId, workers, speedUp: null, why: 'lost', message });
  }

  close() {
    this.#starting = null;
    this.#leader?.close();
    this.#leader = null;
    this.#trial = null;
  }
}
