//! The oracles that need no expectation, and which complaint an answer comes to.

use super::complaint::{Complaint, Oracle};
use super::input::{is_fuzzed, is_raw};
use crate::case::{Case, UserState};
use crate::event::Mismatch;
use crate::harness::Trial;
use crate::judge::Answer;
use crate::secret_hash::HashForm;
use crate::template::{Binding, Bindings, CodeForm};
use crate::wire::{Exchange, Response, WireFault};
use std::time::Duration;

/// A body is searched for secrets in so many of its first bytes.
const SEARCHED_BYTES_MAX: usize = 65_536;

/// A shorter text is in an answer by accident.
const SECRET_BYTES_MIN: usize = 6;

/// What is wrong with the answers to a case, the hardest fact first.
pub(super) fn complaint(case: &Case, trial: &Trial, slow: Duration) -> Option<Complaint> {
    complaints(case, trial, slow).into_iter().next()
}

/// All of it: one hard fact, or every mismatch.
pub(super) fn complaints(case: &Case, trial: &Trial, slow: Duration) -> Vec<Complaint> {
    for exchange in &trial.exchanges {
        if let Some(found) = of_exchange(case, exchange, trial.bindings.as_ref(), slow) {
            return vec![found];
        }
    }
    if trial.judgement.verdict != crate::event::Verdict::Mismatch || is_overtaken(case, trial) {
        return Vec::new();
    }
    let mut mismatches: Vec<&Mismatch> = trial.judgement.mismatches.iter().collect();
    mismatches.sort_by_key(|mismatch| mismatch.attestation);
    mismatches.into_iter().map(Complaint::of).collect()
}

/// Whether a request of which nothing was known was accepted before the last one: what is expected of that is expected of a
/// user as it was before. An answer that a connection mixes up with another one changes no user.
fn is_overtaken(case: &Case, trial: &Trial) -> bool {
    if trial.state.get("user.status").is_some_and(|status| status == "UNCONFIRMED") {
        return false;
    }
    let before = case.steps.len().saturating_sub(1);
    let mut earlier = case.steps.iter().zip(&trial.exchanges).take(before);
    earlier.any(|(step, exchange)| step.labels.iter().any(is_fuzzed) && is_success(exchange))
}

/// Whether an answer says that the request was accepted.
pub(super) fn is_success(exchange: &Exchange) -> bool {
    exchange.answer.as_ref().is_ok_and(|response| (200..300).contains(&response.status))
}

/// Whether every request for a fresh user was refused, and the user is confirmed.
pub(super) fn touched(case: &Case, trial: &Trial) -> Option<Complaint> {
    let is_refused = |exchange: &Exchange| exchange.answer.is_ok() && !is_success(exchange);
    let all_are_refused = !trial.exchanges.is_empty() && trial.exchanges.iter().all(is_refused);
    let status = trial.state.get("user.status").filter(|status| *status == "CONFIRMED")?;
    (case.fixture.user == UserState::Unconfirmed && all_are_refused).then(|| {
        let got = format!("user.status is {status} after nothing but refusals");
        Complaint::new(Oracle::State, "a refusal leaves the user alone", got)
    })
}

fn of_exchange(
    case: &Case,
    exchange: &Exchange,
    bindings: Option<&Bindings>,
    slow: Duration,
) -> Option<Complaint> {
    let response = match &exchange.answer {
        Err(fault) => return of_fault(case, fault),
        Ok(response) => response,
    };
    let answer = Answer::read(response);
    let none = Bindings::default();
    let values = bindings.unwrap_or(&none);
    if is_server_error(case, exchange, response) {
        return Some(Complaint::new(Oracle::ServerError, "no server error", answer.summary(values)));
    }
    if let Some(what) = bindings.and_then(|bindings| reflected(exchange, response, bindings)) {
        return Some(Complaint::new(Oracle::Secret, "no secret in an answer", what));
    }
    if exchange.latency > slow {
        let got = format!("{} ms, {}", exchange.latency.as_millis(), answer.summary(values));
        return Some(Complaint::new(Oracle::Slow, &in_time(slow), got));
    }
    // What HTTP itself refuses is not for the operation to say, and HEAD has no body.
    let is_ours = !is_raw(case) && exchange.request.method() == b"POST" && is_addressed(exchange);
    if is_ours && !answer.is_success() && answer.error_type.is_none() && response.status == 400 {
        let got = answer.summary(values);
        return Some(Complaint::new(Oracle::Unreadable, "an error that names its type", got));
    }
    None
}

/// What is expected of every answer where this is the limit.
pub(super) fn in_time(slow: Duration) -> String {
    format!("an answer within {} ms", slow.as_millis())
}

