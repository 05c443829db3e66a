//! Comma-separated values, of which one column may be the text.

use csv::{Reader, ReaderBuilder, StringRecord};

/// So many rows are read to find out what separates the values.
const ROWS: usize = 20;

fn reader(text: &str, delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The columns' names in the first row, when the text is a table: two columns or more, as many in every row.
#[must_use]
pub fn columns(text: &str) -> Vec<String> {
    delimiter(text).map_or(Vec::new(), |delimiter| names(&mut reader(text, delimiter)))
}

fn names(reader: &mut Reader<&[u8]>) -> Vec<String> {
    reader.headers().map_or(Vec::new(), |names| {
        names.iter().map(str::to_owned).collect()
    })
}

fn delimiter(text: &str) -> Option<u8> {
    [b',', b'\t', b';'].into_iter().find(|&delimiter| {
        let mut reader = reader(text, delimiter);
        let width = names(&mut reader).len();
        let mut rows = reader.records().take(ROWS).peekable();
        width > 1
            && rows.peek().is_some()
            && rows.all(|row| row.is_ok_and(|row| row.len() == width))
    })
}

/// One column, a line for each row.
///
/// # Errors
/// A sentence, when there is no such column.
pub fn column(text: &str, name: &str) -> Result<String, String> {
    let delimiter = delimiter(text).ok_or("The text is no table of comma-separated values.")?;
    let mut reader = reader(text, delimiter);
    let names = names(&mut reader);
    let at = names.iter().position(|known| known == name);
    let at = at.ok_or_else(|| {
        format!(
            "There is no column {name:?}; there are {}.",
            names.join(", ")
        )
    })?;
    let mut lines = String::new();
    let mut row = StringRecord::new();
    while reader.read_record(&mut row).is_ok_and(|more| more) {
        let value = row.get(at).unwrap_or_default();
        lines.extend(
            value
                .chars()
                .map(|symbol| if symbol == '\n' { ' ' } else { symbol }),
        );
        lines.push('\n');
    }
    Ok(lines)
}
