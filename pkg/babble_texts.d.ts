/* tslint:disable */
/* eslint-disable */

/** A file, read. */
export interface Reading {
    text: string;
    /** In small letters. */
    encoding: string;
    /** The encoding is a guess. */
    guessed: boolean;
    /** Places where the bytes are no UTF-8; each is one U+FFFD. */
    badPlaces: number;
    /** The first of them. */
    firstBad: { byte: number, line: number }[];
    /** "a web page (HTML)", when marks stand around its words. */
    markup: string | null;
}

/** A change of a text: see `Change` in the sources. */
export type Change =
| { kind: 'rare', below: number }
| { kind: 'controls' | 'markup' | 'lowerCase' | 'shuffleLines' }
| { kind: 'column', name: string };



/**
 * The changed text. Throws `NoSuchColumn`.
 */
export function apply(change: Change, text: string): string;

/**
 * Which of two names comes first: negative, zero or positive.
 */
export function byName(one: string, other: string): number;

/**
 * The names of a table's columns; none when the text is no table.
 */
export function columnsOf(text: string): string[];

/**
 * Texts as one, each from a line of its own.
 */
export function joinTexts(texts: string[]): string;

/**
 * What texts that became one are called.
 */
export function joinedName(names: string[]): string;

/**
 * Reads a file, in the encoding of this name if there is one. Throws `BinaryFile`.
 */
export function readBytes(bytes: Uint8Array | number[], encoding?: string | null): Reading;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly apply: (a: any, b: number, c: number) => [number, number, number, number];
    readonly byName: (a: number, b: number, c: number, d: number) => number;
    readonly columnsOf: (a: number, b: number) => [number, number];
    readonly joinTexts: (a: number, b: number) => [number, number];
    readonly joinedName: (a: number, b: number) => [number, number];
    readonly readBytes: (a: number, b: number, c: number, d: number) => [number, number, number];
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
