//! Literal exchanges: what a server answers, word for word, and the verdict that it must get.
//!
//! `*.toml` beside this file holds them, written by hand from the evidence: answers that AWS is recorded to give, and answers
//! of emulators that are known to be wrong. No server of ours has a part in any of it; what is proven is that the judge and
//! the requirement table say of these answers what the evidence says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test helper that cannot do its work has to fail")]

mod at_once;
mod file;
mod verdicts;
mod wire;
