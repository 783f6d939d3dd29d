//! Judging what was captured: labels out of bytes, HAR files good and hostile.
#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

mod derivation;
mod har;
