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
            bindings: &bindings,
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
        other: Some(OtherObservation { exchange: other, state: None, bindings: &bindings }),
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

/// Judges steps that were answered like this, with a state and a twin after the last one.
fn judged(
    expectations: &[Expectation<'_>],
    exchanges: &[Exchange],
    state: Option<&str>,
    twin: Option<&Exchange>,
) -> Judgement {
    let state = state.map(|status| [("user.status".to_owned(), status.to_owned())].into());
    let bindings = Bindings::default();
    let twin = twin.map(|exchange| TwinObservation {
        exchange,
        must_be_accepted: true,
        state: None,
        bindings: &bindings,
    });
    let observation =
        Observation { exchanges, state: state.as_ref(), twin, other: None, bindings: &bindings };
    judge(expectations, &observation, Attestation::Recorded)
}

fn aspects(judgement: &Judgement) -> Vec<AspectName> {
    judgement.mismatches.iter().map(|mismatch| mismatch.aspect).collect()
}

#[test]
fn a_step_that_went_wrong_before_explains_the_state_and_one_that_was_answered_wrongly_the_twin() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let both = [expectation(vec![&code], Effect::Refused), expectation(vec![&code], Effect::Refused)];
    let (right, accepted) = (no("CodeMismatchException"), exchange(200, "{}"));
    let refused = no("NotAuthorizedException");
    let found = judged(&both, &[accepted, right.clone()], Some("CONFIRMED"), Some(&refused));
    assert_eq!(aspects(&found), [AspectName::Status]);
    // A wrong type alone does not explain a twin that is refused.
    let found = judged(&both, &[no("Oops"), right.clone()], Some("CONFIRMED"), Some(&refused));
    assert_eq!(aspects(&found), [AspectName::Type, AspectName::Twin]);
    let found = judged(&both, &[right.clone(), right.clone()], Some("CONFIRMED"), Some(&refused));
    assert_eq!(aspects(&found), [AspectName::State, AspectName::Twin]);
    // Neither says anything of a step that is not the last.
    let found = judged(&both, &[right, exchange(200, "{}")], None, None);
    assert_eq!(aspects(&found), [AspectName::Status]);
}

#[test]
fn a_subject_that_is_gone_has_no_verdict_and_the_reason_is_told() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let expectations = [expectation(vec![&code], Effect::Refused)];
    for fault in
        [WireFault::Unreachable { reason: "refused".into() }, WireFault::Tls { reason: "refused".into() }]
    {
        let gone = Exchange { answer: Err(fault), ..no("CodeMismatchException") };
        let found = judged(&expectations, &[gone], None, None);
        assert_eq!(found.verdict, Verdict::Inconclusive);
        assert_eq!(found.reason.as_deref(), Some("the subject could not be reached: refused"));
    }
}

#[test]
fn what_is_only_observed_is_not_judged_and_an_inspected_aspect_of_it_is() {
    let observed = Requirement { effect: Effect::Observed, ..refusal("ANY", Stage::Code, "X") };
    let plain = expectation(vec![&observed], Effect::Observed);
    let seen = [no("Y")];
    let found = judged(std::slice::from_ref(&plain), &seen, Some("CONFIRMED"), None);
    assert_eq!((found.verdict, aspects(&found)), (Verdict::Observed, vec![]));

    let looks = inspection();
    let inspected = Expectation { inspected: vec![&looks], ..plain };
    let found = judged(std::slice::from_ref(&inspected), &seen, None, None);
    assert_eq!((found.verdict, aspects(&found)), (Verdict::Mismatch, vec![AspectName::Header]));
    let unreachable = Exchange { answer: Err(WireFault::Closed { received: 0 }), ..no("Y") };
    let found = judged(&[inspected], &[unreachable], None, None);
    assert_eq!((found.verdict, aspects(&found)), (Verdict::Pass, vec![]));
}

/// A requirement that looks at a header.
fn inspection() -> Requirement {
    Requirement {
        effect: Effect::Inspected,
        status: None,
        error_type: None,
        message: None,
        state: None,
        headers: Some(aspect(
            [("x-amzn-requestid".to_owned(), ".+".to_owned())].into(),
            Attestation::Recorded,
        )),
        ..refusal("LOOK", Stage::Confirm, "X")
    }
}

