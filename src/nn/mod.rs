//! The network: cells, layers, parameters, the model and its losses.

pub mod cell;
pub mod gradcheck;
pub mod inspect;
pub(crate) mod layer;
pub mod loss;
pub mod mistakes;
pub mod model;
pub mod params;
pub mod unrolled;
