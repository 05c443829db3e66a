/**
 * Makes all workers: commands go out, events come in. A broken worker is ended, and its late messages are ignored;
 * update.js decides what happens to its run.
 */

import { afterAwake } from '../../shared/wait-limit.js';
import workerUrl from '../../worker/worker.js?worker&url';
import { SentTexts } from './sent-texts.js';
import { scriptAt } from './trusted.js';
import { BEAT_MS, Watchdog } from './watchdog.js';

/** @import { Command, Event, TextSource } from '../../shared/protocol.js' */
/** @import { BaselinesCommand, BaselinesEvent, JoinParallel } from '../../shared/protocol-of-others.js' */
/** @import { Finding } from '../state.js' */

/** Letter statistics are given up after this long without a message. */
const BASELINES_PATIENCE_MS = 60_000;

/** What is for the watchdog alone. @type {Event['type'][]} */
const SIGNS = ['alive', 'doing', 'pace'];

/** @typedef {{ runId: number, workers: number, text: TextSource, worthwhile: number }} Sharing */

/** A worker of this role, which is its name: see worker.js. @param {string} role */
export const workerFor = (role) => new Worker(scriptAt(workerUrl), { type: 'module', name: role });

/**
 * A text for other workers than the training worker: as a Blob, of which no worker gets a copy.
 * @param {TextSource} source @returns {TextSource}
 */
const shared = (source) =>
  typeof source.content === 'string'
    ? { ...source, content: new Blob([source.content]), encoding: 'utf-8' }
    : source;

/** @param {(MessagePort | null)[]} ports */
const wires = (ports) => ports.flatMap((port) => port ?? []);

/**
 * The text that the worker holds after it has read a file or opened a saved run, as the page has it.
 * @param {Event<'text' | 'opened'>} event
 */
function heldText(event) {
  const { content, encoding } =
    event.type === 'opened'
      ? event.text.source
      : event.content === null
        ? { content: event.preview, encoding: undefined }
        : { content: event.content, encoding: /** @type {const} */ ('utf-8') };
  return { content, encoding };
}

/**
 * @param {(event: Event | BaselinesEvent
 *   | Finding) => void} receive
 */
