/**
 * Every message that the page and its training worker exchange. Types alone: this file imports
 * nothing at run time and does nothing.
 *
 * The page sends a {@link Command}, the worker answers with {@link Event}s. A message is declared here, sent in one
 * place and handled in one place. A run (one model that is
 * being trained, or weights that were loaded) carries the `runId` that the page gave it; an event of
 * another run is stale and dropped. A `requestId` ties an answer to its question.
 *
 * The shapes that come out of the Rust core are declared once, in the package (`pkg/babble.d.ts`).
 *
 * @typedef {import('../../../pkg/babble.js').Config} Config what the person chose
 * @typedef {import('../../../pkg/babble.js').RunReport} RunReport what is being trained, on what
 * @typedef {import('../../../pkg/babble.js').WeightsReport} WeightsReport what a weights file holds
 * @typedef {import('../../../pkg/babble.js').HeldOut & { together?: Together }} HeldOut a held-out loss and the step of
 *   its weights, and beside it what the network reaches together with letter statistics, where they are wanted
 * @typedef {import('../../../pkg/babble.js').UnknownSymbols} UnknownSymbols `"skip"` or `"grow"`
 * @typedef {import('../../../pkg/babble.js').Tuning} Tuning settings that take effect at the next step
 * @typedef {import('../../../pkg/babble.js').ModelSummary} ModelSummary the size of a model
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
 * @property {import('../../../pkg/babble.js').TextFacts} facts what stands out in it
 * @property {number} replacements U+FFFD: bytes that were nothing in the encoding that was used
 * @property {string} hash SHA-256, as `RunReport.textHash`
 */

/**
 * @typedef {object} Reading how a file was read
 * @property {import('./encodings.js').Encoding} encoding
 * @property {boolean} guessed the encoding is a guess
 * @property {number} badPlaces where the bytes are no UTF-8
 * @property {{ byte: number, line: number }[]} firstBad the first of them
 * @property {string | null} markup "a web page (HTML)", when marks stand around its words
 */

/** @typedef {import('../../../pkg/babble_texts.js').Change} Change of a text, which the worker makes */
/** @typedef {{ taken: string[], left: { name: string, why: string }[] }} Joined files that became one text */

/**
 * @typedef {object} SavedRun a saved run, as it is listed
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
 * @property {number} beganAt milliseconds since 1970; 0 when that is not known
 * @property {number} savedAt
 * @property {boolean} left somebody put it away on purpose, so it is not offered
 * @property {boolean} busy some tab has it open
 */

/**
 * @typedef {object} SavedText a text that comes back with a run or with the tab. Up to `wholeUpTo`
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
 * @typedef {object} SamplingConfig how the worker should write
 * @property {boolean} on
 * @property {number} charactersPerSecond
 * @property {number} temperature 0 (always the likeliest) to `LIMITS.temperature.max`
 * @property {number} topK chooses from the so many likeliest symbols; 0 from all
 * @property {number} topP chooses from the likeliest symbols that hold this share; 1 from all
 * @property {number} seed of its choices; a change starts the writing anew
 * @property {string} prompt fed to the network before it writes; a change starts the writing anew
 * @property {'off' | 'measured' | 'written'} statistics whether letter statistics are measured together with the network,
 *   and whether both write; a change of who writes starts the writing anew
 */

/**
 * How well the network and letter statistics predict the held-out part, in nats per character.
 * @typedef {object} Together
 * @property {number} loss of both, mixed
 * @property {number} network of each alone, on the same characters
 * @property {number} statistics
 * @property {number} predictions that these are the means of
 * @property {{ network: number, statistics: number }} better the share of them that each expected by more than a nat more
 * @property {{ name: string, count: number, network: number, statistics: number }[]} places by where a symbol stands
 */

/* ------------------------------------------------------------------ page -> worker */

