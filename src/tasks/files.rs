//! Tensors in and out, for anyone's own tests: a network's file and a file of inputs in, a file of outputs (and
//! gradients) out, all of them safetensors.
//!
//! | in | shape | |
//! |---|---|---|
//! | `x` or `ids` | (T, B, I) F32, (T, B) I64 | what is read; one step of it, one to many |
//! | `lengths` | (B) I64 | how many steps each sequence has; all, where it is absent |
//! | `h0`, `c0` | (L, B, H) F32 | the states before; zero, where they are absent |
//! | `steps` | (1) I64 | one to many: how many outputs are wanted; the target's, where it is absent |
//! | `decoder_x` or `decoder_ids`, `decoder_lengths` | (U, B, I'), (U, B); (B) | sequence to sequence: what the decoder reads |
//! | `target` | (T, B) I64 or (T, B, O) F32; many to one without T | what the outputs should be |
//!
//! | out | shape | |
//! |---|---|---|
//! | `y` | (T, B, O), many to one (B, O) | outputs; zero behind a sequence's end |
//! | `h_n`, `c_n` | (L, B, H) | the states behind |
//! | `loss` | (1) | the mean over what counts, where there is a target |
//! | `grad.<tensor>`, `grad.x`, `grad.decoder_x`, `grad.h0`, `grad.c0` | as what they are of | on request; of an input, where it was given |
//! | `activations` | (L, T, B, H) | on request, as the lenses show them: the hidden states of every unit behind every step; zero behind a sequence's end |
//! | `lag` | (T, B) | on request, as the lens Memory shows it: how much the symbol `k` steps before a sequence's last bears on the loss there, `\|d(-ln p) / d x\|` with `x` its one-hot vector; zero where there is none |
//!
//! The last two read `ids` from a state of zeros, many to many or many to one. `lag` needs a `target`, of which the last counts.
//!
//! The metadata's `config` (JSON) says `cell` ("rnn", "relu", "gru", "lstm"; else the weights' shapes decide, and
//! a vanilla cell has tanh), `readout` ("manyToMany", "manyToOne", "oneToMany", "sequenceToSequence") and
//! `loss` ("crossEntropy", "squaredError"). An encoder's tensors are named `encoder.weight_ih_l0`, ...
//!
//! What lies behind the end of a sequence, in the input as in the target, may be anything, NaN or -100 too: it
//! takes no part. A tensor of another name than these is refused, for it may be a misspelt one.

mod memory;
mod request;
mod sequences;

use crate::config::{CellKind, HIDDEN_SIZE, LAYERS, alternatives, wrong_value};
use crate::formats::checkpoint::{Found, push_params, read_params};
use crate::formats::safetensors::{self, Data, File, Tensor as FileTensor};
use crate::json;
use crate::nn::params::{Params, Sizes, Tensor};
use crate::tasks::network::{LossKind, Network, Readout, Response};
use crate::{Error, Result};
use memory::Overhead;
use request::RequestFile;

/// Of the metadata's `config`, what a request needs.
#[derive(Debug, Default)]
struct TaskConfig {
    cell: Option<CellKind>,
    readout: Readout,
    loss: LossKind,
}

impl TaskConfig {
    fn read(json: &str) -> Result<Self> {
        let mut config = Self::default();
        let mut last = String::new();
        json::read(json, |reader| {
            reader.object(&mut |reader, key| {
                last = key;
                match last.as_str() {
                    "cell" => config.cell = Some(CellKind::named(&reader.string()?)?),
                    "readout" => config.readout = Readout::named(&reader.string()?)?,
                    "loss" => config.loss = LossKind::named(&reader.string()?)?,
                    _ => reader.skip()?,
                }
                Some(())
            })
        })
        .ok_or_else(|| {
            let names = match last.as_str() {
                "readout" => Readout::NAMES,
                "loss" => LossKind::NAMES,
                _ => CellKind::NAMES,
            };
            wrong_value(json, &last, &alternatives(names))
        })?;
        Ok(config)
    }
}

/// What a response holds on request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// The gradients of the loss.
    pub backward: bool,
    /// The hidden states behind every step.
    pub activations: bool,
    /// How much each symbol bears on the loss at the last, by how far back it lies.
    pub lag: bool,
}

