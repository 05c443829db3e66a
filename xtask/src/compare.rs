//! Two folders, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Every file of a folder, by its path inside it (`/` between names on every system).
pub struct Folder {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Folder {
    /// A folder that does not exist has no files.
    pub fn read(path: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        if path.exists() {
            read_into(&mut files, path, "")
                .with_context(|| format!("{} could not be read", path.display()))?;
        }
        Ok(Self { files })
    }

    /// Makes the folder at `path` hold these files alone. What is equal already stays untouched,
    /// so that a dev server sees only what changed.
    pub fn replace(&self, path: &Path) -> Result<()> {
        let present = Self::read(path)?;
        for name in present
            .files
            .keys()
            .filter(|name| !self.files.contains_key(*name))
        {
            fs::remove_file(path.join(name))?;
        }
        for (name, bytes) in &self.files {
            if present.files.get(name) != Some(bytes) {
                let file = path.join(name);
                fs::create_dir_all(file.parent().unwrap_or(path))?;
                fs::write(&file, bytes)
                    .with_context(|| format!("{} could not be written", file.display()))?;
            }
        }
        Ok(())
    }

    /// One sentence for each file in which `built` differs from this folder.
    pub fn differences(&self, built: &Self) -> Vec<String> {
        let mut names: Vec<&String> = self.files.keys().chain(built.files.keys()).collect();
        names.sort();
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| match (self.files.get(name), built.files.get(name)) {
                (Some(a), Some(b)) if a == b => None,
                (Some(a), Some(b)) => Some(format!(
                    "{name} differs: {} bytes, SHA-256 {}, against {} bytes, SHA-256 {}",
                    a.len(),
                    sha256(a),
                    b.len(),
                    sha256(b)
                )),
                (Some(_), None) => Some(format!("{name} is not built any more")),
                (None, _) => Some(format!("{name} is missing")),
            })
            .collect()
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn read_into(files: &mut BTreeMap<String, Vec<u8>>, path: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_into(files, &entry.path(), &format!("{name}/"))?;
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> Folder {
        let files = files
            .iter()
            .map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()));
        Folder {
            files: files.collect(),
        }
    }

    #[test]
    fn every_kind_of_difference_names_its_file() {
        let committed = folder(&[("same", "1"), ("changed", "1"), ("old", "1")]);
        let built = folder(&[("same", "1"), ("changed", "2"), ("new", "1")]);
        let differences = committed.differences(&built);
        assert_eq!(differences.len(), 3);
        assert!(differences[0].starts_with("changed differs: 1 bytes"));
        assert_eq!(differences[1], "new is missing");
        assert_eq!(differences[2], "old is not built any more");
        assert!(committed.differences(&committed).is_empty());
    }

    #[test]
    fn a_replaced_folder_holds_the_new_files_alone() {
        let path = std::env::temp_dir().join(format!("babble xtask {}", std::process::id()));
        folder(&[("old", "1"), ("inner/kept", "1")])
            .replace(&path)
            .unwrap();
        let new = folder(&[("inner/kept", "2"), ("new", "1")]);
        new.replace(&path).unwrap();
        let found = Folder::read(&path).unwrap();
        fs::remove_dir_all(&path).unwrap();
        assert_eq!(found.files, new.files);
    }
}
