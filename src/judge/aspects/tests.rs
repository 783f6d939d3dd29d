use super::*;
use crate::case::Layer;
use crate::requirement::{Attestation, Effect, RequirementId, Stage};
use crate::secret_hash::Secret;
use crate::template::Bindings;
use crate::wire::{Headers, RequestForm, Response};
use std::time::Duration;

/// A requirement that says nothing.
fn silent() -> Requirement {
    Requirement {
        id: RequirementId("R".into()),
        sentence: String::new(),
        member: None,
        layer: Layer::State,
        stage: Stage::Code,
        since: None,
        labels: vec![],
        evidence: vec!["SEM-009".into()],
        effect: Effect::Refused,
        status: None,
        error_type: None,
        message: None,
        headers: None,
        body: None,
        state: None,
        same: None,
        conflicts: vec![],
        no_case: None,
    }
}

fn aspect<T>(accept: T) -> Aspect<T> {
    Aspect { accept, attestation: Attestation::Recorded, evidence: vec!["SEM-001".into()] }
}

fn expectation() -> Expectation<'static> {
    let cap = Attestation::Documented;
    Expectation { effect: Effect::Refused, alternatives: vec![], inspected: vec![], cap, violations: vec![] }
}

fn bindings() -> Bindings {
    Bindings { client_id: "client-1".into(), code: Some(Secret::new("482913")), ..Bindings::default() }
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let mut of = Headers::default();
    for (name, value) in headers {
        of.push((*name).to_owned(), (*value).to_owned());
    }
    Response { status, reason: vec![], headers: of, body: body.to_owned().into() }
}

fn sent(body: &str) -> Exchange {
    let form = RequestForm {
        method: "POST".into(),
        target: "/".into(),
        headers: Headers::default(),
        body: body.to_owned().into(),
    };
    let answer = Ok(response(400, &[], ""));
    Exchange { request: Request::Formed(form), answer, latency: Duration::ZERO }
}

/// Judges by `requirement`; gives `expected` and `got` of what differs.
fn judged(
    expectation: &Expectation<'_>,
    requirement: &Requirement,
    judge: impl Fn(&Bench<'_>) -> Vec<Mismatch>,
) -> Vec<(String, String)> {
    let bindings = bindings();
    let observation =
        Observation { exchanges: &[], state: None, twin: None, other: None, bindings: &bindings };
    let found = judge(&Bench { expectation, requirement, observation: &observation });
    found.into_iter().map(|mismatch| (mismatch.expected, mismatch.got)).collect()
}

fn texts(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(expected, got)| ((*expected).to_owned(), (*got).to_owned())).collect()
}

#[test]
fn a_status_is_one_of_those_that_are_attested() {
    let requirement = Requirement { status: Some(aspect(vec![400, 404])), ..silent() };
    let status = |status| {
        let response = response(status, &[], "");
        judged(&expectation(), &requirement, |bench| Vec::from_iter(bench.status(&Answer::read(&response))))
    };
    assert_eq!(status(404), texts(&[]));
    assert_eq!(status(500), texts(&[("400 or 404", "500 (empty)")]));
}

