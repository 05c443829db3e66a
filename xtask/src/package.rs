//! The package as npm would receive it: wasm-bindgen's output of the network's two modules of the one that reads
//! texts and of the one that looks inside, and the files around them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use wasm_bindgen_cli_support::Bindgen;

use crate::compare::Folder;
use crate::workspace::Workspace;
use crate::{notices, passes, settings};

/// The network's module, and the library of the crate.
const MODULE: &str = "babble";
const FUSED: &str = "babble_fused";

const UNEXPECTED: &str =
    "the compiler no longer writes the products as xtask/src/passes/ expects them";

/// The crate that reads texts. Its module is one of its own: few visitors need it.
const TEXTS: &str = "babble-texts";
const TEXTS_MODULE: &str = "babble_texts";

/// The crate of what Look inside shows, likewise.
const INSIDE: &str = "babble-inside";
const INSIDE_MODULE: &str = "babble_inside";

/// Builds the crate and fills `folder` with its package, and nothing else.
pub fn make(workspace: &Workspace, folder: &Path) -> Result<()> {
    let about = workspace.main_crate()?;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    bind(&workspace.build_wasm(&about.name, MODULE, &[])?, folder)?;
    finish_plain(folder)?;
    add_fused(workspace, &about.name, folder)?;
    add_settings(folder)?;
    bind(&workspace.build_wasm(TEXTS, TEXTS_MODULE, &[])?, folder)?;
    bind(&workspace.build_wasm(INSIDE, INSIDE_MODULE, &[])?, folder)?;
    for module in [MODULE, FUSED, TEXTS_MODULE, INSIDE_MODULE] {
        add_node_entry(folder, module)?;
    }
    fs::write(
        folder.join("THIRD-PARTY.txt"),
        notices::third_party(workspace)?,
    )?;

    let files: Vec<String> = Folder::read(folder)?.files.into_keys().collect();
    let mut package = json!({
        "name": about.name,
        "version": about.version,
        "description": about.description,
        "keywords": about.keywords,
        "license": about.license,
        "engines": { "node": ">=20" },
        "type": "module",
        "exports": {
            ".": entry(MODULE),
            "./fused": entry(FUSED),
            "./settings": { "types": "./settings.d.ts", "default": "./settings.js" },
            "./inside": entry(INSIDE_MODULE),
            "./texts": entry(TEXTS_MODULE),
            "./*.wasm": "./*.wasm",
            "./package.json": "./package.json",
        },
        // For tools that know no exports.
        "main": format!("{MODULE}.js"),
        "types": format!("{MODULE}.d.ts"),
        "files": files,
        "sideEffects": false,
    });
    if let Some(url) = about.repository {
        package["repository"] = json!({ "type": "git", "url": url, "directory": "pkg" });
    }
    if let Some(url) = about.homepage {
        package["homepage"] = json!(url);
    }
    fs::write(folder.join("package.json"), format!("{package:#}\n"))?;
    fs::write(
        folder.join("README.md"),
        readme(&workspace.root, &about.name)?,
    )?;
    let license = workspace.root.join("LICENSE");
    fs::copy(&license, folder.join("LICENSE"))
        .with_context(|| format!("{} could not be copied", license.display()))?;
    Ok(())
}

/// Puts the tests of the wasm into `folder`, with a script for Node. Returns the script.
pub fn make_wasm_tests(workspace: &Workspace, folder: &Path) -> Result<PathBuf> {
    let wasm = workspace.build_wasm_tests()?;
    Bindgen::new()
        .input_path(&wasm)
        .nodejs(true)?
        .typescript(false)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen refused {}", wasm.display()))?;
    Ok(folder.join("wasm_tests.js"))
}

/// The package's README: the text beside this file, with the programs of `examples/` in their places. There they
/// import the package by its place in the repository, here by its name.
fn readme(root: &Path, package: &str) -> Result<String> {
    let mut readme = String::new();
    for line in include_str!("package-README.md").lines() {
        let Some(name) = line
            .strip_prefix("{{")
            .and_then(|line| line.strip_suffix("}}"))
        else {
            readme += line;
            readme.push('\n');
            continue;
        };
        let path = root.join("examples").join(name);
        let program = fs::read_to_string(&path)
            .with_context(|| format!("{} could not be read", path.display()))?;
        let language = if name.ends_with(".html") {
            "html"
        } else {
            "js"
        };
        readme += &format!("```{language}\n{}```\n", by_name(&program, package));
    }
    Ok(readme)
}

