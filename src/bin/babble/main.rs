//! Babble from the terminal: the same core, the same files. docs/terminal.md says what each command prints
//! and what its exit codes mean.

mod args;
mod eval;
mod export;
mod failure;
mod files;
mod gradcheck;
mod inspect;
mod interrupt;
mod progress;
mod run;
mod sample;
mod settings;
mod tell;
mod train;

use std::process::ExitCode;

use args::Command;
use failure::Failure;
use tell::Tell;

fn main() -> ExitCode {
    let (command, tell) = match args::parse() {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    match execute(command, tell) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(tell);
            ExitCode::from(failure.code)
        }
    }
}

fn execute(command: Command, tell: Tell) -> Result<(), Failure> {
    match command {
        Command::Train(args) => train::train(*args, tell),
        Command::Sample(args) => sample::sample(&args, tell),
        Command::Eval(args) => eval::eval(&args, tell),
        Command::Inspect(args) => inspect::inspect(&args, tell),
        Command::Gradcheck(args) => gradcheck::gradcheck(&args, tell),
        Command::Export(args) => export::export(&args, tell),
        Command::Run(args) => run::run(&args, tell),
    }
}
