/**
 * Everything the page knows, as one plain object. Pure data: no DOM, no clock, no worker, so that all of
 * it is tested without a browser. It holds files and snapshots by reference and never looks into them.
 *
 * update.js changes it, message by message; main.js carries out what follows from that.
 */

import { NO_BASELINES } from './baselines/state.js';
import { FIRST_CHART } from './chart/state.js';
import { NO_DOWNLOADS } from './downloads/state.js';
import { FIRST_LENS } from './lenses/state.js';
import { ONE_WORKER } from './run/parallel-state.js';
import { NOTHING_SAVED } from './saved-runs/state.js';
import { FIRST_VALUES } from './settings/fields.js';
import { FIRST_PRESET, NOTHING_CHOSEN } from './settings/presets.js';
import { boxText, TYPED } from './text/state.js';

/** @import { Encoding } from '../shared/encodings.js' */
/** @import { Change, Command, Config, Doing, Draft, HeldOut, ModelSummary, Reading, RunReport, SamplingConfig, TextSource, TextSummary, UnknownSymbols, WeightsReport } from '../shared/protocol.js' */
/** @import { BaselinesEvent } from '../shared/protocol-of-others.js' */
/** @import { BaselinesState } from './baselines/state.js' */
/** @import { ChartState } from './chart/state.js' */
/** @import { Downloads } from './downloads/state.js' */
/** @import { Form, Model } from './downloads/table.js' */
/** @import { Piece } from './generated/sample.js' */
/** @import { Cores } from './run/parallel-state.js' */
/** @import { SavedRunsState } from './saved-runs/state.js' */
/** @import { Field } from './settings/fields.js' */
/** @import { Sentence } from './settings/presets.js' */
/** @import { TextKind } from './text/kind.js' */

/**
 * What is in the box. `box`: a text that is edited here. `document`: a text too long for that; the
 * box shows how it begins. `edited`: someone typed it in; it was not fetched.
 * @typedef {object} Text
 * @property {'box' | 'document'} kind
 * @property {TextSource} source
 * @property {string} shown what the box shows: all of it, or a document's first characters
 * @property {boolean} edited
 * @property {number | null} characters null until the worker has counted them
 * @property {OpenedFile | null} file that it came from and still is
 * @property {string[]} columns of a table
 */

/**
 * @typedef {object} OpenedFile
 * @property {Blob} content
 * @property {number} bytes
 * @property {Reading} reading how it was read
 */

/**
 * What is known of what is in a text.
 * @typedef {object} Summary
 * @property {TextSource} source which it is about; while another text is being counted, the last one
 * @property {TextSummary} report
 */

/**
 * A text on its way into the box.
 * @typedef {object} Arrival
 * @property {number} requestId
 * @property {TextSource | null} source null while a sample is fetched
 * @property {string} name
 * @property {string | null} sample
 * @property {File[]} [files] that are to become one text
 * @property {Change} [change] to be made in it
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
 * @property {'end' | 'patience' | 'explosion' | null} over why it has stopped by itself, if it has
 * @property {TextSource | null} text what it learns; null until loaded weights have met a text
 * @property {Config} config in force
 * @property {Config} asked what it began with, before anything was changed
 * @property {RunReport | null} report null until training has begun
 * @property {WeightsReport | null} weights what the file held, if it came from one
 * @property {number | null} step
 * @property {number} epoch
 * @property {number | null} loss nats per character, smoothed over about the last twenty steps
 * @property {number} smoothedSteps how many steps it holds
 * @property {HeldOut | null} heldOut the newest, an estimate or not
 * @property {boolean} worseThanBlind whether that is above blind guessing though the training loss is below
 * @property {{ loss: number, trainedMs: number } | null} announcedHeldOut the held-out loss that was last announced, and when
 * @property {number | null} charactersPerSecond
 * @property {number} charactersSeen
 * @property {number} scheduleStart how many characters it had seen when its schedule began
 * @property {number} trainedMs how long it has trained, without its pauses
 * @property {number | null} gradientNorm of the newest step, before clipping
 * @property {number | null} learningRate that the schedule gives
 * @property {number | null} updateRatio how far a step moves the weights, as a share of their norm
 * @property {TextKind} kind of its text
 * @property {Snapshot | null} snapshot
 * @property {number} faults in a row, with no newer snapshot between them
 * @property {number | null} download the request whose answer goes to the person
 * @property {string | null} savedKey under which it is saved, null while it is not
 */

/**
 * Weights that are being read, from a file or from a saved run; `textless`: from one whose text is gone.
 * @typedef {{ runId: number, requestId: number, name: string, textless?: boolean }} Loading
 */

/**
 * A run that Reset or other weights replaced, and that can come back.
 * @typedef {object} Discarded
 * @property {Run} run
 * @property {number} requestId asks for its weights as they were in that moment
 * @property {Snapshot | null} snapshot the newest there is
 * @property {import('./generated/state.js').Output} output what it had written
 */

