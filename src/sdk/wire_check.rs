//! What an SDK sent, against the model: every attempt of every case. Knows nothing of what was answered.

use super::case::{SdkCase, Wire};
use super::check::Check;
use super::driver::ENDPOINT_SHOWN;
use super::finding::Finding;
use super::json::Json;
use super::listener::authority;
use super::recording::{Attempt, Received, Recording};
use super::text::{BODY_SHOWN_MAX, VALUE_SHOWN_MAX, shown, shown_bytes, value};
use crate::wire;

/// What `X-Amz-Target` has to be.
const TARGET: &[u8] = b"AWSCognitoIdentityProviderService.ConfirmSignUp";
/// What `Content-Type` has to be.
const CONTENT_TYPE: &[u8] = b"application/x-amz-json-1.1";

/// What is wrong with the requests of a case; each check at most once. Whether there should have been one, see
/// [`outcome_findings`](super::outcome_check::outcome_findings).
pub(super) fn wire_findings(case: &SdkCase, endpoint: &str, recording: &Recording) -> Vec<Finding> {
    let mut findings = Vec::new();
    if case.wire == Wire::Open {
        return findings;
    }
    for (number, attempt) in recording.attempts.iter().enumerate() {
        let found = match &attempt.request {
            Err(error) => vec![wrong(Check::Method, "an HTTP/1.1 request", error.clone())],
            Ok(received) => {
                let mut found = head_findings(case, endpoint, received);
                found.extend(framing_findings(received));
                found.extend(body_findings(case, received));
                found
            }
        };
        for mut finding in found {
            if findings.iter().all(|known: &Finding| known.check != finding.check) {
                if number > 0 {
                    finding.got = format!("{}, in attempt {}", finding.got, number + 1);
                }
                findings.push(finding);
            }
        }
    }
    findings.extend(repetition(recording));
    findings
}

fn wrong(check: Check, expected: impl Into<String>, got: impl Into<String>) -> Finding {
    Finding::of_every_request(check, expected.into(), got.into())
}

/// The values of a header, for people.
fn values(received: &Received, name: &str) -> String {
    let values: Vec<String> = received
        .headers
        .all(name)
        .map(|value| format!("`{}`", shown_bytes(value, VALUE_SHOWN_MAX)))
        .collect();
    match values.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [one, .., last] if values.len() > 3 => format!("{} of them, from {one} to {last}", values.len()),
        more => more.join(", "),
    }
}

fn is_exactly(received: &Received, name: &str, wanted: &[u8]) -> bool {
    received.headers.all(name).collect::<Vec<_>>() == [wanted]
}

fn head_findings(case: &SdkCase, endpoint: &str, received: &Received) -> Vec<Finding> {
    let mut found = Vec::new();
    if received.method != b"POST" {
        found.push(wrong(Check::Method, "POST", shown_bytes(&received.method, VALUE_SHOWN_MAX)));
    }
    // Smithy's test wants the slash at the end, ten SDKs of twenty leave it out: either is the path of the endpoint.
    let path = if case.path.is_empty() { "/" } else { &case.path };
    let slashed = format!("{}/", path.trim_end_matches('/'));
    if received.target != path.as_bytes() && received.target != slashed.as_bytes() {
        let got = format!("`{}`", shown_bytes(&received.target, VALUE_SHOWN_MAX));
        found.push(wrong(Check::Path, format!("`{path}`"), got));
    }
    if !is_exactly(received, "x-amz-target", TARGET) {
        let expected = format!("`{}`", wire::escape(TARGET));
        found.push(wrong(Check::Target, expected, values(received, "x-amz-target")));
    }
    if !is_exactly(received, "content-type", CONTENT_TYPE) {
        let expected = format!("`{}`", wire::escape(CONTENT_TYPE));
        found.push(wrong(Check::ContentType, expected, values(received, "content-type")));
    }
    if received.headers.first("authorization").is_some() {
        let header = received.headers.first("authorization").unwrap_or_default();
        let scheme: Vec<u8> = header.iter().copied().take_while(|byte| *byte != b' ').collect();
        let got = format!("`{} …`", shown_bytes(&scheme, VALUE_SHOWN_MAX));
        found.push(wrong(Check::Unsigned, "no Authorization", got));
    }
    if received.headers.first("expect").is_some() {
        found.push(wrong(Check::Expect, "no Expect", values(received, "expect")));
    }
    let host = authority(endpoint);
    if !is_exactly(received, "host", host.as_bytes()) {
        // The port differs from run to run.
        let got = values(received, "host").replace(host, ENDPOINT_SHOWN);
        found.push(wrong(Check::Host, "the endpoint's", got));
    }
    found
}

