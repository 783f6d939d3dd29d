//! Whether the suite notices planted faults.

use super::arena::{Arena, Subject, Trial};
use super::door::{Doorway, Open};
use super::planted::{Planted, Site};
use super::standing::Standing;
use super::{ProveError, pool};
use crate::case::CaseId;
use crate::event::{CaseReport, Mismatch, Verdict};
use crate::harness::Select;
use crate::requirement::{Attestation, RequirementId};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The weakest attestation of a difference that a run shows on its own. What is only inferred is counted there, and is no
/// find here.
const SHOWN: Attestation = Attestation::Reported;

/// Which cases a fault has to get past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cases {
    /// The default suite.
    All,
    /// Those that are governed by a requirement which names its cause: faster, and the same finds.
    OfItsRequirements,
}

/// Which faults were found, by what.
#[derive(Debug, Clone)]
pub struct KillTable {
    /// One entry for each fault, in their order.
    pub kills: Vec<Kill>,
    /// Cases that differ with nothing planted: they prove nothing of a fault.
    pub noise: Vec<CaseId>,
    /// How many faults each case finds.
    pub cases: BTreeMap<CaseId, usize>,
    /// For each fault what sets it apart from the others, in their order.
    pub standing: Vec<Standing>,
    /// The cases that are judged on an aspect which can fail a run.
    pub scored: BTreeSet<CaseId>,
}

/// What became of one fault.
#[derive(Debug, Clone)]
pub struct Kill {
    /// The fault.
    pub planted: Planted,
    /// The cases that find it, in the order of the suite.
    pub finds: Vec<Find>,
    /// The requests sent, set-up included, when the first of them had its verdict.
    pub requests: Option<u64>,
    /// Cases that differ by other requirements alone.
    pub bystanders: Vec<CaseId>,
    /// Every case that differs, and a mark of what its report says: the same mark for two faults that look the same there.
    pub reports: BTreeMap<CaseId, u64>,
}

/// A case that finds a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// The case.
    pub case: CaseId,
    /// The requirement that names the cause.
    pub requirement: RequirementId,
    /// Whether it fails the run, or is shown as a warning.
    pub verdict: Verdict,
}

impl Kill {
    /// Whether it was found.
    pub fn is_found(&self) -> bool {
        !self.finds.is_empty()
    }

    /// Whether it fails the run.
    pub fn fails(&self) -> bool {
        self.finds.iter().any(|find| find.verdict == Verdict::Mismatch)
    }

    /// The requirements that found it.
    pub fn requirements(&self) -> BTreeSet<&RequirementId> {
        self.finds.iter().map(|find| &find.requirement).collect()
    }
}

impl KillTable {
    /// Runs the suite against the reference server with each of `planted`, one at a time, and with none.
    pub fn of(planted: &[Planted], cases: Cases) -> Result<Self, ProveError> {
        let control = Planted::at(super::Family::Code, "nothing", Site::Nowhere);
        let mut trials = pool::each(&[&[control], planted].concat(), |arena, planted| {
            let is_control = matches!((planted.site, planted.found_by), (Site::Nowhere, []));
            trial(arena, planted, if is_control { Cases::All } else { cases })
        })?
        .into_iter();
        let baseline = trials.next();
        let all = || baseline.iter().flat_map(|outcome| &outcome.cases);
        let noise: BTreeSet<CaseId> = baseline
            .iter()
            .flat_map(|outcome| outcome.finds.iter().map(|find| &find.case).chain(&outcome.bystanders))
            .cloned()
            .collect();
        let mut table = Self {
            kills: Vec::with_capacity(planted.len()),
            noise: noise.iter().cloned().collect(),
            cases: all().map(|(id, _)| (id.clone(), 0)).collect(),
            standing: Vec::new(),
            scored: all().filter(|(_, is_scored)| *is_scored).map(|(id, _)| id.clone()).collect(),
        };
        for (planted, mut outcome) in planted.iter().zip(trials) {
            outcome.finds.retain(|find| !noise.contains(&find.case));
            outcome.bystanders.retain(|case| !noise.contains(case));
            outcome.reports.retain(|case, _| !noise.contains(case));
            for find in &outcome.finds {
                if let Some(count) = table.cases.get_mut(&find.case) {
                    *count += 1;
                }
            }
            let requests = outcome.requests.filter(|_| !outcome.finds.is_empty());
            let Outcome { finds, bystanders, reports, .. } = outcome;
            table.kills.push(Kill { planted: *planted, finds, requests, bystanders, reports });
        }
        table.standing = Standing::of(&table.kills, &table.cases);
        Ok(table)
    }

