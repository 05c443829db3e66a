/** What the test command does. How it is told is in test.js, how steps run side by side in run-steps.js. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, relative } from 'node:path';
import {
  ensureChromium,
  findChromium,
  findShell,
  hasChromium,
  lackingForChromium,
} from './chromium.js';
import { allowedPackages, installByApt } from './debian.js';
import { findFirefox, lackingForFirefox } from './firefox.js';
import { ensureNodeModules } from './node-modules.js';
import { built, programs, root, www } from './paths.js';
import { ensurePython, findPython } from './python.js';
import { Missing, Problem, quoted, run } from './run.js';
import { ensureRust } from './rust.js';
import { ensureTorch, lackingForTorch } from './torch.js';
import { buildIfChanged } from './vite.js';
import { findWebKit, lackingForWebKit } from './webkit.js';

/** @typedef {'chromium' | 'firefox'} Browser */
/** @typedef {'set-up' | 'rust' | 'page' | 'browser'} Group */
/**
 * @typedef {import('./run-steps.js').Step & {
 *   group: Group,
 *   mend?: string,
 *   alone?: (output: string) => string[],
 *   shares?: Browser,
 *   file?: string,
 * }} Step
 *   `mend` is a command that may put a failure right by itself, `alone` gives those that repeat alone what has
 *   failed, by the step's output; `shares` is the browser that the tests of `file` may share with other files
 */

/** One at a time where Cargo would wait for itself; beside it as many programs as cores, as long as memory lasts. */
export const places = { cargo: 1, page: Math.min(availableParallelism(), 4) };
/** Whoever shares a core with two browsers gets a third of it, and Cargo would come to its end long after them. */
export const all = Math.max(2, availableParallelism());

const WASM = ['--target', 'wasm32-unknown-unknown'];
/** All that is built for the web. */
const WEB = ['babble-rnn', 'babble-texts', 'babble-inside'].flatMap((name) => ['--package', name]);
/** All of it, always: with a part alone its dependencies would have other features, and be built once more. */
const ALL = ['--workspace', '--features', 'cli'];
const DENY = ['--', '--deny', 'warnings'];
/**
 * Clippy's driver compiles as rustc does, so one compilation lints what is tested. It reads its arguments from this
 * variable, as `cargo clippy` writes them.
 */
const LINTED = {
  RUSTC_WORKSPACE_WRAPPER: 'clippy-driver',
  CLIPPY_ARGS: '--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__',
};
/** What makes each command of Cargo fail on a warning. @type {Record<string, NodeJS.ProcessEnv>} */
const WITHOUT_WARNINGS = {
  test: LINTED,
  build: LINTED,
  doc: { RUSTDOCFLAGS: '--deny warnings' },
};
/** Far more than any file takes beside another one; a hang shall end all the same. */
const TEST_FILE_LIMIT_MS = 5 * 60_000;
/** So many files of tests share a browser, whose start takes as long as two tests. */
const SHARING = 5;
const OUTCOMES = join(root, 'target', 'outcomes');

/** A part of a test's name, by which `--only` chooses. @type {string | undefined} */
let only;

/** Lets the tests of a page or a browser part run whose name is this one, and no other. @param {string} name */
export function runOnly(name) {
  only = name;
}

async function noEnv() {
  return {};
}

/** What apt may install, by the set-up step that wants it. @type {Record<string, () => string[]>} */
const LACKING = {
  'set-up/chromium': lackingForChromium,
  'set-up/firefox': lackingForFirefox,
  'set-up/webkit': lackingForWebKit,
  'set-up/pytorch': lackingForTorch,
};

/** @type {string[]} */
let packages = [];

/** Asks, before anything runs, what these steps may install. @param {Step[]} chosen */
export async function askForPackages(chosen) {
  const lacking = chosen.flatMap(({ name }) => LACKING[name]?.() ?? []);
  packages = await allowedPackages(lacking);
}

/** What the tests in a browser know of it. @type {Record<Browser, () => Promise<NodeJS.ProcessEnv>>} */
const BROWSERS = {
  chromium: async () => ({ BABBLE_BROWSER: 'chromium', CHROMIUM_PATH: findShell() }),
  firefox: async () => ({
    BABBLE_BROWSER: 'firefox',
    FIREFOX_PATH: findFirefox(),
    BABBLE_OWN: only === undefined && !process.env.BABBLE_WHOLE && hasChromium() ? '1' : '',
  }),
};

/** For what the headless shell lacks: what is installed, or killed, or measured. @returns {Promise<NodeJS.ProcessEnv>} */
async function wholeChromium() {
  return { BABBLE_BROWSER: 'chromium', CHROMIUM_PATH: findChromium() };
}

