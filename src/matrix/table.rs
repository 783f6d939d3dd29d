//! The table: what stands in each cell.

use super::precedence::{Precedence, precedence};
use crate::case::{Case, CaseId};
use crate::event::{CaseReport, RunHeader, Verdict};
use crate::expect::{Expectation, strongest};
use crate::generate::matrix::{Cell, CellCase, Content, Second, State};
use crate::requirement::{Attestation, Effect, Requirement, Stage};
use std::collections::BTreeMap;

use super::answered::Answered;

/// What a matrix is put together from.
pub struct Source<'a> {
    /// The cells, block by block, row by row.
    pub cells: &'a [Cell],
    /// The pairs of defects that stand in no cell.
    pub state_pairs: &'a [CellCase],
    /// The cases that they name.
    pub cases: &'a BTreeMap<CaseId, Case>,
    /// What each step of a case may be answered with.
    pub expectations: &'a dyn Fn(&Case) -> Vec<Expectation<'a>>,
    /// What became of them; exchanges kept.
    pub reports: &'a BTreeMap<CaseId, CaseReport>,
    /// The header of the run.
    pub header: Option<&'a RunHeader>,
}

/// The matrix of one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// The subject, with its version where that is known.
    pub subject: String,
    /// The cells, block by block, row by row.
    pub slots: Vec<Slot>,
    /// Which defects are reported first.
    pub precedence: Precedence,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The cell itself.
    pub cell: Cell,
    /// What is expected; `None` where there is no such request.
    pub expected: Option<Expected>,
    /// What came; `None` where the case was not run.
    pub got: Option<Got>,
}

impl Slot {
    /// Its row, column and block.
    pub fn place(&self) -> (&'static str, State, Option<Second>) {
        (self.cell.path, self.cell.state, self.cell.second)
    }

    /// The id of its case.
    pub fn case(&self) -> Option<&CaseId> {
        match &self.cell.content {
            Content::Case(case) => Some(&case.id),
            Content::Meaningless(_) => None,
        }
    }
}

/// What is expected of a case: of its last step, by the requirement that AWS is taken to check first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What is known of the request as a whole.
    pub effect: Effect,
    /// The error types that are accepted; empty where none is attested, or the request is accepted.
    pub types: Vec<String>,
    /// The types that are accepted besides: those of the other defects, whose order is judged apart, and of what may be
    /// refused.
    pub other_types: Vec<String>,
    /// The statuses that are accepted.
    pub statuses: Vec<u16>,
    /// How well that is attested: the type of a refusal, the status of everything else.
    pub attestation: Attestation,
    /// The requirement; none where nothing is attested.
    pub requirement: Option<String>,
    /// The check that a refusal comes from.
    pub stage: Option<Stage>,
}

impl Expected {
    fn of(expectation: &Expectation<'_>) -> Self {
        // What may be accepted as well does not decide beside what is refused.
        let decides = |requirement: &&&Requirement| {
            requirement.effect != Effect::Either || expectation.effect == Effect::Either
        };
        let first = expectation.alternatives.iter().find(decides).copied();
        let types_of = |requirement: &Requirement| {
            requirement.error_type.as_ref().map(|aspect| aspect.accept.clone()).unwrap_or_default()
        };
        let types = first.map(types_of).unwrap_or_default();
        let mut other_types: Vec<String> = Vec::new();
        for name in expectation.alternatives.iter().flat_map(|requirement| types_of(requirement)) {
            if !types.contains(&name) && !other_types.contains(&name) {
                other_types.push(name);
            }
        }
        let refusal = match expectation.effect {
            Effect::Refused | Effect::Either => first,
            Effect::Accepted | Effect::Observed | Effect::Inspected => None,
        };
        let error_type = refusal.and_then(|requirement| requirement.error_type.as_ref());
        let status = first.and_then(|requirement| requirement.status.as_ref());
        let attestation = match expectation.effect {
            Effect::Observed | Effect::Inspected => None,
            Effect::Refused | Effect::Accepted | Effect::Either => error_type
                .map(|aspect| aspect.attestation)
                .or_else(|| status.map(|aspect| aspect.attestation))
                .or_else(|| first.and_then(strongest))
                .map(|attestation| expectation.attestation(attestation)),
        };
        Self {
            effect: expectation.effect,
            types,
            other_types,
            statuses: status.map(|aspect| aspect.accept.clone()).unwrap_or_default(),
            attestation: attestation.unwrap_or(Attestation::Unattested),
            requirement: first.map(|requirement| requirement.id.to_string()),
            stage: refusal.map(|requirement| requirement.stage),
        }
    }
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// The verdict.
    pub verdict: Verdict,
    /// The answer; `None` where there was none.
    pub answer: Option<Answered>,
    /// Why it is no pass: aspect, what is attested, what was seen; or why there is no verdict.
    pub why: Vec<String>,
}

impl Got {
    fn of(report: &CaseReport) -> Self {
        let mismatches = report.mismatches.iter().map(|mismatch| {
            let (requirement, aspect) = (&mismatch.requirement, mismatch.aspect);
            format!("{requirement} {aspect}: {} expected, got {}", mismatch.expected, mismatch.got)
        });
        Self {
            verdict: report.verdict,
            answer: Answered::of(report),
            why: mismatches.chain(report.reason.clone()).collect(),
        }
    }
}

impl Matrix {
    /// Puts the reports of a run into their cells.
    pub fn of(source: &Source<'_>) -> Self {
        let slots = source.cells.iter().map(|cell| slot(source, cell)).collect();
        Self {
            subject: source.header.map(|header| header.subject.clone()).unwrap_or_default(),
            slots,
            precedence: precedence(source),
        }
    }

    /// The slots of a block, row by row; `None`: those of a defect alone.
    pub fn block(&self, second: Option<Second>) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |slot| slot.cell.second == second)
    }
}

fn slot(source: &Source<'_>, cell: &Cell) -> Slot {
    let (expected, got) = match &cell.content {
        Content::Meaningless(_) => (None, None),
        Content::Case(case) => (source.expected(&case.id), source.reports.get(&case.id).map(Got::of)),
    };
    Slot { cell: cell.clone(), expected, got }
}

impl Source<'_> {
    /// What is expected of a case.
    pub(super) fn expected(&self, id: &CaseId) -> Option<Expected> {
        (self.expectations)(self.cases.get(id)?).last().map(Expected::of)
    }

    /// What a case was answered.
    pub(super) fn answered(&self, id: &CaseId) -> Option<Answered> {
        self.reports.get(id).and_then(Answered::of)
    }
}
