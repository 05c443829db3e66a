/* tslint:disable */
/* eslint-disable */
export const memory: WebAssembly.Memory;
export const __wbg_inside_free: (a: number, b: number) => void;
export const __wbg_runcheck_free: (a: number, b: number) => void;
export const inside_check: (a: number, b: number) => [number, number, number];
export const inside_checkAll: (a: number, b: any) => [number, number, number];
export const inside_mistakes: (a: number) => [number, number, number];
export const inside_new: (a: any) => [number, number, number];
export const inside_tensors: (a: number) => [number, number, number];
export const inside_trace: (a: number) => [number, number, number];
export const inside_update: (a: number, b: number) => number;
export const runcheck_new: (a: number, b: number, c: number, d: number) => [number, number, number];
export const runcheck_nudgeNext: (a: number) => number;
export const runcheck_plan: (a: number) => [number, number, number];
export const runcheck_report: (a: number) => [number, number, number];
export const __wbindgen_malloc: (a: number, b: number) => number;
export const __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
export const __wbindgen_free: (a: number, b: number, c: number) => void;
export const __wbindgen_exn_store: (a: number) => void;
export const __externref_table_alloc: () => number;
export const __wbindgen_externrefs: WebAssembly.Table;
export const __externref_table_dealloc: (a: number) => void;
export const __wbindgen_start: () => void;
