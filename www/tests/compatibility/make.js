/**
 * Makes database.json and links.json: what people have saved in their browsers, and links that they have sent.
 *
 *     npm run build && node tests/compatibility/make.js FOLDER
 *
 * The page itself fills its database, in Chromium. The two files beside this script were made by the version of
 * 29 November 2026, and stay as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import init, { Weights } from '../../../pkg/babble_node.js';
import { FIELD_NAMES, readConfig, UNNAMED_VALUES } from '../../src/page/settings/fields.js';
import { decodeLink } from '../../src/page/settings/link.js';
import { SAMPLES } from '../../src/page/text/samples.js';
import { root } from '../../tools/paths.js';
import { open, Visitor } from '../browser/visit.js';

const folder = process.argv[2];
const text = readFileSync(join(root, 'tests/compatibility/text.txt'), 'utf8');
const SMALL = 'hiddenSize=8&batchSize=4&sequenceLength=128';
await init();

/** In the page: all of its database, with the bytes as base64, and the tab's own storage. */
async function dump() {
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  /** @param {any} value @returns {any} */
  const plain = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value instanceof ArrayBuffer ? value : value.buffer);
      let binary = '';
      for (const byte of bytes) binary += String.fromCharCode(byte);
      return { array: value.constructor.name, base64: btoa(binary) };
    }
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  };
  const [{ name = '', version }] = await indexedDB.databases();
  const db = await result(indexedDB.open(name));
  /** @type {Record<string, { keyPath: any, records: { key: any, value: any }[] }>} */
  const stores = {};
  for (const store of db.objectStoreNames) {
    const all = db.transaction(store).objectStore(store);
    const [keys, values] = [await result(all.getAllKeys()), await result(all.getAll())];
    const records = keys.map((key, i) => ({ key, value: plain(values[i]) }));
    stores[store] = { keyPath: all.keyPath, records };
  }
  return { version, stores, tab: { ...sessionStorage } };
}

/** The bytes of a dump, packed. @param {any} value @returns {any} */
function packed(value) {
  if (typeof value !== 'object' || value === null) return value;
  if ('base64' in value) {
    const bytes = Buffer.from(value.base64, 'base64');
    return { array: value.array, deflated: deflateRawSync(bytes).toString('base64') };
  }
  if (Array.isArray(value)) return value.map(packed);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, packed(part)]));
}

/** What each saved run does next. @param {Awaited<ReturnType<typeof dump>>['stores']} stores */
function continuations({ runs, states, texts }) {
  const bytes = (/** @type {{ base64: string }} */ { base64 }) =>
    new Uint8Array(Buffer.from(base64, 'base64'));
  return Object.fromEntries(
    runs.records.map(({ key, value: run }) => {
      const slots = states.records.filter((state) => state.key[0] === key);
      const [newest] = slots.sort((one, other) => other.value.sequence - one.value.sequence);
      const text = texts.records.find(({ key }) => key === run.textHash);
      const content = new TextDecoder().decode(bytes(text?.value.bytes));
      const trainer = new Weights(bytes(newest.value.weights)).resume(content);
      return [key, Array.from({ length: 20 }, () => trainer.run(0).losses[0])];
    }),
  );
}

