//! Tests a driver itself: whether it keeps to the protocol. Says nothing of the SDK.

use super::answer::{Answer, Form};
use super::case::{Credentials, Feature, SdkCase};
use super::driver::{Driver, DriverCommand, EXIT_WELL};
use super::environment::Environment;
use super::json::Json;
use super::listener::{Listener, authority};
use super::protocol::{Hello, Outcome, question};
use super::recording::Recording;
use super::run::SdkError;
use super::suite::blank_case;
use std::sync::Arc;
use std::time::Duration;

/// One check of a driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverFinding {
    /// What is checked.
    pub check: &'static str,
    /// Why it does not hold; `None`: it does.
    pub wrong: Option<String>,
}

/// What a driver says of itself, and what was found.
#[derive(Debug)]
pub struct DriverReport {
    /// Its hello.
    pub hello: Hello,
    /// One finding for each check.
    pub findings: Vec<DriverFinding>,
}

/// What is asked, and what is to be said of it: `None` if it is right.
struct Probe {
    check: &'static str,
    id: &'static str,
    feature: Option<Feature>,
    case: SdkCase,
    is_wrong: fn(&Outcome, &Recording) -> Option<String>,
}

/// Asks a driver everything that every driver has to be able to do.
pub async fn check_driver(command: &DriverCommand, limit: Duration) -> Result<DriverReport, SdkError> {
    let environment = Environment::create().await?;
    let start = || Driver::start(command, &environment, Credentials::None);
    let mut driver = start().await.map_err(SdkError::Driver)?;
    let hello = driver.hello.clone();
    let mut findings = Vec::new();
    for probe in probes() {
        if probe.feature.is_some_and(|feature| !hello.features.contains(&feature)) {
            continue;
        }
        let wrong = match ask(&mut driver, &probe, limit).await {
            Ok(wrong) => wrong,
            Err(error) => {
                driver.kill().await;
                findings.push(DriverFinding { check: probe.check, wrong: Some(error) });
                match start().await {
                    Ok(again) => driver = again,
                    Err(error) => {
                        let wrong = Some(error.to_string());
                        findings.push(DriverFinding { check: "starts again", wrong });
                        return Ok(DriverReport { hello, findings });
                    }
                }
                continue;
            }
        };
        findings.push(DriverFinding { check: probe.check, wrong });
    }
    let wrong = match driver.finish().await.as_deref() {
        Some(EXIT_WELL) => None,
        Some(end) => Some(format!("it ended with {end}")),
        None => Some("it went on, and was killed".to_owned()),
    };
    findings.push(DriverFinding { check: "ends when its input ends", wrong });
    Ok(DriverReport { hello, findings })
}

async fn ask(driver: &mut Driver, probe: &Probe, limit: Duration) -> Result<Option<String>, String> {
    let case = Arc::new(probe.case.clone());
    let listener = Listener::open(Arc::clone(&case)).await.map_err(|error| error.to_string())?;
    let question = question(probe.id, &listener.url, &case).map_err(|error| error.to_string())?;
    let outcome = driver
        .ask(probe.id, &question, authority(&listener.url), limit)
        .await
        .map_err(|error| error.to_string())?;
    Ok((probe.is_wrong)(&outcome, &listener.recording()))
}

fn answered(form: &Form) -> SdkCase {
    SdkCase { answers: vec![Answer::new(form.to_bytes())], ..blank_case() }
}

fn is_output(outcome: &Outcome, _: &Recording) -> Option<String> {
    (!matches!(outcome, Outcome::Output { .. })).then(|| format!("it told: {outcome}"))
}

fn is_told(outcome: &Outcome, _: &Recording) -> Option<String> {
    matches!(outcome, Outcome::DriverError(_)).then(|| format!("it told: {outcome}"))
}

fn is_failure(outcome: &Outcome, _: &Recording) -> Option<String> {
    let is_right = matches!(outcome, Outcome::ServiceError(_) | Outcome::ClientError { .. });
    (!is_right).then(|| format!("it told: {outcome}"))
}

fn sends_the_input(_: &Outcome, recording: &Recording) -> Option<String> {
    let [attempt] = recording.attempts.as_slice() else {
        return Some(format!("{} requests came", recording.count()));
    };
    let received = attempt.request.as_ref().map_err(Clone::clone);
    let body = received.and_then(|received| Json::parse(&received.body));
    let wanted = Json::parse(blank_case().input.as_bytes());
    match (body, wanted) {
        (Ok(body), Ok(wanted)) if body.is_same(&wanted) => None,
        (Ok(body), _) => Some(format!("it sent {}", crate::wire::escape(body.to_string().as_bytes()))),
        (Err(error), _) => Some(error),
    }
}

