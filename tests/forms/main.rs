//! The forms of a report, and comparisons, over synthetic runs: what they say, that other programs can read them, and that
//! nothing hostile gets through.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod annotations;
mod badge;
mod comparison;
mod every;
mod har;
mod markdown;
mod sample;
mod sarif;
mod schema;
