/* tslint:disable */
/* eslint-disable */

/** A schedule that begins where a run has come to; what is left out is as in the one before. */
export type NewSchedule = Partial<Pick<Config,
'runCharacters' | 'learningRate' | 'schedule' | 'warmupCharacters' | 'decayFactor' | 'decayEvery' | 'rateFloor'>>;
/** What stands out in a text. */
export interface TextFacts {
    /** How many symbols only the held-out part has, or has for the most part. */
    unlearnedSymbols: number;
    /** How many characters of the held-out part they are. */
    unlearnedCharacters: number;
    /** A list in the order of the alphabet. */
    sorted: boolean;
    /** The share of the held-out part that stands word for word in the rest. */
    repeated: number;
    /** Control characters other than newlines and tabs. */
    controls: number;
    /** Closing tags, as markup has them. */
    tags: number;
    /** What follows from all this, in sentences. */
    remarks: string[];
}

/**
 * Nats per character over the held-out part, and the step of the weights it was measured on. An `estimate`
 * is the mean over so many predictions at its beginning only.
 */
export interface HeldOut { loss: number; step: number; estimate?: number }
/** A setting that was lowered because the text is short. */
export interface Shrunk { field: 'batchSize' | 'sequenceLength'; asked: number; used: number }
/** What one slice of training did. */
export interface SliceReport {
    /** steps done */
    step: number;
    /** nats per character of each step of the slice */
    losses: Float32Array;
    /** complete passes over the training part */
    epoch: number;
    /** predictions trained on */
    charactersSeen: number;
    /** of the last step, before clipping */
    gradientNorm: number;
    /** that the schedule gave the last step */
    learningRate: number;
    /** how far the first step of the slice moved the weights, as a share of their norm */
    updateRatio: number | null;
    /** the run has its length and was to stop; or patience is over and the best weights are back */
    finished: 'end' | 'patience' | null;
}
/** What a sampler wrote, and how sure the network was of it. */
export interface Written {
    /** so many characters as were asked for */
    text: string;
    /** of each character, by the network itself: at temperature 1, from all symbols */
    probabilities: Float32Array;
    /** for each character, its likeliest symbols (five or, with fewer in the vocabulary, all), likeliest first */
    alternatives: string;
    /** one for each of `alternatives` */
    alternativeProbabilities: Float32Array;
}
/** What a network consists of. */
export interface ModelSummary {
    /** by PyTorch's names; `shape` is rows and columns, or the length of a vector */
    tensors: { name: string; shape: number[]; parameters: number }[];
    /** from the input up */
    layers: { name: string; parameters: number }[];
    parameters: number;
    /** that the weights take */
    bytes: number;
    /** that reading one character and predicting the next takes */
    multiplyAddsPerCharacter: number;
    /** that training takes at most, the text aside */
    workingBytes: number;
}
/** What is being trained, on what. */
export interface RunReport {
    /** with batch size and sequence length as used */
    config: Config;
    shrunk: Shrunk[];
    /** new weights; the exact continuation of a file; a file's weights on another text */
    origin: 'fresh' | 'exact' | 'weights';
    /** step of the file that the weights came from, 0 when fresh */
    originStep: number;
    /** steps done */
    step: number;
    /** why training has come to its end, if it has */
    finished: SliceReport['finished'];
    /** complete passes over the training part */
    epoch: number;
    /** predictions trained on */
    charactersSeen: number;
    /** of these, how many were seen when the present schedule began */
    scheduleStart: number;
    /** that the schedule gives now */
    learningRate: number;
    /** of the whole text */
    characters: number;
    trainingCharacters: number;
    /** the last ones, which are never trained on */
    heldOutCharacters: number;
    /** V, the size of the vocabulary */
    symbols: number;
    /** characters of the text that were left out, for the vocabulary lacks them */
    skippedCharacters: number;
    /** symbols that the vocabulary gained from this text */
    grownSymbols: number;
    /** numbers in all weights */
    parameters: number;
    /** ln V, the loss of blind guessing, in nats per character */
    uniformLoss: number;
    /** held-out loss of guessing by letter frequency, in nats per character */
    unigramLoss: number;
    /** the newest one; null before the first */
    heldOut: HeldOut | null;
    /** the best one, while early stopping keeps its weights */
    best: HeldOut | null;
    /** SHA-256, hexadecimal */
    textHash: string;
}
/** What a weights file holds. */
export interface WeightsReport {
    config: Config;
    /** V, the size of the vocabulary */
    symbols: number;
    /** numbers in all weights */
    parameters: number;
    /** steps that it has been trained for */
    step: number;
    /** the newest one; null before the first */
    heldOut: HeldOut | null;
    /** whether it holds the optimiser's state and the position in the text */
    resumable: boolean;
    /** types of its numbers that were converted to F32, as the file names them */
    converted: string[];
    /** against the text given with it */
    match: 'same' | 'different' | 'none';
    /** symbols of that text that the vocabulary lacks, at most 100 */
    unknown: string[];
    /** how many characters of that text they are */
    occurrences: number;
}
/** What to do with them: leave them out, or add them to the vocabulary with fresh weights. */
export type UnknownSymbols = 'skip' | 'grow';



