//! `babble gradcheck`: is the backward pass the derivative of the forward pass, on this machine, in this build?
//! In double precision, tensor by tensor, for both losses.

use babble::config::{CellKind, Initialization};
use babble::data::vocab::SymbolId;
use babble::nn::gradcheck::{NUDGE, Task, nudged, relative_error};
use babble::nn::model::Tape;
use babble::nn::params::{Params, Sizes};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::args::Gradcheck;
use crate::failure::Failure;
use crate::printer::{Printer, counted, print};

/// The largest relative error of a tensor's gradient: that of a difference for gradients of 1e-3, a hundred times.
const BOUND: f64 = 1e-6;
/// Weights that are tried before none is found that keeps a ReLU off its kink.
const DRAWS: u64 = 1000;

const BATCH: usize = 3;
const STEPS: usize = 5;
const SYMBOLS: usize = 7;
const OUTPUTS: usize = 4;

/// The slope of the loss along every weight, by central differences of half the width `nudge`.
fn slopes(task: &Task, params: &Params<f64>, tape: &mut Tape<f64>, nudge: f64) -> Params<f64> {
    let mut moved = params.clone();
    let values = (0..params.len())
        .map(|weight| {
            nudged(&mut moved, weight, nudge, |params| {
                task.loss(params, STEPS, tape)
            })
            .slope
        })
        .collect();
    Params::from_values(params.sizes(), values)
}

pub fn gradcheck(args: &Gradcheck, printer: Printer) -> Result<(), Failure> {
    let cells = args.cell.map_or(CellKind::ALL.to_vec(), |cell| vec![cell]);
    let depths = args
        .layers
        .map_or(vec![1, 2, 3], |layers| vec![layers.into()]);
    let mut worst = 0.0_f64;
    if !printer.json {
        print(&format!(
            "{:<7}{:<8}{:<15}{:<24}error\n",
            "cell", "layers", "loss", "tensor"
        ))?;
    }
    for &cell in &cells {
        for &layers in &depths {
            for symbols in [true, false] {
                let sizes = Sizes {
                    cell,
                    inputs: SYMBOLS,
                    hidden: args.hidden.into(),
                    layers,
                    outputs: OUTPUTS,
                };
                let errors = check(sizes, symbols, args.seed)?;
                for (tensor, loss, error) in errors {
                    // NaN must not be lost in a maximum.
                    worst = if error > worst || error.is_nan() {
                        error
                    } else {
                        worst
                    };
                    if printer.json {
                        let event = json!({
                            "cell": cell, "layers": layers, "loss": loss, "tensor": tensor, "error": error,
                        });
                        printer.event("gradient", &event)?;
                    } else {
                        let cell = format!("{cell:?}").to_lowercase();
                        print(&format!(
                            "{cell:<7}{layers:<8}{loss:<15}{tensor:<24}{error:.1e}\n"
                        ))?;
                    }
                }
            }
        }
    }
    let holds = worst < BOUND;
    if printer.json {
        printer.event(
            "gradcheck",
            &json!({ "worst": worst, "bound": BOUND, "holds": holds }),
        )?;
    }
    if !holds {
        return Err(Failure::check(format!(
            "A gradient differs from its central differences by {worst:.1e}; {BOUND:.0e} is allowed."
        )));
    }
    if !printer.json {
        print(&format!(
            "Every gradient is right: the largest error is {worst:.1e}, below {BOUND:.0e}.\n"
        ))?;
    }
    Ok(())
}

/// Of every tensor: its name, the loss, and the relative error of its gradient.
fn check(
    sizes: Sizes,
    symbols: bool,
    seed: u32,
) -> Result<Vec<(String, &'static str, f64)>, Failure> {
    let loss = if symbols {
        "crossEntropy"
    } else {
        "squaredError"
    };
    let mut tape = Tape::new(sizes, BATCH, STEPS);
    for draw in 0..DRAWS {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed) * DRAWS + draw);
        let task = random_task(&mut rng, symbols);
        let mut params = Params::random(sizes, Initialization::Orthogonal, 1.0, &mut rng);
        for bias in sizes.tensors().filter(|tensor| tensor.is_bias()) {
            let values = params.get_mut(bias);
            values.fill_with(|| rng.random_range(-0.5..0.5));
        }
        tape.discard_chunk();
        for layer in 0..sizes.layers {
            let (h, c) = tape.state_mut(layer);
            h.fill_with(|| rng.random_range(-0.9..0.9));
            c.fill_with(|| rng.random_range(-0.9..0.9));
        }
        let wide = slopes(&task, &params, &mut tape, NUDGE);
        // ReLU has no derivative at 0. Where a probe crosses it, one of half the width says otherwise;
        // the gradient itself takes no part in the choice.
        if sizes.cell == CellKind::Relu {
            let closer = slopes(&task, &params, &mut tape, NUDGE / 2.0);
            if errors(&wide, &closer).any(|(_, error)| error > BOUND / 10.0) {
                continue;
            }
        }
        let gradients = task.gradient(&params, STEPS, 1.0, &mut tape);
        return Ok(errors(&gradients, &wide)
            .map(|(tensor, error)| (tensor, loss, error))
            .collect());
    }
    Err(Failure::check(format!(
        "No weights were found that keep {} of {} off their kink; try fewer or smaller ones.",
        counted(sizes.layers as u64, "layer"),
        counted(sizes.hidden as u64, "ReLU")
    )))
}

fn random_task(rng: &mut ChaCha8Rng, symbols: bool) -> Task {
    let columns = BATCH * STEPS;
    if symbols {
        let mut ids = |bound: usize| {
            let draw = |_| rng.random_range(0..bound) as SymbolId;
            (0..columns).map(draw).collect()
        };
        Task::Symbols {
            inputs: ids(SYMBOLS),
            targets: ids(OUTPUTS),
        }
    } else {
        let mut values = |n: usize| (0..n).map(|_| rng.random_range(-1.0..1.0)).collect();
        Task::Values {
            inputs: values(SYMBOLS * columns),
            targets: values(OUTPUTS * columns),
        }
    }
}

/// The relative error of every tensor.
fn errors(a: &Params<f64>, b: &Params<f64>) -> impl Iterator<Item = (String, f64)> {
    a.sizes().tensors().map(move |tensor| {
        let (a, b) = (a.get(tensor).iter().copied(), b.get(tensor).iter().copied());
        (tensor.name().into_owned(), relative_error(a.zip(b)))
    })
}
