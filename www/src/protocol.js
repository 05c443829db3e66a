// @ts-check
/**
 * Every message that the page and its training worker exchange. Types alone: this file imports
 * nothing at run time and does nothing.
 *
 * The page sends a {@link Command}, the worker answers with {@link Event}s. A run (one model that is
 * being trained, or weights that were loaded) carries the `runId` that the page gave it; an event of
 * another run is stale and dropped. A `requestId` ties an answer to its question.
 *
 * The shapes that come out of the Rust core are declared once, in the package (`pkg/babble.d.ts`).
 *
 * @typedef {import('../../pkg/babble.js').Config} Config what the person chose
 * @typedef {import('../../pkg/babble.js').Limits} Limits the bounds that a Config must keep
 * @typedef {import('../../pkg/babble.js').RunReport} RunReport what is being trained, on what
 * @typedef {import('../../pkg/babble.js').WeightsReport} WeightsReport what a weights file holds
 * @typedef {import('../../pkg/babble.js').HeldOut} HeldOut a held-out loss and the step of its weights
 * @typedef {import('../../pkg/babble.js').UnknownSymbols} UnknownSymbols `"skip"` or `"grow"`
 * @typedef {import('../../pkg/babble.js').Tuning} Tuning settings that take effect at the next step
 * @typedef {import('../../pkg/babble.js').ModelSummary} ModelSummary the size of a model
 */

/**
 * A text to learn. A typed or pasted text travels as a string; a file travels as the Blob it is,
 * so that no thread but the worker ever decodes it.
 * @typedef {object} TextSource
 * @property {string} name what the page calls it: a file's name, a sample's name, "Pasted text"
 * @property {string | Blob} content
 * @property {import('./encodings.js').Encoding} [encoding] how a file's bytes are to be read; without
 *   it that is found out
 * @property {string} [sample] the page's own sample that it is
 */

/** @typedef {{ symbol: string, count: number }} SymbolCount */
/**
 * @typedef {object} TextSummary what is in a text, as the core will count it: line ends are newlines
 * @property {number} characters
 * @property {number} heldOutCharacters the last ones, which are never trained on
 * @property {number} symbols how many different ones
 * @property {SymbolCount[]} frequent the most frequent ones, most of all first
 * @property {SymbolCount[]} rare those seen fewer than `RARE_BELOW` times, the rarest first; not all of
 *   them where there are many
 * @property {number} rareSymbols how many there are
 * @property {number} rareCharacters how often they come, all together
 * @property {number} unlearnedSymbols of them, those that only the held-out part has
 * @property {number} replacements U+FFFD: bytes that were nothing in the encoding that was used
 * @property {string} hash SHA-256, as `RunReport.textHash`
 */

/**
 * @typedef {object} KeptRun a saved run, as it is listed
 * @property {string} key stays with it, whatever it is called
 * @property {string} name
 * @property {boolean} named by a person
 * @property {string} textName
 * @property {string | null} sample the page's own sample that the text is
 * @property {Config} config
 * @property {Config} asked the config as it was first saved, before anything was changed
 * @property {number} characters of the text
 * @property {number} parameters
 * @property {number} step
 * @property {HeldOut | null} heldOut
 * @property {number} bytes of the state
 * @property {number} beganAt milliseconds since 1970
 * @property {number} savedAt
 * @property {boolean} left somebody put it away on purpose, so it is not offered
 * @property {boolean} busy some tab has it open
 */

/**
 * @typedef {object} KeptText a text that comes back with a run or with the tab. Up to `wholeUpTo`
 *   characters come whole, as `content`; else `content` is a file.
 * @property {TextSource} source
 * @property {string} preview
 * @property {boolean} whole
 * @property {number} bytes
 * @property {TextSummary} summary
 */

/**
 * @typedef {object} Draft the text in a box, whether or not it is being learned
 * @property {TextSource} source
 * @property {boolean} edited
 */

/**
 * @typedef {object} Voice how the worker should write
 * @property {boolean} on
 * @property {number} charactersPerSecond
 * @property {number} temperature 0 (always the likeliest) to `limits.temperature.max`
 * @property {number} topK chooses from the so many likeliest symbols; 0 from all
 * @property {number} topP chooses from the likeliest symbols that hold this share; 1 from all
 * @property {number} seed of its choices; a change starts the writing anew
 * @property {string} prompt fed to the network before it writes; a change starts the writing anew
 */

/* ------------------------------------------------------------------ page -> worker */

