//! Exit codes, and which of them a run ends with.

use countersign::event::Verdict;
use countersign::report::Run;
use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: conformant, or the command did what it was asked to.
    Conformant,
    /// 1: a mismatch that fails the run.
    Mismatch,
    /// 2: flags, configuration or a corpus file are wrong.
    Usage,
    /// 3: the subject is unreachable, or the run says nothing certain about it.
    Inconclusive,
    /// 4: no case was selected.
    NoCase,
    /// 5: an entry among the known failures no longer holds, or a snapshot waits for review.
    Stale,
    /// 70: a bug in Countersign (`EX_SOFTWARE` of sysexits.h).
    Bug,
}

impl Exit {
    /// The number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Conformant => 0,
            Self::Mismatch => 1,
            Self::Usage => 2,
            Self::Inconclusive => 3,
            Self::NoCase => 4,
            Self::Stale => 5,
            Self::Bug => 70,
        }
    }

    /// How a run ends, by the first of these that holds:
    ///
    /// 1. No case was run, and the run is complete: `NoCase`.
    /// 2. A case has a mismatch: `Mismatch`. That is proven, whatever else went wrong, even in a run that was cut.
    /// 3. The run is incomplete, a case is inconclusive, or not one case reached the subject (all are uncovered):
    ///    `Inconclusive`. What such a run says of the list of known failures is not to be acted on.
    /// 4. An entry among the known failures no longer holds, has expired, is there twice or is for no case: `Stale`.
    /// 5. A snapshot differs, is new, or cannot be compared: `Stale`; see [`Exit::with_snapshots`].
    /// 6. Otherwise `Conformant`. Advisories, known failures, observations and uncovered cases beside others do not
    ///    change that.
    ///
    /// A shard without a case, or with uncovered ones alone, ends with `Conformant`: what the whole run comes to is for
    /// `countersign merge` to say.
    ///
    /// Every execution counts, so that no round of a repeated run can hide behind another.
    pub(crate) fn of_run(run: &Run) -> Self {
        let counts = run.executions();
        let has = |verdict| counts.of(verdict) > 0;
        let is_shard = run.header().is_some_and(|header| header.shard.is_some());
        if counts.total() == 0 && run.incomplete().is_none() && !is_shard {
            Self::NoCase
        } else if has(Verdict::Mismatch) {
            Self::Mismatch
        } else if run.incomplete().is_some()
            || has(Verdict::Inconclusive)
            || (counts.of(Verdict::Uncovered) == counts.total() && !is_shard)
        {
            Self::Inconclusive
        } else if has(Verdict::Stale) || !run.known_problems().is_empty() {
            Self::Stale
        } else {
            Self::Conformant
        }
    }

    /// The same, where the run was compared with snapshots besides: what waits for review counts last, since every other end
    /// says more.
    pub(crate) fn with_snapshots(self, snapshots: Snapshots) -> Self {
        match (self, snapshots) {
            (Self::Conformant, Snapshots::Unreviewed) => Self::Stale,
            _ => self,
        }
    }
}

/// How a run compares with the snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snapshots {
    /// Everything is as it was accepted, or there is nothing to compare with.
    AsAccepted,
    /// Somebody has to look at it.
    Unreviewed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign::case::{CaseId, Layer};
    use countersign::event::{CaseReport, RunEnd, RunEvent};
    use std::collections::BTreeMap;

    fn report(index: usize, verdict: Verdict) -> CaseReport {
        CaseReport {
            index,
            round: 0,
            id: CaseId::new("state", &index.to_string()),
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

    fn exit(verdicts: &[Verdict], incomplete: Option<&str>) -> Exit {
        let mut run = Run::default();
        for (index, verdict) in verdicts.iter().enumerate() {
            run.add(&RunEvent::CaseFinished(Box::new(report(index, *verdict))));
        }
        run.add(&RunEvent::Finished(Box::new(RunEnd {
            incomplete: incomplete.map(str::to_owned),
            ..RunEnd::default()
        })));
        Exit::of_run(&run)
    }

    #[test]
    fn a_run_ends_with_the_first_thing_that_holds() {
        use Verdict::{Advisory, Inconclusive, Known, Mismatch, Observed, Pass, Stale, Uncovered};
        let cut = Some("interrupted");
        let table: [(&[Verdict], Option<&str>, u8); 16] = [
            (&[Pass], None, 0),
            (&[Pass, Advisory, Known, Observed, Uncovered], None, 0),
            (&[Observed], None, 0),
            (&[Pass, Mismatch], None, 1),
            (&[Mismatch, Inconclusive, Stale], None, 1),
            (&[Mismatch], cut, 1),
            (&[], cut, 3),
            (&[Pass], cut, 3),
            (&[Pass, Inconclusive], None, 3),
            (&[Stale, Inconclusive], None, 3),
            (&[Stale], cut, 3),
            (&[Uncovered, Uncovered], None, 3),
            (&[Uncovered, Inconclusive], None, 3),
            (&[], None, 4),
            (&[Pass, Stale], None, 5),
            (&[Stale, Uncovered, Known], None, 5),
        ];
        for (verdicts, incomplete, expected) in table {
            assert_eq!(exit(verdicts, incomplete).code(), expected, "{verdicts:?} {incomplete:?}");
        }
    }

    #[test]
    fn a_list_that_is_wrong_by_itself_is_stale_unless_something_worse_holds() {
        for (verdict, expected) in
            [(Verdict::Pass, 5), (Verdict::Known, 5), (Verdict::Mismatch, 1), (Verdict::Inconclusive, 3)]
        {
            let mut run = Run::default();
            run.add(&RunEvent::CaseFinished(Box::new(report(0, verdict))));
            let known_problems = vec!["known.toml:1: the entry expired".to_owned()];
            run.add(&RunEvent::Finished(Box::new(RunEnd { known_problems, ..RunEnd::default() })));
            assert_eq!(Exit::of_run(&run).code(), expected, "{verdict}");
        }
    }

    #[test]
    fn an_unreviewed_snapshot_counts_where_nothing_else_is_wrong() {
        let table = [
            (Exit::Conformant, 5),
            (Exit::Mismatch, 1),
            (Exit::Usage, 2),
            (Exit::Inconclusive, 3),
            (Exit::NoCase, 4),
            (Exit::Stale, 5),
            (Exit::Bug, 70),
        ];
        for (exit, expected) in table {
            assert_eq!(exit.with_snapshots(Snapshots::Unreviewed).code(), expected, "{exit:?}");
            assert_eq!(exit.with_snapshots(Snapshots::AsAccepted), exit);
        }
    }

    #[test]
    fn a_mismatch_of_one_round_is_not_hidden_by_another() {
        let mut run = Run::default();
        for (round, verdict) in [(1, Verdict::Mismatch), (0, Verdict::Pass)] {
            let report = CaseReport { round, ..report(0, verdict) };
            run.add(&RunEvent::CaseFinished(Box::new(report)));
        }
        run.add(&RunEvent::Finished(Box::default()));
        assert_eq!(Exit::of_run(&run), Exit::Mismatch);
    }
}
