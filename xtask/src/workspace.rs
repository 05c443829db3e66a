//! A checkout and the toolchain that builds it, such that the bytes do not depend on where either
//! of them lies.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

const WASM: &str = "wasm32-unknown-unknown";

pub struct Workspace {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder, wherever the person has put it.
    pub target: PathBuf,
    /// Where Cargo keeps the sources of the dependencies.
    pub cargo_home: PathBuf,
}

/// The crate's entry in `cargo metadata`.
pub struct Crate {
    pub name: String,
    pub version: String,
    pub description: String,
    pub keywords: Value,
    pub license: String,
    /// Where the sources are, as soon as they are anywhere.
    pub repository: Option<String>,
    pub homepage: Option<String>,
}

impl Workspace {
    /// The checkout that this program was built from.
    pub fn of_this_checkout() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask/ lies in no checkout")?
            .to_path_buf();
        let target = field(&metadata(&root)?, "target_directory")?.into();
        let cargo_home = match std::env::var_os("CARGO_HOME") {
            Some(path) => std::path::absolute(path)?,
            None => std::env::home_dir()
                .context("neither CARGO_HOME nor a home folder is set")?
                .join(".cargo"),
        };
        Ok(Self {
            root,
            target,
            cargo_home,
        })
    }

    /// What Cargo.toml says of the crate.
    pub fn main_crate(&self) -> Result<Crate> {
        let metadata = metadata(&self.root)?;
        let manifest = self.root.join("Cargo.toml");
        let package = metadata["packages"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|package| package["manifest_path"].as_str().map(Path::new) == Some(&manifest))
            .with_context(|| format!("cargo metadata does not list {}", manifest.display()))?;
        Ok(Crate {
            name: field(package, "name")?,
            version: field(package, "version")?,
            description: field(package, "description")?,
            keywords: package["keywords"].clone(),
            license: field(package, "license")?,
            repository: package["repository"].as_str().map(str::to_owned),
            homepage: package["homepage"].as_str().map(str::to_owned),
        })
    }

    /// Every crate in Cargo.lock that wasm32 may need, as `cargo metadata` describes it.
    pub fn packages(&self) -> Result<Vec<Value>> {
        let text = output(&mut self.cargo([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            WASM,
        ]))?;
        let mut metadata: Value = serde_json::from_str(&text)?;
        let packages = metadata["packages"].take();
        Ok(serde_json::from_value(packages)?)
    }

    /// The crates of others that are linked into what is built for wasm32, as "name v1.2.3".
    pub fn linked(&self) -> Result<BTreeSet<String>> {
        let tree = output(&mut self.cargo([
            "tree",
            "--locked",
            "--workspace",
            "--exclude",
            "xtask",
            "--target",
            WASM,
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]))?;
        // This workspace's own have their path behind them, and what was listed before a star.
        let names = tree
            .lines()
            .filter(|line| line.contains(" v") && !line.contains('/'));
        Ok(names
            .map(|line| line.trim_end_matches(" (*)").to_owned())
            .collect())
    }

    /// The shipped build of the library `module` of `package` for wasm32. Returns its `.wasm`.
    pub fn build_wasm(&self, package: &str, module: &str, flags: &[&str]) -> Result<PathBuf> {
        let folder = self.build_for_wasm(&["--package", package, "--lib"], flags)?;
        Ok(folder.join(format!("{module}.wasm")))
    }

    /// The tests of the wasm, built as it is. Returns their `.wasm`.
    pub fn build_wasm_tests(&self) -> Result<PathBuf> {
        let folder = self.build_for_wasm(&["--example", "wasm-tests"], &[])?;
        Ok(folder.join("examples").join("wasm_tests.wasm"))
    }

    /// Builds what `chosen` says for wasm32, as it ships. Returns the folder of the results.
    fn build_for_wasm(&self, chosen: &[&str], flags: &[&str]) -> Result<PathBuf> {
        // A folder of its own: the remapped paths are other flags than those of everyday builds,
        // and neither should make the other start again.
        let target = self.target.join("pkg");
        // First the sources alone: the flags name the folders in which Cargo unpacks them.
        let mut fetch = self.cargo(["fetch", "--locked", "--target", WASM]);
        ensure!(
            fetch.status()?.success(),
            "the dependencies could not be fetched; is there a network?"
        );
        let mut build = self.cargo([
            "rustc",
            "--locked",
            "--release",
            "--target",
            WASM,
            "--target-dir",
        ]);
        build
            .arg(&target)
            .args(chosen)
            // LLVM's loop strength reduction turns addresses at a constant offset, which engines fold
            // into a load, into additions of their own; without it the products are a tenth faster
            // (docs/performance.md). With less inlined than is usual (225) the file is a fifteenth smaller and
            // no slower: what is fast asks for it by name. Code is generated for the whole library at once, here.
            .args(["--", "-Cllvm-args=-disable-lsr -inline-threshold=5"])
            .args(flags)
            .env("CARGO_ENCODED_RUSTFLAGS", self.rust_flags(&target)?);
        // A person's own settings for release builds, which would change the bytes.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PROFILE_") || text == "CARGO_INCREMENTAL" {
                build.env_remove(name);
            }
        }
        let status = build.status()?;
        ensure!(status.success(), "the wasm32 build failed ({status})");
        Ok(target.join(WASM).join("release"))
    }

    fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = cargo(&self.root);
        command.args(arguments).env("CARGO_HOME", &self.cargo_home);
        command
    }

    /// simd128 as in .cargo/config.toml, and neutral names for every folder of this machine that
    /// would otherwise stand in panic messages. The last match wins, so the narrower come later.
    fn rust_flags(&self, target: &Path) -> Result<OsString> {
        let rustc = Rustc::of(&self.root)?;
        let mut remapped = vec![
            (self.root.clone(), "/babble".to_owned()),
            (target.to_path_buf(), "/target".to_owned()),
            (self.cargo_home.clone(), "/cargo".to_owned()),
        ];
        // One folder per registry, named after its address: a mirror's differs from crates.io's.
        for registry in std::fs::read_dir(self.cargo_home.join("registry/src"))
            .into_iter()
            .flatten()
        {
            remapped.push((registry?.path(), "/cargo/registry".to_owned()));
        }
        // As the standard library calls itself when its sources are not installed.
        let library = rustc.sysroot.join("lib/rustlib/src/rust");
        remapped.push((rustc.sysroot, "/rust".to_owned()));
        remapped.push((library, format!("/rustc/{}", rustc.commit)));

        let mut flags = OsString::from("-Ctarget-feature=+simd128");
        for (from, to) in remapped {
            flags.push("\x1f--remap-path-prefix=");
            flags.push(from);
            flags.push(format!("={to}"));
        }
        Ok(flags)
    }
}

