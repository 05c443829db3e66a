//! One time step of one layer backwards, by the equations of each cell, with a mistake in it or none.

use super::{Mistake, Vector};
use crate::config::CellKind;
use crate::nn::unrolled::LayerStep;

/// One time step of one layer, as the way back needs it.
pub(super) struct Step {
    /// The blocks of gates.
    pub gates: Vec<Vector>,
    pub h_before: Vector,
    pub h: Vector,
    pub c_before: Vector,
    pub c: Vector,
}

/// What goes back from one time step.
pub(super) struct Back {
    /// The gradient of `W_ih x + b_ih`: G*H.
    pub d_a: Vector,
    /// The gradient of `W_hh h + b_hh`: G*H.
    pub d_r: Vector,
    /// What goes past the weights to the state before: H.
    pub carry: Vector,
    /// The gradient of the memory: H, of an LSTM alone.
    pub d_c: Vector,
    /// What goes to the memory before: H, of an LSTM alone.
    pub d_c_before: Vector,
    /// The gradients of the gates, in the blocks of [`LayerStep::gates`].
    pub d_gates: Vector,
}

impl Back {
    /// That of a cell that needs only the sum of both products.
    fn summed(d_gates: Vector, hidden: usize) -> Self {
        Self {
            d_a: d_gates.clone(),
            d_r: d_gates.clone(),
            carry: Vector::zeros(hidden),
            d_c: Vector::zeros(0),
            d_c_before: Vector::zeros(0),
            d_gates,
        }
    }
}

impl Step {
    pub fn of(states: &[&LayerStep], t: usize) -> Self {
        let now = states[t];
        let hidden = now.h.len();
        let vector = |values: &[f64]| Vector::from_column_slice(values);
        let before = |of: fn(&LayerStep) -> &Vec<f64>| {
            let zeros = || Vector::zeros(of(now).len());
            t.checked_sub(1)
                .map_or_else(zeros, |t| vector(of(states[t])))
        };
        Self {
            gates: now.gates.chunks_exact(hidden).map(vector).collect(),
            h_before: before(|step| &step.h),
            h: vector(&now.h),
            c_before: before(|step| &step.c),
            c: vector(&now.c),
        }
    }

    /// `d_c_next`: d_c_{t+1} * f_{t+1}, of an LSTM.
    pub fn backward(
        &self,
        cell: CellKind,
        d_h: &Vector,
        d_c_next: &Vector,
        mistake: Option<Mistake>,
    ) -> Back {
        match cell {
            CellKind::Gru => self.gru_backward(d_h, mistake),
            CellKind::Lstm => self.lstm_backward(d_h, d_c_next, mistake),
            _ => self.rnn_backward(d_h, mistake),
        }
    }

    /// d_z = d_h * (1 - h^2)
    fn rnn_backward(&self, d_h: &Vector, mistake: Option<Mistake>) -> Back {
        let read = if mistake == Some(Mistake::StateOff) {
            &self.h_before
        } else {
            &self.h
        };
        let slope = read.map(|h| 1.0 - h * h);
        let d_z = match mistake {
            Some(Mistake::ForgetSlope) => d_h.clone(),
            Some(Mistake::ForgetAbove) => slope,
            _ => d_h.component_mul(&slope),
        };
        Back::summed(d_z, d_h.len())
    }

    /// See [`crate::nn::cell`] for the equations.
    fn gru_backward(&self, d_h: &Vector, mistake: Option<Mistake>) -> Back {
        let makes = |which: Mistake| mistake == Some(which);
        let [n, r, z, m] = [0, 1, 2, 3].map(|block| &self.gates[block]);
        let gate_slope = |s: &Vector| gate_slope(s, mistake);
        let (mut kept, mut renewed) = (z.clone(), z.map(|z| 1.0 - z));
        if makes(Mistake::SwapUpdate) {
            std::mem::swap(&mut kept, &mut renewed);
        }
        let mut d_n = d_h.component_mul(&renewed);
        if !makes(Mistake::ForgetSlope) {
            d_n.component_mul_assign(&n.map(|n| 1.0 - n * n));
        }
        let d_r = d_n.component_mul(m).component_mul(&gate_slope(r));
        let d_z = d_h
            .component_mul(&(&self.h_before - n))
            .component_mul(&gate_slope(z));
        let d_m = if makes(Mistake::ForgetReset) || makes(Mistake::ResetBefore) {
            d_n.clone()
        } else {
            d_n.component_mul(r)
        };
        Back {
            d_a: stacked(&[&d_r, &d_z, &d_n]),
            d_r: stacked(&[&d_r, &d_z, &d_m]),
            carry: if makes(Mistake::ForgetCarry) {
                Vector::zeros(d_h.len())
            } else {
                d_h.component_mul(&kept)
            },
            d_c: Vector::zeros(0),
            d_c_before: Vector::zeros(0),
            d_gates: stacked(&[&d_n, &d_r, &d_z, &d_m]),
        }
    }

    /// See [`crate::nn::cell`] for the equations.
    fn lstm_backward(&self, d_h: &Vector, d_c_next: &Vector, mistake: Option<Mistake>) -> Back {
        let makes = |which: Mistake| mistake == Some(which);
        let [i, f, g, o] = [0, 1, 2, 3].map(|block| &self.gates[block]);
        let gate_slope = |s: &Vector| gate_slope(s, mistake);
        let tanh_c = self.c.map(f64::tanh);
        let mut d_c = if makes(Mistake::ForgetOutput) {
            d_h.clone()
        } else {
            d_h.component_mul(o)
        };
        if !makes(Mistake::ForgetSlope) {
            d_c.component_mul_assign(&tanh_c.map(|tanh_c| 1.0 - tanh_c * tanh_c));
        }
        if !makes(Mistake::ForgetMemory) {
            d_c += d_c_next;
        }
        let memory = if makes(Mistake::MemoryOff) {
            &self.c
        } else {
            &self.c_before
        };
        let d_o = d_h.component_mul(&tanh_c).component_mul(&gate_slope(o));
        let d_i = d_c.component_mul(g).component_mul(&gate_slope(i));
        let d_f = d_c.component_mul(memory).component_mul(&gate_slope(f));
        let d_g = d_c.component_mul(i).component_mul(&g.map(|g| 1.0 - g * g));
        let d_gates = stacked(&[&d_i, &d_f, &d_g, &d_o]);
        Back {
            d_c_before: if makes(Mistake::ForgetForget) {
                d_c.clone()
            } else {
                d_c.component_mul(f)
            },
            d_c,
            ..Back::summed(d_gates, d_h.len())
        }
    }
}

/// s (1 - s), the slope of a gate's sigmoid.
fn gate_slope(s: &Vector, mistake: Option<Mistake>) -> Vector {
    s.map(|s| match mistake {
        Some(Mistake::ForgetGateSlope) => 1.0,
        _ => s * (1.0 - s),
    })
}

/// Blocks, one above the other.
fn stacked(blocks: &[&Vector]) -> Vector {
    let values = blocks.iter().flat_map(|block| block.iter().copied());
    Vector::from_iterator(blocks.len() * blocks[0].len(), values)
}
