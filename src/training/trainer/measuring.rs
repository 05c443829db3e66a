//! Measuring the held-out loss of a run: when it is due, what it counts for, and what follows from it.

use super::Trainer;
use crate::linalg::Scalar;
use crate::training::report::HeldOut;
use crate::training::validation::Purpose;

/// The measurements that count for patience are this many characters apart, or a pass over the text if that is longer.
pub const MEASURE_EVERY: u64 = 100_000;

/// An estimate of the held-out loss is the mean over at least so many predictions.
const LEAST_ESTIMATE: usize = 1000;

impl<S: Scalar> Trainer<S> {
    /// Puts so many characters between the measurements that count for patience; `None`: a pass over the text,
    /// and [`MEASURE_EVERY`] at least.
    ///
    /// # Panics
    /// When there are none.
    pub fn set_measure_every(&mut self, characters: Option<u64>) {
        let pass = self.corpus.training().len() as u64;
        self.measure_every = characters.unwrap_or(pass.max(MEASURE_EVERY));
        assert!(self.measure_every > 0, "a distance");
    }

    /// Characters between two of them.
    #[must_use]
    pub fn measure_every(&self) -> u64 {
        self.measure_every
    }

    /// Whether the next measurement counts for patience: the first one in each stretch of so many characters
    /// does. All others, however many, change nothing. A run that is measured whenever this says so, before it
    /// goes on, ends at the same step with the same weights however often it is saved and resumed.
    #[must_use]
    pub fn is_measurement_due(&self) -> bool {
        let stretch = |characters: u64| characters / self.measure_every;
        stretch(self.run.characters_seen) > stretch(self.run.measured)
    }

    /// Begins to measure the held-out loss of the present weights. A measurement of other weights that is
    /// under way is given up, unless it counts for patience: then that one goes on.
    pub fn begin_evaluation(&mut self) {
        let under_way = self.work.evaluation.purpose();
        let is_present = self.work.evaluation.step() == self.run.step;
        if matches!(under_way, Some(Purpose::Patience { .. }))
            || under_way == Some(Purpose::Report) && is_present
        {
            return;
        }
        self.begin(if self.is_measurement_due() {
            Purpose::Patience {
                characters: self.run.characters_seen,
            }
        } else {
            Purpose::Report
        });
    }

    /// As [`Trainer::begin_evaluation`], but in the first pass over the text only the beginning of the held-out
    /// part is read: as large a share of it as has been read of the training part. Such an estimate is there
    /// soon and changes nothing: neither [`Trainer::held_out`] nor patience.
    pub fn begin_estimate(&mut self) {
        let all = self.corpus.held_out().len() - 1;
        let predictions = if self.run.cursor.epoch > 0 {
            all
        } else {
            let share = self.run.cursor.position as f64 / self.streams.length as f64;
            ((share * all as f64) as usize).max(LEAST_ESTIMATE)
        };
        let counts = matches!(
            self.work.evaluation.purpose(),
            Some(Purpose::Patience { .. })
        );
        if predictions >= all || self.is_measurement_due() || counts {
            return self.begin_evaluation();
        }
        self.begin(Purpose::Estimate { predictions });
    }

    fn begin(&mut self, purpose: Purpose) {
        let (run, work) = (&self.run, &mut self.work);
        work.evaluation.begin(&run.model.params, run.step, purpose);
        work.had_learned = work.divergence.has_learned();
    }

    /// Whether a measurement is under way.
    #[must_use]
    pub fn is_evaluating(&self) -> bool {
        self.work.evaluation.purpose().is_some()
    }

    /// Goes on with the measurement by a few dozen characters; `Some` when it is complete.
    pub fn evaluate(&mut self) -> Option<HeldOut> {
        let (run, work) = (&mut self.run, &mut self.work);
        let purpose = work.evaluation.purpose()?;
        let held_out = work.evaluation.advance(self.corpus.held_out())?;
        if held_out.estimate.is_none() {
            run.held_out = Some(held_out);
        }
        if let Purpose::Patience { characters } = purpose {
            run.stop_early(held_out, work.evaluation.params(), characters);
        }
        // Where early stopping has brought the best weights back, their loss is judged.
        let present = match held_out.estimate {
            None => run.held_out.unwrap_or(held_out),
            Some(_) => held_out,
        };
        work.worse_than_blind =
            work.had_learned && work.divergence.is_worse_than_blind(present.loss);
        Some(held_out)
    }

    /// `-ln p` of each held-out character that the newest complete measurement, be it an estimate, predicted.
    #[must_use]
    pub fn held_out_surprise(&self) -> &[f32] {
        self.work.evaluation.surprise()
    }

    /// Whether the newest held-out loss is that of the present weights.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.run.is_measured()
    }

    /// The newest held-out loss.
    #[must_use]
    pub fn held_out(&self) -> Option<HeldOut> {
        self.run.held_out
    }

    /// Whether the newest held-out loss since the run was made or loaded is above blind guessing although the
    /// training loss was clearly below it. Then the held-out part is of another kind or the training part is
    /// known by heart, or the network has come to a state on the way that it never leaves: what
    /// [`crate::config::Config::state_reset`] prevents.
    #[must_use]
    pub fn is_worse_than_blind(&self) -> bool {
        self.work.worse_than_blind
    }
}
