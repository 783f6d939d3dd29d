//! Verdicts by requirement and by the area of requirements that it belongs to.
//!
//! A case counts under every requirement that governs it. One that differs counts under the requirements that it breaks
//! and under no other: of those it says nothing.

use crate::event::{CaseReport, Verdict};
use crate::report::aggregate::severity;
use crate::report::terminal::{Section, gate_of, section};
use crate::report::{Run, VerdictCounts};
use crate::requirement::{Attestation, RequirementId};
use std::collections::BTreeMap;

/// The counts of every area, by its name.
pub(super) type Areas<'r> = BTreeMap<&'r str, Area<'r>>;

/// The counts of an area.
pub(super) struct Area<'r> {
    /// For each run: each case once, with its worst verdict in this area.
    pub(super) counts: Vec<VerdictCounts>,
    /// For each requirement and run.
    pub(super) requirements: BTreeMap<&'r RequirementId, Vec<VerdictCounts>>,
}

/// The area of a requirement: `CODE` of `CSU-CODE-001`. An id of another form is its own area.
pub(super) fn area(id: &RequirementId) -> &str {
    let of_form = id.0.strip_prefix("CSU-").and_then(|rest| rest.rsplit_once('-'));
    of_form.map_or(id.0.as_str(), |(area, _)| area)
}

/// Counts the cases of all `runs`.
pub(super) fn tally<'r>(runs: &[&'r Run]) -> Areas<'r> {
    let mut areas = Areas::new();
    for (position, run) in runs.iter().enumerate() {
        let gate = gate_of(run.header());
        for record in run.cases() {
            let mut worst: BTreeMap<&str, Verdict> = BTreeMap::new();
            for (id, verdict) in by_requirement(&record.report, gate) {
                let entry = areas.entry(area(id)).or_insert_with(|| Area {
                    counts: vec![VerdictCounts::default(); runs.len()],
                    requirements: BTreeMap::new(),
                });
                let none = || vec![VerdictCounts::default(); runs.len()];
                if let Some(counts) = entry.requirements.entry(id).or_insert_with(none).get_mut(position) {
                    counts.add(verdict);
                }
                worse(worst.entry(area(id)).or_insert(verdict), verdict);
            }
            for (name, verdict) in worst {
                let counts = areas.get_mut(name).and_then(|area| area.counts.get_mut(position));
                if let Some(counts) = counts {
                    counts.add(verdict);
                }
            }
        }
    }
    areas
}

/// The verdict of a case under each requirement that it says something of.
fn by_requirement(report: &CaseReport, gate: Option<Attestation>) -> BTreeMap<&RequirementId, Verdict> {
    let mut verdicts = BTreeMap::new();
    if differs(report) {
        for mismatch in &report.mismatches {
            let verdict = match section(report, mismatch, gate) {
                Some(Section::Gating) => Verdict::Mismatch,
                Some(Section::Advisory) => Verdict::Advisory,
                None => report.verdict,
            };
            worse(verdicts.entry(&mismatch.requirement).or_insert(verdict), verdict);
        }
    } else {
        verdicts.extend(report.requirements.iter().map(|id| (id, report.verdict)));
    }
    verdicts
}

/// Whether the case has its verdict for what differs. A listed failure that passes has none such.
fn differs(report: &CaseReport) -> bool {
    match report.verdict {
        Verdict::Mismatch | Verdict::Advisory | Verdict::Known | Verdict::Stale => {
            !report.mismatches.is_empty()
        }
        Verdict::Pass | Verdict::Observed | Verdict::Uncovered | Verdict::Inconclusive => false,
    }
}

fn worse(known: &mut Verdict, verdict: Verdict) {
    if severity(verdict) > severity(*known) {
        *known = verdict;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_stands_between_prefix_and_number() {
        for (id, expected) in
            [("CSU-CODE-001", "CODE"), ("CSU-A-B-01", "A-B"), ("MINE-7", "MINE-7"), ("", "")]
        {
            assert_eq!(area(&RequirementId(id.into())), expected);
        }
    }
}
