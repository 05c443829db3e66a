//! How this call calculates: its arithmetic, and the instructions that do it.

use std::sync::OnceLock;

use babble::linalg::{Arithmetic, use_arithmetic};
use serde::Serialize;

use crate::failure::Failure;

/// What products are computed with.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Calculation {
    arithmetic: &'static str,
    instructions: &'static str,
}

static CHOSEN: OnceLock<Calculation> = OnceLock::new();

/// What was chosen.
pub fn chosen() -> Calculation {
    *CHOSEN.get().expect("it is chosen before any command")
}

impl std::fmt::Display for Calculation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} arithmetic with {}",
            self.arithmetic, self.instructions
        )
    }
}

/// The arithmetic of this name.
pub fn arithmetic(name: &str) -> Result<Arithmetic, String> {
    match name {
        "plain" => Ok(Arithmetic::Plain),
        "fused" => Ok(Arithmetic::Fused),
        _ => Err("it must be plain or fused".to_owned()),
    }
}

/// Uses this arithmetic, or the fastest there is.
pub fn choose(asked: Option<Arithmetic>) -> Result<(), Failure> {
    let attempt =
        |arithmetic| use_arithmetic(arithmetic).map(|instructions| (arithmetic, instructions));
    let found = match asked {
        Some(arithmetic) => attempt(arithmetic),
        None => attempt(Arithmetic::Fused).or_else(|| attempt(Arithmetic::Plain)),
    };
    let Some((arithmetic, instructions)) = found else {
        return Err(Failure::usage(
            "This processor cannot fuse (it lacks AVX2 or FMA): choose --arithmetic plain."
                .to_owned(),
        ));
    };
    let arithmetic = match arithmetic {
        Arithmetic::Plain => "plain",
        Arithmetic::Fused => "fused",
    };
    CHOSEN.get_or_init(|| Calculation {
        arithmetic,
        instructions,
    });
    Ok(())
}
