//! What crates.io would receive.

use std::path::Path;
use std::process::Command;

/// More than this crates.io refuses.
const MOST_BYTES: u64 = 10 << 20;

#[test]
fn the_crates_hold_sources_and_licence_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository");
    for (package, folder) in [("babble-rnn", "."), ("babble-texts", "src/texts")] {
        let output = Command::new(env!("CARGO"))
            .args([
                "package",
                "--list",
                "--allow-dirty",
                "--offline",
                "--package",
                package,
            ])
            .current_dir(root)
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{output:?}");
        let list = String::from_utf8(output.stdout).expect("names are UTF-8");
        let files: Vec<&str> = list.lines().collect();
        for wanted in ["Cargo.toml", "LICENSE", "src/lib.rs"] {
            assert!(files.contains(&wanted), "{package} lacks {wanted}");
        }
        let around = [
            ".cargo_vcs_info.json",
            "Cargo.lock",
            "Cargo.toml",
            "Cargo.toml.orig",
        ];
        let own: Vec<_> = files
            .into_iter()
            .filter(|file| !around.contains(file))
            .collect();
        for file in &own {
            let is_source =
                file.starts_with("src/") && (file.ends_with(".rs") || file.ends_with(".json"));
            assert!(
                is_source || ["LICENSE", "README.md"].contains(file),
                "{package} holds {file}"
            );
        }
        let bytes: u64 = own
            .iter()
            .map(|file| root.join(folder).join(file).metadata().expect(file).len())
            .sum();
        assert!(bytes < MOST_BYTES, "{package} has {bytes} bytes");
    }
}
