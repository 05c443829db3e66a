//! The model as an ONNX file, for whatever runs ONNX (onnxruntime, say, in most languages and in browsers).
//!
//! ```text
//! ids (T, B) int64 -> OneHot -> RNN | GRU | LSTM, a node a layer -> MatMul -> Add -> logits (T, B, V)
//! h0 (L, B, H) -> Split into the layers' initial states;  their last ones -> Concat -> h_n (L, B, H)
//! c0 -> ... -> c_n likewise, for an LSTM
//! ```
//!
//! `T` and `B` are free. To write, feed `h_n` (and `c_n`) back as `h0` (and `c0`) with the symbol that was drawn
//! from `logits`; begin with zeros. `metadata_props` holds `vocab` and `config` as the weights file does (see
//! [`crate::formats::checkpoint`]), so that an id can be turned into its symbol.
//!
//! Operators are those of opset 17, in the file format's version 8 (ONNX 1.12, 2022), whose protocol-buffer
//! messages are written by hand: they are numbered fields, and two dozen of them suffice.

use crate::config::Config;
use crate::nn::cell::{Onnx, OnnxAttribute};
use crate::nn::model::Model;
use crate::nn::params::{Params, Tensor};
use crate::{Error, Result};

/// `ir_version` of the files.
const IR_VERSION: u64 = 8;
/// The version of the operators.
const OPSET: u64 = 17;

/// The file's bytes. `config` is written down beside the vocabulary; it changes nothing else.
///
/// # Errors
/// [`Error::NoOperator`] for a cell that ONNX has no operator for.
pub fn export(model: &Model<f32>, config: &Config) -> Result<Vec<u8>> {
    const KILOBYTES_OF_NAMES: usize = 16 << 10;
    let sizes = model.params.sizes();
    let Some(operator) = &sizes.cell.properties().onnx else {
        let cell = sizes.cell.label();
        return Err(Error::NoOperator { cell });
    };
    let room = size_of::<f32>() * sizes.weights() + 8 * sizes.inputs + KILOBYTES_OF_NAMES;
    let mut file = Message(Vec::with_capacity(room));
    // ModelProto
    file.number(1, IR_VERSION);
    file.text(2, "babble");
    file.text(3, env!("CARGO_PKG_VERSION"));
    file.message(7, |graph| write_graph(graph, &model.params, operator));
    file.message(8, |opset| opset.number(2, OPSET));
    for (key, json) in [
        ("vocab", model.vocabulary.to_json()),
        ("config", config.to_json()),
    ] {
        file.message(14, |entry| {
            entry.text(1, key);
            entry.text(2, &json);
        });
    }
    Ok(file.0)
}

