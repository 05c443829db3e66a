/** Finds out how many workers train fastest, on steps that count like all others. */

/** Each team is tried for about so long at a time, in turns. */
const TURN_MS = 250;
/** The better turn of each counts: whatever disturbs only slows. */
const TURNS = 2;
/** A smaller team that is as fast but for so much is the better one. */
const LEAST_GAIN = 1.05;

/** The teams to try beside one worker: two, half of all, all but one, and all. @param {number} workers */
export const teamsOf = (workers) =>
  [...new Set([2, Math.ceil(workers / 2), workers - 1, workers])]
    .filter((team) => team >= 2)
    .sort((a, b) => a - b);

export class Trial {
  #teams;
  #turn = 0;
  #characters = 0;
  #ms = 0;
  /** The best turn of each team, in characters a millisecond, by its size. @type {Map<number, number>} */
  #best = new Map();

  /** @param {number} workers that there are, with the one that leads */
  constructor(workers) {
    this.#teams = [1, ...teamsOf(workers)];
  }

  get isOver() {
    return this.#turn === TURNS * this.#teams.length;
  }

  /** How many train in the next slice; once it is over, the best of the teams, which is at least two. */
  get team() {
    if (!this.isOver) return this.#teams[this.#turn % this.#teams.length] ?? 1;
    const teams = this.#teams.slice(1);
    const fastest = Math.max(...teams.map((team) => this.#speed(team)));
    return teams.find((team) => this.#speed(team) * LEAST_GAIN >= fastest) ?? 1;
  }

  /** How many times as fast as one worker the best team is. */
  get speedUp() {
    return this.#speed(this.team) / this.#speed(1);
  }

  /** @param {number} team */
  #speed(team) {
    return this.#best.get(team) ?? 0;
  }

  /** The next slice took so long. @param {number} characters @param {number} ms */
  note(characters, ms) {
    if (this.isOver) return;
    this.#characters += characters;
    this.#ms += ms;
    if (this.#ms < TURN_MS) return;
    const { team } = this;
    this.#best.set(team, Math.max(this.#speed(team), this.#characters / this.#ms));
    this.#turn += 1;
    this.#characters = 0;
    this.#ms = 0;
  }
}
