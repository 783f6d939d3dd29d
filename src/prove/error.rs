//! Why nothing can be proven.

use crate::corpus::CorpusError;
use crate::harness::HarnessError;
use std::io;

/// What the proof cannot work without. A server that is wrong is never an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The built-in rules cannot be read.
    #[error("the built-in cases or requirements cannot be read")]
    Corpus(#[from] CorpusError),
    /// The profile of the reference server is wrong.
    #[error("the profile of the reference server cannot be used: {0}")]
    Subject(String),
    /// A run could not be carried out.
    #[error("a run could not be carried out")]
    Harness(#[from] HarnessError),
    /// A run ended before its last case.
    #[error("a run ended before its last case: {0}")]
    Incomplete(String),
    /// The recorded totals cannot be read.
    #[error("`corpus/proof.json` cannot be read")]
    Recorded(#[source] serde_json::Error),
    /// A runtime could not be started.
    #[error("a runtime could not be started")]
    Runtime(#[from] io::Error),
    /// A thread ended without a result: it has panicked, and said why.
    #[error("a thread ended without a result")]
    Thread,
}
