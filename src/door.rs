//! The door for anyone's own tests: a network's file and a file of inputs in, a file of outputs (and
//! gradients) out, all of them safetensors. Imports `checkpoint`'s container and `task`.
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
//!
//! The metadata's `config` (JSON) says `cell` ("rnn", "relu", "gru", "lstm"; else the weights' shapes tell, and
//! a vanilla cell has tanh), `readout` ("manyToMany", "manyToOne", "oneToMany", "sequenceToSequence") and
//! `loss` ("crossEntropy", "squaredError"). An encoder's tensors are named `encoder.weight_ih_l0`, ...
//!
//! What lies behind the end of a sequence, in the input as in the target, may be anything, NaN or -100 too: it
//! takes no part. A tensor of another name than these is refused, for it may be a misspelt one.

use nalgebra::DMatrix;
use serde::Deserialize;

use crate::cell::Input;
use crate::checkpoint::Found;
use crate::checkpoint::file::{self, Data, File, Tensor as FileTensor, finite};
use crate::config::{CellKind, HIDDEN_SIZE, LAYERS, MAX_WORKING_BYTES};
use crate::model::Tape;
use crate::params::{Params, Sizes, Tensor};
use crate::task::{Answer, LossKind, Network, Question, Readout, Sequences, Target};
use crate::vocab::SymbolId;
use crate::{Error, Result};

/// Of the metadata's `config`, what a question needs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    cell: Option<CellKind>,
    readout: Readout,
    loss: LossKind,
}

/// Asks the network in `weights` what is in `input`; both are files, and so is the answer. `backward`:
/// whether the gradients of the loss are wanted too.
///
/// # Errors
/// [`Error::BadWeights`] with what is wrong with the weights, [`Error::BadInput`] with what is wrong with
/// the input or does not fit the weights, [`Error::TooMuchMemory`].
pub fn run(weights: &[u8], input: &[u8], backward: bool) -> Result<Vec<u8>> {
    let (network, loss) = read_network(&File::open(weights)?)?;
    let file = File::open(input).map_err(of_input)?;
    refuse_unknown(&file, |name| NAMES.contains(&name)).map_err(of_input)?;
    let given = Given::read(&file, &network, loss).map_err(of_input)?;
    let question = given.question();
    if backward && question.target.is_none() {
        return Err(Error::BadInput {
            reason: "gradients are those of a loss, and there is no \"target\".".into(),
        });
    }
    let answer = network.ask(&question, backward);
    Ok(write(&network, &given, &answer))
}

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

/// What the container complains of is the input here.
fn of_input(error: Error) -> Error {
    match error {
        Error::BadWeights { reason } => Error::BadInput { reason },
        other => other,
    }
}

