/* tslint:disable */
/* eslint-disable */

/** What the person chose. */
export interface Config {
    /** the recurrence of every layer; rnn is the vanilla one with tanh, relu with max(0, x) */
    cell: 'rnn' | 'relu' | 'gru' | 'lstm';
    /** L, layers stacked on each other */
    layers: number;
    /** H, units of the hidden state */
    hiddenSize: number;
    /** share of values left out between two layers while training */
    dropout: number;
    /** what an LSTM's forget gates begin with */
    forgetBias: number;
    /** orthogonal recurrent weights and Glorot's uniform ones, or PyTorch's own uniform */
    initialization: 'orthogonal' | 'uniform';
    /** B, contiguous streams that are read side by side */
    batchSize: number;
    /** T, characters of every stream that one step reads */
    sequenceLength: number;
    optimizer: 'sgd' | 'adagrad' | 'rmsprop' | 'adam' | 'adamw';
    /** of SGD */
    momentum: number;
    /** of AdamW */
    weightDecay: number;
    /** at its height; the schedule scales it */
    learningRate: number;
    schedule: 'constant' | 'step' | 'cosine';
    /** characters over which the learning rate rises from zero */
    warmupCharacters: number;
    /** what a step decay multiplies by */
    decayFactor: number;
    /** characters between two step decays */
    decayEvery: number;
    /** share of the learning rate that a cosine ends at */
    rateFloor: number;
    /** length of the run in characters, where schedules end */
    runCharacters: number;
    /** whether training stops there */
    stopAtEnd: boolean;
    /** measurements without progress before training stops and goes back to the best weights; 0 never */
    patience: number;
    /** bound on the gradients' global norm; 0 switches clipping off */
    clipNorm: number;
    /** bound on each gradient by itself; 0 switches it off */
    clipValue: number;
    /** parts of the batch whose gradients are summed in a fixed order */
    shards: number;
    /** whether `babble_fused.js` is to train it where the browser can; either package trains any run */
    fused: boolean;
    /** 0 to 2^32 - 1 */
    seed: number;
}
/** Settings that may change between two steps; those left out stay. */
export interface Tuning {
    learningRate?: number;
    clipNorm?: number;
    clipValue?: number;
    dropout?: number;
    sequenceLength?: number;
}
/** Both ends are allowed. */
export interface Range { min: number; max: number }
export interface Limits {
    hiddenSize: Range;
    batchSize: Range;
    sequenceLength: Range;
    learningRate: Range;
    clipNorm: Range;
    clipValue: Range;
    layers: Range;
    dropout: Range;
    forgetBias: Range;
    momentum: Range;
    weightDecay: Range;
    warmupCharacters: Range;
    decayFactor: Range;
    decayEvery: Range;
    rateFloor: Range;
    runCharacters: Range;
    patience: Range;
    shards: Range;
    topK: Range;
    topP: Range;
    seed: Range;
    temperature: Range;
    /** the shortest and the longest text accepted */
    textCharacters: Range;
    /** the largest weights file accepted */
    weightsBytes: number;
}
/** Nats per character over the held-out part, and the step of the weights it was measured on. */
export interface HeldOut { loss: number; step: number }
/** A setting that was lowered so that the text suffices. */
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
/** What a voice wrote, and how sure the network was of it. */
export interface Written {
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
    step: number;
    epoch: number;
    charactersSeen: number;
    characters: number;
    trainingCharacters: number;
    heldOutCharacters: number;
    /** V */
    symbols: number;
    /** characters of the text that were left out, for the vocabulary lacks them */
    skippedCharacters: number;
    /** symbols that the vocabulary gained from this text */
    grownSymbols: number;
    parameters: number;
    /** ln V, the loss of blind guessing */
    uniformLoss: number;
    /** held-out loss of guessing by letter frequency */
    unigramLoss: number;
    heldOut: HeldOut | null;
    /** the best one, while early stopping keeps its weights */
    best: HeldOut | null;
    /** SHA-256, hexadecimal */
    textHash: string;
}
/** What a weights file holds. */
export interface WeightsReport {
    config: Config;
    symbols: number;
    parameters: number;
    step: number;
    heldOut: HeldOut | null;
    /** whether it holds the optimiser's state and the position in the text */
    resumable: boolean;
    /** against the text given with it */
    match: 'same' | 'different' | 'none';
    /** symbols of that text that the vocabulary lacks, at most 100 */
    unknown: string[];
    /** how many characters of that text they are */
    occurrences: number;
}
/** What to do with them: leave them out, or add them to the vocabulary with fresh weights. */
export type UnknownSymbols = 'skip' | 'grow';



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
 * The voice: it owns what it has read and its randomness. Use one with one model only.
 */
