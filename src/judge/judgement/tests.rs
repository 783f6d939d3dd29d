use super::*;
use crate::case::Layer;
use crate::judge::{OtherObservation, TwinObservation};
use crate::requirement::Aspect;
use crate::requirement::{MessageRule, RequirementId, Stage};
use crate::template::Bindings;
use crate::wire::{Headers, Request, Response};
use std::time::Duration;

fn aspect<T>(accept: T, attestation: Attestation) -> Aspect<T> {
    Aspect { accept, attestation, evidence: vec!["SEM-001".into()] }
}

fn refusal(id: &str, stage: Stage, error_type: &str) -> Requirement {
    Requirement {
        id: RequirementId(id.into()),
        sentence: String::new(),
        member: None,
        layer: Layer::State,
        stage,
        since: None,
        labels: vec![],
        evidence: vec![],
        effect: Effect::Refused,
        status: Some(aspect(vec![400], Attestation::Documented)),
        error_type: Some(aspect(vec![error_type.to_owned()], Attestation::Recorded)),
        message: Some(aspect(MessageRule::OneOf(vec!["No.".into()]), Attestation::Reported)),
        headers: None,
        body: None,
        state: Some(aspect(
            [("user.status".to_owned(), "UNCONFIRMED".to_owned())].into(),
            Attestation::Documented,
        )),
        same: None,
        conflicts: vec![],
        no_case: None,
    }
}

fn exchange(status: u16, body: &str) -> Exchange {
    let response =
        Response { status, reason: vec![], headers: Headers::default(), body: body.to_owned().into() };
    Exchange { request: Request::Raw("".into()), answer: Ok(response), latency: Duration::ZERO }
}

fn no(error_type: &str) -> Exchange {
    exchange(400, &format!(r#"{{"__type":"{error_type}","message":"No."}}"#))
}

fn expectation(alternatives: Vec<&Requirement>, effect: Effect) -> Expectation<'_> {
    Expectation { effect, alternatives, inspected: vec![], cap: Attestation::Documented, violations: vec![] }
}

/// The verdict and `aspect` of each mismatch.
fn verdict(
    expectation: &Expectation<'_>,
    seen: &Exchange,
    user_status: &str,
    twin: Option<(&Exchange, bool)>,
) -> (Verdict, Vec<AspectName>) {
    let state = [("user.status".to_owned(), user_status.to_owned())].into();
    let bindings = Bindings::default();
    let observation = Observation {
        exchanges: std::slice::from_ref(seen),
        state: Some(&state),
        twin: twin.map(|(exchange, must_be_accepted)| TwinObservation {
            exchange,
            must_be_accepted,
            state: None,
        }),
        other: None,
        bindings: &bindings,
    };
    let found = judge(std::slice::from_ref(expectation), &observation, Attestation::Recorded);
    (found.verdict, found.mismatches.iter().map(|mismatch| mismatch.aspect).collect())
}

#[test]
fn a_refusal_counts_only_with_a_twin_that_is_accepted() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let expectation = expectation(vec![&code], Effect::Refused);
    let (seen, accepted) = (no("CodeMismatchException"), exchange(200, "{}"));
    let result = |twin| verdict(&expectation, &seen, "UNCONFIRMED", twin);
    assert_eq!(result(Some((&accepted, true))), (Verdict::Pass, vec![]));
    assert_eq!(result(Some((&seen, true))), (Verdict::Mismatch, vec![AspectName::Twin]));
    assert_eq!(result(Some((&seen, false))), (Verdict::Mismatch, vec![AspectName::Twin]));
    let other = no("UserNotFoundException");
    assert_eq!(result(Some((&other, true))), (Verdict::Mismatch, vec![AspectName::Twin]));
    assert_eq!(result(Some((&other, false))), (Verdict::Pass, vec![]));
}

#[test]
fn what_is_accepted_wrongly_is_reported_once_and_with_its_effect_on_the_state() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let expectation = expectation(vec![&code], Effect::Refused);
    let seen = exchange(200, "{}");
    let found = verdict(&expectation, &seen, "CONFIRMED", None);
    assert_eq!(found, (Verdict::Mismatch, vec![AspectName::Status, AspectName::State]));
}

#[test]
fn a_refusal_that_changes_the_state_is_a_mismatch() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let expectation = expectation(vec![&code], Effect::Refused);
    let found = verdict(&expectation, &no("CodeMismatchException"), "CONFIRMED", None);
    assert_eq!(found, (Verdict::Mismatch, vec![AspectName::State]));
}

#[test]
fn a_difference_below_the_gate_is_an_advisory() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let expectation = expectation(vec![&code], Effect::Refused);
    let seen = exchange(400, r#"{"__type":"CodeMismatchException","message":"Nope."}"#);
    assert_eq!(
        verdict(&expectation, &seen, "UNCONFIRMED", None),
        (Verdict::Advisory, vec![AspectName::Message])
    );
}

