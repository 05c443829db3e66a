//! A step that several workers share, each with a trainer of its own: see [`crate::training::workspace::Part`].

use wasm_bindgen::prelude::*;

use super::Trainer;
use super::convert::throw;
use crate::Error;

#[wasm_bindgen]
impl Trainer {
    /// Into how many shards the batch is cut; at most so many workers can share a step.
    #[wasm_bindgen(getter)]
    pub fn shards(&self) -> usize {
        self.0.shard_count()
    }

    /// Computes the part of this shard in the next step. Returns its summed loss in nats.
    #[wasm_bindgen(js_name = computePart)]
    pub fn compute_part(&mut self, shard: usize) -> f64 {
        self.0.part(shard).compute()
    }

    /// How many numbers a shard's part consists of.
    #[wasm_bindgen(js_name = partLength)]
    pub fn part_length(&mut self, shard: usize) -> usize {
        self.0.part(shard).count()
    }

    /// Writes a computed part to `to`, beginning at `at`.
    #[wasm_bindgen(js_name = writePart)]
    pub fn write_part(&mut self, shard: usize, to: &js_sys::Float32Array, at: u32) {
        let mut at = at;
        for piece in self.0.part(shard).values() {
            let end = at + piece.len() as u32;
            to.subarray(at, end).copy_from(piece);
            at = end;
        }
    }

    /// Copies a part that another worker computed, from `from`, beginning at `at`.
    #[wasm_bindgen(js_name = takePart)]
    pub fn take_part(&mut self, shard: usize, nats: f64, from: &js_sys::Float32Array, at: u32) {
        let mut at = at;
        self.0.part(shard).copy(nats, |piece| {
            let end = at + piece.len() as u32;
            from.subarray(at, end).copy_to(piece);
            at = end;
        });
    }

    /// Makes the next step report how far it moved the weights.
    #[wasm_bindgen(js_name = measureNextUpdate)]
    pub fn measure_next_update(&mut self) {
        self.0.measure_next_update();
    }

    /// Ends the step whose parts are all there, and writes to `report`: steps done, loss, epoch, characters
    /// seen, gradient norm, learning rate and, where it was asked for, the update ratio (else NaN), all as in
    /// `SliceReport`. Throws `Diverged` as `run` does.
    #[wasm_bindgen(js_name = finishStep)]
    pub fn finish_step(&mut self, report: &js_sys::Float64Array) -> Result<(), JsValue> {
        let step = self.0.step().map_err(throw)?;
        report.copy_from(&[
            step.step as f64,
            step.loss,
            self.0.cursor().epoch as f64,
            self.0.characters_seen() as f64,
            step.gradient_norm,
            step.learning_rate,
            step.update_ratio.unwrap_or(f64::NAN),
        ]);
        Ok(())
    }

    /// As `finishStep`, for a worker that reports nothing: the leader judges whether training has diverged. Returns
    /// whether there was an update.
    #[wasm_bindgen(js_name = followStep)]
    pub fn follow_step(&mut self) -> bool {
        let loss = match self.0.gradients() {
            Ok(loss) | Err(Error::Diverged { loss, .. }) => loss,
            Err(_) => f64::NAN,
        };
        self.0.apply(loss).is_ok()
    }

    /// Gives up the step whose parts were begun: all is as it was before.
    #[wasm_bindgen(js_name = abandonParts)]
    pub fn abandon_parts(&mut self) {
        self.0.discard_parts();
    }
}
