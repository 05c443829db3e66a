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

use crate::config::{CellKind, HIDDEN_SIZE, Kind, LAYERS, MAX_WORKING_BYTES, wrong_setting};
use crate::data::vocab::SymbolId;
use crate::formats::checkpoint::{Found, push_params, read_params};
use crate::formats::safetensors::{self, Data, File, Tensor as FileTensor, finite};
use crate::json;
use crate::nn::cell::Input;
use crate::nn::inspect;
use crate::nn::model::Tape;
use crate::nn::params::{Params, Sizes, Tensor};
use crate::tasks::network::{LossKind, Network, Readout, Request, Response, Sequences, Target};
use crate::{Error, Result};

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
            wrong_setting(json, &last, Kind::Choice(names))
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

/// What [`run`] takes beside its tapes.
#[derive(Debug, Clone, Copy)]
struct Overhead {
    /// Bytes of both files.
    files: u64,
    wanted: Wanted,
}

/// Bytes that [`run`] takes at most; saturates.
fn working_bytes(
    network: &Network<f32>,
    source: &SequenceFile,
    decoder: Option<&SequenceFile>,
    steps: usize,
    overhead: Overhead,
) -> u64 {
    let sizes = network.params.sizes();
    let batch = source.batch;
    let reads = network.encoder.as_ref().unwrap_or(&network.params).sizes();
    let tape = Tape::<f32>::bytes(reads, batch, steps);
    let (tapes, answered) = match decoder {
        Some(decoder) => (
            tape.saturating_add(Tape::<f32>::bytes(sizes, batch, decoder.steps)),
            decoder.steps,
        ),
        None => (tape, steps),
    };
    let columns = |steps: usize| (batch as u64).saturating_mul(steps as u64);
    let weights = network.params.len() + network.encoder.as_ref().map_or(0, Params::len);
    // The weights as they are read, turned and kept; their gradients likewise, on the way out.
    let weights = weights as u64 * if overhead.wanted.backward { 6 } else { 3 };
    // What is answered stands on a tape, in the answer and in its file; what is read, and its gradient, likewise.
    let outputs = columns(answered).saturating_mul(2 * sizes.outputs as u64);
    let inputs = columns(steps + decoder.map_or(0, |d| d.steps))
        .saturating_mul(reads.inputs.max(sizes.inputs) as u64 * 3);
    let inputs = if source.values.is_dense() {
        inputs
    } else {
        columns(steps)
    };
    let inspected = inspected_bytes(sizes, batch, steps, overhead.wanted);
    // Both files, and the numbers in them once more.
    weights
        .saturating_add(outputs)
        .saturating_add(inputs)
        .saturating_mul(size_of::<f32>() as u64)
        .saturating_add(tapes)
        .saturating_add(inspected)
        .saturating_add(overhead.files.saturating_mul(2))
}

/// Bytes that `activations` and `lag` add, most of them one stream at a time; saturates.
fn inspected_bytes(sizes: Sizes, batch: usize, steps: usize, wanted: Wanted) -> u64 {
    // Each stands in the answer and in its file.
    let answered = (2 * size_of::<f32>() as u64)
        .saturating_mul(batch as u64)
        .saturating_mul(steps as u64);
    let activations = answered
        .saturating_mul((sizes.layers * sizes.hidden) as u64)
        .saturating_add(inspect::read_bytes::<f32>(sizes, steps));
    let lag = answered.saturating_add(inspect::influence_bytes::<f32>(sizes, steps));
    let of = |wanted: bool, bytes: u64| if wanted { bytes } else { 0 };
    of(wanted.activations, activations).saturating_add(of(wanted.lag, lag))
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
    let Sizes {
        inputs, outputs, ..
    } = params.sizes();
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

    /// None where they are real.
    fn symbols(&self) -> &[SymbolId] {
        match self {
            Self::Symbols(ids) => ids,
            Self::Dense(_) => &[],
        }
    }
}

/// Sequences as they came.
struct SequenceFile {
    values: Values,
    steps: usize,
    batch: usize,
    lengths: Option<Vec<usize>>,
}