/**
 * @typedef {object} GeneratedState
 * @property {boolean} on
 * @property {number} charactersPerSecond
 * @property {number} temperature
 * @property {number} topK
 * @property {number} topP
 * @property {number} seed
 * @property {string} prompt as typed
 * @property {SamplingConfig['statistics']} statistics
 * @property {boolean} mixes whether letter statistics wrote with the network
 * @property {string[]} skipped symbols of the prompt that the vocabulary lacks
 * @property {number} sample counts the samples begun
 * @property {string} heading the prompt that heads the present sample
 * @property {number} written how many characters were written in this sample
 * @property {Piece[]} pieces the end of it
 */

/**
 * @typedef {object} Estimate
 * @property {ModelSummary | null} model
 * @property {number | null} charactersPerSecond null while it is measured
 * @property {number | null} trial what the trial came to, whatever a run measured since
 * @property {string | null} problem why there can be no such model
 * @property {Field | null} field the setting that the problem is about
 */

/**
 * @typedef {object} Opened
 * @property {string | null} hash the beginning of its text's hash
 * @property {string | null} sample
 * @property {boolean} met its text has been in the box
 * @property {boolean} followed somebody followed it; after a reload the page has opened its own address
 */

/** @typedef {{ label: string, intent: Intent }} Action */
/**
 * @typedef {object} Notice
 * @property {string} text
 * @property {Action[]} actions
 * @property {Field | 'text'} [about] what it complains about; it goes when that changes
 * @property {boolean} [aloud] for screen readers alone: the card of the trouble says it to everybody else
 */

/**
 * @typedef {object} State
 * @property {'loading' | 'ready' | 'broken' | 'unsupported'} engine the worker and its wasm
 * @property {Record<Field, string>} fields as typed
 * @property {Partial<Record<Field, string>>} problems what is wrong with a field, in a sentence
 * @property {Partial<Record<Field, number>>} tuning live values sent and not yet answered
 * @property {Text} text
 * @property {boolean} touched someone has used the text box, so no sample comes by itself
 * @property {Arrival | null} arrival
 * @property {Summary | null} summary
 * @property {{ requestId: number, source: TextSource } | null} summaryRequest a summary that was asked for
 * @property {Record<string, Estimate>} estimates by what they depend on
 * @property {{ requestId: number, key: string, config: Config, symbols: number } | null} probe an
 *   estimate that was asked for
 * @property {string} preset the one that the fields are, or "hand"
 * @property {Sentence} sentence what was chosen in the sentence before Train
 * @property {Opened | null} opened the link that this page was opened with
 * @property {string | null} copied the fragment that was copied last
 * @property {Cores} cores
 * @property {Run | null} run
 * @property {Loading | null} loading
 * @property {Discarded | null} discarded
 * @property {GeneratedState} generated
 * @property {import('./lenses/state.js').LensState} lens
 * @property {'current' | 'waiting' | 'declined'} version whether a newer version of the page waits
 * @property {ChartState} chart
 * @property {BaselinesState} baselines
 * @property {Notice | null} alert something went wrong
 * @property {{ text: Notice | null, run: Notice | null, discarded: Notice | null,
 *   savedRuns: Notice | null, worker: Notice | null }} notices what happened to the text, the run, a
 *   discarded run, saved runs or the worker: a sentence, and buttons
 * @property {SavedRunsState} savedRuns
 * @property {Downloads} downloads
 * @property {string} announcement the latest milestone, for screen readers
 * @property {number} lastId the last runId or requestId given out
 * @property {number} lastQuestion the last requestId of a question that the page asks by itself; these
 *   count downwards, so that they never equal the others
 */