#[test]
fn what_is_inspected_counts_only_where_nothing_else_is_wrong_and_after_the_last_step() {
    let (code, looks) = (refusal("CODE", Stage::Code, "CodeMismatchException"), inspection());
    let one = || Expectation { inspected: vec![&looks], ..expectation(vec![&code], Effect::Refused) };
    let (right, wrong) = (no("CodeMismatchException"), no("Oops"));
    assert_eq!(aspects(&judged(&[one()], std::slice::from_ref(&right), None, None)), [AspectName::Header]);
    assert_eq!(aspects(&judged(&[one()], std::slice::from_ref(&wrong), None, None)), [AspectName::Type]);
    let plain = expectation(vec![&code], Effect::Refused);
    assert_eq!(aspects(&judged(&[one(), plain], &[right.clone(), right], None, None)), []);
}

#[test]
fn what_is_not_attested_is_no_mismatch() {
    let mut code = refusal("CODE", Stage::Code, "CodeMismatchException");
    code.error_type = Some(aspect(vec!["X".into()], Attestation::Unattested));
    let one = expectation(vec![&code], Effect::Refused);
    assert_eq!(judged(&[one], &[no("Oops")], None, None).verdict, Verdict::Pass);
    let looks = Requirement {
        headers: Some(aspect([("a".to_owned(), "b".to_owned())].into(), Attestation::Unattested)),
        ..inspection()
    };
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let one = Expectation { inspected: vec![&looks], ..expectation(vec![&code], Effect::Refused) };
    assert_eq!(judged(&[one], &[no("CodeMismatchException")], None, None).verdict, Verdict::Pass);
}