impl SequenceFile {
    fn sequences(&self, steps: usize) -> Sequences<'_, f32> {
        Sequences {
            input: self.values.input(),
            steps,
            lengths: self.lengths.as_deref(),
        }
    }

    /// The symbols of each sequence, up to its end.
    fn streams(&self) -> impl Iterator<Item = Vec<SymbolId>> {
        (0..self.batch).map(|stream| {
            let steps = self.lengths.as_ref().map_or(self.steps, |of| of[stream]);
            let of_stream = self.values.symbols().iter().skip(stream);
            of_stream.step_by(self.batch).take(steps).copied().collect()
        })
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

/// A whole request as it came.
struct RequestFile {
    source: SequenceFile,
    decoder: Option<SequenceFile>,
    /// Steps of the source, or one to many of the response.
    steps: usize,
    h0: Option<Vec<f32>>,
    c0: Option<Vec<f32>>,
    target: Option<Values>,
    /// What asking it takes at most.
    bytes: u64,
}

impl RequestFile {
    fn read(
        file: &File<'_>,
        network: &Network<f32>,
        loss: LossKind,
        overhead: Overhead,
    ) -> Result<Self> {
        let sizes = network.params.sizes();
        let reads = network.encoder.as_ref().unwrap_or(&network.params).sizes();
        let wanted = match network.readout {
            Readout::OneToMany => Some(Self::wanted_steps(file)?),
            _ => None,
        };
        let source = SequenceFile::from(file, "", reads.inputs, wanted)?;
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
                let decoder = SequenceFile::from(file, "decoder_", sizes.inputs, None)?;
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
        let bytes = working_bytes(network, &source, decoder.as_ref(), steps, overhead);
        if bytes > MAX_WORKING_BYTES {
            return Err(Error::too_much_memory(
                bytes,
                "Ask for fewer sequences, or for fewer steps of them.",
            ));
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
            return Err(Error::bad_weights(format!(
                "there is \"c0\", but the cell {} has no memory.",
                sizes.cell.label()
            )));
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
            bytes,
        })
    }

    /// How many outputs are to be written, one to many.
    fn wanted_steps(file: &File<'_>) -> Result<usize> {
        let wanted = if file.shape("steps").is_ok() {
            file.count("steps")?
        } else if let Ok(&[steps, ..]) = file.shape("target") {
            steps as u64
        } else {
            return Err(Error::bad_weights(
                "one to many needs \"steps\", or a \"target\" that tells how many.",
            ));
        };
        // What is too many for the memory is said there.
        match usize::try_from(wanted) {
            Ok(steps) if steps > 0 => Ok(steps),
            _ => Err(Error::bad_weights(format!(
                "{wanted} steps cannot be answered; at least one is needed."
            ))),
        }
    }

    /// Whether `name`, which the lenses compute, can be computed of this.
    fn refuse_uninspected(&self, name: &str, readout: Readout) -> Result<()> {
        let is_read = matches!(readout, Readout::ManyToMany | Readout::ManyToOne);
        let reason = if !is_read {
            let network = words_of(readout);
            format!(
                "{name:?} is answered many to many and many to one, and the network is {network}."
            )
        } else if self.source.values.is_dense() {
            format!("{name:?} is answered for symbols: \"x\" must give way to \"ids\".")
        } else if self.h0.is_some() || self.c0.is_some() {
            let state = if self.h0.is_some() { "h0" } else { "c0" };
            format!("{name:?} begins at a state of zeros: {state:?} must go.")
        } else if name != LAG {
            return Ok(());
        } else {
            match &self.target {
                Some(Values::Symbols(_)) => return Ok(()),
                Some(Values::Dense(_)) => {
                    format!(
                        "{name:?} is that of \"crossEntropy\", and the loss is \"squaredError\"."
                    )
                }
                None => format!("{name:?} is that of a loss, and there is no \"target\"."),
            }
        };
        Err(Error::BadInput { reason })
    }

    /// The hidden states behind every step, L x T x B x H.
    fn activations(&self, params: &Params<f32>) -> FileTensor {
        let Sizes { layers, hidden, .. } = params.sizes();
        let SequenceFile { steps, batch, .. } = self.source;
        let mut values = vec![0.0; layers * steps * batch * hidden];
        for (stream, ids) in self.source.streams().enumerate() {
            let units = inspect::read(params, &ids, true).units;
            for (at, h) in units.chunks_exact(hidden).enumerate() {
                let (t, layer) = (at / layers, at % layers);
                let column = (layer * steps + t) * batch + stream;
                values[column * hidden..][..hidden].copy_from_slice(h);
            }
        }
        FileTensor {
            name: ACTIVATIONS.into(),
            shape: vec![layers, steps, batch, hidden],
            data: Data::F32(values),
        }
    }

    /// The influence of each symbol on the loss at the last of its sequence, T x B from the last symbol back.
    fn lag(&self, params: &Params<f32>) -> FileTensor {
        let SequenceFile { steps, batch, .. } = self.source;
        let classes = self.target.as_ref().map_or(&[][..], Values::symbols);
        let mut values = vec![0.0; steps * batch];
        for (stream, ids) in self.source.streams().enumerate() {
            // Many to one there is one for each stream, whatever its length.
            let of_last = classes.len().min(ids.len() * batch) - batch;
            let influence = inspect::influence(params, &ids, classes[of_last + stream]);
            for (back, &influence) in influence.iter().rev().enumerate() {
                values[back * batch + stream] = influence as f32;
            }
        }
        FileTensor {
            name: LAG.into(),
            shape: vec![steps, batch],
            data: Data::F32(values),
        }
    }

    fn request(&self) -> Request<'_, f32> {
        Request {
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