/** A text as the network reads it, from a state of zeros. */
export interface Reading {
    /** what was read: the text without the symbols that the vocabulary lacks */
    text: string;
    /** -ln p of every character but the first, in nats; their mean is the loss of the text */
    surprise: Float32Array;
    /** the hidden states of all layers behind each character, L*H of them; empty unless they were asked for */
    units: Float32Array;
}



/**
 * The hash by which a run knows its text, of a text that comes in pieces.
 */
export class Fingerprint {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The next piece of a text whose line ends are newlines and whose byte-order mark is gone. No
     * surrogate pair may be cut.
     */
    add(piece: string): void;
    /**
     * `RunReport.textHash` of all pieces together; ends this object's life.
     */
    finish(): string;
    /**
     * Of nothing yet.
     */
    constructor();
}

/**
 * Writes text. It owns what it has read and its randomness. Use one with one model only.
 */
export class Sampler {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The next character is drawn from `weight p + shares` in place of the network's own `p`. The shares, one for each
     * symbol, sum to what the weight leaves of 1.
     */
    mixNext(weight: number, shares: Float32Array | number[]): void;
    /**
     * A sampler that has read nothing, at temperature 1.
     */
    constructor(seed: number);
    /**
     * 0 always takes the likeliest symbol. Throws outside `LIMITS.temperature`.
     */
    setTemperature(temperature: number): void;
    /**
     * Chooses from the so many likeliest symbols; 0 from all. Throws outside `LIMITS.topK`.
     */
    setTopK(k: number): void;
    /**
     * Chooses from the likeliest symbols that hold this share of the probability; 1 from all. Throws
     * outside `LIMITS.topP`.
     */
    setTopP(p: number): void;
}

/**
 * One training run.
 */
