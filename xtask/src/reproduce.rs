//! A second workspace, as another person might have it: another folder (with a space in its
//! path), another target folder and another CARGO_HOME.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// No part of the build: the results of others, and the page.
const LEFT_OUT: [&str; 5] = [".git", "node_modules", "pkg", "target", "www"];

/// Copies the checkout into the target folder of `here`, afresh.
pub fn second_workspace(here: &Workspace) -> Result<Workspace> {
    let place = here.target.join("pkg").join("a second folder");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    let there = Workspace {
        root: place.join("babble"),
        target: place.join("its target"),
        cargo_home: place.join("its cargo home"),
    };
    copy(&here.root, &there.root, &here.target)?;
    fs::create_dir_all(there.cargo_home.join("registry"))?;
    // The downloads are shared, to need no network; the sources are unpacked again from them.
    for shared in ["registry/index", "registry/cache", "config.toml"] {
        let original = here.cargo_home.join(shared);
        if original.exists() {
            link(&original, &there.cargo_home.join(shared))?;
        }
    }
    Ok(there)
}

/// Copies a folder without what is left out, and without the target folder wherever it lies.
fn copy(from: &Path, to: &Path, target: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.path() == target || LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(name), target)?;
        } else {
            fs::copy(entry.path(), to.join(name))
                .with_context(|| format!("{} could not be copied", entry.path().display()))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(original: &Path, link: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(original, link)?)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    anyhow::bail!("`cargo xtask reproduce` runs on Unix alone: it links to Cargo's downloads")
}
