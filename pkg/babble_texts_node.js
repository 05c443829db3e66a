/* @ts-self-types="./babble_texts.d.ts" */

import { readFile } from 'node:fs/promises';
import init from './babble_texts.js';

export * from './babble_texts.js';

/** As in a browser, but without an argument it reads the module from its file. */
export default async function (input) {
    const file = new URL('./babble_texts_bg.wasm', import.meta.url);
    return init(input ?? { module_or_path: await readFile(file) });
}
