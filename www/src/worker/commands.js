/** What the training worker does on each command: one handler for each, in a table. */

import { LIMITS } from '../../../pkg/settings.js';
import { PLAIN } from '../shared/encodings.js';
import { LossHistory } from '../shared/loss-history.js';
import { namedError } from '../shared/named-error.js';
import { fetchLater } from './fetch-later.js';
import { Autosave } from './storage/autosave.js';
import { isPlain, megabytes } from './text/decode.js';
import { textsModule } from './text/texts-module.js';
import { Probe } from './training/probe.js';
import { Run } from './training/run.js';

/**
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./text/texts.js').Text} Text
 * @typedef {import('../shared/protocol.js').Commands} Commands
 */

/**
 * A command as the worker has it: with texts in place of their sources.
 * @template {keyof Commands} T
 * @typedef {{ [K in keyof Commands[T]]: K extends 'text' | 'source' ? Text | Extract<Commands[T][K], null>
 *   : Commands[T][K] } & { type: T }} Received
 */

/** Commands that may take long, with a long text or a large network. @type {import('../shared/protocol.js').Doing[]} */
export const LONG = [
  'read',
  'summarize',
  'start',
  'restore',
  'open',
  'load',
  'resume',
  'save',
  'export',
];

/** Handled at once, whatever else goes on. */
export const AT_ONCE = {
  /** @param {Session} session */
  ask: (session) => session.post({ type: 'alive' }),

  /** @param {Session} session @param {Received<'acknowledge'>} command */
  acknowledge({ run }, { runId }) {
    if (run?.runId === runId) run.acknowledge();
  },

  /** @param {Session} session @param {Received<'stopParallel'>} command */
  stopParallel({ run }, { runId, why }) {
    if (run?.runId === runId) run.stopParallel(why);
  },

  /** @param {Session} session @param {Received<'forgetText'>} command */
  forgetText: (session, { id }) => session.texts.forget(id),
};

/**
 * A handler of a command for a run. One for a run that is gone came too late to matter.
 * @template {{ runId: number }} C
 * @param {(run: Run, command: C, session: Session) => void | Promise<void>} handle
 */
const ofRun = (handle) => async (/** @type {Session} */ session, /** @type {C} */ command) => {
  await session.boundary();
  const { run } = session;
  if (run?.runId === command.runId) await handle(run, command, session);
};

/** Handled one after another, once the wasm is there. */
export const HANDLERS = {
  read,
  probe,
  start,
  restore,
  open: async (/** @type {Session} */ session, /** @type {Received<'open'>} */ command) =>
    (await fetchLater()).openSaved(session, command),
  load,

  /** @param {Session} session @param {Received<'summarize'>} command */
  async summarize({ cores, post }, { requestId, source }) {
    const summary = await source.summary(await cores.any());
    post({ type: 'summarized', requestId, summary });
  },

  drop: ofRun((_run, _command, session) => session.replaceRun(null)),

  resume: ofRun(resume),

  pause: ofRun((run) => run.pause()),

  hold: ofRun((run, /** @type {Received<'hold'>} */ { held }) => run.hold(held)),

  tune: ofRun((run, /** @type {Received<'tune'>} */ { tuning }) => run.tune(tuning)),

  reschedule: ofRun((run) => run.reschedule()),

  parallel: ofRun((run, /** @type {Received<'parallel'>} */ { ports, worthwhile }) =>
    run.startParallel(ports, worthwhile),
  ),

  sampling: ofRun((run, /** @type {Received<'sampling'>} */ { sampling }) =>
    run.setSampling(sampling),
  ),

  autosave: ofRun((run) => run.autosaveNow()),

  save: ofRun((run, /** @type {Received<'save'>} */ { runId, requestId }, { post }) => {
    const { bytes, step } = run.save();
    const { trainedMs } = run;
    const weights = /** @type {ArrayBuffer} */ (bytes.buffer);
    post({ type: 'saved', runId, requestId, step, weights, trainedMs }, [weights]);
  }),

  look: ofRun(async (run, /** @type {Received<'look'>} */ command, session) => {
    const { runId, requestId, question } = command;
    const { look } = await fetchLater();
    // A step may have begun meanwhile.
    await session.boundary();
    const seen = run.look((model, core) => look(question, model, core));
    session.post({ type: 'looked', runId, requestId, ...seen });
  }),

  export: ofRun((run, /** @type {Received<'export'>} */ { runId, requestId, form }, { post }) => {
    const exported = run.export(form);
    const bytes = /** @type {ArrayBuffer} */ (exported.bytes.buffer);
    const { step } = exported;
    post({ type: 'exported', runId, requestId, form, step, bytes }, [bytes]);
  }),
};

/** Saves nothing. @type {import('./training/snapshots.js').Keeper} */
const NOWHERE = { save() {}, close() {} };

/** A file of one of these names may be a table. */
const TABLE = /\.(csv|tsv)$/i;

