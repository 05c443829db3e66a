//! The package as npm would receive it: wasm-bindgen's output, its products paired, and three files
//! around it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use wasm_bindgen_cli_support::Bindgen;

use crate::compare::Folder;
use crate::pairing;
use crate::workspace::Workspace;

/// Builds the crate and fills `folder` with its package, and nothing else.
pub fn make(workspace: &Workspace, folder: &Path) -> Result<()> {
    let about = workspace.main_crate()?;
    let wasm = workspace.build_wasm()?.join(format!("{}.wasm", about.name));

    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Bindgen::new()
        .input_path(&wasm)
        .web(true)?
        .typescript(true)
        // So that `init()` finds the module beside the script without being told.
        .omit_default_module_path(false)
        // Names serve debuggers alone, and the tools' versions stand in Cargo.lock.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen refused {}", wasm.display()))?;

    let module = folder.join(format!("{}_bg.wasm", about.name));
    let mut bytes = fs::read(&module)?;
    let pairs = pairing::pair_products(&mut bytes)?;
    ensure!(
        pairs > 0,
        "the compiler no longer orders the products as xtask/src/pairing.rs expects it"
    );
    fs::write(&module, bytes)?;

    let files: Vec<String> = Folder::read(folder)?.files.into_keys().collect();
    let package = json!({
        "name": about.name,
        "version": about.version,
        "description": about.description,
        "license": about.license,
        "type": "module",
        "main": format!("{}.js", about.name),
        "types": format!("{}.d.ts", about.name),
        "files": files,
        "sideEffects": false,
    });
    fs::write(folder.join("package.json"), format!("{package:#}\n"))?;
    fs::write(folder.join("README.md"), include_str!("package-README.md"))?;
    let license = workspace.root.join("LICENSE");
    fs::copy(&license, folder.join("LICENSE"))
        .with_context(|| format!("{} could not be copied", license.display()))?;
    Ok(())
}
