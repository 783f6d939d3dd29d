//! Snapshots of what a subject answers, or what an SDK sends, in insta's file format: written, compared and reviewed.
//! Knows neither how a verdict comes about nor the terminal.
//!
//! A run feeds [`Seen`] with its events and compares that with a [`Folder`], which has one file `GROUP.snap` for each group of
//! case ids (the form: [`group`]). What differs is written to `GROUP.snap.new` beside it, and waits there until somebody
//! accepts or rejects it, with `cargo insta` or by [`waiting`]: the bytes are the same either way.
//!
//! A case that a run did not send, or could not bring to a verdict, stays as it was accepted. Cases that do not exist any
//! more go when the whole suite was run. Nothing that a file holds hinders another one.

mod change;
mod comparison;
mod error;
mod folder;
pub mod group;
mod insta_file;
mod normaliser;
mod outcome;
mod review;

pub use change::{Change, Extent, Line, LineKind, changes, shown};
pub use comparison::{Compared, Pending, Scope, Seen, State};
pub use error::{FileError, SnapshotError};
pub use folder::{FILE_BYTES_MAX, Folder};
pub use group::{Basis, Group};
pub use normaliser::{NORMALISER_VERSION, Normaliser};
pub use outcome::{Outcome, Side};
pub use review::{Found, Waiting, waiting};