/// Asks the network in `weights` what is in `input`; both are files, and so is the response.
///
/// # Errors
/// [`Error::BadWeights`] with what is wrong with the weights, [`Error::BadInput`] with what is wrong with
/// the input or does not fit the weights, [`Error::TooMuchMemory`].
pub fn run(weights: &[u8], input: &[u8], wanted: Wanted) -> Result<Vec<u8>> {
    let (network, given) = prepare(weights, input, wanted)?;
    let request = given.request();
    if wanted.backward && request.target.is_none() {
        return Err(Error::BadInput {
            reason: "gradients are those of a loss, and there is no \"target\".".into(),
        });
    }
    let response = network.run(&request, wanted.backward);
    let mut tensors = tensors_of(&network, &given, response);
    if wanted.activations {
        tensors.push(given.activations(&network.params));
    }
    if wanted.lag {
        tensors.push(given.lag(&network.params));
    }
    Ok(safetensors::write(&[], &tensors))
}

/// Bytes that [`run`] takes at most for these files, themselves included.
///
/// # Errors
/// As [`run`].
pub fn memory(weights: &[u8], input: &[u8], wanted: Wanted) -> Result<u64> {
    Ok(prepare(weights, input, wanted)?.1.bytes)
}

/// The network and the request in two files.
fn prepare(weights: &[u8], input: &[u8], wanted: Wanted) -> Result<(Network<f32>, RequestFile)> {
    let (network, loss) = read_network(&File::open(weights)?)?;
    let file = File::open(input).map_err(of_input)?;
    refuse_unknown(&file, |name| NAMES.contains(&name)).map_err(of_input)?;
    refuse_useless(&file, network.readout).map_err(of_input)?;
    let overhead = Overhead {
        files: weights.len() as u64 + input.len() as u64,
        wanted,
    };
    let given = RequestFile::read(&file, &network, loss, overhead).map_err(of_input)?;
    for (asked, name) in [(wanted.activations, ACTIVATIONS), (wanted.lag, LAG)] {
        if asked {
            given.refuse_uninspected(name, network.readout)?;
        }
    }
    Ok((network, given))
}

/// What a response holds on request, as the lenses show it.
const ACTIVATIONS: &str = "activations";
const LAG: &str = "lag";

/// What an input may hold.
const NAMES: [&str; 10] = [
    "x",
    "ids",
    "lengths",
    "h0",
    "c0",
    "steps",
    "decoder_x",
    "decoder_ids",
    "decoder_lengths",
    "target",
];

/// A tensor that nobody asks for would be lost in silence.
fn refuse_unknown(file: &File<'_>, known: impl Fn(&str) -> bool) -> Result<()> {
    match file.names().find(|name| !known(name)) {
        Some(name) => Err(Error::bad_weights(format!(
            "the file holds a tensor {name:?}, which has no meaning here."
        ))),
        None => Ok(()),
    }
}

/// What only another readout asks for would be lost likewise.
fn refuse_useless(file: &File<'_>, readout: Readout) -> Result<()> {
    let useless = |name: &&str| match *name {
        "steps" => readout != Readout::OneToMany,
        name => name.starts_with("decoder_") && readout != Readout::SequenceToSequence,
    };
    match file.names().find(useless) {
        Some(name) => Err(Error::bad_weights(format!(
            "there is {name:?}, which a {} network does not read.",
            words_of(readout)
        ))),
        None => Ok(()),
    }
}

fn words_of(readout: Readout) -> &'static str {
    match readout {
        Readout::ManyToMany => "many-to-many",
        Readout::ManyToOne => "many-to-one",
        Readout::OneToMany => "one-to-many",
        Readout::SequenceToSequence => "sequence-to-sequence",
    }
}

/// What the container complains of is the input here.
fn of_input(error: Error) -> Error {
    match error {
        Error::BadWeights { reason } => Error::BadInput { reason },
        other => other,
    }
}

fn read_network(file: &File<'_>) -> Result<(Network<f32>, LossKind)> {
    let config: TaskConfig = match file.metadata("config") {
        None => TaskConfig::default(),
        Some(json) => TaskConfig::read(json)?,
    };
    let params = read_stack(file, "rnn.", config.cell, true)?;
    let encoder = match config.readout {
        Readout::SequenceToSequence => {
            let encoder = read_stack(file, "encoder.", config.cell, false)?;
            let of = |p: &Params<f32>| (p.sizes().cell, p.sizes().layers, p.sizes().hidden);
            if of(&encoder) != of(&params) {
                return Err(Error::bad_weights(
                    "encoder and decoder must have the same cell, depth and hidden size, for the state of one starts the other.",
                ));
            }
            Some(encoder)
        }
        _ => None,
    };
    let (inputs, outputs) = (params.sizes().inputs, params.sizes().outputs);
    if config.readout == Readout::OneToMany && inputs != outputs {
        return Err(Error::bad_weights(format!(
            "one to many feeds its {outputs} outputs back as input, but it reads {inputs}."
        )));
    }
    refuse_unknown(file, |name| {
        let is_of = |stack: &str, params: &Params<f32>| {
            let mut tensors = params.sizes().tensors();
            tensors.any(|tensor| name_in(stack, tensor) == name)
        };
        name.starts_with("resume.")
            || is_of("rnn.", &params)
            || encoder.as_ref().is_some_and(|e| is_of("encoder.", e))
    })?;
    let network = Network {
        params,
        encoder,
        readout: config.readout,
    };
    Ok((network, config.loss))
}

