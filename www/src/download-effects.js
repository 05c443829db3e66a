// @ts-check
/** What happenings around downloads make the page do; a part of effects.js. */

import { aboutVoice, fileName, runName } from './state/downloads.js';

/** @type {import('./effects.js').Deciders} */
export const downloadEffects = {
  exportModel(before, _event, after) {
    const { asked } = after.downloads;
    if (after.run === null || asked === null || asked === before.downloads.asked) return [];
    const { requestId, form } = asked;
    return [{ type: 'export', runId: after.run.id, requestId, form }];
  },

  exported({ run, downloads, voice }, { requestId, form, step, bytes }, after) {
    if (run === null || downloads.asked?.requestId !== requestId) return [];
    if (form === 'onnx') {
      return [{ type: 'hand', fileName: fileName(run, step, 'onnx'), weights: bytes }];
    }
    const about = {
      told: aboutVoice(run, step),
      prompt: voice.prompt,
      temperature: voice.temperature,
      seed: run.config.seed,
    };
    const name = runName(after);
    return [
      { type: 'handVoice', fileName: fileName(run, step, 'html'), name, about, weights: bytes },
    ];
  },
};
