//! The ONNX file as whoever reads it finds it: its messages, its graph, its numbers. That onnxruntime
//! computes from it what we compute is shown by tests/python/onnx.py.

use std::collections::{BTreeMap, HashSet};

use crate::common::{random_params, rng};
use babble::config::{CellKind, Config};
use babble::data::vocab::Vocabulary;
use babble::formats::onnx;
use babble::nn::model::Model;
use babble::nn::params::{Params, Sizes, Tensor};

const CELLS: [CellKind; 4] = [CellKind::Rnn, CellKind::Relu, CellKind::Gru, CellKind::Lstm];

#[derive(Debug)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// A protocol-buffer message: its fields in order.
struct Message<'a>(Vec<(u64, Value<'a>)>);

impl<'a> Message<'a> {
    fn read(mut bytes: &'a [u8]) -> Self {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let value = match key & 7 {
                0 => Value::Number(varint(&mut bytes)),
                2 => {
                    let length = varint(&mut bytes) as usize;
                    let (value, rest) = bytes.split_at(length);
                    bytes = rest;
                    Value::Bytes(value)
                }
                other => panic!("no field is written as {other}"),
            };
            fields.push((key >> 3, value));
        }
        Self(fields)
    }

    fn numbers(&self, field: u64) -> Vec<u64> {
        let of_field = self.0.iter().filter(|(number, _)| *number == field);
        of_field
            .map(|(_, value)| match value {
                Value::Number(number) => *number,
                Value::Bytes(_) => panic!("field {field} is no number"),
            })
            .collect()
    }

    fn bytes(&self, field: u64) -> Vec<&'a [u8]> {
        let of_field = self.0.iter().filter(|(number, _)| *number == field);
        of_field
            .map(|(_, value)| match value {
                Value::Bytes(bytes) => *bytes,
                Value::Number(_) => panic!("field {field} is a number"),
            })
            .collect()
    }

    fn messages(&self, field: u64) -> Vec<Self> {
        self.bytes(field).into_iter().map(Self::read).collect()
    }

    fn texts(&self, field: u64) -> Vec<&'a str> {
        let text = |bytes| std::str::from_utf8(bytes).expect("texts are UTF-8");
        self.bytes(field).into_iter().map(text).collect()
    }

    fn text(&self, field: u64) -> &'a str {
        self.texts(field)[0]
    }
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().expect("a number ends");
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn model(cell: CellKind, layers: usize) -> (Model<f32>, Config) {
    let symbols = ['\n', ' ', '"', 'a', 'ß', '猫', '🙂'];
    let sizes = Sizes {
        cell,
        inputs: symbols.len(),
        hidden: 5,
        layers,
        outputs: symbols.len(),
    };
    let params = random_params(sizes, &mut rng(7));
    let values = params.values().iter().map(|&w| w as f32).collect();
    let model = Model {
        vocabulary: Vocabulary::from_symbols(symbols.to_vec()).expect("seven symbols"),
        params: Params::from_values(sizes, values),
    };
    let config = Config {
        cell,
        layers,
        hidden_size: sizes.hidden,
        ..Config::default()
    };
    (model, config)
}

/// The initializers: shape and numbers.
fn tensors<'a>(graph: &Message<'a>) -> BTreeMap<&'a str, (Vec<u64>, Vec<f32>)> {
    graph
        .messages(5)
        .iter()
        .map(|tensor| {
            let raw = tensor.bytes(9)[0];
            let shape = tensor.numbers(1);
            let width = if tensor.numbers(2) == [1] { 4 } else { 8 };
            let count: u64 = shape.iter().product();
            assert_eq!(raw.len() as u64, count * width, "{}", tensor.text(8));
            let numbers = if width == 4 {
                raw.as_chunks()
                    .0
                    .iter()
                    .map(|&b| f32::from_le_bytes(b))
                    .collect()
            } else {
                raw.as_chunks()
                    .0
                    .iter()
                    .map(|&b| i64::from_le_bytes(b) as f32)
                    .collect()
            };
            (tensor.text(8), (shape, numbers))
        })
        .collect()
}

