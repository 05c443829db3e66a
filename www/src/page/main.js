/**
 * The composition root: makes the workers, the state and the views, and wires them. Events change
 * the state, the state renders the views, at most once per frame, and what streams in some times a second.
 */

import { canFuse, hasSimd } from '../shared/wasm-features.js';
import { Drafts } from './browser/drafts.js';
import { createOffline } from './browser/offline.js';
import { promiseOf } from './browser/persist.js';
import { saveFile } from './browser/save-file.js';
import { createAddress } from './browser/url-hash.js';
import { createWakeLock } from './browser/wake-lock.js';
import { createWorkers } from './browser/workers.js';
import { LossHistories } from './chart/loss-histories.js';
import { createChart } from './chart/view.js';
import { createGenerated } from './generated/view.js';
import { createLateViews } from './late-views.js';
import { createLenses } from './lenses/view.js';
import { createMessages } from './messages/view.js';
import { createPlaces } from './places.js';
import { createBar } from './run/bar.js';
import { createFigures } from './run/figures.js';
import { createHealth } from './run/health-view.js';
import { createControls } from './run/view.js';
import { createSavedRuns } from './saved-runs/view.js';
import { createModel } from './settings/model-view.js';
import { createSettings } from './settings/view.js';
import { showTrace } from './start/trace-view.js';
import { createSentence } from './start/view.js';
import { initialState } from './state.js';
import { acceptDrops } from './text/drop.js';
import { FIRST_SAMPLE, SAMPLES } from './text/samples.js';
import { createSummary } from './text/summary-view.js';
import { createText } from './text/view.js';
import { isStale, update } from './update.js';

/** @import { Command } from '../shared/protocol.js' */
/** @import { Effect, Message } from './state.js' */

/** How long an empty box waits for the text that was in it last time. */
const DRAFT_WAIT_MS = 1000;

/** Messages that come many times a second while a network trains or writes. */
const STREAMING = ['progress', 'wrote'];
/** They are shown this often: nobody reads numbers faster, and each drawing slows the training. */
const STREAM_MS = 100;

/** After one of these the last visit's text is in the box, or will not come soon. */
const RESTORED = ['tabRegistered', 'notSaved', 'fault'];

let sampleOffered = false;
let state = initialState();
let frame = 0;
let timer = 0;
let renderedAt = Number.NEGATIVE_INFINITY;
const histories = new LossHistories();
const workers = createWorkers(dispatch);
const address = createAddress((fragment, own) => dispatch({ type: 'openLink', fragment, own }));
const offline = createOffline(() => dispatch({ type: 'newVersion' }));
const drafts = new Drafts((draft) => workers.send({ type: 'draft', draft }));

const health = createHealth(document.body, dispatch);

/** What is beside the state and follows it. */
const OBSERVERS = [histories, drafts, offline, health, createWakeLock()];

/** @param {Message} event */
function dispatch(event) {
  if (isStale(state, event)) return;
  const before = state;
  const [after, effects] = update(before, event);
  state = after;
  for (const observer of OBSERVERS) observer.observe(before, event, after);
  for (const effect of effects) perform(effect);
  if (RESTORED.includes(event.type)) offerSample();
  if (after.text !== before.text && event.type !== 'edit') {
    // At once, or someone could type into a box whose text is about to be replaced.
    render();
  } else if (!STREAMING.includes(event.type)) {
    renderSoon();
  } else if (timer === 0) {
    timer = setTimeout(renderSoon, renderedAt + STREAM_MS - performance.now());
  }
}

function renderSoon() {
  if (frame === 0) frame = requestAnimationFrame(render);
}

/**
 * How each effect that is no command is carried out, and the one command that needs more than the state knows.
 * @type {{ [K in Exclude<Effect['type'], Command['type']> | 'restore']:
 *   (effect: Extract<Effect, { type: K }>) => void }}
 */
const PERFORMERS = {
  replaceWorker,
  stopWorker: () => workers.stop(),
  reloadSavedRuns: () => workers.send(drafts.registration()),
  askPromise: async () =>
    dispatch({ type: 'promised', promise: await promiseOf(navigator.storage) }),
  // The worker that had the losses is gone, or has dropped them.
  restore: (command) => workers.send({ ...command, curve: histories.current.toPlain() }),
  takeVersion: () => offline.takeVersion(),
  startWorkers: (sharing) => workers.startWorkers(sharing),
  stopWorkers: (run) => workers.stopWorkers(run),
  measureBaselines: ({ requestId, source }) => workers.measureBaselines({ requestId, source }),
  stopBaselines: () => workers.stopBaselines(),
  fetchSample,
  showAddress: ({ fragment }) => address.show(fragment),
  async copyLink({ fragment }) {
    dispatch({ type: 'linkCopied', fragment, succeeded: await address.copy(fragment) });
  },
  saveFile: ({ fileName, content }) => saveFile(fileName, content),
  saveExport,
};

