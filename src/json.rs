//! JSON as weights files hold it, read value by value so that nothing is built that was not asked for, and
//! written as text.
//!
//! Ours rather than a library's, because a visitor downloads it: serde_json with what reads safetensors on
//! top of it was a third of the package, and a smaller library rounded some numbers. The tests hold it
//! against serde_json.

use std::fmt::Write;

/// Values within values beyond this are refused, so that no text takes the stack.
const MAX_DEPTH: usize = 64;

/// A text that is being read. Every method reads one value of its kind, with the space before it, or returns
/// `None` when there is none.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// The one value that `text` is, as `read` reads it; `None` when there is more, or less.
pub(crate) fn read<T>(text: &str, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<T> {
    let mut reader = Reader { text, at: 0 };
    let value = read(&mut reader)?;
    (reader.peek().is_none() && reader.at == text.len()).then_some(value)
}

impl<'a> Reader<'a> {
    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// A sequence of things between two brackets, with commas between them.
    fn between(
        &mut self,
        [open, close]: [u8; 2],
        thing: &mut dyn FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.expect(open)?;
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            thing(self)?;
            if self.expect(b',').is_none() {
                return self.expect(close);
            }
        }
    }

    /// An object: `entry` reads the value of each key.
    pub fn object(&mut self, entry: &mut dyn FnMut(&mut Self, String) -> Option<()>) -> Option<()> {
        self.between(*b"{}", &mut |reader| {
            let key = reader.string()?;
            reader.expect(b':')?;
            entry(reader, key)
        })
    }

    /// A list: `item` reads each of its values.
    pub fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.between(*b"[]", item)
    }

    /// A string.
    pub fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            string.push_str(&rest[..plain]);
            self.at += plain + 1;
            match rest.as_bytes()[plain] {
                b'"' => return Some(string),
                b'\\' => string.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        let letter = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    // A lone second half is no character either.
                    return char::from_u32(first);
                }
                self.at = self.text[self.at..]
                    .starts_with("\\u")
                    .then_some(self.at + 2)?;
                let second = self
                    .unit()?
                    .checked_sub(0xdc00)
                    .filter(|&low| low < 0x400)?;
                char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(digits, 16).ok())?
    }

    /// The characters of a number, checked to be one.
    fn digits(&mut self) -> Option<&'a str> {
        self.peek()?;
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let run = |from: usize| {
            let more = bytes[from..].iter().take_while(|b| b.is_ascii_digit());
            from + more.count()
        };
        let start = usize::from(bytes[0] == b'-');
        let mut end = run(start);
        if end == start || (bytes[start] == b'0' && end > start + 1) {
            return None;
        }
        if bytes.get(end) == Some(&b'.') {
            let fraction = end + 1;
            end = run(fraction);
            if end == fraction {
                return None;
            }
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
            let exponent = end + 1 + usize::from(signed);
            end = run(exponent.min(bytes.len()));
            if end <= exponent {
                return None;
            }
        }
        self.at += end;
        Some(&rest[..end])
    }

    /// A number, the nearest to what is written.
    pub fn number(&mut self) -> Option<f64> {
        self.digits().map(nearest).filter(|x| x.is_finite())
    }

    /// A whole number from 0 on.
    pub fn count(&mut self) -> Option<usize> {
        self.digits()?.parse().ok()
    }

    /// One of these words.
    fn word(&mut self, word: &str) -> Option<()> {
        self.peek()?;
        let found = self.text[self.at..].starts_with(word);
        found.then(|| self.at += word.len())
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Option<bool> {
        match self.word("true") {
            Some(()) => Some(true),
            None => self.word("false").map(|()| false),
        }
    }

    /// Any value at all, as it is written.
    pub fn raw(&mut self) -> Option<&'a str> {
        self.peek()?;
        let from = self.at;
        self.skip()?;
        Some(&self.text[from..self.at])
    }

    /// Any value at all, which is passed over.
    pub fn skip(&mut self) -> Option<()> {
        self.skip_within(0)
    }

    fn skip_within(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'{' => self.object(&mut |reader, _| reader.skip_within(depth + 1)),
            b'[' => self.list(&mut |reader| reader.skip_within(depth + 1)),
            b'"' => self.string().map(drop),
            b't' | b'f' => self.boolean().map(drop),
            b'n' => self.word("null"),
            _ => self.digits().map(drop),
        }
    }
}

/// The number nearest to what these characters say; they are those of a number.
#[cfg(not(target_arch = "wasm32"))]
fn nearest(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

/// In the wasm JavaScript reads it, which rounds in the same way: the standard library's own way brings a table of
/// 10 kB that no server can compress, a twelfth of what a visitor downloads.
#[cfg(target_arch = "wasm32")]
fn nearest(digits: &str) -> f64 {
    js_sys::Number::parse_float(digits)
}

/// Appends the key of an object's next entry; the first one opens it.
#[inline(never)]
pub(crate) fn write_key(into: &mut String, key: &str) {
    into.push(if into.is_empty() { '{' } else { ',' });
    write_string(into, key);
    into.push(':');
}

/// Appends `text` as a JSON string. Out of line, for what a visitor downloads.
#[inline(never)]
pub(crate) fn write_string(into: &mut String, text: &str) {
    into.push('"');
    for symbol in text.chars() {
        match symbol {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(into, "\\u{:04x}", u32::from(c));
            }
            c => into.push(c),
        }
    }
    into.push('"');
}

/// Appends what `item` appends for each of `items`, with commas between.
pub(crate) fn write_list<T>(
    into: &mut String,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(&mut String, T),
) {
    for (at, value) in items.into_iter().enumerate() {
        if at > 0 {
            into.push(',');
        }
        item(into, value);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "../tests/unit/json.rs"]
mod tests;
