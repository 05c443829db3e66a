//! `cargo xtask`: makes `pkg/`, the package that the page imports, and shows that anyone can make
//! the same bytes.

mod compare;
mod notices;
mod package;
mod passes;
mod reproduce;
mod settings;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use compare::Folder;
use workspace::Workspace;

const USAGE: &str = "\
cargo xtask             build pkg/
cargo xtask settings    write the table of settings into pkg/, with its types, which needs no module
cargo xtask check       build it again elsewhere and compare every byte with pkg/
cargo xtask wasm-tests  build the tests of the wasm, which www/tests/cargo/wasm-tests.test.js runs
cargo xtask reproduce   build it in two folders under two CARGO_HOMEs and compare the two";

/// The one host whose bytes are committed: other hosts' standard libraries and linkers may differ.
const COMPARABLE_HOST: bool = cfg!(all(
    target_arch = "x86_64",
    target_os = "linux",
    target_env = "gnu"
));

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        [] => build(),
        ["settings"] => write_settings(),
        ["check"] => check(),
        ["wasm-tests"] => build_wasm_tests(),
        ["reproduce"] => reproduce(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!(
                "There is no `cargo xtask {}`. There is:\n{USAGE}",
                arguments.join(" ")
            );
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<()> {
    let workspace = Workspace::of_this_checkout()?;
    let pkg = workspace.root.join("pkg");
    let built = make(&workspace)?;
    built.replace(&pkg)?;
    println!("pkg/ holds:");
    for (name, bytes) in &built.files {
        println!("  {:>9}  {name}", bytes.len());
    }
    Ok(())
}

fn write_settings() -> Result<()> {
    let pkg = Workspace::of_this_checkout()?.root.join("pkg");
    package::add_settings(&pkg)?;
    println!("pkg/ has the settings and their types; `cargo xtask` builds the rest.");
    Ok(())
}

fn check() -> Result<()> {
    if !COMPARABLE_HOST {
        println!("pkg/: not compared (its bytes are those of x86_64-unknown-linux-gnu)");
        return Ok(());
    }
    let workspace = Workspace::of_this_checkout()?;
    let committed = Folder::read(&workspace.root.join("pkg"))?;
    let differences = committed.differences(&make(&workspace)?);
    if !differences.is_empty() {
        bail!(
            "pkg/ is not what these sources build:\n  {}\nRun `cargo xtask` and commit pkg/.",
            differences.join("\n  ")
        );
    }
    println!(
        "pkg/ is what these sources build: {} equal files",
        committed.files.len()
    );
    Ok(())
}

/// Prints the script by which Node loads the tests.
fn build_wasm_tests() -> Result<()> {
    let workspace = Workspace::of_this_checkout()?;
    eprintln!("The tests of the wasm are built, which may take minutes.");
    let folder = workspace.target.join("pkg").join("wasm-tests");
    println!(
        "{}",
        package::make_wasm_tests(&workspace, &folder)?.display()
    );
    Ok(())
}

fn reproduce() -> Result<()> {
    let here = Workspace::of_this_checkout()?;
    let there = reproduce::second_workspace(&here)?;
    for workspace in [&here, &there] {
        println!("building in {}", workspace.root.display());
    }
    let (first, second) = (make(&here)?, make(&there)?);
    for (name, bytes) in &first.files {
        println!("{}  {name}", compare::sha256(bytes));
    }
    let differences = first.differences(&second);
    if !differences.is_empty() {
        bail!(
            "the two folders made different bytes:\n  {}",
            differences.join("\n  ")
        );
    }
    println!("the same {} files in both folders", first.files.len());
    Ok(())
}

/// Builds the package into the workspace's target folder and reads it back.
fn make(workspace: &Workspace) -> Result<Folder> {
    let staging: &Path = &workspace.target.join("pkg").join("staging");
    package::make(workspace, staging)?;
    Folder::read(staging)
}
