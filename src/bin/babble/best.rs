//! The best weights of a run, by the held-out loss. They go to a file of their own, `text.best.safetensors` beside
//! `text.safetensors`, which is there as long as the weights that were saved last may be worse.

use std::fs;
use std::path::{Path, PathBuf};

use babble::formats::checkpoint::Checkpoint;
use babble::training::report::{HeldOut, Match};
use babble::training::trainer::Trainer;

use crate::failure::Failure;
use crate::files;

#[derive(Debug)]
pub struct Best {
    /// None where the run goes to a device or a pipe.
    path: Option<PathBuf>,
    /// The best measurement so far.
    held_out: Option<HeldOut>,
    /// The file of its weights, until it is written.
    unsaved: Option<Vec<u8>>,
}

impl Best {
    /// Of a run that goes to `out`; nothing is measured yet.
    ///
    /// # Errors
    /// When the file exists already, unless it may be replaced, or when it is one of the `texts`.
    pub fn of(out: &Path, replace: bool, texts: &[&Path]) -> Result<Self, Failure> {
        let is_file = out.is_file() || !out.exists();
        let path = is_file.then(|| beside(out));
        if let Some(path) = &path {
            files::keep_apart(path, texts)?;
            files::keep_existing(path, replace, "--out names another for the run")?;
        }
        Ok(Self {
            path,
            held_out: None,
            unsaved: None,
        })
    }

    /// Takes over what the run of the file `weights` on this text has measured as its best.
    pub fn go_on_from(&mut self, weights: &Path, text: &str) {
        let path = beside(weights);
        let Ok(bytes) = files::read_tensors(&path) else {
            return; // The last weights were the best.
        };
        let Ok(checkpoint) = Checkpoint::read(&bytes) else {
            return;
        };
        let report = checkpoint.report(Some(text));
        if report.text == Match::Same {
            self.held_out = report.held_out;
            let is_here = fs::canonicalize(&path).ok()
                == self
                    .path
                    .as_ref()
                    .and_then(|here| fs::canonicalize(here).ok());
            self.unsaved = (!is_here).then_some(bytes);
        }
    }

    /// Keeps the present weights if they have just been measured and are the best.
    pub fn consider(&mut self, trainer: &Trainer<f32>) {
        let measured = trainer
            .held_out()
            .filter(|held_out| held_out.step == trainer.steps_done());
        let Some(measured) = measured else { return };
        if self.held_out.is_none_or(|best| measured.loss < best.loss) {
            self.held_out = Some(measured);
            self.unsaved = Some(trainer.save());
        }
    }

    /// The best measurement so far.
    pub fn held_out(&self) -> Option<HeldOut> {
        self.held_out
    }

    /// Writes the file, if it does not hold the best weights already. Returns its name, if there is one.
    pub fn save(&mut self) -> Result<Option<&Path>, Failure> {
        let Some(path) = &self.path else {
            return Ok(None);
        };
        if let Some(bytes) = self.unsaved.take() {
            files::write(path, &bytes)?;
        } else if self.held_out.is_none() {
            self.remove();
            return Ok(None);
        }
        Ok(Some(path))
    }

    /// Removes the file, for the run's own file holds the best weights, or there are none.
    pub fn remove(&self) {
        if let Some(path) = &self.path {
            // It may not be there. One that cannot be removed holds good weights, if not the best.
            let _ = fs::remove_file(path);
        }
    }
}

/// `text.best.safetensors` for `text.safetensors`.
fn beside(out: &Path) -> PathBuf {
    let mut name = out.file_stem().unwrap_or_default().to_owned();
    name.push(".best");
    if let Some(extension) = out.extension() {
        name.push(".");
        name.push(extension);
    }
    out.with_file_name(name)
}
