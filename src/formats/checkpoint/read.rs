//! A file into a checkpoint, or into what is wrong with it.

use nalgebra::DMatrix;

use super::{Checkpoint, FORMAT_VERSION, Resume};
use crate::config::{CellKind, Config, LAYERS, RawConfig, alternatives, wrong_value};
use crate::data::corpus::Cursor;
use crate::data::vocab::{MAX_SYMBOLS, Vocabulary};
use crate::formats::safetensors::{File, MAX_COUNT};
use crate::json;
use crate::nn::model::Model;
use crate::nn::params::{Params, Sizes, Tensor};
use crate::training::optim::Rule;
use crate::training::report::HeldOut;
use crate::training::run::Best;
use crate::training::workspace::States;
use crate::{Error, Result};

impl Checkpoint {
    /// Parses a file.
    ///
    /// # Errors
    /// [`Error::BadWeights`] with what is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let file = File::open(bytes)?;
        refuse_foreign(&file)?;
        let vocabulary = read_vocabulary(&file)?;
        let found = Found::in_file(&file, |tensor| tensor.name().into_owned())?;
        let config = read_config(&file, &found)?;
        check_vocabulary(&file, &vocabulary)?;
        let sizes = Sizes::of(&config, vocabulary.len());
        refuse_unknown(&file, sizes)?;
        for tensor in sizes.tensors() {
            file.shape(&tensor.name()).map_err(or_shard)?;
        }
        let params = read_params(&file, sizes, &|tensor| tensor.name().into_owned())?;
        let step = read_step(&file, "step")?.unwrap_or(0);
        let resume = if file.names().any(|name| name.starts_with("resume.")) {
            Some(read_resume(&file, &config, params.sizes())?)
        } else {
            None
        };
        Ok(Self {
            converted: file.converted(),
            held_out: read_measurement(&file, "held_out")?,
            text_hash: file.metadata("text_sha256").map(str::to_owned),
            model: Model { vocabulary, params },
            config,
            step,
            resume,
        })
    }
}

/// Reads every tensor of a network by the name that the file gives it. What is allocated is as large as what the
/// file holds.
pub(crate) fn read_params(
    file: &File<'_>,
    sizes: Sizes,
    name: &dyn Fn(Tensor) -> String,
) -> Result<Params<f32>> {
    let mut all = Vec::new();
    for tensor in sizes.tensors() {
        let (rows, columns) = tensor.shape(sizes);
        let shape = tensor.torch_shape(sizes);
        let values = file.f32s(&name(tensor), &shape)?;
        all.extend_from_slice(DMatrix::from_row_slice(rows, columns, &values).as_slice());
    }
    Ok(Params::from_values(sizes, all))
}

/// What the recurrent tensors say of a stack by themselves.
pub(crate) struct Found {
    pub hidden: usize,
    /// The cell that such weights are taken for when nothing says which: the first one of these shapes.
    pub cell: CellKind,
    pub layers: usize,
}

impl Found {
    /// `name`: what the file calls a tensor.
    pub fn in_file(file: &File<'_>, name: impl Fn(Tensor) -> String) -> Result<Self> {
        let shape = file.shape(&name(Tensor::WeightHh(0))).map_err(or_shard)?;
        let &[rows, hidden] = shape else {
            return Err(Error::bad_weights(format!(
                "the recurrent weights have the shape {shape:?}, but must be a matrix."
            )));
        };
        let gates = rows.checked_div(hidden).unwrap_or(0);
        let cell = cell_with(gates).filter(|_| gates.saturating_mul(hidden) == rows);
        let cell = cell.ok_or_else(|| no_cell_has(shape))?;
        let has = |layer: &usize| file.shape(&name(Tensor::WeightHh(*layer))).is_ok();
        let layers = (0..=LAYERS.max as usize).take_while(has).count();
        Ok(Self {
            hidden,
            cell,
            layers,
        })
    }

    /// Refuses a cell, which the configuration names, whose weights have other shapes.
    #[inline(never)]
    pub fn check_cell(&self, said: CellKind, json: Option<&str>) -> Result<()> {
        let gates = self.cell.gates();
        if said.gates() == gates {
            return Ok(());
        }
        let cells = CellKind::ALL.iter().filter(|cell| cell.gates() == gates);
        let names: Vec<_> = cells.map(|cell| cell.name()).collect();
        let wanted = format!("{}, as its tensors are", alternatives(&names));
        Err(wrong_value(json.unwrap_or_default(), "cell", &wanted))
    }
}

/// The first cell whose weights have so many blocks of rows.
#[inline(never)]
fn cell_with(gates: usize) -> Option<CellKind> {
    let mut cells = CellKind::ALL.iter().copied();
    cells.find(|cell| cell.gates() == gates)
}

