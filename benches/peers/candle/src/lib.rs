//! The benchmark's workloads on candle: the same step as Babble's, as one would write it with this
//! library. The first layer's input is a look-up (`index_select`), the readout and the upper layers'
//! inputs are products over the whole chunk, the recurrence goes step by step; softmax cross-entropy
//! over every step, gradients by candle's autodiff, clipping by the global norm, Adam.

use candle_core::{D, DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, loss, ops};

const CLIP_NORM: f64 = 5.0;
const LEARNING_RATE: f64 = 0.002;

#[derive(Clone, Copy)]
enum Cell {
    Rnn,
    Gru,
    Lstm,
}

struct Layer {
    /// I x G*H
    weight_ih: Var,
    /// H x G*H
    weight_hh: Var,
    bias_ih: Var,
    bias_hh: Var,
}

pub struct Training {
    cell: Cell,
    hidden: usize,
    batch: usize,
    steps: usize,
    symbols: usize,
    layers: Vec<Layer>,
    head: Var,
    head_bias: Var,
    states: Vec<(Tensor, Tensor)>,
    optimizer: AdamW,
    random: Random,
}

/// Numbers in [0, 1) for the first weights and the characters, by a congruential generator. (candle's
/// own would ask the browser for entropy.)
struct Random(u32);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 24) as f32
    }
}

impl Training {
    fn new(
        cell: Cell,
        hidden: usize,
        layers: usize,
        batch: usize,
        steps: usize,
        symbols: usize,
    ) -> Result<Self> {
        let device = Device::Cpu;
        let gates = hidden
            * match cell {
                Cell::Rnn => 1,
                Cell::Gru => 3,
                Cell::Lstm => 4,
            };
        let bound = 1.0 / (hidden as f32).sqrt();
        let mut random = Random(1);
        let mut uniform = |rows: usize, columns: usize| {
            let values = (0..rows * columns).map(|_| (2.0 * random.next() - 1.0) * bound);
            Var::from_vec(values.collect(), (rows, columns), &device)
        };
        let layers = (0..layers)
            .map(|layer| {
                Ok(Layer {
                    weight_ih: uniform(if layer == 0 { symbols } else { hidden }, gates)?,
                    weight_hh: uniform(hidden, gates)?,
                    bias_ih: uniform(1, gates)?,
                    bias_hh: uniform(1, gates)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let (head, head_bias) = (uniform(hidden, symbols)?, uniform(1, symbols)?);
        let mut vars = vec![head.clone(), head_bias.clone()];
        for layer in &layers {
            vars.extend([
                layer.weight_ih.clone(),
                layer.weight_hh.clone(),
                layer.bias_ih.clone(),
                layer.bias_hh.clone(),
            ]);
        }
        let zeros = Tensor::zeros((batch, hidden), DType::F32, &device)?;
        let optimizer = AdamW::new(
            vars,
            ParamsAdamW {
                lr: LEARNING_RATE,
                weight_decay: 0.0,
                ..ParamsAdamW::default()
            },
        )?;
        Ok(Self {
            cell,
            hidden,
            batch,
            steps,
            symbols,
            states: vec![(zeros.clone(), zeros); layers.len()],
            layers,
            head,
            head_bias,
            optimizer,
            random,
        })
    }

    fn ids(&mut self) -> Result<Tensor> {
        let ids: Vec<u32> = (0..self.steps * self.batch)
            .map(|_| (self.random.next() * self.symbols as f32) as u32)
            .collect();
        let count = ids.len();
        Tensor::from_vec(ids, count, &Device::Cpu)
    }

    /// One step on random characters; the loss.
    fn step(&mut self) -> Result<f32> {
        let (ids, targets) = (self.ids()?, self.ids()?);
        let (b, h) = (self.batch, self.hidden);
        let mut below = None;
        let mut states = Vec::new();
        for (layer, (state, memory)) in self.layers.iter().zip(&self.states) {
            let input = match below {
                None => layer.weight_ih.index_select(&ids, 0)?,
                Some(below) => Tensor::matmul(&below, &layer.weight_ih)?,
            };
            let input = input.broadcast_add(&layer.bias_ih)?;
            let (mut state, mut memory) = (state.clone(), memory.clone());
            let mut outputs = Vec::with_capacity(self.steps);
            for t in 0..self.steps {
                let input = input.narrow(0, t * b, b)?;
                let recurrent = state
                    .matmul(&layer.weight_hh)?
                    .broadcast_add(&layer.bias_hh)?;
                let gate = |of: &Tensor, i: usize| of.narrow(D::Minus1, i * h, h);
                state = match self.cell {
                    Cell::Rnn => (input + recurrent)?.tanh()?,
                    Cell::Gru => {
                        let sum = |i| gate(&input, i)? + gate(&recurrent, i)?;
                        let reset = ops::sigmoid(&sum(0)?)?;
                        let update = ops::sigmoid(&sum(1)?)?;
                        let new = (gate(&input, 2)? + (reset * gate(&recurrent, 2)?)?)?.tanh()?;
                        (&new + (update * (state - &new)?)?)?
                    }
                    Cell::Lstm => {
                        let sum = (input + recurrent)?;
                        let in_gate = ops::sigmoid(&gate(&sum, 0)?)?;
                        let forget = ops::sigmoid(&gate(&sum, 1)?)?;
                        let new = gate(&sum, 2)?.tanh()?;
                        let out = ops::sigmoid(&gate(&sum, 3)?)?;
                        memory = ((forget * memory)? + (in_gate * new)?)?;
                        (out * memory.tanh()?)?
                    }
                };
                outputs.push(state.clone());
            }
            states.push((state.detach(), memory.detach()));
            below = Some(Tensor::cat(&outputs, 0)?);
        }
        self.states = states;
        let top = below.expect("there is at least one layer");
        let logits = top.matmul(&self.head)?.broadcast_add(&self.head_bias)?;
        let loss = loss::cross_entropy(&logits, &targets)?;

        let mut gradients = loss.backward()?;
        let mut vars = vec![&self.head, &self.head_bias];
        for layer in &self.layers {
            vars.extend([&layer.weight_ih, &layer.weight_hh, &layer.bias_ih, &layer.bias_hh]);
        }
        let mut squares = 0.0;
        for var in &vars {
            if let Some(gradient) = gradients.get(var) {
                squares += f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?);
            }
        }
        let scale = CLIP_NORM / (squares.sqrt() + 1e-6);
        if scale < 1.0 {
            for var in &vars {
                if let Some(gradient) = gradients.remove(var) {
                    gradients.insert(var, (gradient * scale)?);
                }
            }
        }
        self.optimizer.step(&gradients)?;
        loss.to_scalar()
    }
}

/// `cell`: 0 RNN, 1 GRU, 2 LSTM.
#[unsafe(no_mangle)]
pub extern "C" fn begin(
    cell: u32,
    hidden: usize,
    layers: usize,
    batch: usize,
    steps: usize,
    symbols: usize,
) -> *mut Training {
    let cell = [Cell::Rnn, Cell::Gru, Cell::Lstm][cell as usize];
    let training = Training::new(cell, hidden, layers, batch, steps, symbols);
    Box::into_raw(Box::new(training.expect("candle makes the network")))
}

/// One training step.
///
/// # Safety
/// `training` is from [`begin`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step(training: *mut Training) -> f32 {
    // SAFETY: the caller's.
    let training = unsafe { &mut *training };
    training.step().expect("candle takes a step")
}
