//! Why a file cannot be graded.

use crate::report::EXCHANGE_LOG_VERSION;

/// Why a file cannot be graded. Each says where: the entry or line, and the offset in bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GradeError {
    /// It is too long.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// It is neither an exchange log nor HAR.
    #[error("it is neither an exchange log nor HAR: {reason}")]
    Form {
        /// Why.
        reason: String,
    },
    /// The log is of another version.
    #[error("it is an exchange log of version `{found}`; this version reads `{EXCHANGE_LOG_VERSION}`")]
    Version {
        /// What it says.
        found: u64,
    },
    /// A line of a log is wrong.
    #[error("line {line}, offset {offset}: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// Where, in bytes from the start of the file.
        offset: usize,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// An entry of a HAR file is wrong.
    #[error("entry {entry}, offset {offset}: {reason}")]
    Entry {
        /// The entry, from 0.
        entry: usize,
        /// Where, in bytes from the start of the file.
        offset: usize,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// It is a report of ours.
    #[error("it is a report of Countersign as HAR: placeholders stand in it for what was sent")]
    OwnReport,
    /// There is nothing to grade in it.
    #[error("it holds no ConfirmSignUp exchange ({entries} entries)")]
    Nothing {
        /// What there is.
        entries: usize,
    },
}
