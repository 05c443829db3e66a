/**
 * Keeps the text in the box for the next visit: sends it to the worker shortly after it changed, and writes it to
 * the tab's own storage when the page closes before that.
 */

/** @import { Command, Draft } from '../../shared/protocol.js' */
/** @import { Observer, Text } from '../state.js' */

/** A text counts as typed after this long without a key. */
const SETTLED_MS = 400;

/** A change in the last moments may not have reached the database when the page closes. */
const MOMENTS_MS = 3000;

const TAB = 'babble tab';
const LEFT = 'babble text';

export class Drafts {
  #send;
  #timer = 0;
  /** What was last seen in the box. @type {Text | null} */
  #seen = null;
  /** What was in the box last, and since when. @type {Draft | null} */
  #draft = null;
  #changedAt = 0;
  /** Whether a worker has registered this tab since the page was loaded. */
  #registered = false;

  /** @param {(draft: Draft | null) => void} send */
  constructor(send) {
    this.#send = send;
    addEventListener('pagehide', () => this.#leave());
  }

  /** Tells a worker which tab this is. @returns {Command<'registerTab'>} */
  registration() {
    return { type: 'registerTab', tab: storage()?.getItem(TAB) ?? null, again: this.#registered };
  }

  /** What the page left behind when it went. @returns {Draft | null} */
  take() {
    const left = storage()?.getItem(LEFT) ?? null;
    if (left === null) return null;
    attempt(() => storage()?.removeItem(LEFT));
    return draftFrom(left);
  }

  /** @type {Observer} */
  observe(_before, event, { text, touched, arrival }) {
    if (event.type === 'tabRegistered') {
      this.#registered = true;
      attempt(() => storage()?.setItem(TAB, event.tab));
    }
    // A sample that nobody asked for comes by itself again. A text that is being read is saved once it is there.
    if (!touched || arrival !== null || text === this.#seen) return;
    const changed = text.source.content !== this.#seen?.source.content;
    this.#seen = text;
    if (!changed) return;
    const { source, edited } = text;
    this.#draft = { source, edited };
    this.#changedAt = performance.now();
    clearTimeout(this.#timer);
    // A text that was pasted, opened or chosen is complete at once.
    this.#timer = window.setTimeout(() => this.#save(), edited ? SETTLED_MS : 0);
  }

  #save() {
    this.#send(this.#draft?.source.content === '' ? null : this.#draft);
  }

  #leave() {
    const draft = this.#draft;
    if (typeof draft?.source.content !== 'string') return;
    if (performance.now() - this.#changedAt > MOMENTS_MS) return;
    // One that is too long for this storage was sent at once, and is in the database.
    attempt(() => storage()?.setItem(LEFT, JSON.stringify(draft)));
  }
}

/** What was left as JSON; null when that is damaged. @param {string} left @returns {Draft | null} */
export function draftFrom(left) {
  const draft = attempt(() => JSON.parse(left));
  const { name, content } = draft?.source ?? {};
  return typeof name === 'string' && typeof content === 'string' ? draft : null;
}

/** Asking for storage throws where it is blocked. */
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
