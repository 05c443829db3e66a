//! `babble run`: tensors in, tensors out, for anyone's own tests.

use babble::formats::checkpoint::converted;
use babble::tasks::files::Wanted;
use babble::{Error, tasks};
use serde_json::json;

use crate::args::Run;
use crate::failure::Failure;
use crate::files;
use crate::printer::{Printer, grouped, print};

pub fn run(args: &Run, printer: Printer) -> Result<(), Failure> {
    files::keep_apart(&args.output, &[&args.weights, &args.input])?;
    files::keep_existing(&args.output, args.force, "another name keeps it")?;
    let weights = files::read_tensors(&args.weights)?;
    let input = files::read_tensors(&args.input)?;
    let wanted = Wanted {
        backward: args.backward,
        activations: args.activations,
        lag: args.lag,
    };
    let answer = tasks::files::run(&weights, &input, wanted).map_err(|error| {
        let at_fault = match error {
            Error::BadWeights { .. } => &args.weights,
            _ => &args.input,
        };
        Failure::of_file(error, at_fault.display())
    })?;
    for (path, bytes) in [(&args.weights, &weights), (&args.input, &input)] {
        files::note_converted(path, &converted(bytes));
    }
    files::write(&args.output, &answer)?;
    if printer.json {
        let event = json!({ "path": args.output.to_string_lossy(), "bytes": answer.len() });
        return printer.event("answered", &event);
    }
    print(&format!(
        "Saved {}: {} bytes.\n",
        args.output.display(),
        grouped(answer.len() as u64)
    ))
}
