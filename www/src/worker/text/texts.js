/**
 * The texts that the page has named. The page sends a text once, with an id. It is read, normalised, counted and
 * hashed once here, whichever commands name it.
 */
import { readText } from './decode.js';
import { normalize, summarizeText } from './summary.js';

/**
 * @typedef {import('../../shared/protocol.js').TextSource} TextSource
 * @typedef {import('../../shared/protocol.js').NamedText} NamedText
 * @typedef {import('../../shared/protocol.js').TextSummary} TextSummary
 * @typedef {{ content: TextSource['content'], encoding: TextSource['encoding'] }} Source
 * @typedef {{ text: string, bytes: number, reading: import('../../shared/protocol.js').Reading }} ReadText
 */

/** A longer text is read again when it is needed again, so that it takes no memory in between. */
const MOST_KEPT = 4_000_000;

/** What a text consists of, under whatever names the page knows it. */
class Content {
  source;
  /** @type {Promise<ReadText> | null} */
  #read = null;
  /** @type {Promise<TextSummary> | null} */
  #summary = null;

  /** @param {Source} source */
  constructor(source) {
    this.source = source;
  }

  /** The same, from another source. @param {Source} source */
  as(source) {
    const other = new Content(source);
    other.#read = this.#read;
    other.#summary = this.#summary;
    return other;
  }

  /** @param {string} name @returns {Promise<ReadText>} */
  read(name) {
    this.#read ??= this.#decode(name);
    return this.#read;
  }

  /** @param {string} name @returns {Promise<ReadText>} */
  async #decode(name) {
    try {
      const { text: decoded, bytes, reading } = await readText({ ...this.source, name });
      const text = normalize(decoded);
      if (text.length > MOST_KEPT) this.#read = null;
      return { text, bytes, reading };
    } catch (error) {
      this.#read = null;
      throw error;
    }
  }

  /** @param {string} name @param {import('../training/core.js').Core} core */
  summary(name, core) {
    this.#summary ??= this.#count(name, core);
    return this.#summary;
  }

  /** @param {string} name @param {import('../training/core.js').Core} core */
  async #count(name, core) {
    try {
      return summarizeText((await this.read(name)).text, core);
    } catch (error) {
      this.#summary = null;
      throw error;
    }
  }
}

/** A text as a command names it. */
export class Text {
  name;
  sample;
  #content;

  /** @param {Pick<NamedText, 'name' | 'sample'>} named @param {Content} content */
  constructor({ name, sample }, content) {
    this.name = name;
    this.sample = sample;
    this.#content = content;
  }

  /** @returns {TextSource} */
  get source() {
    const { content, encoding } = this.#content.source;
    return {
      name: this.name,
      content,
      ...(encoding === undefined ? {} : { encoding }),
      ...(this.sample === undefined ? {} : { sample: this.sample }),
    };
  }

  /** What it consists of, from another source. @param {Source} source */
  contentAs(source) {
    return this.#content.as(source);
  }

  /** The normalised text. Throws what makes it no text. */
  read() {
    return this.#content.read(this.name);
  }

  /** What is in it. @param {import('../training/core.js').Core} core */
  summary(core) {
    return this.#content.summary(this.name, core);
  }
}

export class Texts {
  /** @type {Map<number, Content>} */
  #contents = new Map();

  /** The text that a command names. @param {NamedText} named */
  find(named) {
    const { id, content, encoding } = named;
    if (content !== undefined) this.#contents.set(id, new Content({ content, encoding }));
    const held = this.#contents.get(id);
    if (held === undefined) throw new Error('The worker does not hold this text.');
    return new Text(named, held);
  }

  /** A text that the worker made. @param {string} name @param {string} text @param {string | null} [sample] */
  made(name, text, sample = null) {
    const content = new Content({ content: text, encoding: undefined });
    return new Text({ name, ...(sample === null ? {} : { sample }) }, content);
  }

  /**
   * From now on the page may name a text by this id.
   * @param {number} id @param {Text} text @param {string | Blob} content what the page has of it
   */
  hold(id, text, content) {
    const encoding = typeof content === 'string' ? undefined : /** @type {const} */ ('utf-8');
    this.#contents.set(id, text.contentAs({ content, encoding }));
  }

  /** @param {number} id */
  forget(id) {
    this.#contents.delete(id);
  }
}
