//! What is wrong with the answers to one input, and the bucket that it falls into.

use super::signature::{Fnv, bones};
use crate::event::Mismatch;
use crate::named::named;
use crate::requirement::RequirementId;
use std::fmt;
use std::str::FromStr;

named! {
    /// What a complaint is drawn from.
    Oracle {
        /// A requirement that governs what was done.
        Requirement = "requirement",
        /// No request may be answered with a server error.
        ServerError = "server-error",
        /// A connection is not dropped before an answer.
        Dropped = "dropped",
        /// An answer comes within the time limit.
        Hang = "hang",
        /// An answer is HTTP of a sane size.
        NotHttp = "not-http",
        /// An error is one that an AWS client can read.
        Unreadable = "unreadable",
        /// No answer carries a secret that the request did not carry.
        Secret = "secret",
        /// An answer takes no longer than is bearable.
        Slow = "slow",
        /// Refusals leave the user alone.
        State = "state",
        /// Nobody else is touched.
        Bystander = "bystander",
        /// The subject is still there.
        Gone = "gone",
        /// What a sequence of operations is answered fits the model of the state.
        Model = "model",
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What it is drawn from.
    pub oracle: Oracle,
    /// The requirement that is broken.
    pub requirement: Option<RequirementId>,
    /// What is expected. Redacted, safe to print.
    pub expected: String,
    /// What is there instead. Redacted, safe to print.
    pub got: String,
}

impl Complaint {
    /// A complaint without a requirement. `got` is escaped by the caller.
    pub(super) fn new(oracle: Oracle, expected: &str, got: impl Into<String>) -> Self {
        Self { oracle, requirement: None, expected: expected.to_owned(), got: got.into() }
    }

    /// What a mismatch comes to.
    pub(super) fn of(mismatch: &Mismatch) -> Self {
        Self {
            oracle: Oracle::Requirement,
            requirement: Some(mismatch.requirement.clone()),
            expected: format!("{} {}", mismatch.aspect, mismatch.expected),
            got: mismatch.got.clone(),
        }
    }

    /// The bucket: complaints of one cause share it.
    pub fn bucket(&self) -> String {
        let cause = self.requirement.as_ref().map_or_else(|| self.oracle.to_string(), ToString::to_string);
        let mut hash = Fnv::new();
        hash.add(self.aspect().as_bytes());
        hash.add(bones(&self.got).as_bytes());
        format!("{}-{:08x}", cause.to_ascii_lowercase(), hash.0 >> 32)
    }

    /// The aspect that a requirement is broken in; nothing for any other oracle.
    fn aspect(&self) -> &str {
        match self.oracle {
            Oracle::Requirement => self.expected.split(' ').next().unwrap_or_default(),
            _ => "",
        }
    }

    /// What confirms it: the same requirement broken in the same aspect, whatever is there instead. Any other oracle says what
    /// is there alone: another text is another fault.
    pub fn is_like(&self, other: &Self) -> bool {
        let is_same = |complaint: &Self| match complaint.oracle {
            Oracle::Requirement => self.aspect() == complaint.aspect(),
            _ => bones(&self.got) == bones(&complaint.got),
        };
        (self.oracle, &self.requirement) == (other.oracle, &other.requirement) && is_same(other)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.requirement {
            Some(requirement) => write!(f, "{requirement}: ")?,
            None => write!(f, "{}: ", self.oracle)?,
        }
        write!(f, "expected {}; got {}", self.expected, self.got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_confirmed_by_its_aspect_or_by_what_is_there_and_by_no_other_fault() {
        let server_error = |got: &str| Complaint::new(Oracle::ServerError, "no server error", got);
        assert!(server_error("500 KeyError").is_like(&server_error("500 KeyError")));
        assert!(!server_error("500 KeyError").is_like(&server_error("500 TypeError")));
        let broken = |expected: &str, got: &str| Complaint {
            requirement: Some(RequirementId("CSU-USR-010".to_owned())),
            ..Complaint::new(Oracle::Requirement, expected, got)
        };
        assert!(broken("status 400", "200").is_like(&broken("status 400", "404")));
        assert!(!broken("status 400", "200").is_like(&broken("error.type `X`", "`Y`")));
    }
}
