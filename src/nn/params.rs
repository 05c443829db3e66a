//! What is learned: the tensors of a network, by PyTorch's names, in one block of memory. Gradients
//! and an optimiser's moments have the same shape and are further `Params`.

mod fresh;

use std::borrow::Cow;
use std::ops::Range;

use nalgebra::DMatrixView;

use crate::config::{CellKind, Config};
use crate::linalg::Scalar;

/// The sizes that fix every tensor's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// The recurrence of every layer.
    pub cell: CellKind,
    /// `I`, the input's size: `V` for characters.
    pub inputs: usize,
    /// `H`.
    pub hidden: usize,
    /// `L`.
    pub layers: usize,
    /// `O`, the readout's size: `V` for characters. 0 for a stack without a readout.
    pub outputs: usize,
}

impl Sizes {
    /// The sizes of a network that `config` makes from characters to characters, of so many `symbols`.
    #[must_use]
    pub fn of(config: &Config, symbols: usize) -> Self {
        Self {
            cell: config.cell,
            inputs: symbols,
            hidden: config.hidden_size,
            layers: config.layers,
            outputs: symbols,
        }
    }

    /// How many weights there are in all; saturates.
    #[must_use]
    pub fn weights(self) -> usize {
        let head = self.outputs.saturating_mul(self.hidden.saturating_add(1));
        self.layer_start(self.layers).saturating_add(head)
    }

    /// The input's size of layer `layer`.
    #[must_use]
    pub fn inputs_of(self, layer: usize) -> usize {
        if layer == 0 { self.inputs } else { self.hidden }
    }

    /// `G*H`, the rows of a layer's weights.
    #[must_use]
    pub fn rows(self) -> usize {
        self.cell.gates() * self.hidden
    }

    /// The tensors, in the order in which they lie in memory.
    pub fn tensors(self) -> impl Iterator<Item = Tensor> + Clone {
        let layers = (0..self.layers).flat_map(|l| {
            [
                Tensor::WeightIh(l),
                Tensor::WeightHh(l),
                Tensor::BiasIh(l),
                Tensor::BiasHh(l),
            ]
        });
        let head = [Tensor::HeadWeight, Tensor::HeadBias];
        layers.chain(head.into_iter().filter(move |_| self.outputs > 0))
    }

    /// The learning rate of every tensor's weights, in the order in which they lie in memory. Weights from unit to
    /// unit ([`Tensor::is_recurrent`]) learn at `recurrent_rate` of it.
    pub fn learning_rates(
        self,
        learning_rate: f64,
        recurrent_rate: f64,
    ) -> impl Iterator<Item = (Range<usize>, f64)> {
        self.tensors().map(move |tensor| {
            let share = if tensor.is_recurrent() {
                recurrent_rate
            } else {
                1.0
            };
            (tensor.range(self), share * learning_rate)
        })
    }

    /// Where layer `layer` begins in memory; saturates.
    fn layer_start(self, layer: usize) -> usize {
        let columns = self
            .inputs
            .saturating_add(self.hidden.saturating_add(2).saturating_mul(layer))
            .saturating_add(self.hidden.saturating_mul(layer.saturating_sub(1)));
        if layer == 0 {
            0
        } else {
            self.rows().saturating_mul(columns)
        }
    }
}

/// One tensor; the number is its layer's, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tensor {
    /// `W_ih`, G*H x I (the layers above the first read H).
    WeightIh(usize),
    /// `W_hh`, G*H x H.
    WeightHh(usize),
    /// `b_ih`, G*H x 1.
    BiasIh(usize),
    /// `b_hh`, G*H x 1.
    BiasHh(usize),
    /// `W_hy`, O x H.
    HeadWeight,
    /// `b_y`, O x 1.
    HeadBias,
}

