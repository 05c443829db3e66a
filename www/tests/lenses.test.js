/** What a lens shows is what the network does: asked of the shipped wasm, held against numpy, and played through the state. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { paintOfCopies, quotesOf, shareOf, verdict } from '../src/page/lenses/copied.js';
import { csvOf, isLike, noneOf } from '../src/page/lenses/lines.js';
import { reachOf } from '../src/page/lenses/memory.js';
import { chanceNote, ranksOf } from '../src/page/lenses/neuron.js';
import { PAGE_CHARACTERS, questionOf } from '../src/page/lenses/state.js';
import { byPlace, paintOfChange, sameNote } from '../src/page/lenses/surprise.js';
import { lossAt, placeOf } from '../src/page/lenses/time.js';
import { pauseAfter } from '../src/page/lenses/view.js';
import { isOneApart, KnownLines, writeLines } from '../src/worker/lenses/lines.js';
import { look as lookWith } from '../src/worker/lenses/look.js';
import { takeSample } from '../src/worker/training/sample.js';
import { root } from '../tools/paths.js';
import { findPython } from '../tools/python.js';
import { play, TRAINING } from './messages.js';
import { sums } from './sums.js';

/** @type {(question: Parameters<typeof lookWith>[0], model: Parameters<typeof lookWith>[1]) => ReturnType<typeof lookWith>} */
const look = (question, model) => lookWith(question, model, core);

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const folder = mkdtempSync(join(tmpdir(), 'babble-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = sums(600).replaceAll('+4', '+😀');
const PAGE = [...TEXT].slice(Math.floor([...TEXT].length * 0.9)).join('');

/** @param {Partial<import('../../pkg/babble.js').Config>} change */
function trained(change = {}, steps = 60) {
  const config = {
    hiddenSize: 24,
    batchSize: 4,
    sequenceLength: 16,
    learningRate: 0.01,
    ...change,
  };
  const trainer = new core.Trainer(config, TEXT);
  while (trainer.step < steps) trainer.run(0);
  return trainer;
}

const reading = (/** @type {string | null} */ text, units = false) =>
  /** @type {const} */ ({ what: 'reading', text, characters: PAGE_CHARACTERS, units });

test('surprise, units and influence are those that numpy computes from the saved file', () => {
  for (const [cell, layers] of /** @type {const} */ ([
    ['gru', 2],
    ['lstm', 1],
    ['rnn', 1],
  ])) {
    const trainer = trained({ cell, layers });
    const text = PAGE.slice(0, 60);
    const [weightsPath, textPath] = ['weights', 'text'].map((name) => join(folder, name));
    writeFileSync(weightsPath, trainer.save());
    writeFileSync(textPath, text);
    const script = join(root, 'tests', 'python', 'lenses.py');
    const found = JSON.parse(
      execFileSync(findPython(), [script, weightsPath, textPath], { encoding: 'utf8' }),
    );
    const seen = look(reading(text, true), trainer);
    assert.ok(seen.what === 'reading');
    /** @param {ArrayLike<number>} ours @param {number[]} theirs @param {number} bound @param {string} what */
    const agree = (ours, theirs, bound, what) => {
      assert.equal(ours.length, theirs.length, `${cell}: ${what}`);
      theirs.forEach((value, i) => {
        assert.ok(Math.abs(ours[i] - value) < bound, `${cell}: ${what} ${i}: ${ours[i]}, ${value}`);
      });
    };
    // Single precision against double, over sixty symbols.
    agree(seen.surprise, found.surprise, 1e-4, 'surprise');
    agree(seen.units.slice(-found.units.length), found.units, 1e-4, 'unit');
    const symbols = [...text].length;
    const answer = look({ what: 'influence', text, characters: 0, at: symbols - 1 }, trainer);
    assert.ok(answer.what === 'influence' && answer.at === symbols - 1);
    agree(answer.influence.slice(-found.influence.length), found.influence, 1e-4, 'influence');
    trainer.free();
  }
});

test('the unseen page begins the held-out part, and its surprises average to the loss that is measured', () => {
  const trainer = trained();
  const seen = look(reading(null), trainer);
  assert.ok(seen.what === 'reading');
  assert.equal(seen.text, [...PAGE].slice(0, PAGE_CHARACTERS).join(''));
  const all = look({ ...reading(null), characters: 1e6 }, trainer);
  assert.ok(all.what === 'reading');
  assert.equal(all.text, PAGE);
  const mean = all.surprise.reduce((sum, nats) => sum + nats, 0) / all.surprise.length;
  trainer.beginEvaluation();
  const measured = trainer.evaluate(Number.POSITIVE_INFINITY);
  assert.ok(Math.abs(mean - measured.loss) < 1e-4, `${mean}, ${measured.loss}`);
  trainer.free();
});

test('a look changes no bit of the run', () => {
  const [one, other] = [trained(), trained()];
  for (const question of [
    reading(null, true),
    reading('1+1=2', false),
    /** @type {const} */ ({ what: 'influence', text: null, characters: 500, at: 300 }),
    /** @type {const} */ ({ what: 'copies', text: 'whatever it wrote' }),
  ]) {
    look(question, other);
  }
  for (const trainer of [one, other]) trainer.run(0);
  assert.deepEqual(one.save(), other.save());
  one.free();
  other.free();
});

test('a copied page is all copied, and weights that have met no text are told so', () => {
  const trainer = trained();
  const copied = look({ what: 'copies', text: TEXT.slice(100, 700) }, trainer);
  assert.ok(copied.what === 'copies' && copied.copies !== null);
  assert.equal(copied.copies.share, 1);
  const other = look({ what: 'copies', text: 'zzzzzzzzzzzzzzzzzzzzzz' }, trainer);
  assert.ok(other.what === 'copies' && other.copies?.share === 0);
  const weights = new core.Weights(trainer.save());
  assert.equal(/** @type {any} */ (look({ what: 'copies', text: 'x' }, weights)).copies, null);
  assert.equal(/** @type {any} */ (look(reading(null), weights)).text, '');
  assert.equal(/** @type {any} */ (look(reading('1+1'), weights)).text, '1+1');
  weights.free();
  trainer.free();
});

test('a text without known symbols, and one of a single symbol, are no trouble', () => {
  const trainer = trained();
  for (const text of ['', 'XYZ', '1']) {
    for (const what of /** @type {const} */ (['reading', 'influence'])) {
      const seen = look({ what, text, characters: 9, units: true, at: 5 }, trainer);
      assert.equal(seen.text, text === '1' ? '1' : '');
    }
  }
  trainer.free();
});

test('a lens asks when it is opened, changed and told to look again, and shows no other run', () => {
  const opened = play([...TRAINING, { type: 'openLens', lens: 'surprise' }]);
  const asked = opened.sent.at(-1);
  assert.deepEqual([asked.type, asked.runId], ['look', 1]);
  assert.deepEqual(asked.question, reading(null));
  const { requestId } = asked;
  const answer = {
    what: 'reading',
    text: 'ab',
    surprise: Float32Array.of(1),
    units: new Float32Array(0),
  };
  const looked = { type: 'looked', runId: 1, requestId, step: 7, look: answer };
  const stale = play([{ ...looked, requestId: requestId + 1 }], opened.state);
  assert.equal(stale.state.lens.seen, null);
  const seen = play([looked], opened.state);
  assert.deepEqual(seen.state.lens.seen, { look: answer, step: 7 });
  const again = play([{ type: 'lookAgain' }], seen.state);
  assert.equal(again.sent.at(-1).type, 'look');
  assert.notEqual(again.sent.at(-1).requestId, requestId);
  assert.deepEqual(
    again.state.lens.seen?.look,
    answer,
    'the last one is shown until the next one is there',
  );
  const own = play([{ type: 'setLens', change: { of: 'own', own: 'my text' } }], seen.state);
  assert.equal(own.sent.at(-1).question.text, 'my text');
  assert.equal(own.state.lens.seen, null);
  const closed = play([{ type: 'openLens', lens: 'certainty' }, { type: 'lookAgain' }], seen.state);
  assert.deepEqual(closed.sent, []);
  assert.equal(play([{ type: 'reset' }], seen.state).state.lens.seen, null);
});

test('surprise is compared with the oldest look of the last minute at the same text', () => {
  const asking = play([...TRAINING, { type: 'openLens', lens: 'surprise' }]).state;
  /** Looks at a text at these seconds, one a step. @param {any} state @param {number[]} seconds */
  const looks = (state, seconds, text = 'ab') =>
    seconds.reduce((state, second) => {
      const { requestId } = play([{ type: 'lookAgain' }], state).state.lens;
      const found = { surprise: Float32Array.of(second), units: new Float32Array(0) };
      const look = { what: 'reading', text, ...found, whenMs: second * 1000, tookMs: 1 };
      const looked = { type: 'looked', runId: 1, requestId, step: second, look };
      return play([{ type: 'lookAgain' }, looked], state).state;
    }, state);
  const steps = (/** @type {any} */ state) =>
    state.lens.recent.map((/** @type {any} */ { step }) => step);
  const seen = looks(asking, [1, 2, 30, 61]);
  assert.deepEqual(steps(seen), [1, 2, 30, 61], 'a minute is not too long');
  assert.deepEqual(steps(looks(seen, [62, 95])), [61, 62, 95]);
  assert.deepEqual(steps(looks(seen, [62], 'another text')), [62]);
  const changed = play([{ type: 'setLens', change: { changed: true } }], seen).state;
  assert.deepEqual([changed.lens.changed, ...steps(changed)], [true, 1, 2, 30, 61]);
  for (const other of [
    { type: 'openLens', lens: 'neuron' },
    { type: 'setLens', change: { of: 'own', own: 'x' } },
    { type: 'reset' },
  ])
    assert.deepEqual(steps(play([other], seen).state), [], JSON.stringify(other));
  // All units of a minute would be tens of megabytes.
  const neuron = play([{ type: 'openLens', lens: 'neuron' }], seen).state;
  assert.deepEqual(steps(looks(neuron, [70])), []);
});

test('what surprises less is blue, what surprises more is red, and a little is nothing', () => {
  const paints = [-3, -0.2, -0.05, 0, 0.05, 0.4, 9].map(paintOfChange);
  assert.deepEqual(paints, ['blue-5', 'blue-1', '', '', '', 'red-2', 'red-5']);
});

test('where no step lies between two looks, nothing has changed, and it is said why', () => {
  const read = (/** @type {number} */ step, /** @type {number} */ second) =>
    /** @type {any} */ ({ step, look: { whenMs: second * 1000 } });
  const looks = (/** @type {number[]} */ ...steps) => ({
    of: /** @type {const} */ ('unseen'),
    recent: steps.map((step, i) => read(step, 2 * i)),
  });
  assert.equal(
    sameNote(looks(6034, 6034), 'paused'),
    'Since step 6,034, 2 seconds ago, nothing has changed, as the run is paused.',
  );
  assert.match(sameNote(looks(7, 7), 'training'), /nothing has changed: no step was taken\.$/);
  assert.equal(sameNote(looks(7, 8), 'paused'), '', 'as long as there is an older one');
  assert.match(sameNote(looks(7), 'paused'), /^This was the first look\./);
});

test('copies are looked for in what is shown, the newest thousand letters', () => {
  const { state } = play([...TRAINING, { type: 'openLens', lens: 'copied' }]);
  const piece = { text: `x${'a'.repeat(PAGE_CHARACTERS)}`, probabilities: new Float32Array(1001) };
  const generated = { ...state.generated, pieces: [/** @type {any} */ (piece)] };
  const question = questionOf({ ...state, generated });
  assert.deepEqual(question, { what: 'copies', text: 'a'.repeat(PAGE_CHARACTERS) });
});

test('a look says how long training waited for it, and when', () => {
  const trainer = trained();
  const [before, after] = [look(reading(null), trainer), look(reading(null), trainer)];
  assert.ok(before.tookMs > 0 && after.whenMs - before.whenMs >= after.tookMs);
  trainer.free();
});

test('what it writes now is asked for, and is the sample that its run would keep', () => {
  const opened = play([...TRAINING, { type: 'openLens', lens: 'time' }]);
  assert.deepEqual(opened.sent.at(-1).question, { what: 'sample' });
  const earlier = play([{ type: 'setLens', change: { step: 10 } }], opened.state);
  assert.deepEqual(earlier.sent, [], 'what it wrote is there');
  assert.equal(play([{ type: 'setLens', change: { step: null } }], earlier.state).sent.length, 1);

  const trainer = trained({}, 20);
  const seen = look({ what: 'sample' }, trainer);
  assert.ok(seen.what === 'sample');
  assert.deepEqual(seen.sample, takeSample(core, trainer, trainer.step));
  assert.equal([...(seen.sample?.text ?? '')].length, 300);
  const weights = new core.Weights(trainer.save());
  assert.deepEqual(/** @type {any} */ (look({ what: 'sample' }, weights)).sample, null);
  weights.free();
  trainer.free();
});

test('who takes long to answer is asked less often', () => {
  assert.deepEqual([0, 10, 40, 200].map(pauseAfter), [1000, 1000, 1000, 5000]);
});

test('without a run nothing is asked', () => {
  assert.deepEqual(play([{ type: 'openLens', lens: 'neuron' }]).sent, []);
});

test('surprise is averaged by place: first letters, later ones, spaces, line ends, digits, signs', () => {
  const symbols = [..."It's a\n1!"];
  const surprise = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  assert.deepEqual(byPlace(symbols, surprise), [
    { name: 'first letter of a word', mean: 5, count: 1 },
    { name: 'later letters', mean: 2, count: 3 },
    { name: 'space', mean: 4, count: 1 },
    { name: 'line end', mean: 6, count: 1 },
    { name: 'digit', mean: 7, count: 1 },
    { name: 'punctuation and signs', mean: 8, count: 1 },
  ]);
});

test('a unit is painted by its own ranks, and equal values alike', () => {
  assert.deepEqual([...ranksOf(Float32Array.of(5, 1, 3))], [1, -1, 0]);
  assert.deepEqual([...ranksOf(Float32Array.of(2, 2, 2))], [0, 0, 0]);
  assert.deepEqual([...ranksOf(Float32Array.of(7))], [0]);
});

test('what chance gives is said by each measure that a unit was found by', () => {
  const finding = { name: '', score: 0.5, why: '' };
  const findings = /** @type {import('../src/page/lenses/detective.js').Finding[]} */ ([
    { ...finding, unit: 3, measure: 'r', chance: 0.04 },
    { ...finding, unit: 5, measure: 'r', chance: 0.12 },
    { ...finding, unit: null, measure: 'r', chance: 0.9 },
    { ...finding, unit: 7, measure: 'auc', chance: 0.57 },
  ]);
  assert.match(
    chanceNote(findings, 128),
    / what the best of 128 units comes to by chance: r 0\.04 to 0\.12, AUC 0\.57\.$/,
  );
  assert.match(
    chanceNote(findings.slice(0, 1), 1),
    / what this one unit comes to by chance: r 0\.04\.$/,
  );
  assert.match(chanceNote(findings.slice(2, 3), 128), /^No unit follows any of these/);
});

test('memory reaches as far back as the share of influence says', () => {
  const influence = Float32Array.of(1, 1, 2, 4);
  assert.deepEqual(
    [reachOf(influence, 0.5), reachOf(influence, 0.75), reachOf(influence, 0.99)],
    [1, 2, 4],
  );
});

test('the longest copies are listed once each, cut, with their length; those that touch differ', () => {
  const long = 'and then there was '.repeat(4);
  const text = `${long}with a 😀abc😀abc`;
  const at = text.indexOf('😀');
  const copies = [
    { from: 0, to: long.length },
    { from: at + 1, to: at + 5 },
    { from: at + 6, to: at + 10 },
  ];
  assert.deepEqual(quotesOf(text, copies), [
    { quote: 'and then there was and then there was an…', length: long.length },
    { quote: 'abc', length: 3 },
  ]);
  const touching = paintOfCopies(
    [...'😀abcd'],
    [
      { from: 3, to: 5 },
      { from: 0, to: 3 },
    ],
  );
  assert.deepEqual(touching, [
    'copied copy-0',
    'copied copy-0',
    'copied copy-1',
    'copied copy-1',
    '',
  ]);
});

test('time shows the sample of a step, the next one where it is gone, or now', () => {
  const samples = [{ step: 0 }, { step: 10 }, { step: 40 }];
  const places = [0, 10, 11, 41, null].map((step) => placeOf(samples, step));
  assert.deepEqual(places, [0, 1, 2, 2, 3]);
  const training = { step: [1, 10, 20], loss: [4, 3, 2] };
  assert.deepEqual(
    [1, 6, 14, 99].map((step) => lossAt(training, step)),
    [4, 3, 3, 2],
  );
  assert.equal(lossAt({ step: [], loss: [] }, 3), null);
});

test('lines are whole, each once, begin as was asked, and are told from those of the text', () => {
  const names = ['Anna', 'Bela', 'Clara', 'Dora', 'Emil'].flatMap((name) => [name, `${name}s`]);
  const list = `${names.join('\n')}\n`.repeat(30);
  const config = { hiddenSize: 24, batchSize: 4, sequenceLength: 16, learningRate: 0.02 };
  const trainer = new core.Trainer(config, list);
  while (trainer.step < 150) trainer.run(0);
  const sampling = {
    ...{ on: true, charactersPerSecond: 40, seed: 1, prompt: '' },
    ...{ temperature: 1, topK: 0, topP: 1 },
  };
  const ask = (/** @type {string} */ begin, seed = 1) => {
    const seen = look({ what: 'lines', begin, count: 20, seed, sampling }, trainer);
    assert.ok(seen.what === 'lines');
    return seen.items;
  };
  const items = ask('');
  assert.ok(items.length > 5);
  assert.equal(new Set(items.map(({ line }) => line)).size, items.length);
  for (const { line, kind } of items) {
    assert.equal(kind === 'known', names.includes(line), line);
    assert.ok(!line.includes('\n') && line !== '');
  }
  assert.deepEqual(ask(''), items, 'the same seed writes the same');
  const begun = ask('Cl');
  assert.ok(begun.length > 0 && begun.every(({ line }) => line.startsWith('Cl')));
  const partly = look({ what: 'lines', begin: 'Cßlß1', count: 5, seed: 1, sampling }, trainer);
  assert.ok(partly.what === 'lines');
  assert.deepEqual(partly.skipped, ['1', 'ß'], 'what it does not know is named');
  assert.ok(partly.items.every(({ line }) => line.startsWith('Cl')));
  trainer.free();
});

test('one letter added, left out or changed is near, two are not', () => {
  for (const near of ['Ann', 'Annas', 'Enna', 'Anma'])
    assert.ok(isOneApart('Anna', near) && isOneApart(near, 'Anna'), near);
  for (const other of ['Anna', 'An', 'nAna', 'Elna', 'Annass'])
    assert.ok(!isOneApart('Anna', other), other);
  const known = new KnownLines('Anna\nBo\nClara');
  assert.deepEqual(known.itemOf('Anna'), { line: 'Anna', kind: 'known', near: null });
  assert.deepEqual(known.itemOf('Clare'), { line: 'Clare', kind: 'near', near: 'Clara' });
  assert.equal(known.itemOf('Ba').kind, 'new', 'short lines are near by chance');
});

test('lines that end in the code of a colour are compared by their names', () => {
  const known = new KnownLines('Magenta #f653a6\nTeal\n#00ff00\nMagenta #ff00ff');
  const itemOf = (/** @type {string} */ line) => ({
    line,
    kind: '',
    near: null,
    ...known.itemOf(line),
  });
  for (const line of ['Magenta #f653a6', 'Magenta #ff00ff', 'Teal', '#00ff00'])
    assert.deepEqual(itemOf(line), { line, kind: 'known', near: null });
  const magenta = { line: 'Magenta #f2c200', kind: 'known', near: 'Magenta #f653a6' };
  assert.deepEqual(itemOf('Magenta #f2c200'), magenta);
  assert.equal(itemOf('Teal #008080').kind, 'known');
  assert.deepEqual(itemOf('Magento #f653a6'), {
    line: 'Magento #f653a6',
    kind: 'near',
    near: 'Magenta',
  });
  assert.equal(itemOf('#f2c200').kind, 'new', 'a code alone is no name');
});

test('a text of one’s own is read without what the network does not know, which is named', () => {
  const trainer = trained();
  for (const what of /** @type {const} */ (['reading', 'influence'])) {
    const seen = look({ what, text: '1+Ü=ÜX2\r\n', characters: 9, units: false, at: 2 }, trainer);
    assert.ok(seen.what === what);
    assert.deepEqual([seen.text, seen.skipped], ['1+=2\n', ['Ü', 'X']]);
  }
  const unseen = look(reading(null), trainer);
  assert.ok(unseen.what === 'reading');
  assert.deepEqual(unseen.skipped, []);
  trainer.free();
});

test('a list that shows no line says why', () => {
  assert.equal(noneOf(false, false, 'zz'), 'No line is like “zz”.');
  assert.equal(noneOf(true, false, ''), 'No new line is on the list.');
  assert.equal(noneOf(true, true, '*e'), 'No starred new line is like “*e”.');
});

/** All texts of at most so many letters. @param {number} most */
const texts = (most, letters = 'ab') => {
  let longest = [''];
  const all = [...longest];
  for (let length = 1; length <= most; length += 1) {
    longest = longest.flatMap((text) => [...letters].map((letter) => text + letter));
    all.push(...longest);
  }
  return all;
};

test('a line is known or near exactly where changing every letter of it in turn says so', () => {
  const all = texts(5);
  const list = all.filter((_, i) => i % 5 === 3);
  const known = new KnownLines(list.join('\n'));
  const around = (/** @type {string} */ line) =>
    [...line, ''].flatMap((_, i) => [
      line.slice(0, i) + line.slice(i + 1),
      ...[...'ab'].flatMap((letter) => [
        line.slice(0, i) + letter + line.slice(i),
        line.slice(0, i) + letter + line.slice(i + 1),
      ]),
    ]);
  const kinds = { new: 0, known: 0, near: 0 };
  for (const line of all) {
    const one = around(line).filter((other) => list.includes(other));
    const isNear = line.length >= 4 && one.length > 0;
    const { kind, near } = known.itemOf(line);
    assert.equal(kind, list.includes(line) ? 'known' : isNear ? 'near' : 'new', line);
    assert.ok(kind === 'near' ? one.includes(near ?? '') : near === null);
    kinds[kind] += 1;
  }
  assert.ok(
    Object.values(kinds).every((count) => count > 3),
    JSON.stringify(kinds),
  );
});

test('the lines are those of one long writing, without what is left at its end', () => {
  const trainer = trained({}, 100);
  const wanted = 40;
  const [one, other] = [new core.Sampler(5), new core.Sampler(5)];
  const { lines } = writeLines(trainer, one, '', wanted);
  trainer.prompt(other, '\n');
  const written = trainer.write(other, 8_000).split('\n').slice(0, -1);
  assert.ok(
    written.every((line) => line.length < 80),
    'none is given up',
  );
  const whole = [...new Set(written)].filter((line) => line.trim() !== '');
  assert.deepEqual(lines, whole.slice(0, wanted));
  assert.equal(lines.length, wanted);
  trainer.free();
});

test('a pattern finds what a regular expression finds, and is quick with many stars', () => {
  const lines = texts(4);
  for (const pattern of texts(4, 'ab*')) {
    const inside = pattern.replaceAll('*', '.*');
    const expression = new RegExp(pattern.includes('*') ? `^${inside}$` : inside);
    for (const line of lines)
      assert.equal(isLike(line, pattern), expression.test(line), `${pattern}, ${line}`);
  }
  assert.ok(isLike('Rosette', '*ETTE'));
  assert.ok(!isLike('a'.repeat(80), `${'*a'.repeat(40)}*b`));
});

test('a star asks the network nothing, and goes with its run', () => {
  const item = { line: 'Teal', kind: /** @type {const} */ ('new'), near: null };
  const opened = play([...TRAINING, { type: 'openLens', lens: 'lines' }]);
  const starred = play([{ type: 'setLens', change: { stars: [item] } }], opened.state);
  assert.deepEqual(starred.sent, []);
  const more = play([{ type: 'setLens', change: { seed: 2 } }], starred.state);
  assert.equal(more.sent.at(-1).question.seed, 2);
  assert.deepEqual(more.state.lens.stars, [item]);
  assert.deepEqual(play([{ type: 'reset' }], more.state).state.lens.stars, []);
});

test('a list is saved as a table that runs no formula', () => {
  const table = csvOf([
    { line: '=1+1, "x"', kind: 'near', near: 'y' },
    { line: 'plain', kind: 'new', near: null },
  ]);
  assert.equal(table, `line,kind,near\r\n"'=1+1, ""x""",near,y\r\nplain,new,\r\n`);
});

test('nothing copied is 0%, and all of it 100%', () => {
  assert.deepEqual([0, 0.001, 0.3, 0.999, 1].map(shareOf), ['0%', '<1%', '30%', '>99%', '100%']);
});

test('what is copied is judged beside the unseen part', () => {
  assert.match(verdict(0.82, 0.99, 376), /^Nearly all of the unseen part .* tell nothing here\.$/);
  assert.match(verdict(0, 0.35, 376), /^Nothing in the 376 letters here is copied\.$/);
  for (const share of [0.18, 0.35])
    assert.match(
      verdict(share, 0.35, 15, 376),
      /^No sign of learning by heart: .* no more than the unseen part does\.$/,
    );
  assert.match(
    verdict(0.36, 0.35, 376),
    /^It knows some of it by heart: .* more than the unseen part does\.$/,
  );
});
