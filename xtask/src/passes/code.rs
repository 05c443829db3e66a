//! The code of a WebAssembly module, function by function.

use anyhow::Result;
use wasmparser::{Operator, Parser, Payload};

/// `nop`, which engines skip.
pub const NOP: u8 = 1;

/// A function's instructions, each with the place of its first byte in the module.
pub type Operators<'a> = Vec<(Operator<'a>, usize)>;

/// The instructions of every function of `wasm`.
///
/// # Errors
/// When `wasm` is no module.
pub fn functions(wasm: &[u8]) -> Result<Vec<Operators<'_>>> {
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload? {
            let operators = body.get_operators_reader()?.into_iter_with_offsets();
            functions.push(operators.collect::<Result<_, _>>()?);
        }
    }
    Ok(functions)
}

/// What the tests of the passes share.
#[cfg(test)]
pub mod testing {
    use wasm_encoder::{
        BlockType, CodeSection, Function, FunctionSection, Instruction, MemArg, MemorySection,
        MemoryType, Module, TypeSection, ValType,
    };

    /// A local that may hold an address.
    pub const POINTER: u32 = 0;

    /// The number that lies `offset` behind the pointer, in all four lanes.
    pub fn splat(offset: u64) -> Vec<Instruction<'static>> {
        let memarg = MemArg {
            offset,
            align: 0,
            memory_index: 0,
        };
        vec![
            Instruction::LocalGet(POINTER),
            Instruction::V128Load32Splat(memarg),
        ]
    }

    /// A module with a memory and one function: two numbers, which are the locals 0 and 1, six vectors, 2 to 7, and
    /// these instructions in a block.
    pub fn module(instructions: &[Instruction<'_>]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut function = Function::new([(2, ValType::I32), (6, ValType::V128)]);
        function.instruction(&Instruction::Block(BlockType::Empty));
        for instruction in instructions {
            function.instruction(instruction);
        }
        function.instruction(&Instruction::End);
        function.instruction(&Instruction::End);
        let mut code = CodeSection::new();
        code.function(&function);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&functions)
            .section(&memories)
            .section(&code);
        module.finish()
    }
}