/// A program that imports the installed package: a page from where npm puts it, a script by its name.
fn by_name(program: &str, package: &str) -> String {
    program
        .replace("'../pkg/babble_node.js'", &format!("'{package}'"))
        .replace("'../pkg/", &format!("'./node_modules/{package}/"))
}

/// Puts the table of settings beside the main module, and its interfaces among the module's types: in place of those
/// that are there, if some are.
pub fn add_settings(folder: &Path) -> Result<()> {
    fs::write(folder.join("settings.js"), settings::script())?;
    fs::write(folder.join("settings.d.ts"), settings::script_types(MODULE))?;
    let types = folder.join(format!("{MODULE}.d.ts"));
    let text = fs::read_to_string(&types)?;
    let others = text.split(settings::TYPES_BEGIN).next().unwrap_or_default();
    fs::write(types, others.to_owned() + &settings::types())?;
    Ok(())
}

/// What of the package an import of this module gets.
fn entry(module: &str) -> serde_json::Value {
    json!({
        "types": format!("./{module}.d.ts"),
        "node": format!("./{module}_node.js"),
        "default": format!("./{module}.js"),
    })
}

/// Node cannot fetch a file, so there `init()` reads it. A file of its own, for bundlers must not see it.
fn add_node_entry(folder: &Path, module: &str) -> Result<()> {
    let script = format!(
        "\
/* @ts-self-types=\"./{module}.d.ts\" */

import {{ readFile }} from 'node:fs/promises';
import init from './{module}.js';

export * from './{module}.js';

/** As in a browser, but without an argument it reads the module from its file. */
export default async function (input) {{
    const file = new URL('./{module}_bg.wasm', import.meta.url);
    return init(input ?? {{ module_or_path: await readFile(file) }});
}}
"
    );
    fs::write(folder.join(format!("{module}_node.js")), script)?;
    Ok(())
}

/// Writes what wasm-bindgen makes of a module.
fn bind(wasm: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(true)
        // So that `init()` finds the module beside the script without an address.
        .omit_default_module_path(false)
        // Names serve debuggers alone, and the tools' versions stand in Cargo.lock.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen refused {}", wasm.display()))
}

/// Puts the fused module beside the plain one: the same library, compiled with relaxed SIMD, whose products round once
/// where the processor can. It has the plain module's script, but for the name of its file.
fn add_fused(workspace: &Workspace, package: &str, folder: &Path) -> Result<()> {
    let flags = ["-Ctarget-feature=+relaxed-simd"];
    let fused = folder.with_file_name("fused");
    bind(&workspace.build_wasm(package, MODULE, &flags)?, &fused)?;
    let plain_wasm = format!("{MODULE}_bg.wasm");
    let fused_wasm = format!("{FUSED}_bg.wasm");
    let wasm = without_fences(fs::read(fused.join(&plain_wasm))?)?;
    fs::write(folder.join(&fused_wasm), wasm)?;

    let script_name = format!("{MODULE}.js");
    let script = fs::read_to_string(folder.join(&script_name))?;
    ensure!(
        fs::read_to_string(fused.join(&script_name))? == script,
        "the two modules no longer have the same imports and exports"
    );
    ensure!(
        script.matches(&plain_wasm).count() == 1,
        "wasm-bindgen's script no longer names {plain_wasm} in one place"
    );
    let script = script.replace(&plain_wasm, &fused_wasm);
    fs::write(folder.join(format!("{FUSED}.js")), script)?;
    let types =
        format!("export * from './{MODULE}.js';\nexport {{ default }} from './{MODULE}.js';\n");
    fs::write(folder.join(format!("{FUSED}.d.ts")), types)?;
    Ok(())
}

/// Pairs the products of the plain module in `folder`, and takes out its fences.
fn finish_plain(folder: &Path) -> Result<()> {
    let path = folder.join(format!("{MODULE}_bg.wasm"));
    let mut wasm = fs::read(&path)?;
    ensure!(passes::pairing::pair_products(&mut wasm)? > 0, UNEXPECTED);
    fs::write(path, without_fences(wasm)?)?;
    Ok(())
}

fn without_fences(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    ensure!(passes::fences::remove(&mut wasm)? > 0, UNEXPECTED);
    Ok(wasm)
}
