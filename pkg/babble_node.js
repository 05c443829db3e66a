/* @ts-self-types="./babble.d.ts" */

import { readFile } from 'node:fs/promises';
import init from './babble.js';

export * from './babble.js';

/** As in a browser, but without an argument it reads the module from its file. */
export default async function (input) {
    const file = new URL('./babble_bg.wasm', import.meta.url);
    return init(input ?? { module_or_path: await readFile(file) });
}
