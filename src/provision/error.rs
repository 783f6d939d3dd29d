//! Why a state could not be brought about. No text contains a secret; what the subject said is escaped.

use super::authoriser::SigningError;
use super::ledger::LedgerError;
use crate::subject::{CodeError, Operation};
use crate::wire::WireFault;
use std::sync::Arc;

/// Why a state could not be brought about.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ProvisionError {
    /// The subject has no way to it: the case is uncovered.
    #[error("{0}")]
    Missing(String),
    /// The subject refused a set-up call.
    #[error("{operation} was refused: status {status}, type `{error_type}`, message `{message}`")]
    Refused {
        /// The call.
        operation: Operation,
        /// The HTTP status.
        status: u16,
        /// The error type, escaped; empty where there was none.
        error_type: String,
        /// The message, escaped and cut; empty where there was none.
        message: String,
    },
    /// The subject accepted a set-up call and did not say what is needed.
    #[error("{operation} was answered with status {status} and without {what}")]
    Answer {
        /// The call.
        operation: Operation,
        /// The HTTP status.
        status: u16,
        /// What is not there.
        what: &'static str,
    },
    /// A set-up call has no answer.
    #[error("{operation}: {fault}")]
    Wire {
        /// The call.
        operation: Operation,
        /// Why.
        fault: WireFault,
    },
    /// No code could be read.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The body of a set-up call could not be written.
    #[error("{operation}: its input cannot be written as JSON: {reason}")]
    Unwritable {
        /// The call.
        operation: Operation,
        /// Why.
        reason: String,
    },
    /// A call could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The ledger could not be written, so nothing was made.
    #[error(transparent)]
    Ledger(Arc<LedgerError>),
}

impl ProvisionError {
    /// Whether the subject has no way to this state, so that the case is uncovered and not inconclusive.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }

    /// Whether the error type of a refusal is this one.
    pub(crate) fn is_type(&self, name: &str) -> bool {
        matches!(self, Self::Refused { error_type, .. } if error_type == name)
    }
}

impl From<LedgerError> for ProvisionError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(Arc::new(error))
    }
}
