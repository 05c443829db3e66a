//! The four ways to ask a recurrent network something, on symbols or real values, with sequences of any
//! lengths in a batch:
//!
//! ```text
//! many to many            y_t for every x_t
//! many to one             one y, from the last state
//! one to many             y_t for every t, x_{t+1} = y_t: the output is fed back
//! sequence to sequence    an encoder reads one sequence; its last state starts a decoder, which reads
//!                         another and answers it as many to many
//! ```
//!
//! A text is learned many to many by [`crate::training::trainer`], which carries the state on from chunk to chunk.
//!
//! Real values come as columns ordered by time, then by stream: in memory that is PyTorch's (T, B, I).
//! States are L x B x H, likewise.

use crate::config::names;
use crate::data::vocab::SymbolId;
use crate::linalg::Scalar;
use crate::nn::cell::Input;
use crate::nn::loss::{
    cross_entropy, cross_entropy_backward, squared_error, squared_error_backward,
};
use crate::nn::model::{Tape, forward, read_out, read_out_backward, recur, recur_backward};
use crate::nn::params::{Params, Sizes};
use crate::sampler::likeliest;

names! {
    /// Which outputs answer a sequence.
    #[derive(Default)]
    pub enum Readout {
        /// An output for every step.
        #[default]
        ManyToMany = "manyToMany",
        /// One output, from the last state of each sequence.
        ManyToOne = "manyToOne",
        /// The output of each step is the input of the next.
        OneToMany = "oneToMany",
        /// An encoder's last state starts a decoder.
        SequenceToSequence = "sequenceToSequence",
    }
}

names! {
    /// What outputs are measured by, both as means over what counts.
    #[derive(Default)]
    pub enum LossKind {
        /// Softmax cross-entropy with a class for each output column, in nats.
        #[default]
        CrossEntropy = "crossEntropy",
        /// Squared error with a value for each output.
        SquaredError = "squaredError",
    }
}

/// What outputs should be.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a, S> {
    /// The class of every output column, for [`LossKind::CrossEntropy`].
    Classes(&'a [SymbolId]),
    /// The value of every output, O x columns, for [`LossKind::SquaredError`].
    Values(&'a [S]),
}

/// A batch of sequences.
#[derive(Debug, Clone, Copy)]
pub struct Sequences<'a, S> {
    /// T*B columns. Behind a sequence's end stands anything finite; it takes no part.
    pub input: Input<'a, S>,
    /// `T`
    pub steps: usize,
    /// How many of them each of the `B` sequences has, where they differ; at least one.
    pub lengths: Option<&'a [usize]>,
}

/// Weights, and the way they are asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Network<S> {
    /// The network that answers.
    pub params: Params<S>,
    /// Where the readout is [`Readout::SequenceToSequence`]: the encoder, a stack without a readout, of the
    /// same cell, depth and hidden size.
    pub encoder: Option<Params<S>>,
    /// How it is asked.
    pub readout: Readout,
}

/// One request for a whole batch.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a, S> {
    /// `B`
    pub batch: usize,
    /// What is read. One to many: `input` has one step only, and `steps` says how many answers are wanted.
    pub source: Sequences<'a, S>,
    /// What the decoder reads, where there is one.
    pub decoder: Option<Sequences<'a, S>>,
    /// h_0, L x B x H; zero where it is not given. The encoder's, where there is one.
    pub h0: Option<&'a [S]>,
    /// c_0, likewise.
    pub c0: Option<&'a [S]>,
    /// What the answer should be. Without it there is no loss and no gradient.
    pub target: Option<Target<'a, S>>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Response<S> {
    /// The outputs, O x T*B (many to one: O x B); zero behind a sequence's end.
    pub y: Vec<S>,
    /// The last states, L x B x H; the decoder's, where there is one.
    pub h_n: Vec<S>,
    /// c_n, likewise; empty unless the cell has a memory.
    pub c_n: Vec<S>,
    /// The mean loss over what counts.
    pub loss: Option<f64>,
    /// Its gradients, where they were asked for.
    pub gradients: Option<Gradients<S>>,
}