export class Trainer {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Gives up the step whose parts were begun: all is as it was before.
     */
    abandonParts(): void;
    /**
     * As `beginEvaluation`, but in the first pass over the text only the beginning of the held-out part is
     * read. Such an estimate counts for nothing.
     */
    beginEstimate(): void;
    /**
     * Begins to measure the held-out loss of the present weights. A measurement of other weights that is
     * under way is given up, unless it counts for patience.
     */
    beginEvaluation(): void;
    /**
     * Begins a new schedule of the learning rate at the present weights, which ends at the run's new length.
     * Patience begins anew. Throws `InvalidConfig`, and then nothing has changed.
     */
    beginSchedule(schedule: NewSchedule): void;
    /**
     * Computes the part of this shard in the next step. Returns its summed loss in nats.
     */
    computePart(shard: number): number;
    /**
     * Goes on measuring for about `budgetMs` milliseconds; the result when it is complete.
     */
    evaluate(budgetMs: number): HeldOut | null;
    /**
     * Ends the step whose parts are all there, and writes to `report`: steps done, loss, epoch, characters
     * seen, gradient norm, learning rate and, where it was asked for, the update ratio (else NaN), all as in
     * `SliceReport`. Throws `Diverged` as `run` does.
     */
    finishStep(report: Float64Array): void;
    /**
     * As `finishStep`, for a worker that reports nothing: the leader judges whether training has diverged. Returns
     * whether there was an update.
     */
    followStep(): boolean;
    /**
     * Trains on although the run has come to its end: its length does not stop it any more, and patience
     * begins anew.
     */
    goOn(): void;
    /**
     * -ln p of each character that the newest complete measurement predicted: of the held-out part from its
     * second on.
     */
    heldOutSurprise(): Float32Array;
    /**
     * The first characters, at most so many, of the part of the text that is held out.
     */
    heldOutText(most: number): string;
    /**
     * How much each character of a text but the last bears on the prediction of the last: the length of
     * the gradient of its `-ln p` with respect to the character's one-hot vector. What the vocabulary
     * lacks is left out.
     */
    influence(text: string): Float32Array;
    /**
     * Whether the present weights are worth a snapshot: they do no worse than blind guessing, tried on
     * the next characters. Costs about a third of a step.
     */
    isHealthy(): boolean;
    /**
     * Makes the next step report how far it moved the weights.
     */
    measureNextUpdate(): void;
    /**
     * A run with fresh weights on this text. A setting that is left out is as in `defaults()`. Throws
     * `InvalidConfig`, with the setting as `field`, or what is wrong with the text.
     */
    constructor(config: Partial<Config>, text: string);
    /**
     * The model as an ONNX file: ids and a state in, logits and the next state out.
     */
    onnx(): Uint8Array;
    /**
     * How many numbers a shard's part consists of.
     */
    partLength(shard: number): number;
    /**
     * Makes `sampler` read `prompt` anew; returns the symbols that it had to skip.
     */
    prompt(sampler: Sampler, prompt: string): string[];
    /**
     * Reads a text with the present weights; `units`: whether the hidden states are wanted.
     */
    read(text: string, units: boolean): Reading;
    /**
     * What is being trained, on what.
     */
    report(): RunReport;
    /**
     * Goes back to a file that this run saved; the settings in force stay.
     */
    restore(weights: Uint8Array | number[]): void;
    /**
     * Trains for about `budgetMs` milliseconds and at least one step, and stops early where a measurement is
     * due. Throws `Diverged` when the
     * weights are of no use any more.
     */
    run(budgetMs: number): SliceReport;
    /**
     * The model alone as a safetensors file, without what an exact continuation needs.
     */
    saveWeights(): Uint8Array;
    /**
     * The run as a safetensors file, with all that an exact continuation needs.
     */
    save(): Uint8Array;
    /**
     * Copies a part that another worker computed, from `from`, beginning at `at`.
     */
    takePart(shard: number, nats: number, from: Float32Array, at: number): void;
    /**
     * The first characters, at most so many, of the part of the text that is trained on.
     */
    trainingText(most: number): string;
    /**
     * Changes settings between two steps; all of them or, when one is refused, none.
     */
    tune(tuning: Tuning): void;
    /**
     * As `write`, with the probability of each character and its likeliest alternatives.
     */
    writeInDetail(sampler: Sampler, characters: number): Written;
    /**
     * Writes a computed part to `to`, beginning at `at`.
     */
    writePart(shard: number, to: Float32Array, at: number): void;
    /**
     * Lets `sampler` write on with the present weights.
     */
    write(sampler: Sampler, characters: number): string;
    /**
     * Whether the run has come to an end that its settings set; `run` would train on.
     */
    readonly finished: SliceReport['finished'];
    /**
     * Whether a measurement is under way.
     */
    readonly isEvaluating: boolean;
    /**
     * Whether the newest held-out loss is that of the present weights.
     */
    readonly isMeasured: boolean;
    /**
     * Whether the next measurement counts for patience; never without patience. A run that is measured
     * whenever this says so, before it goes on, ends with the same weights however fast the machine is.
     */
    readonly isMeasurementDue: boolean;
    /**
     * Whether the newest held-out loss is worse than blind guessing although the training loss was clearly
     * better: the text is known by heart or its end is of another kind, or the network has come to a state
     * that it never leaves, which `stateReset` prevents.
     */
    readonly isWorseThanBlind: boolean;
    /**
     * Into how many shards the batch is cut; at most so many workers can share a step.
     */
    readonly shards: number;
    /**
     * Steps done.
     */
    readonly step: number;
}

/**
 * The content of a weights file, before it meets a text.
 */
