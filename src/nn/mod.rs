//! The network: cells, layers, parameters, the model and its losses.

pub mod cell;
pub mod gradcheck;
pub(crate) mod layer;
pub mod lenses;
pub mod loss;
pub mod mistakes;
pub mod model;
pub mod params;
mod tape;
pub mod unrolled;
