//! From a file's bytes to a text. A byte-order mark decides, then the pattern of zero bytes; then UTF-8, even with a few
//! bad bytes; and what is none of these has an old encoding, which is guessed. Who knows better chooses.

use std::ops::RangeInclusive;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use crate::controls::telling_share;
use crate::encoding::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use crate::kind::{markup, other_kind};

/// More of its characters than this must be control characters before a file in a known encoding is called binary.
const BINARY_SHARE: f64 = 0.2;
/// The same for a file whose encoding is guessed: every sixteenth byte of noise is such a character.
const NOISE_SHARE: f64 = 0.02;
/// The guess hears so many bytes, from the first that is not ASCII.
const GUESSED_FROM: usize = 4 << 20;
/// So many bad places are named.
const NAMED_PLACES: usize = 3;

/// A text, and how it was read.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct Reading {
    /// The text.
    pub text: String,
    /// In which its bytes were read.
    pub encoding: Encoding,
    /// Whether the encoding is a guess.
    pub guessed: bool,
    /// Places where the bytes are no UTF-8; each is one U+FFFD.
    pub bad_places: usize,
    /// The first of them.
    pub first_bad: Vec<Place>,
    /// "a web page (HTML)", when marks stand around its words.
    pub markup: Option<&'static str>,
}

/// Where in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct Place {
    /// Bytes before it.
    pub byte: usize,
    /// Its line, from 1.
    pub line: usize,
}

/// Why a file is not read: a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAText(pub String);

/// Reads a file, in the `chosen` encoding if there is one.
///
/// # Errors
/// [`NotAText`] names the kind of file that it is.
pub fn read(bytes: &[u8], chosen: Option<Encoding>) -> Result<Reading, NotAText> {
    if let Some(encoding) = chosen {
        let reading = plainly(bytes, encoding);
        if telling_share(&reading.text) > BINARY_SHARE {
            let name = encoding.name();
            return Err(NotAText(format!(
                "Read as {name} this file is no text. Choose another encoding."
            )));
        }
        return Ok(reading);
    }
    if let Some(encoding) = by_mark(bytes) {
        return checked(plainly(bytes, encoding), BINARY_SHARE);
    }
    if let Some((name, advice)) = other_kind(bytes) {
        return Err(NotAText(format!(
            "This is {name}, not a plain text. {advice}"
        )));
    }
    let utf_8 = Utf8::read(bytes);
    if let Some(encoding) = by_zeros(bytes, &utf_8) {
        return checked(plainly(bytes, encoding), BINARY_SHARE);
    }
    if utf_8.is_likely() && !shifts(bytes) {
        return checked(utf_8.reading, BINARY_SHARE);
    }
    let guess = Reading {
        guessed: true,
        ..plainly(bytes, guess(bytes))
    };
    checked(guess, NOISE_SHARE)
}

/// The reading, unless too many of its characters are such as no text has.
fn checked(reading: Reading, most: f64) -> Result<Reading, NotAText> {
    if telling_share(&reading.text) > most {
        let sentence =
            "This file is binary, not a text. Open a plain text file (.txt, .md, source code, …).";
        return Err(NotAText(sentence.to_owned()));
    }
    Ok(reading)
}

fn plainly(bytes: &[u8], encoding: Encoding) -> Reading {
    if encoding == UTF_8 {
        return Utf8::read(bytes).reading;
    }
    let text = encoding.decode(bytes);
    Reading {
        markup: markup(&text),
        text,
        encoding,
        guessed: false,
        bad_places: 0,
        first_bad: Vec::new(),
    }
}

/// The encoding that a byte-order mark names. UTF-32's contains UTF-16's.
fn by_mark(bytes: &[u8]) -> Option<Encoding> {
    let marks: [(&[u8], Encoding); 5] = [
        (b"\xff\xfe\0\0", Encoding::Utf32Le),
        (b"\0\0\xfe\xff", Encoding::Utf32Be),
        (b"\xff\xfe", UTF_16LE),
        (b"\xfe\xff", UTF_16BE),
        (b"\xef\xbb\xbf", UTF_8),
    ];
    let (_, encoding) = marks
        .into_iter()
        .find(|(mark, _)| bytes.starts_with(mark))?;
    Some(encoding)
}

