//! A transport without sockets.

use super::Transport;
use crate::clock::Stopwatch;
use crate::wire::{Exchange, Request, Response};

/// Answers each request by calling a function: for tests and fuzzing.
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
        let response = (self.0)(request);
        Exchange { latency: stopwatch.elapsed(), request: request.clone(), answer: Ok(response) }
    }
}
