/* tslint:disable */
/* eslint-disable */
export const memory: WebAssembly.Memory;
export const apply: (a: any, b: number, c: number) => [number, number, number, number];
export const byName: (a: number, b: number, c: number, d: number) => number;
export const columnsOf: (a: number, b: number) => [number, number];
export const joinTexts: (a: number, b: number) => [number, number];
export const joinedName: (a: number, b: number) => [number, number];
export const readBytes: (a: number, b: number, c: number, d: number) => [number, number, number];
export const __wbindgen_malloc: (a: number, b: number) => number;
export const __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
export const __wbindgen_free: (a: number, b: number, c: number) => void;
export const __wbindgen_exn_store: (a: number) => void;
export const __externref_table_alloc: () => number;
export const __wbindgen_externrefs: WebAssembly.Table;
export const __externref_table_dealloc: (a: number) => void;
export const __externref_drop_slice: (a: number, b: number) => void;
export const __wbindgen_start: () => void;
