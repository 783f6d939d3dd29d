//! Several runs side by side: how each keeps each group of requirements, and what changed from one to the next.
//!
//! A group is what stands before the number of a requirement (`CSU-CODE`). A case counts in each group that governs it, and
//! fails in those whose requirements it breaks so that the run fails.

mod change;
mod json;
mod markdown;
mod text;

pub use change::{Change, ChangeKind};
pub use json::{COMPARISON_VERSION, write_comparison_json};
pub use markdown::write_comparison_markdown;
pub use text::write_comparison_text;

use super::terminal::{Section, gate_of, section};
use super::{CaseRecord, Run};
use crate::case::CaseId;
use crate::event::{CaseReport, Mismatch, RunHeader, Verdict};
use crate::requirement::Attestation;
use std::collections::{BTreeMap, BTreeSet};

/// A run, and what it is called beside others.
pub struct Compared {
    /// A name that no other run of the comparison has.
    pub name: String,
    /// The run.
    pub run: Run,
}

/// How a run keeps one group of requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Kept {
    /// Cases that break none of the group's requirements.
    pub passed: u64,
    /// Cases that the group governs, and that are scored and judged.
    pub applicable: u64,
}

/// What changed from one run to the next.
#[derive(Debug)]
pub struct Step<'r> {
    /// Its position among the runs.
    pub from: usize,
    /// In the order of [`ChangeKind`], then of the case ids.
    pub changes: Vec<Change<'r>>,
}

/// A case whose verdict went back and forth between runs that should not differ.
#[derive(Debug)]
pub struct Unsteady<'r> {
    /// The case.
    pub case: &'r CaseId,
    /// Its verdict in each run.
    pub verdicts: Vec<Option<Verdict>>,
}

/// Several runs side by side.
pub struct Comparison<'r> {
    /// The runs, in the order given.
    pub runs: &'r [Compared],
    /// By group, one entry a run.
    pub groups: BTreeMap<&'r str, Vec<Kept>>,
    /// One for each two runs that follow one another.
    pub steps: Vec<Step<'r>>,
    /// Cases that failed, did not, and failed again (or the other way round) in runs of one subject and one seed.
    pub flaky: Vec<Unsteady<'r>>,
    /// What makes the runs hard to compare.
    pub notes: Vec<String>,
}

impl<'r> Comparison<'r> {
    /// Compares each run with the one before it.
    pub fn new(runs: &'r [Compared]) -> Self {
        let indexed: Vec<_> = runs.iter().map(|compared| by_id(&compared.run)).collect();
        let steps = indexed.windows(2).enumerate().filter_map(|(from, pair)| match pair {
            [before, after] => Some(Step { from, changes: change::changes(before, after) }),
            _ => None,
        });
        Self {
            runs,
            groups: groups(runs),
            steps: steps.collect(),
            flaky: flaky(runs, &indexed),
            notes: notes(runs),
        }
    }

    /// The number of cases that newly fail, over all steps.
    pub fn newly_failing(&self) -> usize {
        self.steps.iter().map(|step| step.count(ChangeKind::NewlyFailing)).sum()
    }
}

impl Step<'_> {
    /// How many cases changed like this.
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.of(kind).count()
    }

    /// The cases that changed like this.
    pub fn of(&self, kind: ChangeKind) -> impl Iterator<Item = &Change<'_>> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }
}

type ById<'r> = BTreeMap<&'r CaseId, &'r CaseReport>;

fn by_id(run: &Run) -> ById<'_> {
    run.cases().into_iter().map(|CaseRecord { report, .. }| (&report.id, report)).collect()
}

