import { beginOn } from './tensorflow.js';

/** @param {any} task */
export const begin = (task) => beginOn('wasm', task);