fn read_network(file: &File<'_>) -> Result<(Network<f32>, LossKind)> {
    let asked: Asked = match file.metadata("config") {
        None => Asked::default(),
        Some(json) => serde_json::from_str(json).map_err(|error| {
            Error::bad_weights(format!("its configuration is damaged ({error})."))
        })?,
    };
    let params = read_stack(file, "rnn.", asked.cell, true)?;
    let encoder = match asked.readout {
        Readout::SequenceToSequence => {
            let encoder = read_stack(file, "encoder.", asked.cell, false)?;
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
    let Sizes {
        inputs, outputs, ..
    } = params.sizes();
    if asked.readout == Readout::OneToMany && inputs != outputs {
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
        readout: asked.readout,
    };
    Ok((network, asked.loss))
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
    let cell = cell.unwrap_or(found.cell());
    if cell.gates() != found.gates {
        return Err(Error::bad_weights(format!(
            "its configuration says {cell:?}, but its tensors have {} gates.",
            found.gates
        )));
    }
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
    let mut all = Vec::new();
    for tensor in sizes.tensors() {
        let (rows, columns) = tensor.shape(sizes);
        let values = file.f32s(&name_in(stack, tensor), &tensor.torch_shape(sizes))?;
        all.extend_from_slice(DMatrix::from_row_slice(rows, columns, &values).as_slice());
    }
    Ok(Params::from_values(sizes, all))
}

/// Values of one of two kinds.
enum Values {
    Symbols(Vec<SymbolId>),
    Dense(Vec<f32>),
}

impl Values {
    fn input(&self) -> Input<'_, f32> {
        match self {
            Self::Symbols(ids) => Input::Symbols(ids),
            Self::Dense(x) => Input::Dense(x),
        }
    }

    fn is_dense(&self) -> bool {
        matches!(self, Self::Dense(_))
    }
}

/// Sequences as they came.
struct Read {
    values: Values,
    steps: usize,
    batch: usize,
    lengths: Option<Vec<usize>>,
}

impl Read {
    fn sequences(&self, steps: usize) -> Sequences<'_, f32> {
        Sequences {
            input: self.values.input(),
            steps,
            lengths: self.lengths.as_deref(),
        }
    }

    /// `x` or `ids`, and `lengths`, each behind `prefix`, for a stack that reads `inputs`. `steps`: how many
    /// steps a sequence may have, where it is not as many as are given.
    fn from(file: &File<'_>, prefix: &str, inputs: usize, steps: Option<usize>) -> Result<Self> {
        let (x, ids) = (format!("{prefix}x"), format!("{prefix}ids"));
        let has = |name: &str| file.shape(name).is_ok();
        let (given, batch) = match (has(&x), has(&ids)) {
            (true, false) => match *file.shape(&x)? {
                [_, _, width] if width != inputs => {
                    return Err(Error::bad_weights(format!(
                        "{x:?} has {width} values a step, but the network reads {inputs}."
                    )));
                }
                [given, batch, _] => (given, batch),
                _ => return Err(misshapen(file, &x, "(T, B, I)")),
            },
            (false, true) => match *file.shape(&ids)? {
                [given, batch] => (given, batch),
                _ => return Err(misshapen(file, &ids, "(T, B)")),
            },
            (true, true) => {
                return Err(Error::bad_weights(format!(
                    "there are both {x:?} and {ids:?}; one of them must go."
                )));
            }
            (false, false) => {
                return Err(Error::bad_weights(format!(
                    "there is neither {x:?} nor {ids:?}."
                )));
            }
        };
        if given == 0 || batch == 0 {
            return Err(Error::bad_weights(
                "the input is empty: at least one step of one sequence is needed.",
            ));
        }
        let name = format!("{prefix}lengths");
        let lengths = if has(&name) {
            let steps = steps.unwrap_or(given);
            Some(read_lengths(file, &name, batch, steps)?)
        } else {
            None
        };
        let values = if has(&x) {
            let shape = [given, batch, inputs];
            Values::Dense(reals(file, &x, &shape, lengths.as_deref())?)
        } else {
            let shape = [given, batch];
            Values::Symbols(classes(file, &ids, &shape, inputs, lengths.as_deref())?)
        };
        Ok(Self {
            values,
            steps: given,
            batch,
            lengths,
        })
    }
}

/// The lengths of `batch` sequences of up to `steps` steps.
fn read_lengths(file: &File<'_>, name: &str, batch: usize, steps: usize) -> Result<Vec<usize>> {
    let lengths = file.i64s(name, &[batch])?;
    let read = |&length: &i64| {
        usize::try_from(length)
            .ok()
            .filter(|length| (1..=steps).contains(length))
            .ok_or_else(|| {
                Error::bad_weights(format!(
                    "{name:?} holds {length}, but a sequence has 1 to {steps} steps."
                ))
            })
    };
    lengths.iter().map(read).collect()
}

/// Whether a column lies behind the end of its sequence.
fn is_behind(column: usize, lengths: Option<&[usize]>) -> bool {
    lengths.is_some_and(|lengths| column / lengths.len() >= lengths[column % lengths.len()])
}

fn misshapen(file: &File<'_>, name: &str, wanted: &str) -> Error {
    let shape = file.shape(name).unwrap_or_default();
    Error::bad_weights(format!(
        "{name:?} has the shape {shape:?}, but must have {wanted}."
    ))
}