/// What stands before the number of a requirement.
fn group_of(requirement: &str) -> &str {
    match requirement.rsplit_once('-') {
        Some((group, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            group
        }
        _ => requirement,
    }
}

fn groups(runs: &[Compared]) -> BTreeMap<&str, Vec<Kept>> {
    let mut table: BTreeMap<&str, Vec<Kept>> = BTreeMap::new();
    for (position, Compared { run, .. }) in runs.iter().enumerate() {
        let gate = gate_of(run.header());
        for CaseRecord { report, .. } in run.cases() {
            if !report.scored || matches!(report.verdict, Verdict::Uncovered | Verdict::Inconclusive) {
                continue;
            }
            let broken: BTreeSet<&str> = report
                .mismatches
                .iter()
                .filter(|mismatch| fails(report, mismatch, gate))
                .map(|mismatch| group_of(&mismatch.requirement.0))
                .collect();
            let governed = report.requirements.iter().map(|id| group_of(&id.0));
            for group in governed.chain(broken.iter().copied()).collect::<BTreeSet<_>>() {
                let row = table.entry(group).or_insert_with(|| vec![Kept::default(); runs.len()]);
                if let Some(kept) = row.get_mut(position) {
                    kept.applicable += 1;
                    kept.passed += u64::from(!broken.contains(group));
                }
            }
        }
    }
    table
}

/// Whether the mismatch is one that fails the run, or would if it were not listed.
fn fails(report: &CaseReport, mismatch: &Mismatch, gate: Option<Attestation>) -> bool {
    match report.verdict {
        Verdict::Known | Verdict::Stale => gate.is_none_or(|gate| mismatch.attestation.gates(gate)),
        _ => section(report, mismatch, gate) == Some(Section::Gating),
    }
}

/// The verdicts that went back and forth, where all runs are of one subject in one version and of one seed.
fn flaky<'r>(runs: &'r [Compared], indexed: &[ById<'r>]) -> Vec<Unsteady<'r>> {
    let same = |fact: fn(&RunHeader) -> String| {
        let facts: BTreeSet<_> = runs.iter().map(|compared| compared.run.header().map(fact)).collect();
        facts.len() == 1
    };
    if runs.len() < 3 || !same(|header| header.subject.clone()) || !same(|header| header.seed.to_string()) {
        return Vec::new();
    }
    let ids: BTreeSet<&CaseId> = indexed.iter().flat_map(|reports| reports.keys().copied()).collect();
    let goes_back_and_forth = |case: &&CaseId| {
        let standings = indexed.iter().filter_map(|reports| reports.get(*case));
        let mut standings: Vec<_> = standings
            .map(|report| change::standing(report))
            .filter(|standing| standing.is_judged())
            .collect();
        standings.dedup();
        standings.len() > 2
    };
    ids.into_iter()
        .filter(goes_back_and_forth)
        .map(|case| Unsteady {
            case,
            verdicts: indexed.iter().map(|reports| reports.get(case).map(|report| report.verdict)).collect(),
        })
        .collect()
}

/// The facts that should be the same in all runs, and are not; and runs that were cut.
fn notes(runs: &[Compared]) -> Vec<String> {
    type Fact = fn(&RunHeader) -> String;
    let facts: [(&str, Fact); 4] = [
        ("seed", |header| header.seed.to_string()),
        ("gate", |header| header.gate.clone()),
        ("model", |header| header.revision.clone()),
        ("Countersign", |header| header.countersign.clone()),
    ];
    let mut notes = Vec::new();
    for (name, fact) in facts {
        let values: Vec<String> =
            runs.iter().map(|compared| compared.run.header().map_or("unknown".to_owned(), fact)).collect();
        if values.iter().collect::<BTreeSet<_>>().len() > 1 {
            notes.push(format!("the runs differ in {name}: {}", values.join(", ")));
        }
    }
    for Compared { name, run } in runs {
        if let Some(reason) = run.incomplete() {
            notes.push(format!("{name} is incomplete: {reason}"));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_what_stands_before_the_number() {
        for (id, group) in [("CSU-CODE-001", "CSU-CODE"), ("X", "X"), ("A-B", "A-B"), ("A-", "A-"), ("", "")]
        {
            assert_eq!(group_of(id), group);
        }
    }
}
