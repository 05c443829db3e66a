//! Several files as one text.

use std::cmp::Ordering;

/// The order of names: as people count ("chapter 9" before "chapter 10"), capitals beside small letters.
#[must_use]
pub fn by_name(one: &str, other: &str) -> Ordering {
    let (mut a, mut b) = (one, other);
    loop {
        let (number_a, number_b) = (leading_digits(a), leading_digits(b));
        let order = if number_a.is_empty() || number_b.is_empty() {
            let (mut rest_a, mut rest_b) = (a.chars(), b.chars());
            let (Some(next_a), Some(next_b)) = (rest_a.next(), rest_b.next()) else {
                // Names that differ only in capitals or zeros still have one order.
                return a.len().cmp(&b.len()).then_with(|| one.cmp(other));
            };
            (a, b) = (rest_a.as_str(), rest_b.as_str());
            next_a.to_lowercase().cmp(next_b.to_lowercase())
        } else {
            (a, b) = (&a[number_a.len()..], &b[number_b.len()..]);
            let value = |digits: &str| digits.trim_start_matches('0').to_owned();
            let (value_a, value_b) = (value(number_a), value(number_b));
            value_a
                .len()
                .cmp(&value_b.len())
                .then(value_a.cmp(&value_b))
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn leading_digits(name: &str) -> &str {
    let end = name.find(|symbol: char| !symbol.is_ascii_digit());
    &name[..end.unwrap_or(name.len())]
}

/// Adds a text to those before it, from a line of its own.
pub fn add(joined: &mut String, text: &str) {
    if !joined.is_empty() && !joined.ends_with(['\n', '\r']) {
        joined.push('\n');
    }
    joined.push_str(text.strip_prefix('\u{feff}').unwrap_or(text));
}

/// What texts that became one are called: "a.txt and 2 more".
#[must_use]
pub fn name(names: &[impl AsRef<str>]) -> String {
    match names {
        [] => String::new(),
        [name] => name.as_ref().to_owned(),
        [first, more @ ..] => format!("{} and {} more", first.as_ref(), more.len()),
    }
}
