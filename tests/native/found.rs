//! What `cargo fuzz run weights` found, kept: files that once made it stop. Whatever a file says, a step
//! from it either fails, or leaves what can be saved and read again.

use babble::formats::checkpoint::{Checkpoint, UnknownSymbols};
use babble::training::trainer::Trainer;
use std::fs;

const TEXT: &str = "a text of a hundred characters and more, so that there is something to train on: 0123456789, and so on.";

#[test]
fn a_step_that_succeeds_can_be_saved_and_read_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/found");
    let (mut broke, mut saved) = (0, 0);
    for entry in fs::read_dir(folder).expect("it is a folder of this repository") {
        let path = entry.expect("it can be listed").path();
        let bytes = fs::read(&path).expect("it can be read");
        let checkpoint = Checkpoint::read(&bytes).expect("what was found are weights, if odd ones");
        let mut trainer: Trainer<f32> =
            Trainer::resume(checkpoint, TEXT, Some(UnknownSymbols::Grow))
                .expect("the text is long enough");
        if trainer.step().is_err() {
            broke += 1;
            continue;
        }
        saved += 1;
        if let Err(error) = Checkpoint::read(&trainer.save()) {
            panic!("{}: {error}", path.display());
        }
    }
    assert!(broke + saved >= 2, "{broke} broke, {saved} could be saved");
}
