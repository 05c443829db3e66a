//! What is learned: the tensors of a network, by PyTorch's names, in one block of memory. Gradients
//! and an optimiser's moments have the same shape and are further `Params`.

use std::ops::Range;

use nalgebra::{DMatrix, DMatrixView};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use crate::cell::rnn;
use crate::linalg::Scalar;

/// The sizes that fix every tensor's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// `I`, the input's size: `V` for characters.
    pub inputs: usize,
    /// `H`.
    pub hidden: usize,
    /// The readout's size: `V` for characters.
    pub outputs: usize,
}

impl Sizes {
    /// How many weights there are in all.
    #[must_use]
    pub fn weights(self) -> usize {
        Tensor::HeadBias.range(self).end
    }
}

/// The tensors, in the order in which they lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tensor {
    /// `W_ih`, H x I.
    WeightIh,
    /// `W_hh`, H x H.
    WeightHh,
    /// `b_ih`, H x 1.
    BiasIh,
    /// `b_hh`, H x 1.
    BiasHh,
    /// `W_hy`, V x H.
    HeadWeight,
    /// `b_y`, V x 1.
    HeadBias,
}

impl Tensor {
    /// Every tensor, in the order of memory.
    pub const ALL: [Self; 6] = [
        Self::WeightIh,
        Self::WeightHh,
        Self::BiasIh,
        Self::BiasHh,
        Self::HeadWeight,
        Self::HeadBias,
    ];

    /// The key in a PyTorch module with `self.rnn = nn.RNN(...)` and `self.head = nn.Linear(...)`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WeightIh => "rnn.weight_ih_l0",
            Self::WeightHh => "rnn.weight_hh_l0",
            Self::BiasIh => "rnn.bias_ih_l0",
            Self::BiasHh => "rnn.bias_hh_l0",
            Self::HeadWeight => "head.weight",
            Self::HeadBias => "head.bias",
        }
    }

    /// (rows, columns) under these sizes.
    #[must_use]
    pub fn shape(self, sizes: Sizes) -> (usize, usize) {
        let Sizes {
            inputs,
            hidden,
            outputs,
        } = sizes;
        match self {
            Self::WeightIh => (hidden, inputs),
            Self::WeightHh => (hidden, hidden),
            Self::BiasIh | Self::BiasHh => (hidden, 1),
            Self::HeadWeight => (outputs, hidden),
            Self::HeadBias => (outputs, 1),
        }
    }

    /// Whether it is a vector in PyTorch.
    #[must_use]
    pub fn is_bias(self) -> bool {
        matches!(self, Self::BiasIh | Self::BiasHh | Self::HeadBias)
    }

    fn range(self, sizes: Sizes) -> Range<usize> {
        let count = |tensor: Self| {
            let (rows, columns) = tensor.shape(sizes);
            rows * columns
        };
        let start = Self::ALL
            .iter()
            .take_while(|&&before| before != self)
            .map(|&t| count(t))
            .sum();
        start..start + count(self)
    }
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

    /// These values, in the order of [`Tensor::ALL`].
    ///
    /// # Panics
    /// When they are not as many as the sizes ask for.
    #[must_use]
    pub fn from_values(sizes: Sizes, values: Vec<S>) -> Self {
        assert_eq!(values.len(), sizes.weights(), "one value for each weight");
        Self { sizes, values }
    }

    /// The values alone, in the order of [`Tensor::ALL`].
    #[must_use]
    pub fn into_values(self) -> Vec<S> {
        self.values
    }

    /// Fresh weights: the recurrent ones orthogonal (Saxe et al. 2014), the others uniform after
    /// Glorot and Bengio (2010), biases zero.
    #[must_use]
    pub fn random(sizes: Sizes, rng: &mut impl Rng) -> Self {
        let mut params = Self::zeros(sizes);
        for tensor in [Tensor::WeightIh, Tensor::HeadWeight] {
            let (rows, columns) = tensor.shape(sizes);
            fill_glorot(params.get_mut(tensor), rows + columns, rng);
        }
        let hidden = sizes.hidden;
        let gaussian: DMatrix<f64> =
            DMatrix::from_fn(hidden, hidden, |_, _| StandardNormal.sample(rng));
        let (mut q, r) = gaussian.qr().unpack();
        // Without these signs q would not be drawn evenly (Mezzadri 2007).
        for (mut column, diagonal) in q.column_iter_mut().zip(r.diagonal().iter()) {
            column *= diagonal.signum();
        }
        for (weight, &value) in params.get_mut(Tensor::WeightHh).iter_mut().zip(q.iter()) {
            *weight = S::of(value);
        }
        params
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

    /// All tensors in a row, in the order of [`Tensor::ALL`].
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

    /// The cell's tensors.
    #[must_use]
    pub fn cell(&self) -> rnn::Tensors<&[S]> {
        rnn::Tensors {
            weight_ih: self.get(Tensor::WeightIh),
            weight_hh: self.get(Tensor::WeightHh),
            bias_ih: self.get(Tensor::BiasIh),
            bias_hh: self.get(Tensor::BiasHh),
        }
    }

    /// The cell's tensors, to change.
    pub fn cell_mut(&mut self) -> rnn::Tensors<&mut [S]> {
        let (hidden, inputs) = (self.sizes.hidden, self.sizes.inputs);
        let (weight_ih, rest) = self.values.split_at_mut(hidden * inputs);
        let (weight_hh, rest) = rest.split_at_mut(hidden * hidden);
        let (bias_ih, rest) = rest.split_at_mut(hidden);
        let (bias_hh, _) = rest.split_at_mut(hidden);
        rnn::Tensors {
            weight_ih,
            weight_hh,
            bias_ih,
            bias_hh,
        }
    }

    /// These weights with `more` further symbols at the end: fresh input columns and readout rows.
    #[must_use]
    pub fn grown(&self, more: usize, rng: &mut impl Rng) -> Self {
        let Sizes {
            inputs,
            hidden,
            outputs,
        } = self.sizes;
        let sizes = Sizes {
            inputs: inputs + more,
            hidden,
            outputs: outputs + more,
        };
        let mut grown = Self::random(sizes, rng);
        for tensor in Tensor::ALL {
            let (rows, columns) = tensor.shape(self.sizes);
            let (rows_now, _) = tensor.shape(sizes);
            let into = grown.get_mut(tensor).chunks_exact_mut(rows_now);
            for (into, from) in into.zip(self.get(tensor).chunks_exact(rows)).take(columns) {
                into[..rows].copy_from_slice(from);
            }
        }
        grown
    }
}

/// Uniform values in +-sqrt(6 / fans).
fn fill_glorot<S: Scalar>(values: &mut [S], fans: usize, rng: &mut impl Rng) {
    let bound = (6.0 / fans as f64).sqrt();
    values
        .iter_mut()
        .for_each(|value| *value = S::of(rng.random_range(-bound..bound)));
}
