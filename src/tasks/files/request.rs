//! A request out of a file, held against the network that will answer it; and what the lenses make of it.

use super::memory::{Overhead, working_bytes};
use super::sequences::{SequenceFile, Values, classes, reals};
use super::{ACTIVATIONS, LAG, words_of};
use crate::config::MAX_WORKING_BYTES;
use crate::formats::safetensors::{Data, File, Tensor as FileTensor};
use crate::nn::lenses;
use crate::nn::params::{Params, Sizes};
use crate::tasks::network::{LossKind, Network, Readout, Request, Target};
use crate::{Error, Result};

/// A whole request as it came.
pub struct RequestFile {
    pub source: SequenceFile,
    pub decoder: Option<SequenceFile>,
    /// Steps of the source, or one to many of the response.
    pub steps: usize,
    pub h0: Option<Vec<f32>>,
    pub c0: Option<Vec<f32>>,
    pub target: Option<Values>,
    /// What asking it takes at most.
    pub bytes: u64,
}

impl RequestFile {
    pub fn read(
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
    pub fn refuse_uninspected(&self, name: &str, readout: Readout) -> Result<()> {
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
    pub fn activations(&self, params: &Params<f32>) -> FileTensor {
        let Sizes { layers, hidden, .. } = params.sizes();
        let SequenceFile { steps, batch, .. } = self.source;
        let mut values = vec![0.0; layers * steps * batch * hidden];
        for (stream, ids) in self.source.streams().enumerate() {
            let units = lenses::read(params, &ids, true).units;
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
    pub fn lag(&self, params: &Params<f32>) -> FileTensor {
        let SequenceFile { steps, batch, .. } = self.source;
        let classes = self.target.as_ref().map_or(&[][..], Values::symbols);
        let mut values = vec![0.0; steps * batch];
        for (stream, ids) in self.source.streams().enumerate() {
            // Many to one there is one for each stream, whatever its length.
            let of_last = classes.len().min(ids.len() * batch) - batch;
            let influence = lenses::influence(params, &ids, classes[of_last + stream]);
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

    pub fn request(&self) -> Request<'_, f32> {
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
