//! `babble sample`.

use babble::sampler::{ALTERNATIVES, Sampler};
use serde_json::{Value, json};

use crate::args::Sample;
use crate::failure::Failure;
use crate::files;
use crate::printer::{Printer, listed, print, print_error};
use crate::settings::flagged;

/// Characters between two times of printing.
const PIECE: usize = 32;

pub fn sample(args: &Sample, printer: Printer) -> Result<(), Failure> {
    let mut sampler = Sampler::new(args.seed);
    sampler.set_temperature(args.temperature).map_err(flagged)?;
    sampler.set_top_k(args.top_k).map_err(flagged)?;
    sampler.set_top_p(args.top_p).map_err(flagged)?;
    let checkpoint = files::read_weights(&args.weights)?;
    let model = checkpoint.model();
    let skipped = sampler.prompt(model, &args.prompt);
    let failed = |error| Failure::from(error).about(args.weights.display());
    let mut left = args.length as usize;

    if printer.json {
        let mut object = json!({
            "prompt": args.prompt,
            "skipped": skipped,
            "seed": args.seed,
        });
        if args.probabilities {
            let written = sampler.write_in_detail(model, left).map_err(failed)?;
            let each = ALTERNATIVES.min(model.vocabulary.len());
            object["text"] = written.text.into();
            object["probabilities"] = json!(written.probabilities);
            let alternatives = written.alternatives.chunks(each).map(|five| json!(five));
            object["alternatives"] = Value::Array(alternatives.collect());
        } else {
            object["text"] = sampler.write(model, left).map_err(failed)?.into();
        }
        return printer.event("sample", &object);
    }

    if !skipped.is_empty() {
        print_error(&format!(
            "The weights have never seen {}; the prompt was read without.",
            listed(&skipped)
        ));
    }
    print(&args.prompt)?;
    while left > 0 {
        let piece = PIECE.min(left);
        print(&sampler.write(model, piece).map_err(failed)?)?;
        left -= piece;
    }
    print("\n")
}