/** @param {Session} session @param {Received<'read'>} command */
async function read({ cores, post, texts }, command) {
  const { requestId, source, files, change, previewCharacters, wholeUpTo, textId } = command;
  const several = files && (await (await fetchLater()).readSeveral(files));
  const one = several === undefined ? await source.read() : null;
  const { text: original, bytes } = several ?? /** @type {NonNullable<typeof one>} */ (one);
  const changed = change === undefined ? original : (await textsModule()).apply(change, original);
  const reading = one?.reading ?? PLAIN;
  const name = several?.name ?? source.name;
  const isSource = several === undefined && change === undefined;
  const found = isSource ? source : texts.made(name, changed);
  const { text } = await found.read();
  const columns = TABLE.test(name) ? (await textsModule()).columnsOf(text) : [];
  const summary = await found.summary(await cores.any());
  const whole = summary.characters <= wholeUpTo;
  const content = whole || (isSource && isPlain(reading)) ? null : new Blob([text]);
  const held = whole || content !== null;
  if (held && textId !== undefined) texts.hold(textId, found, content ?? text);
  post({
    type: 'text',
    requestId,
    name,
    bytes,
    summary,
    reading,
    columns,
    joined: several?.joined ?? null,
    content,
    preview: whole ? text : firstCharacters(text, previewCharacters),
    whole,
    ...(held && textId !== undefined ? { textId } : {}),
  });
}

/** @param {Session} session @param {Received<'probe'>} command */
async function probe(session, { requestId, config, symbols }) {
  session.endProbe(null);
  const model = (await session.cores.any()).summarize(config, symbols);
  session.post({ type: 'sized', requestId, model });
  const { Trainer } = await session.cores.for(config);
  session.probe = new Probe(requestId, config, symbols, model.multiplyAddsPerCharacter, Trainer);
}

/** @param {Session} session @param {Received<'start'>} command */
async function start(session, { runId, config, text: source, sampling, unsaved }) {
  const { cores, post } = session;
  session.endProbe(null);
  const { text } = await source.read();
  const core = await cores.for(config);
  const trainer = new core.Trainer(config, text);
  const autosave = unsaved ? NOWHERE : autosaveOf(session, runId, source, text);
  await session.boundary();
  begin(session, new Run(runId, core, { trainer }, sampling, post), autosave, source.name, true);
}

/** @param {Session} session @param {Received<'restore'>} command */
async function restore(session, command) {
  const {
    runId,
    weights: file,
    trainedMs,
    text: source,
    sampling,
    training,
    kept,
    curve,
  } = command;
  const { cores, post } = session;
  session.endProbe(null);
  const { text } = await source.read();
  const { core, weights } = await cores.weightsOf(new Uint8Array(file));
  const trainer = freeing(weights, () => weights.resume(text, null));
  const autosave = autosaveOf(session, runId, source, text, { key: kept });
  const history = curve ? LossHistory.fromPlain(curve) : undefined;
  const restored = new Run(runId, core, { trainer }, sampling, post, trainedMs, history);
  await session.boundary();
  begin(session, restored, autosave, source.name, training);
}

/** @param {Session} session @param {Received<'load'>} command */
async function load(session, { runId, weights: source, text, sampling }) {
  const { cores, post } = session;
  session.endProbe(null);
  const size = source instanceof Blob ? source.size : source.byteLength;
  const most = LIMITS.weightsBytes;
  if (size > most) {
    throw namedError(
      'BadWeights',
      `This file has ${megabytes(size)} MB; weights of up to ${megabytes(most)} MB are read.`,
    );
  }
  const file = new Uint8Array(source instanceof Blob ? await source.arrayBuffer() : source);
  // Everything that can fail comes before the present run is let go.
  const content = text ? (await text.read()).text : undefined;
  const { core, weights } = await cores.weightsOf(file);
  const report = weights.report(content);
  const loaded = new Run(runId, core, { weights, file }, sampling, post);
  await session.boundary();
  session.replaceRun(loaded);
  post({ type: 'loaded', runId, weights: report });
}

/** @param {Run} run @param {Received<'resume'>} command @param {Session} session */
async function resume(run, { runId, text: source, unknown }, session) {
  const { post } = session;
  session.endProbe(null);
  if (run.hasText || !source) {
    run.train();
    return post({ type: 'resumed', runId });
  }
  const { text } = await source.read();
  try {
    run.learn(text, source.name, unknown, () => autosaveOf(session, runId, source, text));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UnknownSymbols')) throw error;
    const { symbols, occurrences } =
      /** @type {Error & { symbols: string[], occurrences: number }} */ (error);
    return post({ type: 'symbols', runId, unknown: symbols, occurrences });
  }
  run.train();
}

/**
 * What saves a run.
 * @param {Session} session @param {number} runId @param {Text} source @param {string} text
 * @param {{ key: string | null, release?: import('./storage/locks.js').Release, sequence?: number }} [kept] of a run
 *   that was saved before
 */
export function autosaveOf({ savedRuns, post }, runId, { name: textName, sample }, text, kept) {
  return new Autosave({ runId, text, textName, sample, ...kept }, savedRuns, post);
}

/**
 * @param {Session} session @param {Run} next @param {import('./training/snapshots.js').Keeper} autosave @param {string} textName
 * @param {boolean} training
 */
export function begin(session, next, autosave, textName, training) {
  try {
    next.announce(textName, autosave);
  } catch (error) {
    next.free();
    throw error;
  }
  session.replaceRun(next);
  if (training) next.train();
  else next.pause();
}

/**
 * What `act` returns; the object of the wasm is freed even when it throws.
 * @template T
 * @param {{ free(): void }} owned
 * @param {() => T} act
 */
export function freeing(owned, act) {
  try {
    return act();
  } finally {
    owned.free();
  }
}

/**
 * At most this many characters, none of them cut in half.
 * @param {string} text
 * @param {number} characters
 */
export function firstCharacters(text, characters) {
  const end = text.charCodeAt(characters - 1) >>> 10 === 0b110110 ? characters - 1 : characters;
  return text.slice(0, end);
}
