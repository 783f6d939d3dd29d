//! What can be wrong with a snapshot file.

use std::io;

/// A place in a file that is not as Countersign writes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {found}")]
#[non_exhaustive]
pub struct FileError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub found: String,
}

impl FileError {
    pub(super) fn new(line: usize, found: impl Into<String>) -> Self {
        Self { line, found: found.into() }
    }
}

/// Why a snapshot cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file is damaged.
    #[error("{0}")]
    Damaged(#[from] FileError),
    /// It was taken by other rules, so that it does not compare with this run.
    #[error("it was taken with {found}, and this run has {wanted}")]
    OtherBasis {
        /// What the file says.
        found: String,
        /// What this run has.
        wanted: String,
    },
    /// The change is another one by now.
    #[error("it changed since it was shown")]
    ChangedSinceShown,
}
