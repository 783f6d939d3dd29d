//! Runs that are held against a list of known failures, and cases that are errors of the suite.

use crate::in_process::{Subject, answer, is_confirmation, reference, run_against, run_with_rules};
use countersign::case::CaseId;
use countersign::corpus::SourceFile;
use countersign::corpus::known_file::read_known;
use countersign::corpus::suite_errors::{embedded_suite_errors, read_suite_errors};
use countersign::event::Verdict;
use countersign::harness::{FailFast, Options, Rules, Select};
use countersign::known::KnownList;
use countersign::requirement::Attestation;
use countersign::wire::Request;
use std::cell::Cell;
use std::rc::Rc;

const CASE: &str = "code/wrong-public";

/// Says yes where it should refuse, from this confirmation on, and confirms nobody by that.
fn yes_from(first: usize) -> Subject {
    let sent = Rc::new(Cell::new(0));
    Rc::new(move |request, reference| {
        let response = reference();
        let is_judged = matches!(request, Request::Formed(form) if is_confirmation(form));
        sent.set(sent.get() + usize::from(is_judged));
        if is_judged && sent.get() >= first && response.status == 400 {
            return answer(200, "application/x-amz-json-1.1", "{}");
        }
        response
    })
}

fn yes() -> Subject {
    yes_from(0)
}

fn listed(aspect: &str, cases: &str, got: &str) -> KnownList {
    let text = format!(
        "[[known]]\nrequirement = \"CSU-CODE-001\"\naspect = \"{aspect}\"\ngot = \"{got}\"\nreason = \"r\"\ncases = [{cases}]\n"
    );
    read_known(&[SourceFile::new("k.toml", text)]).unwrap()
}

fn only(case: &'static str, known: KnownList) -> Options {
    let select = Select::new(move |names| names.first() == Some(&case));
    Options { select, known: Rc::new(known), ..Options::default() }
}

#[test]
fn every_round_is_held_against_the_list_and_later_ones_are_never_stale() {
    use Verdict::{Known, Mismatch, Pass, Stale};
    let verdicts = |subject: &Subject, got: &str| -> Vec<Verdict> {
        let options =
            Options { cases: Some(3), ..only(CASE, listed("status", "\"code/wrong-public\"", got)) };
        run_against(subject, options, None).cases.iter().map(|report| report.verdict).collect()
    };
    assert_eq!(verdicts(&yes(), "200"), [Known, Known, Known]);
    assert_eq!(verdicts(&yes(), "500"), [Stale, Mismatch, Mismatch]);
    assert_eq!(verdicts(&reference(), "200"), [Stale, Pass, Pass]);
}

#[test]
fn a_known_failure_does_not_stop_a_run_that_stops_at_the_first_mismatch() {
    let both = [CASE, "code/wrong-secret"];
    let select = Select::new(move |names| names.first().is_some_and(|id| both.contains(id)));
    let known = Rc::new(listed("status", "\"code/wrong-public\"", "200"));
    let options = Options { select, known, fail_fast: FailFast::Yes, jobs: 1, ..Options::default() };
    let outcome = run_against(&yes(), options, None);
    let of =
        |id: &str| outcome.cases.iter().find(|report| report.id.as_str() == id).map(|report| report.verdict);
    assert_eq!(of(CASE), Some(Verdict::Known));
    assert!(outcome.cases.iter().any(|report| report.verdict == Verdict::Mismatch));
}

#[test]
fn a_listed_case_that_differs_from_run_to_run_is_flaky_and_not_stale() {
    // The first run of the case sends two requests, itself and its twin.
    let subject = yes_from(3);
    let options =
        Options { confirmations: 2, ..only(CASE, listed("status", "\"code/wrong-public\"", "200")) };
    let report = run_against(&subject, options, None).cases.remove(0);
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason.as_deref(), Some("flaky, 3 runs: stale, known, known"));
}

#[test]
fn entries_for_cases_that_a_filter_leaves_out_match_something_all_the_same() {
    let problems = |cases: &str| {
        let known = listed("status", cases, "200");
        run_against(&reference(), only("user/absent-public", known), None).end.unwrap().known_problems
    };
    assert_eq!(problems("\"code/wrong-*\""), Vec::<String>::new());
    // It exists with a greater strength only.
    let ids = Rules::built_in().unwrap().ids();
    let pairs: Vec<CaseId> = Rules::built_in()
        .unwrap()
        .suite(countersign::seed::Seed::DEFAULT, 0, &Select::everything())
        .into_iter()
        .map(|selected| selected.case.id.clone())
        .collect();
    let stronger = ids.iter().find(|id| !pairs.contains(id)).unwrap();
    assert_eq!(problems(&format!("\"{stronger}\"")), Vec::<String>::new());
    assert!(problems("\"code/wrnog-*\"")[0].starts_with("k.toml:2: `code/wrnog-*` matches no case"));
}

#[test]
fn a_case_that_is_an_error_of_the_suite_is_never_judged() {
    let file = "[[wrong]]\ncases = [\"code/wrong-public\"]\nreason = \"it is wrong\"\nfix = \"mend it\"\n";
    let rules = || {
        let errors = read_suite_errors(&SourceFile::new("s.toml", file)).unwrap();
        Rules::built_in().unwrap().setting_aside(errors)
    };
    for subject in [yes(), reference()] {
        let known = listed("status", "\"code/wrong-public\"", "200");
        let report = run_with_rules(&subject, only(CASE, known), rules()).cases.remove(0);
        assert_eq!((report.verdict, report.scored), (Verdict::Observed, false));
        assert_eq!(report.mismatches, []);
        assert_eq!(
            report.reason.as_deref(),
            Some("an error of the suite: it is wrong; to be fixed: mend it")
        );
    }
    let rules = rules();
    let suite = rules.suite(countersign::seed::Seed::DEFAULT, 0, &Select::everything());
    let scored = |id: &str| {
        let case = suite.iter().find(|selected| selected.case.id.as_str() == id).unwrap();
        rules.is_scored(&case.case, Attestation::Recorded)
    };
    assert!(!scored(CASE) && scored("code/wrong-secret"));
}

#[test]
fn every_error_of_the_suite_that_is_built_in_is_one_of_a_case() {
    let ids = Rules::built_in().unwrap().ids();
    for error in embedded_suite_errors().unwrap() {
        let place = &error.place;
        assert!(error.cases.0.iter().all(|pattern| ids.iter().any(|id| pattern.fits(id))), "{place}");
    }
}
