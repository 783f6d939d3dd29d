//! One record for each case id over all rounds of a run, so that memory does not grow with the number of rounds.

use crate::case::CaseId;
use crate::event::{CaseReport, RunEnd, RunEvent, RunHeader, StateNotJudged, Timing, Verdict};
use std::collections::HashMap;

/// The number of different case ids that get a record. Cases beyond it are counted and have no record.
pub const CASE_IDS_MAX: usize = 100_000;

const VERDICTS: usize = Verdict::ALL.len();

/// How often each verdict was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerdictCounts([u64; VERDICTS]);

impl VerdictCounts {
    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        for (count, name) in self.0.iter_mut().zip(Verdict::ALL) {
            *count += u64::from(*name == verdict);
        }
    }

    /// Says how often `verdict` was given.
    pub(super) fn set(&mut self, verdict: Verdict, number: u64) {
        for (count, name) in self.0.iter_mut().zip(Verdict::ALL) {
            if *name == verdict {
                *count = number;
            }
        }
    }

    /// How often `verdict` was given.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.iter().find(|(name, _)| *name == verdict).map_or(0, |(_, count)| count)
    }

    /// How many verdicts were given.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Every verdict with its count, in the order of the declaration.
    pub fn iter(&self) -> impl Iterator<Item = (Verdict, u64)> {
        Verdict::ALL.iter().copied().zip(self.0)
    }
}

/// What became of one case id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecord {
    /// The report of the round with the worst verdict; of several, the first round.
    pub report: CaseReport,
    /// The verdicts over all rounds.
    pub rounds: VerdictCounts,
}

/// How far the subject conforms. Each number counts case ids, so that repeating rounds does not raise a score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Score {
    /// Applicable, and the worst verdict is `pass` or `advisory`: no mismatch that fails the run. A listed failure
    /// (`known`, `stale`) has not passed.
    pub passed: u64,
    /// Scored, and the subject got a verdict: neither `uncovered` nor `inconclusive`.
    pub applicable: u64,
    /// All cases that were run, scored or not.
    pub total: u64,
}

/// What a run came to: its header, one record for each case id, its end.
#[derive(Debug, Default)]
pub struct Run {
    header: Option<Box<RunHeader>>,
    records: Vec<CaseRecord>,
    by_id: HashMap<CaseId, usize>,
    executions: VerdictCounts,
    unrecorded: u64,
    end: Option<Ended>,
}

/// How a run ended. There are no times where it is put together out of reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ended {
    /// Why before its last case, if it did.
    pub(super) incomplete: Option<String>,
    /// What is wrong with the list of known failures by itself.
    pub(super) known_problems: Vec<String>,
    /// The cases whose state was not judged.
    pub(super) state_not_judged: Option<StateNotJudged>,
    /// The times.
    pub(super) timing: Option<Timing>,
}

/// What a [`Run`] is put together from when it is read rather than run.
pub(super) struct Recorded {
    pub(super) header: Option<RunHeader>,
    /// In the order of the suite.
    pub(super) records: Vec<CaseRecord>,
    pub(super) executions: VerdictCounts,
    pub(super) unrecorded: u64,
    pub(super) end: Ended,
}

impl Run {
    /// The run that left `recorded` behind; the case id that stands there twice, if one does.
    pub(super) fn recorded(recorded: Recorded) -> Result<Self, CaseId> {
        let mut by_id = HashMap::with_capacity(recorded.records.len());
        for (at, record) in recorded.records.iter().enumerate() {
            if by_id.insert(record.report.id.clone(), at).is_some() {
                return Err(record.report.id.clone());
            }
        }
        Ok(Self {
            header: recorded.header.map(Box::new),
            records: recorded.records,
            by_id,
            executions: recorded.executions,
            unrecorded: recorded.unrecorded,
            end: Some(recorded.end),
        })
    }