/// The name in the file of a tensor of the stack called `stack`.
fn name_in(stack: &str, tensor: Tensor) -> String {
    let name = tensor.name();
    match name.strip_prefix("rnn.") {
        Some(rest) => format!("{stack}{rest}"),
        None => name.into_owned(),
    }
}

fn read_stack(
    file: &File<'_>,
    stack: &str,
    cell: Option<CellKind>,
    has_head: bool,
) -> Result<Params<f32>> {
    let found = Found::in_file(file, |tensor| name_in(stack, tensor))?;
    let cell = cell.unwrap_or(found.cell);
    found.check_cell(cell, file.metadata("config"))?;
    for (what, value, bound) in [
        ("hidden size", found.hidden, HIDDEN_SIZE),
        ("depth", found.layers, LAYERS),
    ] {
        if value as f64 > bound.max {
            return Err(Error::bad_weights(format!(
                "its {what} is {value}, and at most {} is read.",
                bound.max
            )));
        }
    }
    let width = |name: &str, at: usize| -> Result<usize> {
        let shape = file.shape(name)?;
        shape
            .get(at)
            .copied()
            .filter(|&n| n > 0)
            .ok_or_else(|| Error::bad_weights(format!("{name:?} has the shape {shape:?}.")))
    };
    let sizes = Sizes {
        cell,
        inputs: width(&name_in(stack, Tensor::WeightIh(0)), 1)?,
        hidden: found.hidden,
        layers: found.layers,
        outputs: if has_head {
            width(&Tensor::HeadWeight.name(), 0)?
        } else {
            0
        },
    };
    read_params(file, sizes, &|tensor| name_in(stack, tensor))
}

fn tensors_of(
    network: &Network<f32>,
    given: &RequestFile,
    response: Response<f32>,
) -> Vec<FileTensor> {
    let sizes = network.params.sizes();
    let batch = given.source.batch;
    let mut tensors = Vec::new();
    let mut put = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        let data = Data::F32(values);
        tensors.push(FileTensor { name, shape, data });
    };
    let answered = response.y.len() / (batch * sizes.outputs);
    let y_shape = match network.readout {
        Readout::ManyToOne => vec![batch, sizes.outputs],
        _ => vec![answered, batch, sizes.outputs],
    };
    put("y".into(), y_shape, response.y);
    let states = vec![sizes.layers, batch, sizes.hidden];
    put("h_n".into(), states.clone(), response.h_n);
    if sizes.cell.has_memory() {
        put("c_n".into(), states.clone(), response.c_n);
    }
    if let Some(loss) = response.loss {
        put("loss".into(), vec![1], vec![loss as f32]);
    }
    if let Some(gradients) = response.gradients {
        let reads = network.encoder.as_ref().unwrap_or(&network.params).sizes();
        if given.source.values.is_dense() {
            let shape = vec![given.source.steps, batch, reads.inputs];
            put("grad.x".into(), shape, gradients.x);
        }
        if let Some(decoder) = given.decoder.as_ref().filter(|d| d.values.is_dense()) {
            let shape = vec![decoder.steps, batch, sizes.inputs];
            put("grad.decoder_x".into(), shape, gradients.decoder_x);
        }
        if given.h0.is_some() {
            put("grad.h0".into(), states.clone(), gradients.h0);
        }
        if given.c0.is_some() {
            put("grad.c0".into(), states, gradients.c0);
        }
        let encoder = gradients.encoder.iter().map(|params| ("encoder.", params));
        for (stack, params) in encoder.chain([("rnn.", &gradients.params)]) {
            push_params(&mut tensors, params, &|tensor| {
                format!("grad.{}", name_in(stack, tensor))
            });
        }
    }
    tensors
}
