/** Two workers, each for itself and together, in turns, for whoever drives the page. */

/** @typedef {import('./workloads.js').Workload} Workload */
/** @typedef {'alone' | 'cut' | 'together' | 'sideBySide'} Way */
/**
 * @typedef {{ workload: string, turn: number } & Record<Way, number>} TeamSample characters a second
 *   of one worker; of one worker whose steps are cut into two shards; of two that share them; and of two
 *   runs that have nothing to do with each other, together
 * @typedef {{ workloads: Workload[], turns: number, sliceMs: number, warmUpMs: number,
 *             folder: string }} TeamJob
 */

/** @param {TeamJob} job @returns {Promise<TeamSample[]>} */
async function measureTeams({ workloads, turns, sliceMs, warmUpMs, folder }) {
  const pairs = [];
  /** @type {TeamSample[]} */
  const samples = [];
  for (const workload of workloads) pairs.push(await begin(workload, folder, warmUpMs));
  for (let turn = 0; turn < turns; turn += 1) {
    console.log(`turn ${turn + 1} of ${turns}`);
    for (const { workload, ask } of pairs) {
      const alone = await ask(0, 'plain', sliceMs);
      const cut = await ask(0, 'sharded', sliceMs);
      const together = await ask(0, 'together', sliceMs);
      const both = await Promise.all([ask(0, 'plain', sliceMs), ask(1, 'plain', sliceMs)]);
      const sideBySide = both[0] + both[1];
      samples.push({ workload: workload.name, turn, alone, cut, together, sideBySide });
    }
  }
  for (const { workers } of pairs) for (const worker of workers) worker.terminate();
  return samples;
}

/**
 * Two workers whose second one takes `slow` times as long as it must, against one, in turns. The arithmetic is fused, as in a fresh run.
 * @param {{ jobs: { workload: Workload, slow: number }[], turns: number, sliceMs: number, warmUpMs: number,
 *           folder: string }} job
 * @returns {Promise<{ alone: number[], together: number[] }[]>} characters a second in each turn
 */
async function measureSlowed({ jobs, turns, sliceMs, warmUpMs, folder }) {
  const results = [];
  for (const { workload, slow } of jobs) {
    console.log(`${workload.name}, slowed ${slow} times`);
    const module = 'babble_fused.js';
    const { workers, ask } = await begin(workload, folder, warmUpMs, { module, slow });
    const [alone, together] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
    for (let turn = 0; turn < turns; turn += 1) {
      alone.push(await ask(0, 'sharded', sliceMs));
      together.push(await ask(0, 'together', sliceMs));
    }
    for (const worker of workers) worker.terminate();
    results.push({ alone, together });
  }
  return results;
}

/**
 * @param {Workload} workload @param {string} folder @param {number} warmUpMs
 * @param {{ module?: string, slow?: number }} [options] `slow`: how many times as long as it must the second one takes
 */
async function begin(workload, folder, warmUpMs, { module = 'babble.js', slow = 1 } = {}) {
  const workers = [0, 1].map(
    () => new Worker(new URL('team-worker.js', import.meta.url), { type: 'module' }),
  );
  /** @param {number} place @param {object} wish @param {Transferable[]} transfer */
  const send = (place, wish, transfer = []) =>
    new Promise((resolve, reject) => {
      const worker = /** @type {Worker} */ (workers[place]);
      worker.onmessage = ({ data }) =>
        'error' in data ? reject(new Error(data.error)) : resolve(data);
      worker.onerror = (event) => reject(new Error(event.message || 'It did not start.'));
      worker.postMessage(wish, transfer);
    });
  const { port1, port2 } = new MessageChannel();
  await Promise.all(
    [port1, port2].map((port, place) =>
      send(
        place,
        {
          type: 'begin',
          place,
          port,
          module: folder + module,
          workload,
          slow: place === 1 ? slow : 1,
        },
        [port],
      ),
    ),
  );
  /** @param {number} place @param {'plain' | 'sharded' | 'together'} way @param {number} ms */
  const ask = async (place, way, ms) =>
    /** @type {number} */ ((await send(place, { type: 'train', way, ms })).charactersPerSecond);
  // Until the engine has compiled it for speed.
  await Promise.all([ask(0, 'plain', warmUpMs), ask(1, 'plain', warmUpMs)]);
  await ask(0, 'together', warmUpMs);
  return { workload, workers, ask };
}

Object.assign(globalThis, { measureTeams, measureSlowed });
