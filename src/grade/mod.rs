//! Judges what was captured before, without a network: the exchange log of a run ([`read_log`], [`grade_log`]), or what a
//! browser or a proxy has recorded. Knows neither sockets nor the reference server.
//!
//! # The form of an exchange log
//!
//! One JSON object a line, UTF-8, each line ended by a line feed; `countersign run --exchanges PATH` writes it. The first
//! line is the head, the last one the end, and between them stands one line for each case of each round, in the order in
//! which the cases ended. A log without its end is that of a run that was cut: what is there is graded, and the report says
//! that it is incomplete. So is a log whose last line has no line feed; that line is left out.
//!
//! | line | members |
//! |---|---|
//! | head | `exchange_log`: the version of the form, `1`; `header`: the [header](crate::event::RunHeader) of the run |
//! | case | `case` (the id), `index`, `round`, `layer`, `labels` (a list for each step), `runs`: a [`Capture`](crate::capture::Capture) |
//! | end | `end`: an object with `incomplete`, why the run ended before its last case, or `null` |
//!
//! `runs` has one entry, and one more for each confirmation of a failure. An entry is an object with one member:
//!
//! | member | what it holds |
//! |---|---|
//! | `seen` | `values` (what stands in the answers for `client_id`, `username`, `pool_id`, `email`), `steps` (an exchange for each step), `state` (as it was read afterwards, or `null`), `twin`, `other`, and `unread` (as `failed`) where a state that counts could not be read |
//! | `failed` | `verdict` (`uncovered` or `inconclusive`) and `reason`: there was no answer to judge |
//! | `left-out` | the same: the case would have used up the one user there was |
//!
//! `twin` is `"not-needed"`, `"deferred"` (the accepted case of the run is the twin of all), `{"sent": …}` with `exchange`,
//! `must_be_accepted` and `state`, or `{"failed": …}` as above. `other`, the other side of a relation, is `null`,
//! `{"sent": …}` with `exchanges` and `state`, or `{"failed": …}`.
//!
//! An exchange has `request` and `answer`. A request has `method`, `target`, `headers` (pairs of name and value, in wire
//! order) and `body`, or `raw` alone where the bytes of the connection were written out. An answer has `status`, `reason`,
//! `headers` and `body`, or `fault` alone: an object whose one member names a [`WireFault`](crate::wire::WireFault) and
//! holds its fields.
//!
//! Every text of an exchange is escaped as [`wire::escape`](crate::wire::escape) does it, so that no byte is lost, and holds
//! no late-bound value: those of the case, secrets and codes among them, are placeholders such as `${client_id}` or
//! `${code:wrong}`. In requests long runs stay folded as `${repeat:TIMES:TEXT}`, and `$${` stands for `${`.

mod body;
mod browser;
mod capture;
mod derive;
mod error;
mod har;
mod log;
mod shown;

pub use browser::grade_har;
pub use capture::{Grading, grade_log};
pub use derive::{Derived, derive};
pub use error::GradeError;
pub use har::HAR_ENTRIES_MAX;
pub(crate) use har::read_har;
pub use log::{LOG_BYTES_MAX, Log, read_log};