/**
 * What a person asks for, and the few things the page itself finds out.
 * @typedef {{ type: 'train' } | { type: 'pause' } | { type: 'resume' } | { type: 'reset' }
 *   | { type: 'reschedule' }
 *   | { type: 'undo', to?: Discarded } | { type: 'retry' } | { type: 'download' } | { type: 'clearText' }
 *   | { type: 'touchText' }
 *   | { type: 'edit', value: string }
 *   | { type: 'putText', text: Text }
 *   | { type: 'openTexts', files: File[] } | { type: 'dropText', value: string }
 *   | { type: 'changeText', change: Change }
 *   | { type: 'chooseEncoding', encoding: Encoding }
 *   | { type: 'openWeights', file: File }
 *   | { type: 'chooseSample', sample: string, name: string, unasked: boolean }
 *   | { type: 'setField', field: Field, value: string }
 *   | { type: 'choosePreset', preset: string }
 *   | { type: 'chooseNetwork', network: string } | { type: 'chooseTime', seconds: number }
 *   | { type: 'copyLink' }
 *   | { type: 'useAllCores', on: boolean }
 *   | { type: 'commitField', field: Field }
 *   | { type: 'setSampling', change: Partial<SamplingConfig> }
 *   | { type: 'answerSymbols', unknown: UnknownSymbols }
 *   | { type: 'openSaved', key: string, training: boolean, copy: boolean }
 *   | { type: 'startRename', key: string | null } | { type: 'rename', key: string, name: string }
 *   | { type: 'deleteSaved', key: string } | { type: 'undelete', key: string }
 *   | { type: 'duplicate', key: string } | { type: 'reloadSavedRuns' } | { type: 'takeVersion' }
 *   | { type: 'stopBaselines' } | { type: 'measureBaselines' } | { type: 'stopWorker' }
 *   | { type: 'setChart', change: Partial<ChartState> }
 *   | { type: 'clearEarlier' }
 *   | { type: 'openLens', lens: import('./lenses/state.js').Lens } | { type: 'lookAgain' }
 *   | { type: 'setLens', change: Partial<import('./lenses/state.js').LensState> }
 *   | { type: 'exportModel', form: Form }
 *   | { type: 'showCode', shown: boolean }
 *   | { type: 'takeOver', take: (state: State) => Answer,
 *       curve: import('../shared/loss-history.js').PlainLossHistory }
 *   | { type: 'saveFile', fileName: string, content: Blob }
 *   | { type: 'dismiss', which: 'alert' | 'version' | keyof State['notices'] }} Intent
 *
 * @typedef {{ type: 'sampleReady', requestId: number, content: string }
 *   | { type: 'openLink', fragment: string, own?: boolean } | { type: 'countCores', count: number }
 *   | { type: 'linkCopied', fragment: string, succeeded: boolean }
 *   | { type: 'sampleFailed', requestId: number, message: string }
 *   | { type: 'unsupported' } | { type: 'hidden' } | { type: 'newVersion' }
 *   | { type: 'saveFailed', message: string }
 *   | { type: 'draftRestored', draft: Draft }
 *   | { type: 'promised', promise: SavedRunsState['promise'] }
 *   | { type: 'slow', doing: Doing, seconds: number } | { type: 'quick' }
 *   | { type: 'fault', message: string, stopped?: boolean }} Finding `stopped`: by a person
 *
 * @typedef {Intent | Finding | import('../shared/protocol.js').Event
 *   | BaselinesEvent} Message
 */

/**
 * What the page does in the world: a command to the worker, or one of these, for which main.js has a function each.
 * @typedef {Command
 *   | { type: 'replaceWorker' } | { type: 'stopWorker' } | { type: 'takeVersion' }
 *   | { type: 'reloadSavedRuns' } | { type: 'askPromise' }
 *   | { type: 'startWorkers', runId: number, workers: number, text: TextSource, worthwhile: number }
 *   | { type: 'stopWorkers', runId: number }
 *   | { type: 'measureBaselines', requestId: number, source: TextSource } | { type: 'stopBaselines' }
 *   | { type: 'fetchSample', requestId: number, sample: string }
 *   | { type: 'showAddress', fragment: string } | { type: 'copyLink', fragment: string }
 *   | { type: 'saveFile', fileName: string, content: ArrayBuffer | Blob }
 *   | { type: 'saveExport', form: Form, fileName: string, bytes: ArrayBuffer,
 *       model: Model }} Effect
 *   `reloadSavedRuns`: ask the store again. `askPromise`: ask the browser to delete nothing by itself.
 */

/**
 * What a handler answers: the new state, and what follows from it where anything does.
 * @typedef {State | [State, Effect[]]} Answer
 */

/**
 * Sees every message, and the state before and after it; for what is beside the state and only follows it.
 * @typedef {(before: State, event: Message, after: State) => void} Observer
 */

/**
 * A view finds its elements once and shows each new state. What a person does in it goes to `emit`.
 * @typedef {{ render(state: State): void }} View
 * @typedef {(intent: Intent) => void} Emit
 */

/**
 * A handler for each of some kinds of message.
 * @typedef {{ [K in Message['type']]?:
 *   (state: State, event: Extract<Message, { type: K }>) => Answer }} Handlers
 */

/** @returns {State} */
export function initialState() {
  return {
    engine: 'loading',
    fields: { ...FIRST_VALUES },
    problems: {},
    tuning: {},
    text: boxText(TYPED, ''),
    touched: false,
    arrival: null,
    summary: null,
    summaryRequest: null,
    estimates: {},
    probe: null,
    preset: FIRST_PRESET,
    sentence: NOTHING_CHOSEN,
    opened: null,
    copied: null,
    cores: ONE_WORKER,
    run: null,
    loading: null,
    discarded: null,
    generated: {
      on: true,
      charactersPerSecond: 40,
      temperature: 0.8,
      topK: 0,
      topP: 1,
      seed: 1,
      prompt: '',
      statistics: 'off',
      mixes: false,
      skipped: [],
      sample: 0,
      heading: '',
      written: 0,
      pieces: [],
    },
    lens: FIRST_LENS,
    version: 'current',
    chart: FIRST_CHART,
    baselines: NO_BASELINES,
    alert: null,
    notices: { text: null, run: null, discarded: null, savedRuns: null, worker: null },
    savedRuns: NOTHING_SAVED,
    downloads: NO_DOWNLOADS,
    announcement: '',
    lastId: 0,
    lastQuestion: 0,
  };
}
