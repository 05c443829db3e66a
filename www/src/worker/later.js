/** What no first step needs: fetched when it is needed, as one file. */

import { reportBaselines } from './baselines/report.js';
import { checkRun } from './check-run.js';
import { joinParallel } from './parallel/worker.js';

export * as secondCore from '../../../pkg/babble_fused.js';
export * as texts from '../../../pkg/babble_texts.js';
export { look } from './lenses/look.js';
export { Leader } from './parallel/leader.js';
export { Trial } from './parallel/trial.js';
export { Mixed } from './statistics/mixed.js';
export { openSaved } from './storage/open.js';
export { readSeveral } from './text/several.js';

/**
 * What a worker does with a message, by its role. A function for each, which may post answers.
 * @type {Record<'parallel' | 'baselines' | 'check', (data: any, post: (answer: any) => void) => unknown>}
 */
export const roles = { parallel: joinParallel, baselines: reportBaselines, check: checkRun };