#[test]
fn two_defects_may_be_reported_either_way_and_only_an_attested_order_counts() {
    let status = refusal("STATUS", Stage::Status, "NotAuthorizedException");
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let alias = refusal("ALIAS", Stage::Alias, "AliasExistsException");
    let seen = |error_type: &str, alternatives: Vec<&Requirement>| {
        verdict(&expectation(alternatives, Effect::Refused), &no(error_type), "UNCONFIRMED", None)
    };
    assert_eq!(seen("NotAuthorizedException", vec![&status, &code]), (Verdict::Pass, vec![]));
    // SEM-008 is reported, SEM-032 documented.
    let reported = (Verdict::Advisory, vec![AspectName::Order]);
    assert_eq!(seen("CodeMismatchException", vec![&status, &code]), reported);
    let documented = (Verdict::Mismatch, vec![AspectName::Order]);
    assert_eq!(seen("AliasExistsException", vec![&code, &alias]), documented);
    let neither = (Verdict::Mismatch, vec![AspectName::Type]);
    assert_eq!(seen("UserNotFoundException", vec![&code, &alias]), neither);
}

#[test]
fn a_doubtful_value_beside_a_defect_may_be_refused_first_or_not_at_all() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let mut boolean = refusal("BOOLEAN", Stage::Deserialise, "SerializationException");
    boolean.effect = Effect::Either;
    let seen = |error_type: &str| {
        let expectation = expectation(vec![&boolean, &code], Effect::Refused);
        verdict(&expectation, &no(error_type), "UNCONFIRMED", None)
    };
    assert_eq!(seen("SerializationException"), (Verdict::Pass, vec![]));
    assert_eq!(seen("CodeMismatchException"), (Verdict::Pass, vec![]));
    assert_eq!(seen("UserNotFoundException").1, vec![AspectName::Type]);
}

#[test]
fn a_subject_that_hangs_up_is_wrong_and_one_that_is_gone_is_inconclusive() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let expectation = expectation(vec![&code], Effect::Refused);
    let mut seen = no("CodeMismatchException");
    seen.answer = Err(WireFault::Closed { received: 0 });
    assert_eq!(
        verdict(&expectation, &seen, "UNCONFIRMED", None),
        (Verdict::Mismatch, vec![AspectName::Answer])
    );
    seen.answer = Err(WireFault::Unreachable { reason: "refused".into() });
    assert_eq!(verdict(&expectation, &seen, "UNCONFIRMED", None), (Verdict::Inconclusive, vec![]));
}

#[test]
fn what_may_go_either_way_is_judged_only_when_it_is_refused() {
    let boolean = refusal("BOOLEAN", Stage::Deserialise, "SerializationException");
    let expectation = expectation(vec![&boolean], Effect::Either);
    assert_eq!(verdict(&expectation, &exchange(200, "{}"), "CONFIRMED", None), (Verdict::Pass, vec![]));
    let found = verdict(&expectation, &no("Oops"), "UNCONFIRMED", None);
    assert_eq!(found, (Verdict::Mismatch, vec![AspectName::Type]));
}

/// The verdict on a relation between two answers, attested like this.
fn related(one: &Exchange, other: &Exchange, attestation: Attestation) -> (Verdict, Vec<Mismatch>) {
    let accepted = Requirement { effect: Effect::Observed, ..refusal("ANY", Stage::Code, "X") };
    let relation =
        Requirement { same: Some(aspect((), attestation)), ..refusal("SAME", Stage::Confirm, "X") };
    let relation = Requirement {
        effect: Effect::Inspected,
        status: None,
        error_type: None,
        message: None,
        state: None,
        ..relation
    };
    let expectation =
        Expectation { inspected: vec![&relation], ..expectation(vec![&accepted], Effect::Observed) };
    let bindings = Bindings::default();
    let observation = Observation {
        exchanges: std::slice::from_ref(one),
        state: None,
        twin: None,
        other: Some(OtherObservation { exchange: other, state: None }),
        bindings: &bindings,
    };
    let found = judge(std::slice::from_ref(&expectation), &observation, Attestation::Recorded);
    assert!(!expectation.is_scored(Attestation::Recorded), "a relation alone is never scored");
    (found.verdict, found.mismatches)
}

#[test]
fn two_forms_of_a_request_are_compared_with_each_other_and_with_nothing_else() {
    let (yes, no, not_found) =
        (exchange(200, "{}"), no("CodeMismatchException"), no("UserNotFoundException"));
    assert_eq!(related(&no, &no, Attestation::Documented), (Verdict::Pass, vec![]));
    assert_eq!(related(&yes, &yes, Attestation::Documented), (Verdict::Pass, vec![]));
    for other in [&yes, &not_found] {
        let (verdict, found) = related(&no, other, Attestation::Documented);
        assert_eq!(verdict, Verdict::Mismatch);
        assert_eq!(found.iter().map(|one| one.aspect).collect::<Vec<_>>(), [AspectName::Relation]);
    }
    let (_, found) = related(&no, &yes, Attestation::Documented);
    assert_eq!(found[0].expected, "the same as the other form: 200");
    assert_eq!(found[0].got, "400 CodeMismatchException");
}

#[test]
fn a_relation_that_is_not_attested_is_told_and_never_fails_a_run() {
    let (verdict, found) = related(&no("A"), &no("B"), Attestation::Unattested);
    assert_eq!((verdict, found.len()), (Verdict::Advisory, 1));
}