struct Rustc {
    commit: String,
    sysroot: PathBuf,
}

impl Rustc {
    /// The compiler that builds in `root`, which has to be the pinned one.
    fn of(root: &Path) -> Result<Self> {
        let verbose = output(Command::new("rustc").arg("-vV").current_dir(root))?;
        let line = |key: &str| {
            verbose
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .map(|value| value.trim().to_owned())
                .with_context(|| format!("`rustc -vV` prints no `{key}`"))
        };
        let (release, commit) = (line("release:")?, line("commit-hash:")?);
        let pinned = pinned_channel(root)?;
        if release != pinned {
            bail!(
                "pkg/ is built by Rust {pinned} (rust-toolchain.toml), and this is Rust {release}. \
                 Run `rustup toolchain install {pinned}` and leave out any `+toolchain`."
            );
        }
        let sysroot = output(
            Command::new("rustc")
                .args(["--print", "sysroot"])
                .current_dir(root),
        )?;
        Ok(Self {
            commit,
            sysroot: sysroot.trim_end().into(),
        })
    }
}

fn pinned_channel(root: &Path) -> Result<String> {
    let path = root.join("rust-toolchain.toml");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{} could not be read", path.display()))?;
    text.lines()
        .find_map(|line| line.strip_prefix("channel")?.split('"').nth(1))
        .map(str::to_owned)
        .with_context(|| format!("{} has no line `channel = \"…\"`", path.display()))
}

/// The `cargo` that called this program, in `root`.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

fn metadata(root: &Path) -> Result<Value> {
    let text =
        output(cargo(root).args(["metadata", "--no-deps", "--format-version", "1", "--locked"]))?;
    serde_json::from_str(&text).context("cargo metadata printed no JSON")
}

fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("{} could not be started", command.get_program().display()))?;
    ensure!(
        output.status.success(),
        "{} failed ({}):\n{}",
        command.get_program().display(),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

fn field(value: &Value, key: &str) -> Result<String> {
    let text = value[key].as_str();
    text.map(str::to_owned)
        .with_context(|| format!("cargo metadata gives no `{key}`"))
}
