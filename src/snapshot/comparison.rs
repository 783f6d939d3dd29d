//! Compares what a run saw with what was accepted, and leaves what differs for review.

use super::change::{Change, changes};
use super::error::SnapshotError;
use super::folder::{self, Folder};
use super::group::{Basis, Group};
use super::outcome::{Outcome, Side};
use crate::case::CaseId;
use crate::event::{CaseReport, Mismatch, NOT_JUDGED_ANY_MORE, RunEvent, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// How the ids of cases for SDKs begin.
const SDK_PREFIX: &str = "sdk-";

/// How much of the suite a run was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of it: a case that did not run does not exist any more.
    Full,
    /// Some of it: a case that did not run stays as it is.
    Part,
}

/// Whether files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// What differs is written beside the snapshot.
    Written,
    /// Nothing is written.
    Unwritten,
}

/// What a run saw, group by group. Feed it with every event of the run.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    groups: BTreeMap<String, SeenGroup>,
    subject: String,
    /// The weakest attestation that fails the run.
    gate: String,
    side: Side,
}

#[derive(Debug, Clone, Default)]
struct SeenGroup {
    /// Every case that ran, with what is kept of it; `None`: it had no verdict.
    cases: BTreeMap<CaseId, Option<Outcome>>,
}

/// What became of the snapshot of a group.
#[derive(Debug)]
pub struct Compared {
    /// The accepted file, whether it exists or not.
    pub path: PathBuf,
    /// What became of it.
    pub state: State,
}

/// What became of a snapshot.
#[derive(Debug)]
pub enum State {
    /// It is as the run saw it.
    Same,
    /// There was none.
    New(Vec<Change>),
    /// The run saw something else.
    Changed(Vec<Change>),
    /// Its group has no case any more. The ids that it holds; `None`: it cannot be read.
    Orphan(Option<BTreeSet<CaseId>>),
    /// It is new or changed, and that cannot be written.
    Unwritten(Vec<Change>, io::Error),
    /// It cannot be compared.
    Failed(SnapshotError),
}

impl Seen {
    /// Nothing yet; this side of the exchanges will be kept.
    pub fn of(side: Side) -> Self {
        Self { side, ..Self::default() }
    }

    /// Takes an event. Of a run that repeats its generation only the first round counts: others send other values.
    pub fn take(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started(header) => {
                self.subject.clone_from(&header.subject);
                self.gate.clone_from(&header.gate);
            }
            RunEvent::CaseFinished(report) if report.round == 0 => self.case(report),
            RunEvent::CaseFinished(_)
            | RunEvent::CaseCaptured(_)
            | RunEvent::Note(_)
            | RunEvent::Finished(_) => {}
        }
    }

    fn case(&mut self, report: &CaseReport) {
        let group = self.groups.entry(report.id.group().to_owned()).or_default();
        let outcome = match report.verdict {
            Verdict::Known | Verdict::Stale => Outcome::of(&unlisted(report, &self.gate), self.side),
            _ => Outcome::of(report, self.side),
        };
        group.cases.insert(report.id.clone(), outcome);
    }

    /// Compares with the snapshots in `folder`, and writes what differs beside them. One that fails hinders no other.
    pub fn compare(
        &self,
        folder: &Folder,
        (scope, basis): (Scope, Basis),
        pending: Pending,
    ) -> Result<Vec<Compared>, SnapshotError> {
        let mut all = Vec::new();
        for (name, seen) in &self.groups {
            let path = folder.accepted(name);
            let description = format!("{name} of {}", self.subject);
            let job = Job { path: &path, seen, scope, basis, pending, description };
            let state = job.state().unwrap_or_else(State::Failed);
            all.push(Compared { path, state });
        }
        if scope == Scope::Full {
            let own = |it: &Compared| [folder::pending_of(&it.path), it.path.clone()];
            let known: BTreeSet<PathBuf> = all.iter().flat_map(own).collect();
            let orphans = folder.files()?.into_iter().filter(|path| !known.contains(path));
            let orphan = |path: PathBuf| {
                let state = self.orphan(&path)?;
                Some(Compared { path, state })
            };
            all.extend(orphans.filter_map(orphan));
        }
        Ok(all)
    }

    /// What is said of a file whose group has no case. `None`: it is none of ours, or of the other side's; a damaged one may
    /// be ours.
    fn orphan(&self, path: &Path) -> Option<State> {
        let is_own = |name: &str| name.starts_with(SDK_PREFIX) == (self.side == Side::Requests);
        match folder::read_text(path).map(|text| Group::read(&text.unwrap_or_default())) {
            Ok(Ok(None)) => None,
            Ok(Ok(Some(group))) if !group.cases.keys().any(|id| is_own(id.as_str())) => None,
            Ok(Ok(Some(group))) => Some(State::Orphan(Some(group.cases.into_keys().collect()))),
            Ok(Err(_)) | Err(_) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                is_own(&name).then_some(State::Orphan(None))
            }
        }
    }
}

