/** The package as someone gets it who installs it: its README's examples, its types, what it lists. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import init, { Weights } from '../../pkg/babble_node.js';
import { canFuse } from '../src/shared/wasm-features.js';
import { programs, root, www } from '../tools/paths.js';
import { sums } from './sums.js';

const run = promisify(execFile);
const pkg = join(root, 'pkg');
const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
const types = readFileSync(join(pkg, 'babble.d.ts'), 'utf8');
const readme = readFileSync(join(pkg, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);

/** A project that has installed the package. */
const project = mkdtempSync(join(tmpdir(), 'babble-package-'));
after(() => rmSync(project, { recursive: true }));
mkdirSync(join(project, 'node_modules'));
symlinkSync(pkg, join(project, 'node_modules', manifest.name), 'junction');
writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
// What the first example reads where it is called without a file.
writeFileSync(join(project, 'text.txt'), sums(200));

/** @param {string} name @param {string} code */
function write(name, code) {
  writeFileSync(join(project, name), code);
  return name;
}

/** What a script of the project prints. @param {string} name @param {string[]} [flags] of Node */
async function printed(name, flags = []) {
  return (await run(process.execPath, [...flags, name], { cwd: project })).stdout;
}

test('every example of the README runs under Node', async () => {
  for (const name of ['Trainer', 'Sampler', 'Weights']) {
    assert.ok(
      examples.some((code) => code.includes(`new ${name}(`)),
      `there is one for ${name}`,
    );
  }
  const outputs = await Promise.all(
    examples.map((code, i) => printed(write(`example-${i}.js`, code))),
  );
  for (const [i, output] of outputs.entries()) {
    assert.notEqual(output, '', examples[i]);
    // What a comment behind a line promises is printed, to the letter.
    for (const [, said] of examples[i].matchAll(/console\.log\(.*\); \/\/ ([^a-z].*)/g)) {
      assert.ok(output.includes(`${said}\n`), `${output} says ${said}`);
    }
  }
});

test('the types agree with every example, and with themselves', async () => {
  examples.forEach((code, i) => {
    write(`example-${i}.js`, code);
  });
  const compilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: true,
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2022', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
    typeRoots: [join(www, 'node_modules', '@types')],
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.js'] }));
  await run(process.execPath, [programs.tsc, '-p', project]).catch(({ stdout }) =>
    assert.fail(stdout),
  );
});

test('the fused module starts in Node without an argument, too', async () => {
  const script = write(
    'fused.js',
    "import init, { defaults } from 'babble-rnn/fused'; await init(); console.log(defaults().seed - 1);",
  );
  // Node 20 knows the instruction, and has to be told to.
  const flags = canFuse() ? [] : ['--experimental-wasm-relaxed-simd'];
  assert.equal(await printed(script, flags), '0\n');
});

test('the script of the examples trains, writes and saves weights that load', async () => {
  const script = join(root, 'examples', 'train.mjs');
  const output = (
    await run(process.execPath, [script, 'text.txt', 'mine.safetensors'], { cwd: project })
  ).stdout;
  const losses = [...output.matchAll(/^Step \d+: (.*) nats per character$/gm)].map(([, loss]) =>
    Number(loss),
  );
  // Letter frequencies alone cost more than 2 nats.
  assert.ok((losses.at(-1) ?? 9) < 1.7, output);
  assert.match(output, /\d\+\d+=\d+\n/);
  await init();
  const weights = new Weights(readFileSync(join(project, 'mine.safetensors')));
  assert.equal(weights.report(sums(200)).match, 'same');
});

test('npm packs each file of the package and nothing else', async () => {
  const packed = await run('npm', ['pack', '--dry-run', '--json', '--offline'], { cwd: pkg });
  const [{ name, version, files, size }] = JSON.parse(packed.stdout);
  assert.deepEqual([name, version], [manifest.name, manifest.version]);
  assert.deepEqual(files.map(({ path }) => path).sort(), readdirSync(pkg).sort());
  assert.ok(size < 1e6, `${size} bytes`);
});

test('the package says whose it is, and gives away no address that there is not', () => {
  assert.deepEqual([manifest.license, manifest.type], ['MIT', 'module']);
  assert.doesNotMatch(JSON.stringify(manifest), /example\.(org|com)/);
  assert.deepEqual(
    Object.keys(manifest).filter((key) => /dependencies/i.test(key)),
    [],
  );
  for (const entry of ['.', './fused']) {
    for (const file of Object.values(manifest.exports[entry])) {
      assert.ok(manifest.files.includes(file.slice('./'.length)), file);
    }
  }
  assert.doesNotMatch(types, /function start\(/, 'what runs by itself is nobody else to call');
});

test('the types speak of JavaScript alone', () => {
  assert.doesNotMatch(types, /\[`|::/, 'no links of rustdoc');
});
