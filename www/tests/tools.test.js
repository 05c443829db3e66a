/** The commands: steps side by side, what failed, arguments, and the end of what starts them. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import outcomes from '../tools/outcomes.js';
import { www } from '../tools/paths.js';
import { Missing, Problem, say } from '../tools/run.js';
import { runSteps } from '../tools/run-steps.js';
import { readAddress } from '../tools/vite.js';

/** @param {string} name @param {Partial<import('../tools/run-steps.js').Step>} [rest] */
const step = (name, rest) => ({ name, needs: [], run: async () => {}, ...rest });

test('a step runs when what it needs has passed, and no more of a lane at once than there are places', async () => {
  /** @type {string[]} */
  const told = [];
  let [atOnce, most] = [0, 0];
  const counted = async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise(setImmediate);
    atOnce -= 1;
  };
  const steps = [
    step('setup', { run: () => new Promise((resolve) => setTimeout(resolve, 0)) }),
    step('needy', { needs: ['setup'] }),
    ...['a', 'b', 'c', 'd', 'e'].map((name) => step(name, { lane: 'page', run: counted })),
  ];
  const ends = await runSteps(steps, {
    places: { page: 2 },
    ended: ({ name }) => told.push(name),
  });
  assert.ok(told.indexOf('needy') > told.indexOf('setup'), `${told}`);
  assert.equal(told.length, steps.length);
  assert.equal(most, 2);
  assert.ok([...ends.values()].every(({ how }) => how === 'passed'));

  most = 0;
  const others = [step('f', { lane: 'cargo', run: counted }), ...steps];
  await runSteps(others, { places: { page: 4, cargo: 1 }, all: 2 });
  assert.equal(most, 2, 'nor more of all lanes');
});

test('what needs a failure is not run, what needs something missing is left out, the rest goes on', async () => {
  const steps = [
    step('failing', {
      async run() {
        say('what it said');
        throw new Problem('It failed.');
      },
    }),
    step('missing', {
      async run() {
        throw new Missing('No such browser.');
      },
    }),
    step('after failing', { needs: ['failing'] }),
    step('after missing', { needs: ['missing'] }),
    step('after after missing', { needs: ['after missing'] }),
    step('other'),
  ];
  const ends = await runSteps(steps, { places: {} });
  const hows = Object.fromEntries([...ends].map(([{ name }, { how }]) => [name, how]));
  assert.deepEqual(hows, {
    failing: 'failed',
    missing: 'left out',
    'after failing': 'not run',
    'after missing': 'left out',
    'after after missing': 'left out',
    other: 'passed',
  });
  assert.equal(ends.get(steps[0])?.output, 'what it said\n');
});

test('the reporter of outcomes names what was run, and no file that failed with it', async () => {
  const took = { duration_ms: 12.3 };
  const events = [
    {
      type: 'test:pass',
      data: { name: 'one that passed', file: '/tests/b.test.js', details: took },
    },
    { type: 'test:pass', data: { name: 'one that was not wanted', skip: true } },
    {
      type: 'test:fail',
      data: { name: 'one that failed', file: '/tests/browser/a.test.js', details: took },
    },
    { type: 'test:fail', data: { name: 'tests/browser/together.js' } },
    { type: 'test:fail', data: { name: 'tests/browser/generated.test.js' } },
  ];
  const source = (async function* () {
    yield* events;
  })();
  const names = [];
  for await (const line of outcomes(source)) names.push(line);
  assert.deepEqual(names, [
    'passed\tb.test.js\tone that passed\t12\n',
    'failed\ta.test.js\tone that failed\t12\n',
  ]);
});

test('a part that does not exist is refused with the names of those that do', () => {
  const args = [join(www, 'tools', 'test.js'), 'chromium/generate'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /There is no part "chromium\/generate".*chromium\/generated, firefox\/generated/s,
  );
});

test('start reads its address, and refuses what is none before it builds', () => {
  const before = process.env.PORT;
  delete process.env.PORT;
  assert.deepEqual(readAddress([]), { port: undefined, host: undefined });
  assert.deepEqual(readAddress(['--port', '80', '--host']), { port: 80, host: true });
  assert.deepEqual(readAddress(['--host', '--port=80']), { port: 80, host: true });
  assert.deepEqual(readAddress(['--host', '::1']), { port: undefined, host: '::1' });
  process.env.PORT = '4000';
  assert.equal(readAddress([]).port, 4000);
  assert.throws(() => readAddress(['--port', '70000']), /from 0 to 65535/);
  assert.throws(() => readAddress(['--prot', '1']), /Unknown option '--prot'\. There is --port/);
  if (before === undefined) delete process.env.PORT;
  else process.env.PORT = before;
});

test('a command that ends with its parent does so even where that is killed', {
  skip: process.platform === 'win32' && 'it has no SIGKILL',
}, async () => {
  const run = pathToFileURL(join(www, 'tools', 'run.js')).href;
  const child = `import(${JSON.stringify(run)}).then(({ endWithParent }) => {
    endWithParent();
    setInterval(() => {}, 1e6);
    console.log('up');
  });`;
  // As npm does: a shell between it and the command.
  const parent = `require('node:child_process').spawn('sh', ['-c', '"$0" -e "$1"; :', process.execPath, ${JSON.stringify(child)}], { stdio: 'inherit' });`;
  const started = spawn(process.execPath, ['-e', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_execpath: 'npm' },
  });
  await once(started.stdout, 'data');
  started.kill('SIGKILL');
  // The pipe closes when the last process that holds it has ended.
  started.stdout.resume();
  await once(started.stdout, 'end');
});
