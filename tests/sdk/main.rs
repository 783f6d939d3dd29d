//! SDKs that are wrong on purpose, and drivers that are: each is told by name.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot run its program has to fail"
)]

mod commands;
mod gate;
mod misbehaving;
mod protocol;
mod suite;
mod support;
mod toy;
