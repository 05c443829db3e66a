/**
 * From a file's bytes to a text. What is plain UTF-8 is read at once; whatever else it may be is judged by the
 * rules of src/texts, which the terminal has too.
 */

import { PLAIN } from '../../shared/encodings.js';
import { namedError } from '../../shared/named-error.js';
import { textsModule } from './texts-module.js';

/**
 * @typedef {import('../../shared/encodings.js').Encoding} Encoding
 * @typedef {import('../../shared/protocol.js').Reading} Reading
 */

/** The largest text file that is read, in bytes: four for each of the characters that the core takes. */
export const TEXT_BYTES = 400_000_000;

/** Text that has none of these and begins with none of those is nothing but text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0e-\x1f]/;
const LIKE_MARKUP = /^\s*[<{%]/;

/**
 * @param {Uint8Array} bytes
 * @param {Encoding} [chosen] what the person takes them for
 * @returns {Promise<Reading & { text: string }>}
 * @throws {Error} named `BinaryFile` when the bytes are no text
 */
export async function decode(bytes, chosen) {
  const plain = chosen === undefined || chosen === 'utf-8' ? asUtf8(bytes) : null;
  const trusted = plain !== null && (chosen !== undefined || isNothingElse(plain));
  if (trusted) return { text: plain, ...PLAIN };
  const reading = (await textsModule()).readBytes(bytes, chosen);
  return { ...reading, encoding: /** @type {Encoding} */ (reading.encoding) };
}

/** Whether the bytes that were read are the text's own UTF-8. @param {Reading} reading */
export const isPlain = ({ encoding, badPlaces }) => encoding === 'utf-8' && badPlaces === 0;

/** @param {Uint8Array} bytes */
function asUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

/** @param {string} text */
const isNothingElse = (text) => !CONTROL.test(text) && !LIKE_MARKUP.test(text);

/**
 * The text of a source, decoded when it is a file.
 * @param {import('../../shared/protocol.js').TextSource} source
 * @returns {Promise<{ text: string, bytes: number, reading: Reading }>}
 */
export async function readText({ content, name, encoding }) {
  if (typeof content === 'string') {
    return { text: content, bytes: content.length, reading: PLAIN };
  }
  if (content.size > TEXT_BYTES) {
    throw namedError(
      'TextTooLong',
      `${name} has ${megabytes(content.size)} MB; text files of up to ${megabytes(TEXT_BYTES)} MB are read.`,
    );
  }
  const bytes = new Uint8Array(await content.arrayBuffer());
  const { text, ...reading } = await decode(bytes, encoding);
  return { text, bytes: content.size, reading };
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return Math.ceil(bytes / 1e6).toLocaleString('en');
}
