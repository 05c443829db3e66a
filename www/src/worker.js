// @ts-check
/// <reference lib="webworker" />
/**
 * The training worker: owns the wasm, takes commands and posts events (see protocol.js). Commands are
 * handled one after another; between two slices of training the event loop turns, so that a command
 * is heard at the next step boundary.
 */
import { defaults, Fingerprint, limits, summarize } from '../../pkg/babble.js';
import { Curve } from './curve.js';
import { coreOf, plainCore, weightsOf } from './worker/core.js';
import { megabytes, readText } from './worker/decode.js';
import { Keeper } from './worker/keeper.js';
import { Probe } from './worker/probe.js';
import { Run } from './worker/run.js';
import { Shelf } from './worker/shelf.js';
import { normalize, survey } from './worker/survey.js';

/** @typedef {import('./protocol.js').Command} Command */
/** @typedef {Exclude<Command, import('./protocol.js').ShelfCommand
 *   | import('./protocol.js').HeardCommand | import('./protocol.js').DisbandCommand>} Work what needs the wasm */
/** @typedef {import('./protocol.js').Event} Event */

/** How often the voice looks whether a character is due while nothing else goes on. */
const VOICE_TICK_MS = 40;

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** What this page saves lies under the folder that the page itself lies in. */
const shelf = new Shelf(new URL('..', self.location.href).pathname, post);

/** @type {Run | null} */
let run = null;
/** A model that is being tried out while nothing is trained. @type {Probe | null} */
let probe = null;
/** The wasm instance trapped: nothing may call into it any more. */
let broken = false;

const ready = plainCore().then(() =>
  post({ type: 'ready', limits: limits(), defaults: defaults() }),
);

// Installed before the wasm is awaited: an early message would be lost.
let queue = ready.catch((error) => fail(error, {}, true));
scope.onmessage = ({ data }) => {
  if (Shelf.takes(data)) return shelf.obey(data);
  if (data.type === 'heard')
    return run !== null && run.runId === data.runId ? run.heard() : undefined;
  if (data.type === 'disband') return disband(data);
  queue = queue.then(() => obey(data));
};

/**
 * @param {Event} event
 * @param {Transferable[]} [transfer]
 */
function post(event, transfer = []) {
  scope.postMessage(event, transfer);
}

/**
 * @param {unknown} error
 * @param {{ runId?: number, requestId?: number }} about
 * @param {boolean} [fatal]
 */
function fail(error, about, fatal = error instanceof WebAssembly.RuntimeError) {
  broken ||= fatal;
  const { name, message } =
    error instanceof Error ? error : { name: 'Error', message: String(error) };
  const field = /** @type {{ field?: string }} */ (error).field;
  post({ type: 'failed', ...about, name, message, ...(field ? { field } : {}), fatal });
}

