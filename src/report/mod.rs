//! Renders events into `impl Write`. Knows no transports and never decides pass or fail.
//!
//! A [`Reporter`] is fed with every [`RunEvent`](crate::event::RunEvent). A [`Recorder`] is the one that a run uses: it
//! keeps a [`Run`], one record for each case id however many rounds there are, and hands it to every [`Document`] once
//! the run is over. The terminal's end report, every [`Form`] and the HTML page are such documents; [`Progress`] shows the run while it
//! lasts. A [`Comparison`] is made of several runs. Nothing here opens a file: the caller hands in writers.
//!
//! Texts in events are escaped already. Every writer defends itself all the same with [`printable`]: no control or
//! reordering character ever leaves this module, apart from line breaks and the styles that it adds itself.

mod aggregate;
mod annotations;
mod badge;
mod case_text;
mod comparison;
mod context;
mod curl;
mod exchange_log;
mod form;
mod har;
mod html;
mod json;
mod junit;
mod markdown;
mod merge;
pub mod printable;
mod progress;
mod read;
mod reporter;
mod sarif;
pub mod shell;
mod terminal;

pub use aggregate::{CASE_IDS_MAX, CaseRecord, Run, Score, VerdictCounts};
pub use annotations::{ANNOTATIONS_MAX, write_annotations};
pub use badge::write_badge;
pub use case_text::{Palette, write_case};
pub use comparison::{
    COMPARISON_VERSION, Change, ChangeKind, Compared, Comparison, Kept, Step, Unsteady,
    write_comparison_json, write_comparison_markdown, write_comparison_text,
};
pub use context::{Context, RuleText, Source};
pub use curl::{CurlCommand, ENDPOINT_VARIABLE, TlsOptions, curl};
pub use exchange_log::{EXCHANGE_LOG_VERSION, ExchangeLog};
pub use form::Form;
pub use har::{HAR_CREATOR, write_har};
pub use html::{
    BASE_STYLE, EvidenceLookup, Heat, HeatBlock, HeatCell, HeatMap, HeatRow, HtmlContext, OrderEdge,
    OrderGraph, SentenceLookup, Supplement, escaped, write_html,
};
pub use json::{SCHEMA_VERSION, write_json};
pub use junit::write_junit;
pub use markdown::{SUMMARY_BYTES_MAX, write_markdown, write_markdown_within};
pub use merge::{MergeError, Part, merge};
pub use progress::Progress;
pub use read::{REPORT_BYTES_MAX, ReadError, read_json};
pub use reporter::{Document, Recorder, Reporter, Times};
pub use sarif::{RESULTS_MAX, write_sarif};
pub use terminal::{CASES_SHOWN, CurlLine, CurlLookup, Detail, Lookup, Terminal};
