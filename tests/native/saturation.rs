//! A unit whose tanh or logistic function is saturated learns nothing, as in PyTorch: rules that divide by the
//! size of a gradient would turn the smallest rest of one into full-speed motion.

use crate::files::{case, header, with_metadata};
use babble::formats::checkpoint::Checkpoint;
use babble::nn::params::Tensor;
use babble::tasks::files::{self, Wanted};
use babble::training::trainer::Trainer;
use safetensors::SafeTensors;
use serde_json::{Value, json};

/// A row of a layer's recurrent weights, its input weights and both biases.
fn row(trainer: &Trainer<f32>, row: usize) -> Vec<f32> {
    let tensors = [
        Tensor::WeightHh(0),
        Tensor::WeightIh(0),
        Tensor::BiasIh(0),
        Tensor::BiasHh(0),
    ];
    let params = &trainer.model().params;
    let row = |tensor| params.matrix(tensor).row(row).iter().copied().collect();
    tensors.into_iter().flat_map::<Vec<f32>, _>(row).collect()
}

/// The files hold a network of 8 units, of which the first has a bias of 25 inside its tanh: that is row 0 of the
/// vanilla cell, and row 16 where two blocks come before that of the tanh.
#[test]
fn no_rule_moves_a_unit_whose_tanh_is_saturated() {
    let rules = [
        json!({ "optimizer": "sgd", "learningRate": 0.5, "momentum": 0.9 }),
        json!({ "optimizer": "adagrad", "learningRate": 0.05 }),
        json!({ "optimizer": "rmsprop", "learningRate": 0.005 }),
        json!({ "optimizer": "adam", "learningRate": 0.01 }),
        json!({ "optimizer": "adamw", "learningRate": 0.01, "weightDecay": 0 }),
    ];
    for (cell, saturated) in [("rnn", 0), ("gru", 16), ("lstm", 16)] {
        let bytes = case(&format!("saturated_{cell}_start"));
        let metadata = &header(&bytes)["__metadata__"];
        let parse = |key: &str| -> Value {
            serde_json::from_str(metadata[key].as_str().expect("a string")).expect("JSON")
        };
        let symbols: Vec<String> = serde_json::from_value(parse("vocab")).expect("symbols");
        // Every symbol, in an order that does not repeat for a while.
        let text: String = (0..700)
            .map(|i| symbols[i * i * 7 % symbols.len()].as_str())
            .collect();
        for rule in &rules {
            let mut config = parse("config");
            for (key, value) in rule.as_object().expect("an object") {
                config[key] = value.clone();
            }
            let bytes = with_metadata(&bytes, "config", &config.to_string());
            let checkpoint = Checkpoint::read(&bytes).expect("weights");
            let mut trainer: Trainer<f32> =
                Trainer::resume(checkpoint, &text, None).expect("every symbol is known");
            let before = (row(&trainer, saturated), row(&trainer, saturated + 1));
            for _ in 0..20 {
                trainer.step().expect("it does not diverge");
            }
            let after = (row(&trainer, saturated), row(&trainer, saturated + 1));
            assert_eq!(after.0, before.0, "{cell}, {rule}: it moved");
            assert_ne!(after.1, before.1, "{cell}, {rule}: its neighbour learns");
        }
    }
}

#[test]
fn the_gradient_of_a_saturated_tanh_is_nothing() {
    let (weights, input) = (case("tanh_saturated.w"), case("tanh_saturated.i"));
    let wanted = Wanted {
        backward: true,
        ..Wanted::default()
    };
    let response = files::run(&weights, &input, wanted).expect("it can be run");
    let tensors = SafeTensors::deserialize(&response).expect("a file of tensors");
    let value = |name: &str| -> f32 {
        let bytes = tensors.tensor(name).expect("it is there").data();
        f32::from_le_bytes(bytes.try_into().expect("one number"))
    };
    assert_eq!((value("y"), value("grad.x")), (1.0, 0.0));
}
