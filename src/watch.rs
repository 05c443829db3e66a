//! When has training gone wrong for good? A judgement of losses alone. Imports nothing of the crate.

/// A loss this far above blind guessing, averaged over about [`WATCH_STEPS`] steps, is an explosion:
/// fresh weights begin within a tenth of a nat of it, and learning only goes down from there.
const EXPLOSION_NATS: f64 = 1.0;
/// The reach of that average.
const WATCH_STEPS: f64 = 50.0;

/// A moving average of the loss that knows when training has gone wrong for good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    blind_nats: f64,
    average: f64,
    /// Weights from elsewhere may begin above blind guessing; then that is where they start from.
    start: Option<f64>,
}

impl Watch {
    /// Nothing seen yet; as many symbols as the vocabulary has.
    pub fn new(symbols: usize) -> Self {
        let blind_nats = (symbols as f64).ln();
        Self {
            blind_nats,
            average: blind_nats,
            start: None,
        }
    }

    /// Takes in the next loss; whether training has diverged.
    pub fn explodes(&mut self, loss: f64) -> bool {
        if !loss.is_finite() {
            return true;
        }
        let start = *self.start.get_or_insert_with(|| loss.max(self.blind_nats));
        self.average += (loss - self.average) / WATCH_STEPS;
        self.average > start + EXPLOSION_NATS
    }

    /// Whether the recent losses are well below an explosion.
    pub fn is_healthy(&self) -> bool {
        self.is_bearable(self.average)
    }

    /// Whether a loss is well below an explosion; NaN is not.
    pub fn is_bearable(&self, loss: f64) -> bool {
        loss <= self.start.unwrap_or(self.blind_nats) + EXPLOSION_NATS / 2.0
    }
}
