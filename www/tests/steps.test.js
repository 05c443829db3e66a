/** How the test command puts its parts together. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steps, together } from '../tools/steps.js';

/** The files of a step in a browser: "chromium/a+b" is two. @param {{ name: string }} step */
function filesOf({ name }) {
  const [browser, files] = name.split('/');
  return files.split('+').map((file) => `${browser}/${file}`);
}

test('files share a browser, and each is there once', () => {
  const browser = steps.filter(({ group }) => group === 'browser');
  const parts = browser.filter(({ name }) => name.includes('/'));
  const joined = together(parts);
  assert.deepEqual(joined.flatMap(filesOf).sort(), parts.map(({ name }) => name).sort());
  assert.ok(joined.length < parts.length / 2, `${joined.length} of ${parts.length}`);
  for (const step of joined) assert.ok(step.needs.includes(`set-up/${step.name.split('/')[0]}`));
});

test('a part that is named alone keeps its name, and the others their order', () => {
  const names = (/** @type {string[]} */ ...chosen) =>
    together(steps.filter(({ name }) => chosen.includes(name))).map(({ name }) => name);
  assert.deepEqual(names('lint', 'firefox/lenses'), ['lint', 'firefox/lenses']);
  assert.deepEqual(names('lint', 'firefox/lenses', 'chromium/lenses', 'chromium/cores', 'onnx'), [
    'onnx',
    'lint',
    'chromium/cores+lenses',
    'firefox/lenses',
  ]);
});
