//! Runs a case that has failed again before its mismatch counts.

use super::case_run::{Bench, Finished, Lane, run_case};
use super::suite::Selected;
use crate::event::Verdict;
use crate::judge::flaky;
use crate::replay::transport::Transport;

/// How often a failure can be asked to be confirmed.
pub const CONFIRMATIONS_MAX: u8 = 20;

/// Runs a case, and one that would fail the run `confirmations` times more, each time for a fresh user: the same bytes, apart
/// from what the user is. The report is that of the first run.
pub(super) async fn run_confirmed<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    (selected, index): (&Selected, usize),
    confirmations: u8,
) -> Finished {
    let mut finished = run_case(bench, lane, selected, index).await;
    // A listed case that passes once may be a flaky one: its entry is not to be removed for that.
    let first = finished.report.verdict;
    if !matches!(first, Verdict::Mismatch | Verdict::Stale) {
        return finished;
    }
    let mut verdicts = vec![first];
    for number in 1..=confirmations {
        let again = Bench { seed: bench.seed.split(&format!("confirmation {number}")), ..*bench };
        let again = run_case(&again, lane, selected, index).await;
        verdicts.push(again.report.verdict);
        if let (Some(first), Some(again)) = (&mut finished.capture, again.capture) {
            first.runs.extend(again.runs);
        }
    }
    if let Some(reason) = flaky(&verdicts) {
        finished.report.verdict = Verdict::Inconclusive;
        finished.report.reason = Some(reason);
    }
    finished
}