/**
 * @typedef {{ type: 'read', requestId: number, source: TextSource, previewCharacters: number,
 *             wholeUpTo: number }} ReadCommand
 *   decode a file and describe it; answered by `text` or `failed`. Up to `wholeUpTo` characters
 *   come back whole, of more only the first `previewCharacters`.
 * @typedef {{ type: 'survey', requestId: number, source: TextSource }} SurveyCommand
 *   tell what is in a text; answered by `surveyed` or `failed`
 * @typedef {{ type: 'prepare', fused: boolean }} PrepareCommand
 *   the next run will probably have this arithmetic: its code may be fetched; not answered
 * @typedef {{ type: 'probe', requestId: number, config: Config, symbols: number }} ProbeCommand
 *   how large a model is and how fast this machine would train it, on a text of so many symbols;
 *   answered by `sized`, then by `probed`, or by `failed`. A run that begins ends the trial: then
 *   `probed` tells no speed.
 * @typedef {{ type: 'start', runId: number, config: Config, text: TextSource, voice: Voice }} StartCommand
 *   a new run from fresh weights, training at once; answered by `started` or `failed`
 * @typedef {{ type: 'load', runId: number, weights: ArrayBuffer | Blob, text: TextSource | null,
 *             voice: Voice }} LoadCommand
 *   weights from a file; answered by `loaded` or `failed`. They can write at once; `resume` trains.
 * @typedef {{ type: 'restore', runId: number, weights: ArrayBuffer, trainedMs: number, text: TextSource,
 *             voice: Voice, training: boolean, kept: string | null,
 *             curve?: import('./curve.js').PlainCurve }} RestoreCommand
 *   go back to a snapshot of the page's own (after a fault, or to undo a reset), and go on saving it as
 *   the run `kept`; answered by
 *   `started` (and by `paused` when `training` is false) or `failed`
 * @typedef {{ type: 'resume', runId: number, text: TextSource | null, unknown: UnknownSymbols | null }} ResumeCommand
 *   train on. `text` is read only when weights were loaded and have no text yet. Answered by
 *   `resumed`, by `started` (loaded weights met their text), by `symbols` (the text holds symbols
 *   that the vocabulary lacks and `unknown` is null: ask, then resume again) or by `failed`
 * @typedef {{ type: 'pause', runId: number }} PauseCommand answered by `paused`; no `progress` follows it
 * @typedef {{ type: 'tune', runId: number, tuning: Tuning }} TuneCommand answered by `tuned` or `failed`
 * @typedef {{ type: 'team', runId: number, ports: (MessagePort | null)[] }} TeamCommand
 *   other workers may share the steps of this run; `ports` lead to them, by their places in the team.
 *   Answered by `team` when it is known whether that is faster
 * @typedef {{ type: 'disband', runId: number, why: string }} DisbandCommand
 *   they are gone, or will be; obeyed at once, in the middle of a step
 * @typedef {{ type: 'voice', runId: number, voice: Voice }} VoiceCommand
 * @typedef {{ type: 'save', runId: number, requestId: number }} SaveCommand answered by `saved` or `failed`
 * @typedef {'onnx' | 'page'} ExportForm a model for other runtimes; one file that writes by itself
 * @typedef {{ type: 'export', runId: number, requestId: number, form: ExportForm }} ExportCommand
 *   the model alone, for elsewhere; answered by `exported` or `failed`
 * @typedef {{ type: 'drop', runId: number }} DropCommand forget this run; no event of it follows
 *
 * @typedef {PrepareCommand | ReadCommand | SurveyCommand | ProbeCommand | StartCommand | LoadCommand | RestoreCommand | ResumeCommand | PauseCommand
 *           | TuneCommand | VoiceCommand | SaveCommand | TeamCommand | DisbandCommand | DropCommand | ExportCommand | OpenCommand | KeepCommand
 *           | HeardCommand
 *           | ShelfCommand} Command
 */

