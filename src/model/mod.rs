//! The request model: shapes, members and constraints of ConfirmSignUp in revisions, the readers that make them of
//! AWS's published model files, and the exports. Must not know HTTP or cases.
//!
//! | file | what it holds |
//! |---|---|
//! | `revision.rs` | the revisions of the operation that are built in |
//! | `operation.rs` | [`Model`]: the operation's request, response and errors; paths to members |
//! | `shape.rs`, `constraint.rs`, `pattern.rs`, `dialect.rs` | shapes, members, and what is published of their values |
//! | `read/` | Smithy JSON AST and botocore `service-2.json`, plain or gzip |
//! | `change.rs`, `diff.rs` | what changed between two models |
//! | `export/` | table, TypeScript, JSON Schema, Smithy JSON AST |
//!
//! The built-in revisions lie under `corpus/model/` as Smithy JSON AST 2.0: facts of the published model (evidence
//! rows SCH-001 to SCH-039, ERR-001 to ERR-016) without its prose.

mod change;
mod constraint;
mod dialect;
mod diff;
mod error;
mod export;
mod operation;
mod pattern;
mod read;
mod revision;
mod shape;

pub use change::{Change, Place, What};
pub use constraint::{Constraints, Length, LengthUnit};
pub use diff::{Touched, describe, diff};
pub use error::ModelError;
pub(crate) use export::pretty;
pub use export::{Format, export};
pub use operation::{ErrorShape, Fault, Located, Model, Service, Signing, Source};
pub use pattern::{Pattern, PatternError};
pub use read::{
    FILE_BYTES_MAX, PATHS_MAX, SHAPE_BYTES_MAX, SHAPE_DEPTH_MAX, SHAPES_MAX, UNPACKED_BYTES_MAX, read,
};
pub use revision::Revision;
pub use shape::{Kind, Member, Shape, Simple, Structure};