/// Finite values, zero behind the end of a sequence whatever stands there. The last size of `shape` is that of
/// a column.
fn reals(
    file: &File<'_>,
    name: &str,
    shape: &[usize],
    lengths: Option<&[usize]>,
) -> Result<Vec<f32>> {
    let mut values = file.any_f32s(name, shape)?;
    let width = shape.last().copied().unwrap_or(1).max(1);
    for (column, values) in values.chunks_exact_mut(width).enumerate() {
        if is_behind(column, lengths) {
            values.fill(0.0);
        }
    }
    finite(name, values)
}

/// Ids below `bound`, 0 behind the end of a sequence whatever stands there.
fn classes(
    file: &File<'_>,
    name: &str,
    shape: &[usize],
    bound: usize,
    lengths: Option<&[usize]>,
) -> Result<Vec<SymbolId>> {
    let read = |(column, &id): (usize, &i64)| {
        if is_behind(column, lengths) {
            return Ok(0);
        }
        SymbolId::try_from(id)
            .ok()
            .filter(|&id| usize::from(id) < bound)
            .ok_or_else(|| {
                Error::bad_weights(format!(
                    "{name:?} holds {id}, but must lie between 0 and {}.",
                    bound.min(1 << 16) - 1
                ))
            })
    };
    let ids = file.i64s(name, shape)?;
    ids.iter().enumerate().map(read).collect()
}

/// A whole question as it came.
struct Given {
    source: Read,
    decoder: Option<Read>,
    /// Steps of the source, or one to many of the answer.
    steps: usize,
    h0: Option<Vec<f32>>,
    c0: Option<Vec<f32>>,
    target: Option<Values>,
}

impl Given {
    fn read(file: &File<'_>, network: &Network<f32>, loss: LossKind) -> Result<Self> {
        let sizes = network.params.sizes();
        let reads = network.encoder.as_ref().unwrap_or(&network.params).sizes();
        let wanted = match network.readout {
            Readout::OneToMany => Some(Self::wanted_steps(file)?),
            _ => None,
        };
        let source = Read::from(file, "", reads.inputs, wanted)?;
        if wanted.is_some() && source.steps != 1 {
            return Err(Error::bad_weights(format!(
                "one to many reads one step, but {} are given.",
                source.steps
            )));
        }
        let steps = wanted.unwrap_or(source.steps);
        let decoder = match network.encoder {
            None => None,
            Some(_) => {
                let decoder = Read::from(file, "decoder_", sizes.inputs, None)?;
                if decoder.batch != source.batch {
                    return Err(Error::bad_weights(format!(
                        "the decoder reads {} sequences, the encoder {}.",
                        decoder.batch, source.batch
                    )));
                }
                Some(decoder)
            }
        };
        let batch = source.batch;
        let bytes = Tape::<f32>::bytes(reads, batch, steps).saturating_add(
            decoder
                .as_ref()
                .map_or(0, |d| Tape::<f32>::bytes(sizes, batch, d.steps)),
        );
        if bytes > MAX_WORKING_BYTES {
            return Err(Error::TooMuchMemory {
                megabytes: bytes / 1_000_000,
                maximum: MAX_WORKING_BYTES / 1_000_000,
            });
        }
        let state = |name: &str| -> Result<Option<Vec<f32>>> {
            let shape = [sizes.layers, batch, sizes.hidden];
            match file.shape(name) {
                Ok(_) => file.f32s(name, &shape).map(Some),
                Err(_) => Ok(None),
            }
        };
        let (h0, c0) = (state("h0")?, state("c0")?);
        if c0.is_some() && !sizes.cell.has_memory() {
            return Err(Error::bad_weights(
                "there is \"c0\", but only an LSTM has a memory to begin with.",
            ));
        }
        let (answered, lengths) = match (&decoder, network.readout) {
            (Some(decoder), _) => (vec![decoder.steps, batch], decoder.lengths.as_deref()),
            (None, Readout::ManyToOne) => (vec![batch], None),
            (None, _) => (vec![steps, batch], source.lengths.as_deref()),
        };
        let target = match (file.shape("target"), loss) {
            (Err(_), _) => None,
            (Ok(_), LossKind::CrossEntropy) => {
                let ids = classes(file, "target", &answered, sizes.outputs, lengths)?;
                Some(Values::Symbols(ids))
            }
            (Ok(_), LossKind::SquaredError) => {
                let shape = [answered, vec![sizes.outputs]].concat();
                Some(Values::Dense(reals(file, "target", &shape, lengths)?))
            }
        };
        Ok(Self {
            source,
            decoder,
            steps,
            h0,
            c0,
            target,
        })
    }

