//! A run in a file, to be checked.

use super::Checkpoint;
use crate::nn::model::Model;
use crate::training::run_check::{Refusal, RunCheck};

impl Checkpoint {
    /// A check of the gradient of the run's next chunk. `training` is the part of its text that it is trained on.
    ///
    /// # Errors
    /// A sentence: the file holds no run, the text is another one, or the check would take too long.
    pub fn check(&self, training: &str) -> std::result::Result<RunCheck, Refusal> {
        let Some(resume) = &self.resume else {
            return Err("These weights are of no run that could be checked.".into());
        };
        let Model { vocabulary, params } = &self.model;
        RunCheck::new(
            &self.config,
            resume.raw.as_ref().unwrap_or(params),
            &resume.states,
            vocabulary.encode(training),
            (resume.cursor, self.step),
        )
    }
}
