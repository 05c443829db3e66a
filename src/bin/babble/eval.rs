//! `babble eval`.

use std::io::{IsTerminal, stderr};

use babble::Error;
use babble::corpus::{Corpus, normalize};
use babble::heldout::Evaluation;
use babble::model::Model;
use babble::report::{HeldOut, Match};
use babble::vocab::SymbolId;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::args::Eval;
use crate::failure::Failure;
use crate::files;
use crate::tell::{Tell, grouped, print};

pub fn eval(args: &Eval, tell: Tell) -> Result<(), Failure> {
    let checkpoint = files::read_weights(&args.weights)?;
    let text = files::read_text(&args.text)?;
    let of_text = |error| Failure::from(error).about(args.text.display());
    let model = checkpoint.model();
    let text = normalize(&text);
    let (symbols, occurrences) = model.vocabulary.unknown(&text);
    if occurrences > 0 && !args.skip_unknown {
        let failure = of_text(Error::UnknownSymbols {
            symbols,
            occurrences,
        });
        return Err(failure.and("That they be skipped, --skip-unknown says."));
    }
    let corpus = Corpus::new(&text, &model.vocabulary).map_err(of_text)?;
    let same = checkpoint.report(Some(&text)).text == Match::Same;

    let predictions = corpus.len() + corpus.held_out().len() - 2;
    let bar = ProgressBar::with_draw_target(
        Some(predictions as u64),
        if !tell.json && stderr().is_terminal() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        },
    )
    .with_style(
        ProgressStyle::with_template("{bar:24} {percent:>3} %  {eta} left")
            .expect("the template is a constant"),
    );
    let held_out = measure(model, corpus.held_out(), &bar);
    let whole = measure(model, corpus.ids(), &bar);
    bar.finish_and_clear();
    if !(held_out.is_finite() && whole.is_finite()) {
        return Err(Failure::from(Error::NotFinite).about(args.weights.display()));
    }

    if tell.json {
        return tell.event(
            "eval",
            &json!({
                "heldOutLoss": held_out,
                "wholeLoss": whole,
                "characters": corpus.len(),
                "heldOutCharacters": corpus.held_out().len(),
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
    print(&line("held out", corpus.held_out().len(), held_out))?;
    print(&line("whole", corpus.len(), whole))?;
    if occurrences > 0 {
        print(&format!(
            "{} characters were skipped.\n",
            grouped(occurrences as u64)
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
    evaluation.begin(&model.params, 0);
    let before = bar.position();
    loop {
        if let Some(HeldOut { loss, .. }) = evaluation.advance(ids) {
            return loss;
        }
        bar.set_position(before + evaluation.position() as u64);
    }
}
