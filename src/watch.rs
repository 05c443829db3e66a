//! When has training gone wrong for good? A judgement of losses alone. Imports nothing of the crate.

/// A loss this far above where the weights began, averaged over about [`WATCH_STEPS`] steps, is an
/// explosion: fresh weights begin within a tenth of a nat of blind guessing, and learning goes down.
const EXPLOSION_NATS: f64 = 1.0;
/// The reach of that average.
const WATCH_STEPS: f64 = 50.0;
/// For so many steps after an explosion, good weights must stay as good as they were: a learning rate
/// that ruins them again without quite exploding is still too high.
const PROBATION_STEPS: u32 = 200;

/// A moving average of the loss that knows when training has gone wrong for good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    blind_nats: f64,
    probation: u32,
    /// The first loss, and the moving average; none before the first step.
    seen: Option<(f64, f64)>,
}

impl Watch {
    /// Nothing seen yet; as many symbols as the vocabulary has.
    pub fn new(symbols: usize) -> Self {
        Self {
            blind_nats: (symbols as f64).ln(),
            probation: 0,
            seen: None,
        }
    }

    /// As [`Watch::new`], for weights that an explosion made one go back to.
    pub fn after_explosion(symbols: usize) -> Self {
        Self {
            probation: PROBATION_STEPS,
            ..Self::new(symbols)
        }
    }

    /// Takes in the next loss; whether training has diverged.
    pub fn explodes(&mut self, loss: f64) -> bool {
        if !loss.is_finite() {
            return true;
        }
        let (first, average) = self.seen.unwrap_or((loss, loss));
        let average = average + (loss - average) / WATCH_STEPS;
        self.seen = Some((first, average));
        let explodes = average > self.start() + EXPLOSION_NATS;
        self.probation = self.probation.saturating_sub(1);
        explodes
    }

    /// Whether the recent losses are well below an explosion.
    pub fn is_healthy(&self) -> bool {
        self.is_bearable(self.seen.map_or(self.blind_nats, |(_, average)| average))
    }

    /// Whether a loss is well below an explosion; NaN is not.
    pub fn is_bearable(&self, loss: f64) -> bool {
        loss <= self.start() + EXPLOSION_NATS / 2.0
    }

    /// What the loss is measured against. Weights from elsewhere may begin above blind guessing.
    fn start(&self) -> f64 {
        match self.seen {
            Some((first, _)) if self.probation > 0 => first,
            Some((first, _)) => first.max(self.blind_nats),
            None => self.blind_nats,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps until it explodes, of at most a thousand.
    fn steps_until_explosion(mut watch: Watch, loss: impl Fn(u32) -> f64) -> Option<u32> {
        (0..1000).find(|&step| watch.explodes(loss(step)))
    }

    #[test]
    fn a_loss_that_stays_far_above_blind_guessing_explodes() {
        let blind = 65f64.ln();
        let watch = Watch::new(65);
        assert_eq!(steps_until_explosion(watch, |_| f64::NAN), Some(0));
        assert!(
            steps_until_explosion(watch, |t| if t == 0 { blind } else { blind + 3.0 }).is_some()
        );
        assert_eq!(
            steps_until_explosion(watch, |t| if t == 0 { 1.8 } else { 4.0 }),
            None
        );
        // One wild step alone is none.
        assert_eq!(
            steps_until_explosion(watch, |t| if t == 9 { 40.0 } else { 3.0 }),
            None
        );
    }

    #[test]
    fn weights_that_begin_above_blind_guessing_may() {
        assert_eq!(steps_until_explosion(Watch::new(65), |_| 9.0), None);
    }

    #[test]
    fn after_an_explosion_good_weights_must_stay_good_for_a_while() {
        let watch = Watch::after_explosion(65);
        assert!(steps_until_explosion(watch, |t| if t == 0 { 1.8 } else { 3.5 }).is_some());
        assert_eq!(
            steps_until_explosion(watch, |t| if t < 300 { 1.8 } else { 4.0 }),
            None
        );
    }
}
