//! How a command ends that does not succeed: a line for the person, a code for the program.

use babble::Error;

use crate::printer::{Printer, print_error};

/// A check did not hold.
pub const CHECK: u8 = 1;
/// The command line asks for what cannot be: an argument, a setting out of its bounds.
pub const USAGE: u8 = 2;
/// A file that was to be read cannot be, or is not what it must be.
pub const INPUT: u8 = 3;
/// A file could not be written.
pub const OUTPUT: u8 = 4;
/// The numbers came to nothing: training diverged, or weights give no probabilities.
pub const DIVERGED: u8 = 5;
/// Ctrl-C, or `kill`; what there was is saved. 128 + 2, as shells report SIGINT.
pub const INTERRUPTED: u8 = 130;

/// A failure, or an end before the end.
#[derive(Debug)]
pub struct Failure {
    /// What the process exits with.
    pub code: u8,
    name: &'static str,
    field: Option<&'static str>,
    /// None where there is nobody left to read it.
    sentence: Option<String>,
}

impl Failure {
    fn new(code: u8, name: &'static str, sentence: String) -> Self {
        Self {
            code,
            name,
            field: None,
            sentence: Some(sentence),
        }
    }

    pub fn check(sentence: String) -> Self {
        Self::new(CHECK, "CheckFailed", sentence)
    }

    pub fn usage(sentence: String) -> Self {
        Self::new(USAGE, "Usage", sentence)
    }

    pub fn input(sentence: String) -> Self {
        Self::new(INPUT, "Unreadable", sentence)
    }

    pub fn output(sentence: String) -> Self {
        Self::new(OUTPUT, "Unwritable", sentence)
    }

    pub fn interrupted(sentence: String) -> Self {
        Self::new(INTERRUPTED, "Interrupted", sentence)
    }

    /// Whoever read our output has read enough.
    pub fn closed() -> Self {
        Self {
            code: 0,
            name: "Closed",
            field: None,
            sentence: None,
        }
    }

    /// This failure with `more` in front of its sentence: the file, say, that it is about.
    pub fn about(mut self, what: impl std::fmt::Display) -> Self {
        self.sentence = self.sentence.map(|sentence| format!("{what}: {sentence}"));
        self
    }

    /// This failure with a further sentence.
    pub fn and(mut self, more: &str) -> Self {
        self.sentence = self.sentence.map(|sentence| format!("{sentence} {more}"));
        self
    }

    /// Prints it: a line for the person and, where lines are objects, an object.
    pub fn print(&self, printer: Printer) {
        let Some(sentence) = &self.sentence else {
            return;
        };
        // An interruption is reported by the event of the run's end.
        if self.code != INTERRUPTED {
            printer.tell(
                "error",
                &serde_json::json!({
                    "name": self.name,
                    "field": self.field,
                    "message": sentence,
                    "exitCode": self.code,
                }),
            );
        }
        print_error(sentence);
    }

    /// What is wrong with the file of this name: never the command line's fault.
    pub fn of_file(error: Error, name: impl std::fmt::Display) -> Self {
        let failure = Self::from(error).about(name);
        let code = match failure.code {
            USAGE => INPUT,
            code => code,
        };
        Self { code, ..failure }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::OutOfRange { .. } | Error::NotANumber { .. } | Error::TooMuchMemory { .. } => {
                USAGE
            }
            Error::Diverged { .. } | Error::NotFinite => DIVERGED,
            _ => INPUT,
        };
        Self {
            field: error.field(),
            ..Self::new(code, error.name(), error.to_string())
        }
    }
}
