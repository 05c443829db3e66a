/**
 * The network once more, in JavaScript's doubles and as plainly as it can be written: what the shipped
 * wasm's single precision is held against. Reads the weights from a file that the wasm saved.
 */

import assert from 'node:assert/strict';

/** The tensors of a safetensors file, row-major. @param {Uint8Array} bytes */
export function tensorsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  /** @type {Record<string, { shape: number[], values: Float64Array }>} */
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: range }] of Object.entries(header)) {
    if (dtype !== 'F32') continue;
    const values = new Float64Array((range[1] - range[0]) / 4);
    for (let i = 0; i < values.length; i++)
      values[i] = view.getFloat32(start + range[0] + 4 * i, true);
    tensors[name] = { shape, values };
  }
  return tensors;
}

/**
 * The mean loss and its gradients over the first `steps` characters of each of `batch` streams, from
 * h_0 = 0.
 * @param {ReturnType<typeof tensorsOf>} tensors
 * @param {number[]} training ids of the training part
 * @param {number} batch
 * @param {number} steps
 */
export function lossAndGradients(tensors, training, batch, steps) {
  const names = {
    wIh: 'rnn.weight_ih_l0',
    wHh: 'rnn.weight_hh_l0',
    bIh: 'rnn.bias_ih_l0',
    bHh: 'rnn.bias_hh_l0',
    wHy: 'head.weight',
    bY: 'head.bias',
  };
  const w = Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, tensors[name].values]),
  );
  const d = Object.fromEntries(
    Object.entries(w).map(([key, values]) => [key, values.map(() => 0)]),
  );
  const [V, H] = tensors[names.wHy].shape;
  const length = Math.floor((training.length - 1) / batch);
  const count = batch * steps;
  let loss = 0;
  for (let b = 0; b < batch; b++) {
    const id = (/** @type {number} */ t) => training[b * length + t];
    const h = [new Float64Array(H)];
    const dY = [];
    for (let t = 0; t < steps; t++) {
      const next = new Float64Array(H);
      for (let i = 0; i < H; i++) {
        let z = w.wIh[i * V + id(t)] + w.bIh[i] + w.bHh[i];
        for (let j = 0; j < H; j++) z += w.wHh[i * H + j] * h[t][j];
        next[i] = Math.tanh(z);
      }
      h.push(next);
      const e = new Float64Array(V);
      for (let k = 0; k < V; k++) {
        let y = w.bY[k];
        for (let j = 0; j < H; j++) y += w.wHy[k * H + j] * next[j];
        e[k] = Math.exp(y);
      }
      const sum = e.reduce((a, x) => a + x);
      loss -= Math.log(e[id(t + 1)] / sum) / count;
      dY.push(e.map((x, k) => (x / sum - (k === id(t + 1) ? 1 : 0)) / count));
    }
    let dNext = new Float64Array(H);
    for (let t = steps - 1; t >= 0; t--) {
      const dH = dNext;
      for (let k = 0; k < V; k++) {
        d.bY[k] += dY[t][k];
        for (let j = 0; j < H; j++) {
          d.wHy[k * H + j] += dY[t][k] * h[t + 1][j];
          dH[j] += w.wHy[k * H + j] * dY[t][k];
        }
      }
      dNext = new Float64Array(H);
      for (let i = 0; i < H; i++) {
        const dZ = dH[i] * (1 - h[t + 1][i] ** 2);
        d.bIh[i] += dZ;
        d.bHh[i] += dZ;
        d.wIh[i * V + id(t)] += dZ;
        for (let j = 0; j < H; j++) {
          d.wHh[i * H + j] += dZ * h[t][j];
          dNext[j] += w.wHh[i * H + j] * dZ;
        }
      }
    }
  }
  const gradients = Object.fromEntries(
    Object.entries(names).map(([key, name]) => [name, d[/** @type {keyof typeof names} */ (key)]]),
  );
  return { loss, gradients };
}

/**
 * Holds a step of the package against the same step in double precision.
 * @param {typeof import('../../pkg/babble.js')} core @param {string} text
 */
export function assertGradients(core, text) {
  const trainer = new core.Trainer(
    {
      ...core.defaults(),
      ...{ cell: 'rnn', hiddenSize: 37, batchSize: 5, sequenceLength: 21, clipNorm: 0 },
    },
    text,
  );
  const before = tensorsOf(trainer.save());
  const loss = trainer.run(0).losses[0] ?? Number.NaN;
  const after = tensorsOf(trainer.save());

  const symbols = [...new Set(text)].sort();
  const ids = [...text].map((symbol) => symbols.indexOf(symbol));
  const training = ids.slice(0, Math.floor((9 * ids.length) / 10));
  const exact = lossAndGradients(before, training, 5, 21);

  // The longest chain of f32 operations between a weight and a gradient (T steps forward and T back,
  // each a sum of H terms and some ten operations more; the V terms of the softmax; the sum over all
  // T*B columns), times half a unit in the last place. The orthogonal recurrence amplifies nothing. Fused operations
  // are fewer.
  const operations = 2 * 21 * (37 + 10) + 2 * (symbols.length + 10) + 21 * 5;
  const bound = operations * 2 ** -24;
  assert.ok(Math.abs(loss - exact.loss) < bound * exact.loss, `${loss} is not ${exact.loss}`);
  for (const [name, gradient] of Object.entries(exact.gradients)) {
    // Adam's first moment after one step is a tenth of the gradient.
    const shipped = after[`resume.exp_avg.${name}`].values.map((moment) => moment * 10);
    const difference = Math.hypot(...shipped.map((g, i) => g - gradient[i]));
    const error = difference / Math.hypot(...gradient);
    assert.ok(error < bound, `${name}: ${error} is not below ${bound}`);
  }
}
