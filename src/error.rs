//! One error type whose variants carry the offending values.

use crate::config::MAX_WORKING_BYTES;

/// What the core answers to input that it cannot use. [`std::fmt::Display`] gives the sentence that
/// a person reads; [`Error::name`] gives the name that a program may compare.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A setting outside its bounds.
    #[error("{label} is {value}, but must lie between {min} and {max}.")]
    OutOfRange {
        /// The key in [`crate::config::Config`], as the page spells it.
        field: &'static str,
        /// What the page calls it.
        label: &'static str,
        /// What was asked for.
        value: f64,
        /// The smallest value allowed.
        min: f64,
        /// The largest value allowed.
        max: f64,
    },
    /// A setting that must be a whole number and is not, or is no number at all.
    #[error("{label} must be {wanted}, but is {value}.")]
    NotANumber {
        /// The key in [`crate::config::Config`], as the page spells it.
        field: &'static str,
        /// What the page calls it.
        label: &'static str,
        /// "a whole number" or "a number".
        wanted: &'static str,
        /// What was given.
        value: f64,
    },
    /// A setting that belongs to a run from its first step, or none at all.
    #[error("The setting {key} cannot change in the middle of a run.")]
    Fixed {
        /// The key that was given.
        key: String,
    },
    /// A text with too few characters to learn from.
    #[error("The text has {characters} characters; at least {minimum} are needed to learn from.")]
    TextTooShort {
        /// Unicode scalar values in the text.
        characters: usize,
        /// [`crate::data::corpus::MIN_CHARACTERS`].
        minimum: usize,
    },
    /// A text too long for a browser tab.
    #[error("The text has {characters} characters; at most {maximum} are read. Cut it shorter.")]
    TextTooLong {
        /// Unicode scalar values in the text.
        characters: usize,
        /// [`crate::data::corpus::MAX_CHARACTERS`].
        maximum: usize,
    },
    /// A text that repeats one symbol.
    #[error(
        "The text repeats one character, {symbol:?}; there is nothing to predict. Use a text with at least two different ones."
    )]
    OneSymbol {
        /// The symbol.
        symbol: char,
    },
    /// A text with more different symbols than an id can number.
    #[error("There are {symbols} different characters; at most {maximum} are supported.")]
    TooManySymbols {
        /// Different symbols in the text.
        symbols: usize,
        /// [`crate::data::vocab::MAX_SYMBOLS`].
        maximum: usize,
    },
    /// A run whose working memory would not fit a tab.
    #[error(
        "This run would need {megabytes} MB of working memory, and at most {maximum} MB are allowed. {advice}"
    )]
    TooMuchMemory {
        /// What the run would take, in units of 10^6 bytes.
        megabytes: u64,
        /// What is allowed, in the same unit.
        maximum: u64,
        /// What takes less, as a sentence.
        advice: &'static str,
    },
    /// The loss exploded.
    #[error(
        "At step {step} the loss came to {loss} nats with learning rate {learning_rate}: training had diverged. Lower the learning rate."
    )]
    Diverged {
        /// The step at which it was seen.
        step: u64,
        /// The loss of that step in nats per character; may be infinite or NaN.
        loss: f64,
        /// The learning rate in force.
        learning_rate: f64,
    },
    /// Weights so large that the logits they give, or the gradients, are not finite.
    #[error("These weights cannot be used: their numbers are too large to compute with.")]
    NotFinite,
    /// A cell that another format cannot express.
    #[error("ONNX has no operator for the cell {cell}, so there is no such file of this network.")]
    NoOperator {
        /// What people call the cell.
        cell: &'static str,
    },
    /// The text holds symbols that the vocabulary of the loaded weights lacks.
    #[error(
        "The text holds {} symbols that these weights have never seen ({occurrences} characters). Skip them, or add them to the vocabulary.", symbols.len()
    )]
    UnknownSymbols {
        /// The symbols, sorted.
        symbols: Vec<char>,
        /// How many characters of the text they are.
        occurrences: usize,
    },
    /// A file of inputs that a network cannot be asked.
    #[error("This input cannot be run: {reason}")]
    BadInput {
        /// What was wrong, as a sentence.
        reason: String,
    },
    /// A file that is not Babble's, is cut short or contradicts itself.
    #[error("These are not weights that Babble can read: {reason}")]
    BadWeights {
        /// What was wrong, as a sentence.
        reason: String,
    },
}

impl Error {
    /// A stable name for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } | Self::NotANumber { .. } | Self::Fixed { .. } => {
                "InvalidConfig"
            }
            Self::TextTooShort { .. } => "TextTooShort",
            Self::TextTooLong { .. } => "TextTooLong",
            Self::OneSymbol { .. } => "OneSymbol",
            Self::TooManySymbols { .. } => "TooManySymbols",
            Self::TooMuchMemory { .. } => "TooMuchMemory",
            Self::Diverged { .. } => "Diverged",
            Self::NotFinite => "NotFinite",
            Self::NoOperator { .. } => "NoOperator",
            Self::UnknownSymbols { .. } => "UnknownSymbols",
            Self::BadInput { .. } => "BadInput",
            Self::BadWeights { .. } => "BadWeights",
        }
    }

    /// The [`crate::config::Config`] key at fault, if one is.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::OutOfRange { field, .. } | Self::NotANumber { field, .. } => Some(field),
            _ => None,
        }
    }

    /// An [`Error::TooMuchMemory`] for what takes so many bytes.
    pub(crate) fn too_much_memory(bytes: u64, advice: &'static str) -> Self {
        Self::TooMuchMemory {
            megabytes: bytes / 1_000_000,
            maximum: MAX_WORKING_BYTES / 1_000_000,
            advice,
        }
    }

    /// A [`Error::BadWeights`] with this reason.
    pub(crate) fn bad_weights(reason: impl Into<String>) -> Self {
        Self::BadWeights {
            reason: reason.into(),
        }
    }
}

/// The core's result.
pub type Result<T> = std::result::Result<T, Error>;
