//! Sequences out of a file: real values or ids, with their lengths.

use crate::data::vocab::SymbolId;
use crate::formats::safetensors::{File, finite};
use crate::nn::cell::Input;
use crate::tasks::network::Sequences;
use crate::{Error, Result};

/// Values of one of two kinds.
pub enum Values {
    Symbols(Vec<SymbolId>),
    Dense(Vec<f32>),
}

impl Values {
    pub fn input(&self) -> Input<'_, f32> {
        match self {
            Self::Symbols(ids) => Input::Symbols(ids),
            Self::Dense(x) => Input::Dense(x),
        }
    }

    pub fn is_dense(&self) -> bool {
        matches!(self, Self::Dense(_))
    }

    /// None where they are real.
    pub fn symbols(&self) -> &[SymbolId] {
        match self {
            Self::Symbols(ids) => ids,
            Self::Dense(_) => &[],
        }
    }
}

/// Sequences as they came.
pub struct SequenceFile {
    pub values: Values,
    pub steps: usize,
    pub batch: usize,
    pub lengths: Option<Vec<usize>>,
}

impl SequenceFile {
    pub fn sequences(&self, steps: usize) -> Sequences<'_, f32> {
        Sequences {
            input: self.values.input(),
            steps,
            lengths: self.lengths.as_deref(),
        }
    }

    /// The symbols of each sequence, up to its end.
    pub fn streams(&self) -> impl Iterator<Item = Vec<SymbolId>> {
        (0..self.batch).map(|stream| {
            let steps = self.lengths.as_ref().map_or(self.steps, |of| of[stream]);
            let of_stream = self.values.symbols().iter().skip(stream);
            of_stream.step_by(self.batch).take(steps).copied().collect()
        })
    }

    /// `x` or `ids`, and `lengths`, each behind `prefix`, for a stack that reads `inputs`. `steps`: how many
    /// steps a sequence may have, where it is not as many as are given.
    pub fn from(
        file: &File<'_>,
        prefix: &str,
        inputs: usize,
        steps: Option<usize>,
    ) -> Result<Self> {
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
pub fn reals(
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
pub fn classes(
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
