//! The transports against servers that behave, misbehave and attack.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test that calls them")]

mod answer;
mod connections;
mod hostile;
mod server;
mod tls;
mod wire;
