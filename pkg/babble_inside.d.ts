/* tslint:disable */
/* eslint-disable */

/** A word of 2 to 6 letters, of which two differ, and a network of 1 to 4 units in each of 1 or 2 layers. */
export interface InsideSettings {
    cell: 'rnn' | 'relu' | 'gru' | 'lstm';
    layers: number;
    hidden: number;
    word: string;
    /** A whole number below 2^32. */
    seed: number;
}

/** A tensor by PyTorch's name. Its weights lie column by column among all, from `begin` on. */
export interface InsideTensor { name: string, rows: number, columns: number, begin: number }

/** One layer at one time step. The gates lie in blocks of as many numbers as units; `c` is an LSTM's memory. */
export interface LayerStep { gates: number[], h: number[], c: number[] }

/** One time step: logits `y`, probabilities `p`, and what it adds to the loss before the mean. */
export interface ForwardStep { layers: LayerStep[], y: number[], p: number[], loss: number }

/** One layer at one time step on the way back; `d_` is the gradient of the mean loss. */
export interface LayerBackward {
    d_h_from_next: number[];
    d_h_from_above: number[];
    /** The sum of the two. */
    d_h: number[];
    /** Of the gates before they are squashed, in the blocks of `gates`. */
    d_gates: number[];
}

/** One time step on the way back. `d_weights` is what it adds to the gradient of every weight. */
export interface BackwardStep { d_y: number[], layers: LayerBackward[], d_weights: number[] }

/** Every number of one step of learning. */
export interface Trace {
    /** The letters that the network knows; an output for each. */
    letters: string[];
    /** For each time step the letter that is read, as its place among `letters`. */
    inputs: number[];
    /** Likewise the letter that should be guessed. */
    targets: number[];
    gateNames: string[];
    weights: number[];
    forward: ForwardStep[];
    /** In the order of time. */
    backward: BackwardStep[];
    /** The mean over time. */
    loss: number;
    /** The sum over time of `d_weights`. */
    gradient: number[];
}

/** A weight's gradient beside the slope that moving it both ways shows. */
export interface InsideCheck {
    nudge: number;
    above: number;
    below: number;
    slope: number;
    gradient: number;
    difference: number;
}

/** The same for every weight, and the one at which gradient and slope differ most. */
export interface InsideChecks {
    gradients: number[];
    slopes: number[];
    differences: number[];
    worst: number;
}

/** A mistake that people make in back-propagation: see `Mistake` in the sources. */
export type Mistake = 'forgetSlope' | 'forgetNext' | 'noTranspose' | 'forgetAbove' | 'inputForState'
| 'stateOff' | 'productOverTime' | 'noSumOverTime' | 'forgetBias';



/**
 * A small network and the word that it reads.
 */
export class Inside {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Moves every weight both ways, beside the gradient that this mistake comes to, or the right one. Throws
     * `InvalidNetwork` for a mistake where `mistakes()` is empty.
     */
    checkAll(mistake: Mistake | null): InsideChecks;
    /**
     * Moves one weight both ways. Throws `InvalidNetwork` when there is no such weight.
     */
    check(weight: number): InsideCheck;
    /**
     * The mistakes that can be put into the backward pass of this network.
     */
    mistakes(): Mistake[];
    /**
     * A network with random weights. Throws `InvalidNetwork`.
     */
    constructor(settings: InsideSettings);
    /**
     * The tensors in the order of their weights.
     */
    tensors(): InsideTensor[];
    /**
     * Every number of one step of learning.
     */
    trace(): Trace;
    /**
     * Moves every weight against its gradient, by this rate. Returns the new loss.
     */
    update(rate: number): number;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_inside_free: (a: number, b: number) => void;
    readonly inside_check: (a: number, b: number) => [number, number, number];
    readonly inside_checkAll: (a: number, b: any) => [number, number, number];
    readonly inside_mistakes: (a: number) => [number, number, number];
    readonly inside_new: (a: any) => [number, number, number];
    readonly inside_tensors: (a: number) => [number, number, number];
    readonly inside_trace: (a: number) => [number, number, number];
    readonly inside_update: (a: number, b: number) => number;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __externref_table_dealloc: (a: number) => void;
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
