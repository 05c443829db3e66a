//! Babble from the terminal: the same core, the same files. docs/terminal.md says what each command prints
//! and what its exit codes mean.

mod args;
mod best;
mod calculation;
mod eval;
mod export;
mod failure;
mod files;
mod generated;
mod gradcheck;
mod inspect;
mod interrupt;
mod presets;
mod printer;
mod progress;
mod run;
mod sample;
mod schedule;
mod settings;
mod texts;
mod threads;
mod train;
mod usage;

use std::process::ExitCode;

use args::Command;
use failure::Failure;
use printer::Printer;

fn main() -> ExitCode {
    let (command, printer) = match args::parse() {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    match execute(command, printer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(printer);
            ExitCode::from(failure.code)
        }
    }
}

fn execute(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Train(args) => train::train(*args, printer),
        Command::Sample(args) => sample::sample(&args, printer),
        Command::Eval(args) => eval::eval(&args, printer),
        Command::Inspect(args) => inspect::inspect(&args, printer),
        Command::Gradcheck(args) => gradcheck::gradcheck(&args, printer),
        Command::Export(args) => export::export(&args, printer),
        Command::Run(args) => run::run(&args, printer),
    }
}
