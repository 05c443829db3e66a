//! When training has gone wrong for good.

use super::*;

/// Steps until it explodes, of at most a thousand.
fn steps_until_explosion(
    mut detector: DivergenceDetector,
    loss: impl Fn(u32) -> f64,
) -> Option<u32> {
    (0..1000).find(|&step| detector.explodes(loss(step)))
}

#[test]
fn a_loss_that_stays_far_above_blind_guessing_explodes() {
    let blind = 65f64.ln();
    let detector = DivergenceDetector::new(65);
    assert_eq!(steps_until_explosion(detector, |_| f64::NAN), Some(0));
    assert!(
        steps_until_explosion(detector, |t| if t == 0 { blind } else { blind + 3.0 }).is_some()
    );
    assert_eq!(
        steps_until_explosion(detector, |t| if t == 0 { 1.8 } else { 4.0 }),
        None
    );
    // One wild step alone is none.
    assert_eq!(
        steps_until_explosion(detector, |t| if t == 9 { 40.0 } else { 3.0 }),
        None
    );
}

#[test]
fn a_training_loss_has_learned_only_when_it_is_clearly_below_blind_guessing() {
    let after = |loss: f64| {
        let mut detector = DivergenceDetector::new(65);
        assert!(!detector.explodes(loss));
        detector.has_learned()
    };
    assert!(!DivergenceDetector::new(65).has_learned());
    assert!(!after(65f64.ln() - 0.1));
    assert!(after(3.0));
}

#[test]
fn weights_that_begin_above_blind_guessing_may() {
    assert_eq!(
        steps_until_explosion(DivergenceDetector::new(65), |_| 9.0),
        None
    );
}

#[test]
fn after_an_explosion_good_weights_must_stay_good_for_a_while() {
    let detector = DivergenceDetector::after_explosion(65);
    assert!(steps_until_explosion(detector, |t| if t == 0 { 1.8 } else { 3.5 }).is_some());
    assert_eq!(
        steps_until_explosion(detector, |t| if t < 300 { 1.8 } else { 4.0 }),
        None
    );
}
