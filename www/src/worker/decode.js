// @ts-check
/**
 * From a file's bytes to a text. A byte-order mark decides; without one, what is valid UTF-8 is UTF-8;
 * what is neither that nor binary is read as windows-1252, the commonest of the old encodings.
 */

/** The largest text file that is read, in bytes: four for each of the characters that the core takes. */
export const TEXT_BYTES = 400_000_000;

/** Control characters that no text has (tab, newlines, form feed and escape aside). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

/**
 * @param {Uint8Array} bytes
 * @returns {{ text: string, encoding: string }}
 * @throws {Error} named `BinaryFile` when the bytes are no text
 */
export function decode(bytes) {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : null;
  if (utf16) return asText(bytes, utf16);
  try {
    return asText(bytes, 'utf-8');
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return asText(bytes, 'windows-1252');
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'} encoding
 */
function asText(bytes, encoding) {
  const text = new TextDecoder(encoding, { fatal: encoding === 'utf-8' }).decode(bytes);
  if (CONTROL.test(text)) {
    const error = new Error(
      'This file is binary, not a text. Open a plain text file (.txt, .md, source code, …).',
    );
    error.name = 'BinaryFile';
    throw error;
  }
  const names = {
    'utf-8': 'UTF-8',
    'utf-16le': 'UTF-16LE',
    'utf-16be': 'UTF-16BE',
    'windows-1252': 'windows-1252',
  };
  return { text, encoding: names[encoding] };
}

/**
 * The text of a source, decoded when it is a file.
 * @param {import('../protocol.js').TextSource} source
 */
export async function readText({ content, name }) {
  if (typeof content === 'string')
    return { text: content, encoding: 'UTF-8', bytes: content.length };
  if (content.size > TEXT_BYTES) {
    const error = new Error(
      `${name} has ${megabytes(content.size)} MB; text files of up to ${megabytes(TEXT_BYTES)} MB are read.`,
    );
    error.name = 'TextTooLong';
    throw error;
  }
  return { ...decode(new Uint8Array(await content.arrayBuffer())), bytes: content.size };
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return Math.ceil(bytes / 1e6).toLocaleString('en');
}

/**
 * Unicode scalar values in a text, and how many different ones.
 * @param {string} text
 */
export function count(text) {
  const seen = new Uint8Array(0x110000);
  let characters = 0;
  let symbols = 0;
  for (let at = 0; at < text.length; characters++) {
    const code = /** @type {number} */ (text.codePointAt(at));
    at += code > 0xffff ? 2 : 1;
    symbols += 1 - seen[code];
    seen[code] = 1;
  }
  return { characters, symbols };
}
