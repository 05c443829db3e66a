/**
 * The texts that the training worker holds. A text is sent with the first command that names it; later commands
 * name it by its id. The worker forgets a text when too many others were named since.
 */

/**
 * @typedef {import('../../shared/protocol.js').TextSource} TextSource
 * @typedef {import('../../shared/protocol.js').NamedText} NamedText
 * @typedef {{ id: number, content: string | Blob, encoding?: TextSource['encoding'] }} Held
 */

/** The texts of the box, of the run, and one that is on its way into the box, with room for an older one. */
export const MOST_TEXTS = 4;

export class SentTexts {
  /** What the worker holds, the newest last. @type {Held[]} */
  #held = [];
  #lastId = 0;
  #forget;

  /** @param {(id: number) => void} forget tells the worker to forget a text */
  constructor(forget) {
    this.#forget = forget;
  }

  /** An id for a text that the worker finds by itself. */
  nextId() {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** The text as a command names it: with its content where the worker lacks that. @param {TextSource} source @returns {NamedText} */
  name(source) {
    const { content, ...rest } = source;
    const at = this.#held.findIndex(
      (held) => held.content === content && held.encoding === source.encoding,
    );
    if (at === -1) {
      const id = this.nextId();
      this.hold(id, source);
      return { ...source, id };
    }
    const [held] = this.#held.splice(at, 1);
    this.#held.push(held);
    return { ...rest, id: held.id };
  }

  /** The worker holds this text. @param {number} id @param {Omit<Held, 'id'>} text */
  hold(id, { content, encoding }) {
    this.#held.push({ id, content, encoding });
    if (this.#held.length > MOST_TEXTS) this.#forget(/** @type {Held} */ (this.#held.shift()).id);
  }
}
