//! `babble run`, with the first bytes as the length of the weights and the rest as the input.
#![no_main]

use babble::tasks::files::{Wanted, run};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let at = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let (weights, input) = rest.split_at(at);
    for lenses in [false, true] {
        let wanted = Wanted {
            backward: true,
            activations: lenses,
            lag: lenses,
        };
        let _ = run(weights, input, wanted);
    }
});
