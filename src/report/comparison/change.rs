//! What became of one case from one run to the next.

use super::ById;
use crate::case::CaseId;
use crate::event::{AspectName, CaseReport, Mismatch, Verdict};
use crate::named::named;
use crate::report::printable;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

named! {
    /// How a case changed.
    ChangeKind {
        /// It fails, and did not before; a failure that is listed as known is one as well.
        NewlyFailing = "newly failing",
        /// It fails in both, in another way.
        FailingOtherwise = "failing otherwise",
        /// It failed, and does not any more.
        NewlyFixed = "newly fixed",
        /// A run called it flaky: it is not said to fail or to be fixed.
        Flaky = "flaky",
        /// It had a verdict, and has none now.
        Unjudged = "no longer judged",
        /// It had no verdict, and does not fail now.
        Judged = "judged now",
        /// It is there in the later run alone, whatever its verdict.
        Appeared = "appeared",
        /// It is there in the earlier run alone.
        Disappeared = "disappeared",
    }
}

/// One case that changed.
#[derive(Debug, Clone, Copy)]
pub struct Change<'r> {
    /// How.
    pub kind: ChangeKind,
    /// The case.
    pub case: &'r CaseId,
    /// What the earlier run says.
    pub before: Option<&'r CaseReport>,
    /// What the later run says.
    pub after: Option<&'r CaseReport>,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Fails,
    Passes,
    Open,
}

impl Standing {
    pub(super) fn is_judged(self) -> bool {
        self != Self::Open
    }
}

pub(super) fn standing(report: &CaseReport) -> Standing {
    match report.verdict {
        // An entry is stale because the case passes, or because it fails otherwise.
        Verdict::Stale if report.mismatches.is_empty() => Standing::Passes,
        Verdict::Mismatch | Verdict::Known | Verdict::Stale => Standing::Fails,
        Verdict::Pass | Verdict::Advisory | Verdict::Observed => Standing::Passes,
        Verdict::Uncovered | Verdict::Inconclusive => Standing::Open,
    }
}

/// Every case that changed.
pub(super) fn changes<'r>(before: &ById<'r>, after: &ById<'r>) -> Vec<Change<'r>> {
    let ids: BTreeSet<&CaseId> = before.keys().chain(after.keys()).copied().collect();
    let mut changes: Vec<Change<'r>> = ids
        .into_iter()
        .filter_map(|case| {
            let (before, after) = (before.get(case).copied(), after.get(case).copied());
            Some(Change { kind: kind(before, after)?, case, before, after })
        })
        .collect();
    changes.sort_by_key(|change| change.kind);
    changes
}

fn kind(before: Option<&CaseReport>, after: Option<&CaseReport>) -> Option<ChangeKind> {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        (None, Some(_)) => return Some(ChangeKind::Appeared),
        (Some(_), None) => return Some(ChangeKind::Disappeared),
        (None, None) => return None,
    };
    if is_called_flaky(before) || is_called_flaky(after) {
        return Some(ChangeKind::Flaky);
    }
    match (standing(before), standing(after)) {
        (Standing::Fails, Standing::Fails) => {
            (failure(before) != failure(after)).then_some(ChangeKind::FailingOtherwise)
        }
        (Standing::Passes | Standing::Open, Standing::Fails) => Some(ChangeKind::NewlyFailing),
        (Standing::Fails, Standing::Passes) => Some(ChangeKind::NewlyFixed),
        (Standing::Fails | Standing::Passes, Standing::Open) => Some(ChangeKind::Unjudged),
        (Standing::Open, Standing::Passes) => Some(ChangeKind::Judged),
        (Standing::Passes, Standing::Passes) | (Standing::Open, Standing::Open) => None,
    }
}

/// Whether the run gave no verdict because the same case ended in different ways.
fn is_called_flaky(report: &CaseReport) -> bool {
    report.verdict == Verdict::Inconclusive
        && report.reason.as_deref().is_some_and(|reason| reason.starts_with("flaky"))
}

/// What makes two mismatches the same: requirement, aspect, what is expected, what came. A header may hold an id that differs
/// in every answer, so what came in one does not count.
type Essence<'r> = (&'r str, AspectName, &'r str, &'r str);

fn essence(mismatch: &Mismatch) -> Essence<'_> {
    let got = if mismatch.aspect == AspectName::Header { "" } else { mismatch.got.as_str() };
    (mismatch.requirement.0.as_str(), mismatch.aspect, mismatch.expected.as_str(), got)
}

/// How a case fails: what differs, in any order.
fn failure(report: &CaseReport) -> BTreeSet<Essence<'_>> {
    report.mismatches.iter().map(essence).collect()
}

impl Change<'_> {
    /// `pass → mismatch`.
    pub(super) fn verdicts(&self) -> String {
        let name = |report: Option<&CaseReport>| report.map_or("none", |report| report.verdict.name());
        format!("{} → {}", name(self.before), name(self.after))
    }

    /// What is worth telling besides: the first thing that differs now, else what differed before, else why there is no
    /// verdict. Of what was expected and of what came at most so many characters are told, of a reason twice as many.
    pub(super) fn detail(&self, max: usize) -> String {
        let first = |report: Option<&CaseReport>| {
            report.and_then(|report| report.mismatches.first()).map(|mismatch| said(mismatch, max))
        };
        let failed_before = first(self.before).map(|text| format!("was {text}"));
        let reason = |report: Option<&CaseReport>| {
            let reason = report.and_then(|report| report.reason.as_deref());
            reason.map(|reason| printable::shortened(reason, max.saturating_mul(2)).into_owned())
        };
        match self.kind {
            ChangeKind::NewlyFixed | ChangeKind::Disappeared => failed_before.unwrap_or_default(),
            ChangeKind::Unjudged | ChangeKind::Flaky => {
                reason(self.after).or(reason(self.before)).unwrap_or_default()
            }
            ChangeKind::FailingOtherwise => self.difference(max),
            ChangeKind::NewlyFailing | ChangeKind::Judged | ChangeKind::Appeared => {
                first(self.after).unwrap_or_default()
            }
        }
    }
}

impl Change<'_> {
    /// The first thing that differs now and did not so before, and the first that did and does not any more.
    fn difference(&self, max: usize) -> String {
        let only = |one: Option<&CaseReport>, other: Option<&CaseReport>| {
            let known = other.map(failure).unwrap_or_default();
            let mut mismatches = one.into_iter().flat_map(|report| &report.mismatches);
            let only = mismatches.find(|mismatch| !known.contains(&essence(mismatch)));
            only.map(|mismatch| said(mismatch, max))
        };
        let now = only(self.after, self.before);
        let before = only(self.before, self.after).map(|text| format!("was {text}"));
        now.into_iter().chain(before).collect::<Vec<_>>().join("; ")
    }
}

fn said(mismatch: &Mismatch, max: usize) -> String {
    let Mismatch { requirement, aspect, expected, got, .. } = mismatch;
    let (expected, got) = (printable::shortened(expected, max), printable::shortened(got, max));
    format!("{requirement} {aspect}: expected {expected}, got {got}")
}