fn framing_findings(received: &Received) -> Option<Finding> {
    let length = received.body.len().to_string();
    let is_right = is_exactly(received, "content-length", length.as_bytes())
        && received.headers.first("transfer-encoding").is_none()
        && received.version == b"HTTP/1.1";
    (!is_right).then(|| {
        let got = format!(
            "{}, Content-Length {}, Transfer-Encoding {}",
            wire::escape(&received.version),
            values(received, "content-length"),
            values(received, "transfer-encoding")
        );
        wrong(Check::Framing, format!("HTTP/1.1, Content-Length `{length}`"), got)
    })
}

fn body_findings(case: &SdkCase, received: &Received) -> Vec<Finding> {
    let body = match Json::parse(&received.body) {
        Ok(body @ Json::Object(_)) => body,
        Ok(other) => return vec![wrong(Check::JsonText, "an object", other.kind())],
        Err(error) => {
            let body = shown_bytes(&received.body, BODY_SHOWN_MAX);
            let got = format!("`{body}`: {}", wire::escape(error.as_bytes()));
            return vec![wrong(Check::JsonText, "JSON text", got)];
        }
    };
    let mut found = Vec::new();
    if let Some(name) = body.repeated() {
        let got = format!("`{}` twice", value(name));
        found.push(wrong(Check::JsonText, "every name once", got));
    }
    found.extend(secret_findings(case, &body, &received.body));
    if case.wire == Wire::BodyOpen {
        return found;
    }
    let own = case.expected().find_map(|(_, expected)| expected.body.as_deref());
    let Ok(wanted) = Json::parse(own.unwrap_or(&case.input).as_bytes()) else {
        return found;
    };
    let wanted = wanted.without_nulls();
    if !body.is_same(&wanted) {
        let check = if body.without_nulls().is_same(&wanted) { Check::Null } else { Check::Input };
        found.push(wrong(check, body_text(&wanted.to_string()), body_text(&body.to_string())));
    }
    found
}

/// What is wrong with the secret hash of an SDK that was given a client secret.
fn secret_findings(case: &SdkCase, body: &Json, bytes: &[u8]) -> Option<Finding> {
    let hash = case.expected().find_map(|(_, expected)| expected.secret_hash.as_deref())?;
    let secret = case.options.client_secret.as_deref().unwrap_or_default().as_bytes();
    if !secret.is_empty() && bytes.windows(secret.len()).any(|window| window == secret) {
        return Some(wrong(Check::SecretHash, "the hash alone", "the client secret itself is sent"));
    }
    let sent = body.member("SecretHash");
    let is_right = sent.and_then(Json::text) == Some(hash);
    let got = || sent.map_or_else(|| "no SecretHash".to_owned(), ToString::to_string);
    (!is_right).then(|| wrong(Check::SecretHash, format!("\"{hash}\""), body_text(&got())))
}

/// Whether the attempts of one call are the same request.
fn repetition(recording: &Recording) -> Option<Finding> {
    let numbered = recording.attempts.iter().enumerate();
    let mut requests =
        numbered.filter_map(|(number, Attempt { request, .. })| Some((number, request.as_ref().ok()?)));
    let (_, first) = requests.next()?;
    let parts = |received: &Received| {
        let target = received.headers.first("x-amz-target").unwrap_or_default().to_vec();
        (received.method.clone(), received.target.clone(), target, received.body.clone())
    };
    let (number, _) = requests.find(|(_, later)| parts(later) != parts(first))?;
    Some(wrong(Check::SameAgain, "the first request again", format!("attempt {} is another one", number + 1)))
}

fn body_text(text: &str) -> String {
    shown(text, BODY_SHOWN_MAX)
}