/**
 * The commands, by type. On the way to the worker every {@link TextSource} in them is a {@link NamedText}.
 *
 * @typedef {object} Commands
 * @property {{ requestId: number, source: TextSource, files?: File[], change?: Change,
 *              previewCharacters: number, wholeUpTo: number, textId?: number }} read
 *   decode a file, or all of `files` as one text, make the `change` in it, and describe it. Answered by `text` or
 *   `failed`. Up to `wholeUpTo` characters come back whole, of more only the first `previewCharacters`. The worker
 *   holds what comes of it as the text `textId`, which is given on the way.
 * @property {{ requestId: number, source: TextSource }} summarize
 *   say what is in a text; answered by `summarized` or `failed`
 * @property {{ requestId: number, config: Config, symbols: number }} probe
 *   how large a model is and how fast this machine would train it, on a text of so many symbols;
 *   answered by `sized`, then by `probed`, or by `failed`. A run that begins ends the trial: then
 *   `probed` has no speed.
 * @property {{ runId: number, config: Config, text: TextSource, sampling: SamplingConfig,
 *              unsaved?: boolean }} start
 *   a new run from fresh weights, training at once; answered by `started` or `failed`. `unsaved`: it is no saved run
 * @property {{ runId: number, weights: ArrayBuffer | Blob, text: TextSource | null, sampling: SamplingConfig }} load
 *   weights from a file; answered by `loaded` or `failed`. They can write at once; `resume` trains.
 * @property {{ runId: number, weights: ArrayBuffer, trainedMs: number, text: TextSource,
 *              sampling: SamplingConfig, training: boolean, kept: string | null,
 *              curve?: import('./loss-history.js').PlainLossHistory }} restore
 *   go back to a snapshot of the page's own (after a fault, or to undo a reset), and go on saving it as
 *   the run `kept`; answered by `started` (and by `paused` when `training` is false) or `failed`
 * @property {{ runId: number, text: TextSource | null, unknown: UnknownSymbols | null }} resume
 *   train on. `text` is for loaded weights that have none yet. Answered by
 *   `resumed`, by `started` (loaded weights met their text), by `symbols` (the text holds symbols
 *   that the vocabulary lacks and `unknown` is null: ask, then resume again) or by `failed`
 * @property {{ runId: number }} pause answered by `paused`; no `progress` follows it
 * @property {{ runId: number, held: boolean }} hold
 *   stand still, for it is another network's turn, or go on. Nothing is measured or saved meanwhile
 * @property {{ runId: number, tuning: Tuning }} tune answered by `tuned` or `failed`
 * @property {{ runId: number }} reschedule
 *   begin a new schedule of the learning rate, as long as the last one, and train; answered by `rescheduled`
 *   or by `failed`
 * @property {{ runId: number, ports: (MessagePort | null)[], worthwhile: number }} parallel
 *   other workers may share the steps of this run; `ports` lead to them, in the order of their ranks.
 *   Answered by `parallel` when it is known whether that is `worthwhile` times as fast, and with how many
 * @property {{ runId: number, why: string }} stopParallel
 *   they are gone, or will be; obeyed at once, in the middle of a step
 * @property {{ runId: number, sampling: SamplingConfig }} sampling how the run writes from now on
 * @property {{ runId: number, requestId: number }} save answered by `saved` or `failed`
 * @property {{ runId: number, requestId: number, form: ExportForm }} export
 *   the model alone, for elsewhere; answered by `exported` or `failed`
 * @property {{ runId: number, requestId: number, question: Question }} look
 *   look into the network as it is now; answered by `looked` or `failed`
 * @property {{ runId: number }} drop forget this run; no event of it follows
 * @property {{ runId: number, key: string, copy: boolean, training: boolean, sampling: SamplingConfig,
 *              previewCharacters: number, wholeUpTo: number, textId?: number }} open
 *   go on with a saved run, or with a copy of it; answered by `opened` and `started` (and by `paused`
 *   when not `training`), by `textless`, by `busy` or by `failed`. `sampling` is for when the saved one is of no use.
 *   `textId` as above.
 * @property {{ runId: number }} autosave save the run now; the tab may go
 * @property {{}} ask give a sign of life; answered at once by `alive`
 * @property {{ runId: number }} acknowledge the page has taken in a `progress`. A page that falls
 *   silent is sent no more, and all at once when it speaks again.
 * @property {{ id: number }} forgetText the page names this text no more
 *
 * @property {{ tab: string | null, again: boolean }} registerTab
 *   this tab is here, under the key that it was given before; answered by `tabRegistered` and `savedRuns`, or by
 *   `notSaved`. `again`: another worker has registered it before. This and the commands below are obeyed at once:
 *   saved runs are there before the wasm is, and whatever happens to it.
 * @property {{ draft: Draft | null }} draft keep the text in the box, or forget it
 * @property {{ key: string, name: string }} rename
 *   This and the commands below are followed by a new `savedRuns`, or by `refused`.
 * @property {{ key: string }} delete answered by `deleted` or by `busy`
 * @property {{ key: string }} undelete as long as it was the last one deleted
 * @property {{ key: string }} duplicate
 * @property {{ key: string }} leave do not offer this run again
 */

/**
 * @typedef {{ what: 'reading', text: string | null, characters: number, units: boolean }
 *   | { what: 'influence', text: string | null, characters: number, at: number }
 *   | { what: 'copies', text: string } | { what: 'run' } | { what: 'sample' } | { what: 'lags', characters: number }
 *   | { what: 'lines', begin: string, count: number, seed: number, sampling: SamplingConfig }} Question what a lens asks. A `text` that is null is the first so many
 *   `characters` of the held-out part. `units`: whether the hidden states are wanted; `at`: the symbol that is predicted
 */

