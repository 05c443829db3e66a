import type { Cell, Config, Limits, Setting, Tuning } from './babble.js';

/** Every setting of a run, in the order of a Config. */
export const SETTINGS: readonly Setting[];
/** The settings that may change between two steps. */
export const LIVE: readonly (keyof Tuning)[];
export const LIMITS: Limits;
/** Every cell, by its name in a Config. */
export const CELLS: Readonly<Record<Config['cell'], Cell>>;
