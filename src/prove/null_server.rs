//! Servers that understand nothing: whatever the request says, they answer the same, or what has nothing to do with it.
//!
//! They know the form of an answer well: where an answer has an error type, it has every header and the text that go with
//! it. So what they score is what form alone is worth.

use super::arena::closed;
use super::door::{Asking, Door, Doorway};
use crate::model::{Model, Revision};
use crate::seed::{Rng, Seed};
use crate::wire::{Headers, Request, Response, WireFault};
use std::fmt;
use std::sync::Arc;

/// The media type of an AWS JSON answer.
const AWS_JSON: &str = "application/x-amz-json-1.1";

/// How long a run waits for an answer before it gives up on it, in milliseconds. Nothing is waited for in process: this is
/// what the transport would say.
const WAIT_MS: u64 = 10_000;

/// A server that understands nothing.
pub struct NullServer {
    name: String,
    summary: String,
    doorway: Doorway,
}

impl fmt::Debug for NullServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NullServer({})", self.name)
    }
}

impl NullServer {
    /// A server of this name that does what `summary` says; `doorway` makes it.
    pub fn new(name: impl Into<String>, summary: impl Into<String>, doorway: Doorway) -> Self {
        Self { name: name.into(), summary: summary.into(), doorway }
    }

    /// All that are built in: one for each modelled error, and the rest by hand.
    pub fn all() -> Vec<Self> {
        let modelled = Model::of(Revision::NEWEST).errors().iter().map(|error| error.name().to_owned());
        let mut servers: Vec<Self> =
            modelled.chain([String::from("SerializationException")]).map(Self::always).collect();
        servers.extend(by_hand());
        servers
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    pub(super) fn doorway(&self) -> &Doorway {
        &self.doorway
    }

    /// The one that answers everything with one error.
    fn always(error: String) -> Self {
        let summary = format!("{error} in its usual form, whatever is asked");
        let status = if error == "InternalErrorException" { 500 } else { 400 };
        let name = format!("always-{error}");
        Self::constant(&name, &summary, move || refusal(status, &error))
    }

    fn constant(
        name: &str,
        summary: &str,
        answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::of(name, summary, move |_: &Request| Ok(answer()))
    }

    fn of<F>(name: &str, summary: &str, answer: F) -> Self
    where
        F: FnMut(&Request) -> Result<Response, WireFault> + Clone + Send + Sync + 'static,
    {
        Self::new(name, summary, Arc::new(move || Box::new(Blind(answer.clone()))))
    }

    fn spoiling(name: &str, summary: &str, spoil: fn(&mut Response)) -> Self {
        Self::new(name, summary, Arc::new(move || Box::new(Spoiled(spoil))))
    }
}

/// The degenerate servers that are no constant modelled error.
fn by_hand() -> Vec<NullServer> {
    let html = "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>";
    vec![
        NullServer::constant("200-empty-object", "200 and `{}`, nobody is confirmed", || {
            response(200, AWS_JSON, "{}")
        }),
        NullServer::constant("200-error-body", "200 with the body of a CodeMismatchException", || Response {
            status: 200,
            ..refusal(400, "CodeMismatchException")
        }),
        NullServer::constant("400-empty", "400 without a body", || response(400, AWS_JSON, "")),
        NullServer::constant("404-html", "the HTML page of a web server that knows nothing", move || {
            response(404, "text/html; charset=utf-8", html)
        }),
        NullServer::constant("503-empty", "503 without a body, as of a load balancer", || {
            response(503, "text/plain", "")
        }),
        NullServer::of("echo-200", "200 and the body of the request", |request| Ok(echo(200, request))),
        NullServer::of("echo-400", "400 and the body of the request", |request| Ok(echo(400, request))),
        NullServer::of("reset", "the connection is closed without an answer", |_| Err(closed())),
        NullServer::of("silence", "nothing is ever answered", |_| {
            Err(WireFault::TimedOut { limit_ms: WAIT_MS, received: 0 })
        }),
        NullServer::of("drip", "a right answer, but one byte a second", |_| {
            Err(WireFault::TimedOut { limit_ms: WAIT_MS, received: 10 })
        }),
        NullServer::of("not-http", "a greeting of another protocol", |_| {
            Err(WireFault::NotHttp { offset: 0, reason: "no status line".to_owned() })
        }),
        NullServer::spoiling(
            "right-type-wrong-status",
            "the right body and headers with status 500",
            |answer| {
                answer.status = 500;
            },
        ),
        NullServer::spoiling(
            "right-status-wrong-type",
            "the right status, always InternalErrorException",
            |answer| {
                *answer = Response { status: answer.status, ..refusal(500, "InternalErrorException") };
            },
        ),
        NullServer::new(
            "previous-answer",
            "the right answer of the request before on the connection",
            Arc::new(|| Box::new(Late(response(200, AWS_JSON, "{}")))),
        ),
        NullServer::new(
            "random-json",
            "a random status with random JSON",
            Arc::new(|| Box::new(Dice(Seed::DEFAULT.split("random-json").rng()))),
        ),
    ]
}

/// A door that does not ask what the right answer would be.
struct Blind<F>(F);

impl<F: FnMut(&Request) -> Result<Response, WireFault>> Door for Blind<F> {
    fn answer(
        &mut self,
        request: &Request,
        _: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        (self.0)(request)
    }
}

/// Gives the right answer with one thing wrong, and does nothing of what it says.
struct Spoiled(fn(&mut Response));

impl Door for Spoiled {
    fn answer(
        &mut self,
        _: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        let mut answer = reference(Asking::ForShow);
        (self.0)(&mut answer);
        Ok(answer)
    }
}

/// Gives the answer of the request before.
struct Late(Response);

impl Door for Late {
    fn answer(
        &mut self,
        _: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        Ok(std::mem::replace(&mut self.0, reference(Asking::ForShow)))
    }
}

/// Throws dice.
struct Dice(Rng);

impl Door for Dice {
    fn answer(&mut self, _: &Request, _: &mut dyn FnMut(Asking) -> Response) -> Result<Response, WireFault> {
        let rng = &mut self.0;
        let status = rng.pick(&[200, 400, 500]).copied().unwrap_or(500);
        let errors = Model::of(Revision::NEWEST).errors();
        let error = rng.pick(errors).map_or("", |error| error.name());
        let body = match rng.below(6) {
            0 => "{}".to_owned(),
            1 => "null".to_owned(),
            2 => format!("[{}]", rng.below(1000)),
            3 => format!(r#"{{"Session":"{:032}"}}"#, rng.below(1000)),
            4 => format!(r#"{{"message":"{}"}}"#, rng.below(1000)),
            _ => format!(r#"{{"__type":"{error}","message":"{}"}}"#, rng.below(1000)),
        };
        Ok(response(status, AWS_JSON, &body))
    }
}

fn echo(status: u16, request: &Request) -> Response {
    let mut answer = response(status, AWS_JSON, "");
    answer.body = match request {
        Request::Formed(form) => form.body.clone(),
        Request::Raw(bytes) => bytes.clone(),
    };
    answer
}

/// An error in the form of the recordings, with the text that goes with its type most often.
fn refusal(status: u16, error: &str) -> Response {
    let text = text_of(error);
    let key = if error == "SerializationException" { "Message" } else { "message" };
    let body = serde_json::json!({ "__type": error, key: text }).to_string();
    let mut answer = response(status, AWS_JSON, &body);
    answer.headers.push("x-amzn-ErrorType", format!("{error}:"));
    answer.headers.push("x-amzn-ErrorMessage", text);
    answer
}

fn text_of(error: &str) -> &'static str {
    match error {
        "CodeMismatchException" => "Invalid verification code provided, please try again.",
        "ExpiredCodeException" => "Invalid code provided, please request a code again.",
        "UserNotFoundException" => "Username/client id combination not found.",
        "NotAuthorizedException" => "User cannot be confirmed. Current status is CONFIRMED",
        "AliasExistsException" => "An account with the email already exists.",
        "LimitExceededException" => "Attempt limit exceeded, please try after some time.",
        "InvalidParameterException" => {
            "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [\\w+]+"
        }
        "SerializationException" => "NUMBER_VALUE can not be converted to a String",
        "TooManyRequestsException" => "Too many requests",
        _ => "No.",
    }
}

fn response(status: u16, content_type: &'static str, body: &str) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", content_type);
    headers.push("Content-Length", body.len().to_string());
    headers.push("x-amzn-RequestId", "00000000-0000-4000-8000-000000000000");
    Response { status, reason: Vec::new(), headers, body: body.to_owned().into() }
}