/** Another worker, with the arithmetic that the next run will probably have. */
function replaceWorker() {
  workers.replace(state.run?.config.fused ?? state.fields.fused === 'true');
  workers.send(drafts.registration());
}

/** @param {Effect} effect */
function perform(effect) {
  const table = /** @type {Record<string, (effect: Effect) => void>} */ (PERFORMERS);
  const send = /** @type {(effect: Effect) => void} */ (workers.send);
  (table[effect.type] ?? send)(effect);
}

/** @param {Extract<Effect, { type: 'fetchSample' }>} effect */
async function fetchSample({ requestId, sample: id }) {
  const sample = SAMPLES.find((sample) => sample.id === id) ?? FIRST_SAMPLE;
  try {
    dispatch({ type: 'sampleReady', requestId, content: await sample.load() });
  } catch {
    const message = `${sample.name} could not be fetched. Try again, or paste a text.`;
    dispatch({ type: 'sampleFailed', requestId, message });
  }
}

/** @param {Extract<Effect, { type: 'saveExport' }>} effect */
async function saveExport({ form, fileName, bytes, model }) {
  try {
    const { exportOf } = await import('./later.js');
    const { make } = exportOf(form);
    saveFile(fileName, make ? await make(bytes, model) : bytes);
  } catch {
    const message = 'The file could not be made, because a part of it could not be fetched.';
    dispatch({ type: 'saveFailed', message });
  }
}

dispatch({ type: 'countCores', count: navigator.hardwareConcurrency ?? 1 });
const body = document.body;
/** Every view once; each finds its own part of index.html. */
const views = [
  createGenerated(body, dispatch),
  createChart(body, dispatch, histories),
  createText(body, dispatch),
  createSummary(body, dispatch),
  createBar(body),
  createSentence(body, dispatch),
  createControls(body, dispatch),
  createLateViews(body, dispatch, histories, address),
  createMessages(body, dispatch),
  createLenses(body, dispatch, histories),
  createFigures(body, histories),
  health,
  createSettings(body, dispatch),
  createModel(body, dispatch),
  createSavedRuns(body, dispatch),
];
acceptDrops(body, dispatch);
// As a press on Train: a sheet opens also when the page moves its button before the pointer is released.
body.addEventListener('pointerdown', ({ target, pointerId }) => {
  if (target instanceof Element) target.closest('[popovertarget]')?.setPointerCapture(pointerId);
});
createPlaces({
  body,
  emit: dispatch,
  state: () => state,
  send: workers.send,
  address,
  observers: OBSERVERS,
  views,
});
showTrace(body);

function render() {
  cancelAnimationFrame(frame);
  clearTimeout(timer);
  frame = 0;
  timer = 0;
  renderedAt = performance.now();
  for (const view of views) view.render(state);
}

// A link and a saved run name their arithmetic. Any other run takes the faster one.
if (canFuse()) dispatch({ type: 'setField', field: 'fused', value: 'true' });
// The link comes after what was typed before this script ran, because it sets all fields.
address.open();
/** Puts a first text into a box that is still empty. */
function offerSample() {
  if (sampleOffered) return;
  sampleOffered = true;
  const { id, name } = FIRST_SAMPLE;
  dispatch({ type: 'chooseSample', sample: id, name, unasked: true });
}

if (hasSimd()) {
  const left = drafts.take();
  replaceWorker();
  if (left !== null) dispatch({ type: 'draftRestored', draft: left });
  setTimeout(offerSample, DRAFT_WAIT_MS);
} else {
  dispatch({ type: 'unsupported' });
}
// A browser may freeze a page for the back button, with its worker asleep and the run still locked: WebKit
// does. So the worker ends with the page, and a page that comes back loads again.
addEventListener('pagehide', () => workers.end());
addEventListener('pageshow', (/** @type {PageTransitionEvent} */ { persisted }) => {
  if (persisted) location.reload();
});

addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') dispatch({ type: 'hidden' });
});
render();
