/** The encodings that a text file can be read in, by the labels that src/texts knows, and how people call them. */

export const ENCODINGS = /** @type {const} */ ({
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
  'utf-32le': 'UTF-32LE',
  'utf-32be': 'UTF-32BE',
  'windows-1252': 'windows-1252 (Western)',
  'windows-1250': 'windows-1250 (Central European)',
  'windows-1251': 'windows-1251 (Cyrillic)',
  'windows-1253': 'windows-1253 (Greek)',
  'windows-1254': 'windows-1254 (Turkish)',
  'windows-1255': 'windows-1255 (Hebrew)',
  'windows-1256': 'windows-1256 (Arabic)',
  'windows-1257': 'windows-1257 (Baltic)',
  'windows-1258': 'windows-1258 (Vietnamese)',
  'windows-874': 'windows-874 (Thai)',
  'iso-8859-2': 'ISO-8859-2 (Central European)',
  'iso-8859-3': 'ISO-8859-3 (South European)',
  'iso-8859-4': 'ISO-8859-4 (Baltic)',
  'iso-8859-5': 'ISO-8859-5 (Cyrillic)',
  'iso-8859-6': 'ISO-8859-6 (Arabic)',
  'iso-8859-7': 'ISO-8859-7 (Greek)',
  'iso-8859-8': 'ISO-8859-8 (Hebrew)',
  'iso-8859-8-i': 'ISO-8859-8-I (Hebrew)',
  'iso-8859-10': 'ISO-8859-10 (Nordic)',
  'iso-8859-13': 'ISO-8859-13 (Baltic)',
  'iso-8859-14': 'ISO-8859-14 (Celtic)',
  'iso-8859-15': 'ISO-8859-15 (Western)',
  'iso-8859-16': 'ISO-8859-16 (Romanian)',
  ibm866: 'IBM866 (Cyrillic)',
  'koi8-r': 'KOI8-R (Cyrillic)',
  'koi8-u': 'KOI8-U (Cyrillic)',
  'x-mac-cyrillic': 'Mac OS (Cyrillic)',
  macintosh: 'Mac OS Roman',
  shift_jis: 'Shift_JIS (Japanese)',
  'euc-jp': 'EUC-JP (Japanese)',
  'iso-2022-jp': 'ISO-2022-JP (Japanese)',
  gb18030: 'GB18030 (Chinese)',
  big5: 'Big5 (Chinese)',
  'euc-kr': 'EUC-KR (Korean)',
});

/** @typedef {keyof typeof ENCODINGS} Encoding */

/** How a text is read that is nothing but UTF-8. @type {import('./protocol.js').Reading} */
export const PLAIN = {
  encoding: 'utf-8',
  guessed: false,
  badPlaces: 0,
  firstBad: [],
  markup: null,
};

/** The name alone, as a sentence wants it: "windows-1252". @param {Encoding} encoding */
export const encodingName = (encoding) => ENCODINGS[encoding].replace(/ \(.*\)$/, '');