#[test]
fn that_a_request_is_refused_is_as_well_attested_as_its_best_attested_defect() {
    let documented = refusal("DOCUMENTED", Stage::Code, "CodeMismatchException");
    let mut inferred = refusal("INFERRED", Stage::Validate, "InvalidParameterException");
    let status = |codes: &[u16], attestation| Some(aspect(codes.to_vec(), attestation));
    inferred.status = status(&[400], Attestation::Inferred);
    inferred.error_type = Some(aspect(vec!["InvalidParameterException".into()], Attestation::Inferred));
    inferred.message = None;
    inferred.state = None;
    let accepted = || [exchange(200, "{}")];
    let weakest = |inferred: &Requirement| {
        let found =
            judged(&[expectation(vec![inferred, &documented], Effect::Refused)], &accepted(), None, None);
        let one = &found.mismatches[0];
        (one.requirement.0.clone(), one.attestation, one.aspect)
    };
    let firm = ("DOCUMENTED".to_owned(), Attestation::Documented, AspectName::Status);
    assert_eq!(weakest(&inferred), firm);
    // Two defects that are refused differently say nothing of each other.
    let other = Requirement { status: status(&[404], Attestation::Inferred), ..inferred.clone() };
    assert_eq!(weakest(&other), ("INFERRED".to_owned(), Attestation::Inferred, AspectName::Status));
    // What the answer says beyond that stays as well attested as it was.
    let typed = judged(
        &[expectation(vec![&inferred, &documented], Effect::Refused)],
        &[exchange(400, r#"{"__type":"Other","message":"No."}"#)],
        None,
        None,
    );
    assert_eq!(typed.mismatches[0].attestation, Attestation::Inferred);
}

#[test]
fn of_two_defects_that_are_attested_alike_the_one_that_answered_is_named() {
    let (client, code) = (
        refusal("CLIENT", Stage::Client, "ResourceNotFoundException"),
        refusal("CODE", Stage::Code, "CodeMismatchException"),
    );
    let both = expectation(vec![&client, &code], Effect::Refused);
    let state = [("user.status".to_owned(), "CONFIRMED".to_owned())].into();
    let (seen, bindings) = (no("CodeMismatchException"), Bindings::default());
    let observation = Observation {
        exchanges: std::slice::from_ref(&seen),
        state: Some(&state),
        twin: None,
        other: None,
        bindings: &bindings,
    };
    let found = judge(std::slice::from_ref(&both), &observation, Attestation::Recorded);
    let named: Vec<_> = found.mismatches.iter().map(|it| (it.requirement.0.as_str(), it.aspect)).collect();
    assert_eq!(named, [("CODE", AspectName::State)]);
}

#[test]
fn with_several_defects_the_state_may_be_any_that_one_of_them_speaks_of() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let mut status = refusal("STATUS", Stage::Status, "NotAuthorizedException");
    status.state =
        Some(aspect([("user.status".to_owned(), "CONFIRMED".to_owned())].into(), Attestation::Documented));
    let found = |alternatives: Vec<&Requirement>, state| {
        let one = expectation(alternatives, Effect::Refused);
        aspects(&judged(&[one], &[no("NotAuthorizedException")], Some(state), None))
    };
    for state in ["CONFIRMED", "UNCONFIRMED"] {
        assert_eq!(found(vec![&status, &code], state), []);
    }
    assert_eq!(found(vec![&status], "UNCONFIRMED"), [AspectName::State]);
    assert_eq!(found(vec![&status, &code], "ARCHIVED"), [AspectName::State]);
    // One that does not speak of the state allows nothing: the answer is then held against the other defect.
    let silent = Requirement { state: None, ..code };
    assert_eq!(found(vec![&status, &silent], "UNCONFIRMED"), [AspectName::Type]);
}

#[test]
fn an_answer_that_is_wrongly_a_success_is_not_blamed_for_its_type_as_well_and_a_refusal_of_a_good_request_is()
{
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let refused = expectation(vec![&code], Effect::Refused);
    assert_eq!(aspects(&judged(&[refused], &[exchange(200, "{}")], None, None)), [AspectName::Status]);
    let unjudged = Requirement { status: None, ..code.clone() };
    let refused = expectation(vec![&unjudged], Effect::Refused);
    let found = judged(&[refused], &[exchange(200, "{}")], None, None);
    assert_eq!(aspects(&found), [AspectName::Type, AspectName::Message]);

    let good = Requirement {
        effect: Effect::Accepted,
        status: Some(aspect(vec![200], Attestation::Documented)),
        message: Some(aspect(MessageRule::Absent, Attestation::Documented)),
        error_type: None,
        body: Some(aspect(vec![crate::requirement::BodyForm::Empty], Attestation::Documented)),
        state: None,
        ..code
    };
    let one = || expectation(vec![&good], Effect::Accepted);
    assert_eq!(aspects(&judged(&[one()], &[exchange(200, "{}")], None, None)), []);
    assert_eq!(aspects(&judged(&[one()], &[exchange(200, r#"{"a":1}"#)], None, None)), [AspectName::Body]);
    assert_eq!(
        aspects(&judged(&[one()], &[exchange(200, r#"{"message":"x"}"#)], None, None)),
        [AspectName::Message]
    );
    // The refusal says it all.
    assert_eq!(aspects(&judged(&[one()], &[no("Oops")], None, None)), [AspectName::Status]);
}

#[test]
fn an_answer_to_head_has_neither_message_nor_body() {
    let mut code = refusal("CODE", Stage::Code, "CodeMismatchException");
    code.error_type = None;
    code.body = Some(aspect(vec![crate::requirement::BodyForm::Error], Attestation::Documented));
    let one = expectation(vec![&code], Effect::Refused);
    let bare =
        |request: &str| Exchange { request: Request::Raw(request.to_owned().into()), ..exchange(400, "") };
    let found = |request| aspects(&judged(std::slice::from_ref(&one), &[bare(request)], None, None));
    assert_eq!(found("HEAD / HTTP/1.1\r\n\r\n"), []);
    assert_eq!(found("GET / HTTP/1.1\r\n\r\n"), [AspectName::Message]);
}

#[test]
fn what_may_go_either_way_keeps_the_state_that_goes_with_its_answer() {
    let boolean = Requirement { effect: Effect::Either, ..refusal("BOOLEAN", Stage::Deserialise, "X") };
    let one = expectation(vec![&boolean], Effect::Either);
    let found =
        |answer: Exchange, state| aspects(&judged(std::slice::from_ref(&one), &[answer], Some(state), None));
    assert_eq!(found(exchange(200, "{}"), "CONFIRMED"), []);
    assert_eq!(found(no("X"), "UNCONFIRMED"), []);
    assert_eq!(found(no("X"), "CONFIRMED"), [AspectName::State]);
}

#[test]
fn a_twin_that_is_accepted_but_confirms_nobody_is_none() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let one = expectation(vec![&code], Effect::Refused);
    let (seen, accepted, bindings) = (no("CodeMismatchException"), exchange(200, "{}"), Bindings::default());
    let found = |status: Option<&str>| {
        let state = status.map(|status| [("user.status".to_owned(), status.to_owned())].into());
        let twin = TwinObservation {
            exchange: &accepted,
            must_be_accepted: true,
            state: state.as_ref(),
            bindings: &bindings,
        };
        let exchanges = std::slice::from_ref(&seen);
        let observation =
            Observation { exchanges, state: None, twin: Some(twin), other: None, bindings: &bindings };
        let found = judge(std::slice::from_ref(&one), &observation, Attestation::Recorded);
        found.mismatches.into_iter().map(|mismatch| (mismatch.expected, mismatch.got)).collect::<Vec<_>>()
    };
    assert_eq!(found(None), []);
    assert_eq!(found(Some("CONFIRMED")), []);
    let expected = "the same request without the defect is accepted".to_owned();
    assert_eq!(found(Some("UNCONFIRMED")), [(expected, "200, and the user is not confirmed".to_owned())]);
}

#[test]
fn a_twin_that_is_not_answered_or_answered_alike_says_how() {
    let code = refusal("CODE", Stage::Code, "CodeMismatchException");
    let one = expectation(vec![&code], Effect::Refused);
    let seen = no("CodeMismatchException");
    let got = |twin: &Exchange, must_be_accepted| {
        let bindings = Bindings::default();
        let twin = TwinObservation { exchange: twin, must_be_accepted, state: None, bindings: &bindings };
        let exchanges = std::slice::from_ref(&seen);
        let observation =
            Observation { exchanges, state: None, twin: Some(twin), other: None, bindings: &bindings };
        let found = judge(std::slice::from_ref(&one), &observation, Attestation::Recorded);
        found.mismatches.first().map(|mismatch| format!("{} / {}", mismatch.expected, mismatch.got))
    };
    let silent = Exchange { answer: Err(WireFault::Closed { received: 0 }), ..no("X") };
    let accepted = "the same request without the defect is accepted";
    assert_eq!(got(&silent, true).unwrap(), format!("{accepted} / {}", WireFault::Closed { received: 0 }));
    let otherwise = "the same request without the defect is answered otherwise";
    assert_eq!(got(&seen, false).unwrap(), format!("{otherwise} / 400 CodeMismatchException"));
    assert_eq!(got(&silent, false), None);
}

/// An exchange and the state after it.
type OneSide<'a> = (&'a Exchange, Option<&'a BTreeMap<String, String>>);

#[test]
fn two_forms_that_leave_another_state_behind_are_told_apart_by_it() {
    let observed = Requirement { effect: Effect::Observed, ..refusal("ANY", Stage::Code, "X") };
    let same = Requirement { same: Some(aspect((), Attestation::Documented)), headers: None, ..inspection() };
    let one = Expectation { inspected: vec![&same], ..expectation(vec![&observed], Effect::Observed) };
    let bindings = Bindings { username: "user-1".into(), ..Bindings::default() };
    let states = |status: &str| [("user.status".to_owned(), status.to_owned())].into();
    let (confirmed, unconfirmed) = (states("CONFIRMED"), states("UNCONFIRMED"));
    let found = |(seen, state): OneSide<'_>, (other, other_state): OneSide<'_>| {
        let observation = Observation {
            exchanges: std::slice::from_ref(seen),
            state,
            twin: None,
            other: Some(OtherObservation { exchange: other, state: other_state, bindings: &bindings }),
            bindings: &bindings,
        };
        let found = judge(std::slice::from_ref(&one), &observation, Attestation::Recorded);
        found.mismatches.into_iter().map(|mismatch| (mismatch.expected, mismatch.got)).next()
    };
    let (yes, named) = (exchange(200, "{}"), no("user-1"));
    assert_eq!(found((&yes, Some(&confirmed)), (&yes, Some(&confirmed))), None);
    assert_eq!(found((&yes, Some(&confirmed)), (&yes, None)), None);
    let told = found((&yes, Some(&confirmed)), (&yes, Some(&unconfirmed))).unwrap();
    assert_eq!(told.0, "the same as the other form: 200, user.status is UNCONFIRMED");
    assert_eq!(told.1, "200, user.status is CONFIRMED");
    let told = found((&named, Some(&confirmed)), (&yes, Some(&confirmed))).unwrap();
    assert_eq!(told.1, "400 ${username}");
    let told = found((&exchange(201, "{}"), None), (&yes, None)).unwrap();
    assert_eq!(told.1, "201");
    let closed = Exchange { answer: Err(WireFault::Closed { received: 0 }), ..no("X") };
    assert!(found((&yes, None), (&closed, None)).is_some());
    for fault in [WireFault::Unreachable { reason: "x".into() }, WireFault::Tls { reason: "x".into() }] {
        let gone = Exchange { answer: Err(fault), ..no("X") };
        assert_eq!(found((&yes, None), (&gone, None)), None);
    }
}
