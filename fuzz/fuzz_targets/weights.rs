//! No bytes may make the loader panic, hang or take more memory than they call for; what it accepts can
//! write, be described, and be trained on.
#![no_main]

use babble::formats::checkpoint::{Checkpoint, UnknownSymbols};
use babble::sampler::Sampler;
use babble::training::trainer::Trainer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(checkpoint) = Checkpoint::read(bytes) else {
        return;
    };
    let text = "a fuzzer's text, of a hundred characters and more, so that there is something to train on: 0123456789.";
    let _ = checkpoint.report(Some(text));
    let mut sampler = Sampler::new(1);
    sampler.prompt(checkpoint.model(), "abc");
    // Weights too large for probabilities are an error of ours.
    let _ = sampler.write(checkpoint.model(), 3);
    if let Ok(mut trainer) = Trainer::resume(checkpoint, text, Some(UnknownSymbols::Grow)) {
        // Weights of 1e37 are weights; a step that they break is undone by whoever asked for it.
        if trainer.step().is_ok() {
            assert!(Checkpoint::read(&trainer.save()).is_ok() || !finite(&trainer));
        }
    }
});

/// A step may have made the weights infinite; such a file is refused, and rightly so.
fn finite(trainer: &Trainer<f32>) -> bool {
    let params = &trainer.model().params;
    params.values().iter().all(|weight| weight.is_finite())
}
