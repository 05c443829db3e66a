// @ts-check
/**
 * Everything the page knows, as one plain object, and how each happening changes it. Pure: no DOM,
 * no clock, no worker, so that all of it is tested without a browser. What it carries but never
 * looks into (files, snapshots) it holds by reference.
 *
 * Each kind of happening is handled in exactly one file under state/. What the page must then do in
 * the world is decided in effects.js.
 */

import { FIRST_VALUES } from './fields.js';
import { FIRST_PRESET } from './presets.js';
import { chart, FIRST_CHART, withWholeRun } from './state/chart.js';
import { cores, ONE_WORKER } from './state/cores.js';
import { downloads, NO_DOWNLOADS } from './state/downloads.js';
import { estimate, withMeasured, withProbe } from './state/estimate.js';
import { failures } from './state/failures.js';
import { keeping, NOTHING_KEPT } from './state/keeping.js';
import { ladder, NO_LADDER, withLadder } from './state/ladder.js';
import { link, withOpened } from './state/link.js';
import { messages } from './state/messages.js';
import { preset, withPreset } from './state/preset.js';
import { progress } from './state/progress.js';
import { run } from './state/run.js';
import { settings } from './state/settings.js';
import { summary, withSurvey } from './state/summary.js';
import { boxText, TYPED, text } from './state/text.js';
import { undo } from './state/undo.js';
import { version } from './state/version.js';
import { voice } from './state/voice.js';
import { weights } from './state/weights.js';

/**
 * @typedef {import('./protocol.js').Config} Config
 * @typedef {import('./protocol.js').TextSource} TextSource
 * @typedef {import('./fields.js').Field} Field
 */

/**
 * What is in the box. `box`: a text that is edited here. `document`: a text too long for that; the
 * box shows how it begins. `edited` tells a text that someone typed in from one that was fetched.
 * @typedef {object} Text
 * @property {'box' | 'document'} kind
 * @property {TextSource} source
 * @property {string} shown what the box shows: all of it, or a document's first characters
 * @property {boolean} edited
 * @property {number | null} characters null until the worker has counted them
 * @property {OpenedFile | null} file that it came from and still is
 */

/**
 * @typedef {object} OpenedFile
 * @property {Blob} content
 * @property {number} bytes
 * @property {import('./encodings.js').Encoding} encoding that it was read in
 */

/**
 * What is known of what is in a text.
 * @typedef {object} Summary
 * @property {TextSource} source of which it tells; while another text is being counted, the last one
 * @property {import('./protocol.js').TextSummary} told
 */

/**
 * A text on its way into the box.
 * @typedef {object} Arrival
 * @property {number} requestId
 * @property {TextSource | null} source null while a sample is fetched
 * @property {string} name
 * @property {string | null} sample
 */

/**
 * @typedef {object} Snapshot
 * @property {number} step
 * @property {ArrayBuffer} weights all that is needed to go on from that step
 * @property {number} trainedMs how long the run had trained by then
 */

/**
 * One model that is being trained, or weights that were loaded.
 * @typedef {object} Run
 * @property {number} id
 * @property {'starting' | 'training' | 'pausing' | 'paused' | 'resuming' | 'restoring'} phase
 * @property {boolean} trainsAfterRestore
 * @property {TextSource | null} text what it learns; null until loaded weights have met a text
 * @property {Config} config in force
 * @property {Config} asked what it began with, before anything was changed
 * @property {import('./protocol.js').RunReport | null} report null until training has begun
 * @property {import('./protocol.js').WeightsReport | null} weights what the file held, if it came from one
 * @property {number | null} step
 * @property {number} epoch
 * @property {number | null} loss nats per character, smoothed over about the last twenty steps
 * @property {number} smoothedSteps how many steps it holds
 * @property {import('./protocol.js').HeldOut | null} heldOut
 * @property {number | null} toldHeldOut the held-out loss that was last announced
 * @property {number | null} charactersPerSecond
 * @property {number} charactersSeen
 * @property {number} trainedMs how long it has trained, without its pauses
 * @property {number | null} gradientNorm of the newest step, before clipping
 * @property {number | null} learningRate that the schedule gives
 * @property {number | null} updateRatio how far a step moves the weights, as a share of their norm
 * @property {import('./ladder/standing.js').Stage | null} stage the furthest that it has come to
 * @property {Snapshot | null} snapshot
 * @property {number} faults in a row, with no newer snapshot between them
 * @property {number | null} download the request whose answer goes to the person
 * @property {string | null} kept the key that it is saved under, null while it is not
 */

