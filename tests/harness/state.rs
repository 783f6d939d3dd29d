//! A state that cannot be read is never taken for a good one.

use crate::in_process::{Subject, answer, run_against};
use countersign::event::{CaseReport, Verdict};
use countersign::harness::{Options, Select};
use countersign::wire::{Request, Response};
use std::rc::Rc;

/// The reference server, but for what it says to AdminGetUser.
fn telling(state: impl Fn() -> Response + 'static) -> Subject {
    Rc::new(move |request, reference| match request {
        Request::Formed(form)
            if form.headers.first("x-amz-target").is_some_and(|target| target.ends_with(b"AdminGetUser")) =>
        {
            state()
        }
        _ => reference(),
    })
}

/// What AdminGetUser is answered.
type State = Box<dyn Fn() -> Response>;

fn options() -> Options {
    let taken = |name: &&str| name.starts_with("code/") || name.starts_with("covering/");
    Options { select: Select::new(move |names| names.iter().any(taken)), ..Options::default() }
}

#[test]
fn a_state_that_cannot_be_read_leaves_a_case_without_a_verdict_and_says_so() {
    let error = |status, body| move || answer(status, "application/x-amz-json-1.1", body);
    let answers: [(State, &str); 4] = [
        (Box::new(error(400, "rubbish")), "AdminGetUser was refused: status 400"),
        (
            Box::new(error(500, r#"{"__type":"InternalErrorException"}"#)),
            "AdminGetUser was refused: status 500",
        ),
        (
            Box::new(error(200, "rubbish")),
            "AdminGetUser was answered with status 200 and without `UserStatus`",
        ),
        (Box::new(error(400, r#"{"__type":"NotAuthorizedException"}"#)), "type `NotAuthorizedException`"),
    ];
    for (state, said) in answers {
        let outcome = run_against(&telling(state), options(), None);
        let unclear = |report: &&CaseReport| report.verdict == Verdict::Inconclusive;
        let pass = outcome.cases.iter().filter(|report| report.verdict == Verdict::Pass);
        let passing: Vec<&str> = pass.map(|report| report.id.as_str()).collect();
        assert_eq!(passing, [""; 0], "{said}");
        let told = outcome.cases.iter().filter(unclear).filter_map(|report| report.reason.as_deref());
        let told: Vec<&str> = told.collect();
        assert!(told.len() > 20, "{told:?}");
        assert!(told.iter().any(|reason| reason.starts_with("the state could not be read: ")), "{told:?}");
        assert!(told.iter().any(|reason| reason.contains(said)), "{said}: {told:?}");
        assert_eq!(outcome.end.unwrap().state_not_judged, None);
    }
}

#[test]
fn a_subject_without_the_operation_is_judged_by_the_rest_and_the_run_says_so() {
    let none = telling(|| answer(501, "text/plain", ""));
    let outcome = run_against(&none, options(), None);
    let pass = outcome.cases.iter().filter(|report| report.verdict == Verdict::Pass).count();
    assert!(pass > 20, "{pass}");
    let told = outcome.end.unwrap().state_not_judged.unwrap();
    assert_eq!(told.reason, "this subject has no AdminGetUser (status 501)");
    assert!(told.cases > 20, "{told:?}");
}

#[test]
fn a_user_that_is_not_there_has_no_state() {
    let gone = telling(|| {
        answer(400, "application/x-amz-json-1.1", r#"{"__type":"UserNotFoundException","message":"gone"}"#)
    });
    let outcome = run_against(&gone, options(), None);
    assert!(outcome.cases.iter().all(|report| report.verdict != Verdict::Inconclusive));
    assert_eq!(outcome.end.unwrap().state_not_judged, None);
}
