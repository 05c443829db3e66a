//! The door, with the first bytes as the length of the weights and the rest as the input.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let at = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let (weights, input) = rest.split_at(at);
    let _ = babble::door::run(weights, input, true);
});
