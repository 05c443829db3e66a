/** What docs/contributing.md says is done in a copy of the page, as it stands there. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { programs, root } from '../tools/paths.js';
import { TRAINING } from './messages.js';
import { copyParts, follow } from './worked-example.js';

const copy = mkdtempSync(join(tmpdir(), 'babble-contributing-'));

before(() => {
  const ofPage = ['www/src', 'www/index.html', 'www/tsconfig.json', 'www/package.json'];
  copyParts(copy, ['pkg', 'src/presets.json', ...ofPage]);
  symlinkSync(join(root, 'www', 'node_modules'), join(copy, 'www', 'node_modules'));
  assert.equal(follow(copy, ['Add a message', 'Add a view', 'Add a download']), 10);
});

after(() => rmSync(copy, { recursive: true }));

/** A module of the copy. @param {string} path below its page */
const load = (path) => import(pathToFileURL(join(copy, 'www', 'src', 'page', path)).href);

test('the page with a message, a view and a download more has no error of types', () => {
  const options = { cwd: join(copy, 'www'), encoding: /** @type {const} */ ('utf8') };
  execFileSync(process.execPath, [programs.tsc, '-p', '.'], options);
});

test('the message that was added is read to the person', async () => {
  const { update } = await load('update.js');
  const { initialState } = await load('state.js');
  let state = initialState();
  for (const event of [...TRAINING, { type: 'remark', runId: 1, text: 'Hello.' }]) {
    [state] = update(state, event);
  }
  assert.equal(state.notices.worker?.text, 'Hello.');
});

test('the download that was added is asked for and saved like the others', async () => {
  const { update } = await load('update.js');
  const { initialState } = await load('state.js');
  let [state, effects] = [initialState(), []];
  for (const event of [...TRAINING, { type: 'exportModel', form: 'report' }]) {
    [state, effects] = update(state, event);
  }
  const [{ requestId, form }] = effects;
  assert.equal(form, 'report');
  const bytes = new ArrayBuffer(2);
  [, effects] = update(state, { type: 'exported', runId: 1, requestId, form, step: 3, bytes });
  assert.equal(effects[0].fileName, 'babble-your-text-step-3.json');
});
