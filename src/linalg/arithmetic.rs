//! Which arithmetic the products use.

/// How products of `f32` round. Everything else rounds the same way with both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// Each multiplication and each addition by itself: the same bits on every processor.
    Plain,
    /// A multiplication together with its addition. It is faster and the bits are others, the same on every
    /// processor that can.
    Fused,
}

/// Uses this arithmetic for every product from now on, in the whole program, and says which instructions do it.
/// Before the first call it is plain. A change in the middle of a run changes the run.
///
/// `None`, and nothing changes, where this build or this processor cannot: fused arithmetic needs AVX2 and FMA here; in the
/// browser the package has a module for each arithmetic.
pub fn use_arithmetic(arithmetic: Arithmetic) -> Option<&'static str> {
    #[cfg(target_arch = "x86_64")]
    return super::x86::use_arithmetic(arithmetic);
    #[cfg(not(target_arch = "x86_64"))]
    return (arithmetic == Arithmetic::Plain).then_some("baseline");
}
