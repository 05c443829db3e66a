//! Fresh weights: those of a network that begins, and those of symbols that it gains.

use nalgebra::DMatrix;
use rand::{Rng, RngExt};

use super::{Params, Sizes, Tensor};
use crate::config::Initialization;
use crate::linalg::Scalar;

impl<S: Scalar> Params<S> {
    /// Fresh weights. A `forget_bias` above 0 is what the input biases of an LSTM's forget gates begin with
    /// (Jozefowicz, Zaremba, Sutskever 2015), the recurrent ones then with 0.
    #[must_use]
    pub fn random(
        sizes: Sizes,
        initialization: Initialization,
        forget_bias: f64,
        rng: &mut impl Rng,
    ) -> Self {
        let mut params = Self::zeros(sizes);
        match initialization {
            Initialization::Orthogonal => params.fill_orthogonal(rng),
            Initialization::Uniform => {
                fill_uniform(
                    &mut params.values,
                    (sizes.hidden as f64).sqrt().recip(),
                    rng,
                );
            }
        }
        if let Some(gate) = sizes.cell.properties().forget_gate
            && forget_bias > 0.0
        {
            let forget = gate * sizes.hidden..(gate + 1) * sizes.hidden;
            for layer in 0..sizes.layers {
                params.get_mut(Tensor::BiasIh(layer))[forget.clone()].fill(S::of(forget_bias));
                params.get_mut(Tensor::BiasHh(layer))[forget.clone()].fill(S::zero());
            }
        }
        params
    }

    /// The recurrent weights orthogonal (Saxe et al. 2014), gate by gate, the others uniform after Glorot
    /// and Bengio (2010), biases left at zero.
    fn fill_orthogonal(&mut self, rng: &mut impl Rng) {
        let sizes = self.sizes;
        for tensor in sizes.tensors().filter(|tensor| !tensor.is_bias()) {
            let (rows, columns) = tensor.shape(sizes);
            match tensor {
                Tensor::WeightHh(_) => {
                    for gate in 0..sizes.cell.gates() {
                        let block = orthogonal(sizes.hidden, rng);
                        let into = self.get_mut(tensor).chunks_exact_mut(rows);
                        for (into, from) in into.zip(block.column_iter()) {
                            let into = &mut into[gate * sizes.hidden..][..sizes.hidden];
                            into.iter_mut()
                                .zip(from.iter())
                                .for_each(|(weight, &value)| *weight = S::of(value));
                        }
                    }
                }
                Tensor::HeadWeight => {
                    fill_uniform(self.get_mut(tensor), glorot(rows, columns), rng);
                }
                _ => {
                    fill_uniform(self.get_mut(tensor), glorot(sizes.hidden, columns), rng);
                }
            }
        }
    }

    /// These weights with `more` further symbols at the end: fresh input columns and readout rows.
    #[must_use]
    pub fn grown(&self, more: usize, rng: &mut impl Rng) -> Self {
        let sizes = Sizes {
            inputs: self.sizes.inputs + more,
            outputs: self.sizes.outputs + more,
            ..self.sizes
        };
        let mut grown = Self::zeros(sizes);
        for tensor in sizes.tensors() {
            let (rows, columns) = tensor.shape(self.sizes);
            let (rows_now, columns_now) = tensor.shape(sizes);
            if (rows, columns) != (rows_now, columns_now) && !tensor.is_bias() {
                let bound = glorot(rows_now.min(sizes.hidden), columns_now);
                fill_uniform(grown.get_mut(tensor), bound, rng);
            }
            let into = grown.get_mut(tensor).chunks_exact_mut(rows_now);
            for (into, from) in into.zip(self.get(tensor).chunks_exact(rows)).take(columns) {
                into[..rows].copy_from_slice(from);
            }
        }
        grown
    }
}

/// Glorot's bound: sqrt(6 / (fan in + fan out)).
fn glorot(rows: usize, columns: usize) -> f64 {
    (6.0 / (rows + columns) as f64).sqrt()
}

/// Uniform values in +-bound.
fn fill_uniform<S: Scalar>(values: &mut [S], bound: f64, rng: &mut impl Rng) {
    values
        .iter_mut()
        .for_each(|value| *value = S::of(rng.random_range(-bound..bound)));
}

/// A standard normal number by the polar method (Marsaglia and Bray 1964), which needs no tables.
fn standard_normal(rng: &mut impl Rng) -> f64 {
    loop {
        let (x, y): (f64, f64) = (rng.random_range(-1.0..1.0), rng.random_range(-1.0..1.0));
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            // The other of the pair is let go: it is drawn a few thousand times in a run.
            return x * (-2.0 * square.ln() / square).sqrt();
        }
    }
}

/// An orthogonal matrix, drawn evenly.
fn orthogonal(n: usize, rng: &mut impl Rng) -> DMatrix<f64> {
    let gaussian: DMatrix<f64> = DMatrix::from_fn(n, n, |_, _| standard_normal(rng));
    // The decomposition leaves no minus on R's diagonal, so that Q is drawn evenly (Mezzadri 2007).
    gaussian.qr().q()
}