/** @typedef {'onnx' | 'page'} ExportForm a model for other runtimes; one file that writes by itself */

/**
 * A command of one of these types; of any, without a type.
 * @template {keyof Commands} [T=keyof Commands]
 * @typedef {{ [K in T]: { type: K } & Commands[K] }[T]} Command
 */

/**
 * A text in a command: with its content where the worker does not hold it yet.
 * @typedef {Omit<TextSource, 'content'> & { id: number, content?: TextSource['content'] }} NamedText
 */

/** @typedef {'registerTab' | 'draft' | 'rename' | 'delete' | 'undelete' | 'duplicate' | 'leave'} SavedRunsType */

/* ------------------------------------------------------------------ worker -> page */

/**
 * The events, by type.
 *
 * @typedef {object} Events
 * @property {{}} alive
 * @property {{ doing: Doing | null }} doing it begins with this, or is done with it
 * @property {{ heavy: boolean, longestMs: number }} pace
 *   how long it may be between two signs of life while it trains or writes: `longestMs` at most so far;
 *   `heavy`: a step may take long, for the network is large
 * @property {{}} ready the wasm is compiled
 * @property {{ requestId: number, name: string, bytes: number, summary: TextSummary,
 *             reading: Reading, columns: string[], joined: Joined | null, content: Blob | null,
 *             preview: string, whole: boolean, textId?: number }} text
 *   `preview` is the whole text when `whole`. `columns`: of a table. `content`: the text as UTF-8, when it is long
 *   and the source is not that already. `textId`: the worker holds the text.
 * @property {{ requestId: number, summary: TextSummary }} summarized
 * @property {{ requestId: number, model: ModelSummary }} sized
 * @property {{ requestId: number, charactersPerSecond: number | null }} probed
 * @property {{ runId: number, run: RunReport, textName: string,
 *             trainedMs: number }} started
 *   `trainedMs`, here and below: how long the run has trained, without its pauses
 * @property {{ runId: number, weights: WeightsReport }} loaded
 * @property {{ runId: number, unknown: string[], occurrences: number }} symbols
 *   `unknown` lists the symbols (at most 100 of them), `occurrences` counts them in the text
 * @property {{ runId: number, step: number, losses: Float32Array, epoch: number,
 *             charactersSeen: number, trainedMs: number, charactersPerSecond: number,
 *             gradientNorm: number, learningRate: number, updateRatio: number | null,
 *             curve?: import('./loss-history.js').PlainLossHistory }} progress
 *   one slice of about 25 ms: `losses` (nats per character) are those of the steps up to and
 *   including `step`, the last one of the slice. `learningRate`: that the schedule gave the last step.
 *   `updateRatio`: how far the first step moved the weights, as a share of their norm.
 *   `curve`: all of it, after the page had missed some; `losses` are then the newest alone.
 * @property {{ runId: number, heldOut: HeldOut, worseThanBlind: boolean }} heldOut
 *   in the first pass over the text mostly an estimate; a run at rest is measured whole. `worseThanBlind`:
 *   although the training loss is better than blind guessing
 * @property {{ runId: number, piece: import('../page/generated/sample.js').Piece,
 *             restarted: boolean, prompt: string, skipped: string[], mixes: boolean }} wrote
 *   characters of the sampling, and how sure it was of them. `restarted`: a new passage begins, headed by `prompt` (what was really
 *   fed to the network); `skipped` lists the prompt's symbols that the vocabulary lacks;
 *   `mixes`: letter statistics wrote with the network
 * @property {{ runId: number, workers: number, speedUp: number | null,
 *             why: null | 'slow' | 'lost', message?: string }} parallel
 *   so many workers share the steps, which is `speedUp` times as fast as one; or, with a `why`, one
 *   trains on alone: several are no faster here, or one of them was lost
 * @property {{ runId: number }} resumed
 * @property {{ runId: number, step: number }} paused
 * @property {{ runId: number, config: Config, learningRate: number }} tuned the config now
 *   in force, and the learning rate that the schedule makes of it
 * @property {{ runId: number, config: Config, learningRate: number,
 *             scheduleStart: number }} rescheduled likewise, for a schedule that begins after so many characters
 * @property {{ runId: number, step: number, weights: ArrayBuffer,
 *             trainedMs: number }} snapshot
 *   every few seconds: all that is needed to go on from here, for the page to keep
 * @property {{ runId: number, requestId: number, step: number, weights: ArrayBuffer,
 *             trainedMs: number }} saved
 * @property {{ runId: number, step: number, loss: number, learningRate: number,
 *             restoredStep: number, config: Config, times: number, stopped: boolean }} diverged
 *   the loss exploded at `step` under `learningRate`; the weights of `restoredStep` are back and
 *   `config` (with half the learning rate) is in force; `times` in a row so far; `stopped` when the
 *   worker gave up and paused. `loss` may be NaN or infinite.
 * @property {{ runId: number, why: 'end' | 'patience', step: number,
 *             charactersSeen: number, best: HeldOut | null }} finished
 *   the run has its length and was to stop there, or its held-out loss made no progress for as long as
 *   its patience lasts and its best weights are back. Its last weights are measured; `paused` follows, and `resume` trains on
 * @property {{ runId: number, requestId: number, form: ExportForm, step: number,
 *             bytes: ArrayBuffer }} exported
 *   an ONNX file or, for the `page` that writes by itself, a weights file
 * @property {{ tab: string, draft: Draft | null }} tabRegistered the key of this tab from
 *   now on, and the text that was in its box
 * @property {{ runs: SavedRun[] }} savedRuns all saved runs, the newest first
 * @property {{ runId: number, run: SavedRun }} autosaved the run was saved just now
 * @property {{ runId?: number, reason: 'none' | 'full' | 'lost' | 'silent' | 'taken' }} notSaved
 *   nothing is saved, though training goes on: there is no store (a private window), it is full, it
 *   fails, it does not answer, or another tab has the run. Without a `runId` it is a wish about saved
 *   runs that came to nothing
 * @property {{}} unguarded there are no locks that tell which tab has a run open
 * @property {{ runId: number, name: string, weights: ArrayBuffer }} textless
 *   the text of the saved run `name` is gone, or is not the one that it learned: its weights can be loaded
 * @property {{ runId: number, run: SavedRun, text: SavedText, sampling: SamplingConfig,
 *             curve: import('./loss-history.js').PlainLossHistory, training: boolean, textId?: number }} opened
 * @property {{ runId?: number, key: string, name: string }} busy another tab has it open
 * @property {{ key: string, name: string }} deleted
 * @property {{ message: string }} refused a wish about saved runs came to nothing
 * @property {{ runId: number, sample: import('./loss-history.js').Sample }} sampled what the
 *   network writes at this step, from the same beginning with the same random numbers as at any other
 * @property {{ runId: number, requestId: number, step: number, look: Look }} looked
 * @property {{ runId?: number, requestId?: number, name: string, message: string,
 *             field?: string, fatal: boolean }} failed
 *   `name` is stable, `message` a sentence for the person, `field` the Config key at fault.
 *   `fatal`: the wasm instance is broken and this worker must be replaced.
 */