/** @type {Step[]} each after those that it needs */
export const steps = [
  setUp('packages', [], () => installByApt(packages)),
  setUp('npm', [], ensureNodeModules),
  setUp('rust', [], ensureRust),
  setUp('python', [], ensurePython),
  setUp('chromium', ['set-up/packages', 'set-up/npm'], oneBrowser(ensureChromium, findFirefox)),
  setUp('firefox', ['set-up/packages'], async () => void findFirefox()),
  setUp('webkit', ['set-up/packages'], async () => void findWebKit()),
  setUp('pytorch', ['set-up/packages', 'set-up/python'], async () => void (await ensureTorch())),

  {
    ...cargo('rust-format', 'fmt', '--all', '--check'),
    mend: 'cargo fmt --all',
  },
  cargo(
    'clippy-wasm',
    'clippy',
    '--locked',
    ...WEB,
    ...WASM,
    '--lib',
    '--example',
    'wasm-tests',
    ...DENY,
  ),
  cargo('rust-docs', 'doc', '--locked', ...ALL, '--no-deps'),
  cargo('rust-docs-wasm', 'doc', '--locked', ...WASM, '--lib', '--no-deps'),
  cargoTests('rust-tests', 'test', '--locked', '--no-fail-fast', ...ALL),
  // An example brings what tests depend on: so the programs are those that the tests have built, not others.
  cargo(
    'programs',
    'build',
    '--locked',
    ...ALL,
    '--bins',
    '--bench',
    'training',
    '--example',
    'wasm-tests',
  ),
  {
    name: 'pkg',
    group: 'rust',
    needs: ['programs'],
    lane: 'cargo',
    run: () => run(built('xtask'), ['check']),
  },
  ...testsIn(join('tests', 'cargo')).map((file) => ({
    ...nodeTests(nameOf(file), 'rust', ['set-up/npm', 'programs'], [file], noEnv),
    lane: 'cargo',
  })),
  terminal('onnx', 'onnx_export.py', 'set-up/python', async () => findPython()),
  terminal('pytorch', 'continue_in_pytorch.py', 'set-up/pytorch', ensureTorch),
  {
    name: 'inside-pytorch',
    group: 'rust',
    needs: ['set-up/pytorch'],
    lane: 'page',
    run: async () =>
      run(await ensureTorch(), [join(root, 'tests', 'python', 'inside.py'), process.execPath]),
  },

  {
    name: 'build',
    group: 'browser',
    needs: ['set-up/npm'],
    lane: 'page',
    run: () => buildIfChanged(),
  },
  node('types', programs.tsc, '--project', www),
  node('types-of-tools', programs.tsc, '--project', join(www, 'tools')),
  {
    ...node('lint', programs.biome, 'ci', '.'),
    mend: 'npm --prefix www run format',
  },
  nodeTests('page-tests', 'page', ['set-up/npm', 'set-up/python'], testsIn('tests'), noEnv),
  ...browserTests(),
];

/**
 * @param {string} name
 * @param {string[]} needs
 * @param {() => Promise<void>} run
 * @returns {Step}
 */
function setUp(name, needs, run) {
  return { name: `set-up/${name}`, group: 'set-up', needs, run };
}

/**
 * A browser that one may go without as long as there is another one.
 * @param {() => Promise<unknown>} ensure
 * @param {() => unknown} findOther
 */
function oneBrowser(ensure, findOther) {
  return async () => {
    try {
      await ensure();
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      try {
        findOther();
      } catch (other) {
        throw other instanceof Missing ? new Problem(`${error.message}\n${other.message}`) : other;
      }
      throw error;
    }
  };
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Step}
 */
function cargo(name, ...args) {
  return {
    name,
    group: 'rust',
    needs: ['set-up/rust'],
    lane: 'cargo',
    run: () => run('cargo', args, { env: WITHOUT_WARNINGS[args[0] ?? ''] }),
  };
}

/** @param {string} name @param {string[]} args @returns {Step} */
function cargoTests(name, ...args) {
  const alone = (/** @type {string} */ output) =>
    [...output.matchAll(/^test (\S+) .*\.\.\. FAILED$/gm)].map(
      ([, test]) => `${['cargo', ...args].map(quoted).join(' ')} -- --exact ${test}`,
    );
  return { ...cargo(name, ...args), alone };
}

/**
 * A test in Python that calls the terminal's program, which Cargo has built.
 * @param {string} name
 * @param {string} script
 * @param {string} needs
 * @param {() => Promise<string>} python
 * @returns {Step}
 */
