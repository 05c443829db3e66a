//! The ways out of the products' loops that are never taken.
//!
//! Behind every depth `src/linalg/simd128.rs` leaves the loop where a column would lie at the very end of the address
//! space, which keeps the compiler from sorting the sums. Once it has compiled them they are only in the way, an
//! instruction each. So they become `nop`s here, which engines skip: the bytes keep their number.

use std::ops::Range;

use anyhow::Result;
use wasmparser::Operator;

use super::code::{NOP, functions};

/// A depth's operators are fewer.
const DEPTH: usize = 100;

/// Takes the fences out of every function of `wasm`. Returns how many there were.
///
/// # Errors
/// When `wasm` is no module.
pub fn remove(wasm: &mut [u8]) -> Result<usize> {
    let mut fences = Vec::new();
    for operators in functions(wasm)? {
        fences.extend((0..operators.len()).filter_map(|at| fence(&operators, at)));
    }
    for fence in &fences {
        wasm[fence.clone()].fill(NOP);
    }
    Ok(fences.len())
}

/// The bytes of the fence that begins at operator `from`: a branch that is taken where the number that was read
/// before it, at this local's address, was the last one of the address space.
fn fence(operators: &[(Operator<'_>, usize)], from: usize) -> Option<Range<usize>> {
    let [
        (Operator::LocalGet { local_index }, begin),
        (Operator::I32Const { value }, _),
        (Operator::I32Eq, _),
        (Operator::BrIf { .. }, _),
        (_, end),
        ..,
    ] = operators[from..]
    else {
        return None;
    };
    let read = operators[from.saturating_sub(DEPTH)..from]
        .windows(2)
        .any(|pair| match pair {
            [
                (Operator::LocalGet { local_index: local }, _),
                (Operator::V128Load32Splat { memarg }, _),
            ] => *local == local_index && last_address(memarg.offset) == Some(value),
            _ => false,
        });
    read.then_some(begin..end)
}

/// The address from which four bytes at `offset` are the last ones.
fn last_address(offset: u64) -> Option<i32> {
    i32::try_from(offset).ok()?.checked_neg()?.checked_sub(4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::code::testing::{POINTER, module, splat};
    use wasm_encoder::Instruction;

    const OTHER: u32 = 1;
    const SUM: u32 = 2;

    /// `sum += number at the pointer + offset`
    fn depth(offset: u64) -> Vec<Instruction<'static>> {
        let add = vec![Instruction::F32x4Add, Instruction::LocalSet(SUM)];
        [vec![Instruction::LocalGet(SUM)], splat(offset), add].concat()
    }

    /// `if pointer == value { leave }`
    fn exit(pointer: u32, value: i32) -> Vec<Instruction<'static>> {
        vec![
            Instruction::LocalGet(pointer),
            Instruction::I32Const(value),
            Instruction::I32Eq,
            Instruction::BrIf(0),
        ]
    }

    /// What becomes of these instructions, and how many fences there were.
    fn without(instructions: &[Instruction<'_>]) -> (Vec<u8>, usize) {
        let mut wasm = module(instructions);
        let fences = remove(&mut wasm).expect("a module");
        wasmparser::validate(&wasm).expect("still valid");
        (wasm, fences)
    }

    #[test]
    fn fences_become_nops_and_the_rest_stays() {
        let code = [depth(0), exit(POINTER, -4), depth(4), exit(POINTER, -8)].concat();
        // Each of the four takes two bytes, but for the comparison.
        let nops = vec![Instruction::Nop; 7];
        let after = [depth(0), nops.clone(), depth(4), nops].concat();
        assert_eq!(without(&code), (module(&after), 2));
    }

    #[test]
    fn ways_out_that_may_be_taken_stay() {
        for kept in [
            exit(POINTER, -8),
            exit(POINTER, 4),
            exit(POINTER, i32::MIN),
            exit(OTHER, -4),
        ] {
            let code = [depth(0), kept].concat();
            assert_eq!(without(&code), (module(&code), 0));
        }
        let before_it_was_read = [exit(POINTER, -4), depth(0)].concat();
        assert_eq!(
            without(&before_it_was_read),
            (module(&before_it_was_read), 0)
        );
    }

    #[test]
    fn what_is_no_module_is_an_error() {
        assert!(remove(&mut [1, 2, 3]).is_err());
    }
}