/// The report as it would be without a list of known failures: a snapshot holds what the subject answers.
fn unlisted(report: &CaseReport, gate: &str) -> CaseReport {
    let gates = |it: &Mismatch| gate.parse().is_ok_and(|gate| it.attestation.gates(gate));
    let is_observed = report.reason.as_ref().is_some_and(|reason| reason.ends_with(NOT_JUDGED_ANY_MORE));
    let verdict = match report.mismatches.as_slice() {
        _ if report.verdict == Verdict::Known => Verdict::Mismatch,
        [] if is_observed => Verdict::Observed,
        [] => Verdict::Pass,
        mismatches if mismatches.iter().any(gates) => Verdict::Mismatch,
        _ => Verdict::Advisory,
    };
    CaseReport { verdict, reason: None, ..report.clone() }
}

/// The comparison of one group.
struct Job<'a> {
    path: &'a Path,
    seen: &'a SeenGroup,
    scope: Scope,
    basis: Basis,
    pending: Pending,
    description: String,
}

impl Job<'_> {
    fn state(&self) -> Result<State, SnapshotError> {
        let accepted = folder::read(self.path)?;
        let next = self.next(accepted.as_ref())?;
        let pending = folder::pending_of(self.path);
        if next.cases.is_empty() && accepted.is_none() || accepted.as_ref() == Some(&next) {
            if self.pending == Pending::Written {
                // What waited there is as it was again.
                folder::remove(&pending)?;
            }
            return Ok(State::Same);
        }
        let changes = changes(accepted.as_ref(), &next);
        if self.pending == Pending::Written
            && let Err(error) = folder::write(&pending, &next.write(&self.description))
        {
            return Ok(State::Unwritten(changes, error));
        }
        Ok(if accepted.is_none() { State::New(changes) } else { State::Changed(changes) })
    }

    /// What the snapshot should be after this run.
    fn next(&self, accepted: Option<&Group>) -> Result<Group, SnapshotError> {
        let mut cases = match self.scope {
            Scope::Full => BTreeMap::new(),
            Scope::Part => self.not_run(accepted)?,
        };
        for (id, outcome) in &self.seen.cases {
            // Of a case without a verdict nothing is known that was not known before.
            let kept =
                accepted.filter(|group| group.basis == self.basis).and_then(|group| group.cases.get(id));
            if let Some(outcome) = outcome.as_ref().or(kept) {
                cases.insert(id.clone(), outcome.clone());
            }
        }
        Ok(Group { basis: self.basis, cases })
    }

    /// The cases that this run says nothing of: as they wait for review already, or else as they were accepted.
    fn not_run(&self, accepted: Option<&Group>) -> Result<BTreeMap<CaseId, Outcome>, SnapshotError> {
        // A damaged pending file is overwritten: it holds nothing that anybody has agreed to.
        let waiting = folder::read(&folder::pending_of(self.path)).ok().flatten();
        let waiting = waiting.filter(|group| group.basis == self.basis && self.pending == Pending::Written);
        let Some(group) = waiting.as_ref().or(accepted) else { return Ok(BTreeMap::new()) };
        if group.basis != self.basis {
            let (found, wanted) = (group.basis.to_string(), self.basis.to_string());
            return Err(SnapshotError::OtherBasis { found, wanted });
        }
        Ok(group.cases.clone())
    }
}
