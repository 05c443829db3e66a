// @ts-check
/** What no first step needs: fetched when it is needed, as one file. */

export * as secondCore from '../../../pkg/babble_fused.js';
export * as texts from '../../../pkg/babble_texts.js';
export { reportBaselines } from './baselines/report.js';
export { look } from './lenses/look.js';
export { Leader, Trial, WORTHWHILE } from './parallel/leader.js';
export { joinParallel } from './parallel/worker.js';