/// GraphProto: nodes, a name, initializers, inputs and outputs.
fn write_graph(graph: &mut Message, params: &Params<f32>, operator: &Onnx) {
    let sizes = params.sizes();
    let (layers, hidden) = (sizes.layers, sizes.hidden);
    let states: &[(&str, &str)] = if sizes.cell.has_memory() {
        &[("h0", "h_n"), ("c0", "c_n")]
    } else {
        &[("h0", "h_n")]
    };

    let one_hot = ["ids", "symbols", "off_on"];
    graph.node("OneHot", "one_hot", &one_hot, &["x"], |_| ());
    let in_layers =
        |state: &str| -> Vec<String> { (0..layers).map(|l| format!("{state}_l{l}")).collect() };
    for (before, _) in states {
        let name = format!("split_{before}");
        graph.node("Split", &name, &[before], &in_layers(before), |_| ());
    }
    let mut input = "x".to_owned();
    for l in 0..layers {
        let name = |part: &str| format!("{part}_l{l}");
        // Without lengths of sequences: the empty name leaves an optional input out.
        let [weights, recurrent, biases] = ["W", "R", "B"].map(name);
        let mut inputs = vec![input, weights, recurrent, biases, String::new()];
        inputs.extend(states.iter().map(|(before, _)| name(before)));
        let mut outputs = vec![name("directions")];
        outputs.extend(states.iter().map(|(_, after)| name(after)));
        graph.node(operator.operator, &name("rnn"), &inputs, &outputs, |node| {
            node.whole_attribute("hidden_size", hidden as u64);
            match operator.attribute {
                Some((name, OnnxAttribute::Whole(value))) => node.whole_attribute(name, value),
                Some((name, OnnxAttribute::Texts(values))) => node.texts_attribute(name, values),
                None => {}
            }
        });
        // (T, 1, B, H) -> (T, B, H): the operators keep a dimension for a second direction.
        let squeezed = [name("directions"), "direction".to_owned()];
        graph.node("Squeeze", &name("squeeze"), &squeezed, &[name("y")], |_| ());
        input = name("y");
    }
    graph.node("MatMul", "head", &[&input, "head_W"], &["products"], |_| ());
    graph.node("Add", "bias", &["products", "head_B"], &["logits"], |_| ());
    for (_, after) in states {
        let name = format!("concat_{after}");
        graph.node("Concat", &name, &in_layers(after), &[after], |node| {
            node.whole_attribute("axis", 0);
        });
    }

    graph.text(2, "babble");

    graph.int64s("symbols", &[], &[sizes.inputs as i64]);
    graph.int64s("direction", &[1], &[1]);
    graph.floats("off_on", &[2], [0.0, 1.0].into_iter());
    for l in 0..layers {
        let columns = sizes.inputs_of(l);
        let rows = sizes.rows();
        let weights = rows_in_order(params, operator, Tensor::WeightIh(l));
        graph.floats(&format!("W_l{l}"), &[1, rows, columns], weights);
        let recurrent = rows_in_order(params, operator, Tensor::WeightHh(l));
        graph.floats(&format!("R_l{l}"), &[1, rows, hidden], recurrent);
        let biases = rows_in_order(params, operator, Tensor::BiasIh(l)).chain(rows_in_order(
            params,
            operator,
            Tensor::BiasHh(l),
        ));
        graph.floats(&format!("B_l{l}"), &[1, 2 * rows], biases);
    }
    // Column-major O x H is row-major H x O, which MatMul wants.
    let head = params.get(Tensor::HeadWeight).iter().copied();
    graph.floats("head_W", &[hidden, sizes.outputs], head);
    let bias = params.get(Tensor::HeadBias).iter().copied();
    graph.floats("head_B", &[sizes.outputs], bias);

    let state = [
        Dimension::Fixed(layers),
        Dimension::Free("B"),
        Dimension::Fixed(hidden),
    ];
    let [time, batch] = [Dimension::Free("T"), Dimension::Free("B")];
    let logits = [time, batch, Dimension::Fixed(sizes.outputs)];
    graph.value(11, "ids", INT64, &[time, batch]);
    for (before, _) in states {
        graph.value(11, before, FLOAT, &state);
    }
    graph.value(12, "logits", FLOAT, &logits);
    for (_, after) in states {
        graph.value(12, after, FLOAT, &state);
    }
}

/// A recurrent layer's tensor row by row, its blocks in ONNX's order.
fn rows_in_order<'a>(
    params: &'a Params<f32>,
    operator: &'a Onnx,
    tensor: Tensor,
) -> impl Iterator<Item = f32> + 'a {
    let hidden = params.sizes().hidden;
    let matrix = params.matrix(tensor);
    let rows = operator
        .blocks
        .iter()
        .flat_map(move |block| block * hidden..(block + 1) * hidden);
    rows.flat_map(move |row| (0..matrix.ncols()).map(move |column| matrix[(row, column)]))
}

/// `TensorProto.DataType`
const FLOAT: u64 = 1;
const INT64: u64 = 7;