/** @typedef {{ runId: number, requestId: number, name: string }} Loading a weights file being read */

/**
 * A run that was put aside by Reset or by other weights, and can come back.
 * @typedef {object} Aside
 * @property {Run} run
 * @property {number} requestId asks for its weights as they were in that moment
 * @property {Snapshot | null} snapshot the newest there is
 */

/**
 * @typedef {object} VoiceState
 * @property {boolean} on
 * @property {number} charactersPerSecond
 * @property {number} temperature
 * @property {number} topK
 * @property {number} topP
 * @property {number} seed
 * @property {string} prompt as typed
 * @property {string[]} skipped symbols of the prompt that the vocabulary lacks
 * @property {number} passage counts the passages begun
 * @property {string} heading the prompt that heads the present passage
 * @property {number} written how many characters were written in this passage
 * @property {import('./voice/passage.js').Piece[]} pieces the end of it
 */

/**
 * @typedef {object} Estimate
 * @property {import('./protocol.js').ModelSummary | null} model
 * @property {number | null} charactersPerSecond null while it is measured
 * @property {number | null} trial what the trial came to, whatever a run measured since
 * @property {string | null} problem why there can be no such model
 */

/**
 * @typedef {object} Opened
 * @property {string | null} hash the beginning of its text's hash
 * @property {string | null} sample
 * @property {boolean} met its text has been in the box
 */

/** @typedef {{ label: string, intent: Intent }} Action */
/**
 * @typedef {object} Message
 * @property {string} text
 * @property {Action[]} actions
 * @property {Field | 'text'} [about] what it complains of; when that changes, the complaint is over
 */

/**
 * @typedef {object} State
 * @property {'loading' | 'ready' | 'broken' | 'unsupported'} engine the worker and its wasm
 * @property {import('./protocol.js').Limits | null} limits
 * @property {Record<Field, string>} fields as typed
 * @property {Record<Field, string>} defaults the worker's own
 * @property {Partial<Record<Field, string>>} problems what is wrong with a field, in a sentence
 * @property {Partial<Record<Field, number>>} tuning live values sent and not yet answered
 * @property {Text} text
 * @property {boolean} touched someone has been at the text, so no sample comes by itself
 * @property {Arrival | null} arrival
 * @property {Summary | null} summary
 * @property {{ requestId: number, source: TextSource } | null} survey a summary that was asked for
 * @property {Record<string, Estimate>} estimates by what they depend on
 * @property {{ requestId: number, key: string, config: Config, symbols: number } | null} probe an
 *   estimate that was asked for
 * @property {string} preset the one that the fields follow, or "hand"
 * @property {Opened | null} opened the link that this page was opened with
 * @property {string | null} copied the fragment that was copied last
 * @property {import('./state/cores.js').Cores} cores
 * @property {Run | null} run
 * @property {Loading | null} loading
 * @property {Aside | null} aside
 * @property {VoiceState} voice
 * @property {'current' | 'waiting' | 'declined'} version whether a newer version of the page waits
 * @property {import('./state/chart.js').ChartState} chart
 * @property {import('./state/ladder.js').LadderState} ladder
 * @property {Message | null} alert something went wrong
 * @property {{ text: Message | null, run: Message | null, aside: Message | null,
 *   kept: Message | null }} notices something happened to the text or the run, a run was put aside, or
 *   something is to be said of saved runs: a sentence, and a way on or back
 * @property {import('./state/keeping.js').Keeping} keeping
 * @property {import('./state/downloads.js').Downloads} downloads
 * @property {string} announcement the latest milestone, for who listens
 * @property {number} lastId the last runId or requestId given out
 * @property {number} lastQuestion the last requestId of a question that the page asks by itself; these
 *   count downwards, and so never meet the others
 */

