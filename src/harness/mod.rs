//! The only room that sees every stage: it wires them and knows neither flags nor colours.

mod filter;
mod meter;

pub use filter::{Filter, FilterError};
pub use meter::{Meter, Metered};
