//! What the command says of a run at its beginning and at its end.

use std::path::Path;

use babble::training::report::{HeldOut, Origin, RunReport};
use serde::Serialize;
use serde_json::json;

use super::Run;
use crate::calculation::{self, Calculation};
use crate::failure::Failure;
use crate::presets::Preset;
use crate::printer::{counted, grouped, listed, note, plain, print};
use crate::schedule;
use crate::settings::flag;

/// The first line of a run.
#[derive(Serialize)]
struct Start<'a> {
    #[serde(flatten)]
    report: &'a RunReport,
    #[serde(flatten)]
    calculation: Calculation,
}

impl Run {
    pub fn introduce(&self, text: &str, preset: Option<&Preset>) -> Result<(), Failure> {
        let report = self.trainer.report();
        if self.printer.json {
            return self.printer.event(
                "start",
                &Start {
                    report: &report,
                    calculation: calculation::chosen(),
                },
            );
        }
        let RunReport { config, .. } = &report;
        if let Some(Preset { name, sentence, .. }) = preset {
            note(&format!("{name}: {sentence}"));
        }
        note(&format!(
            "Learning {}: {} characters, {} symbols; the last {} are held out.",
            text,
            grouped(report.characters as u64),
            report.symbols,
            grouped(report.held_out_characters as u64),
        ));
        note(&format!(
            "{}, {} of {}: {}. Guessing blindly costs {:.2} nats a character, by letter frequency {:.2}.",
            plain(&json!(config.cell)),
            counted(config.layers as u64, "layer"),
            counted(config.hidden_size as u64, "unit"),
            counted(report.parameters as u64, "parameter"),
            report.uniform_loss,
            report.unigram_loss,
        ));
        if config.averaging > 0.0 {
            note(&format!(
                "What is measured, written and saved is an average of the weights, which keeps {} of itself with each step.",
                config.averaging
            ));
        }
        for lowered in &report.shrunk {
            note(&format!(
                "--{} is {} instead of {}, for the text is short.",
                flag(lowered.field),
                lowered.used,
                lowered.asked
            ));
        }
        match report.origin {
            Origin::Fresh => {}
            Origin::Exact => note(&format!(
                "Going on exactly from step {}.",
                grouped(report.origin_step)
            )),
            Origin::Weights => note(&format!(
                "Another text than these weights were learning, or a file without their run: a new run begins from the weights of step {}.",
                grouped(report.origin_step)
            )),
        }
        if let Some(sentence) = schedule::describe(&report) {
            note(&sentence);
        }
        let threads = self.threads.count();
        note(&format!(
            "{}, in {}; the weights go to {}.",
            match (threads, self.trainer.shard_count()) {
                (1, 1) => "1 thread works, for the steps of this run have one part".to_owned(),
                (1, _) => "1 thread works".to_owned(),
                _ => format!("{threads} threads share each step"),
            },
            calculation::chosen(),
            self.out.display()
        ));
        let unknown = listed(&self.unknown);
        if report.skipped_characters > 0 {
            note(&format!(
                "{} left out, for the weights lack {unknown}.",
                counted(report.skipped_characters as u64, "character"),
            ));
        }
        if report.grown_symbols > 0 {
            note(&format!(
                "{} new to the weights: {unknown}.",
                counted(report.grown_symbols as u64, "symbol"),
            ));
        }
        Ok(())
    }

    /// The last measurement, the file, and what came of it all.
    pub fn conclude(mut self, reason: &str) -> Result<(), Failure> {
        let interrupted = reason == "interrupted";
        let step = self.trainer.steps_done();
        if !interrupted && !self.trainer.is_measured() {
            self.measure();
        }
        self.save()?;
        let is_best = self.is_best();
        let best = self.best.held_out();
        let best_path = if is_best {
            self.best.remove();
            None
        } else {
            self.best.save()?
        };
        let report = self.trainer.report();
        if self.printer.json {
            let end = json!({
                "reason": reason,
                "step": step,
                "charactersSeen": report.characters_seen,
                "seconds": self.progress.seconds(),
                "loss": self.progress.loss(),
                "heldOut": report.held_out,
                "best": best,
                "bestPath": best_path,
            });
            self.printer.event("end", &end)?;
        }
        let out = self.out.display();
        let step = grouped(step);
        let best = match (best, best_path) {
            _ if is_best => " These weights are the best that were measured.".to_owned(),
            (Some(best), Some(path)) => format!(" {}", describe_best(best, path)),
            _ => String::new(),
        };
        if interrupted {
            return Err(Failure::interrupted(format!(
                "Interrupted, and saved at step {step} in {out}; --resume {out} goes on.{best}"
            )));
        }
        if self.printer.json {
            return Ok(());
        }
        let held_out = report.held_out.map_or(String::new(), |held_out| {
            let bits = held_out.loss / std::f64::consts::LN_2;
            format!(
                ", held-out loss {:.4} nats a character ({bits:.3} bits)",
                held_out.loss
            )
        });
        let what = match report.best.filter(|_| reason == "patience") {
            Some(best) => format!(
                "No progress in {} measurements: the best weights, of step {}, are back. Saved {out}",
                report.config.patience,
                grouped(best.step),
            ),
            None => format!("Saved {out}: step {step}"),
        };
        print(&format!("{what}{held_out}.{best}\n"))
    }
}

pub fn describe_best(best: HeldOut, path: &Path) -> String {
    format!(
        "The best weights that were measured, of step {} with {:.4} nats, are in {}.",
        grouped(best.step),
        best.loss,
        path.display()
    )
}
