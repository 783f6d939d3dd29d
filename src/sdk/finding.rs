//! One thing that is not as it is expected to be.

use super::case::Level;
use super::check::Check;
use crate::event::Mismatch;

/// A difference, with the check that it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How much is asked.
    pub level: Level,
    /// What that rests on.
    pub evidence: Vec<String>,
    /// What is expected.
    pub expected: String,
    /// What was seen.
    pub got: String,
}

impl Finding {
    /// A finding of a check that is asked of every request.
    pub(super) fn of_every_request(check: Check, expected: String, got: String) -> Self {
        let (level, evidence) = check.of_every_request().unwrap_or((Level::Should, "sdks:wire"));
        Self { check, level, evidence: vec![evidence.to_owned()], expected, got }
    }

    /// The finding as reports have it.
    pub(super) fn into_mismatch(self) -> Mismatch {
        Mismatch {
            requirement: self.check.requirement(),
            aspect: self.check.aspect(),
            attestation: self.level.attestation(),
            evidence: self.evidence,
            expected: self.expected,
            got: self.got,
        }
    }
}
