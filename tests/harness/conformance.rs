//! The whole suite against the reference server, in process: expectations come from labels, answers from bytes, and they
//! agree.

use crate::in_process::{answer, confirming_as, reference, run_against};
use countersign::event::{CaseReport, Verdict};
use countersign::harness::{FailFast, Options, Record, Rules};
use countersign::seed::Seed;

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

#[test]
fn the_same_seed_gives_the_same_reports_and_another_seed_the_same_verdicts() {
    let run = |seed| {
        let options = Options { seed: Seed(seed), ..Options::default() };
        run_against(&reference(), options, None).cases
    };
    let (first, again, other) = (run(7), run(7), run(8));
    assert_eq!(first, again);
    let verdicts = |cases: &[CaseReport]| -> Vec<(String, Verdict)> {
        cases.iter().map(|report| (report.id.to_string(), report.verdict)).collect()
    };
    assert_eq!(verdicts(&first), verdicts(&other));
}

#[test]
fn a_repeated_run_goes_on_to_the_number_of_cases_that_was_asked_for() {
    let all = Rules::built_in().unwrap().suite(Seed::DEFAULT, 0, &Options::default().select).len();
    let asked = 2 * all + 1;
    let options = Options { cases: u64::try_from(asked).ok(), ..Options::default() };
    let outcome = run_against(&reference(), options, None);
    assert_eq!(outcome.cases.len(), asked);
    assert_eq!(outcome.header.map(|header| header.cases), u64::try_from(asked).ok());
    assert_eq!(outcome.cases.last().map(|report| report.round), Some(2));
    assert!(outcome.cases.iter().all(|report| matches!(report.verdict, Verdict::Pass | Verdict::Observed)));
}

#[test]
fn the_order_and_the_number_of_connections_change_no_verdict() {
    let run = |jobs| run_against(&reference(), Options { jobs, ..Options::default() }, None).cases;
    assert_eq!(run(1), run(16));
}

#[test]
fn a_run_that_is_to_stop_at_the_first_mismatch_stops_there() {
    let always_yes = confirming_as(|_| answer(200, "application/x-amz-json-1.1", "{}"));
    let options = Options { fail_fast: FailFast::Yes, jobs: 1, ..Options::default() };
    let outcome = run_against(&always_yes, options, None);
    assert_eq!(outcome.cases.iter().filter(|report| report.verdict == Verdict::Mismatch).count(), 1);
    assert!(outcome.end.unwrap().incomplete.unwrap().starts_with("stopped at the first mismatch"));
}

#[test]
fn no_code_and_no_client_secret_is_left_in_a_report() {
    // A subject that repeats what it was sent, and what it knows, in every message.
    let echo = confirming_as(|form| {
        let body = String::from_utf8_lossy(&form.body).into_owned();
        answer(400, "application/x-amz-json-1.1", &body)
    });
    let options = Options { record: Record::Everything, ..Options::default() };
    // Whole, made into another one, in other digits, and with something in between.
    let codes =
        ["valid/members", "code/wrong", "code/extra-digit", "code/full-width", "code/list", "code/reversed"];
    let is_parted = |id: &str| {
        id.starts_with("pattern/confirmation-code") && id.contains("-inner")
            || id == "habit/pasted-in-two-groups"
    };
    let mut seen = 0;
    for report in run_against(&echo, options, None).cases {
        let id = report.id.as_str();
        if !codes.iter().any(|start| id.starts_with(start)) && !is_parted(id) {
            continue;
        }
        for exchange in &report.exchanges {
            let (_, body) = exchange.response.split_once("\n\n").unwrap();
            let value = body.split("\"ConfirmationCode\":\"").nth(1).unwrap().split('"').next().unwrap();
            let (before, rest) =
                value.split_once("${code").unwrap_or_else(|| panic!("{}: {body}", report.id));
            let left = [before, rest.split_once('}').unwrap().1].concat();
            assert!(left.chars().filter(char::is_ascii_digit).count() == 0, "{}: {body}", report.id);
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} exchanges were looked at");
}
