//! `babble eval`.

use babble::Error;
use babble::data::corpus::{Corpus, normalize};
use babble::data::vocab::SymbolId;
use babble::nn::model::Model;
use babble::training::report::{HeldOut, Match};
use babble::training::validation::{Evaluation, Purpose};
use indicatif::ProgressBar;
use serde_json::json;

use crate::args::Eval;
use crate::failure::Failure;
use crate::files;
use crate::printer::{Printer, bar, counted, grouped, listed, print};

pub fn eval(args: &Eval, printer: Printer) -> Result<(), Failure> {
    let checkpoint = files::read_weights(&args.weights)?;
    let text = args.texts.read(printer)?;
    let of_text = |error| Failure::from(error).about(args.texts.name());
    let model = checkpoint.model();
    let text = normalize(&text);
    let (symbols, occurrences) = model.vocabulary.unknown(&text);
    if occurrences > 0 && !args.skip_unknown {
        let unknown = listed(&symbols);
        let failure = of_text(Error::UnknownSymbols {
            symbols,
            occurrences,
        });
        return Err(failure.and(&format!(
            "Unknown: {unknown}. --skip-unknown leaves them out."
        )));
    }
    let ids = model.vocabulary.encode(&text);
    if ids.len() < 2 {
        return Err(Failure::input(format!(
            "{}: The text has {}; at least two are needed to measure one.",
            args.texts.name(),
            counted(ids.len() as u64, "character")
        )));
    }
    // The held-out part is that of a text that could be learned.
    let held_out_ids = match Corpus::new(&text, &model.vocabulary) {
        Ok(corpus) => corpus.held_out().to_vec(),
        Err(Error::TextTooShort { .. } | Error::OneSymbol { .. }) => Vec::new(),
        Err(error) => return Err(of_text(error)),
    };
    let same = checkpoint.report(Some(&text)).text == Match::Same;

    let predictions = ids.len() - 1 + held_out_ids.len().saturating_sub(1);
    let template = "{bar:24} {percent:>3}%  {eta} left";
    let bar = bar(predictions as u64, printer.draws(), template);
    let held_out = (!held_out_ids.is_empty()).then(|| measure(model, &held_out_ids, &bar));
    let whole = measure(model, &ids, &bar);
    bar.finish_and_clear();
    if !(held_out.is_none_or(f64::is_finite) && whole.is_finite()) {
        return Err(Failure::from(Error::NotFinite).about(args.weights.display()));
    }

    if printer.json {
        return printer.event(
            "eval",
            &json!({
                "heldOutLoss": held_out,
                "wholeLoss": whole,
                "characters": ids.len(),
                "heldOutCharacters": held_out_ids.len(),
                "skippedCharacters": occurrences,
                "sameText": same,
            }),
        );
    }
    let line = |name: &str, characters: usize, loss: f64| {
        format!(
            "{name:<9}{:>14} characters   {loss:.4} nats   {:.4} bits   perplexity {:.3}\n",
            grouped(characters as u64),
            loss / std::f64::consts::LN_2,
            loss.exp(),
        )
    };
    if let Some(held_out) = held_out {
        print(&line("held out", held_out_ids.len(), held_out))?;
    }
    print(&line("whole", ids.len(), whole))?;
    if occurrences > 0 {
        print(&format!(
            "{} skipped: {}.\n",
            counted(occurrences as u64, "character"),
            listed(&symbols)
        ))?;
    }
    if !same {
        print("The weights were learning another text: to them, all of this one is new.\n")?;
    }
    Ok(())
}

/// The mean loss of predicting each of `ids` but the first, read as one stream from a state of zero.
fn measure(model: &Model<f32>, ids: &[SymbolId], bar: &ProgressBar) -> f64 {
    let mut evaluation = Evaluation::new(&model.params);
    evaluation.begin(&model.params, 0, Purpose::Report);
    let before = bar.position();
    loop {
        if let Some(HeldOut { loss, .. }) = evaluation.advance(ids) {
            return loss;
        }
        bar.set_position(before + evaluation.position() as u64);
    }
}
