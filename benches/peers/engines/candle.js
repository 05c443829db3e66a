/** candle, compiled to WebAssembly with simd128 (../candle). */

const CELLS = { rnn: 0, gru: 1, lstm: 2 };

/** Nothing of the browser is called; some dependency only declares that it might be. */
const unused = new Proxy({}, { get: () => () => 0 });

/** @param {{ folder: string, workload: any }} task */
export async function begin({ folder, workload }) {
  const source = new URL(`${folder}candle_peer.wasm`, import.meta.url);
  const module = await WebAssembly.compileStreaming(fetch(source));
  const imports = Object.fromEntries(
    WebAssembly.Module.imports(module).map(({ module: name }) => [name, unused]),
  );
  const { exports } = await WebAssembly.instantiate(module, imports);
  const engine = /** @type {any} */ (exports);
  const { cell, hidden, layers, batch, steps } = workload;
  const training = engine.begin(CELLS[cell], hidden, layers, batch, steps, 65);
  return {
    /** @param {number} ms */
    train(ms) {
      const began = performance.now();
      let characters = 0;
      do {
        const loss = engine.step(training);
        if (!Number.isFinite(loss)) throw new Error(`The loss became ${loss}.`);
        characters += batch * steps;
      } while (performance.now() - began < ms);
      return { characters, ms: performance.now() - began };
    },
  };
}
