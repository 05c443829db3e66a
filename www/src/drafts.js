// @ts-check
/**
 * The text in the box, kept for the next visit: told to the worker shortly after it changed, and left in
 * the tab's own storage when the page goes before that.
 */

/** @typedef {import('./protocol.js').Draft} Draft */

/** A text counts as typed when no key was struck for so long. */
const SETTLED_MS = 400;

/** Whatever changed in the last moments may not have reached the store when the page goes. */
const MOMENTS_MS = 3000;

const TAB = 'babble tab';
const LEFT = 'babble text';

export class Drafts {
  #send;
  #timer = 0;
  /** What was last seen in the box. @type {import('./state.js').Text | null} */
  #seen = null;
  /** What was in the box last, and since when. @type {Draft | null} */
  #draft = null;
  #changedAt = 0;

  /** @param {(draft: Draft | null) => void} send */
  constructor(send) {
    this.#send = send;
    addEventListener('pagehide', () => this.#leave());
  }

  /** The key under which the worker knows this tab. @returns {string | null} */
  get tab() {
    return storage()?.getItem(TAB) ?? null;
  }

  /** @param {string} tab */
  remember(tab) {
    attempt(() => storage()?.setItem(TAB, tab));
  }

  /** What the page left behind when it went. @returns {Draft | null} */
  take() {
    const left = storage()?.getItem(LEFT) ?? null;
    if (left === null) return null;
    storage()?.removeItem(LEFT);
    try {
      return JSON.parse(left);
    } catch {
      return null;
    }
  }

  /** @param {import('./state.js').State} state */
  watch({ text, touched, arrival }) {
    // A sample that nobody asked for comes by itself again; a text that is being read, when it is there.
    if (!touched || arrival !== null || text === this.#seen) return;
    const changed = text.source.content !== this.#seen?.source.content;
    this.#seen = text;
    if (!changed) return;
    const { source, edited } = text;
    this.#draft = { source, edited };
    this.#changedAt = performance.now();
    clearTimeout(this.#timer);
    // What was pasted, opened or chosen is whole at once.
    this.#timer = window.setTimeout(() => this.#tell(), edited ? SETTLED_MS : 0);
  }

  #tell() {
    this.#send(this.#draft?.source.content === '' ? null : this.#draft);
  }

  #leave() {
    const draft = this.#draft;
    if (typeof draft?.source.content !== 'string') return;
    if (performance.now() - this.#changedAt > MOMENTS_MS) return;
    // One that is too long for this storage was told at once, and has the store.
    attempt(() => storage()?.setItem(LEFT, JSON.stringify(draft)));
  }
}

/** Where storage is blocked, even asking for it throws. */
function storage() {
  return attempt(() => sessionStorage) ?? null;
}

/** @template T @param {() => T} act @returns {T | undefined} */
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
