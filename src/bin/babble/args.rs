//! What can be asked for, and the one line that answers what cannot.

use std::path::PathBuf;
use std::process::ExitCode;

use babble::checkpoint::UnknownSymbols;
use babble::config::CellKind;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use serde::de::DeserializeOwned;

use crate::failure::{self, Failure};
use crate::settings::Settings;
use crate::tell::Tell;

/// A recurrent network that learns to write like a text.
#[derive(Parser)]
#[command(name = "babble", version, max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON object a line instead; docs/terminal.md lists their keys
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
pub enum Command {
    /// Learn a text, and save what was learned
    Train(Box<Train>),
    /// Write in a trained voice
    Sample(Sample),
    /// Measure weights on a text: its held-out part, and all of it
    Eval(Eval),
    /// Tell what a weights file holds: every tensor, the layers, the settings
    Inspect(Weights),
    /// Hold the gradients of every cell against central differences
    Gradcheck(Gradcheck),
    /// Save weights in another format
    Export(Export),
    /// Ask a network what is in a file of tensors, and save its answer
    Run(Run),
}

#[derive(clap::Args)]
#[command(allow_negative_numbers = true, args_override_self = true)]
pub struct Train {
    /// The text to learn, UTF-8; - reads what is piped in
    pub text: PathBuf,
    /// Where to save the weights [default: the text's name with .safetensors, here; or the file of --resume]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Replace the file of --out if there is one
    #[arg(long)]
    pub force: bool,
    /// Go on from these weights; on the text that they were learning, exactly
    #[arg(long, value_name = "WEIGHTS")]
    pub resume: Option<PathBuf>,
    /// What to do with symbols that the weights of --resume lack: skip or grow
    #[arg(long, value_name = "CHOICE", value_parser = choice::<UnknownSymbols>)]
    pub unknown: Option<UnknownSymbols>,
    /// Train for so many steps; a fresh run then has that length
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    pub steps: Option<u64>,
    /// Train for about so many minutes; a fresh run then has the length that its measured speed makes of it
    #[arg(long, conflicts_with = "steps", conflicts_with = "runCharacters", value_parser = minutes)]
    pub minutes: Option<f64>,
    /// Characters between two measurements of the held-out loss [default: a pass over the text, at least 100000]
    #[arg(long, value_name = "CHARACTERS", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    pub measure_every: Option<u64>,
    /// Threads that share a step, of which each takes whole shards [default: the processor's, at most --shards]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub settings: Settings,
}

#[derive(clap::Args)]
#[command(allow_negative_numbers = true)]
pub struct Sample {
    /// The weights
    pub weights: PathBuf,
    /// What to go on from; it is printed first
    #[arg(long, default_value = "")]
    pub prompt: String,
    /// Characters to write
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub length: u64,
    /// Below 1 safer, above 1 bolder, 0 always the likeliest
    #[arg(long, default_value_t = 1.0)]
    pub temperature: f64,
    /// Choose from the so many likeliest symbols; 0 from all
    #[arg(long, default_value_t = 0.0)]
    pub top_k: f64,
    /// Choose from the likeliest symbols that hold this share of the probability; 1 from all
    #[arg(long, default_value_t = 1.0)]
    pub top_p: f64,
    /// Equal seeds write equal texts
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
    /// With --json: the probability of each character, and its five likeliest alternatives
    #[arg(long, requires = "json")]
    pub probabilities: bool,
}

#[derive(clap::Args)]
pub struct Eval {
    /// The weights
    pub weights: PathBuf,
    /// The text, UTF-8; - reads what is piped in
    pub text: PathBuf,
    /// Leave characters out that the weights have never seen
    #[arg(long)]
    pub skip_unknown: bool,
}

#[derive(clap::Args)]
pub struct Weights {
    /// The weights
    pub weights: PathBuf,
}

#[derive(clap::Args)]
pub struct Gradcheck {
    /// Only this cell: rnn, relu, gru or lstm
    #[arg(long, value_parser = choice::<CellKind>)]
    pub cell: Option<CellKind>,
    /// Only this depth [default: 1, 2 and 3]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=8))]
    pub layers: Option<u8>,
    /// Units of each layer
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=32))]
    pub hidden: u8,
    /// What weights and inputs are drawn from
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
}

#[derive(clap::Args)]
pub struct Export {
    /// The weights
    pub weights: PathBuf,
    /// Save them for ONNX runtimes
    #[arg(long, value_name = "FILE", required = true)]
    pub onnx: PathBuf,
}

#[derive(clap::Args)]
pub struct Run {
    /// The network: a safetensors file, its cell, readout and loss in its metadata's config
    pub weights: PathBuf,
    /// What it is asked: a safetensors file with x or ids, and perhaps h0, c0, lengths, target
    pub input: PathBuf,
    /// Where to save y, h_n, c_n, loss and, with --backward, the gradients
    pub output: PathBuf,
    /// The gradients of the loss too
    #[arg(long)]
    pub backward: bool,
}

/// The command line, or the code to exit with at once: after help, or after a line on what is wrong.
pub fn parse() -> Result<(Command, Tell), ExitCode> {
    let wrong = match Args::try_parse() {
        Ok(args) => return Ok((args.command, Tell { json: args.json })),
        Err(wrong) => wrong,
    };
    if !wrong.use_stderr() {
        // Help and the version. That nobody reads them is no failure.
        let _ = wrong.print();
        return Err(ExitCode::SUCCESS);
    }
    let json = std::env::args_os().any(|arg| arg == "--json");
    let sentence = match wrong.kind() {
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "There is no command; `babble --help` lists them.".to_owned()
        }
        _ => sentence(&wrong.to_string()),
    };
    let failure = Failure::usage(sentence);
    failure.tell(Tell { json });
    Err(ExitCode::from(failure::USAGE))
}

/// clap's first paragraph in one line.
fn sentence(message: &str) -> String {
    let lines: Vec<&str> = message
        .strip_prefix("error: ")
        .unwrap_or(message)
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let line = lines.join(" ");
    format!("{line}; `babble --help` tells more.")
}

/// One of the names that the core itself gives to a choice.
fn choice<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(name.into()).map_err(|error| error.to_string())
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(minutes) if (0.01..=1e6).contains(&minutes) => Ok(minutes),
        _ => Err("it must lie between 0.01 and 1000000".to_owned()),
    }
}
