//! A text as the network reads it: ids, split into a training part and a held-out part, the former
//! cut into streams.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::data::vocab::{SymbolId, Vocabulary};
use crate::{Error, Result};

/// The shortest text that is accepted: its held-out tenth still holds nine predictions.
pub const MIN_CHARACTERS: usize = 100;
/// The longest text that is accepted: with its ids it takes about a quarter of a 32-bit address space.
pub const MAX_CHARACTERS: usize = 100_000_000;

/// The text that everything below counts: a leading byte-order mark dropped, CRLF and CR made LF.
#[must_use]
pub fn normalize(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') {
        let mut normal = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((line, behind)) = rest.split_once('\r') {
            normal.push_str(line);
            normal.push('\n');
            rest = behind.strip_prefix('\n').unwrap_or(behind);
        }
        normal.push_str(rest);
        Cow::Owned(normal)
    } else {
        Cow::Borrowed(text)
    }
}

/// The SHA-256 of a normalized text's UTF-8, in hexadecimal: how a run knows its text again.
#[must_use]
pub fn fingerprint(normalized: &str) -> String {
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(normalized);
    fingerprint.finish()
}

/// The [`fingerprint`] of a text that comes in pieces.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// The next piece.
    pub fn add(&mut self, piece: &str) {
        self.0.update(piece.as_bytes());
    }

    /// Of all pieces together.
    #[must_use]
    pub fn finish(self) -> String {
        use std::fmt::Write;
        self.0
            .finalize()
            .iter()
            .fold(String::new(), |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
}

/// A text's ids. Of its `N` characters the first `floor(0.9 N)` are the training part and the rest
/// is held out.
///
/// ```
/// use babble::data::{corpus::Corpus, vocab::Vocabulary};
///
/// let text = "one two ".repeat(25);
/// let corpus = Corpus::new(&text, &Vocabulary::of(&text)?)?;
/// assert_eq!((corpus.training().len(), corpus.held_out().len()), (180, 20));
/// # Ok::<(), babble::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    ids: Vec<SymbolId>,
    training: usize,
    fingerprint: String,
}

impl Corpus {
    /// Reads a normalized text whose symbols are all in `vocabulary`.
    ///
    /// # Errors
    /// [`Error::TextTooShort`], [`Error::TextTooLong`], or [`Error::OneSymbol`] when there is nothing
    /// to predict.
    pub fn new(normalized: &str, vocabulary: &Vocabulary) -> Result<Self> {
        let ids = vocabulary.encode(normalized);
        let characters = ids.len();
        if characters < MIN_CHARACTERS {
            return Err(Error::TextTooShort {
                characters,
                minimum: MIN_CHARACTERS,
            });
        }
        if characters > MAX_CHARACTERS {
            return Err(Error::TextTooLong {
                characters,
                maximum: MAX_CHARACTERS,
            });
        }
        if ids.iter().all(|id| *id == ids[0]) {
            return Err(Error::OneSymbol {
                symbol: vocabulary.symbol(ids[0]),
            });
        }
        // floor(0.9 N) in whole numbers: 0.9 has no exact binary fraction.
        let training = characters * 9 / 10;
        Ok(Self {
            ids,
            training,
            fingerprint: fingerprint(normalized),
        })
    }

    /// `N`, all characters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Never: a corpus has at least [`MIN_CHARACTERS`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All ids in order.
    #[must_use]
    pub fn ids(&self) -> &[SymbolId] {
        &self.ids
    }

    /// The training part, `floor(0.9 N)` ids.
    #[must_use]
    pub fn training(&self) -> &[SymbolId] {
        &self.ids[..self.training]
    }

    /// The held-out part, the rest.
    #[must_use]
    pub fn held_out(&self) -> &[SymbolId] {
        &self.ids[self.training..]
    }

    /// The text's [`fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The held-out loss of guessing each symbol by its frequency in the training part, in nats per
    /// character. Every one of the `symbols` counts once more than it was seen (Laplace's rule), so
    /// that a symbol which only the held-out part has costs a finite amount.
    #[must_use]
    pub fn unigram_loss(&self, symbols: usize) -> f64 {
        let mut counts = vec![1usize; symbols];
        for &id in self.training() {
            counts[usize::from(id)] += 1;
        }
        let total = (self.training().len() + symbols) as f64;
        // The first held-out character is given, not predicted, just as for the network.
        let predicted = &self.held_out()[1..];
        let nats: f64 = predicted
            .iter()
            .map(|&id| -(counts[usize::from(id)] as f64 / total).ln())
            .sum();
        nats / predicted.len() as f64
    }
}

/// How the training part is read: as `batch` streams of `length` predictions each, `steps` at a time.
///
/// A stream is made of passages. Each is `passage` contiguous predictions and begins from the zero state. A stream
/// that is one passage is a contiguous part of the text; the streams then follow one another as in the text.
/// Otherwise a pass takes the passages of all streams in an order that spreads over the whole text at any time, and
/// that is another in each pass. What is left behind the last passage, too short to be one, is at another place in
/// each pass too, so that nothing stays unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    /// `B`.
    pub batch: usize,
    /// Predictions that one stream holds, a multiple of `passage`.
    pub length: usize,
    /// Predictions of one passage.
    pub passage: usize,
    /// `T`, at most `length`.
    pub steps: usize,
}