/// The gradients of a loss with respect to all that it depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients<S> {
    /// Of the network's weights.
    pub params: Params<S>,
    /// Of the encoder's.
    pub encoder: Option<Params<S>>,
    /// Of the source, as it was given; empty where it is made of symbols.
    pub x: Vec<S>,
    /// Of the decoder's input; empty where there is none, or where it is made of symbols.
    pub decoder_x: Vec<S>,
    /// Of h_0.
    pub h0: Vec<S>,
    /// Of c_0; empty unless the cell has a memory.
    pub c0: Vec<S>,
}

impl<S: Scalar> Gradients<S> {
    /// Those of a network without an encoder: of its weights, of its input, and what reached the states on the tape.
    fn of(params: Params<S>, x: Vec<S>, tape: &Tape<S>) -> Self {
        let layers = 0..params.sizes().layers;
        let of = |layer| tape.state_gradients(layer);
        Self {
            h0: layers.clone().flat_map(|l| of(l).0.to_vec()).collect(),
            c0: layers.flat_map(|l| of(l).1.to_vec()).collect(),
            params,
            encoder: None,
            x,
            decoder_x: Vec::new(),
        }
    }
}

impl<S: Scalar> Network<S> {
    /// Asks once. `backward`: whether the gradients are wanted, for which a target is needed.
    ///
    /// # Panics
    /// When the request's shapes do not fit the network.
    #[must_use]
    pub fn run(&self, request: &Request<'_, S>, backward: bool) -> Response<S> {
        let backward = backward && request.target.is_some();
        match (self.readout, &self.encoder) {
            (Readout::SequenceToSequence, Some(encoder)) => {
                self.translate(encoder, request, backward)
            }
            (Readout::SequenceToSequence, None) => {
                panic!("sequence to sequence needs an encoder")
            }
            (Readout::OneToMany, _) => self.unroll(request, backward),
            (Readout::ManyToMany, _) => self.read(request, backward, request.source.steps),
            (Readout::ManyToOne, _) => self.read(request, backward, 1),
        }
    }

    /// A tape with the request's states on it.
    fn tape(&self, params: &Params<S>, of: &Sequences<'_, S>, request: &Request<'_, S>) -> Tape<S> {
        let mut tape = Tape::new(params.sizes(), request.batch, of.steps);
        tape.set_lengths(of.lengths.map(<[usize]>::to_vec));
        let block = params.sizes().hidden * request.batch;
        for layer in 0..params.sizes().layers {
            let (h, c) = tape.state_mut(layer);
            for (state, given) in [(h, request.h0), (c, request.c0)] {
                if let Some(given) = given
                    && !state.is_empty()
                {
                    state.copy_from_slice(&given[layer * block..][..block]);
                }
            }
        }
        tape
    }

    /// Many to many, and many to one: the last `answers` steps are answered, all of them or one.
    fn read(&self, request: &Request<'_, S>, backward: bool, answers: usize) -> Response<S> {
        let params = &self.params;
        let Sequences { input, steps, .. } = request.source;
        let mut tape = self.tape(params, &request.source, request);
        tape.prepare(params, matches!(input, Input::Dense(_)));
        tape.begin_chunk(steps);
        recur(params, input, &(0..steps), &mut tape);
        let answered = steps - answers..steps;
        read_out(params, &answered, &mut tape);
        // A single answer is of the last state, which stands still behind a sequence's end.
        let lengths = request
            .source
            .lengths
            .filter(|_| answers == steps && steps > 1);
        let (y, loss) = self.measure(request, lengths, tape.outputs_of_mut(&answered), backward);
        let gradients = backward.then(|| {
            let mut gradients = begin_backward(params, &mut tape);
            read_out_backward(&answered, &mut tape, &mut gradients);
            let mut x = zeros_like(input);
            recur_backward(input, dense(&mut x), &(0..steps), &mut tape, &mut gradients);
            Gradients::of(gradients, x, &tape)
        });
        finish(&tape, params.sizes(), y, loss, gradients)
    }