/// UTF-16 or UTF-32, when zero bytes stand where these have them and the file makes less sense in any
/// other way.
fn by_zeros(bytes: &[u8], utf_8: &Utf8) -> Option<Encoding> {
    // An ordinary text with a zero byte here and there is no such file.
    if utf_8.is_likely() && telling_share(&utf_8.reading.text) < 0.05 {
        return None;
    }
    let mut zeros = [0usize; 4];
    for (i, _) in bytes.iter().enumerate().filter(|&(_, &byte)| byte == 0) {
        zeros[i % 4] += 1;
    }
    let quarter = bytes.len() / 4;
    let most = quarter * 9 / 10;
    let [a, b, c, d] = zeros;
    let encoding = if quarter > 0 && d >= quarter && c >= most && a < most {
        Encoding::Utf32Le
    } else if quarter > 0 && a >= quarter && b >= most && d < most {
        Encoding::Utf32Be
    } else {
        let (even, odd) = (a + c, b + d);
        // Spaces and line ends at the least have a zero byte.
        let some = (bytes.len() / 400).max(1);
        if odd >= some && odd >= 8 * even {
            UTF_16LE
        } else if even >= some && even >= 8 * odd {
            UTF_16BE
        } else {
            return None;
        }
    };
    let text = encoding.decode(bytes);
    let strange = text.chars().filter(|&symbol| is_strange(symbol)).count();
    (strange * 100 <= text.chars().count()).then_some(encoding)
}

/// Whether a text read in the right encoding hardly has this character.
fn is_strange(symbol: char) -> bool {
    let private: RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';
    symbol == char::REPLACEMENT_CHARACTER
        || (symbol.is_control() && !symbol.is_whitespace())
        || private.contains(&symbol)
        || (u32::from(symbol) & 0xfffe) == 0xfffe
}

/// Whether the bytes hold an escape sequence of ISO-2022-JP, which is made of ASCII alone.
fn shifts(bytes: &[u8]) -> bool {
    bytes.is_ascii()
        && bytes
            .windows(3)
            .any(|three| matches!(three, b"\x1b$B" | b"\x1b$@"))
}

/// The likeliest of the old encodings.
fn guess(bytes: &[u8]) -> Encoding {
    let from = bytes
        .iter()
        .position(|&byte| !byte.is_ascii() || byte == b'\x1b')
        .unwrap_or(0);
    // A few letters before it show its neighbourhood.
    let from = from.saturating_sub(64);
    let to = bytes.len().min(from + GUESSED_FROM);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[from..to], to == bytes.len());
    Encoding::of(detector.guess(None, Utf8Detection::Deny))
}

/// Bytes read as UTF-8.
struct Utf8 {
    reading: Reading,
    /// Whether all that is bad is a last character that was cut after its second byte or later.
    only_cut: bool,
    /// Characters of more than one byte.
    long: usize,
}

impl Utf8 {
    /// Each place of bad bytes becomes one U+FFFD. Pairs of surrogates, as CESU-8 has them for emoji, are read as what
    /// they mean.
    fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut text = String::with_capacity(bytes.len());
        let (mut bad_places, mut first_bad, mut only_cut) = (0, Vec::new(), true);
        let mut rest = bytes;
        let mut bad_until = None;
        loop {
            let (valid, bad) = match str::from_utf8(rest) {
                Ok(valid) => (valid, None),
                Err(error) => {
                    let valid = str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default();
                    (valid, Some(error.error_len()))
                }
            };
            text.push_str(valid);
            rest = &rest[valid.len()..];
            let Some(length) = bad else { break };
            if let Some(symbol) = surrogates(rest) {
                text.push(symbol);
                rest = &rest[6..];
                continue;
            }
            let at = bytes.len() - rest.len();
            if bad_until != Some(at) {
                bad_places += 1;
                text.push(char::REPLACEMENT_CHARACTER);
                if first_bad.len() < NAMED_PLACES {
                    let line = 1 + text.matches('\n').count();
                    first_bad.push(Place { byte: at, line });
                }
            }
            only_cut &= length.is_none() && rest.len() > 1;
            rest = &rest[length.unwrap_or(rest.len())..];
            bad_until = Some(bytes.len() - rest.len());
        }
        let long = text.chars().filter(|symbol| !symbol.is_ascii()).count();
        Self {
            only_cut,
            long: long - bad_places,
            reading: Reading {
                markup: markup(&text),
                text,
                encoding: UTF_8,
                guessed: false,
                bad_places,
                first_bad,
            },
        }
    }

    /// Whether the bytes are UTF-8 after all. In an old encoding, letters hardly ever look like characters of UTF-8.
    fn is_likely(&self) -> bool {
        self.long >= 2 * self.reading.bad_places || self.only_cut
    }
}

/// The character whose two surrogates these bytes begin with.
fn surrogates(bytes: &[u8]) -> Option<char> {
    let &[
        0xed,
        a @ 0xa0..=0xaf,
        b @ 0x80..=0xbf,
        0xed,
        c @ 0xb0..=0xbf,
        d @ 0x80..=0xbf,
        ..,
    ] = bytes
    else {
        return None;
    };
    let part = |high: u8, low: u8| (u32::from(high & 0x0f) << 6) | u32::from(low & 0x3f);
    char::from_u32(0x10000 + (part(a, b) << 10) + part(c, d))
}
