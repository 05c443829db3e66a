/** What a person should know about a text before it is learned, in sentences. */

import { encodingName } from '../../shared/encodings.js';
import { nameOf, RARE_BELOW } from '../../shared/symbols.js';
import { counted, whole } from '../format.js';

/** @import { Change, Reading, TextSummary } from '../../shared/protocol.js' */

/** Below this many characters a network soon knows a text by heart. */
const SHORT_CHARACTERS = 20_000;

/** A symbol in a sentence. @param {string} symbol */
const inSentence = (symbol) => nameOf(symbol) ?? `\u2068${symbol}\u2069`;

/** What a person should know about how a file was read. @param {Reading} reading */
export function adviceOnReading({ encoding, guessed, badPlaces, firstBad, markup }) {
  const said = [];
  if (guessed) {
    const name = encodingName(encoding);
    said.push(
      `The file does not name its encoding. ${name} is a guess: choose another if it looks wrong.`,
    );
  }
  if (badPlaces > 0) {
    const { byte, line } = firstBad[0];
    const places = `${counted(badPlaces, 'place')} of this UTF-8 file cannot be read`;
    const first = badPlaces === 1 ? 'it is' : 'the first is';
    const stands = badPlaces === 1 ? '\ufffd stands there' : '\ufffd stands in each';
    said.push(`${places}: ${first} at byte ${whole(byte)}, in line ${whole(line)}; ${stands}.`);
  }
  if (markup !== null) said.push(`This is ${markup}: its markup is learned as well.`);
  return said;
}

/**
 * What a person should know about the text as a whole, in sentences.
 * @param {TextSummary} report @param {number} least characters that the core takes
 * @param {Reading | null} reading how the file was read that it is
 */
export function adviceOnText(report, least, reading) {
  const { characters, replacements, facts } = report;
  const said = reading === null ? [] : adviceOnReading(reading);
  if (reading !== null && reading.badPlaces === 0 && replacements > 0) {
    said.push(
      `${counted(replacements, 'character')} could not be read: this file seems to be in another encoding.`,
    );
  }
  // Beside Train stands what is missing.
  if (characters < least || report.symbols === 1) return said;
  if (characters < SHORT_CHARACTERS) {
    said.push(
      'A text this short is soon learned by heart. A hundred thousand characters are better.',
    );
  }
  return [...said, ...facts.remarks];
}

/** What is rare, and what to do about it. @param {TextSummary} report */
export function adviceOnSymbols({ symbols, rare, rareSymbols }) {
  if (rareSymbols === 0) return '';
  const many = rareSymbols * 3 > symbols;
  const which = rare
    .slice(0, 5)
    .map(({ symbol }) => inSentence(symbol))
    .join(' ');
  const listed = rareSymbols > 5 ? `${which} …` : which;
  const one = rareSymbols === 1;
  const what = `${counted(rareSymbols, 'symbol')} (${listed}) ${one ? 'comes' : 'come'} fewer than ${RARE_BELOW} times and will hardly be learned.`;
  return many ? `${what} A longer text would help.` : what;
}

/** Rare symbols that are a larger part of a text than this are not what spoils it: it is short. */
const MOST_RARE = 0.02;

/** A text with fewer closing tags is not marked up. */
const FEW_TAGS = 10;

/**
 * Changes that may improve a text, each with the words on its button.
 * @param {TextSummary} report @param {string[]} columns of a table
 * @returns {{ label: string, change: Change }[]}
 */
export function offers(
  { characters, symbols, frequent, rareSymbols, rareCharacters, facts },
  columns,
) {
  const { controls, tags, sorted } = facts;
  /** @type {[boolean, string, Change][]} */
  const all = [
    [sorted, 'Shuffle the lines', { kind: 'shuffleLines' }],
    [tags >= FEW_TAGS, 'Take out the markup', { kind: 'markup' }],
    [controls > 0, `Take out ${counted(controls, 'control character')}`, { kind: 'controls' }],
    [
      rareSymbols > 0 && rareSymbols < symbols && rareCharacters < MOST_RARE * characters,
      `Take out ${counted(rareSymbols, 'rare symbol')}`,
      { kind: 'rare', below: RARE_BELOW },
    ],
    [
      frequent.some(({ symbol }) => symbol.toLowerCase() !== symbol),
      'Make it lower case',
      { kind: 'lowerCase' },
    ],
  ];
  const ofTable = columns.map((name) => ({
    label: `Only the column ${name}`,
    change: /** @type {const} */ ({ kind: 'column', name }),
  }));
  const wanted = all.filter(([wanted]) => wanted);
  return [...ofTable, ...wanted.map(([, label, change]) => ({ label, change }))];
}
