//! A transport without sockets.

use super::Transport;
use crate::clock::Stopwatch;
use crate::wire::{Exchange, Request, Response};

/// Answers each request by calling a function: for tests and fuzzing. What cannot be on the wire is not seen here either:
/// an answer to `HEAD` has no body (RFC 9110 section 9.3.2).
#[derive(Debug, Clone)]
pub struct InProcess<F>(F);

impl<F: FnMut(&Request) -> Response> InProcess<F> {
    /// Answers with what `subject` returns.
    pub fn new(subject: F) -> Self {
        Self(subject)
    }
}

impl<F: FnMut(&Request) -> Response> Transport for InProcess<F> {
    async fn send(&mut self, request: &Request) -> Exchange {
        let stopwatch = Stopwatch::start();
        let mut response = (self.0)(request);
        if request.method() == b"HEAD" {
            response.body.clear();
        }
        Exchange { latency: stopwatch.elapsed(), request: request.clone(), answer: Ok(response) }
    }
}
