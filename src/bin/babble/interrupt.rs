//! Ctrl-C, and the signal of `kill`: the first asks a run to end well, the second ends it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::{Failure, INTERRUPTED};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Catches the signals from now on.
pub fn watch() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    })
    .map_err(|error| Failure::check(format!("Ctrl-C cannot be watched for ({error}).")))
}

/// Whether one has come.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