fn leaves_out(_: &Outcome, recording: &Recording) -> Option<String> {
    let bodies = recording.attempts.iter().filter_map(|attempt| attempt.request.as_ref().ok());
    let names: Vec<&str> = bodies
        .flat_map(|received| {
            ["SecretHash", "Session"]
                .into_iter()
                .filter(|name| received.body.windows(name.len()).any(|window| window == name.as_bytes()))
        })
        .collect();
    (!names.is_empty()).then(|| format!("it sent {}, which it was not given", names.join(" and ")))
}

fn is_code_mismatch(outcome: &Outcome, _: &Recording) -> Option<String> {
    let is_right = matches!(outcome, Outcome::ServiceError(error)
        if error.code.as_deref() == Some("CodeMismatchException") && error.message.as_deref() == Some("m"));
    (!is_right).then(|| format!("it told: {outcome}"))
}

fn is_one_attempt(_: &Outcome, recording: &Recording) -> Option<String> {
    (recording.count() != 1).then(|| format!("{} requests came, of which 1 was allowed", recording.count()))
}

fn has_session(outcome: &Outcome, _: &Recording) -> Option<String> {
    let is_right = matches!(outcome, Outcome::Output { output, .. }
        if output.member("Session").and_then(Json::text) == Some(SESSION));
    (!is_right).then(|| format!("it told: {outcome}"))
}

fn has_request_id(outcome: &Outcome, _: &Recording) -> Option<String> {
    let is_right =
        matches!(outcome, Outcome::Output { request_id, .. } if request_id.as_deref() == Some(REQUEST_ID));
    (!is_right).then(|| format!("it told: {outcome}"))
}

const SESSION: &str = "an-example-session-of-more-than-20-characters";
const REQUEST_ID: &str = "9d0f1a2b-0000-4000-8000-000000000000";

fn probes() -> Vec<Probe> {
    let probe = |check, case, is_wrong| Probe { check, id: "1", feature: None, case, is_wrong };
    let mismatch = Form {
        status: 400,
        body: br#"{"__type":"CodeMismatchException","message":"m"}"#.to_vec(),
        ..Form::default()
    };
    let failing = || {
        let mut case = answered(&Form { status: 500, ..Form::default() });
        case.options.attempts = Some(1);
        case
    };
    let session = Form { body: format!(r#"{{"Session":"{SESSION}"}}"#).into_bytes(), ..Form::default() };
    let named =
        Form { headers: vec![("x-amzn-RequestId".to_owned(), REQUEST_ID.to_owned())], ..Form::default() };
    let with_input = |input: &str| SdkCase { input: input.to_owned(), ..blank_case() };
    let null =
        r#"{"ClientId":"c","Username":"u","ConfirmationCode":"1","SecretHash":null,"ClientMetadata":null}"#;
    vec![
        probe("calls the endpoint it is given and tells the output", blank_case(), is_output),
        Probe {
            id: "an \"id\" of \\ any\u{2028}characters, ü 🎉",
            ..probe("echoes any id", blank_case(), is_output)
        },
        probe("sends the input it is given", blank_case(), sends_the_input),
        probe("gives nothing that it is not given", blank_case(), leaves_out),
        probe("tells an error of the service with type and message", answered(&mismatch), is_code_mismatch),
        probe("goes on after an error", blank_case(), is_output),
        probe("tells of an input with nulls", with_input(null), is_told),
        probe("tells of an input without anything", with_input("{}"), is_told),
        probe(
            "tells of an answer that is no HTTP",
            SdkCase {
                answers: vec![Answer {
                    afterwards: super::answer::Afterwards::Close,
                    ..Answer::new(&b"garbage\r\n\r\n"[..])
                }],
                ..blank_case()
            },
            is_failure,
        ),
        Probe {
            feature: Some(Feature::Attempts),
            ..probe("makes no more attempts than it is told", failing(), is_one_attempt)
        },
        Probe {
            feature: Some(Feature::Session),
            ..probe("tells the session", answered(&session), has_session)
        },
        Probe {
            feature: Some(Feature::RequestId),
            ..probe("tells the request id", answered(&named), has_request_id)
        },
    ]
}
