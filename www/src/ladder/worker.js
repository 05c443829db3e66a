// @ts-check
/// <reference lib="webworker" />
/**
 * The ladder's worker: measures a text once, tells what it finds and is thrown away. On a machine with
 * few cores it rests as long as it works, for the training goes first.
 */

import { readText } from '../worker/decode.js';
import { measureLadder } from './measure.js';

/** Work between two rests, and between two tellings of how far it is. */
const SLICE_MS = 20;
const TELL_MS = 200;
const FEW_CORES = 2;

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const restMs = navigator.hardwareConcurrency > FEW_CORES ? 0 : SLICE_MS;

/** @param {import('../protocol.js').LadderEvent} event */
const post = (event) => scope.postMessage(event);

/** @param {MessageEvent<import('../protocol.js').LadderCommand>} message */
scope.onmessage = async ({ data: { requestId, source } }) => {
  let began = performance.now();
  let told = Number.NEGATIVE_INFINITY;
  const rest = async () => {
    if (performance.now() - began < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, restMs));
    began = performance.now();
  };
  try {
    const { text } = await readText(source);
    const ladder = await measureLadder(
      text,
      (ladder) => {
        if (performance.now() - told < TELL_MS) return;
        told = performance.now();
        post({ type: 'ladder', requestId, ladder });
      },
      rest,
    );
    post({ type: 'ladder', requestId, ladder });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post({ type: 'ladderFailed', requestId, message });
  }
};