/// One dimension of an input's or an output's shape.
#[derive(Clone, Copy)]
enum Dimension {
    Fixed(usize),
    Free(&'static str),
}

/// The fields of one protocol-buffer message: each a key (its number and how its value is written), then
/// its value.
struct Message(Vec<u8>);

impl Message {
    /// Appends the bits of a number seven at a time, the lowest first; the eighth says that more follow.
    /// Out of line, as it stands in a hundred places of what a visitor downloads.
    #[inline(never)]
    fn varint(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A field whose value is a whole number.
    #[inline(never)]
    fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    /// A field whose value is a message, or bytes: its length, then itself.
    fn message(&mut self, field: u64, write: impl FnOnce(&mut Self)) {
        let start = self.begin(field);
        write(self);
        self.end(start);
    }

    #[inline(never)]
    fn begin(&mut self, field: u64) -> usize {
        self.varint(field << 3 | 2);
        self.0.len()
    }

    /// Puts the length before what was written from `start` on: in place, so that the weights are not copied
    /// once for each message that they lie in.
    #[inline(never)]
    fn end(&mut self, start: usize) {
        let end = self.0.len();
        self.varint((end - start) as u64);
        let length = self.0.split_off(end);
        let behind = start + length.len();
        self.0.resize(end + length.len(), 0);
        self.0.copy_within(start..end, behind);
        self.0[start..behind].copy_from_slice(&length);
    }

    #[inline(never)]
    fn text(&mut self, field: u64, text: &str) {
        self.message(field, |bytes| bytes.0.extend(text.as_bytes()));
    }

    /// GraphProto.node, a NodeProto.
    fn node(
        &mut self,
        operator: &str,
        name: &str,
        inputs: &[impl AsRef<str>],
        outputs: &[impl AsRef<str>],
        attributes: impl FnOnce(&mut Self),
    ) {
        self.message(1, |node| {
            inputs.iter().for_each(|input| node.text(1, input.as_ref()));
            outputs
                .iter()
                .for_each(|output| node.text(2, output.as_ref()));
            node.text(3, name);
            node.text(4, operator);
            attributes(node);
        });
    }

    /// NodeProto.attribute, an AttributeProto of type INT.
    #[inline(never)]
    fn whole_attribute(&mut self, name: &str, value: u64) {
        self.message(5, |attribute| {
            attribute.text(1, name);
            attribute.number(3, value);
            attribute.number(20, 2);
        });
    }

    /// The same of type STRINGS.
    #[inline(never)]
    fn texts_attribute(&mut self, name: &str, values: &[&str]) {
        self.message(5, |attribute| {
            attribute.text(1, name);
            values.iter().for_each(|value| attribute.text(9, value));
            attribute.number(20, 8);
        });
    }

    /// GraphProto.initializer, a TensorProto with its numbers as raw_data.
    fn tensor(&mut self, name: &str, kind: u64, shape: &[usize], data: impl FnOnce(&mut Vec<u8>)) {
        self.message(5, |tensor| {
            shape.iter().for_each(|&size| tensor.number(1, size as u64));
            tensor.number(2, kind);
            tensor.text(8, name);
            tensor.message(9, |raw| data(&mut raw.0));
        });
    }

    #[inline(never)]
    fn floats(&mut self, name: &str, shape: &[usize], values: impl Iterator<Item = f32>) {
        self.tensor(name, FLOAT, shape, |raw| {
            raw.extend(values.flat_map(f32::to_le_bytes));
        });
    }

    fn int64s(&mut self, name: &str, shape: &[usize], values: &[i64]) {
        self.tensor(name, INT64, shape, |raw| {
            raw.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        });
    }

    /// GraphProto.input (11) or .output (12), a ValueInfoProto with a tensor's type and shape.
    fn value(&mut self, field: u64, name: &str, kind: u64, shape: &[Dimension]) {
        self.message(field, |value| {
            value.text(1, name);
            value.message(2, |of_type| {
                of_type.message(1, |tensor| {
                    tensor.number(1, kind);
                    tensor.message(2, |dimensions| {
                        for dimension in shape {
                            dimensions.message(1, |to| match *dimension {
                                Dimension::Fixed(size) => to.number(1, size as u64),
                                Dimension::Free(name) => to.text(2, name),
                            });
                        }
                    });
                });
            });
        });
    }
}