    /// One to many.
    fn unroll(&self, request: &Request<'_, S>, backward: bool) -> Response<S> {
        let params = &self.params;
        let (inputs, outputs) = (params.sizes().inputs, params.sizes().outputs);
        let (first, steps, batch) = (request.source.input, request.source.steps, request.batch);
        let mut tape = self.tape(params, &request.source, request);
        tape.prepare(params, matches!(first, Input::Dense(_)));
        tape.begin_chunk(steps);
        // What is read at each step: the first is given, the others are fed back.
        let mut symbols: Vec<SymbolId> = Vec::new();
        let mut values: Vec<S> = Vec::new();
        match first {
            Input::Symbols(ids) => {
                symbols.reserve_exact(batch * (steps + 1));
                symbols.extend_from_slice(ids);
            }
            Input::Dense(x) => {
                assert_eq!(inputs, outputs, "an output that is fed back is an input");
                values.reserve_exact(inputs * batch * (steps + 1));
                values.extend_from_slice(x);
            }
        }
        let is_dense = matches!(first, Input::Dense(_));
        let columns_of = |t: usize| t * batch..(t + 1) * batch;
        for t in 0..steps {
            let now = t..t + 1;
            let input = read_so_far(&symbols, &values).columns(columns_of(t), inputs);
            recur(params, input, &now, &mut tape);
            read_out(params, &now, &mut tape);
            let y = tape.outputs_of_mut(&now);
            if is_dense {
                values.extend_from_slice(y);
            } else {
                symbols.extend(y.chunks_exact(outputs).map(likeliest));
            }
        }
        let lengths = request.source.lengths;
        let (y, loss) = self.measure(request, lengths, tape.outputs_mut(), backward);
        let gradients = backward.then(|| {
            let mut gradients = begin_backward(params, &mut tape);
            let mut d_x = zeros_like(first);
            for t in (0..steps).rev() {
                let now = t..t + 1;
                if is_dense && t + 1 < steps {
                    // y_t was read as x_{t+1}.
                    let d_y = tape.outputs_of_mut(&now);
                    d_y.iter_mut().zip(&d_x).for_each(|(d_y, &d_x)| *d_y += d_x);
                    d_x.fill(S::zero());
                }
                read_out_backward(&now, &mut tape, &mut gradients);
                let input = read_so_far(&symbols, &values).columns(columns_of(t), inputs);
                recur_backward(input, dense(&mut d_x), &now, &mut tape, &mut gradients);
            }
            Gradients::of(gradients, d_x, &tape)
        });
        finish(&tape, params.sizes(), y, loss, gradients)
    }

    /// Sequence to sequence.
    fn translate(
        &self,
        encoder: &Params<S>,
        request: &Request<'_, S>,
        backward: bool,
    ) -> Response<S> {
        let params = &self.params;
        let layers = params.sizes().layers;
        let Some(decoder) = request.decoder else {
            panic!("sequence to sequence needs what the decoder reads");
        };
        let Sequences { input, steps, .. } = request.source;
        let mut reading = self.tape(encoder, &request.source, request);
        reading.prepare(encoder, matches!(input, Input::Dense(_)));
        reading.begin_chunk(steps);
        recur(encoder, input, &(0..steps), &mut reading);

        let mut writing = Tape::new(params.sizes(), request.batch, decoder.steps);
        writing.set_lengths(decoder.lengths.map(<[usize]>::to_vec));
        for layer in 0..layers {
            let (h, c) = reading.next_state(layer);
            let (h_0, c_0) = writing.state_mut(layer);
            h_0.copy_from_slice(h);
            c_0.copy_from_slice(c);
        }
        forward(params, decoder.input, decoder.steps, &mut writing);
        let (y, loss) = self.measure(request, decoder.lengths, writing.outputs_mut(), backward);
        let gradients = backward.then(|| {
            let answers = 0..decoder.steps;
            let mut gradients = begin_backward(params, &mut writing);
            read_out_backward(&answers, &mut writing, &mut gradients);
            let mut decoder_x = zeros_like(decoder.input);
            recur_backward(
                decoder.input,
                dense(&mut decoder_x),
                &answers,
                &mut writing,
                &mut gradients,
            );

            let mut encoder_gradients = begin_backward(encoder, &mut reading);
            for layer in 0..layers {
                let (d_h, d_c) = writing.state_gradients(layer);
                let (into_h, into_c) = reading.next_state_gradients_mut(layer);
                into_h.copy_from_slice(d_h);
                into_c.copy_from_slice(d_c);
            }
            let mut x = zeros_like(input);
            recur_backward(
                input,
                dense(&mut x),
                &(0..steps),
                &mut reading,
                &mut encoder_gradients,
            );
            let of_encoder = Gradients::of(encoder_gradients, x, &reading);
            Gradients {
                params: gradients,
                encoder: Some(of_encoder.params),
                decoder_x,
                ..of_encoder
            }
        });
        finish(&writing, params.sizes(), y, loss, gradients)
    }