#[inline(never)]
fn no_cell_has(shape: &[usize]) -> Error {
    let mut reason = format!("the recurrent weights have the shape {shape:?}");
    for cell in CellKind::ALL {
        reason += &format!("; those of {} have {} H x H", cell.label(), cell.gates());
    }
    Error::bad_weights(reason + ".")
}

/// A file of another program or of a later version is named as such, rather than by the first tensor
/// that is missing.
fn refuse_foreign(file: &File<'_>) -> Result<()> {
    if let Some(version) = file.metadata("babble")
        && version != FORMAT_VERSION.to_string()
    {
        return Err(Error::bad_weights(format!(
            "the file has format version {version:?}, and this version of Babble reads {FORMAT_VERSION}."
        )));
    }
    let of_ours = |name: &str| name.starts_with("rnn.") || name.starts_with("head.");
    if !file.names().any(of_ours) {
        return Err(Error::bad_weights(
            "the file holds none of a recurrent network's tensors (rnn.weight_ih_l0, ..., head.bias).",
        ));
    }
    Ok(())
}

/// A tensor that the network does not have would be lost in silence.
fn refuse_unknown(file: &File<'_>, sizes: Sizes) -> Result<()> {
    let known = |name: &str| {
        name.starts_with("resume.") || sizes.tensors().any(|tensor| tensor.name() == name)
    };
    match file.names().find(|name| !known(name)) {
        Some(name) => Err(Error::bad_weights(format!(
            "the file holds a tensor {name:?}, which a network of {} {:?} layer{} does not have.",
            sizes.layers,
            sizes.cell,
            if sizes.layers == 1 { "" } else { "s" },
        ))),
        None => Ok(()),
    }
}

fn read_vocabulary(file: &File<'_>) -> Result<Vocabulary> {
    let list = file.metadata("vocab").ok_or_else(|| {
        Error::bad_weights("the file holds no vocabulary (metadata key \"vocab\").")
    })?;
    let (mut symbols, mut at) = (Vec::new(), 0);
    let mut last = String::new();
    // What is wrong ends the reading.
    let read = json::read(list, |reader| {
        reader.list(&mut |reader| {
            at += 1;
            last = reader.string()?;
            let mut characters = last.chars();
            symbols.push(characters.next()?);
            (characters.next().is_none() && at <= MAX_SYMBOLS).then_some(())
        })
    });
    if read.is_none() {
        let is_one = |string: &str| string.chars().nth(1).is_none() && !string.is_empty();
        return Err(Error::bad_weights(if at > MAX_SYMBOLS {
            format!("its vocabulary has more than {MAX_SYMBOLS} entries.")
        } else if at > 0 && !is_one(&last) {
            let start = last
                .char_indices()
                .nth(40)
                .map_or(last.len(), |(end, _)| end);
            format!(
                "entry {at} of its vocabulary is {:?}, which must be one character.",
                &last[..start]
            )
        } else {
            "its vocabulary is not a JSON list of one-character strings.".into()
        }));
    }
    let vocabulary = Vocabulary::from_symbols(symbols)?;
    if vocabulary.len() < 2 {
        return Err(Error::bad_weights(
            "its vocabulary has fewer than two symbols.",
        ));
    }
    Ok(vocabulary)
}

/// The vocabulary has an entry for each column of the input weights and each row of the readout.
fn check_vocabulary(file: &File<'_>, vocabulary: &Vocabulary) -> Result<()> {
    let (input, output) = (Tensor::WeightIh(0).name(), Tensor::HeadWeight.name());
    let size = |name: &str, at: usize| Some(*file.shape(name).ok()?.get(at)?);
    match (size(&input, 1), size(&output, 0)) {
        (Some(symbols), Some(answers)) if symbols == answers && symbols != vocabulary.len() => {
            Err(Error::bad_weights(format!(
                "its vocabulary has {} entries, but its tensors are made for {symbols}.",
                vocabulary.len()
            )))
        }
        // Whatever else does not fit is named with its tensor.
        _ => Ok(()),
    }
}

/// A tensor of the model is missing. It may lie in another file.
fn or_shard(missing: Error) -> Error {
    match missing {
        Error::BadWeights { reason } => Error::bad_weights(format!(
            "{reason} If the file is one of several, the shards of a model, save the model as one .safetensors file."
        )),
        other => other,
    }
}

