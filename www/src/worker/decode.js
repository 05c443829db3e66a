// @ts-check
/**
 * From a file's bytes to a text. A byte-order mark decides; without one, what is valid UTF-8 is UTF-8;
 * what is neither that nor binary is read as windows-1252, the commonest of the old encodings. Who knows
 * better chooses another.
 */

import { encodingName } from '../encodings.js';

/** @typedef {import('../encodings.js').Encoding} Encoding */

/** The largest text file that is read, in bytes: four for each of the characters that the core takes. */
export const TEXT_BYTES = 400_000_000;

const BINARY =
  'This file is binary, not a text. Open a plain text file (.txt, .md, source code, …).';

/** Control characters that no text has (tab, newlines, form feed and escape aside). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

/**
 * @param {Uint8Array} bytes
 * @param {Encoding} [chosen] what the person takes them for
 * @returns {{ text: string, encoding: Encoding }}
 * @throws {Error} named `BinaryFile` when the bytes are no text
 */
export function decode(bytes, chosen) {
  if (chosen) {
    const sentence = `Read as ${encodingName(chosen)} this file is no text. Choose another encoding.`;
    return asText(bytes, chosen, false, sentence);
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return asText(bytes, 'utf-16le', false);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return asText(bytes, 'utf-16be', false);
  try {
    return asText(bytes, 'utf-8', true);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return asText(bytes, 'windows-1252', false);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {Encoding} encoding
 * @param {boolean} fatal whether bytes that mean nothing are an error or the replacement character
 * @param {string} [sentence] for what turns out to be no text
 */
function asText(bytes, encoding, fatal, sentence = BINARY) {
  const text = new TextDecoder(encoding, { fatal }).decode(bytes);
  if (CONTROL.test(text)) {
    const error = new Error(sentence);
    error.name = 'BinaryFile';
    throw error;
  }
  return { text, encoding };
}

/**
 * The text of a source, decoded when it is a file.
 * @param {import('../protocol.js').TextSource} source
 * @returns {Promise<{ text: string, encoding: Encoding, bytes: number }>}
 */
export async function readText({ content, name, encoding }) {
  if (typeof content === 'string')
    return { text: content, encoding: 'utf-8', bytes: content.length };
  if (content.size > TEXT_BYTES) {
    const error = new Error(
      `${name} has ${megabytes(content.size)} MB; text files of up to ${megabytes(TEXT_BYTES)} MB are read.`,
    );
    error.name = 'TextTooLong';
    throw error;
  }
  const bytes = new Uint8Array(await content.arrayBuffer());
  return { ...decode(bytes, encoding), bytes: content.size };
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return Math.ceil(bytes / 1e6).toLocaleString('en');
}