    /// Takes one event into account.
    pub fn add(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started(header) => self.header = Some(header.clone()),
            RunEvent::CaseFinished(report) => self.add_case(report),
            RunEvent::Note(_) | RunEvent::CaseCaptured(_) => {}
            RunEvent::Finished(end) => self.end = Some(Ended::of(end)),
        }
    }

    fn add_case(&mut self, report: &CaseReport) {
        self.executions.add(report.verdict);
        let known = self.by_id.get(&report.id);
        if let Some(record) = known.and_then(|at| self.records.get_mut(*at)) {
            record.add(report);
        } else if self.records.len() < CASE_IDS_MAX {
            let mut rounds = VerdictCounts::default();
            rounds.add(report.verdict);
            self.by_id.insert(report.id.clone(), self.records.len());
            self.records.push(CaseRecord { report: report.clone(), rounds });
        } else {
            self.unrecorded += 1;
        }
    }

    /// Forgets the times.
    pub(super) fn leave_out_times(&mut self) {
        if let Some(end) = &mut self.end {
            end.timing = None;
        }
    }

    /// The header, once the run has started.
    pub fn header(&self) -> Option<&RunHeader> {
        self.header.as_deref()
    }

    /// The records in the order of the suite, whatever order the cases ended in.
    pub fn cases(&self) -> Vec<&CaseRecord> {
        let mut cases: Vec<_> = self.records.iter().collect();
        cases.sort_by(|a, b| (a.report.index, &a.report.id).cmp(&(b.report.index, &b.report.id)));
        cases
    }

    /// The worst verdict of each case id.
    pub fn verdicts(&self) -> VerdictCounts {
        let mut counts = VerdictCounts::default();
        for record in &self.records {
            counts.add(record.report.verdict);
        }
        counts
    }

    /// Every verdict given, over all rounds.
    pub fn executions(&self) -> VerdictCounts {
        self.executions
    }

    /// The number of executions without a record, because there were more than [`CASE_IDS_MAX`] case ids.
    pub fn unrecorded(&self) -> u64 {
        self.unrecorded
    }

    /// How far the subject conforms.
    pub fn score(&self) -> Score {
        let mut score = Score::default();
        for CaseRecord { report, .. } in &self.records {
            let judged = !matches!(report.verdict, Verdict::Uncovered | Verdict::Inconclusive);
            let passed = matches!(report.verdict, Verdict::Pass | Verdict::Advisory);
            score.total += 1;
            score.applicable += u64::from(report.scored && judged);
            score.passed += u64::from(report.scored && passed);
        }
        score
    }

    /// Why the run is incomplete, if it is.
    pub fn incomplete(&self) -> Option<&str> {
        match &self.end {
            Some(end) => end.incomplete.as_deref(),
            None => Some("the run did not come to its end"),
        }
    }

    /// What is wrong with the list of known failures by itself, each with file and line.
    pub fn known_problems(&self) -> &[String] {
        self.end.as_ref().map_or(&[], |end| &end.known_problems)
    }

    /// The cases whose state was not judged, where there are some.
    pub fn state_not_judged(&self) -> Option<&StateNotJudged> {
        self.end.as_ref().and_then(|end| end.state_not_judged.as_ref())
    }

    /// The times, once the run is over and where they are known.
    pub fn timing(&self) -> Option<Timing> {
        self.end.as_ref().and_then(|end| end.timing)
    }
}

impl Ended {
    fn of(end: &RunEnd) -> Self {
        Self {
            incomplete: end.incomplete.clone(),
            known_problems: end.known_problems.clone(),
            state_not_judged: end.state_not_judged.clone(),
            timing: Some(end.timing),
        }
    }
}

impl CaseRecord {
    fn add(&mut self, report: &CaseReport) {
        self.rounds.add(report.verdict);
        let index = self.report.index.min(report.index);
        let (old, new) = (severity(self.report.verdict), severity(report.verdict));
        // By severity and round, not by arrival: with several connections the order of arrival is chance.
        if new > old || new == old && report.round < self.report.round {
            self.report = report.clone();
        }
        self.report.index = index;
    }
}

/// Which of two verdicts on the same case is the worse one: what is proven against the subject, then what leaves the
/// run in doubt, then what only needs a look.
pub(super) const fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Mismatch => 7,
        Verdict::Inconclusive => 6,
        Verdict::Stale => 5,
        Verdict::Known => 4,
        Verdict::Uncovered => 3,
        Verdict::Advisory => 2,
        Verdict::Observed => 1,
        Verdict::Pass => 0,
    }
}
