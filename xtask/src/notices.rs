//! The notices of the crates whose code the modules hold: their licences ask that they travel with it.
//!
//! Cargo itself says which crates those are, and each brings its licence. cargo-about and
//! cargo-bundle-licenses would say the same, but have to be compiled first, which takes minutes on
//! every machine that checks pkg/.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace::Workspace;

const HEAD: &str = "\
Third-party software

The WebAssembly modules hold code of the crates below, and of Rust's standard library, which is
licensed under the MIT licence or the Apache License 2.0 as you choose, copyright The Rust Project
Developers (https://www.rust-lang.org/policies/licenses). Where a crate offers the MIT licence among
others, it is taken under that one.
";

const RULE: &str =
    "--------------------------------------------------------------------------------";

/// A crate of the graph.
struct Notice {
    /// Name, version and licence, as one line.
    title: String,
    /// What its licence files say.
    text: String,
}

/// All notices as one text; the same on every machine.
pub fn third_party(workspace: &Workspace) -> Result<String> {
    let mut crates = Vec::new();
    let packages = workspace.packages()?;
    for name in workspace.linked()? {
        let package = packages
            .iter()
            .find(|package| {
                name == format!("{} v{}", text(package, "name"), text(package, "version"))
            })
            .with_context(|| format!("cargo metadata does not list {name}"))?;
        crates.push(notice(package)?);
    }
    Ok(arranged(crates))
}

/// Crates with the same text share it.
fn arranged(crates: Vec<Notice>) -> String {
    let mut titles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Notice { title, text } in crates {
        titles.entry(text).or_default().push(title);
    }
    let mut groups: Vec<(Vec<String>, String)> = titles
        .into_iter()
        .map(|(text, mut titles)| {
            titles.sort();
            (titles, text)
        })
        .collect();
    groups.sort();
    let mut out = HEAD.to_owned();
    for (titles, text) in groups {
        out += &format!("\n{RULE}\n{}\n\n{text}\n", titles.join("\n"));
    }
    out
}

fn notice(package: &Value) -> Result<Notice> {
    let (name, version) = (text(package, "name"), text(package, "version"));
    let license = text(package, "license");
    let folder = Path::new(text(package, "manifest_path"))
        .parent()
        .context("a manifest lies in a folder")?;
    let files = chosen(license, licence_files(folder)?);
    ensure!(
        !files.is_empty(),
        "{name} {version} brings no licence; xtask/src/notices.rs has to name it"
    );
    let texts: Result<Vec<String>> = files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file)?.replace("\r\n", "\n");
            Ok(text.trim_start_matches('\n').trim_end().to_owned())
        })
        .collect();
    Ok(Notice {
        title: format!("{name} {version} ({license})"),
        text: texts?.join("\n\n"),
    })
}

/// The files of a crate's folder that its licence consists of, by name.
fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = file_name(&path);
        let is_licence = [
            "license",
            "licence",
            "copying",
            "copyright",
            "notice",
            "unlicense",
        ]
        .iter()
        .any(|start| name.starts_with(start));
        if is_licence && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Of licences to choose from, the MIT one and what says whose the copyright is; else all of them.
fn chosen(license: &str, files: Vec<PathBuf>) -> Vec<PathBuf> {
    let is_choice = !license.contains(" AND ")
        && license.split([' ', '/']).any(|word| word == "MIT")
        && files
            .iter()
            .any(|file| file_name(file).starts_with("license-mit"));
    files
        .into_iter()
        .filter(|file| {
            let name = file_name(file);
            !is_choice
                || ["license-mit", "copyright", "notice"]
                    .iter()
                    .any(|start| name.starts_with(start))
        })
        .collect()
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.to_lowercase()
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(license: &str, files: &[&str]) -> Vec<String> {
        let files = files.iter().map(PathBuf::from).collect();
        chosen(license, files)
            .iter()
            .map(|file| file_name(file))
            .collect()
    }

    #[test]
    fn of_a_choice_the_mit_licence_is_taken_and_of_no_choice_all() {
        let both = ["COPYRIGHT", "LICENSE-APACHE", "LICENSE-MIT"];
        for license in ["MIT OR Apache-2.0", "Apache-2.0 OR MIT", "MIT/Apache-2.0"] {
            assert_eq!(names(license, &both), ["copyright", "license-mit"]);
        }
        let all = ["LICENSE-APACHE", "LICENSE-MIT", "LICENSE-WHATWG"];
        let license = "(Apache-2.0 OR MIT) AND BSD-3-Clause";
        assert_eq!(names(license, &all).len(), 3);
        assert_eq!(names("Apache-2.0", &["LICENSE", "NOTICE"]).len(), 2);
        assert_eq!(names("MIT", &["LICENSE"]), ["license"]);
    }

    #[test]
    fn crates_with_the_same_text_share_it_and_each_is_named() {
        let notice = |title: &str, text: &str| Notice {
            title: title.to_owned(),
            text: text.to_owned(),
        };
        let text = arranged(vec![
            notice("b 1", "x"),
            notice("c 1", "y"),
            notice("a 1", "x"),
        ]);
        assert!(text.contains("\na 1\nb 1\n\nx\n"));
        assert!(text.ends_with("\nc 1\n\ny\n"));
    }
}
