/** What the test command does, in order. How it is told is in test.js. */

import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBrowsers } from './browsers.js';
import { findChromium } from './chromium.js';
import { findFirefox } from './firefox.js';
import { ensureNodeModules } from './node-modules.js';
import { programs, root, www } from './paths.js';
import { ensurePython, findPython } from './python.js';
import { Problem, run } from './run.js';
import { ensureRust } from './rust.js';
import { ensureTorch } from './torch.js';
import { build } from './vite.js';
import { findWebKit } from './webkit.js';

/** @typedef {'rust' | 'page' | 'browser'} Part */
/**
 * @typedef {{ name: string, parts: Part[], run: () => Promise<void>, mend?: string }} Step
 *   `mend` is a command that may put a failure right by itself
 */

/** @type {Part[]} */
export const parts = ['rust', 'page', 'browser'];

const WASM = ['--target', 'wasm32-unknown-unknown'];
const TERMINAL = ['--features', 'cli'];
const DENY = ['--', '--deny', 'warnings'];
const BROWSER_TESTS = join('tests', 'browser');
// Node applies it to each file as a whole.
const BROWSER_TEST_LIMIT_MS = 10 * 60_000;

/** @type {Step[]} */
export const steps = [
  { name: 'set up Rust', parts: ['rust'], run: ensureRust },
  { name: 'set up the npm packages', parts: ['page', 'browser'], run: ensureNodeModules },
  { name: 'set up browsers', parts: ['browser'], run: ensureBrowsers },
  { name: 'set up Python', parts: ['rust', 'browser'], run: ensurePython },

  {
    ...cargo('format of the Rust sources', 'fmt', '--all', '--check'),
    mend: 'cargo fmt --all',
  },
  cargo('clippy', 'clippy', '--locked', ...TERMINAL, '--all-targets', ...DENY),
  cargo('clippy for wasm32', 'clippy', '--locked', ...WASM, '--lib', '--test', 'wasm', ...DENY),
  cargo('clippy of xtask', 'clippy', '--locked', '--package', 'xtask', '--all-targets', ...DENY),
  cargo('Rust tests', 'test', '--locked', ...TERMINAL),
  terminal('exported models in onnxruntime', 'onnx_export.py', () => findPython()),
  terminal('training continued in PyTorch', 'continue_in_pytorch.py', ensureTorch),
  cargo('tests of xtask', 'test', '--locked', '--package', 'xtask'),
  cargo('wasm tests, as shipped', 'test', '--locked', '--release', ...WASM, '--test', 'wasm'),
  cargo('pkg/ rebuilt and compared', 'xtask', 'check'),

  node('types of the page', programs.tsc, '--project', www),
  node('types of the tools', programs.tsc, '--project', join(www, 'tools')),
  {
    ...node('format and lint of the page', programs.biome, 'ci', '.'),
    mend: 'npm --prefix www run format',
  },
  {
    name: 'page tests without a browser',
    parts: ['page'],
    run: () => nodeTest(testsIn('tests'), []),
  },
  { name: 'build of the page', parts: ['browser'], run: () => build() },
  browser('page tests in Chromium', BROWSER_TESTS, () => ({
    BABBLE_BROWSER: 'chromium',
    CHROMIUM_PATH: findChromium(),
  })),
  browser('what only Chromium can be tested for', join(BROWSER_TESTS, 'chromium'), () => ({
    BABBLE_BROWSER: 'chromium',
    CHROMIUM_PATH: findChromium(),
  })),
  browser('page tests in Firefox', BROWSER_TESTS, () => ({
    BABBLE_BROWSER: 'firefox',
    FIREFOX_PATH: findFirefox(),
  })),
  browser('page tests in WebKitGTK', join(BROWSER_TESTS, 'webkit'), () => {
    findWebKit();
    return {};
  }),
];

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Step}
 */
function cargo(name, ...args) {
  return { name, parts: ['rust'], run: () => run('cargo', args) };
}

/**
 * A test in Python that calls the terminal's program.
 * @param {string} name
 * @param {string} script
 * @param {() => string | Promise<string>} python
 * @returns {Step}
 */
function terminal(name, script, python) {
  const babble = ['cargo', 'run', '--quiet', '--locked', ...TERMINAL, '--'];
  return {
    name,
    parts: ['rust'],
    run: async () => run(await python(), [join(root, 'tests', 'python', script), ...babble]),
  };
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Step}
 */
function node(name, ...args) {
  return { name, parts: ['page'], run: () => run(process.execPath, args, { cwd: www }) };
}

/**
 * @param {string} name
 * @param {string} folder
 * @param {() => NodeJS.ProcessEnv} find what the tests shall know of the browser that was set up
 * @returns {Step}
 */
function browser(name, folder, find) {
  return {
    name,
    parts: ['browser'],
    run: () => {
      // One at a time: two trainings at once would starve each other on a small machine.
      const limits = ['--test-concurrency=1', `--test-timeout=${BROWSER_TEST_LIMIT_MS}`];
      return browserTests(folder, limits, { ...find(), BABBLE_PYTHON: findPython() });
    },
  };
}

/**
 * The tests of one folder in a browser, a file at a time. A browser is a big machine, and now and then one
 * starves beside others: a file that fails is tried once more, and that is said.
 * @param {string} folder
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} env
 */
async function browserTests(folder, options, env) {
  /** @type {string[]} */
  const again = [];
  for (const file of testsIn(folder)) {
    const once = () => nodeTest([file], options, env);
    await once().catch(() => {
      console.log(`\n${file} failed and is tried once more.\n`);
      again.push(file);
      return once();
    });
  }
  if (again.length > 0) console.log(`Passed at the second try only: ${again.join(', ')}.`);
}

/** The `*.test.js` of one folder, not of those inside it. @param {string} folder */
function testsIn(folder) {
  const path = join(www, folder);
  const files = existsSync(path)
    ? readdirSync(path).filter((name) => name.endsWith('.test.js'))
    : [];
  // Without files Node would look for tests everywhere, or pass with none.
  if (files.length === 0) throw new Problem(`There is no *.test.js in ${relative(www, path)}.`);
  return files.sort().map((name) => join(folder, name));
}

/** @param {string[]} files @param {string[]} options @param {NodeJS.ProcessEnv} [env] */
async function nodeTest(files, options, env) {
  const args = ['--test', '--test-reporter=spec', ...options, ...files];
  await run(process.execPath, args, { cwd: www, env });
}