    /// The outputs as they are, zeroed where they do not count, and the mean loss. `outputs` become their
    /// own gradient where that is wanted.
    fn measure(
        &self,
        request: &Request<'_, S>,
        lengths: Option<&[usize]>,
        outputs: &mut [S],
        backward: bool,
    ) -> (Vec<S>, Option<f64>) {
        let (batch, rows) = (request.batch, self.params.sizes().outputs);
        let counts =
            |column: usize| lengths.is_none_or(|lengths| column / batch < lengths[column % batch]);
        let columns = outputs.len() / rows;
        let counted = (0..columns).filter(|&column| counts(column)).count();
        let mut y = outputs.to_vec();
        for (column, y) in y.chunks_exact_mut(rows).enumerate() {
            if !counts(column) {
                y.fill(S::zero());
            }
        }
        let loss = match request.target {
            None => return (y, None),
            Some(Target::Classes(classes)) => {
                let sum = cross_entropy(outputs, classes, counts);
                if backward {
                    let scale = S::of(1.0 / counted as f64);
                    cross_entropy_backward(outputs, classes, counts, scale);
                }
                sum / counted as f64
            }
            Some(Target::Values(values)) => {
                let sum = squared_error(outputs, values, rows, counts);
                let elements = (counted * rows) as f64;
                if backward {
                    squared_error_backward(outputs, S::of(1.0 / elements));
                }
                sum / elements
            }
        };
        (y, Some(loss))
    }
}

/// The columns that have been read, of whichever kind they are.
fn read_so_far<'a, S>(symbols: &'a [SymbolId], values: &'a [S]) -> Input<'a, S> {
    if values.is_empty() {
        Input::Symbols(symbols)
    } else {
        Input::Dense(values)
    }
}

/// Begins the way back through all that is on the tape. Returns room for the weights' gradients.
fn begin_backward<S: Scalar>(params: &Params<S>, tape: &mut Tape<S>) -> Params<S> {
    tape.want_state_gradients(true);
    tape.begin_backward(params);
    Params::zeros(params.sizes())
}

/// Room for the gradient of an input; none for symbols.
fn zeros_like<S: Scalar>(input: Input<'_, S>) -> Vec<S> {
    match input {
        Input::Symbols(_) => Vec::new(),
        Input::Dense(x) => vec![S::zero(); x.len()],
    }
}

fn dense<S>(values: &mut [S]) -> Option<&mut [S]> {
    (!values.is_empty()).then_some(values)
}

/// What came of a chunk whose last states are on the tape.
fn finish<S: Scalar>(
    tape: &Tape<S>,
    sizes: Sizes,
    y: Vec<S>,
    loss: Option<f64>,
    gradients: Option<Gradients<S>>,
) -> Response<S> {
    let of = |layer| tape.next_state(layer);
    Response {
        y,
        h_n: (0..sizes.layers).flat_map(|l| of(l).0.to_vec()).collect(),
        c_n: (0..sizes.layers).flat_map(|l| of(l).1.to_vec()).collect(),
        loss,
        gradients,
    }
}
