//! The package's second module, whose products fuse each multiplication with the addition behind it.
//!
//! Of `x + a * b` relaxed-simd makes one instruction, `f32x4.relaxed_madd`, which rounds once where the processor
//! can and twice where it cannot. The module is the first one with those instructions exchanged, byte for byte,
//! in the functions of the products: they alone read a number into all four lanes. So both have the same
//! imports and exports, and one script serves either.

use std::ops::Range;

use anyhow::Result;
use wasmparser::Operator;

use crate::code::functions;

const NOP: u8 = 1;
/// `f32x4.relaxed_madd`
const MULTIPLY_ADD: [u8; 3] = [0xfd, 0x85, 0x02];

/// A sum: `local.get x`, the factors, `f32x4.mul`, `f32x4.add`.
struct Sum {
    /// `local.get x`.
    addend: Range<usize>,
    /// Where the multiplication begins.
    multiplication: usize,
    /// Where the addition ends.
    end: usize,
}

/// Fuses the sums in the products of `wasm`. Returns how many there were.
///
/// # Errors
/// When `wasm` is no module.
pub fn fuse(wasm: &mut [u8]) -> Result<usize> {
    let mut sums = Vec::new();
    for operators in functions(wasm)? {
        let multiplies = |(operator, _): &(Operator<'_>, usize)| {
            matches!(operator, Operator::V128Load32Splat { .. })
        };
        if operators.iter().any(multiplies) {
            sums.extend((0..operators.len()).filter_map(|at| sum(&operators, at)));
        }
    }
    for Sum {
        addend,
        multiplication,
        end,
    } in &sums
    {
        // The factors come first now, and what they are added to last.
        wasm[addend.start..*multiplication].rotate_left(addend.len());
        let (instruction, rest) = wasm[*multiplication..*end].split_at_mut(MULTIPLY_ADD.len());
        instruction.copy_from_slice(&MULTIPLY_ADD);
        rest.fill(NOP);
    }
    Ok(sums.len())
}

/// The sum that begins at operator `from`.
fn sum(operators: &[(Operator<'_>, usize)], from: usize) -> Option<Sum> {
    let [
        (
            Operator::LocalGet {
                local_index: addend,
            },
            begin,
        ),
        (_, behind),
        ..,
    ] = operators[from..]
    else {
        return None;
    };
    // Values on the stack above the addend: the factors, in the end.
    let mut height = 0;
    for at in from + 1.. {
        match operators.get(at)?.0 {
            Operator::LocalGet { .. } | Operator::I32Const { .. } | Operator::I64Const { .. } => {
                height += 1;
            }
            // The addend is read later than it was.
            Operator::LocalTee { local_index } if height > 0 && local_index != addend => {}
            Operator::V128Load { .. }
            | Operator::V128Load32Splat { .. }
            | Operator::I32WrapI64
            | Operator::I64ExtendI32U
                if height > 0 => {}
            // Addresses.
            Operator::I32Add
            | Operator::I64Add
            | Operator::I64Or
            | Operator::I64Shl
            | Operator::I64ShrU
                if height > 1 =>
            {
                height -= 1;
            }
            Operator::F32x4Mul if height == 2 => {
                let (Operator::F32x4Add, _) = operators.get(at + 1)? else {
                    return None;
                };
                return Some(Sum {
                    addend: begin..behind,
                    multiplication: operators[at].1,
                    end: operators.get(at + 2)?.1,
                });
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::testing::module;
    use wasm_encoder::{Instruction, MemArg};

    const POINTER: u32 = 0;
    const X: u32 = 2;
    const A: u32 = 3;
    const B: u32 = 4;

    /// The number at the pointer, in all four lanes.
    fn splat() -> Vec<Instruction<'static>> {
        let memarg = MemArg {
            offset: 4,
            align: 0,
            memory_index: 0,
        };
        vec![
            Instruction::LocalGet(POINTER),
            Instruction::V128Load32Splat(memarg),
        ]
    }

    /// `A = number`, as the products begin.
    fn beginning() -> Vec<Instruction<'static>> {
        [splat(), vec![Instruction::LocalSet(A)]].concat()
    }

    /// What becomes of these instructions, and how many sums there were.
    fn fused(instructions: &[Instruction<'_>]) -> (Vec<u8>, usize) {
        let mut wasm = module(instructions);
        let sums = fuse(&mut wasm).expect("a module");
        wasmparser::validate(&wasm).expect("still valid");
        (wasm, sums)
    }

    #[test]
    fn a_multiplication_and_its_addition_become_one() {
        let factors = [
            vec![Instruction::LocalGet(B)],
            splat(),
            vec![Instruction::LocalTee(A)],
        ]
        .concat();
        let plain = [
            vec![Instruction::LocalGet(X)],
            factors.clone(),
            vec![
                Instruction::F32x4Mul,
                Instruction::F32x4Add,
                Instruction::LocalSet(X),
            ],
        ]
        .concat();
        let after = [
            factors,
            vec![Instruction::LocalGet(X), Instruction::F32x4RelaxedMadd],
            vec![Instruction::Nop; 3],
            vec![Instruction::LocalSet(X)],
        ]
        .concat();
        assert_eq!(fused(&plain), (module(&after), 1));
    }

    #[test]
    fn addresses_may_be_computed_on_the_way() {
        let factors = [
            vec![
                Instruction::LocalGet(B),
                Instruction::LocalGet(POINTER),
                Instruction::I32Const(4),
                Instruction::I32Add,
            ],
            splat()[1..].to_vec(),
        ]
        .concat();
        let addition = [Instruction::F32x4Mul, Instruction::F32x4Add];
        let get = Instruction::LocalGet(X);
        let set = Instruction::LocalSet(X);
        let plain = [
            vec![get.clone()],
            factors.clone(),
            addition.to_vec(),
            vec![set.clone()],
        ]
        .concat();
        let madd = vec![get, Instruction::F32x4RelaxedMadd];
        let after = [factors, madd, vec![Instruction::Nop; 3], vec![set]].concat();
        assert_eq!(fused(&plain), (module(&after), 1));
    }

    #[test]
    fn other_arithmetic_stays_as_it_is() {
        let get = Instruction::LocalGet;
        let multiply = [get(A), get(B), Instruction::F32x4Mul];
        for kept in [
            // The product comes first.
            [
                &multiply[..],
                &[get(X), Instruction::F32x4Add, Instruction::LocalSet(X)],
            ]
            .concat(),
            // A difference.
            [
                &[get(X)],
                &multiply[..],
                &[Instruction::F32x4Sub, Instruction::LocalSet(X)],
            ]
            .concat(),
            // A factor takes the addend's place before it would be read.
            vec![
                get(X),
                get(A),
                Instruction::LocalTee(X),
                get(B),
                Instruction::F32x4Mul,
                Instruction::F32x4Add,
                Instruction::LocalSet(X),
            ],
        ] {
            let code = [beginning(), kept].concat();
            assert_eq!(fused(&code), (module(&code), 0));
        }
    }

    #[test]
    fn sums_that_are_no_products_of_matrices_stay() {
        let code = [
            Instruction::LocalGet(X),
            Instruction::LocalGet(A),
            Instruction::LocalGet(B),
            Instruction::F32x4Mul,
            Instruction::F32x4Add,
            Instruction::LocalSet(X),
        ];
        assert_eq!(fused(&code), (module(&code), 0));
    }

    #[test]
    fn what_is_no_module_is_an_error() {
        assert!(fuse(&mut [1, 2, 3]).is_err());
    }
}
