//! The nullability matrix of a subject and the order of its checks, put together out of cases and their reports. Decides
//! no verdict, and knows neither transports nor the terminal.
//!
//! The matrix says for every path in every state what is expected, how well that is attested, what came and how it was
//! judged. The precedence graph says which of two defects the subject reports. It is learned from the subject alone:
//! its answer to a pair of defects is compared with its answers to each of them ([`Answered`]), so that a subject with
//! error types of its own shows its order all the same.

mod answered;
mod dot;
mod json;
mod markdown;
mod page;
mod precedence;
mod table;
mod text;

pub use answered::{Answered, Reported};
pub use dot::write_dot;
pub use json::write_json;
pub use markdown::write_markdown;
pub use precedence::{Aggregation, AttestedOrder, Edge, Pair, Precedence};
pub use table::{Expected, Got, Matrix, Slot, Source};
pub use text::write_text;
