//! The library as a whole: the suite against the reference server and against wrong servers, in process.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test helper that cannot do its work has to fail")]

mod conformance;
mod in_process;
mod known;
mod null_servers;
mod premade;
mod state;
mod table;
