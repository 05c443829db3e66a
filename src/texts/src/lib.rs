//! How Babble comes by a text: what kind of file it is, which encoding it has, what a person wants changed,
//! and how several files become one text. The page (as a wasm module of its own, fetched when a file is no
//! plain UTF-8) and the terminal follow the same rules, for they run this same code.

pub mod change;
pub mod columns;
pub mod controls;
pub mod encoding;
pub mod join;
pub mod kind;
pub mod read;
#[cfg(target_arch = "wasm32")]
mod wasm;
