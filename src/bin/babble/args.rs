//! What can be asked for.

use std::path::PathBuf;
use std::process::ExitCode;

use babble::config::CellKind;
use babble::formats::checkpoint::UnknownSymbols;
use babble::linalg::Arithmetic;
use clap::{CommandFactory, Parser, Subcommand};
use serde::de::DeserializeOwned;

use crate::calculation::{self, arithmetic};
use crate::failure::{self, Failure};
use crate::presets::{self, Preset};
use crate::printer::Printer;
use crate::settings::Settings;
use crate::texts::Texts;
use crate::usage;

/// A recurrent network that learns to write like a text.
#[derive(Parser)]
#[command(name = "babble", version, max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON object a line instead; docs/terminal.md lists their keys
    #[arg(long, global = true)]
    json: bool,
    /// How products round: fused is faster, plain gives the same bits on every processor [default: fused where the processor can]
    #[arg(long, global = true, value_name = "CHOICE", value_parser = arithmetic)]
    arithmetic: Option<Arithmetic>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Learn a text, and save what was learned
    Train(Box<Train>),
    /// Write text with trained weights
    Sample(Sample),
    /// Measure weights on a text: its held-out part, and all of it
    Eval(Eval),
    /// List what a weights file holds: every tensor, the layers, the settings
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
    #[command(flatten)]
    pub texts: Texts,
    /// Where to save the weights [default: the text's name with .safetensors, here, which is weights.safetensors for -; or the file of --resume]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Replace the file of --out if there is one
    #[arg(long)]
    pub force: bool,
    /// Go on from these weights; on the text that they were learning, exactly
    #[arg(long, value_name = "WEIGHTS")]
    pub resume: Option<PathBuf>,
    /// Begin another schedule of the learning rate where --resume goes on: over what --steps, --minutes or
    /// --run-characters add, or as long as the last one; --lr and the other flags of the schedule may change it
    #[arg(long, requires = "resume")]
    pub new_schedule: bool,
    /// What to do with symbols that the weights of --resume lack: skip or grow
    #[arg(long, value_name = "CHOICE", value_parser = choice::<UnknownSymbols>)]
    pub unknown: Option<UnknownSymbols>,
    /// Begin from a preset of the page; the other flags change it further
    #[arg(long, value_name = "NAME", conflicts_with = "resume", value_parser = presets::parser())]
    pub preset: Option<Preset>,
    /// Train for so many steps; a fresh run then has that length
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    pub steps: Option<u64>,
    /// Train for about so many minutes; a fresh run then has the length that its measured speed makes of it
    #[arg(long, conflicts_with = "steps", conflicts_with = "runCharacters", value_parser = up_to_a_million(0.01))]
    pub minutes: Option<f64>,
    /// Characters between two measurements of the held-out loss [default: a pass over the text, at least 100000]
    #[arg(long, value_name = "CHARACTERS", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    pub measure_every: Option<u64>,
    /// Seconds between two samples that the network writes while it trains; 0 for none [default: 10 in a terminal, else 0]
    #[arg(long, value_name = "SECONDS", value_parser = up_to_a_million(0.0))]
    pub sample_every: Option<f64>,
    /// Threads that share a step, of which each takes whole shards [default: one for each core, at most --shards]
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
    #[command(flatten)]
    pub texts: Texts,
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
    /// Only this cell, by the name that `babble train --cell` knows
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
    /// Replace that file if there is one
    #[arg(long)]
    pub force: bool,
}

#[derive(clap::Args)]
pub struct Run {
    /// The network: a safetensors file, its cell, readout and loss in its metadata's config
    pub weights: PathBuf,
    /// What it is asked: a safetensors file with x or ids, and perhaps h0, c0, lengths, target
    pub input: PathBuf,
    /// Where to save y, h_n, c_n, loss and what the flags ask for
    pub output: PathBuf,
    /// Replace that file if there is one
    #[arg(long)]
    pub force: bool,
    /// The gradients of the loss too
    #[arg(long)]
    pub backward: bool,
    /// The hidden states of every unit behind every symbol too
    #[arg(long)]
    pub activations: bool,
    /// How much each symbol bears on the loss at the last one too, by how far back it lies
    #[arg(long)]
    pub lag: bool,
}

/// The command line, or the code to exit with at once: after help, or after a line on what is wrong.
pub fn parse() -> Result<(Command, Printer), ExitCode> {
    let wrong = match Args::try_parse() {
        Ok(args) => {
            let printer = Printer { json: args.json };
            return match calculation::choose(args.arithmetic) {
                Ok(()) => Ok((args.command, printer)),
                Err(failure) => {
                    failure.print(printer);
                    Err(ExitCode::from(failure.code))
                }
            };
        }
        Err(wrong) => wrong,
    };
    if !wrong.use_stderr() {
        // Help and the version. That nobody reads them is no failure.
        let _ = wrong.print();
        return Err(ExitCode::SUCCESS);
    }
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let failure = Failure::usage(usage::sentence(&wrong, Args::command(), &arguments));
    failure.print(Printer { json });
    Err(ExitCode::from(failure::USAGE))
}

/// One of the names that the core itself gives to a choice.
fn choice<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(name.into()).map_err(|error| error.to_string())
}

/// Reads a time of at least so much.
fn up_to_a_million(least: f64) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync {
    move |text| match text.parse::<f64>() {
        Ok(time) if (least..=1e6).contains(&time) => Ok(time),
        _ => Err(format!("it must lie between {least} and 1000000")),
    }
}