impl Streams {
    /// Cuts a training part into at most `batch` streams and reads at most `steps` at a time; both
    /// shrink until every stream can fill a step. `passage`: as [`crate::config::Config::passage_length`].
    ///
    /// # Panics
    /// When the training part holds no prediction (fewer than two characters).
    #[must_use]
    pub fn new(training_characters: usize, batch: usize, steps: usize, passage: usize) -> Self {
        assert!(
            training_characters >= 2,
            "a training part must hold at least one prediction"
        );
        let predictions = training_characters - 1;
        let batch = (predictions / steps.max(1)).clamp(1, batch.max(1));
        Self::cut(predictions, batch, passage).with_steps(steps)
    }

    /// So many streams of a training part, read one prediction at a time.
    #[must_use]
    pub fn cut(predictions: usize, batch: usize, passage: usize) -> Self {
        let length = predictions / batch;
        let passages = length.checked_div(passage).unwrap_or(0);
        let (length, passage) = if passages > 1 {
            (passages * passage, passage)
        } else {
            (length, length)
        };
        Self {
            batch,
            length,
            passage,
            steps: 1,
        }
    }

    /// These streams, read `steps` at a time or as many as a stream holds.
    #[must_use]
    pub fn with_steps(self, steps: usize) -> Self {
        Self {
            steps: steps.clamp(1, self.length),
            ..self
        }
    }

    /// Where in a training part of so many predictions stream `b` reads the chunk at `cursor`.
    fn place(self, predictions: usize, b: usize, cursor: Cursor) -> usize {
        if self.passage == self.length {
            return b * self.length + cursor.position;
        }
        let passages = self.batch * self.length / self.passage;
        let turn = cursor.position / self.passage * self.batch + b;
        let left = predictions - passages * self.passage;
        // A pass moves the order by one passage, so that others are read together.
        let number = (spread(turn, passages) + cursor.epoch as usize % passages) % passages;
        let offset = spread((cursor.epoch % (left as u64 + 1)) as usize, left + 1);
        offset + number * self.passage + cursor.position % self.passage
    }
}

/// The `turn`-th of `count` places in an order that has each of them once, and is spread evenly after any number of
/// turns: multiples of the golden section, modulo `count` (Weyl 1916; the golden section's multiples leave the most
/// equal gaps). `turn < count`.
fn spread(turn: usize, count: usize) -> usize {
    // The whole number next to the golden section of `count` that has no factor in common with it.
    let golden = (count as f64 * 0.618_033_988_749_894_9) as u64;
    let count = count as u64;
    let step = (golden.max(1)..).find(|&step| has_no_common_factor(step, count));
    ((turn as u64 * step.unwrap_or(1)) % count) as usize
}

/// Euclid's algorithm.
fn has_no_common_factor(mut a: u64, mut b: u64) -> bool {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

/// Where the next chunk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Predictions of each stream that this epoch has read.
    pub position: usize,
    /// Complete passes over the streams.
    pub epoch: u64,
}

/// One chunk of every stream, ordered by time and then by stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What the network reads, `steps * B` ids.
    pub inputs: Vec<SymbolId>,
    /// What follows each of them, `steps * B` ids.
    pub targets: Vec<SymbolId>,
    /// Whether the chunk begins a passage, so that the hidden state begins at zero.
    pub begins_passage: bool,
}

impl Batch {
    /// Makes room for the chunks of `streams`.
    pub fn reserve(&mut self, streams: Streams) {
        let predictions = streams.batch * streams.steps;
        for ids in [&mut self.inputs, &mut self.targets] {
            ids.reserve(predictions.saturating_sub(ids.len()));
        }
    }

    /// Takes in the chunk at `cursor` of the streams `of`.
    pub fn read(
        &mut self,
        training: &[SymbolId],
        streams: Streams,
        of: std::ops::Range<usize>,
        cursor: Cursor,
    ) {
        self.begins_passage = cursor.position.is_multiple_of(streams.passage);
        let (steps, columns) = (cursor.steps(streams), of.len());
        self.inputs.resize(steps * columns, 0);
        self.targets.resize(steps * columns, 0);
        for (column, b) in of.enumerate() {
            let from = streams.place(training.len() - 1, b, cursor);
            for (t, pair) in training[from..=from + steps].windows(2).enumerate() {
                let at = t * columns + column;
                (self.inputs[at], self.targets[at]) = (pair[0], pair[1]);
            }
        }
    }
}

impl Cursor {
    /// Time steps of the chunk that begins here. A stream that is one passage keeps what is left for its last chunk;
    /// a shorter passage is read in chunks about as long as one another.
    #[must_use]
    pub fn steps(self, streams: Streams) -> usize {
        let left = streams.passage - self.position % streams.passage;
        if streams.passage == streams.length {
            streams.steps.min(left)
        } else {
            left.div_ceil(left.div_ceil(streams.steps))
        }
    }

    /// Moves behind that chunk.
    pub fn advance(&mut self, streams: Streams) {
        self.position += self.steps(streams);
        if self.position == streams.length {
            self.position = 0;
            self.epoch += 1;
        }
    }
}
