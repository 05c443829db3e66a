//! Weights files taken apart and put together again, and those of `tests/cases`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// A file of `tests/cases`.
pub fn case(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(format!("{name}.safetensors"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file's header as JSON.
pub fn header(file: &[u8]) -> Value {
    let length = u64::from_le_bytes(file[..8].try_into().expect("eight bytes")) as usize;
    serde_json::from_slice(&file[8..8 + length]).expect("our header is JSON")
}

/// The file with its header changed and its numbers as they were.
pub fn with_header(file: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let length = u64::from_le_bytes(file[..8].try_into().expect("eight bytes")) as usize;
    let mut header = header(file);
    change(&mut header);
    let header = header.to_string();
    [
        &(header.len() as u64).to_le_bytes(),
        header.as_bytes(),
        &file[8 + length..],
    ]
    .concat()
}

/// The file with one metadata value changed.
pub fn with_metadata(file: &[u8], key: &str, value: &str) -> Vec<u8> {
    with_header(file, |header| header["__metadata__"][key] = json!(value))
}