/**
 * Saved runs are there before the wasm is, and whatever becomes of it: these commands are obeyed at once.
 *
 * @typedef {{ type: 'attend', tab: string | null, again: boolean }} AttendCommand
 *   this tab is here, under the key that it was given before; answered by `attended` and `shelf`, or by
 *   `unkept`. `again`: another worker has attended it before.
 * @typedef {{ type: 'draft', draft: Draft | null }} DraftCommand keep the text in the box, or forget it
 * @typedef {{ type: 'rename', key: string, name: string }} RenameCommand
 * @typedef {{ type: 'delete', key: string }} DeleteCommand answered by `deleted` or by `busy`
 * @typedef {{ type: 'undelete', key: string }} UndeleteCommand as long as it was the last one deleted
 * @typedef {{ type: 'duplicate', key: string }} DuplicateCommand
 * @typedef {{ type: 'leave', key: string }} LeaveCommand do not offer this run again
 *   Each of these is followed by a new `shelf`, or by `refused`.
 * @typedef {AttendCommand | DraftCommand | RenameCommand | DeleteCommand | UndeleteCommand
 *           | DuplicateCommand | LeaveCommand} ShelfCommand
 *
 * @typedef {{ type: 'open', runId: number, key: string, copy: boolean, training: boolean, voice: Voice,
 *             previewCharacters: number, wholeUpTo: number }} OpenCommand
 *   go on with a saved run, or with a copy of it; answered by `opened` and `started` (and by `paused`
 *   when not `training`), by `busy` or by `failed`. `voice` is for when the saved one is of no use.
 * @typedef {{ type: 'keep', runId: number }} KeepCommand save the run now; the tab may go
 * @typedef {{ type: 'heard', runId: number }} HeardCommand a `progress` was taken in. A page that falls
 *   silent is told no more, and all at once when it speaks again.
 */

/* ------------------------------------------------------------------ worker -> page */

/**
 * @typedef {{ type: 'ready', limits: Limits, defaults: Config }} ReadyEvent the wasm is compiled
 * @typedef {{ type: 'text', requestId: number, name: string, bytes: number, summary: TextSummary,
 *             encoding: import('./encodings.js').Encoding, preview: string, whole: boolean }} TextEvent
 *   `preview` is the whole text when `whole`
 * @typedef {{ type: 'surveyed', requestId: number, summary: TextSummary }} SurveyedEvent
 * @typedef {{ type: 'sized', requestId: number, model: ModelSummary }} SizedEvent
 * @typedef {{ type: 'probed', requestId: number, charactersPerSecond: number | null }} ProbedEvent
 * @typedef {{ type: 'started', runId: number, run: RunReport, textName: string,
 *             trainedMs: number }} StartedEvent
 *   `trainedMs`, here and below: how long the run has trained, without its pauses
 * @typedef {{ type: 'loaded', runId: number, weights: WeightsReport }} LoadedEvent
 * @typedef {{ type: 'symbols', runId: number, unknown: string[], occurrences: number }} SymbolsEvent
 *   `unknown` lists the symbols (at most 100 of them), `occurrences` counts them in the text
 * @typedef {{ type: 'progress', runId: number, step: number, losses: Float32Array, epoch: number,
 *             charactersSeen: number, trainedMs: number, charactersPerSecond: number,
 *             gradientNorm: number, learningRate: number, updateRatio: number | null,
 *             curve?: import('./curve.js').PlainCurve }} ProgressEvent
 *   one slice of about 25 ms: `losses` (nats per character) are those of the steps up to and
 *   including `step`, the last one of the slice. `learningRate`: that the schedule gave the last step.
 *   `updateRatio`: how far the first step moved the weights, as a share of their norm.
 *   `curve`: all of it, after the page had missed some; `losses` are then the newest alone.
 * @typedef {{ type: 'heldOut', runId: number, heldOut: HeldOut }} HeldOutEvent
 * @typedef {{ type: 'wrote', runId: number, piece: import('./voice/passage.js').Piece,
 *             restarted: boolean, prompt: string, skipped: string[] }} WroteEvent
 *   characters of the voice, and how sure it was of them. `restarted`: a new passage begins, headed by `prompt` (what was really
 *   fed to the network); `skipped` lists the prompt's symbols that the vocabulary lacks
 * @typedef {{ type: 'team', runId: number, workers: number, speedUp: number | null,
 *             why: null | 'slow' | 'lost', message?: string }} TeamEvent
 *   so many workers share the steps, which is `speedUp` times as fast as one; or, with a `why`, one
 *   trains on alone: a team is no faster here, or one of it was lost
 * @typedef {{ type: 'resumed', runId: number }} ResumedEvent
 * @typedef {{ type: 'paused', runId: number, step: number }} PausedEvent
 * @typedef {{ type: 'tuned', runId: number, config: Config }} TunedEvent the config now in force
 * @typedef {{ type: 'snapshot', runId: number, step: number, weights: ArrayBuffer,
 *             trainedMs: number }} SnapshotEvent
 *   every few seconds: all that is needed to go on from here, for the page to keep
 * @typedef {{ type: 'saved', runId: number, requestId: number, step: number, weights: ArrayBuffer,
 *             trainedMs: number }} SavedEvent
 * @typedef {{ type: 'diverged', runId: number, step: number, loss: number, learningRate: number,
 *             restoredStep: number, config: Config, times: number, stopped: boolean }} DivergedEvent
 *   the loss exploded at `step` under `learningRate`; the weights of `restoredStep` are back and
 *   `config` (with half the learning rate) is in force; `times` in a row so far; `stopped` when the
 *   worker gave up and paused. `loss` may be NaN or infinite.
 * @typedef {{ type: 'finished', runId: number, why: 'end' | 'patience', step: number,
 *             charactersSeen: number, best: HeldOut | null }} FinishedEvent
 *   the run has its length and was to stop there, or its held-out loss made no progress for as long as
 *   its patience lasts and its best weights are back; `paused` follows, and `resume` trains on
 * @typedef {{ type: 'exported', runId: number, requestId: number, form: ExportForm, step: number,
 *             bytes: ArrayBuffer }} ExportedEvent
 *   an ONNX file or, for the `page` that writes by itself, a weights file
 * @typedef {{ type: 'attended', tab: string, draft: Draft | null }} AttendedEvent the key of this tab from
 *   now on, and the text that was in its box
 * @typedef {{ type: 'shelf', runs: KeptRun[] }} ShelfEvent all saved runs, the newest first
 * @typedef {{ type: 'keeping', runId: number, run: KeptRun }} KeepingEvent the run was saved just now
 * @typedef {{ type: 'unkept', runId?: number, reason: 'none' | 'full' | 'lost' | 'taken' }} UnkeptEvent
 *   nothing is saved, though training goes on: there is no store (a private window), it is full, it
 *   fails, or another tab has the run
 * @typedef {{ type: 'opened', runId: number, run: KeptRun, text: KeptText, voice: Voice,
 *             curve: import('./curve.js').PlainCurve, training: boolean }} OpenedEvent
 * @typedef {{ type: 'busy', runId?: number, key: string, name: string }} BusyEvent another tab has it open
 * @typedef {{ type: 'deleted', key: string, name: string }} DeletedEvent
 * @typedef {{ type: 'refused', message: string }} RefusedEvent a wish about saved runs came to nothing
 *
 * @typedef {{ type: 'failed', runId?: number, requestId?: number, name: string, message: string,
 *             field?: string, fatal: boolean }} FailedEvent
 *   `name` is stable, `message` a sentence for the person, `field` the Config key at fault.
 *   `fatal`: the wasm instance is broken and this worker must be replaced.
 *
 * @typedef {ReadyEvent | TextEvent | SurveyedEvent | SizedEvent | ProbedEvent | StartedEvent | LoadedEvent | SymbolsEvent | ProgressEvent
 *           | HeldOutEvent | WroteEvent | ResumedEvent | TeamEvent | PausedEvent | TunedEvent | SnapshotEvent
 *           | SavedEvent | DivergedEvent | FinishedEvent | FailedEvent | AttendedEvent | ExportedEvent | ShelfEvent | KeepingEvent
 *           | UnkeptEvent | OpenedEvent | BusyEvent | DeletedEvent | RefusedEvent} Event
 */

