/**
 * Measures a text once and reports what it finds, in a worker that is ended then. On a machine with few cores it
 * rests as long as it works, for the training goes first.
 */

import { readText } from '../text/decode.js';
import { measureBaselines } from './measure.js';

/** Work between two rests. */
const SLICE_MS = 20;
/** Time between two reports of how far it is. */
const REPORT_MS = 200;
const FEW_CORES = 2;

/**
 * @param {import('../../shared/protocol-of-others.js').BaselinesCommand} command
 * @param {(event: import('../../shared/protocol-of-others.js').BaselinesEvent) => void} post
 */
export async function reportBaselines({ requestId, source }, post) {
  const restMs = navigator.hardwareConcurrency > FEW_CORES ? 0 : SLICE_MS;
  let began = performance.now();
  let reportedAt = Number.NEGATIVE_INFINITY;
  const rest = async () => {
    if (performance.now() - began < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, restMs));
    began = performance.now();
  };
  try {
    const { text } = await readText(source);
    const baselines = await measureBaselines(
      text,
      (baselines) => {
        if (performance.now() - reportedAt < REPORT_MS) return;
        reportedAt = performance.now();
        post({ type: 'baselines', requestId, baselines });
      },
      rest,
    );
    post({ type: 'baselines', requestId, baselines });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post({ type: 'baselinesFailed', requestId, message });
  }
}