impl Tensor {
    /// The key in a PyTorch module with `self.rnn = nn.RNN(...)` (or `nn.GRU`, `nn.LSTM`) and
    /// `self.head = nn.Linear(...)`.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::WeightIh(layer) => format!("rnn.weight_ih_l{layer}").into(),
            Self::WeightHh(layer) => format!("rnn.weight_hh_l{layer}").into(),
            Self::BiasIh(layer) => format!("rnn.bias_ih_l{layer}").into(),
            Self::BiasHh(layer) => format!("rnn.bias_hh_l{layer}").into(),
            Self::HeadWeight => "head.weight".into(),
            Self::HeadBias => "head.bias".into(),
        }
    }

    /// (rows, columns) under these sizes.
    #[must_use]
    pub fn shape(self, sizes: Sizes) -> (usize, usize) {
        match self {
            Self::WeightIh(layer) => (sizes.rows(), sizes.inputs_of(layer)),
            Self::WeightHh(_) => (sizes.rows(), sizes.hidden),
            Self::BiasIh(_) | Self::BiasHh(_) => (sizes.rows(), 1),
            Self::HeadWeight => (sizes.outputs, sizes.hidden),
            Self::HeadBias => (sizes.outputs, 1),
        }
    }

    /// The shape as PyTorch has it: a bias is a vector.
    #[must_use]
    pub fn torch_shape(self, sizes: Sizes) -> Vec<usize> {
        let (rows, columns) = self.shape(sizes);
        if self.is_bias() {
            vec![rows]
        } else {
            vec![rows, columns]
        }
    }

    /// Whether it is a vector in PyTorch.
    #[must_use]
    pub fn is_bias(self) -> bool {
        matches!(self, Self::BiasIh(_) | Self::BiasHh(_) | Self::HeadBias)
    }

    /// Whether its weights lead from unit to unit, within a layer or from one to the next.
    #[must_use]
    pub fn is_recurrent(self) -> bool {
        match self {
            Self::WeightHh(_) => true,
            Self::WeightIh(layer) => layer > 0,
            _ => false,
        }
    }

    /// Where its numbers lie among those of all tensors.
    pub(crate) fn range(self, sizes: Sizes) -> Range<usize> {
        let (rows, hidden) = (sizes.rows(), sizes.hidden);
        let start = match self {
            Self::WeightIh(layer) => sizes.layer_start(layer),
            Self::WeightHh(layer) => sizes.layer_start(layer) + rows * sizes.inputs_of(layer),
            Self::BiasIh(layer) => sizes.layer_start(layer + 1) - 2 * rows,
            Self::BiasHh(layer) => sizes.layer_start(layer + 1) - rows,
            Self::HeadWeight => sizes.layer_start(sizes.layers),
            Self::HeadBias => sizes.layer_start(sizes.layers) + sizes.outputs * hidden,
        };
        let (rows, columns) = self.shape(sizes);
        start..start + rows * columns
    }
}

/// One layer's tensors as column-major slices: weights themselves or, in their shapes, gradients.
#[derive(Debug)]
pub struct LayerTensors<T> {
    /// `W_ih`, G*H x I.
    pub weight_ih: T,
    /// `W_hh`, G*H x H.
    pub weight_hh: T,
    /// `b_ih`, G*H.
    pub bias_ih: T,
    /// `b_hh`, G*H.
    pub bias_hh: T,
}

/// The tensors of one network, each column-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Params<S> {
    sizes: Sizes,
    values: Vec<S>,
}

impl<S: Scalar> Params<S> {
    /// All zeros.
    #[must_use]
    pub fn zeros(sizes: Sizes) -> Self {
        Self {
            sizes,
            values: vec![S::zero(); sizes.weights()],
        }
    }

    /// These values, in the order of [`Sizes::tensors`].
    ///
    /// # Panics
    /// When they are not as many as the sizes ask for.
    #[must_use]
    pub fn from_values(sizes: Sizes, values: Vec<S>) -> Self {
        assert_eq!(values.len(), sizes.weights(), "one value for each weight");
        Self { sizes, values }
    }

    /// The values alone, in the order of [`Sizes::tensors`].
    #[must_use]
    pub fn into_values(self) -> Vec<S> {
        self.values
    }

    /// The sizes.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All tensors in a row, in the order of [`Sizes::tensors`].
    #[must_use]
    pub fn values(&self) -> &[S] {
        &self.values
    }

    /// As [`Params::values`], to change.
    pub fn values_mut(&mut self) -> &mut [S] {
        &mut self.values
    }

    /// One tensor, column by column.
    #[must_use]
    pub fn get(&self, tensor: Tensor) -> &[S] {
        &self.values[tensor.range(self.sizes)]
    }

    /// As [`Params::get`], to change.
    pub fn get_mut(&mut self, tensor: Tensor) -> &mut [S] {
        &mut self.values[tensor.range(self.sizes)]
    }

    /// One tensor as a matrix of its [`Tensor::shape`].
    #[must_use]
    pub fn matrix(&self, tensor: Tensor) -> DMatrixView<'_, S> {
        let (rows, columns) = tensor.shape(self.sizes);
        DMatrixView::from_slice(self.get(tensor), rows, columns)
    }

    /// One layer's tensors.
    #[must_use]
    pub fn layer(&self, layer: usize) -> LayerTensors<&[S]> {
        LayerTensors {
            weight_ih: self.get(Tensor::WeightIh(layer)),
            weight_hh: self.get(Tensor::WeightHh(layer)),
            bias_ih: self.get(Tensor::BiasIh(layer)),
            bias_hh: self.get(Tensor::BiasHh(layer)),
        }
    }

    /// One layer's tensors, to change.
    pub fn layer_mut(&mut self, layer: usize) -> LayerTensors<&mut [S]> {
        let (rows, hidden) = (self.sizes.rows(), self.sizes.hidden);
        let inputs = self.sizes.inputs_of(layer);
        let rest = &mut self.values[self.sizes.layer_start(layer)..];
        let (weight_ih, rest) = rest.split_at_mut(rows * inputs);
        let (weight_hh, rest) = rest.split_at_mut(rows * hidden);
        let (bias_ih, rest) = rest.split_at_mut(rows);
        let (bias_hh, _) = rest.split_at_mut(rows);
        LayerTensors {
            weight_ih,
            weight_hh,
            bias_ih,
            bias_hh,
        }
    }
}
