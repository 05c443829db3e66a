//! The package as npm would receive it: wasm-bindgen's output with the products' instructions in order, the same
//! with fused ones, and three files around them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use wasm_bindgen_cli_support::Bindgen;

use crate::compare::Folder;
use crate::workspace::Workspace;
use crate::{fences, fusing, pairing};

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

    let module = |name: &str| folder.join(format!("{name}_bg.wasm"));
    let bytes = fs::read(module(&about.name))?;
    fs::write(module(&about.name), ordered(bytes.clone())?)?;
    let fused = format!("{}_fused", about.name);
    fs::write(module(&fused), fused_of(bytes)?)?;
    let script = fs::read_to_string(folder.join(format!("{}.js", about.name)))?;
    let (own, others) = (
        format!("{}_bg.wasm", about.name),
        format!("{fused}_bg.wasm"),
    );
    ensure!(
        script.matches(&own).count() == 1,
        "wasm-bindgen's script no longer names {own} in one place"
    );
    fs::write(
        folder.join(format!("{fused}.js")),
        script.replace(&own, &others),
    )?;
    let types = format!(
        "export * from './{0}.js';\nexport {{ default }} from './{0}.js';\n",
        about.name
    );
    fs::write(folder.join(format!("{fused}.d.ts")), types)?;

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

/// The module that rounds after each operation.
fn ordered(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    let pairs = pairing::pair_products(&mut wasm)?;
    ensure!(
        pairs > 0,
        "the compiler no longer orders the products as xtask/src/pairing.rs expects it"
    );
    without_fences(wasm)
}

/// The module whose products are fused.
fn fused_of(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    let sums = fusing::fuse(&mut wasm)?;
    ensure!(
        sums > 0,
        "the compiler no longer writes the products as xtask/src/fusing.rs expects it"
    );
    without_fences(wasm)
}

fn without_fences(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    let fences = fences::remove(&mut wasm)?;
    ensure!(
        fences > 0,
        "the compiler no longer writes the fences of the products as xtask/src/fences.rs expects it"
    );
    Ok(wasm)
}
