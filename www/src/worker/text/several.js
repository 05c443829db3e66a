/** Several files as one text, in the order of their names; what is no text is left out, and named. */

import { namedError } from '../../shared/named-error.js';
import { readText, TEXT_BYTES } from './decode.js';
import { textsModule } from './texts-module.js';

/** @typedef {import('../../shared/protocol.js').Joined} Joined */

/**
 * @param {File[]} files
 * @returns {Promise<{ name: string, text: string, bytes: number, joined: Joined }>}
 * @throws {Error} when none of them is a text
 */
export async function readSeveral(files) {
  const { byName, joinedName, joinTexts } = await textsModule();
  const sorted = [...files].sort((one, other) => byName(one.name, other.name));
  /** @type {string[]} */
  const texts = [];
  /** @type {Joined} */
  const joined = { taken: [], left: [] };
  let bytes = 0;
  for (const file of sorted) {
    const { name } = file;
    try {
      if (bytes + file.size > TEXT_BYTES) throw new Error('There is no room for it.');
      const { text } = await readText({ name, content: file });
      texts.push(text);
      joined.taken.push(name);
      bytes += file.size;
    } catch (error) {
      // What is a folder cannot be read, and says so in the browser's words.
      const why = error instanceof Error ? error.message : String(error);
      joined.left.push({ name, why });
    }
  }
  if (texts.length === 0) {
    const [{ name, why }] = joined.left;
    const message = `None of these ${files.length} files is a text. ${name}: ${why}`;
    throw namedError('BinaryFile', message);
  }
  return { name: joinedName(joined.taken), text: joinTexts(texts), bytes, joined };
}