export class Weights {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * How much each character of a text but the last bears on the prediction of the last: the length of
     * the gradient of its `-ln p` with respect to the character's one-hot vector. What the vocabulary
     * lacks is left out.
     */
    influence(text: string): Float32Array;
    /**
     * Parses a file. Throws `BadWeights` with what is wrong with it.
     */
    constructor(file: Uint8Array | number[]);
    /**
     * The model as an ONNX file: ids and a state in, logits and the next state out.
     */
    onnx(): Uint8Array;
    /**
     * Makes `sampler` read `prompt` anew; returns the symbols that it had to skip.
     */
    prompt(sampler: Sampler, prompt: string): string[];
    /**
     * Reads a text with the present weights; `units`: whether the hidden states are wanted.
     */
    read(text: string, units: boolean): Reading;
    /**
     * What the file holds, and how `text` compares with the one that it was learning.
     */
    report(text?: string | null): WeightsReport;
    /**
     * Trains on: exactly, when it is the same text, else from these weights. Throws `UnknownSymbols`,
     * with `symbols` and `occurrences`, when the text holds some and `unknown` is not given.
     */
    resume(text: string, unknown?: UnknownSymbols | null): Trainer;
    /**
     * As `write`, with the probability of each character and its likeliest alternatives.
     */
    writeInDetail(sampler: Sampler, characters: number): Written;
    /**
     * Lets `sampler` write on with the present weights.
     */
    write(sampler: Sampler, characters: number): string;
}

/**
 * The settings that a new visitor finds.
 */
export function defaults(): Config;

/**
 * What a person should know of a text before it is learned. Its line ends are newlines and its byte-order mark is gone.
 */
export function factsOf(text: string): TextFacts;

/**
 * What the network of a configuration consists of, for a text of so many symbols. A setting that is left out
 * is as in `defaults()`. Throws `InvalidConfig`.
 */
