//! What a person may want changed in a text before it is learned. Every change takes a normalized text: its line ends are
//! newlines.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::columns::column;
use crate::controls::without_controls;

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Deserialize),
    serde(rename_all = "camelCase", tag = "kind")
)]
pub enum Change {
    /// Takes out the symbols that come fewer times than `below`. White space among them becomes a space.
    Rare {
        /// So many times.
        below: usize,
    },
    /// Takes out control characters.
    Controls,
    /// Takes out tags, comments, scripts and styles, and writes entities as what they mean.
    Markup,
    /// Writes capitals small.
    LowerCase,
    /// Brings the lines into an order that depends on their number alone, so that the held-out end is a fair sample of them.
    ShuffleLines,
    /// Leaves one column of comma-separated values, a line for each row.
    Column {
        /// What its first row calls it.
        name: String,
    },
}

/// The changed text.
///
/// # Errors
/// A sentence, when the text has no such column.
pub fn apply(change: &Change, text: &str) -> Result<String, String> {
    Ok(match change {
        Change::Rare { below } => without_rare(text, *below),
        Change::Controls => without_controls(text),
        Change::Markup => without_markup(text),
        Change::LowerCase => text.to_lowercase(),
        Change::ShuffleLines => shuffled(text),
        Change::Column { name } => column(text, name)?,
    })
}

fn without_rare(text: &str, below: usize) -> String {
    let mut counts = vec![0usize; char::MAX as usize + 1];
    for symbol in text.chars() {
        counts[symbol as usize] += 1;
    }
    text.chars()
        .filter_map(|symbol| match counts[symbol as usize] {
            count if count >= below => Some(symbol),
            // What separates words still does.
            _ => symbol.is_whitespace().then_some(' '),
        })
        .collect()
}

/// Fisher and Yates's shuffle.
fn shuffled(text: &str) -> String {
    let (body, end) = match text.strip_suffix('\n') {
        Some(body) => (body, "\n"),
        None => (text, ""),
    };
    let mut lines: Vec<&str> = body.split('\n').collect();
    let mut random = ChaCha8Rng::seed_from_u64(0);
    for last in (1..lines.len()).rev() {
        let choices = last as u128 + 1;
        lines.swap(
            last,
            ((u128::from(random.next_u64()) * choices) >> 64) as usize,
        );
    }
    lines.join("\n") + end
}

/// Elements whose content is not for reading.
const HIDDEN: [&str; 2] = ["script", "style"];

/// A tag longer than this is no tag but a "<" that stands for itself.
const LONGEST_TAG: usize = 10_000;

fn without_markup(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let Some(end) = tag_end(rest) else {
            kept.push('<');
            rest = &rest[1..];
            continue;
        };
        let tag = rest[1..end - 1].to_ascii_lowercase();
        rest = &rest[end..];
        let hidden = HIDDEN.iter().find(|name| {
            tag.strip_prefix(**name)
                .is_some_and(|more| more.is_empty() || more.starts_with([' ', '\n']))
        });
        if let Some(name) = hidden {
            let close = format!("</{name}");
            // Small ASCII letters stand at the same bytes as their capitals.
            rest = rest
                .to_ascii_lowercase()
                .find(&close)
                .map_or("", |at| &rest[at..]);
        }
    }
    kept.push_str(rest);
    let kept = with_entities(&kept);
    // Where elements were, there may be nothing but their indentation.
    let mut lines = String::with_capacity(kept.len());
    let mut blank = true;
    for line in kept.lines().map(str::trim_end) {
        let empty = line.trim_start().is_empty();
        if !(empty && blank) {
            lines.push_str(if empty { "" } else { line });
            lines.push('\n');
        }
        blank = empty;
    }
    lines
}

/// Where the tag ends that `text` begins with: "<" and a letter, "/", "!" or "?", up to ">".
fn tag_end(text: &str) -> Option<usize> {
    let second = text[1..].chars().next()?;
    if !(second.is_ascii_alphabetic() || "/!?".contains(second)) {
        return None;
    }
    let end = text
        .bytes()
        .take(LONGEST_TAG)
        .position(|byte| byte == b'>')?
        + 1;
    (!text[1..end].contains('<')).then_some(end)
}

fn with_entities(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((symbol, end)) => {
                kept.push(symbol);
                rest = &rest[end + 1..];
            }
            None => {
                kept.push('&');
                rest = &rest[1..];
            }
        }
    }
    kept + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        _ => return None,
    })
}