function terminal(name, script, needs, python) {
  return {
    name,
    group: 'rust',
    needs: ['programs', needs],
    lane: 'page',
    run: async () => run(await python(), [join(root, 'tests', 'python', script), built('babble')]),
  };
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Step}
 */
function node(name, ...args) {
  const needs = ['set-up/npm'];
  const run_ = () => run(process.execPath, args, { cwd: www });
  return { name, group: 'page', needs, lane: 'page', run: run_ };
}

/** @param {string} browser */
function needsOf(browser) {
  return [`set-up/${browser}`, 'set-up/npm', 'set-up/python', 'build'];
}

/** The page's tests: each file in each of the browsers, two browsers side by side. @returns {Step[]} */
function browserTests() {
  const folder = join('tests', 'browser');
  /** @param {string} browser @param {() => Promise<NodeJS.ProcessEnv>} env @param {string} file */
  const step = (browser, env, file) =>
    nodeTests(`${browser}/${nameOf(file)}`, 'browser', needsOf(browser), [file], env);
  const inBoth = (/** @type {string} */ file) =>
    /** @type {Browser[]} */ (['chromium', 'firefox']).map((browser) => ({
      ...step(browser, BROWSERS[browser], file),
      shares: browser,
      file,
    }));
  return [
    ...testsIn(join(folder, 'webkit')).map((file) => step('webkit', async () => ({}), file)),
    ...testsIn(join(folder, 'chromium')).map((file) => step('chromium', wholeChromium, file)),
    ...testsIn(folder).flatMap(inBoth),
  ];
}

/** The same steps, but that files of tests share a browser where they may. @param {Step[]} chosen @returns {Step[]} */
export function together(chosen) {
  return chosen.flatMap((step) => {
    const group = chosen.filter(({ shares }) => shares !== undefined && shares === step.shares);
    const place = group.indexOf(step);
    if (place < 0) return step;
    if (place % SHARING > 0) return [];
    const some = group.slice(place, place + SHARING);
    return some.length > 1 ? inOne(/** @type {Browser} */ (step.shares), some) : step;
  });
}

/** One step of several files. @param {Browser} browser @param {Step[]} steps */
function inOne(browser, steps) {
  const files = steps.map(({ file }) => /** @type {string} */ (file));
  const env = async () => ({
    ...(await BROWSERS[browser]()),
    BABBLE_FILES: JSON.stringify(files.map((file) => basename(file))),
  });
  const name = `${browser}/${files.map(nameOf).join('+')}`;
  const all = join('tests', 'browser', 'together.js');
  return nodeTests(name, 'browser', needsOf(browser), [all], env, files.length);
}

/** @param {string} file */
function nameOf(file) {
  return basename(file, '.test.js');
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

/**
 * @param {string} name
 * @param {Group} group
 * @param {string[]} needs
 * @param {string[]} files
 * @param {() => Promise<NodeJS.ProcessEnv>} findEnv what the tests shall know of what was set up
 * @param {number} [share] how many files one of these stands for
 * @returns {Step}
 */
function nodeTests(name, group, needs, files, findEnv, share = 1) {
  const outcomes = join(OUTCOMES, `${name.replace('/', '-')}.txt`);
  return {
    name,
    group,
    needs,
    lane: 'page',
    async run() {
      mkdirSync(OUTCOMES, { recursive: true });
      rmSync(outcomes, { force: true });
      const reporters = [
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        `--test-reporter=${join(www, 'tools', 'outcomes.js')}`,
        `--test-reporter-destination=${outcomes}`,
      ];
      const limits = [`--test-timeout=${TEST_FILE_LIMIT_MS * share}`, '--test-concurrency=1'];
      const pattern =
        only && `--test-name-pattern=^${only.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`;
      const args = ['--test', ...reporters, ...limits, ...(pattern ? [pattern] : []), ...files];
      await run(process.execPath, args, { cwd: www, env: await findEnv() });
      if (only && linesOf(outcomes).length === 0) {
        throw new Problem(`No test of ${name} is called "${only}".`);
      }
    },
    alone: () =>
      linesOf(outcomes)
        .map((line) => line.split('\t'))
        .filter(([outcome]) => outcome === 'failed')
        .map(([, file, test]) => {
          const part = share > 1 ? `${name.split('/')[0]}/${nameOf(file)}` : name;
          return `npm --prefix www test -- ${part} --only ${quoted(test)}`;
        }),
  };
}

/** @param {string} file */
function linesOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}