const session = await open();
try {
  const first = await (await session.visit()).arrive(
    `${SMALL}&cell=gru&layers=2&dropout=0.1&runCharacters=25600&stopAtEnd=true`,
  );
  const { page } = first;
  const tab = async () =>
    new Visitor(await page.context().newPage(), session.server.url, session.folder);
  const saved = (/** @type {Visitor} */ visitor, /** @type {number} */ step) =>
    visitor.page
      .locator(`#saved-list data[value="${step}"]`)
      .first()
      .waitFor({ state: 'attached' });

  // A run that went on after its end, with changes on the way, a sampling of its own and a name; and its copy.
  await first.paste(text);
  await first.press('Train');
  const ended = first.page.locator('#status', { hasText: /^Finished: / });
  await ended.waitFor();
  await first.field('Prompt').fill('12+');
  await first.field('Prompt').press('Enter');
  await first.field('Temperature').fill('0.4');
  await first.set('Learning rate', '0.004');
  // For a moment only: a small network takes thousands of steps a second, and each is a point of the curve.
  await first.page.evaluate(async () => {
    const button = (/** @type {string} */ name) =>
      [...document.querySelectorAll('button')].find(
        (button) => button.textContent === name && button.checkVisibility(),
      );
    const step = () => document.querySelector('#figure-step data')?.getAttribute('value');
    const before = step();
    button('Resume')?.click();
    while (step() === before) await new Promise(requestAnimationFrame);
    button('Pause')?.click();
  });
  await first.button('Resume').waitFor();
  const step = await first.number('Step');
  await first.untilMeasuredAt(step);
  await saved(first, step);
  const sheet = page.locator('#saved-sheet');
  await first.reach(sheet);
  const rows = sheet.getByRole('listitem');
  await rows
    .first()
    .getByRole('button', { name: /^Rename/ })
    .press('Enter');
  await page.getByRole('textbox', { name: /^Name of/ }).fill('Sums by hand');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Duplicate Sums by hand' }).click();
  await rows.filter({ hasText: 'Sums by hand 2' }).waitFor();
  await page.close();

  // A run to its end, with a text of other letters; then a text that nobody has trained on.
  const next = await (await tab()).arrive(
    `${SMALL}&cell=lstm&optimizer=rmsprop&schedule=cosine&runCharacters=6400&stopAtEnd=true&patience=50`,
  );
  await next.paste('Größe, naïve – 日本語 😀! '.repeat(40));
  await next.press('Train');
  await next.page.locator('#status', { hasText: /^Finished: / }).waitFor();
  const end = await next.number('Step');
  await next.untilMeasuredAt(end);
  await saved(next, end);
  await next.paste('This took me an hour to type. ');
  const large = await (await tab()).arrive();
  await large.choose('Open a text file', 'large.txt', 'One line of many.\n'.repeat(17_000));
  await large.page.getByText(/shows the first/).waitFor();
  await large.page.waitForFunction(async () => {
    const [{ name = '' }] = await indexedDB.databases();
    return new Promise((resolve) => {
      indexedDB.open(name).onsuccess = ({ target }) => {
        const db = /** @type {IDBOpenDBRequest} */ (target).result;
        db.transaction('drafts').objectStore('drafts').count().onsuccess = (event) => {
          db.close();
          resolve(/** @type {IDBRequest<number>} */ (event.target).result === 2);
        };
      };
    });
  });
  const { version, stores, tab: storage } = await large.page.evaluate(dump);
  const database = {
    version,
    tab: storage,
    continuations: continuations(stores),
    stores: packed(stores),
  };
  writeFileSync(join(folder, 'database.json'), `${JSON.stringify(database, null, 1)}\n`);
} finally {
  await session.close();
}

const long = {
  ...{
    cell: 'lstm',
    layers: 3,
    hiddenSize: 256,
    dropout: 0.15,
    forgetBias: 2,
    initialization: 'uniform',
  },
  ...{ batchSize: 50, sequenceLength: 100, stateReset: 0.05, optimizer: 'adamw', weightDecay: 0.1 },
  ...{
    learningRate: 0.002,
    schedule: 'step',
    warmupCharacters: 5000,
    decayFactor: 0.97,
    decayEvery: 1e6,
  },
  ...{
    runCharacters: 5e7,
    stopAtEnd: true,
    patience: 5,
    clipNorm: 5,
    clipValue: 0.5,
    shards: 2,
    fused: true,
  },
  ...{ seed: 4294967295, text: '9f86d081884c7d65', sample: 'moby-dick' },
};
const LINKS = [
  'hiddenSize=256',
  'cell=lstm&hiddenSize=256&learningRate=0.002&stopAtEnd=true&text=9f86d081884c7d65&sample=moby-dick',
  'cell=gru&schedule=cosine&warmupCharacters=20000&rateFloor=0.02&runCharacters=12000000&learningRate=0.005&stateReset=0.1',
  'optimizer=sgd&momentum=0.9&learningRate=1e-3',
  'optimizer=adagrad&learningRate=0.1&batchSize=1&sequenceLength=25&hiddenSize=100&clipNorm=0&clipValue=5',
  'sample=sums',
  'text=9f86d081884c7d65',
  'seed=7&sample=none-of-ours&tomorrow=1',
  new URLSearchParams(Object.entries(long).map(([key, value]) => [key, String(value)])).toString(),
];
const links = LINKS.map((fragment) => {
  const link = decodeLink(
    fragment,
    SAMPLES.map(({ id }) => id),
  );
  if (link === null || 'problem' in link) throw new Error(`${fragment}: ${link?.problem}`);
  const { config } = readConfig({ ...UNNAMED_VALUES, ...link.settings });
  const settings = Object.fromEntries(FIELD_NAMES.map((field) => [field, config?.[field]]));
  return { fragment, settings, text: link.hash, sample: link.sample, unknown: link.unknown };
});
writeFileSync(join(folder, 'links.json'), `${JSON.stringify(links, null, 1)}\n`);
