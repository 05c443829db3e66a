/** Hands one job after another to a worker of its own, for whoever drives the page. */

/** @typedef {import('./worker.js').Job} Job */
/** @typedef {import('./worker.js').Outcome} Outcome */

/**
 * @param {Job} job
 * @returns {Promise<Outcome>}
 */
function measure(job) {
  const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = async ({ data }) => {
      if ('askCpu' in data) {
        const cpuMs = await /** @type {any} */ (globalThis).workerCpuMs();
        worker.postMessage({ cpuMs });
      } else if ('progress' in data) console.log(data.progress);
      else if ('error' in data) reject(new Error(data.error));
      else resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message || 'The worker did not start.'));
    worker.postMessage(job);
  }).finally(() => worker.terminate());
}

Object.assign(globalThis, { measure });

// A browser that nobody drives comes for its job, and brings back what came of it.
if (location.search === '?errand') {
  const job = await (await fetch('/errand')).json();
  const outcome = await measure(job).catch((error) => ({ error: String(error) }));
  await fetch('/errand', { method: 'POST', body: JSON.stringify(outcome) });
}
