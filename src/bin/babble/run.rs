//! `babble run`: the door for anyone's own tests.

use babble::{Error, door};
use serde_json::json;

use crate::args::Run;
use crate::failure::Failure;
use crate::files;
use crate::tell::{Tell, grouped, print};

pub fn run(args: &Run, tell: Tell) -> Result<(), Failure> {
    files::keep_apart(&args.output, &[&args.weights, &args.input])?;
    let weights = files::read_tensors(&args.weights)?;
    let input = files::read_tensors(&args.input)?;
    let answer = door::run(&weights, &input, args.backward).map_err(|error| {
        let at_fault = match error {
            Error::BadWeights { .. } => &args.weights,
            _ => &args.input,
        };
        Failure::from(error).about(at_fault.display())
    })?;
    files::write(&args.output, &answer)?;
    if tell.json {
        let told = json!({ "path": args.output, "bytes": answer.len() });
        return tell.event("answered", &told);
    }
    print(&format!(
        "Saved {}: {} bytes.\n",
        args.output.display(),
        grouped(answer.len() as u64)
    ))
}
