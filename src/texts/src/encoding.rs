//! The encodings that a text file can have: those of the Encoding Standard, and UTF-32.

use encoding_rs::Encoding as Standard;

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-32, the least significant byte first.
    Utf32Le,
    /// UTF-32, the most significant byte first.
    Utf32Be,
    /// One of the Encoding Standard's.
    Standard(&'static Standard),
}

/// UTF-8.
pub const UTF_8: Encoding = Encoding::Standard(encoding_rs::UTF_8);
/// UTF-16, the least significant byte first.
pub const UTF_16LE: Encoding = Encoding::Standard(encoding_rs::UTF_16LE);
/// UTF-16, the most significant byte first.
pub const UTF_16BE: Encoding = Encoding::Standard(encoding_rs::UTF_16BE);

impl Encoding {
    /// The encoding of this name, in any case, or of one of the names that the Encoding Standard lists beside it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-32le" | "utf-32" => Some(Self::Utf32Le),
            "utf-32be" => Some(Self::Utf32Be),
            _ => Standard::for_label(name.as_bytes())
                // A label of the standard that stands for no decoder.
                .filter(|&standard| standard != encoding_rs::REPLACEMENT)
                .map(Self::of),
        }
    }

    /// This one, or the larger one that contains it: GBK is GB18030 without its rare characters.
    #[must_use]
    pub fn of(standard: &'static Standard) -> Self {
        let gbk = standard == encoding_rs::GBK;
        Self::Standard(if gbk { encoding_rs::GB18030 } else { standard })
    }

    /// Its name in small letters, as the page's list has it.
    #[must_use]
    pub fn label(self) -> String {
        self.name().to_ascii_lowercase()
    }

    /// Its name as a sentence has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
            Self::Standard(standard) => standard.name(),
        }
    }

    /// The text of these bytes; what means nothing becomes U+FFFD. A byte-order mark at the beginning is dropped.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf32Le => utf_32(bytes, u32::from_le_bytes),
            Self::Utf32Be => utf_32(bytes, u32::from_be_bytes),
            Self::Standard(standard) => standard.decode_with_bom_removal(bytes).0.into_owned(),
        }
    }
}

/// By its [`Encoding::label`].
#[cfg(target_arch = "wasm32")]
impl serde::Serialize for Encoding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.label())
    }
}

fn utf_32(bytes: &[u8], value: fn([u8; 4]) -> u32) -> String {
    let mut words = bytes.chunks_exact(4);
    let mut text: String = words
        .by_ref()
        .map(|word| value([word[0], word[1], word[2], word[3]]))
        .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    if !words.remainder().is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
}
