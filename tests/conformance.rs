//! The whole suite against the reference server, in process: expectations come from labels, answers from bytes, and they
//! agree.

mod support;

use countersign::event::Verdict;
use countersign::harness::Options;
use support::{reference, run_against};

#[test]
fn the_reference_server_has_no_mismatch() {
    let outcome = run_against(&reference(), Options::default(), None);
    outcome.end.unwrap();
    let odd: Vec<String> = outcome
        .cases
        .iter()
        .filter(|report| !matches!(report.verdict, Verdict::Pass | Verdict::Observed))
        .map(|report| format!("{} {} {:?} {:?}", report.id, report.verdict, report.reason, report.mismatches))
        .collect();
    assert!(odd.is_empty(), "{} of {}:\n{}", odd.len(), outcome.cases.len(), odd.join("\n"));
    let scored = outcome.cases.iter().filter(|report| report.scored).count();
    assert!(scored >= 600, "{scored} scored cases");
}
