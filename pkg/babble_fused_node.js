/* @ts-self-types="./babble_fused.d.ts" */

import { readFile } from 'node:fs/promises';
import init from './babble_fused.js';

export * from './babble_fused.js';

/** As in a browser, but without an argument it reads the module from its file. */
export default async function (input) {
    const file = new URL('./babble_fused_bg.wasm', import.meta.url);
    return init(input ?? { module_or_path: await readFile(file) });
}
