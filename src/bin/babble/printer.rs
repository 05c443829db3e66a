//! What is printed: lines for a person, or objects for a program.

use std::io::{self, ErrorKind, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// Which of the two was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    pub json: bool,
}

impl Printer {
    /// Prints `{"event": event, ...}` with the keys of `value`, which is a struct or a map.
    ///
    /// # Errors
    /// [`Failure::closed`] when nobody reads it, or why it could not be written.
    pub fn event(self, event: &str, value: &impl Serialize) -> Result<(), Failure> {
        let mut object = Map::new();
        object.insert("event".into(), event.into());
        match serde_json::to_value(value) {
            Ok(Value::Object(more)) => object.extend(more),
            other => panic!("an event is an object, not {other:?}"),
        }
        print(&format!("{}\n", Value::Object(object)))
    }

    /// As [`Printer::event`] where lines are objects; else nothing. Whoever listens may have gone; the run goes on.
    pub fn tell(self, event: &str, value: &impl Serialize) {
        if self.json {
            let _ = self.event(event, value);
        }
    }

    /// Whether a bar is drawn: for a person at a terminal.
    pub fn draws(self) -> bool {
        !self.json && io::stderr().is_terminal()
    }
}

/// A bar on standard error that has `length` steps; hidden unless it is to be drawn.
pub fn bar(length: u64, drawn: bool, template: &str) -> ProgressBar {
    let target = if drawn {
        ProgressDrawTarget::stderr_with_hz(10)
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    ProgressBar::with_draw_target(Some(length), target).with_style(style)
}

/// Prints to standard output, at once.
///
/// # Errors
/// As [`Printer::event`].
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => Failure::closed(),
            _ => Failure::output(format!("The output could not be written ({error}).")),
        })
}

/// Prints a line to standard error. That nobody reads it stops nothing.
pub fn print_error(line: &str) {
    let _ = writeln!(io::stderr(), "babble: {line}");
}

/// Prints a line to standard error that is no complaint.
pub fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// At most this many symbols are listed.
const LISTED: usize = 20;

/// Symbols by name: `'x', '\n' and 3 more`.
pub fn listed(symbols: &[char]) -> String {
    let names: Vec<String> = symbols
        .iter()
        .take(LISTED)
        .map(|symbol| format!("{symbol:?}"))
        .collect();
    let more = symbols.len() - names.len();
    match more {
        0 => names.join(", "),
        _ => format!("{} and {more} more", names.join(", ")),
    }
}

/// A whole number with a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// "1 step", "1,200 steps".
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A learning rate and its like: three digits, no trailing zeros.
pub fn brief(number: f64) -> String {
    let digits: f64 = format!("{number:.2e}").parse().expect("a number again");
    digits.to_string()
}

/// A setting's value as a person writes it.
pub fn plain(value: &Value) -> String {
    match (value, value.as_f64()) {
        (Value::String(text), _) => text.clone(),
        (_, Some(number)) => number.to_string(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn a_long_list_of_symbols_is_cut_and_says_by_how_many() {
        assert_eq!(listed(&['x', '\n']), r"'x', '\n'");
        let many: Vec<char> = ('a'..='w').collect();
        let text = listed(&many);
        assert!(text.starts_with("'a', 'b', "), "{text}");
        assert!(text.ends_with("'t' and 3 more"), "{text}");
    }
}