/**
 * What a person asks for, and the few things the page itself finds out.
 * @typedef {{ type: 'train' } | { type: 'pause' } | { type: 'resume' } | { type: 'reset' }
 *   | { type: 'undo' } | { type: 'retry' } | { type: 'download' } | { type: 'clearText' }
 *   | { type: 'touchText' }
 *   | { type: 'edit', value: string }
 *   | { type: 'putText', text: Text }
 *   | { type: 'openText', file: File, encoding?: import('./encodings.js').Encoding }
 *   | { type: 'chooseEncoding', encoding: import('./encodings.js').Encoding }
 *   | { type: 'openWeights', file: File }
 *   | { type: 'chooseSample', sample: string, name: string, unasked: boolean }
 *   | { type: 'setField', field: Field, value: string }
 *   | { type: 'choosePreset', preset: string }
 *   | { type: 'copyLink' }
 *   | { type: 'useAllCores', on: boolean }
 *   | { type: 'commitField', field: Field }
 *   | { type: 'setVoice', change: Partial<import('./protocol.js').Voice> }
 *   | { type: 'answerSymbols', unknown: import('./protocol.js').UnknownSymbols }
 *   | { type: 'openKept', key: string, training: boolean, copy: boolean }
 *   | { type: 'startRename', key: string | null } | { type: 'rename', key: string, name: string }
 *   | { type: 'deleteKept', key: string } | { type: 'undelete', key: string }
 *   | { type: 'duplicate', key: string } | { type: 'takeVersion' }
 *   | { type: 'stopLadder' } | { type: 'measureLadder' }
 *   | { type: 'setChart', change: Partial<import('./state/chart.js').ChartState> }
 *   | { type: 'clearEarlier' }
 *   | { type: 'exportModel', form: import('./state/downloads.js').Form }
 *   | { type: 'showCode', shown: boolean }
 *   | { type: 'handOver', fileName: string, content: Blob }
 *   | { type: 'dismiss', which: 'alert' | 'version' | keyof State['notices'] }} Intent
 *
 * @typedef {{ type: 'sampleReady', requestId: number, content: string }
 *   | { type: 'openLink', fragment: string } | { type: 'countCores', count: number }
 *   | { type: 'linkCopied', fragment: string, succeeded: boolean }
 *   | { type: 'sampleFailed', requestId: number, message: string }
 *   | { type: 'unsupported' } | { type: 'hidden' } | { type: 'newVersion' }
 *   | { type: 'handFailed', message: string }
 *   | { type: 'recollected', draft: import('./protocol.js').Draft }
 *   | { type: 'fault', message: string }} Finding
 *
 * @typedef {Intent | Finding | import('./protocol.js').Event
 *   | import('./protocol.js').LadderEvent} Happening
 */

/**
 * A handler for each of some kinds of happening.
 * @typedef {{ [K in Happening['type']]?:
 *   (state: State, event: Extract<Happening, { type: K }>) => State }} Handlers
 */

/** @returns {State} */
export function initialState() {
  return {
    engine: 'loading',
    limits: null,
    fields: { ...FIRST_VALUES },
    defaults: FIRST_VALUES,
    problems: {},
    tuning: {},
    text: boxText(TYPED, ''),
    touched: false,
    arrival: null,
    summary: null,
    survey: null,
    estimates: {},
    probe: null,
    preset: FIRST_PRESET,
    opened: null,
    copied: null,
    cores: ONE_WORKER,
    run: null,
    loading: null,
    aside: null,
    voice: {
      on: true,
      charactersPerSecond: 40,
      temperature: 0.8,
      topK: 0,
      topP: 1,
      seed: 1,
      prompt: '',
      skipped: [],
      passage: 0,
      heading: '',
      written: 0,
      pieces: [],
    },
    version: 'current',
    chart: FIRST_CHART,
    ladder: NO_LADDER,
    alert: null,
    notices: { text: null, run: null, aside: null, kept: null },
    keeping: NOTHING_KEPT,
    downloads: NO_DOWNLOADS,
    announcement: '',
    lastId: 0,
    lastQuestion: 0,
  };
}

/** @type {Handlers} */
const HANDLERS = {
  ...text,
  ...summary,
  ...settings,
  ...preset,
  ...link,
  ...estimate,
  ...cores,
  ...run,
  ...progress,
  ...weights,
  ...undo,
  ...keeping,
  ...downloads,
  ...version,
  ...voice,
  ...chart,
  ...ladder,
  ...messages,
  ...failures,
};

/**
 * Does this happening belong to a run that is no longer here?
 * @param {State} state @param {Happening} event
 */
export function isStale(state, event) {
  if (!('runId' in event) || event.runId === undefined) return false;
  const { run, loading, aside } = state;
  if (event.type === 'failed' && event.fatal) return false;
  if (event.type === 'saved' && event.requestId === aside?.requestId) return false;
  return event.runId !== run?.id && event.runId !== loading?.runId;
}

/** @param {State} state @param {Happening} event @returns {State} */
export function reduce(state, event) {
  if (isStale(state, event)) return state;
  const handler = /** @type {((s: State, e: Happening) => State) | undefined} */ (
    HANDLERS[event.type]
  );
  const next = handler ? handler(state, event) : state;
  return next === state
    ? state
    : withWholeRun(
        state,
        withLadder(withProbe(withOpened(withPreset(state, withSurvey(withMeasured(state, next)))))),
      );
}
