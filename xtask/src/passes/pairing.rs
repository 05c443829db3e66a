//! The order of the products' instructions.
//!
//! Of `x += a * b; y += c * b` LLVM makes multiplication, addition, multiplication, addition, for on a stack
//! machine a value that is used once is computed where it is used. Engines keep that order. A processor that
//! deals its instructions out to its units in turn then has every multiplication wait for one unit and every
//! addition for another; with both multiplications before both additions, all units have work
//! (docs/performance.md). No option of LLVM's says so, so it is done here, to the finished wasm: the first
//! addition moves behind the second sum. The same instructions do the same arithmetic, to the bit, and none is
//! added, so that the bytes are only permuted.

use anyhow::Result;
use wasmparser::Operator;

use super::code::{Operators, functions};
use super::sums::Sum;

/// A sum that stays in a local: the sum, `local.set`.
struct Kept {
    sum: Sum,
    local: u32,
    /// Where it ends.
    end: usize,
}

impl Kept {
    /// The one that begins at operator `from`, and the operator behind it.
    fn at(operators: &Operators<'_>, from: usize) -> Option<(Self, usize)> {
        let sum = Sum::at(operators, from)?;
        let [(Operator::LocalSet { local_index: local }, _), (_, end), ..] = operators[sum.next..]
        else {
            return None;
        };
        let next = sum.next + 1;
        Some((Self { sum, local, end }, next))
    }

    /// Whether this one may be computed before `first` is set, though it stands behind.
    fn may_overtake(&self, first: &Self) -> bool {
        self.local != first.local && !self.sum.touches.contains(&first.local)
    }
}

/// Pairs the sums of every function of `wasm`. Returns how many pairs there were.
///
/// # Errors
/// When `wasm` is no module.
pub fn pair_products(wasm: &mut [u8]) -> Result<usize> {
    let mut pairs = Vec::new();
    for operators in functions(wasm)? {
        let mut first: Option<Kept> = None;
        let mut at = 0;
        while at < operators.len() {
            let Some((second, next)) = Kept::at(&operators, at) else {
                first = None;
                at += 1;
                continue;
            };
            at = next;
            first = match first {
                Some(first) if second.may_overtake(&first) => {
                    pairs.push((first.sum.addition.start..first.end, second.end));
                    None
                }
                _ => Some(second),
            };
        }
    }
    for (addition, end) in &pairs {
        wasm[addition.start..*end].rotate_left(addition.len());
    }
    Ok(pairs.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::code::testing::module;
    use wasm_encoder::Instruction;

    /// The locals of the tests' function, all of them vectors.
    const X: u32 = 2;
    const Y: u32 = 3;
    const Z: u32 = 4;
    const A: u32 = 5;
    const B: u32 = 6;
    const C: u32 = 7;

    /// `sum += factor * other`
    fn sum(sum: u32, factor: u32, other: u32) -> Vec<Instruction<'static>> {
        vec![
            Instruction::LocalGet(sum),
            Instruction::LocalGet(factor),
            Instruction::LocalGet(other),
            Instruction::F32x4Mul,
            Instruction::F32x4Add,
            Instruction::LocalSet(sum),
        ]
    }

    /// What pairing makes of these instructions, and how many pairs it found.
    fn paired(instructions: &[Instruction<'_>]) -> (Vec<u8>, usize) {
        let mut wasm = module(instructions);
        let pairs = pair_products(&mut wasm).expect("a module");
        wasmparser::validate(&wasm).expect("still valid");
        (wasm, pairs)
    }

    /// Two sums as they shall come: the second between the first one's multiplication and addition.
    fn pair(
        mut first: Vec<Instruction<'static>>,
        second: Vec<Instruction<'static>>,
    ) -> Vec<Instruction<'static>> {
        let addition = first.split_off(first.len() - 2);
        [first, second, addition].concat()
    }

    #[test]
    fn both_multiplications_come_before_both_additions() {
        // The first keeps its factor for the second, as the products do.
        let mut first = sum(X, A, B);
        first.insert(3, Instruction::LocalTee(C));
        let second = sum(Y, A, C);
        let before = [first.clone(), second.clone()].concat();
        assert_eq!(paired(&before), (module(&pair(first, second)), 1));
    }

    #[test]
    fn what_depends_on_the_sum_before_stays_behind_it() {
        // Another sum that ends in the same place.
        let mut moved = sum(Y, A, B);
        moved[5] = Instruction::LocalSet(X);
        for second in [sum(X, A, B), sum(Y, X, B), sum(Y, A, X), moved] {
            let code = [sum(X, A, B), second].concat();
            assert_eq!(paired(&code), (module(&code), 0));
        }
        // What the second keeps aside would be lost, were the first set after it.
        let mut second = sum(Y, A, B);
        second.insert(3, Instruction::LocalTee(X));
        let code = [sum(X, A, B), second].concat();
        assert_eq!(paired(&code), (module(&code), 0));
    }

    #[test]
    fn a_third_sum_is_left_for_a_fourth() {
        let sums = [sum(X, A, B), sum(Y, A, B), sum(Z, A, B)];
        let [first, second, third] = sums.clone();
        let after = [pair(first, second), third].concat();
        assert_eq!(paired(&sums.concat()), (module(&after), 1));
    }

    #[test]
    fn what_a_sum_would_leave_on_the_stack_is_not_overtaken() {
        // A number for later lies below the second sum.
        let later = vec![Instruction::LocalGet(Z)];
        let use_it = vec![Instruction::LocalSet(C)];
        let code = [sum(X, A, B), later, sum(Y, A, B), use_it].concat();
        assert_eq!(paired(&code), (module(&code), 0));
    }

    #[test]
    fn other_code_stays_as_it_is() {
        let code = [
            sum(X, A, B),
            vec![Instruction::Nop],
            sum(Y, A, B),
            vec![
                Instruction::LocalGet(A),
                Instruction::LocalGet(B),
                Instruction::F32x4Sub,
                Instruction::LocalSet(X),
            ],
        ]
        .concat();
        assert_eq!(paired(&code), (module(&code), 0));
    }

    #[test]
    fn what_is_no_module_is_an_error() {
        assert!(pair_products(&mut [1, 2, 3]).is_err());
    }
}
