/** The functions of tests/wasm/lib.rs, each a test: a trap fails it, and its sentence has gone to the console. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as library from '../../../pkg/babble.js';
import { built } from '../../tools/paths.js';

const output = /** @type {const} */ ({ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const script = execFileSync(built('xtask'), ['wasm-tests'], output).trim();
const module = createRequire(import.meta.url)(script);
// It holds the exports of the library, too.
const names = Object.keys(module).filter((name) => !(name in library));
assert.ok(names.length > 0);
for (const name of names) test(name, () => module[name]());
