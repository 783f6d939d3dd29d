//! Renders events into `impl Write`. Knows no transports and never decides pass or fail.
//!
//! A [`Reporter`] is fed with every [`RunEvent`](crate::event::RunEvent). A [`Recorder`] is the one that a run uses: it
//! keeps a [`Run`], one record for each case id however many rounds there are, and hands it to every [`Document`] once
//! the run is over. The terminal's end report, JSON and `JUnit` are such documents; [`Progress`] shows the run while it
//! lasts. Nothing here opens a file: the caller hands in writers.
//!
//! Texts in events are escaped already. Every writer defends itself all the same with [`printable`]: no control or
//! reordering character ever leaves this module, apart from line breaks and the styles that it adds itself.

mod aggregate;
mod case_text;
mod curl;
mod exchange_log;
mod json;
mod junit;
mod merge;
pub mod printable;
mod progress;
mod read;
mod reporter;
pub mod shell;
mod terminal;

pub use aggregate::{CASE_IDS_MAX, CaseRecord, Run, Score, VerdictCounts};
pub use case_text::{Palette, write_case};
pub use curl::{CurlCommand, ENDPOINT_VARIABLE, TlsOptions, curl};
pub use exchange_log::{EXCHANGE_LOG_VERSION, ExchangeLog};
pub use json::{SCHEMA_VERSION, write_json};
pub use junit::write_junit;
pub use merge::{MergeError, Part, merge};
pub use progress::Progress;
pub use read::{REPORT_BYTES_MAX, ReadError, read_json};
pub use reporter::{Document, Recorder, Reporter, Times};
pub use terminal::{CASES_SHOWN, CurlLookup, Detail, Lookup, Terminal};