#[test]
fn every_node_reads_what_stands_before_it_and_every_output_is_made() {
    for cell in CELLS {
        for layers in [1, 3] {
            let (model, config) = model(cell, layers);
            let file = onnx::export(&model, &config).expect("ONNX has all of these cells");
            let file = Message::read(&file);
            assert_eq!(file.numbers(1), [8], "the version of the format");
            assert_eq!(
                file.messages(8)[0].numbers(2),
                [17],
                "the version of the operators"
            );
            let graph = &file.messages(7)[0];
            let name = |message: &Message<'_>| message.text(1).to_owned();
            let inputs: Vec<_> = graph.messages(11).iter().map(name).collect();
            let outputs: Vec<_> = graph.messages(12).iter().map(name).collect();
            if cell == CellKind::Lstm {
                assert_eq!(inputs, ["ids", "h0", "c0"]);
                assert_eq!(outputs, ["logits", "h_n", "c_n"]);
            } else {
                assert_eq!(inputs, ["ids", "h0"]);
                assert_eq!(outputs, ["logits", "h_n"]);
            }
            let mut known: HashSet<String> = inputs.into_iter().collect();
            known.extend(tensors(graph).keys().map(ToString::to_string));
            known.insert(String::new());
            let mut recurrent = 0;
            for node in graph.messages(1) {
                for input in node.texts(1) {
                    assert!(known.contains(input), "{} reads {input:?}", node.text(3));
                }
                for output in node.texts(2) {
                    assert!(known.insert(output.to_owned()), "{output:?} is made twice");
                }
                recurrent += usize::from(matches!(node.text(4), "RNN" | "GRU" | "LSTM"));
            }
            assert_eq!(recurrent, layers);
            assert!(outputs.iter().all(|output| known.contains(output)));
        }
    }
}

#[test]
fn blocks_of_rows_stand_in_the_order_of_onnx() {
    // PyTorch: r z n; i f g o (o last). ONNX: z r h; i o f c.
    let orders: [(CellKind, &[usize]); 3] = [
        (CellKind::Rnn, &[0]),
        (CellKind::Gru, &[1, 0, 2]),
        (CellKind::Lstm, &[0, 3, 1, 2]),
    ];
    for (cell, order) in orders {
        let (model, config) = model(cell, 2);
        let file = onnx::export(&model, &config).expect("ONNX has all of these cells");
        let graph = &Message::read(&file).messages(7)[0];
        let tensors = tensors(graph);
        let (hidden, gates) = (5, order.len());
        for l in 0..2 {
            let columns = if l == 0 { 7 } else { hidden };
            for (name, tensor, columns) in [
                ("W", Tensor::WeightIh(l), columns),
                ("R", Tensor::WeightHh(l), hidden),
            ] {
                let (shape, numbers) = &tensors[format!("{name}_l{l}").as_str()];
                let rows = gates * hidden;
                assert_eq!(*shape, [1, rows as u64, columns as u64]);
                let ours = model.params.matrix(tensor);
                for (i, &number) in numbers.iter().enumerate() {
                    let (row, column) = (i / columns, i % columns);
                    let from = order[row / hidden] * hidden + row % hidden;
                    assert_eq!(number, ours[(from, column)], "{cell:?} {name}_l{l} {row}");
                }
            }
            let (shape, numbers) = &tensors[format!("B_l{l}").as_str()];
            assert_eq!(*shape, [1, (2 * gates * hidden) as u64]);
            let (ih, hh) = numbers.split_at(gates * hidden);
            for (numbers, tensor) in [(ih, Tensor::BiasIh(l)), (hh, Tensor::BiasHh(l))] {
                let ours = model.params.get(tensor);
                for (row, &number) in numbers.iter().enumerate() {
                    let from = order[row / hidden] * hidden + row % hidden;
                    assert_eq!(number, ours[from], "{cell:?} B_l{l} {row}");
                }
            }
        }
        let (shape, head) = &tensors["head_W"];
        assert_eq!(*shape, [hidden as u64, 7]);
        // Row-major H x V is column-major V x H.
        assert_eq!(*head, model.params.get(Tensor::HeadWeight));
    }
}

#[test]
fn the_vocabulary_and_the_configuration_come_along() {
    let (model, config) = model(CellKind::Gru, 1);
    let file = onnx::export(&model, &config).expect("ONNX has all of these cells");
    let metadata: BTreeMap<_, _> = Message::read(&file)
        .messages(14)
        .iter()
        .map(|entry| (entry.text(1).to_owned(), entry.text(2).to_owned()))
        .collect();
    assert_eq!(metadata["vocab"], r#"["\n"," ","\"","a","ß","猫","🙂"]"#);
    let config: serde_json::Value = serde_json::from_str(&metadata["config"]).expect("JSON");
    assert_eq!(config["cell"], "gru");
    assert_eq!(config["hiddenSize"], 5);
}
