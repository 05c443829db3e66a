//! The text: its symbols, its split, what stands out in it.

pub mod corpus;
pub mod facts;
pub mod vocab;
