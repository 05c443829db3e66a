//! When has training gone wrong for good? A judgement of losses alone.

/// A loss this far above where the weights began, averaged over about [`AVERAGED_STEPS`] steps, is an
/// explosion: fresh weights begin within a tenth of a nat of blind guessing, and learning goes down.
const EXPLOSION_NATS: f64 = 1.0;
/// The reach of that average.
const AVERAGED_STEPS: f64 = 50.0;
/// For so many steps after an explosion, good weights must stay as good as they were: a learning rate
/// that ruins them again without quite exploding is still too high.
const PROBATION_STEPS: u32 = 200;
/// A training loss under this share of blind guessing is below it for good: fresh weights may begin a little
/// under it by chance.
const LEARNED_SHARE: f64 = 0.9;

/// A moving average of the loss that knows when training has gone wrong for good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DivergenceDetector {
    blind_nats: f64,
    probation: u32,
    /// The first loss, and the moving average; none before the first step.
    seen: Option<(f64, f64)>,
}

impl DivergenceDetector {
    /// Nothing seen yet; as many symbols as the vocabulary has.
    pub fn new(symbols: usize) -> Self {
        Self {
            blind_nats: (symbols as f64).ln(),
            probation: 0,
            seen: None,
        }
    }

    /// As [`DivergenceDetector::new`], for weights that an explosion made one go back to.
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
        let average = average + (loss - average) / AVERAGED_STEPS;
        self.seen = Some((first, average));
        let explodes = average > self.start() + EXPLOSION_NATS;
        self.probation = self.probation.saturating_sub(1);
        explodes
    }

    /// Whether the recent losses are well below an explosion.
    pub fn is_healthy(&self) -> bool {
        self.is_bearable(self.seen.map_or(self.blind_nats, |(_, average)| average))
    }

    /// Whether the recent losses are clearly better than blind guessing.
    pub fn has_learned(&self) -> bool {
        self.seen
            .is_some_and(|(_, average)| average < LEARNED_SHARE * self.blind_nats)
    }

    /// Whether a loss is worse than blind guessing.
    pub fn is_worse_than_blind(&self, loss: f64) -> bool {
        loss > self.blind_nats
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
#[path = "../../tests/unit/divergence.rs"]
mod tests;