export class Sampler {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * A sampler that has read nothing, at temperature 1.
     */
    constructor(seed: number);
    /**
     * 0 always takes the likeliest symbol. Throws outside `limits().temperature`.
     */
    setTemperature(temperature: number): void;
    /**
     * Chooses from the so many likeliest symbols; 0 from all. Throws outside `limits().topK`.
     */
    setTopK(k: number): void;
    /**
     * Chooses from the likeliest symbols that hold this share of the probability; 1 from all. Throws
     * outside `limits().topP`.
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
     * Begins to measure the held-out loss of the present weights, unless that is under way.
     */
    beginEvaluation(): void;
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
     * As `finishStep`, for one who reports nothing and leaves it to another to judge whether training has diverged. Returns
     * whether there was an update at all.
     */
    followStep(): boolean;
    /**
     * Trains on although the run has come to its end: its length does not stop it any more, and patience
     * begins anew.
     */
    goOn(): void;
    /**
     * Whether the present weights are worth a snapshot: they do no worse than blind guessing, tried on
     * the next characters. Costs about a third of a step.
     */
    isHealthy(): boolean;
    /**
     * Makes the next step tell how far it moved the weights.
     */
    measureNextUpdate(): void;
    /**
     * A run with fresh weights on this text.
     */
    constructor(config: Config, text: string);
    /**
     * The model as an ONNX file; the core's `onnx` says what it computes.
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
     * What is being trained, on what.
     */
    report(): RunReport;
    /**
     * Goes back to a file that this run saved; the settings in force stay.
     */
    restore(weights: Uint8Array | number[]): void;
    /**
     * Trains for about `budgetMs` milliseconds and at least one step. Throws `Diverged` when the
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
     * Takes over a part that another worker computed, from `from`, beginning at `at`.
     */
    takePart(shard: number, nats: number, from: Float32Array, at: number): void;
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
     * Whether the run has come to an end that its settings set; [`Trainer::run`] would train on.
     */
    readonly finished: SliceReport['finished'];
    /**
     * Whether a measurement is under way.
     */
    readonly isEvaluating: boolean;
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
     * Parses a file. Throws `BadWeights` with what is wrong with it.
     */
    constructor(file: Uint8Array | number[]);
    /**
     * As [`Trainer::onnx`].
     */
    onnx(): Uint8Array;
    /**
     * As [`Trainer::prompt`].
     */
    prompt(sampler: Sampler, prompt: string): string[];
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
     * As [`Trainer::write_in_detail`].
     */
    writeInDetail(sampler: Sampler, characters: number): Written;
    /**
     * As [`Trainer::write`].
     */
    write(sampler: Sampler, characters: number): string;
}

/**
 * The settings that a new visitor finds.
 */
export function defaults(): Config;

/**
 * The bounds of every setting.
 */
export function limits(): Limits;

/**
 * A panic ends in a trap that says nothing; its sentence goes to the console first.
 */
export function start(): void;

/**
 * What the network of a configuration consists of, for a text of so many symbols. Throws `InvalidConfig`.
 */
export function summarize(config: Config, symbols: number): ModelSummary;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_fingerprint_free: (a: number, b: number) => void;
    readonly __wbg_sampler_free: (a: number, b: number) => void;
    readonly __wbg_trainer_free: (a: number, b: number) => void;
    readonly __wbg_weights_free: (a: number, b: number) => void;
    readonly defaults: () => any;
    readonly fingerprint_add: (a: number, b: number, c: number) => void;
    readonly fingerprint_finish: (a: number) => [number, number];
    readonly fingerprint_new: () => number;
    readonly limits: () => any;
    readonly sampler_new: (a: number) => number;
    readonly sampler_setTemperature: (a: number, b: number) => [number, number];
    readonly sampler_setTopK: (a: number, b: number) => [number, number];
    readonly sampler_setTopP: (a: number, b: number) => [number, number];
    readonly start: () => void;
    readonly summarize: (a: any, b: number) => [number, number, number];
    readonly trainer_abandonParts: (a: number) => void;
    readonly trainer_beginEvaluation: (a: number) => void;
    readonly trainer_computePart: (a: number, b: number) => number;
    readonly trainer_evaluate: (a: number, b: number) => any;
    readonly trainer_finishStep: (a: number, b: any) => [number, number];
    readonly trainer_finished: (a: number) => any;
    readonly trainer_followStep: (a: number) => number;
    readonly trainer_goOn: (a: number) => void;
    readonly trainer_isEvaluating: (a: number) => number;
    readonly trainer_isHealthy: (a: number) => number;
    readonly trainer_measureNextUpdate: (a: number) => void;
    readonly trainer_new: (a: any, b: number, c: number) => [number, number, number];
    readonly trainer_onnx: (a: number) => [number, number];
    readonly trainer_partLength: (a: number, b: number) => number;
    readonly trainer_prompt: (a: number, b: number, c: number, d: number) => [number, number];
    readonly trainer_report: (a: number) => any;
    readonly trainer_restore: (a: number, b: number, c: number) => [number, number];
    readonly trainer_run: (a: number, b: number) => [number, number, number];
    readonly trainer_save: (a: number) => [number, number];
    readonly trainer_saveWeights: (a: number) => [number, number];
    readonly trainer_shards: (a: number) => number;
    readonly trainer_step: (a: number) => number;
    readonly trainer_takePart: (a: number, b: number, c: number, d: any, e: number) => void;
    readonly trainer_tune: (a: number, b: any) => [number, number];
    readonly trainer_write: (a: number, b: number, c: number) => [number, number, number, number];
    readonly trainer_writeInDetail: (a: number, b: number, c: number) => [number, number, number];
    readonly trainer_writePart: (a: number, b: number, c: any, d: number) => void;
    readonly weights_new: (a: number, b: number) => [number, number, number];
    readonly weights_onnx: (a: number) => [number, number];
    readonly weights_prompt: (a: number, b: number, c: number, d: number) => [number, number];
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
