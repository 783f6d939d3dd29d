//! Readers of what lies under the top-level `corpus/`: the requirement table and the evidence that it cites. Knows
//! nothing of how expectations are derived, and nothing of cases beyond the form of a label.
//!
//! What is built in is embedded at compile time; a folder of the user's may add to it. Every file is read strictly: a
//! wrong one is refused with [`Diagnostic`]s that name file, line, column and what is allowed.
//!
//! ```
//! use countersign::case::Label;
//! use countersign::corpus::{Evidence, RequirementTable};
//!
//! let evidence = Evidence::embedded()?;
//! let table = RequirementTable::embedded(&evidence)?;
//! let label = Label::new("absent", "ClientId", "");
//! let governing: Vec<_> = table.governing(&label).map(|requirement| requirement.id.to_string()).collect();
//! assert_eq!(governing, ["CSU-REQUIRED-001"]);
//! # Ok::<(), countersign::corpus::CorpusError>(())
//! ```

mod aspects;
pub mod case_file;
mod diagnostic;
mod error;
mod evidence;
pub mod format;
pub mod known_file;
pub mod malformed_file;
mod reader;
mod rules;
mod source;
pub mod suite_errors;
mod table;

pub use diagnostic::{DIAGNOSTICS_MAX, Diagnostic, SNIPPET_CHARS_MAX};
pub use error::CorpusError;
pub use evidence::Evidence;
pub use rules::{LABEL_CHARS_MAX, LABEL_KINDS, MEMBERS, STATE_KEYS};
pub use source::{FILE_BYTES_MAX, FILES_MAX, SourceFile};
pub use table::{CACHED_LABELS_MAX, Governing, LeftOut, RequirementTable};