    /// The faults that were not found.
    pub fn survivors(&self) -> impl Iterator<Item = &Kill> {
        self.kills.iter().filter(|kill| !kill.is_found())
    }

    /// The scored cases that find no fault.
    pub fn idle(&self) -> impl Iterator<Item = &CaseId> {
        self.scored.iter().filter(|id| self.cases.get(*id).is_none_or(|count| *count == 0))
    }

    /// The faults, each with what sets it apart.
    pub fn rows(&self) -> impl Iterator<Item = (&Kill, &Standing)> {
        self.kills.iter().zip(&self.standing)
    }

    /// Whether every fault was found, by a case of its own, none looks like another one, and nothing was found with none
    /// planted.
    pub fn holds(&self) -> bool {
        let is_found = |(kill, standing): (&Kill, &Standing)| kill.is_found() && standing.holds();
        !self.kills.is_empty() && self.noise.is_empty() && self.rows().all(is_found)
    }
}

/// What one trial came to.
struct Outcome {
    finds: Vec<Find>,
    requests: Option<u64>,
    bystanders: Vec<CaseId>,
    reports: BTreeMap<CaseId, u64>,
    /// Every case, and whether it is scored.
    cases: Vec<(CaseId, bool)>,
}

fn trial(arena: &Arena, planted: &Planted, cases: Cases) -> Result<Outcome, ProveError> {
    let found_by = planted.found_by;
    let select = match cases {
        Cases::All => Select::everything(),
        Cases::OfItsRequirements => {
            Select::new(move |names| names.iter().any(|name| found_by.contains(name)))
        }
    };
    let (doorway, fault): (Doorway, _) = match planted.site {
        Site::Server(fault) => (Arc::new(|| Box::new(Open)), Some(fault)),
        Site::Connection(door) => (Arc::new(door), None),
        Site::Nowhere => (Arc::new(|| Box::new(Open)), None),
    };
    let subject = Subject { doorway: &doorway, fault, select };
    let Trial { cases, first_at } = arena.run(&subject, &|report| find(report, planted).is_some())?;
    let (mut finds, mut bystanders, mut reports) = (Vec::new(), Vec::new(), BTreeMap::new());
    for report in &cases {
        if matches!(report.verdict, Verdict::Mismatch | Verdict::Advisory) {
            reports.insert(report.id.clone(), mark(&report.mismatches));
        }
        match find(report, planted) {
            Some(find) => finds.push(find),
            None if matches!(report.verdict, Verdict::Mismatch | Verdict::Advisory) => {
                bystanders.push(report.id.clone());
            }
            None => {}
        }
    }
    let cases = cases.into_iter().map(|report| (report.id, report.scored)).collect();
    Ok(Outcome { finds, requests: first_at, bystanders, reports, cases })
}

/// A mark of what is said of the requirements, one of 2^64.
fn mark(mismatches: &[Mismatch]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for mismatch in mismatches {
        (&mismatch.requirement.0, mismatch.aspect, &mismatch.got).hash(&mut hasher);
    }
    hasher.finish()
}

/// What `report` says of the cause of `planted`: the best attested of what it shows.
fn find(report: &CaseReport, planted: &Planted) -> Option<Find> {
    if !matches!(report.verdict, Verdict::Mismatch | Verdict::Advisory) {
        return None;
    }
    let names_cause = |mismatch: &&Mismatch| {
        mismatch.attestation <= SHOWN && planted.found_by.contains(&mismatch.requirement.0.as_str())
    };
    let named = report.mismatches.iter().filter(names_cause).min_by_key(|named| named.attestation)?;
    let fails = report.verdict == Verdict::Mismatch && named.attestation.gates(Attestation::Recorded);
    Some(Find {
        case: report.id.clone(),
        requirement: named.requirement.clone(),
        verdict: if fails { Verdict::Mismatch } else { Verdict::Advisory },
    })
}
