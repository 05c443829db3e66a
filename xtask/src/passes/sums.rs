//! The sums of the products, as LLVM writes them: `x + a * b`.

use std::ops::Range;

use wasmparser::Operator;

use super::code::Operators;

/// `local.get x`, the factors, `f32x4.mul`, `f32x4.add`. It takes nothing from the stack that was there before,
/// and leaves there what it comes to.
pub struct Sum {
    /// The locals that it reads or keeps something in on the way.
    pub touches: Vec<u32>,
    /// The bytes of its addition.
    pub addition: Range<usize>,
    /// The operator behind it.
    pub next: usize,
}

impl Sum {
    /// The sum that begins at operator `from`. Its factors keep nothing in `x`.
    pub fn at(operators: &Operators<'_>, from: usize) -> Option<Self> {
        let start = |at: usize| operators.get(at).map(|&(_, start)| start);
        let Operator::LocalGet {
            local_index: addend,
        } = operators.get(from)?.0
        else {
            return None;
        };
        let mut touches = vec![addend];
        // Values on the stack above the addend: the factors, in the end.
        let mut height = 0;
        for at in from + 1.. {
            match operators.get(at)?.0 {
                Operator::LocalGet { local_index } => {
                    touches.push(local_index);
                    height += 1;
                }
                Operator::LocalTee { local_index } if height > 0 && local_index != addend => {
                    touches.push(local_index);
                }
                Operator::V128Load { .. } | Operator::V128Load32Splat { .. } if height > 0 => {}
                // Addresses.
                Operator::I32Const { .. } | Operator::I64Const { .. } => height += 1,
                Operator::I32WrapI64 | Operator::I64ExtendI32U if height > 0 => {}
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
                    let next = at + 2;
                    let (Operator::F32x4Add, addition) = *operators.get(at + 1)? else {
                        return None;
                    };
                    return Some(Self {
                        touches,
                        addition: addition..start(next)?,
                        next,
                    });
                }
                _ => return None,
            }
        }
        None
    }
}
