/// <reference lib="webworker" />
/**
 * Measures in turns: every workload on every engine once in each turn, and the register peak right
 * before each of them, so that what else the machine does falls on all alike.
 */
import { instantiate } from './peak.js';
import { generate } from './text.js';

/** @typedef {import('./workloads.js').Workload} Workload */
/**
 * @typedef {{ name: string, module: string, folder: string, script?: string }} Engine
 *   `module` exports `begin` as engines/babble.js does
 * @typedef {{ engine: Engine, workload: Workload }} Entry
 * @typedef {{ entries: Entry[], turns: number, sliceMs: number, warmUpMs: number, cpuTime: boolean }} Job
 *   with `cpuTime` the page is asked for the worker's processor time, where it else reads its own clock
 * @typedef {{ turn: number, engine: string, workload: string, charactersPerSecond: number,
 *             peak: number }} Sample `peak` in flops a second
 * @typedef {{ samples: Sample[], chains: Record<string, number>, relaxedPeak: number | null,
 *             failures: { engine: string, workload: string, error: string }[] }} Outcome
 *   `chains` holds the best peak of each loop
 */

const TEXT_CHARACTERS = 400_000;
/** A burst of one loop of the register peak: two milliseconds or so. */
const BURST_FLOPS = 1e8;
/** Every loop's bursts before the best ones are chosen, and how many are tried in each turn then. */
const WARM_UPS = 20;
const FINALISTS = 2;

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** @type {(ms: number) => void} */
let told = () => {};

scope.onmessage = ({ data }) => {
  if ('cpuMs' in data) return told(data.cpuMs);
  run(data).then(
    (outcome) => scope.postMessage(outcome),
    (error) => scope.postMessage({ error: String(error?.stack ?? error) }),
  );
};

/** @typedef {() => number | Promise<number>} Clock milliseconds */

/** @type {Clock} */
const wall = () => performance.now();
/** @type {Clock} */
const cpu = () =>
  new Promise((resolve) => {
    told = resolve;
    scope.postMessage({ askCpu: true });
  });

/** @param {Job} job @returns {Promise<Outcome>} */
async function run({ entries, turns, sliceMs, warmUpMs, cpuTime }) {
  const clock = cpuTime ? cpu : wall;
  const peak = await Peak.of(clock);
  const text = generate(TEXT_CHARACTERS);
  const trainees = [];
  /** @type {Outcome['failures']} */
  const failures = [];
  for (const { engine, workload } of entries) {
    const about = { engine: engine.name, workload: workload.name };
    try {
      const { begin } = await import(new URL(engine.module, import.meta.url).href);
      const trainee = await begin({ ...engine, workload, text });
      // Until the engine has compiled it for speed.
      await trainee.train(warmUpMs);
      await trainee.train(sliceMs);
      trainees.push({ ...about, trainee });
    } catch (error) {
      failures.push({ ...about, error: String(error) });
    }
  }
  /** @type {Sample[]} */
  const samples = [];
  for (let turn = 0; turn < turns; turn += 1) {
    scope.postMessage({ progress: `turn ${turn + 1} of ${turns}` });
    for (const { engine, workload, trainee } of trainees) {
      const before = await peak.measure();
      const began = await clock();
      const { characters } = await trainee.train(sliceMs);
      const charactersPerSecond = (characters / ((await clock()) - began)) * 1000;
      const after = await peak.measure();
      samples.push({ turn, engine, workload, charactersPerSecond, peak: (before + after) / 2 });
    }
  }
  return { samples, chains: peak.best, relaxedPeak: await relaxedPeak(clock), failures };
}

class Peak {
  /** @type {ReturnType<typeof instantiate>} */
  #loops;
  /** @type {Clock} */
  #clock;
  /** Of each loop: its best. @type {Record<string, number>} */
  best = {};

  /** @param {Clock} clock @param {{ relaxed?: boolean }} [options] */
  constructor(clock, options) {
    this.#clock = clock;
    this.#loops = instantiate(options);
  }

  /**
   * The peak by its best loops.
   * @param {Clock} clock
   * @param {{ relaxed?: boolean }} [options]
   */
  static async of(clock, options) {
    const peak = new Peak(clock, options);
    for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) await peak.measure();
    const best = (/** @type {{ name: string }} */ { name }) => peak.best[name] ?? 0;
    peak.#loops = peak.#loops.toSorted((a, b) => best(b) - best(a)).slice(0, FINALISTS);
    return peak;
  }

  /** Flops a second: the best of the loops, now. */
  async measure() {
    let peak = 0;
    for (const { name, flops, run } of this.#loops) {
      const turns = Math.ceil(BURST_FLOPS / flops);
      const began = await this.#clock();
      run(turns);
      const rate = ((turns * flops) / ((await this.#clock()) - began)) * 1000;
      this.best[name] = Math.max(this.best[name] ?? 0, rate);
      peak = Math.max(peak, rate);
    }
    return peak;
  }
}

/** With fused multiply-adds, where the engine has them. @param {Clock} clock */
async function relaxedPeak(clock) {
  try {
    return await (await Peak.of(clock, { relaxed: true })).measure();
  } catch {
    return null; // an engine without relaxed-simd refuses the module
  }
}