    /// How many outputs are to be written, one to many.
    fn wanted_steps(file: &File<'_>) -> Result<usize> {
        let told = if file.shape("steps").is_ok() {
            file.count("steps")?
        } else if let Ok(&[steps, ..]) = file.shape("target") {
            steps as u64
        } else {
            return Err(Error::bad_weights(
                "one to many needs \"steps\", or a \"target\" that tells how many.",
            ));
        };
        // What is too many for the memory is said there.
        match usize::try_from(told) {
            Ok(steps) if steps > 0 => Ok(steps),
            _ => Err(Error::bad_weights(format!(
                "{told} steps cannot be answered; at least one is needed."
            ))),
        }
    }

    fn question(&self) -> Question<'_, f32> {
        Question {
            batch: self.source.batch,
            source: self.source.sequences(self.steps),
            decoder: self.decoder.as_ref().map(|d| d.sequences(d.steps)),
            h0: self.h0.as_deref(),
            c0: self.c0.as_deref(),
            target: self.target.as_ref().map(|target| match target {
                Values::Symbols(classes) => Target::Classes(classes),
                Values::Dense(values) => Target::Values(values),
            }),
        }
    }
}

fn write(network: &Network<f32>, given: &Given, answer: &Answer<f32>) -> Vec<u8> {
    let sizes = network.params.sizes();
    let batch = given.source.batch;
    let mut tensors = Vec::new();
    let mut put = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        let data = Data::F32(values);
        tensors.push(FileTensor { name, shape, data });
    };
    let answered = answer.y.len() / (batch * sizes.outputs);
    let y_shape = match network.readout {
        Readout::ManyToOne => vec![batch, sizes.outputs],
        _ => vec![answered, batch, sizes.outputs],
    };
    put("y".into(), y_shape, answer.y.clone());
    let states = vec![sizes.layers, batch, sizes.hidden];
    put("h_n".into(), states.clone(), answer.h_n.clone());
    if sizes.cell.has_memory() {
        put("c_n".into(), states.clone(), answer.c_n.clone());
    }
    if let Some(loss) = answer.loss {
        put("loss".into(), vec![1], vec![loss as f32]);
    }
    if let Some(gradients) = &answer.gradients {
        let stacks = [
            ("rnn.", Some(&gradients.params)),
            ("encoder.", gradients.encoder.as_ref()),
        ];
        for (stack, params) in stacks {
            let Some(params) = params else { continue };
            for tensor in params.sizes().tensors() {
                // The transpose's columns are the rows.
                let rows = params.matrix(tensor).transpose().as_slice().to_vec();
                let shape = tensor.torch_shape(params.sizes());
                put(format!("grad.{}", name_in(stack, tensor)), shape, rows);
            }
        }
        let reads = network.encoder.as_ref().unwrap_or(&network.params).sizes();
        if given.source.values.is_dense() {
            let shape = vec![given.source.steps, batch, reads.inputs];
            put("grad.x".into(), shape, gradients.x.clone());
        }
        if let Some(decoder) = given.decoder.as_ref().filter(|d| d.values.is_dense()) {
            let shape = vec![decoder.steps, batch, sizes.inputs];
            put("grad.decoder_x".into(), shape, gradients.decoder_x.clone());
        }
        if given.h0.is_some() {
            put("grad.h0".into(), states.clone(), gradients.h0.clone());
        }
        if given.c0.is_some() {
            put("grad.c0".into(), states, gradients.c0.clone());
        }
    }
    file::write(&[], &tensors)
}
