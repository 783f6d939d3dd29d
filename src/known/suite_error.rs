//! A case of Countersign's own that is known to be wrong.

use super::{CasePatterns, Place};

/// Cases that are wrong themselves: what they say of a subject is no verdict on it.
#[derive(Debug, Clone, PartialEq)]
pub struct SuiteError {
    /// The cases.
    pub cases: CasePatterns,
    /// What is wrong with them.
    pub reason: String,
    /// How that is to be put right.
    pub fix: String,
    /// Where more is said about it.
    pub link: Option<String>,
    /// Where it stands.
    pub place: Place,
}
