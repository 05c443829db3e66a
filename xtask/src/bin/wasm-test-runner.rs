//! Runs tests that were compiled to WebAssembly, in Node. Cargo calls it with the `.wasm` file
//! (`runner` in .cargo/config.toml). It is wasm-bindgen's own runner, built here so that its
//! version is the one in Cargo.lock and nothing has to be installed.

use std::process::ExitCode;

use wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args;

fn main() -> ExitCode {
    match run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
