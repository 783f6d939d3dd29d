//! One entry of a list of known failures.

use super::CasePatterns;
use crate::event::{AspectName, Listed, Mismatch};
use crate::requirement::RequirementId;
use crate::wire;
use jiff::civil::Date;
use std::fmt;

/// What stands for any text in what was got.
pub const ANYTHING: &str = "${*}";

/// The reason that is written where nobody has given one yet. It blocks nothing: `countersign known list` counts the
/// entries that still have it.
pub const REASON_UNKNOWN: &str = "TODO: say why";

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The file, escaped.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// A line of a file.
    pub fn new(file: &str, line: usize) -> Self {
        Self { file: wire::escape(file.as_bytes()), line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A mismatch that some cases are known to have.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownFailure {
    /// The cases.
    pub cases: CasePatterns,
    /// The requirement that they break.
    pub requirement: RequirementId,
    /// The aspect that differs.
    pub aspect: AspectName,
    /// What is got, as a report has it; [`ANYTHING`] in it stands for any text.
    pub got: String,
    /// Why.
    pub reason: String,
    /// Where more is said about it.
    pub link: Option<String>,
    /// The last day on which the entry holds.
    pub expires: Option<Date>,
    /// Where it stands.
    pub place: Place,
}

impl KnownFailure {
    /// Whether this is the mismatch that the entry is bound to.
    pub fn fits(&self, mismatch: &Mismatch) -> bool {
        self.binds(&mismatch.requirement, mismatch.aspect, &mismatch.got)
    }

    /// Whether the entry is bound to this aspect of this requirement, and to what was got.
    pub(super) fn binds(&self, requirement: &RequirementId, aspect: AspectName, got: &str) -> bool {
        self.requirement == *requirement && self.aspect == aspect && fits(&self.got, got)
    }

    /// What a report says of the entry for a mismatch of this text.
    pub fn listed(&self, got: &str) -> Listed {
        Listed {
            requirement: self.requirement.clone(),
            aspect: self.aspect,
            got: got.to_owned(),
            place: self.place.to_string(),
            reason: self.reason.clone(),
            link: self.link.clone(),
        }
    }

    /// Whether some mismatch could be meant by both entries.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let is_same = self.requirement == other.requirement && self.aspect == other.aspect;
        is_same && (fits(&self.got, &other.got) || fits(&other.got, &self.got))
    }
}

/// Whether `got` is `expected`, in which [`ANYTHING`] stands for any text.
fn fits(expected: &str, got: &str) -> bool {
    let mut parts = expected.split(ANYTHING);
    let Some(mut rest) = got.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        // The first place will do: what comes later is only left more room.
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_fits_where_the_entry_says_so_and_nowhere_else() {
        for (expected, got, is_fitting) in [
            ("200", "200", true),
            ("200", "2000", false),
            ("200", "1200", false),
            ("", "", true),
            ("", "x", false),
            ("${*}", "", true),
            ("${*}", "x", true),
            ("`x-id: ${*}`", "`x-id: 7`", true),
            ("`x-id: ${*}`", "`x-id: 7", false),
            ("`x-id: ${*}`", "`y-id: 7`", false),
            ("a${*}b${*}c", "a1b2c", true),
            ("a${*}b${*}c", "abc", true),
            ("a${*}b${*}c", "ac", false),
            ("a${*}b${*}c", "acb", false),
            ("a${*}a", "a", false),
            ("${*}${*}", "x", true),
            ("client ${client_id}", "client ${client_id}", true),
        ] {
            assert_eq!(fits(expected, got), is_fitting, "`{expected}` and `{got}`");
        }
    }
}