/* ------------------------------------------------------------------ page -> a helper */

/**
 * What a helper begins with: its place in a team, the ports to all the others, and the text of the run,
 * which it will be told by the first of them, the leader.
 * @typedef {{ member: number, ports: (MessagePort | null)[], text: TextSource }} Enrolment
 */

/* ------------------------------------------------------------------ page <-> the ladder's worker */

/**
 * What letter statistics of one kind reach on the held-out part of a text, in nats per character.
 * `ngram`: interpolated Kneser-Ney of that order. `gzip`: what packing the held-out part after the
 * training part adds.
 * @typedef {{ kind: 'ngram', order: number, loss: number } | { kind: 'gzip', loss: number }} Rung
 *
 * @typedef {object} Ladder
 * @property {number} part of the work that is done, 1 when all is
 * @property {Rung[]} rungs known so far, in the order of their kinds
 * @property {number} characters of the whole text
 * @property {number} symbols how many different ones it has
 * @property {number} counted training characters that the n-grams were counted in
 * @property {number} measured held-out characters that they were measured on
 *
 * @typedef {{ requestId: number, source: TextSource }} LadderCommand answered by `ladder` again and
 *   again, or by `ladderFailed`; stopped by ending the worker
 * @typedef {{ type: 'ladder', requestId: number, ladder: Ladder }
 *   | { type: 'ladderFailed', requestId: number, message: string }} LadderEvent
 */

export {};
