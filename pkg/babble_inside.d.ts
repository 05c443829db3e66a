/* tslint:disable */
/* eslint-disable */

/** A word of 2 to 6 letters, of which two differ, and a network of 1 to 4 units in each of 1 or 2 layers. */
export interface InsideSettings {
    cell: 'rnn' | 'relu' | 'gru' | 'lstm';
    layers: number;
    hidden: number;
    word: string;
    /** In place of the word: for each time step numbers to read, and those that should come of them. A space stands between numbers, a semicolon between steps. */
    numbers?: { inputs: string, targets: string };
    /** A whole number below 2^32. */
    seed: number;
}

/** A tensor by PyTorch's name. Its weights lie column by column among all, from `begin` on. */
export interface InsideTensor { name: string, rows: number, columns: number, begin: number }

/** One layer at one time step. The gates lie in blocks of as many numbers as units; `c` is an LSTM's memory. */
export interface LayerStep { gates: number[], h: number[], c: number[] }

/** One time step: logits `y`, probabilities `p` (of numbers: outputs `y`, and `p = y` less its target), and what it adds to the loss before the mean. */
export interface ForwardStep { layers: LayerStep[], y: number[], p: number[], loss: number }

/** One layer at one time step on the way back; `d_` is the gradient of the mean loss. */
export interface LayerBackward {
    d_h_from_next: number[];
    d_h_from_above: number[];
    /** The sum of the two. */
    d_h: number[];
    /** The same sum by the losses that it comes from: those of this time step, the next ... the last. */
    d_h_of_loss: number[][];
    /** What an LSTM's next memory sends back. */
    d_c_from_next: number[];
    /** That, and what comes to the memory through `h`. */
    d_c: number[];
    /** Of the gates before they are squashed, in the blocks of `gates`. */
    d_gates: number[];
}

/** One time step on the way back. `d_weights` is what it adds to the gradient of every weight. */
export interface BackwardStep { d_y: number[], layers: LayerBackward[], d_weights: number[] }

/** Every number of one step of learning. */
export interface Trace {
    /** The letters that the network knows; an output for each. Of numbers there are none. */
    letters: string[];
    /** For each time step the letter that is read, as its place among `letters`. */
    inputs: number[];
    /** Likewise the letter that should be guessed. */
    targets: number[];
    /** For each time step what is read and what should come of it, where they are numbers. */
    numbers: { inputs: number[][], targets: number[][] } | null;
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
    /** What the mistake makes of each time step, in the order of time, and of each of its layers; empty without one. The fields are those of `LayerBackward`. */
    steps: Pick<LayerBackward, 'd_h' | 'd_c' | 'd_gates'>[][];
}

/** A mistake that people make in back-propagation: see `Mistake` in the sources. */
export type Mistake = 'forgetSlope' | 'forgetNext' | 'noTranspose' | 'forgetAbove' | 'inputForState'
| 'stateOff' | 'productOverTime' | 'noSumOverTime' | 'forgetBias' | 'forgetGateSlope' | 'forgetCarry'
| 'resetBefore' | 'forgetReset' | 'swapUpdate' | 'forgetMemory' | 'forgetForget' | 'memoryOff' | 'forgetOutput';

/** What is checked of a run: `samples` of its `weights` are nudged, on `streams` of the `ofStreams` of its next chunk of `steps` steps. */
export interface RunCheckPlan {
    step: number;
    weights: number;
    samples: number;
    streams: number;
    ofStreams: number;
    steps: number;
    loss: number;
}

/** What was found of a tensor. `error` is relative, of the nudged weights; `single` that of the whole gradient in f32 beside f64. The place is that of the weight whose `gradient` and `slope` differ most. */
export interface TensorCheck {
    name: string;
    weights: number;
    samples: number;
    /** Weights left out because a ReLU has a kink there. */
    kinks: number;
    error: number;
    single: number;
    agrees: boolean;
    row: number;
    column: number;
    gradient: number;
    slope: number;
}



/**
 * A small network and the word that it reads.
 */
export class Inside {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Moves every weight both ways, beside the gradient that this mistake comes to, or the right one; and the way back
     * with the mistake. Throws `InvalidNetwork` for a mistake where `mistakes()` is empty.
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

/**
 * The check of a run's gradient on its next chunk, a weight at a time.
 */
export class RunCheck {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * `file`: the run as `Trainer.save` gives it. `training`: the part of its text that it is trained on. Computes the
     * gradients. Throws `InvalidRun` when this run cannot be checked.
     */
    constructor(file: Uint8Array | number[], training: string);
    /**
     * Nudges the next weight both ways. Returns how many have been nudged.
     */
    nudgeNext(): number;
    /**
     * What is checked.
     */
    plan(): RunCheckPlan;
    /**
     * What was found of each tensor so far.
     */
    report(): TensorCheck[];
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_inside_free: (a: number, b: number) => void;
    readonly __wbg_runcheck_free: (a: number, b: number) => void;
    readonly inside_check: (a: number, b: number) => [number, number, number];
    readonly inside_checkAll: (a: number, b: any) => [number, number, number];
    readonly inside_mistakes: (a: number) => [number, number, number];
    readonly inside_new: (a: any) => [number, number, number];
    readonly inside_tensors: (a: number) => [number, number, number];
    readonly inside_trace: (a: number) => [number, number, number];
    readonly inside_update: (a: number, b: number) => number;
    readonly runcheck_new: (a: number, b: number, c: number, d: number) => [number, number, number];
    readonly runcheck_nudgeNext: (a: number) => number;
    readonly runcheck_plan: (a: number) => [number, number, number];
    readonly runcheck_report: (a: number) => [number, number, number];
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