#[test]
fn a_type_is_shown_without_the_values_of_the_case_and_its_absence_by_what_there_is() {
    let requirement = Requirement { error_type: Some(aspect(vec!["A".into(), "B".into()])), ..silent() };
    let error_type = |status, body: &str| {
        let response = response(status, &[], body);
        judged(&expectation(), &requirement, |bench| {
            Vec::from_iter(bench.error_type(&Answer::read(&response)))
        })
    };
    assert_eq!(error_type(400, r#"{"__type":"B"}"#), texts(&[]));
    assert_eq!(error_type(400, r#"{"__type":"C482913\u001b"}"#), texts(&[("A or B", "C${code}\\u{1b}")]));
    assert_eq!(error_type(400, "<html>"), texts(&[("A or B", "no error type: HTML")]));
    assert_eq!(error_type(200, "{}"), texts(&[("A or B", "no error type")]));
}

#[test]
fn a_message_is_compared_with_the_accepted_texts_for_the_client_of_the_case_and_the_one_that_was_sent() {
    let rule = MessageRule::OneOf(vec!["No ${client_id}.".into(), "None.".into()]);
    let requirement = Requirement { message: Some(aspect(rule)), ..silent() };
    let message = |request: &Exchange, text: &str| {
        let response = response(400, &[], &format!(r#"{{"message":"{text}"}}"#));
        judged(&expectation(), &requirement, |bench| {
            Vec::from_iter(bench.message(request, &Answer::read(&response)))
        })
    };
    let request = sent(r#"{"ClientId":"sent-1"}"#);
    for right in ["No client-1.", "No sent-1.", "None."] {
        assert_eq!(message(&request, right), texts(&[]), "{right}");
    }
    let expected = "`No ${client_id}.` or `None.`";
    assert_eq!(message(&sent("[]"), "No sent-1."), texts(&[(expected, "`No sent-1.`")]));
    assert_eq!(message(&request, "Nope 482913"), texts(&[(expected, "`Nope ${code}`")]));
    // Characters are counted, not bytes.
    let long = "é".repeat(1000);
    let cut = format!("`{}…`", "é".repeat(SHOWN_CHARACTERS_MAX));
    assert_eq!(message(&request, &long), texts(&[(expected, &cut)]));
}

#[test]
fn a_message_may_have_to_be_absent_and_its_absence_is_told() {
    let absent = Requirement { message: Some(aspect(MessageRule::Absent)), ..silent() };
    let wanted = Requirement { message: Some(aspect(MessageRule::OneOf(vec!["x".into()]))), ..silent() };
    let message = |requirement: &Requirement, body: &str| {
        let response = response(400, &[], body);
        judged(&expectation(), requirement, |bench| {
            Vec::from_iter(bench.message(&sent("{}"), &Answer::read(&response)))
        })
    };
    assert_eq!(message(&absent, "{}"), texts(&[]));
    assert_eq!(message(&absent, r#"{"Message":"x"}"#), texts(&[("no message", "`x`")]));
    assert_eq!(message(&wanted, "{}"), texts(&[("`x`", "no message")]));
    for (body, got) in [
        (r#"{"message":["x"]}"#, "a message that is an array"),
        (r#"{"Message":{"x":1}}"#, "a message that is an object"),
        (r#"{"message":null}"#, "a message that is null"),
        (r#"{"message":1}"#, "a message that is a number"),
        (r#"{"message":true}"#, "a message that is a boolean"),
        (r#"{"errorMessage":"x"}"#, "no message"),
    ] {
        assert_eq!(message(&wanted, body), texts(&[("`x`", got)]), "{body}");
    }
}

#[test]
fn a_validation_message_lists_exactly_the_violations_of_the_request() {
    let requirement = Requirement { message: Some(aspect(MessageRule::Violations)), ..silent() };
    let violation = Violation {
        member: "username".into(),
        constraint: crate::expect::Constraint::NotNull,
        bounds: vec![],
    };
    let expectation = Expectation { violations: vec![violation], ..expectation() };
    let message = |text: &str| {
        let response = response(400, &[], &format!(r#"{{"message":"{text}"}}"#));
        judged(&expectation, &requirement, |bench| {
            Vec::from_iter(bench.message(&sent("{}"), &Answer::read(&response)))
        })
    };
    let text = "1 validation error detected: Value null at 'username' failed to satisfy constraint: Member must not be null";
    assert_eq!(message(text), texts(&[]));
    let expected = "a validation message that lists exactly: username: not null";
    assert_eq!(message("x"), texts(&[(expected, "`x`")]));
    assert_eq!(message(&text.replace("username", "code")).len(), 1);
}

#[test]
fn a_header_stands_there_once_and_matches_as_a_whole() {
    let rules = [("x-a".to_owned(), "[0-9]+".to_owned())].into();
    let requirement = Requirement { headers: Some(aspect(rules)), ..silent() };
    let header = |headers: &[(&str, &str)]| {
        let response = response(400, headers, "");
        judged(&expectation(), &requirement, |bench| bench.headers(&Answer::read(&response)))
    };
    let expected = "`x-a` matching `[0-9]+`";
    assert_eq!(header(&[("X-A", "12")]), texts(&[]));
    assert_eq!(header(&[]), texts(&[(expected, "no `x-a`")]));
    assert_eq!(header(&[("X-A", "12a")]), texts(&[(expected, "`x-a: 12a`")]));
    assert_eq!(header(&[("X-A", "1"), ("X-A", "2")]), texts(&[(expected, "`x-a: 1, 2`")]));
    let silent = silent();
    let nothing = response(400, &[], "");
    assert_eq!(judged(&expectation(), &silent, |bench| bench.headers(&Answer::read(&nothing))), texts(&[]));
}

#[test]
fn every_form_of_a_body_is_told_from_the_others() {
    use BodyForm::{Compact, Empty, Error, JsonObject, MessageKey, ModelledSuccess, Session, ShortType};
    let session = format!(r#"{{"Session":"{}"}}"#, "s".repeat(20));
    let longest = format!(r#"{{"Session":"{}"}}"#, "s".repeat(4096));
    let too_short = format!(r#"{{"Session":"{}"}}"#, "s".repeat(19));
    let too_long = format!(r#"{{"Session":"{}"}}"#, "s".repeat(4097));
    let beside = session.replace('}', r#","a":1}"#);
    let error = r#"{"__type":"A","message":"m"}"#;
    let serialization = r#"{"__type":"SerializationException"}"#;
    for (body, forms) in [
        ("", &[Empty][..]),
        ("[]", &[]),
        ("{}", &[Empty, JsonObject, ModelledSuccess]),
        (" { }", &[Empty, JsonObject, ModelledSuccess]),
        (r#"{"Session":null}"#, &[JsonObject, ModelledSuccess]),
        (&session, &[JsonObject, ModelledSuccess, Session]),
        (&longest, &[JsonObject, ModelledSuccess, Session]),
        (&too_short, &[JsonObject]),
        (&too_long, &[JsonObject]),
        (&beside, &[JsonObject, Session]),
        (error, &[JsonObject, Error, ShortType, MessageKey, Compact]),
        (r#"{"__type": "A","message":"m"}"#, &[JsonObject, Error, ShortType, MessageKey]),
        (r#"{"message":"m","__type":"A"}"#, &[JsonObject, Error, ShortType, MessageKey]),
        (r#"{"__type":"a#A","message":"m"}"#, &[JsonObject, Error, MessageKey, Compact]),
        (r#"{"__type":"","message":"m"}"#, &[JsonObject, Error, MessageKey, Compact]),
        (r#"{"__type":1,"message":"m"}"#, &[JsonObject, MessageKey, Compact]),
        (r#"{"__type":"A","Message":"m"}"#, &[JsonObject, Error, ShortType, Compact]),
        (r#"{"__type":"A","message":"m","Message":"m"}"#, &[JsonObject, Error, ShortType, Compact]),
        (r#"{"__type":"A"}"#, &[JsonObject, Error, ShortType, Compact]),
        (serialization, &[JsonObject, Error, ShortType, MessageKey, Compact]),
        (
            r#"{"__type":"SerializationException","Message":"m"}"#,
            &[JsonObject, Error, ShortType, MessageKey, Compact],
        ),
        (r#"{"__type":"SerializationException","message":"m"}"#, &[JsonObject, Error, ShortType, Compact]),
    ] {
        let response = response(400, &[], body);
        for form in BodyForm::ALL {
            assert_eq!(has_form(*form, &Answer::read(&response)), forms.contains(form), "{form} of {body}");
        }
    }
}

#[test]
fn a_body_of_another_form_is_shown_cut_and_escaped() {
    let requirement = Requirement { body: Some(aspect(vec![BodyForm::Empty, BodyForm::Error])), ..silent() };
    let body = |body: &str| {
        let response = response(400, &[], body);
        judged(&expectation(), &requirement, |bench| Vec::from_iter(bench.body(&Answer::read(&response))))
    };
    assert_eq!(body("{}"), texts(&[]));
    assert_eq!(body("\u{1b}"), texts(&[("empty or error", "`\\u{1b}`")]));
}

#[test]
fn a_state_is_compared_where_it_was_read() {
    let wanted = [("user.status".to_owned(), "UNCONFIRMED".to_owned())].into();
    let requirement = Requirement { state: Some(aspect(wanted)), ..silent() };
    let state = |key: &str, value: &str| {
        let seen = [(key.to_owned(), value.to_owned())].into();
        judged(&expectation(), &requirement, |bench| bench.state(&seen))
    };
    assert_eq!(state("user.status", "UNCONFIRMED"), texts(&[]));
    assert_eq!(state("user.enabled", "false"), texts(&[]));
    let expected = [("user.status is UNCONFIRMED", "user.status is CONFIRMED")];
    assert_eq!(state("user.status", "CONFIRMED"), texts(&expected));
}

#[test]
fn a_mismatch_is_as_well_attested_as_its_aspect_and_no_better_than_the_whole_request() {
    let requirement = Requirement { status: Some(aspect(vec![400])), ..silent() };
    let expectation = Expectation { cap: Attestation::Inferred, ..expectation() };
    let bindings = bindings();
    let observation =
        Observation { exchanges: &[], state: None, twin: None, other: None, bindings: &bindings };
    let bench = Bench { expectation: &expectation, requirement: &requirement, observation: &observation };
    let response = response(200, &[], "{}");
    let found = bench.status(&Answer::read(&response)).unwrap();
    assert_eq!((found.attestation, found.aspect), (Attestation::Inferred, AspectName::Status));
    assert_eq!(found.evidence, ["SEM-001"]);
    let whole = bench.of_strongest(AspectName::Twin, "a".into(), "b".into()).unwrap();
    assert_eq!((whole.attestation, whole.aspect), (Attestation::Inferred, AspectName::Twin));
    assert_eq!(whole.evidence, ["SEM-009"]);
    let silent = silent();
    let bench = Bench { requirement: &silent, ..bench };
    assert_eq!(bench.of_strongest(AspectName::Twin, String::new(), String::new()), None);
}
