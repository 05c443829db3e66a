//! `babble inspect`.

use babble::training::summary::summarize;
use serde_json::{Value, json};

use crate::args::Weights;
use crate::failure::Failure;
use crate::files;
use crate::printer::{Printer, counted, grouped, plain, print};

pub fn inspect(args: &Weights, printer: Printer) -> Result<(), Failure> {
    let checkpoint = files::read_weights(&args.weights)?;
    let report = checkpoint.report(None);
    let summary = summarize(&report.config, report.symbols);
    if printer.json {
        return printer.event(
            "inspect",
            &json!({
                "config": report.config,
                "symbols": checkpoint.model().vocabulary.symbols(),
                "step": report.step,
                "heldOut": report.held_out,
                "resumable": report.resumable,
                "summary": summary,
            }),
        );
    }

    let number = |n: usize| grouped(n as u64);
    let shape = |shape: &[usize]| {
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        sizes.join(" x ")
    };
    let mut text = format!("{:<24}{:>16}{:>16}\n", "tensor", "shape", "parameters");
    let rule = format!("{}\n", "-".repeat(56));
    text += &rule;
    for tensor in &summary.tensors {
        let (shape, parameters) = (shape(&tensor.shape), number(tensor.parameters));
        text += &format!("{:<24}{shape:>16}{parameters:>16}\n", tensor.name);
    }
    text += &rule;
    for layer in &summary.layers {
        text += &format!("{:<24}{:>32}\n", layer.name, number(layer.parameters));
    }
    text += &rule;
    for (name, value) in [
        ("parameters", summary.parameters),
        ("bytes", summary.bytes),
        (
            "multiply-adds a character",
            summary.multiply_adds_per_character,
        ),
    ] {
        text += &format!("{name:<28}{:>28}\n", number(value));
    }
    text += &rule;
    text += &format!(
        "symbols {}, trained for {}",
        report.symbols,
        counted(report.step, "step")
    );
    if let Some(held_out) = report.held_out {
        text += &format!(
            ", held-out loss {:.4} nats a character (step {})",
            held_out.loss,
            grouped(held_out.step)
        );
    }
    text += if report.resumable {
        "; holds what going on exactly needs\n"
    } else {
        "; holds weights alone\n"
    };
    if let Ok(Value::Object(settings)) = serde_json::to_value(&report.config) {
        let values: Vec<String> = settings
            .iter()
            .map(|(key, value)| format!("{key} {}", plain(value)))
            .collect();
        text += &format!("{}\n", values.join(", "));
    }
    print(&text)
}
