//! Takes the verdict from a case that is wrong itself.

use super::judgement::Judgement;
use crate::event::Verdict;
use crate::known::SuiteError;

/// What is said of a case that is an error of the suite: nothing of the subject, whatever it answered.
pub fn set_aside(_: Judgement, error: &SuiteError) -> Judgement {
    let SuiteError { reason, fix, link, .. } = error;
    let link = link.as_ref().map(|link| format!(" ({link})")).unwrap_or_default();
    Judgement {
        verdict: Verdict::Observed,
        mismatches: Vec::new(),
        known: Vec::new(),
        reason: Some(format!("an error of the suite: {reason}; to be fixed: {fix}{link}")),
    }
}
