/** Goes on with a saved run, as far as it can be used. */

import { LossHistory } from '../../shared/loss-history.js';
import { autosaveOf, begin, firstCharacters, freeing } from '../commands.js';
import { Run } from '../training/run.js';
import { Writer } from '../training/writer.js';
import { filled, historyOf, trainedMsOf } from './usable.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../training/core.js').Core} Core */
/** @typedef {import('../../shared/protocol.js').SamplingConfig} SamplingConfig */
/** @template {keyof import('../../shared/protocol.js').Commands} T @typedef {import('../commands.js').Received<T>} Received */

/**
 * Goes on with a saved run. Everything that can fail comes before the present run is let go.
 * @param {Session} session @param {Received<'open'>} command
 */
export async function openSaved(session, command) {
  const { runId, key, copy, training, sampling, previewCharacters, wholeUpTo, textId } = command;
  const { cores, post, savedRuns, texts } = session;
  session.endProbe(null);
  const taken = await savedRuns.take(key, copy);
  if (taken.busy) return post({ type: 'busy', runId, key, name: taken.name });
  const { summary: saved, state, release } = taken;
  try {
    const resumed = taken.text && (await resumeSaved(session, state.weights, taken.text));
    if (resumed === null || taken.text === null) {
      await release();
      const weights = state.weights.slice().buffer;
      return post({ type: 'textless', runId, name: saved.name, weights }, [weights]);
    }
    const { core, trainer } = resumed;
    const { textName, sample } = saved;
    const found = texts.made(textName, resumed.text, sample);
    const { text } = await found.read();
    const { config } = trainer.report();
    const summary = await found.summary(await cores.any());
    // Letter statistics are for who asks for them.
    const now = { on: true, statistics: /** @type {const} */ ('off') };
    const savedSampling = { ...filled(state.voice, sampling), ...now };
    const used = canWrite(core, savedSampling) ? savedSampling : { ...sampling, ...now };
    const history = historyOf(state.curve);
    const curve = history === null ? new LossHistory() : LossHistory.fromPlain(history);
    const trainedMs = trainedMsOf(state.trainedMs);
    const next = new Run(runId, core, { trainer }, used, post, trainedMs, curve);
    const whole = summary.characters <= wholeUpTo;
    const content = whole ? text : new Blob([taken.text]);
    if (textId !== undefined) texts.hold(textId, found, content);
    const kept = { key: saved.key, release, sequence: state.sequence };
    const autosave = autosaveOf(session, runId, found, text, kept);
    post({
      type: 'opened',
      runId,
      run: { ...savedRuns.listed(saved, false), config, asked: filled(saved.asked, config) },
      text: {
        source: {
          name: textName,
          content,
          ...(whole ? sample !== null && { sample } : { encoding: /** @type {const} */ ('utf-8') }),
        },
        preview: whole ? text : firstCharacters(text, previewCharacters),
        whole,
        bytes: taken.text.length,
        summary,
      },
      sampling: used,
      curve: curve.toPlain(),
      training,
      ...(textId === undefined ? {} : { textId }),
    });
    await session.boundary();
    begin(session, next, autosave, textName, training);
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * What a saved run goes on with; null when this is not the text that it learned.
 * @param {Session} session @param {Uint8Array} file @param {Uint8Array<ArrayBuffer>} bytes of its text
 */
async function resumeSaved({ cores }, file, bytes) {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const { core, weights } = await cores.weightsOf(file);
  try {
    const trainer = freeing(weights, () => weights.resume(text, null));
    if (trainer.report().origin === 'exact') return { text, core, trainer };
    trainer.free();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    // It is too short, or has symbols that these weights have never seen.
  }
  return null;
}

/** Are the numbers of a sampling within their bounds? @param {Core} core @param {SamplingConfig} sampling */
function canWrite(core, sampling) {
  try {
    new Writer(core, sampling).free();
    return true;
  } catch {
    return false;
  }
}
