//! What a network consists of, as `torchinfo` tells it: every tensor, layer by layer. Imports `config`,
//! `params`, `report`, `train`.

use serde::Serialize;

use crate::config::Config;
use crate::corpus::Streams;
use crate::params::{Sizes, Tensor};
use crate::train::{character_sizes, working_bytes};

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
    pub working_bytes: usize,
}

/// The summary of the network that `config` makes for a text of so many `symbols`.
#[must_use]
pub fn summarize(config: &Config, symbols: usize) -> ModelSummary {
    let sizes = character_sizes(config, symbols);
    let streams = Streams {
        batch: config.batch_size,
        length: config.sequence_length,
        steps: config.sequence_length,
    };
    ModelSummary {
        tensors: sizes
            .tensors()
            .map(|tensor| of_tensor(tensor, sizes))
            .collect(),
        layers: layers(sizes),
        parameters: sizes.weights(),
        bytes: sizes.weights() * size_of::<f32>(),
        multiply_adds_per_character: sizes
            .tensors()
            .filter(|tensor| !tensor.is_bias() && *tensor != Tensor::WeightIh(0))
            .map(|tensor| parameters(tensor, sizes))
            .sum(),
        working_bytes: working_bytes::<f32>(sizes, streams, config),
    }
}

fn parameters(tensor: Tensor, sizes: Sizes) -> usize {
    let (rows, columns) = tensor.shape(sizes);
    rows * columns
}

fn of_tensor(tensor: Tensor, sizes: Sizes) -> TensorSummary {
    TensorSummary {
        name: tensor.name().into_owned(),
        shape: tensor.torch_shape(sizes),
        parameters: parameters(tensor, sizes),
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
                .map(|tensor| parameters(tensor, sizes))
                .sum(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CellKind;

    #[test]
    fn two_layers_of_an_lstm_have_the_parameters_that_torch_counts() {
        let config = Config {
            cell: CellKind::Lstm,
            hidden_size: 128,
            layers: 2,
            ..Config::default()
        };
        let summary = summarize(&config, 65);
        // nn.LSTM(65, 128, 2): 4 * 128 * (65 + 128 + 2) + 4 * 128 * (128 + 128 + 2); nn.Linear(128, 65).
        let by_layer: Vec<_> = summary
            .layers
            .iter()
            .map(|layer| layer.parameters)
            .collect();
        assert_eq!(by_layer, [99_840, 132_096, 8_385]);
        assert_eq!(summary.parameters, 240_321);
        assert_eq!(summary.bytes, 961_284);
        // One product of 512 x 128 in the first layer, two in the second, and the readout's.
        assert_eq!(summary.multiply_adds_per_character, 3 * 65_536 + 8_320);
        assert_eq!(summary.tensors[4].name, "rnn.weight_ih_l1");
        assert_eq!(summary.tensors[4].shape, [512, 128]);
        assert_eq!(summary.tensors[2].shape, [512]);
    }
}