fn of_fault(case: &Case, fault: &WireFault) -> Option<Complaint> {
    let complaint = |oracle, expected| Some(Complaint::new(oracle, expected, fault.to_string()));
    match fault {
        WireFault::Unreachable { .. } | WireFault::Tls { .. } => {
            complaint(Oracle::Gone, "a subject that is reachable")
        }
        // A connection whose framing is broken may be closed, and may wait for more.
        _ if is_raw(case) => None,
        WireFault::TimedOut { .. } => complaint(Oracle::Hang, "an answer in time"),
        WireFault::Closed { .. } => complaint(Oracle::Dropped, "an answer"),
        WireFault::HeadTooLong { .. } | WireFault::BodyTooLong { .. } | WireFault::NotHttp { .. } => {
            complaint(Oracle::NotHttp, "an answer in HTTP, of a sane size")
        }
    }
}

/// 501 and 505 are what HTTP has for a method or version that a server does not know.
fn is_server_error(case: &Case, exchange: &Exchange, response: &Response) -> bool {
    let of_http = matches!(response.status, 501 | 505);
    let may_be_of_http = is_raw(case) || exchange.request.method() != b"POST";
    response.status >= 500 && !(of_http && may_be_of_http)
}

/// Whether the request says that it is for this operation.
fn is_addressed(exchange: &Exchange) -> bool {
    match &exchange.request {
        crate::wire::Request::Raw(_) => false,
        crate::wire::Request::Formed(form) => {
            form.target == "/"
                && form.headers.first("X-Amz-Target")
                    == Some(b"AWSCognitoIdentityProviderService.ConfirmSignUp")
        }
    }
}

/// A secret in the answer that the request did not carry, in whatever spelling.
fn reflected(exchange: &Exchange, response: &Response, bindings: &Bindings) -> Option<&'static str> {
    let body = response.body.get(..response.body.len().min(SEARCHED_BYTES_MAX)).unwrap_or_default();
    let carries = |text: &str| {
        let sent = exchange.request.to_bytes();
        has(&sent, text) || has(&unescaped(&sent), text)
    };
    let in_body = |text: &str| has(body, text) && !carries(text);
    let anywhere = |text: &str| {
        let in_headers = || response.headers.iter().any(|line| has(&line.value, text));
        (has(body, text) || in_headers()) && !carries(text)
    };
    let value = |binding| bindings.value(binding).ok();
    match () {
        () if bindings.client_secret.as_ref().is_some_and(|secret| anywhere(secret.reveal())) => {
            Some("the client secret")
        }
        () if value(Binding::SecretHash(HashForm::Right)).is_some_and(|hash| anywhere(&hash)) => {
            Some("the right secret hash")
        }
        // Request ids have digits, too.
        () if value(Binding::Code(CodeForm::Right)).is_some_and(|code| in_body(&code)) => {
            Some("the confirmation code")
        }
        () if value(Binding::Code(CodeForm::OtherUser)).is_some_and(|code| in_body(&code)) => {
            Some("the confirmation code of another user")
        }
        () => None,
    }
}

/// Whether a text that is long enough to be no accident stands among the bytes.
fn has(bytes: &[u8], text: &str) -> bool {
    let needle = text.as_bytes();
    needle.len() >= SECRET_BYTES_MIN && bytes.windows(needle.len()).any(|window| window == needle)
}

/// The bytes with every `\u00XX` in the place of which a plain character could stand.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, behind)) = rest.split_first() {
        let digits = rest.strip_prefix(b"\\u00").and_then(|digits| digits.get(..2));
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { rest.get(6..).unwrap_or_default() } else { behind };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret_hash::Secret;
    use crate::wire::{Headers, Request};

    fn said(sent: &'static str, answered: &'static str) -> Option<&'static str> {
        let request = Request::Raw(bytes::Bytes::from_static(sent.as_bytes()));
        let (headers, body) = (Headers::default(), answered.into());
        let response = Response { status: 400, reason: Vec::new(), headers, body };
        let exchange = Exchange { request, answer: Ok(response.clone()), latency: Duration::ZERO };
        let bindings = Bindings {
            code: Some(Secret::new("493021")),
            client_secret: Some(Secret::new("s3cr3t-of-the-client")),
            ..Bindings::default()
        };
        reflected(&exchange, &response, &bindings)
    }

    #[test]
    fn a_secret_is_told_from_what_the_request_carried_in_whatever_spelling() {
        assert_eq!(said("{}", "the code is 493021"), Some("the confirmation code"));
        assert_eq!(said("{}", "s3cr3t-of-the-client"), Some("the client secret"));
        assert_eq!(said("493021", "Value '493021' at"), None);
        assert_eq!(said(r"\u0034\u0039\u0033\u0030\u0032\u0031 ", "Value '493021 ' at"), None);
        assert_eq!(said(r"\u0034\u0039\u003", "493021"), Some("the confirmation code"));
        assert_eq!(said("{}", "493022"), None);
    }
}
