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
    /// 5: an entry among the known failures no longer holds.
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
    /// 4. An entry among the known failures no longer holds: `Stale`.
    /// 5. Otherwise `Conformant`. Advisories, known failures, observations and uncovered cases beside others do not
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
        } else if has(Verdict::Stale) {
            Self::Stale
        } else {
            Self::Conformant
        }
    }
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
