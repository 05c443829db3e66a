// @ts-check
/**
 * The composition root: makes the workers, the state and the views, and wires them. Events change
 * the state, the state renders the views, at most once per frame, and what streams in some times a second.
 */

import { createAddress } from './address.js';
import { Curves } from './curves.js';
import { Drafts } from './drafts.js';
import { effects } from './effects.js';
import { hand, handVoice } from './hand.js';
import { createOffline } from './offline.js';
import { FIRST_SAMPLE, SAMPLES } from './samples.js';
import { canFuse, hasSimd } from './simd.js';
import { initialState, isStale, reduce } from './state.js';
import { createChart } from './views/chart.js';
import { createChoice } from './views/choice.js';
import { createControls } from './views/controls.js';
import { createCores } from './views/cores.js';
import { createDownloads } from './views/downloads.js';
import { createDrop } from './views/drop.js';
import { createFigures } from './views/figures.js';
import { createGuide } from './views/guide.js';
import { createMessages } from './views/messages.js';
import { createSavedRuns } from './views/saved-runs.js';
import { createSettings } from './views/settings.js';
import { createSummary } from './views/summary.js';
import { createText } from './views/text.js';
import { createVoice } from './views/voice.js';
import { createWakeLock } from './wake-lock.js';
import { createWorkers } from './workers.js';

/** @typedef {import('./state.js').Happening} Happening */

/** How long an empty box waits for the text that was in it last time. */
const RECOLLECTION_MS = 1000;

/** What comes many times a second while a network trains or writes, */
const STREAMING = ['progress', 'wrote'];
/** and is shown as often as this: numbers cannot be read faster, and each time costs the training. */
const STREAM_MS = 100;

/** With these it is known, or will not be known soon. */
const RECOLLECTED = ['attended', 'unkept', 'fault'];

let sampleOffered = false;
let state = initialState();
let frame = 0;
let timer = 0;
let renderedAt = Number.NEGATIVE_INFINITY;
const curves = new Curves();
const workers = createWorkers(dispatch);
const address = createAddress((fragment) => dispatch({ type: 'openLink', fragment }));
const offline = createOffline(() => dispatch({ type: 'newVersion' }));
const wakeLock = createWakeLock();
const drafts = new Drafts((draft) => workers.send({ type: 'draft', draft }));

/** @param {Happening} event */
function dispatch(event) {
  if (isStale(state, event)) return;
  const before = state;
  state = reduce(before, event);
  curves.record(before, event, state);
  drafts.watch(state);
  wakeLock.watch(state);
  if (event.type === 'attended') drafts.remember(event.tab);
  for (const effect of effects(before, event, state)) perform(effect);
  if (RECOLLECTED.includes(event.type)) offerSample();
  if (state.text !== before.text && event.type !== 'edit') {
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

/** @param {import('./effects.js').Effect} effect */
function perform(effect) {
  switch (effect.type) {
    case 'replaceWorker':
      workers.replace();
      workers.send({ type: 'attend', tab: drafts.tab, again: true });
      return;
    case 'restore':
      // The worker that knew the curve is gone, or was told to forget it.
      workers.send({ ...effect, curve: curves.current.toPlain() });
      return;
    case 'takeVersion':
      offline.takeVersion();
      return;
    case 'muster':
      workers.muster(effect);
      return;
    case 'dismiss':
      workers.dismiss(effect);
      return;
    case 'measureLadder':
      workers.measureLadder({ requestId: effect.requestId, source: effect.source });
      return;
    case 'stopLadder':
      workers.stopLadder();
      return;
    case 'fetchSample':
      fetchSample(effect.requestId, effect.sample);
      return;
    case 'showVoice':
      voice.show();
      return;
    case 'showAddress':
      address.show(effect.fragment);
      return;
    case 'copyLink':
      copyLink(effect.fragment);
      return;
    case 'handVoice':
      makeVoice(effect);
      return;
    case 'hand':
      hand(effect.fileName, effect.weights);
      return;
    default:
      workers.send(effect);
  }
}

/** @param {number} requestId @param {string} id */
async function fetchSample(requestId, id) {
  const sample = SAMPLES.find((sample) => sample.id === id) ?? FIRST_SAMPLE;
  try {
    dispatch({ type: 'sampleReady', requestId, content: await sample.load() });
  } catch {
    const message = `${sample.name} could not be fetched. Try again, or paste a text.`;
    dispatch({ type: 'sampleFailed', requestId, message });
  }
}

/** @param {string} fragment */
async function copyLink(fragment) {
  const succeeded = await address.copy(fragment);
  dispatch({ type: 'linkCopied', fragment, succeeded });
}

/** @param {Extract<import('./effects.js').Effect, { type: 'handVoice' }>} voice */
async function makeVoice({ fileName, name, about, weights }) {
  try {
    await handVoice(fileName, name, about, weights);
  } catch {
    const message =
      'The page that writes could not be made, for a part of it could not be fetched.';
    dispatch({ type: 'handFailed', message });
  }
}

dispatch({ type: 'countCores', count: navigator.hardwareConcurrency ?? 1 });
const body = document.body;
const chart = createChart(body, dispatch);
const voice = createVoice(body, dispatch);
const views = [
  createText(body, dispatch, SAMPLES),
  createSummary(body),
  createControls(body, dispatch),
  createDownloads(body, dispatch),
  createMessages(body, dispatch),
  voice,
  createFigures(body),
  createGuide(body),
  createSettings(body, dispatch),
  createChoice(body, dispatch),
  createCores(body, dispatch),
  createSavedRuns(body, dispatch),
  createDrop(body, dispatch),
];

function render() {
  cancelAnimationFrame(frame);
  clearTimeout(timer);
  frame = 0;
  timer = 0;
  renderedAt = performance.now();
  for (const view of views) view.render(state);
  chart.render(state, curves);
}

// A link says which arithmetic is its run's, and a saved run too; any other run takes the faster one.
if (canFuse()) dispatch({ type: 'setField', field: 'fused', value: 'true' });
// After the fields have told what was typed before this script ran, for a link sets all of them.
dispatch({ type: 'openLink', fragment: location.hash });
/** A text to begin with comes to a box that nobody has put anything into. */
function offerSample() {
  if (sampleOffered) return;
  sampleOffered = true;
  const { id, name } = FIRST_SAMPLE;
  dispatch({ type: 'chooseSample', sample: id, name, unasked: true });
}

if (hasSimd()) {
  workers.replace();
  workers.send({ type: 'prepare', fused: state.fields.fused === 'true' });
  const left = drafts.take();
  if (left !== null) dispatch({ type: 'recollected', draft: left });
  workers.send({ type: 'attend', tab: drafts.tab, again: false });
  setTimeout(offerSample, RECOLLECTION_MS);
} else {
  dispatch({ type: 'unsupported' });
}
// A browser may set a page aside, for the way back, with its worker asleep and the run still locked:
// WebKit does. So the worker ends with the page, and a page that comes back begins anew.
addEventListener('pagehide', () => workers.end());
addEventListener('pageshow', (/** @type {PageTransitionEvent} */ { persisted }) => {
  if (persisted) location.reload();
});

addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') dispatch({ type: 'hidden' });
});
render();