export function summarize(config: Partial<Config>, symbols: number): ModelSummary;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_fingerprint_free: (a: number, b: number) => void;
    readonly __wbg_sampler_free: (a: number, b: number) => void;
    readonly __wbg_trainer_free: (a: number, b: number) => void;
    readonly __wbg_weights_free: (a: number, b: number) => void;
    readonly defaults: () => any;
    readonly factsOf: (a: number, b: number) => any;
    readonly fingerprint_add: (a: number, b: number, c: number) => void;
    readonly fingerprint_finish: (a: number) => [number, number];
    readonly fingerprint_new: () => number;
    readonly sampler_mixNext: (a: number, b: number, c: number, d: number) => void;
    readonly sampler_new: (a: number) => number;
    readonly sampler_setTemperature: (a: number, b: number) => [number, number];
    readonly sampler_setTopK: (a: number, b: number) => [number, number];
    readonly sampler_setTopP: (a: number, b: number) => [number, number];
    readonly start: () => void;
    readonly summarize: (a: any, b: number) => [number, number, number];
    readonly trainer_abandonParts: (a: number) => void;
    readonly trainer_beginEstimate: (a: number) => void;
    readonly trainer_beginEvaluation: (a: number) => void;
    readonly trainer_beginSchedule: (a: number, b: any) => [number, number];
    readonly trainer_computePart: (a: number, b: number) => number;
    readonly trainer_evaluate: (a: number, b: number) => any;
    readonly trainer_finishStep: (a: number, b: any) => [number, number];
    readonly trainer_finished: (a: number) => any;
    readonly trainer_followStep: (a: number) => number;
    readonly trainer_goOn: (a: number) => void;
    readonly trainer_heldOutSurprise: (a: number) => [number, number];
    readonly trainer_heldOutText: (a: number, b: number) => [number, number];
    readonly trainer_influence: (a: number, b: number, c: number) => [number, number];
    readonly trainer_isEvaluating: (a: number) => number;
    readonly trainer_isHealthy: (a: number) => number;
    readonly trainer_isMeasured: (a: number) => number;
    readonly trainer_isMeasurementDue: (a: number) => number;
    readonly trainer_isWorseThanBlind: (a: number) => number;
    readonly trainer_measureNextUpdate: (a: number) => void;
    readonly trainer_new: (a: any, b: number, c: number) => [number, number, number];
    readonly trainer_onnx: (a: number) => [number, number, number, number];
    readonly trainer_partLength: (a: number, b: number) => number;
    readonly trainer_prompt: (a: number, b: number, c: number, d: number) => [number, number];
    readonly trainer_read: (a: number, b: number, c: number, d: number) => any;
    readonly trainer_report: (a: number) => any;
    readonly trainer_restore: (a: number, b: number, c: number) => [number, number];
    readonly trainer_run: (a: number, b: number) => [number, number, number];
    readonly trainer_save: (a: number) => [number, number];
    readonly trainer_saveWeights: (a: number) => [number, number];
    readonly trainer_shards: (a: number) => number;
    readonly trainer_step: (a: number) => number;
    readonly trainer_takePart: (a: number, b: number, c: number, d: any, e: number) => void;
    readonly trainer_trainingText: (a: number, b: number) => [number, number];
    readonly trainer_tune: (a: number, b: any) => [number, number];
    readonly trainer_write: (a: number, b: number, c: number) => [number, number, number, number];
    readonly trainer_writeInDetail: (a: number, b: number, c: number) => [number, number, number];
    readonly trainer_writePart: (a: number, b: number, c: any, d: number) => void;
    readonly weights_influence: (a: number, b: number, c: number) => [number, number];
    readonly weights_new: (a: number, b: number) => [number, number, number];
    readonly weights_onnx: (a: number) => [number, number, number, number];
    readonly weights_prompt: (a: number, b: number, c: number, d: number) => [number, number];
    readonly weights_read: (a: number, b: number, c: number, d: number) => any;
    readonly weights_report: (a: number, b: number, c: number) => any;
    readonly weights_resume: (a: number, b: number, c: number, d: any) => [number, number, number];
    readonly weights_write: (a: number, b: number, c: number) => [number, number, number, number];
    readonly weights_writeInDetail: (a: number, b: number, c: number) => [number, number, number];
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __externref_drop_slice: (a: number, b: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;

/** What the person chose. */
export interface Config {
  /**
   * The recurrence of every layer.
   * ("gru" in a new run)
   */
  cell: 'rnn' | 'relu' | 'gru' | 'lstm';
  /**
   * L, layers stacked on each other.
   * (1 to 8; 1 in a new run)
   */
  layers: number;
  /**
   * H, units of the hidden state.
   * (1 to 1024; 128 in a new run)
   */
  hiddenSize: number;
  /**
   * The share of values left out between two layers while training.
   * (0 to 0.9; 0 in a new run; may change during a run)
   */
  dropout: number;
  /**
   * What the biases of an LSTM's forget gates begin with; the other cells have none.
   * (0 to 5; 1 in a new run)
   */
  forgetBias: number;
  /**
   * How the weights are drawn.
   * ("orthogonal" in a new run)
   */
  initialization: 'orthogonal' | 'uniform';
  /**
   * B, streams of text that are read side by side.
   * (1 to 512; 10 in a new run)
   */
  batchSize: number;
  /**
   * T, characters of every stream that one step reads.
   * (1 to 1024; 64 in a new run; may change during a run)
   */
  sequenceLength: number;
  /**
   * Characters that a stream reads on end before it goes on elsewhere in the text, from the zero state. In each pass the passages come in another order, spread over the text. 0: each stream is a contiguous part of the text, as it is where the text is too short for two passages in each stream.
   * (0 to 1000000; 512 in a new run)
   */
  passageLength: number;
  /**
   * The probability with which each stream begins a chunk with the zero state instead of the carried one. Without it training hardly ever meets the zero state, and a network may never leave a state that some texts lead it to from there.
   * (0 to 1; 0.1 in a new run; may change during a run)
   */
  stateReset: number;
  /**
   * The optimiser.
   * ("adam" in a new run)
   */
  optimizer: 'sgd' | 'adagrad' | 'rmsprop' | 'adam' | 'adamw';
  /**
   * SGD's momentum; the other optimisers have none to set.
   * (0 to 0.999; 0 in a new run)
   */
  momentum: number;
  /**
   * AdamW's weight decay; the other optimisers have none.
   * (0 to 1; 0.01 in a new run)
   */
  weightDecay: number;
  /**
   * What the average of the weights keeps of itself with each step; 0 for no average. The network that is measured, writes and is saved has the average weights. Training does not see them.
   * (0 to 0.9999; 0.998 in a new run)
   */
  averaging: number;
  /**
   * The learning rate at its height; the schedule scales it.
   * (1e-6 to 1000; 0.03 in a new run; may change during a run)
   */
  learningRate: number;
  /**
   * The learning rate of the weights that lead from unit to unit, within a layer and between layers, as a share of the others'.
   * (0 to 1; 0.25 in a new run)
   */
  recurrentRate: number;
  /**
   * How the learning rate changes.
   * ("cosine" in a new run)
   */
  schedule: 'constant' | 'step' | 'cosine';
  /**
   * Characters over which the learning rate rises from zero, under any schedule.
   * (0 to 1000000000000; 20000 in a new run)
   */
  warmupCharacters: number;
  /**
   * What a step decay multiplies by.
   * (0 to 1; 0.5 in a new run)
   */
  decayFactor: number;
  /**
   * Characters between two step decays.
   * (1 to 1000000000000; 1000000 in a new run)
   */
  decayEvery: number;
  /**
   * The share of the learning rate that a cosine ends at.
   * (0 to 1; 0.02 in a new run)
   */
  rateFloor: number;
  /**
   * The length of the run in characters: where schedules end.
   * (1 to 1000000000000; 5000000 in a new run)
   */
  runCharacters: number;
  /**
   * Whether training stops there; otherwise it goes on at the rate that the schedule ended with.
   * (true in a new run)
   */
  stopAtEnd: boolean;
  /**
   * Measurements of the held-out loss without progress before training stops and goes back to the best weights; 0 never. One counts in each pass over the text, or in 100,000 characters if that is more.
   * (0 to 10000; 0 in a new run)
   */
  patience: number;
  /**
   * The bound on the gradients' global norm; 0 switches clipping off.
   * (0 to 1000; 1 in a new run; may change during a run)
   */
  clipNorm: number;
  /**
   * The bound on each gradient by itself, applied before the norm's; 0 switches it off.
   * (0 to 1000; 0 in a new run; may change during a run)
   */
  clipValue: number;
  /**
   * Parts of the batch whose gradients are summed in a fixed order, so that several workers can share a step and come to the same bits as one.
   * (1 to 16; 1 in a new run)
   */
  shards: number;
  /**
   * Whether multiplications are fused with the additions behind them where the page's browser can: faster, and the last digits are the processor's. The native build rounds after each operation whatever this says.
   * (false in a new run)
   */
  fused: boolean;
  /**
   * What the initial weights and the sampler are drawn from.
   * (0 to 4294967295; 1 in a new run)
   */
  seed: number;
}
/** Settings that may change between two steps; those left out stay. */
export type Tuning = Partial<Pick<Config, 'dropout' | 'sequenceLength' | 'stateReset' | 'learningRate' | 'clipNorm' | 'clipValue'>>;
/** Both ends are allowed. */
export interface Range { min: number; max: number }
/** The bounds of everything that has some. */
export interface Limits {
  layers: Range;
  hiddenSize: Range;
  dropout: Range;
  forgetBias: Range;
  batchSize: Range;
  sequenceLength: Range;
  passageLength: Range;
  stateReset: Range;
  momentum: Range;
  weightDecay: Range;
  averaging: Range;
  learningRate: Range;
  recurrentRate: Range;
  warmupCharacters: Range;
  decayFactor: Range;
  decayEvery: Range;
  rateFloor: Range;
  runCharacters: Range;
  patience: Range;
  clipNorm: Range;
  clipValue: Range;
  shards: Range;
  seed: Range;
  /** of a sampler; 0 always takes the likeliest symbol */
  temperature: Range;
  /** of a sampler; 0 chooses from all symbols */
  topK: Range;
  /** of a sampler; 1 chooses from all symbols */
  topP: Range;
  /** of a text */
  textCharacters: Range;
  /** the largest weights file accepted */
  weightsBytes: number;
}
/** One row of the table of settings. */
export interface Setting {
  key: keyof Config;
  /** what people call it */
  label: string;
  /** what it is, in a sentence or two */
  about: string;
  kind: 'whole' | 'number' | 'switch' | 'choice';
  /** of a number */
  min?: number;
  max?: number;
  /** the names that a choice is among */
  choices?: string[];
  /** what a new run has */
  default: number | boolean | string;
  /** whether it may change between two steps of a run */
  live: boolean;
}
/** A recurrence. */
export interface Cell {
  /** what people call it */
  label: string;
  /** the module of `torch.nn` that computes it, with its options besides the sizes as Python writes them */
  torch: { module: string; options: string } | null;
}
