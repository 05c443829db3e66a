//! What kind of file it is, by its beginning.

use infer::MatcherType;

use crate::controls::holds_telling;

/// So much of a file is looked at, in bytes.
const HEAD: usize = 4096;

const SAVE: &str = "Save it as plain text (.txt) and open that.";
const UNPACK: &str = "Unpack it and open the texts that it holds.";
const LETTERS: &str = "A network here learns letters; open a text.";

/// What a file is that is no text, and what to do instead: ("a Word document (DOCX)", a sentence).
#[must_use]
pub fn other_kind(bytes: &[u8]) -> Option<(String, &'static str)> {
    let head = &bytes[..bytes.len().min(HEAD)];
    if head.starts_with(br"{\rtf") {
        return Some(("a rich-text document (RTF)".to_owned(), SAVE));
    }
    if head.starts_with(b"%PDF-") {
        return Some(("a PDF document".to_owned(), SAVE));
    }
    // Its first eight bytes are the length of what begins with the brace.
    if head.get(8) == Some(&b'{') && head[4..8] == [0; 4] {
        let name = "a weights file (safetensors)".to_owned();
        return Some((name, "Load it as weights."));
    }
    // Archives that are documents: their files' names stand among their first bytes.
    if head.starts_with(b"PK\x03\x04") {
        let holds = |name: &[u8]| head.windows(name.len()).any(|part| part == name);
        if holds(b"word/") {
            return Some(("a Word document (DOCX)".to_owned(), SAVE));
        }
        if holds(b"[Content_Types].xml") {
            return Some(("an office document".to_owned(), SAVE));
        }
    }
    // Some kinds are known by two letters, which a text may begin with as well ("BM", "MZ"). All of these kinds
    // have control characters.
    let found = holds_telling(head).then(|| infer::get(head)).flatten()?;
    let (name, advice) = match (found.matcher_type(), found.extension()) {
        (_, "doc") => ("a Word document", SAVE),
        (_, "epub" | "mobi") | (MatcherType::Book, _) => ("an e-book", SAVE),
        (MatcherType::Doc, _) => ("an office document", SAVE),
        (MatcherType::Archive, _) => ("an archive", UNPACK),
        (MatcherType::Image, _) => ("a picture", LETTERS),
        (MatcherType::Audio, _) => ("a sound", LETTERS),
        (MatcherType::Video, _) => ("a film", LETTERS),
        (MatcherType::App, _) => ("a program", "Open its source instead."),
        (MatcherType::Text, _) => return None,
        _ => ("a binary file", "Open a plain text file."),
    };
    let extension = found.extension().to_uppercase();
    Some((format!("{name} ({extension})"), advice))
}

/// The kind of a text with marks around its words, if its beginning shows one: "a web page (HTML)".
#[must_use]
pub fn markup(text: &str) -> Option<&'static str> {
    let end = text.floor_char_boundary(HEAD);
    let begin = text[..end].trim_start().to_ascii_lowercase();
    let begins = |marks: &[&str]| marks.iter().any(|mark| begin.starts_with(mark));
    if begins(&["<!doctype html", "<html", "<head", "<body"]) {
        return Some("a web page (HTML)");
    }
    if begins(&["<?xml", "<svg", "<!doctype"]) {
        return Some("an XML document");
    }
    if begin.starts_with('{') && begin.contains("\"cells\"") && begin.contains("\"cell_type\"") {
        return Some("a notebook (JSON)");
    }
    None
}