/** @param {Work} command */
async function obey(command) {
  if (broken) return;
  const { runId, requestId } = /** @type {{ runId?: number, requestId?: number }} */ (command);
  try {
    await execute(command);
  } catch (error) {
    fail(error, {
      ...(runId === undefined ? {} : { runId }),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }
  schedule();
}

/** Commands that leave no time to try a model out. @type {Command['type'][]} */
const BUSY = ['start', 'restore', 'load', 'resume', 'open'];

/** @param {Work} command */
async function execute(command) {
  if (BUSY.includes(command.type)) endProbe(null);
  switch (command.type) {
    case 'prepare':
      // Whoever needs it asks again, and is told what went wrong; nobody waits for it here.
      coreOf(command).catch(() => {});
      return;
    case 'probe':
      return beginProbe(command);
    case 'read':
      return read(command);
    case 'survey': {
      const { text } = await readText(command.source);
      return post({
        type: 'surveyed',
        requestId: command.requestId,
        summary: tell(text),
      });
    }
    case 'start': {
      const { runId, voice } = command;
      const { text } = await readText(command.text);
      const { name: textName, sample } = command.text;
      const core = await coreOf(command.config);
      const trainer = new core.Trainer(command.config, text);
      const keeper = new Keeper({ runId, text, textName, sample }, shelf, post);
      await boundary();
      return begin(new Run(runId, core, { trainer }, voice, post), keeper, textName, true);
    }
    case 'restore': {
      const { runId, voice, trainedMs, curve, kept: key } = command;
      const { text } = await readText(command.text);
      const { name: textName, sample } = command.text;
      const { core, trainer } = await resumed(new Uint8Array(command.weights), text);
      const keeper = new Keeper({ runId, text, textName, sample, key }, shelf, post);
      const restored = new Run(
        runId,
        core,
        { trainer },
        voice,
        post,
        trainedMs,
        curve ? Curve.fromPlain(curve) : undefined,
      );
      await boundary();
      return begin(restored, keeper, textName, command.training);
    }
    case 'open':
      return open(command);
    case 'load':
      return load(command);
    case 'drop':
      await boundary();
      if (run?.runId === command.runId) replace(null);
      return;
    default:
      await boundary();
      // A command for a run that is gone came too late to matter.
      if (run?.runId === command.runId) await direct(run, command);
  }
}

/**
 * @param {Run} current
 * @param {Extract<Command, { type: 'resume' | 'pause' | 'tune' | 'team' | 'voice' | 'save' | 'keep' | 'export' }>} command
 */
async function direct(current, command) {
  switch (command.type) {
    case 'resume':
      return resume(current, command);
    case 'pause':
      return current.pause();
    case 'tune':
      return current.tune(command.tuning);
    case 'team':
      return current.enlist(command.ports);
    case 'voice':
      return current.speak(command.voice);
    case 'keep':
      return current.keep();
    case 'export': {
      const { runId, requestId, form } = command;
      const exported = current.export(form);
      const bytes = /** @type {ArrayBuffer} */ (exported.bytes.buffer);
      const { step } = exported;
      return post({ type: 'exported', runId, requestId, form, step, bytes }, [bytes]);
    }
    case 'save': {
      const { bytes, step } = current.save();
      const { runId, requestId } = command;
      const { trainedMs } = current;
      const weights = /** @type {ArrayBuffer} */ (bytes.buffer);
      return post({ type: 'saved', runId, requestId, step, weights, trainedMs }, [weights]);
    }
  }
}

/** @param {Extract<Command, { type: 'read' }>} command */
async function read({ requestId, source, previewCharacters, wholeUpTo }) {
  const { text, encoding, bytes } = await readText(source);
  const summary = tell(text);
  const whole = summary.characters <= wholeUpTo;
  const preview = whole ? text : firstCharacters(text, previewCharacters);
  const { name } = source;
  post({ type: 'text', requestId, name, bytes, summary, encoding, preview, whole });
}

/** @param {string} text */
const tell = (text) => survey(normalize(text), new Fingerprint());

/** @param {Extract<Command, { type: 'probe' }>} command */
async function beginProbe({ requestId, config, symbols }) {
  endProbe(null);
  const model = summarize(config, symbols);
  post({ type: 'sized', requestId, model });
  const { Trainer } = await coreOf(config);
  probe = new Probe(requestId, config, symbols, model.multiplyAddsPerCharacter, Trainer);
}

/** @param {number | null} charactersPerSecond */
function endProbe(charactersPerSecond) {
  if (probe === null) return;
  const { requestId } = probe;
  probe.free();
  probe = null;
  post({ type: 'probed', requestId, charactersPerSecond });
}

/** @param {Extract<Command, { type: 'load' }>} command */
async function load({ runId, weights: source, text, voice }) {
  const size = source instanceof Blob ? source.size : source.byteLength;
  const most = limits().weightsBytes;
  if (size > most) {
    const error = new Error(
      `This file has ${megabytes(size)} MB; weights of up to ${megabytes(most)} MB are read.`,
    );
    error.name = 'BadWeights';
    throw error;
  }
  const file = new Uint8Array(source instanceof Blob ? await source.arrayBuffer() : source);
  // Everything that can fail comes before the present run is let go.
  const content = text ? (await readText(text)).text : undefined;
  const { core, weights } = await weightsOf(file);
  const report = weights.report(content);
  const loaded = new Run(runId, core, { weights, file }, voice, post);
  await boundary();
  replace(loaded);
  post({ type: 'loaded', runId, weights: report });
}

/**
 * @param {Run} current
 * @param {Extract<Command, { type: 'resume' }>} command
 */
async function resume(current, { runId, text, unknown }) {
  if (current.hasText || !text) {
    current.train();
    return post({ type: 'resumed', runId });
  }
  const source = await readText(text);
  try {
    const { name: textName, sample } = text;
    const learned = { runId, text: source.text, textName, sample };
    const makeKeeper = () => new Keeper(learned, shelf, post);
    current.meet(source.text, textName, unknown, makeKeeper);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UnknownSymbols')) throw error;
    const { symbols, occurrences } =
      /** @type {Error & { symbols: string[], occurrences: number }} */ (error);
    return post({ type: 'symbols', runId, unknown: symbols, occurrences });
  }
  current.train();
}

/**
 * Goes on with a saved run. Everything that can fail comes before the present run is let go.
 * @param {Extract<Command, { type: 'open' }>} command
 */
async function open({ runId, key, copy, training, voice, previewCharacters, wholeUpTo }) {
  const taken = await shelf.take(key, copy);
  if (taken.busy) return post({ type: 'busy', runId, key, name: taken.name });
  const { summary, state, release } = taken;
  try {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(taken.text);
    const told = tell(text);
    const { core, trainer } = await resumed(state.weights, text);
    const spoken = { ...voice, ...state.voice, on: true };
    const curve = Curve.fromPlain(state.curve);
    const next = new Run(runId, core, { trainer }, spoken, post, state.trainedMs, curve);
    const whole = told.characters <= wholeUpTo;
    const { textName, sample } = summary;
    const saved = { key: summary.key, release, hasText: true, sequence: state.sequence };
    const keeper = new Keeper({ runId, text, textName, sample, ...saved }, shelf, post);
    post({
      type: 'opened',
      runId,
      run: shelf.listed(summary, false),
      text: {
        source: whole
          ? { name: textName, content: text, ...(sample === null ? {} : { sample }) }
          : { name: textName, content: new Blob([taken.text]), encoding: 'utf-8' },
        preview: whole ? text : firstCharacters(text, previewCharacters),
        whole,
        bytes: taken.text.length,
        summary: told,
      },
      voice: spoken,
      curve: state.curve,
      training,
    });
    await boundary();
    begin(next, keeper, textName, training);
  } catch (error) {
    release();
    throw error;
  }
}

/** @param {Uint8Array} file @param {string} text */
async function resumed(file, text) {
  const { core, weights } = await weightsOf(file);
  return { core, trainer: freeing(weights, () => weights.resume(text, null)) };
}

/**
 * @param {Run} next
 * @param {Keeper} keeper
 * @param {string} textName
 * @param {boolean} training
 */
function begin(next, keeper, textName, training) {
  try {
    next.announce(textName, keeper);
  } catch (error) {
    next.free();
    throw error;
  }
  replace(next);
  if (training) next.train();
  else next.pause();
}

/**
 * What `act` returns; the object of the wasm is freed even when it throws.
 * @template T
 * @param {{ free(): void }} owned
 * @param {() => T} act
 */
function freeing(owned, act) {
  try {
    return act();
  } finally {
    owned.free();
  }
}

/** @param {Run | null} next */
function replace(next) {
  const last = run;
  run = next;
  last?.leave();
}

/**
 * At most this many characters, none of them cut in half.
 * @param {string} text
 * @param {number} characters
 */
function firstCharacters(text, characters) {
  const end = text.charCodeAt(characters - 1) >>> 10 === 0b110110 ? characters - 1 : characters;
  return text.slice(0, end);
}

/* ------------------------------------------------------------------ the loop */

// A message to oneself turns the event loop without the 4 ms that nested timers must wait.
const turn = new MessageChannel();
turn.port1.onmessage = loop;
let scheduled = false;

function schedule() {
  if (scheduled || broken || sharing !== null) return;
  const work = probe === null ? (run?.work ?? 'nothing') : 'trying';
  if (work === 'nothing') return;
  scheduled = true;
  if (work === 'writing') setTimeout(loop, VOICE_TICK_MS);
  else turn.port2.postMessage(null);
}

/** A slice that other workers take part in, while it is under way. @type {Promise<void> | null} */
let sharing = null;

/** Nothing but `disband` may touch the run in the middle of such a slice. */
async function boundary() {
  while (sharing !== null) await sharing;
}

function loop() {
  scheduled = false;
  if (broken) return;
  if (probe !== null) tryOut(probe);
  else if (run) train(run);
  if (sharing === null) schedule();
}

/** @param {Run} current */
function train(current) {
  const failed = (/** @type {unknown} */ error) => {
    fail(error, { runId: current.runId });
    if (!broken) current.halt();
  };
  try {
    const slice = current.slice();
    if (!slice) return;
    sharing = slice.catch(failed).finally(() => {
      sharing = null;
      schedule();
    });
  } catch (error) {
    failed(error);
  }
}

/** @param {Extract<Command, { type: 'disband' }>} command */
function disband({ runId, why }) {
  if (run?.runId === runId) run.disband(why);
}

/** @param {Probe} current */
function tryOut(current) {
  try {
    const charactersPerSecond = current.slice();
    if (charactersPerSecond !== null) endProbe(charactersPerSecond);
  } catch (error) {
    probe = null;
    fail(error, { requestId: current.requestId });
    if (!broken) current.free();
  }
}
