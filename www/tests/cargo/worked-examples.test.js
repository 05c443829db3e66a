/** The worked examples of a setting and a cell: in a copy of the sources they come to terminal, file, link and page. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { built, root } from '../../tools/paths.js';
import { sums } from '../sums.js';
import { copyParts, follow } from '../worked-example.js';

const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const copy = join(target, 'worked-examples');

/** @param {string} program @param {string[]} args */
const run = (program, args) =>
  promisify(execFile)(program, args, {
    cwd: copy,
    env: {
      ...process.env,
      // Shares what is compiled of others' crates with the checkout.
      CARGO_TARGET_DIR: target,
      // The copy lies in the folder of a repository that it is no part of.
      GIT_CEILING_DIRECTORIES: target,
    },
  });

/** The terminal of the copy. @param {string} args */
const babble = async (args) => {
  const { stdout } = await run(built('worked-examples'), args.split(' '));
  return stdout;
};

/** A module of the copy. @param {string} path */
const load = (path) => import(pathToFileURL(join(copy, path)).href);

/** The header of a weights file, and the squares of its readout's weights, summed. @param {string} name */
function opened(name) {
  const file = readFileSync(join(copy, name));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, start).toString('utf8'));
  const [from, to] = header['head.weight'].data_offsets;
  let squares = 0;
  for (let at = start + from; at < start + to; at += 4) squares += file.readFloatLE(at) ** 2;
  return { config: JSON.parse(header.__metadata__.config), squares };
}

/** @param {string} file of the copy @param {RegExp} what @param {string} by */
function change(file, what, by) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(what, by);
  assert.notEqual(changed, text, file);
  writeFileSync(path, changed);
}

/**
 * Gives the copy's crates a version of their own. Cargo tells crates in one target folder apart by name, version and place
 * in the workspace: with the same version it would take what it has compiled of the copy for the checkout's.
 */
function nameVersion() {
  for (const folder of ['.', 'src/texts', 'xtask']) {
    change(join(folder, 'Cargo.toml'), /^version = "[\d.]+/m, '$&+example');
    const manifest = readFileSync(join(copy, folder, 'Cargo.toml'), 'utf8');
    const name = /^name = "(.*)"$/m.exec(manifest)?.[1];
    change('Cargo.lock', new RegExp(`^name = "${name}"\nversion = "[\\d.]+`, 'm'), '$&+example');
  }
}

before(async () => {
  copyParts(copy, [
    ...['.cargo', 'Cargo.lock', 'Cargo.toml', 'benches/training.rs', 'rust-toolchain.toml'],
    ...['pkg', 'src', 'tests/common', 'tests/wasm', 'www/src', 'xtask'],
  ]);
  // Its programs must not take the place of those that other tests run.
  change('Cargo.toml', /(?<=\[\[bin\]\]\nname = )"babble"/, '"worked-examples"');
  const xtaskProgram = '[[bin]]\nname = "worked-examples-xtask"\npath = "src/main.rs"\n\n$&';
  change('xtask/Cargo.toml', /^\[dependencies\]$/m, xtaskProgram);
  // Cargo gives a library that is made for C as well a file name without a hash: the checkout's would be overwritten.
  for (const manifest of ['Cargo.toml', 'src/texts/Cargo.toml'])
    change(manifest, /^crate-type = \["cdylib", "rlib"\]$/m, 'crate-type = ["rlib"]');
  // What little is trained here takes less than to optimise what trains it.
  change('Cargo.toml', /^opt-level = 2$/m, 'opt-level = 0');
  nameVersion();
  writeFileSync(join(copy, 'sums.txt'), sums(200));

  assert.equal(follow(copy, ['Add a setting']), 3);
  const patch = join(root, 'docs', 'worked-examples', 'cell.patch');
  await run('git', ['apply', '--whitespace=error', patch]);
  // As the test command builds the checkout's programs (`programs` in www/tools/steps.js): with the dependencies that it
  // has compiled.
  const programs = ['--bin', 'worked-examples', '--bin', 'worked-examples-xtask'];
  const all = ['--workspace', '--features', 'cli', '--example', 'wasm-tests'];
  await run('cargo', ['build', '--locked', ...all, ...programs]);
  await run(built('worked-examples-xtask'), ['settings']);
});

test('a setting is a row, its use and a sentence', async () => {
  const help = await babble('train --help');
  assert.match(help, /--l2-penalty/);
  assert.match(help, /How strongly each step pulls the weights towards zero/);
  const command = 'train sums.txt --hidden 16 --steps 100';
  await babble(`${command} --out without.safetensors`);
  await babble(`${command} --l2-penalty 0.5 --out with.safetensors`);
  const [without, penalised] = ['without', 'with'].map((name) => opened(`${name}.safetensors`));
  assert.deepEqual([without.config.l2Penalty, penalised.config.l2Penalty], [0, 0.5]);
  assert.ok(penalised.squares < without.squares / 2, `${penalised.squares}, ${without.squares}`);

  const { SETTINGS } = await load('pkg/settings.js');
  const row = SETTINGS.find((/** @type {{ key: string }} */ { key }) => key === 'l2Penalty');
  assert.deepEqual(
    [row.label, row.min, row.max, row.default, row.live],
    ['L2 penalty', 0, 1, 0, true],
  );
  const { GROUPS } = await load('www/src/page/settings/words.js');
  const { rows } = GROUPS.find((/** @type {{ name: string }} */ { name }) => name === 'Learning');
  assert.equal(rows.l2Penalty.unit, '0: off');
  const { decodeLink } = await load('www/src/page/settings/link.js');
  assert.deepEqual(decodeLink('#l2Penalty=0.01', []).settings, { l2Penalty: '0.01' });
  assert.match(decodeLink('#l2Penalty=2', []).problem, /L2 penalty must lie between 0 and 1/);
});

test('a cell is one file and one row', async () => {
  await babble('gradcheck --cell mgu');
  writeFileSync(join(copy, 'sum.txt'), '12+7=19\n'.repeat(100));
  const lines = await babble('train sum.txt --cell mgu --hidden 16 --steps 100 --json');
  const { heldOut } = JSON.parse(lines.trim().split('\n').at(-1) ?? '');
  // The text repeats itself; letter frequencies alone cost 1.7 nats.
  assert.ok(heldOut.loss < 0.5, `${heldOut.loss}`);
  assert.match(await babble('inspect sum.safetensors'), /mgu/);
  await assert.rejects(babble('export sum.safetensors --onnx sum.onnx'), {
    code: 3,
    stderr: /ONNX has no operator for the cell MGU/,
  });

  const { CELLS } = await load('pkg/settings.js');
  assert.deepEqual(CELLS.mgu, { label: 'MGU', torch: null });
  const { FIELDS } = await load('www/src/page/settings/fields.js');
  assert.equal(FIELDS.cell.choices.mgu, 'MGU');
  const { decodeLink } = await load('www/src/page/settings/link.js');
  assert.deepEqual(decodeLink('#cell=mgu', []).settings, { cell: 'mgu' });
});