/**
 * @typedef {'loading' | 'read' | 'summarize' | 'start' | 'restore' | 'open' | 'load' | 'resume' | 'save'
 *           | 'export' | 'step'} Doing what a worker may be busy with for long
 */

/**
 * @typedef {{ what: 'reading', skipped: string[] } & import('../../../pkg/babble.js').Reading
 *   | { what: 'influence', text: string, at: number, from: number, influence: Float32Array, skipped: string[] }
 *   | { what: 'lags', influence: Float64Array, places: number }
 *   | { what: 'copies', text: string, copies: Copies | null }
 *   | { what: 'sample', sample: import('./loss-history.js').Sample | null }
 *   | { what: 'run', file: Uint8Array | null, training: string | null }
 *   | { what: 'lines', begin: string, items: Item[], skipped: string[] }} Found
 *   `sample`: what it writes now; null where it gives no probabilities, or has met no text.
 *   `skipped`: the symbols of the text, or of `begin`, that the network does not know.
 *   `file`: all of a run; null for weights without a text. `training`: the text that it is trained on; null when it is
 *   too long to be sent. `influence`: how much each symbol from `from` up to `at` bears on the one at `at`; of `lags` the
 *   mean over so many `places` of how much the symbol bears that is 1, 2, ... back
 * @typedef {Found & { whenMs: number, tookMs: number }} Look `whenMs`: by a clock that all workers share;
 *   `tookMs`: so long training waited
 * @typedef {{ line: string, kind: 'new' | 'known' | 'near', near: string | null }} Item a line that the network wrote; `near`:
 *   the name of the text that differs from it by one letter or, of one that is known, the line that has its name and
 *   another colour
 * @typedef {object} Copies what of a text stands word for word in the training part
 * @property {{ from: number, to: number }[]} copies passages of at least `least` code units, the longest first, none over
 *   another
 * @property {number} share of the text that they are
 * @property {number} least
 * @property {number} unseen the same share of the held-out part
 */

/**
 * An event of one of these types; of any, without a type.
 * @template {keyof Events} [T=keyof Events]
 * @typedef {{ [K in T]: { type: K } & Events[K] }[T]} Event
 */

export {};
