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

/**
 * A safetensors file of these tensors.
 * @param {Record<string, string>} metadata @param {Record<string, { shape: number[], values: ArrayLike<number> }>} tensors
 */
export function fileOf(metadata, tensors) {
  let end = 0;
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: metadata };
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + 4 * values.length] };
    end += 4 * values.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let at = 8 + json.length;
  for (const { values } of Object.values(tensors)) {
    bytes.set(new Uint8Array(Float32Array.from(values).buffer), at);
    at += 4 * values.length;
  }
  return bytes;
}

/**
 * Holds tanh, and the gradients that pass it, against double precision from -12 to 12: a layer without a recurrence,
 * whose input weights are what each unit adds up for each symbol. One step leaves tanh of them in the state, and
 * their gradients in Adam's first moment. src/linalg/activation.rs says where the bounds come from.
 * @param {typeof import('../../pkg/babble.js')} core
 */
export function assertTanh(core) {
  const [H, V, B] = [64, 16, 16];
  const symbols = [...'abcdefghijklmnop'];
  const z = Float32Array.from({ length: H * V }, (_, i) => -12 + (24 * i) / (H * V - 1));
  const zeros = (/** @type {number[]} */ ...shape) => ({
    shape,
    values: new Float32Array(shape.reduce((a, b) => a * b)),
  });
  const config = { cell: 'rnn', hiddenSize: H, batchSize: B, sequenceLength: 1, clipNorm: 0 };
  const weights = fileOf(
    { vocab: JSON.stringify(symbols), config: JSON.stringify(config) },
    {
      'rnn.weight_ih_l0': { shape: [H, V], values: z },
      'rnn.weight_hh_l0': zeros(H, H),
      'rnn.bias_ih_l0': zeros(H),
      'rnn.bias_hh_l0': zeros(H),
      'head.weight': { shape: [V, H], values: z.map((_, i) => Math.sin(i)) },
      'head.bias': zeros(V),
    },
  );
  // Each of the streams begins with a symbol of its own.
  const length = 41;
  const text = Array.from(
    { length: Math.ceil((10 * (B * length + 1)) / 9) },
    (_, i) => symbols[(Math.floor(i / length) + (i % length)) % V],
  ).join('');
  const trainer = new core.Weights(weights).resume(text, null);
  assert.equal(trainer.run(0).losses.length, 1);
  const after = tensorsOf(trainer.save());
  const state = after['resume.hidden'].values;
  const moment = after['resume.exp_avg.rnn.weight_ih_l0'].values;
  let last = -1;
  for (let i = 0; i < H * V; i++) {
    const [unit, symbol] = [Math.floor(i / V), i % V];
    const h = state[symbol * H + unit];
    const exact = Math.tanh(z[i]);
    assert.ok(Math.abs(h - exact) <= 4e-7 * Math.abs(exact), `tanh(${z[i]}) = ${h}`);
    assert.ok(h >= last, `tanh falls at ${z[i]}`);
    last = h;
    const bound = Math.abs(z[i]) < 2 ? 3e-7 : 1.5e-7;
    const off = 1 - h * h - Math.cosh(z[i]) ** -2;
    assert.ok(Math.abs(off) <= bound, `1 - tanh(${z[i]})^2 is off by ${off}`);
    const saturated = Math.abs(z[i]) > 9.0113;
    assert.equal(moment[i] === 0, saturated, `the gradient at ${z[i]} is ${10 * moment[i]}`);
    if (saturated) assert.equal(h, Math.sign(z[i]));
  }
}
