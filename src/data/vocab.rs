//! Characters to ids and back, over Unicode scalar values.

use std::collections::BinaryHeap;

use crate::json::{write_list, write_string};
use crate::{Error, Result};

/// A symbol's number: the column of the input weights and the row of the readout that belong to it.
pub type SymbolId = u16;

/// The most symbols that [`SymbolId`] can number.
pub const MAX_SYMBOLS: usize = 1 << 16;

/// The symbols that a model knows, each with its id.
///
/// A vocabulary made from a text is sorted by scalar value. One that was loaded keeps the order of
/// its file, and one that grew has its new symbols at the end, because an id never changes.
///
/// ```
/// use babble::data::vocab::Vocabulary;
///
/// let vocabulary = Vocabulary::of("hello")?;
/// assert_eq!(vocabulary.len(), 4);
/// assert_eq!(vocabulary.encode("hello"), [1, 0, 2, 2, 3]);
/// assert_eq!(vocabulary.symbol(3), 'o');
/// # Ok::<(), babble::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// By id.
    symbols: Vec<char>,
    /// By symbol's scalar value, for binary search.
    ids: Vec<(u32, SymbolId)>,
}

impl Vocabulary {
    /// The sorted symbols of `text`.
    ///
    /// # Errors
    /// [`Error::TooManySymbols`] past [`MAX_SYMBOLS`].
    pub fn of(text: &str) -> Result<Self> {
        Self::from_symbols(distinct(text))
    }

    /// These symbols with ids in this order. A repeated symbol is the caller's mistake.
    ///
    /// # Errors
    /// [`Error::TooManySymbols`] past [`MAX_SYMBOLS`]; [`Error::BadWeights`] when a symbol comes twice.
    pub fn from_symbols(symbols: Vec<char>) -> Result<Self> {
        if symbols.len() > MAX_SYMBOLS {
            return Err(Error::TooManySymbols {
                symbols: symbols.len(),
                maximum: MAX_SYMBOLS,
            });
        }
        let ids: Vec<_> = symbols
            .iter()
            .enumerate()
            .map(|(id, &symbol)| (u32::from(symbol), id as SymbolId))
            .collect();
        // By a heap: a tenth of the code that a general sort would bring into what a visitor downloads.
        let ids = BinaryHeap::from(ids).into_sorted_vec();
        if let Some(&[(symbol, first), (_, second)]) =
            ids.windows(2).find(|pair| pair[0].0 == pair[1].0)
        {
            return Err(Error::bad_weights(format!(
                "the vocabulary holds {:?} twice, as entries {} and {}.",
                char::from_u32(symbol).unwrap_or(char::REPLACEMENT_CHARACTER),
                first + 1,
                second + 1
            )));
        }
        Ok(Self { symbols, ids })
    }

    /// `V`, the number of symbols.
    #[must_use]
    pub fn len(&self) -> usize {
        self.symbols.len()
    }

    /// Whether there is no symbol at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// All symbols in the order of their ids.
    #[must_use]
    pub fn symbols(&self) -> &[char] {
        &self.symbols
    }

    /// All symbols in the order of their ids, as a JSON list of one-character strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::from("[");
        write_list(&mut json, &self.symbols, |json, symbol| {
            write_string(json, symbol.encode_utf8(&mut [0; 4]));
        });
        json.push(']');
        json
    }

    /// The id of `symbol`, or `None` when the vocabulary lacks it.
    #[must_use]
    pub fn id(&self, symbol: char) -> Option<SymbolId> {
        let at = self
            .ids
            .binary_search_by_key(&u32::from(symbol), |&(known, _)| known)
            .ok()?;
        Some(self.ids[at].1)
    }

    /// The symbol of `id`.
    ///
    /// # Panics
    /// When `id` is none of this vocabulary's.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> char {
        self.symbols[usize::from(id)]
    }

    /// The ids of a text's symbols, in order; symbols that the vocabulary lacks are left out.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<SymbolId> {
        text.chars().filter_map(|symbol| self.id(symbol)).collect()
    }

    /// The text that these ids spell.
    ///
    /// # Panics
    /// When an id is none of this vocabulary's.
    #[must_use]
    pub fn decode(&self, ids: &[SymbolId]) -> String {
        ids.iter().map(|&id| self.symbol(id)).collect()
    }

    /// The symbols of `text` that the vocabulary lacks, sorted, and how many characters they are.
    #[must_use]
    pub fn unknown(&self, text: &str) -> (Vec<char>, usize) {
        let missing: Vec<char> = distinct(text)
            .into_iter()
            .filter(|&symbol| self.id(symbol).is_none())
            .collect();
        if missing.is_empty() {
            return (missing, 0);
        }
        let occurrences = text
            .chars()
            .filter(|symbol| missing.binary_search(symbol).is_ok())
            .count();
        (missing, occurrences)
    }

    /// This vocabulary with `more` at its end.
    ///
    /// # Errors
    /// As [`Vocabulary::from_symbols`].
    pub fn grown(&self, more: &[char]) -> Result<Self> {
        Self::from_symbols([&self.symbols, more].concat())
    }
}

/// The symbols of `text`, sorted, each once.
fn distinct(text: &str) -> Vec<char> {
    // One flag for each scalar value: 1.1 MB for a moment, and no hashing of every character.
    let mut seen = vec![false; char::MAX as usize + 1];
    for symbol in text.chars() {
        seen[symbol as usize] = true;
    }
    (0u32..)
        .zip(&seen)
        .filter(|&(_, &seen)| seen)
        .filter_map(|(code, _)| char::from_u32(code))
        .collect()
}
