//! Control characters: which of them speak against a text, and which a text can do without.

use std::iter::Peekable;
use std::str::Chars;

/// Whether a text never has this character. Tabs, line ends, form feeds, backspaces (overstrike), colour codes and the
/// ^Z that ends DOS files do occur in texts.
fn is_displayable(symbol: char) -> bool {
    matches!(symbol, '\0'..='\x01' | '\x04'..='\x07' | '\x0e' | '\x10' | '\x12'..='\x15' | '\x17'..='\x19' | '\x1c')
}

/// The share of the characters of `text` that a text never has.
#[must_use]
pub fn telling_share(text: &str) -> f64 {
    let (mut displayable, mut characters) = (0usize, 0usize);
    for symbol in text.chars() {
        characters += 1;
        displayable += usize::from(is_displayable(symbol));
    }
    displayable as f64 / characters.max(1) as f64
}

/// Whether these bytes hold one that is a character that texts never have.
#[must_use]
pub fn holds_telling(bytes: &[u8]) -> bool {
    bytes.iter().any(|&byte| is_displayable(char::from(byte)))
}

/// `text` without control characters: colour codes go with their arguments, what was struck over
/// goes with its backspace, and line ends of other systems become newlines. Joiners stay, for emoji and Persian need
/// them.
#[must_use]
pub fn without_controls(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(symbol) = rest.next() {
        match symbol {
            '\n' | '\t' => kept.push(symbol),
            '\x0c' | '\u{85}' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            // A CSI sequence (ECMA-48): parameters, then a final byte from @ on.
            '\x1b' if rest.peek() == Some(&'[') => {
                rest.next();
                while rest.next_if(|next| (' '..='?').contains(next)).is_some() {}
                rest.next_if(|next| ('@'..='~').contains(next));
            }
            // mIRC's colour: one or two digits, and perhaps a comma and as many.
            '\x03' => {
                let digits = |rest: &mut Peekable<Chars>| {
                    (0..2)
                        .take_while(|_| rest.next_if(char::is_ascii_digit).is_some())
                        .count()
                };
                if digits(&mut rest) > 0 {
                    let mut ahead = rest.clone();
                    if ahead.next() == Some(',') && digits(&mut ahead) > 0 {
                        rest = ahead;
                    }
                }
            }
            '\x08' => {
                if kept.ends_with(|last| last != '\n') {
                    kept.pop();
                }
            }
            '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {}
            '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' => {}
            _ if symbol.is_control() => {}
            _ => kept.push(symbol),
        }
    }
    kept
}