export function createWorkers(receive) {
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Worker | null} */
  let baselinesWorker = null;
  let unwatchBaselines = () => {};
  /** The texts that the worker holds. */
  let texts = new SentTexts(() => {});
  /** Those that share the steps of a run. @type {Worker[]} */
  let parallelWorkers = [];
  /** Stops watching the worker. */
  let unwatch = () => {};
  /** Ends the worker, and says why. @type {(message: string, stopped?: boolean) => void} */
  let fail = () => {};

  /** @param {boolean} fused the arithmetic that the next run will probably have */
  function replace(fused) {
    endParallel();
    unwatch();
    worker?.terminate();
    const made = workerFor(fused ? 'training fused' : 'training plain');
    worker = made;
    texts = new SentTexts((id) => made.postMessage({ type: 'forgetText', id }));
    const watchdog = new Watchdog({
      ask: () => made.postMessage({ type: 'ask' }),
      slow: (doing, seconds) => receive({ type: 'slow', doing, seconds }),
      quick: () => receive({ type: 'quick' }),
      lost: () => fail('It does not answer any more.'),
    });
    const beats = setInterval(() => watchdog.beat(document.visibilityState === 'hidden'), BEAT_MS);
    unwatch = () => clearInterval(beats);
    made.addEventListener('message', ({ data }) => {
      if (made !== worker) return;
      watchdog.receive(data);
      if (data.textId !== undefined) texts.hold(data.textId, heldText(data));
      if (!SIGNS.includes(data.type)) receive(data);
      if (data.type === 'progress') made.postMessage({ type: 'acknowledge', runId: data.runId });
    });
    fail = (message, stopped = false) => {
      if (made !== worker) return;
      unwatch();
      made.terminate();
      worker = null;
      receive({ type: 'fault', message, stopped });
    };
    const fault = fail;
    made.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that could not be fetched has no message of its own.
      fault(event.message || 'Its script could not be fetched.');
    });
    made.addEventListener('messageerror', () => fault('A message of it could not be read.'));
  }

  function endParallel() {
    for (const other of parallelWorkers) other.terminate();
    parallelWorkers = [];
  }

  /** Makes the other workers of a run, with a channel between every two. @param {Sharing} sharing */
  function startWorkers({ runId, workers, text, worthwhile }) {
    endParallel();
    /** @type {(MessagePort | null)[][]} */
    const ports = Array.from({ length: workers }, () => Array(workers).fill(null));
    for (let one = 0; one < workers; one += 1) {
      for (let other = one + 1; other < workers; other += 1) {
        const { port1, port2 } = new MessageChannel();
        /** @type {(MessagePort | null)[]} */ (ports[one])[other] = port1;
        /** @type {(MessagePort | null)[]} */ (ports[other])[one] = port2;
      }
    }
    const [leader = [], ...others] = ports;
    const sharedText = shared(text);
    for (const [at, own] of others.entries()) {
      const made = workerFor('parallel');
      /** @param {string} why */
      const lose = (why) => {
        if (parallelWorkers.includes(made))
          worker?.postMessage({ type: 'stopParallel', runId, why });
      };
      made.addEventListener('error', (event) => {
        event.preventDefault();
        lose(event.message || 'Its script could not be fetched.');
      });
      made.addEventListener('messageerror', () => lose('A message could not be read.'));
      /** @type {JoinParallel} */
      const join = { rank: at + 1, ports: own, text: sharedText };
      made.postMessage(join, wires(own));
      parallelWorkers.push(made);
    }
    worker?.postMessage({ type: 'parallel', runId, ports: leader, worthwhile }, wires(leader));
  }

  function stopBaselines() {
    unwatchBaselines();
    baselinesWorker?.terminate();
    baselinesWorker = null;
  }

  /** @param {BaselinesCommand} command */
  function measureBaselines(command) {
    stopBaselines();
    const made = workerFor('baselines');
    baselinesWorker = made;
    /** @param {BaselinesEvent} event */
    const report = (event) => {
      if (made !== baselinesWorker) return;
      if (event.type === 'baselinesFailed' || event.baselines.part === 1) stopBaselines();
      receive(event);
    };
    const { requestId } = command;
    const expect = () =>
      afterAwake(BASELINES_PATIENCE_MS, () => {
        report({ type: 'baselinesFailed', requestId, message: 'It does not answer any more.' });
      });
    unwatchBaselines = expect();
    made.addEventListener('message', ({ data }) => {
      if (made !== baselinesWorker) return;
      unwatchBaselines();
      unwatchBaselines = expect();
      report(data);
    });
    made.addEventListener('error', (event) => {
      event.preventDefault();
      report({ type: 'baselinesFailed', requestId, message: event.message });
    });
    made.postMessage({ ...command, source: shared(command.source) });
  }

  /**
   * The command with its texts named as the worker holds them.
   * @param {Command} command
   */
  function withNamedTexts(command) {
    const { text, source, draft } =
      /** @type {{ text?: TextSource | null, source?: TextSource, draft?: { source: TextSource } | null }} */ (
        command
      );
    const finds = command.type === 'read' || command.type === 'open';
    return {
      ...command,
      ...(text && { text: texts.name(text) }),
      ...(source && { source: texts.name(source) }),
      ...(draft && { draft: { ...draft, source: texts.name(draft.source) } }),
      ...(finds && { textId: texts.nextId() }),
    };
  }

  return {
    replace,
    /** Ends the worker at once, whatever it does, because somebody asked for that. */
    stop: () => fail('', true),
    measureBaselines,
    stopBaselines,
    startWorkers,
    /** Ends the workers that share the run's steps. @param {{ runId: number }} run */
    stopWorkers({ runId }) {
      worker?.postMessage({ type: 'stopParallel', runId, why: '' });
      endParallel();
    },
    /** Ends all workers. */
    end() {
      unwatch();
      worker?.terminate();
      worker = null;
      endParallel();
      stopBaselines();
    },
    /** @param {Command} command */
    send(command) {
      worker?.postMessage(withNamedTexts(command));
    },
  };
}
