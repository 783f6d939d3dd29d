//! What a run on an SDK comes to with a list of known failures.

use countersign::case::CaseId;
use countersign::clock;
use countersign::event::{CaseReport, RunEnd, RunEvent};
use countersign::judge::{Judgement, Values, judge_known};
use countersign::known::KnownList;
use countersign::requirement::Attestation;
use std::collections::BTreeSet;

/// The list, and what it is held against.
pub(super) struct Listed {
    pub(super) known: KnownList,
    /// The ids of all cases, those included that a filter left out: an entry that fits none of them is wrong.
    pub(super) ids: BTreeSet<CaseId>,
    /// The weakest attestation that fails the run.
    pub(super) gate: Attestation,
}

impl Listed {
    /// The event as the list has it.
    pub(super) fn settle(&self, event: RunEvent) -> RunEvent {
        match event {
            RunEvent::CaseFinished(report) => RunEvent::CaseFinished(Box::new(self.report(*report))),
            RunEvent::Finished(end) => {
                let problems = self.known.problems(&self.ids, clock::today());
                let known_problems = problems.iter().map(ToString::to_string).collect();
                RunEvent::Finished(Box::new(RunEnd { known_problems, ..*end }))
            }
            event => event,
        }
    }

    fn report(&self, report: CaseReport) -> CaseReport {
        let CaseReport { verdict, mismatches, known, reason, .. } = report;
        let judgement = Judgement { verdict, mismatches, known, reason };
        let Judgement { verdict, mismatches, known, reason } =
            judge_known(&self.known, &report.id, judgement, self.gate, Values::AsListed);
        CaseReport { verdict, mismatches, known, reason, ..report }
    }
}
