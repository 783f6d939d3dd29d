//! The oracles that need no expectation, and which complaint an answer comes to.

use super::complaint::{Complaint, Oracle};
use super::input::is_raw;
use crate::case::Case;
use crate::harness::Trial;
use crate::judge::Answer;
use crate::secret_hash::HashForm;
use crate::template::{Binding, Bindings, CodeForm};
use crate::wire::{Exchange, Response, WireFault};
use std::time::Duration;

/// A body is searched for secrets in so many of its first bytes.
const SEARCHED_BYTES_MAX: usize = 65_536;

/// What is wrong with the answers to a case, the hardest fact first.
pub(super) fn complaint(case: &Case, trial: &Trial, slow: Duration) -> Option<Complaint> {
    for exchange in &trial.exchanges {
        if let Some(found) = of_exchange(case, exchange, trial.bindings.as_ref(), slow) {
            return Some(found);
        }
    }
    let strongest = trial.judgement.mismatches.iter().min_by_key(|mismatch| mismatch.attestation);
    let fails = trial.judgement.verdict == crate::event::Verdict::Mismatch;
    strongest.filter(|_| fails).map(Complaint::of)
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
    if is_server_error(case, exchange, response) {
        return Some(Complaint::new(Oracle::ServerError, "no server error", answer.summary()));
    }
    if let Some(what) = bindings.and_then(|bindings| reflected(exchange, response, bindings)) {
        return Some(Complaint::new(Oracle::Secret, "no secret in an answer", what));
    }
    if exchange.latency > slow {
        let got = format!("{} ms, {}", exchange.latency.as_millis(), answer.summary());
        return Some(Complaint::new(Oracle::Slow, "an answer in bearable time", got));
    }
    // What HTTP itself refuses is not for the operation to say, and HEAD has no body.
    let is_ours = !is_raw(case) && exchange.request.method() == b"POST" && is_addressed(exchange);
    if is_ours && !answer.is_success() && answer.error_type.is_none() && response.status == 400 {
        let got = answer.summary();
        return Some(Complaint::new(Oracle::Unreadable, "an error that names its type", got));
    }
    None
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
            form.target == b"/"
                && form.headers.first("X-Amz-Target")
                    == Some(b"AWSCognitoIdentityProviderService.ConfirmSignUp")
        }
    }
}

/// A secret in the answer that the request did not carry.
fn reflected(exchange: &Exchange, response: &Response, bindings: &Bindings) -> Option<&'static str> {
    let sent = exchange.request.to_bytes();
    let body = response.body.get(..response.body.len().min(SEARCHED_BYTES_MAX)).unwrap_or_default();
    let is_there = |text: &str| {
        let needle = text.as_bytes();
        let has = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        needle.len() >= 6
            && (has(body) || response.headers.iter().any(|line| has(&line.value)))
            && !has(&sent)
    };
    let in_body = |text: &str| {
        let needle = text.as_bytes();
        needle.len() >= 6
            && body.windows(needle.len()).any(|window| window == needle)
            && !sent.windows(needle.len()).any(|window| window == needle)
    };
    let value = |binding| bindings.value(binding).ok();
    match () {
        () if bindings.client_secret.as_ref().is_some_and(|secret| is_there(secret.reveal())) => {
            Some("the client secret")
        }
        () if value(Binding::SecretHash(HashForm::Right)).is_some_and(|hash| is_there(&hash)) => {
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
