//! What the unit tests of this room share.

use super::{CasePatterns, KnownFailure, Place};
use crate::case::{CaseId, Layer};
use crate::event::{AspectName, CaseReport, Mismatch, Verdict};
use crate::requirement::{Attestation, RequirementId};
use std::collections::{BTreeMap, BTreeSet};

/// An entry for CSU-CODE-001 and the status, at this line of `a.toml`.
pub(crate) fn entry(line: usize, cases: &[&str], got: &str) -> KnownFailure {
    KnownFailure {
        cases: CasePatterns(cases.iter().map(|text| text.parse().unwrap()).collect()),
        requirement: RequirementId("CSU-CODE-001".into()),
        aspect: AspectName::Status,
        got: got.into(),
        reason: format!("reason {line}"),
        link: None,
        expires: None,
        place: Place::new("a.toml", line),
    }
}

/// Case ids.
pub(crate) fn ids(names: &[&str]) -> BTreeSet<CaseId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// The mismatch that [`entry`] is bound to.
pub(crate) fn mismatch(got: &str) -> Mismatch {
    Mismatch {
        requirement: RequirementId("CSU-CODE-001".into()),
        aspect: AspectName::Status,
        attestation: Attestation::Documented,
        evidence: vec!["SEM-001".into()],
        expected: "400".into(),
        got: got.into(),
    }
}

/// A case that ended so.
pub(crate) fn report(id: &str, verdict: Verdict) -> CaseReport {
    CaseReport {
        index: 0,
        round: 0,
        id: id.parse().unwrap(),
        layer: Layer::State,
        requirements: Vec::new(),
        labels: Vec::new(),
        verdict,
        scored: true,
        mismatches: Vec::new(),
        known: Vec::new(),
        reason: None,
        answer: None,
        state: BTreeMap::new(),
        exchanges: Vec::new(),
    }
}

/// A case that has that mismatch.
pub(crate) fn failed(id: &str, got: &str) -> CaseReport {
    CaseReport { mismatches: vec![mismatch(got)], ..report(id, Verdict::Mismatch) }
}
