// @ts-check
/** The encodings that a text file can be read in: labels of TextDecoder, and how people call them. */

export const ENCODINGS = /** @type {const} */ ({
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
  'windows-1252': 'windows-1252 (Western)',
  'windows-1250': 'windows-1250 (Central European)',
  'windows-1251': 'windows-1251 (Cyrillic)',
  'windows-1253': 'windows-1253 (Greek)',
  'windows-1254': 'windows-1254 (Turkish)',
  'windows-1255': 'windows-1255 (Hebrew)',
  'windows-1256': 'windows-1256 (Arabic)',
  'koi8-r': 'KOI8-R (Cyrillic)',
  macintosh: 'Mac OS Roman',
  shift_jis: 'Shift_JIS (Japanese)',
  'euc-jp': 'EUC-JP (Japanese)',
  gb18030: 'GB18030 (Chinese)',
  big5: 'Big5 (Chinese)',
  'euc-kr': 'EUC-KR (Korean)',
});

/** @typedef {keyof typeof ENCODINGS} Encoding */

/** The name alone, as a sentence wants it: "windows-1252". @param {Encoding} encoding */
export const encodingName = (encoding) => ENCODINGS[encoding].replace(/ \(.*\)$/, '');
