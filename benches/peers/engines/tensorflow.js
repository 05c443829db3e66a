/**
 * TensorFlow.js, on its wasm or its cpu backend. The layers are its own (`tf.layers.lstm` and its
 * kin, with TensorFlow.js' way of one-hot inputs); gradients by its autodiff, clipping by the global
 * norm, Adam.
 */

const CLIP_NORM = 5;
const LEARNING_RATE = 0.002;
const SYMBOLS = 65;

/** @type {Promise<any> | undefined} */
let loading;

/** @param {string} folder of node_modules/@tensorflow */
async function load(folder) {
  await import(new URL(`${folder}tfjs/dist/tf.min.js`, import.meta.url).href);
  const { tf } = /** @type {any} */ (globalThis);
  await import(
    new URL(`${folder}tfjs-backend-wasm/dist/tf-backend-wasm.min.js`, import.meta.url).href
  );
  // One worker, one core, as everybody here.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  tf.wasm.setWasmPaths(new URL(`${folder}tfjs-backend-wasm/dist/`, import.meta.url).href);
  return tf;
}

/** @param {'wasm' | 'cpu'} backend @param {{ folder: string, workload: any }} task */
export async function beginOn(backend, { folder, workload }) {
  loading ??= load(folder);
  const tf = await loading;
  await tf.setBackend(backend);
  await tf.ready();
  const { cell, hidden, layers, batch, steps } = workload;
  const model = tf.sequential();
  const make = { rnn: 'simpleRNN', gru: 'gru', lstm: 'lstm' }[/** @type {'rnn'} */ (cell)];
  for (let layer = 0; layer < layers; layer += 1) {
    const width = layer === 0 ? SYMBOLS : hidden;
    model.add(
      tf.layers[make]({
        units: hidden,
        returnSequences: true,
        recurrentInitializer: 'glorotUniform',
        batchInputShape: [batch, steps, width],
      }),
    );
  }
  model.add(tf.layers.dense({ units: SYMBOLS }));
  const optimizer = tf.train.adam(LEARNING_RATE);
  const random = () => tf.randomUniform([batch, steps], 0, SYMBOLS, 'int32');

  const step = () =>
    tf.tidy(() => {
      const inputs = tf.oneHot(random(), SYMBOLS);
      const targets = tf.oneHot(random(), SYMBOLS);
      const { value, grads } = tf.variableGrads(() =>
        tf.losses.softmaxCrossEntropy(targets, model.apply(inputs, { training: true })),
      );
      const gradients = /** @type {any[]} */ (Object.values(grads));
      const norm = tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));
      const scale = tf.minimum(1, tf.div(CLIP_NORM, tf.add(norm, 1e-6)));
      const clipped = Object.entries(grads).map(([name, g]) => [name, tf.mul(g, scale)]);
      optimizer.applyGradients(Object.fromEntries(clipped));
      return value.dataSync()[0];
    });
  return {
    /** @param {number} ms */
    async train(ms) {
      await tf.setBackend(backend);
      const began = performance.now();
      let characters = 0;
      do {
        const loss = step();
        if (!Number.isFinite(loss)) throw new Error(`The loss became ${loss}.`);
        characters += batch * steps;
      } while (performance.now() - began < ms);
      return { characters, ms: performance.now() - began };
    },
  };
}
