//! What a network consists of, as `torchinfo` lists it: every tensor, layer by layer.

use serde::Serialize;

use crate::config::Config;
use crate::data::corpus::Streams;
use crate::nn::params::{Sizes, Tensor};
use crate::training::trainer::working_bytes;

/// One tensor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TensorSummary {
    /// PyTorch's name.
    pub name: String,
    /// PyTorch's shape.
    pub shape: Vec<usize>,
    /// How many numbers.
    pub parameters: usize,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayerSummary {
    /// "rnn l0", ..., "head".
    pub name: String,
    /// How many numbers its tensors have.
    pub parameters: usize,
}

/// A network from characters to characters, before or after it exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    /// Every tensor, in the order of the weights file.
    pub tensors: Vec<TensorSummary>,
    /// The layers, from the input up.
    pub layers: Vec<LayerSummary>,
    /// Weights in all.
    pub parameters: usize,
    /// Bytes that they take as f32.
    pub bytes: usize,
    /// Multiply-adds that reading one character and predicting the next takes. The first layer's input is
    /// a look-up and costs none.
    pub multiply_adds_per_character: usize,
    /// Bytes that training takes at most, the text aside.
    pub working_bytes: u64,
}

/// The summary of the network that `config` makes for a text of so many `symbols`.
#[must_use]
pub fn summarize(config: &Config, symbols: usize) -> ModelSummary {
    let sizes = Sizes::of(config, symbols);
    let streams = Streams {
        batch: config.batch_size,
        length: config.sequence_length,
        passage: config.sequence_length,
        steps: config.sequence_length,
    };
    let of_tensor = |tensor: Tensor| TensorSummary {
        name: tensor.name().into_owned(),
        shape: tensor.torch_shape(sizes),
        parameters: tensor.range(sizes).len(),
    };
    ModelSummary {
        tensors: sizes.tensors().map(of_tensor).collect(),
        layers: layers(sizes),
        parameters: sizes.weights(),
        bytes: sizes.weights() * size_of::<f32>(),
        multiply_adds_per_character: sizes
            .tensors()
            .filter(|tensor| !tensor.is_bias() && *tensor != Tensor::WeightIh(0))
            .map(|tensor| tensor.range(sizes).len())
            .sum(),
        working_bytes: working_bytes::<f32>(sizes, streams, config),
    }
}

fn layers(sizes: Sizes) -> Vec<LayerSummary> {
    let layer_of = |tensor| match tensor {
        Tensor::WeightIh(l) | Tensor::WeightHh(l) | Tensor::BiasIh(l) | Tensor::BiasHh(l) => l,
        Tensor::HeadWeight | Tensor::HeadBias => sizes.layers,
    };
    (0..=sizes.layers)
        .map(|layer| LayerSummary {
            name: if layer == sizes.layers {
                "head".to_owned()
            } else {
                format!("rnn l{layer}")
            },
            parameters: sizes
                .tensors()
                .filter(|&tensor| layer_of(tensor) == layer)
                .map(|tensor| tensor.range(sizes).len())
                .sum(),
        })
        .collect()
}
