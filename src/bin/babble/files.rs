//! Files in and out. What is read is bounded before it is read; what is written is whole or not there.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use babble::Error;
use babble::data::corpus::MAX_CHARACTERS;
use babble::formats::checkpoint::{Checkpoint, MAX_BYTES};

use crate::failure::Failure;
use crate::printer::note;

/// A character has at most four bytes; a byte-order mark has three.
const MAX_TEXT_BYTES: usize = 4 * MAX_CHARACTERS + 3;

/// What stands for the text that is piped in.
pub const STANDARD_INPUT: &str = "-";

/// What a text is called in a sentence.
pub fn name(path: &Path) -> String {
    if path == Path::new(STANDARD_INPUT) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// A text's bytes, of the file at `path` or, for `-`, piped in.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = name(path);
    let bytes = if path == Path::new(STANDARD_INPUT) {
        read_all(io::stdin().lock(), MAX_TEXT_BYTES)
    } else {
        File::open(path).and_then(|file| read_all(file, MAX_TEXT_BYTES))
    };
    let bytes = bytes.map_err(|error| unreadable(&name, &error))?;
    if bytes.len() > MAX_TEXT_BYTES {
        let characters = bytes.len() / 4;
        let maximum = MAX_CHARACTERS;
        return Err(Failure::from(Error::TextTooLong {
            characters,
            maximum,
        })
        .about(name));
    }
    Ok(bytes)
}

/// A weights file's bytes.
pub fn read_tensors(path: &Path) -> Result<Vec<u8>, Failure> {
    File::open(path)
        // One byte more than may be, so that the core says what is too long.
        .and_then(|file| read_all(file, MAX_BYTES))
        .map_err(|error| unreadable(&path.display().to_string(), &error))
}

/// A weights file.
pub fn read_weights(path: &Path) -> Result<Checkpoint, Failure> {
    let checkpoint = Checkpoint::read(&read_tensors(path)?)
        .map_err(|error| Failure::of_file(error, path.display()))?;
    note_converted(path, checkpoint.converted());
    Ok(checkpoint)
}

/// Says which types of numbers of a file were converted, if any.
pub fn note_converted(path: &Path, types: &[&str]) {
    if !types.is_empty() {
        note(&format!(
            "{}: its {} numbers were converted to F32.",
            path.display(),
            types.join(" and ")
        ));
    }
}

/// All bytes, or one more than `limit`.
fn read_all(from: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::input(format!("{name}: {}.", reason(error)))
}

/// Writes a file of that name: all of it or, on failure, nothing, and what was there before stays.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let (target, part) = places(path)?;
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        if target == part {
            return Ok(());
        }
        file.sync_all()?;
        fs::rename(&part, &target)
    });
    written.map_err(|error| {
        if target != part {
            // What failed may have left half a file; that it cannot be removed either is no news.
            let _ = fs::remove_file(&part);
        }
        unwritable(path, &error)
    })
}

/// Finds out whether [`write`] will work, before work is done that it would lose.
pub fn try_writing(path: &Path) -> Result<(), Failure> {
    let (target, part) = places(path)?;
    if target == part {
        return Ok(());
    }
    File::create(&part)
        .and_then(|_| fs::remove_file(&part))
        .map_err(|error| unwritable(path, &error))
}

/// The file to be replaced, behind any links, and the file beside it that is filled first. A device or a pipe
/// is written to as it is.
fn places(path: &Path) -> Result<(PathBuf, PathBuf), Failure> {
    if path.file_name().is_none() {
        return Err(Failure::output(format!(
            "{}: this is not the name of a file.",
            path.display()
        )));
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let kind = fs::metadata(&target).ok().map(|about| about.file_type());
    match kind {
        Some(kind) if kind.is_dir() => {
            Err(unwritable(path, &io::Error::from(ErrorKind::IsADirectory)))
        }
        Some(kind) if !kind.is_file() => Ok((target.clone(), target)),
        _ => {
            let mut part = target.clone().into_os_string();
            part.push(".part");
            Ok((target, part.into()))
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::output(format!(
        "{}: this could not be written: {}.",
        path.display(),
        reason(error)
    ))
}

/// Refuses to write over what is read.
pub fn keep_apart(output: &Path, inputs: &[&Path]) -> Result<(), Failure> {
    let Ok(place) = fs::canonicalize(output) else {
        return Ok(()); // it is not there yet
    };
    match inputs
        .iter()
        .find(|input| fs::canonicalize(input).is_ok_and(|input| input == place))
    {
        Some(input) => Err(Failure::usage(format!(
            "The output would replace the input {}; choose another name for it.",
            input.display()
        ))),
        None => Ok(()),
    }
}

/// Refuses to replace a file, unless that is asked for. `more` are the other ways, as further parts of a list.
pub fn keep_existing(output: &Path, force: bool, more: &str) -> Result<(), Failure> {
    if force || !output.is_file() {
        return Ok(()); // a device or a pipe loses nothing
    }
    let output = output.display();
    Err(Failure::usage(format!(
        "{output} exists already: --force replaces it, {more}."
    )))
}

/// What went wrong, in words rather than in numbers where it is common.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".into(),
        ErrorKind::IsADirectory => "this is a folder".into(),
        ErrorKind::NotADirectory => "a part of this path is not a folder".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::StorageFull => "no space is left".into(),
        _ => {
            let text = error.to_string();
            let words = text.split(" (os error").next().unwrap_or(&text);
            words.to_owned()
        }
    }
}