/// The file's configuration. What it does not say of cell, depth and hidden size the tensors say; a file
/// without any (from PyTorch, say) has the default one otherwise.
fn read_config(file: &File<'_>, found: &Found) -> Result<Config> {
    let of_tensors = |others: RawConfig| RawConfig {
        cell: found.cell,
        layers: found.layers as f64,
        hidden_size: found.hidden as f64,
        ..others
    };
    let json = file.metadata("config");
    let raw = match json {
        None => of_tensors(RawConfig::from(&Config::default())),
        Some(json) => RawConfig::from_json(json, &of_tensors(RawConfig::default()))?,
    };
    let config = Config::from_raw(&raw).map_err(|error| match error.field() {
        Some(key) => RawConfig::wrong(json.unwrap_or("{}"), key),
        None => error,
    })?;
    found.check_cell(config.cell, json)?;
    for (key, said, found) in [
        ("layers", config.layers, found.layers),
        ("hiddenSize", config.hidden_size, found.hidden),
    ] {
        if said != found {
            let wanted = format!("{found}, as its tensors are");
            return Err(wrong_value(json.unwrap_or_default(), key, &wanted));
        }
    }
    Ok(config)
}

/// What `read` makes of a metadata entry, if there is one.
fn read_number<T>(
    file: &File<'_>,
    key: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(value) = file.metadata(key) else {
        return Ok(None);
    };
    read(value).map(Some).ok_or_else(|| {
        Error::bad_weights(format!(
            "its metadata {key:?} is {value:?}, which is not such a number."
        ))
    })
}

fn read_step(file: &File<'_>, key: &str) -> Result<Option<u64>> {
    match read_number(file, key, |value| value.parse().ok())? {
        Some(step) if step > MAX_COUNT => Err(Error::bad_weights(format!(
            "its metadata {key:?} is {step}, and no run comes that far."
        ))),
        step => Ok(step),
    }
}

/// A loss as metadata says it, which may be no number at all.
fn read_loss(value: &str) -> Option<f64> {
    let is_none = ["nan", "inf", "-inf"]
        .iter()
        .any(|name| value.eq_ignore_ascii_case(name));
    if is_none {
        return Some(f64::NAN);
    }
    json::read(value, |reader| reader.number())
}

fn read_measurement(file: &File<'_>, name: &str) -> Result<Option<HeldOut>> {
    let loss = read_number(file, &format!("{name}_loss"), read_loss)?;
    let step = read_step(file, &format!("{name}_step"))?;
    Ok(loss
        .filter(|loss| loss.is_finite())
        .zip(step)
        .map(|(loss, step)| HeldOut {
            loss,
            step,
            estimate: None,
        }))
}

fn read_resume(file: &File<'_>, config: &Config, sizes: Sizes) -> Result<Resume> {
    let read = |prefix: &str| {
        read_params(file, sizes, &|tensor| {
            format!("resume.{prefix}.{}", tensor.name())
        })
    };
    let moments = Rule::of(config)
        .moment_names()
        .iter()
        .map(|name| Ok(read(name)?.into_values()))
        .collect::<Result<_>>()?;
    let count = |name: &str| file.count(&format!("resume.{name}"));
    let position = usize::try_from(count("cursor")?)
        .map_err(|_| Error::bad_weights("its position lies behind any text."))?;
    let characters_seen = count("characters")?;
    // Earlier files have neither: then the next measurement is a whole turn away, and the schedule began with the run.
    let count_or = |name: &str, absent: u64| {
        let full = format!("resume.{name}");
        let there = file.names().any(|name| name == full);
        if there { count(name) } else { Ok(absent) }
    };
    let measured = count_or("measured", characters_seen)?;
    let schedule_start = count_or("schedule_start", 0)?;
    if schedule_start > characters_seen.min(config.run_characters) {
        return Err(Error::bad_weights(format!(
            "its schedule begins after {schedule_start} characters, which its run has not come to."
        )));
    }
    let raw = (config.averaging > 0.0).then(|| read("raw")).transpose()?;
    let states = [config.layers, config.batch_size, config.hidden_size];
    let best = if config.patience > 0 {
        Some(Best {
            held_out: read_measurement(file, "best")?,
            params: read("best")?,
            without_progress: count("stale")?,
        })
    } else {
        None
    };
    Ok(Resume {
        states: States {
            hidden: file.f32s("resume.hidden", &states)?,
            memory: if config.cell.has_memory() {
                file.f32s("resume.memory", &states)?
            } else {
                Vec::new()
            },
        },
        raw,
        best,
        measured,
        updates: count("updates")?,
        moments,
        cursor: Cursor {
            position,
            epoch: count("epoch")?,
        },
        characters_seen,
        schedule_start,
        random: count("random")?,
        skipped: count("skipped")?,
    })
}
