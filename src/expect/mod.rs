//! Labels to expectation, pure. Knows neither the network nor verdicts, and never `reference`.
//!
//! A step carries labels that say what was done to a valid payload. Each label is governed by one row of the requirement
//! table; this module puts the rows of a step together: which of them may answer, in which order, and how surely.

mod expectation;
mod order;
mod violation;

pub use expectation::{Expectation, expectation, strongest};
pub use order::order_attestation;
pub use violation::{Bounds, Constraint, Violation};
