//! The text of a command: of one file or several, of folders, or piped in; read, joined and changed as
//! the page does it.

use std::fs;
use std::path::{Path, PathBuf};

use babble::data::corpus::normalize;
use babble::data::facts::facts;
use babble_texts::change::{Change, apply};
use babble_texts::encoding::{Encoding, UTF_8};
use babble_texts::join::{self, by_name};
use babble_texts::read::{Place, Reading, read};
use serde_json::json;

use crate::failure::Failure;
use crate::files::{self, STANDARD_INPUT, read_bytes, unreadable};
use crate::printer::{Printer, counted, grouped, note};

/// A symbol that comes fewer times is rare.
const RARE_BELOW: usize = 10;

/// Which text, and what is done with it before it is learned or measured.
#[derive(clap::Args)]
pub struct Texts {
    /// The text: a file, or - for what is piped in. Several files, and folders, become one text, in the
    /// order of their names
    #[arg(required = true, value_name = "TEXT")]
    pub paths: Vec<PathBuf>,
    /// The encoding of the files, such as windows-1251 [default: what each looks like]
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<Encoding>,
    /// Learn one column of a table of comma-separated values
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Leave out rare symbols, control characters or markup; several with commas between them
    #[arg(long, value_name = "rare,controls,markup", value_delimiter = ',', value_parser = ["rare", "controls", "markup"])]
    pub take_out: Vec<String>,
    /// Write capitals small
    #[arg(long)]
    pub lower_case: bool,
    /// Shuffle the lines, always in the same way: the held-out end of a sorted list is then a fair sample of it
    #[arg(long)]
    pub shuffle_lines: bool,
}

fn encoding(name: &str) -> Result<Encoding, String> {
    Encoding::named(name).ok_or_else(|| "there is no encoding of that name".to_owned())
}

/// A file of a command line, or of a folder in it.
struct Source {
    path: PathBuf,
    /// The person named it, and wants to know if it cannot be read.
    named: bool,
}

impl Texts {
    /// What the text is called.
    pub fn name(&self) -> String {
        let names: Vec<String> = self.paths.iter().map(|path| files::name(path)).collect();
        join::name(&names)
    }

    /// Where it is read from.
    pub fn places(&self) -> Vec<&Path> {
        self.paths.iter().map(PathBuf::as_path).collect()
    }

    /// The name, without its suffix, for a file that is made of this text.
    pub fn stem(&self) -> PathBuf {
        let first = Some(&self.paths[0]).filter(|&path| path != Path::new(STANDARD_INPUT));
        let first = first.and_then(|path| fs::canonicalize(path).ok());
        let stem = first.as_deref().and_then(Path::file_stem);
        stem.map_or_else(|| "weights".into(), Into::into)
    }

    /// Reads, joins and changes the files, and says what is worth knowing of that.
    pub fn read(&self, printer: Printer) -> Result<String, Failure> {
        let mut text = String::new();
        let (mut taken, mut left, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
        for Source { path, named } in self.sources()? {
            let name = files::name(&path);
            let bytes = match read_bytes(&path) {
                Ok(bytes) => bytes,
                Err(failure) if named => return Err(failure),
                Err(_) => {
                    left.push(json!({ "path": name, "why": "It could not be read." }));
                    continue;
                }
            };
            match read(&bytes, self.encoding) {
                Ok(reading) => {
                    remarks.extend(remark_on(&name, &reading));
                    join::add(&mut text, &reading.text);
                    taken.push(json!({
                        "path": name,
                        "encoding": reading.encoding.name(),
                        "guessed": reading.guessed,
                        "badPlaces": reading.bad_places,
                    }));
                }
                Err(why) if named => return Err(Failure::input(why.0).about(name)),
                Err(why) => left.push(json!({ "path": name, "why": why.0 })),
            }
        }
        if taken.is_empty() {
            return Err(Failure::input("There is no text in it.".into()).about(self.name()));
        }
        let mut text = normalize(&text).into_owned();
        for change in self.changes() {
            text = apply(&change, &text).map_err(|why| Failure::input(why).about(self.name()))?;
        }
        let facts = facts(&text);
        remarks.extend(facts.remarks);
        if facts.sorted {
            remarks.push("--shuffle-lines shuffles the lines.".to_owned());
        }
        if facts.controls > 0 {
            remarks.push(format!(
                "The text has {}; --take-out controls leaves them out.",
                counted(facts.controls as u64, "control character")
            ));
        }
        if printer.json {
            printer.event(
                "texts",
                &json!({ "files": taken, "left": left, "remarks": remarks }),
            )?;
            return Ok(text);
        }
        if taken.len() + left.len() > 1 {
            note(&format!(
                "{} as one text:",
                counted(taken.len() as u64, "file")
            ));
            for file in &taken {
                note(&format!("  {}", file["path"].as_str().unwrap_or_default()));
            }
            for file in &left {
                let part = |key: &str| file[key].as_str().unwrap_or_default().to_owned();
                note(&format!("  left out: {}. {}", part("path"), part("why")));
            }
        }
        for line in &remarks {
            note(line);
        }
        Ok(text)
    }

    /// The files, in the order in which they are joined.
    fn sources(&self) -> Result<Vec<Source>, Failure> {
        let mut sources = Vec::new();
        for path in &self.paths {
            if path.is_dir() {
                add_folder(&mut sources, path)?;
            } else {
                sources.push(Source {
                    path: path.clone(),
                    named: true,
                });
            }
        }
        sources.sort_by(|one, other| {
            by_name(&one.path.to_string_lossy(), &other.path.to_string_lossy())
        });
        sources.dedup_by(|one, other| one.path == other.path);
        Ok(sources)
    }

    /// In the order in which they make sense.
    fn changes(&self) -> Vec<Change> {
        let takes = |what: &str| self.take_out.iter().any(|name| name == what);
        let wishes = [
            (takes("markup"), Change::Markup),
            (takes("controls"), Change::Controls),
            (self.lower_case, Change::LowerCase),
            (takes("rare"), Change::Rare { below: RARE_BELOW }),
            (self.shuffle_lines, Change::ShuffleLines),
        ];
        let column = self.column.clone().map(|name| Change::Column { name });
        let wished = wishes.into_iter().filter(|(wanted, _)| *wanted);
        column
            .into_iter()
            .chain(wished.map(|(_, change)| change))
            .collect()
    }
}

/// All files below `folder`, but for hidden ones. Links to folders are not followed: they may lead in a circle.
fn add_folder(sources: &mut Vec<Source>, folder: &Path) -> Result<(), Failure> {
    let failed = |error| unreadable(&folder.display().to_string(), &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            add_folder(sources, &path)?;
        } else if path.is_file() {
            sources.push(Source { path, named: false });
        }
    }
    Ok(())
}

/// What a person should know of how a file was read.
fn remark_on(name: &str, reading: &Reading) -> Option<String> {
    let encoding = reading.encoding.name();
    if reading.guessed {
        return Some(format!(
            "{name} is read as {encoding}, which is a guess; --encoding names another."
        ));
    }
    if let Some(Place { byte, line }) = reading.first_bad.first() {
        return Some(format!(
            "{name} is UTF-8 with {} that cannot be read, the first at byte {} in line {}; \u{fffd} stands there.",
            counted(reading.bad_places as u64, "place"),
            grouped(*byte as u64),
            grouped(*line as u64),
        ));
    }
    if let Some(markup) = reading.markup {
        return Some(format!(
            "{name} is {markup}: its markup is learned too, unless --take-out markup is given."
        ));
    }
    (reading.encoding != UTF_8).then(|| format!("{name} is read as {encoding}."))
}
