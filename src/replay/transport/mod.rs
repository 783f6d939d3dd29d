//! The ways to a subject. A transport sends exactly the bytes it is given, never retries and never follows a redirect.
//! Knows neither cases, expectations nor verdicts.
//!
//! [`HttpTransport`] is an HTTP/1.1 client of our own over TCP or TLS, since the clients at hand lose the order or the
//! case of header lines, add lines of their own, or send a request twice. What it reads is parsed by [`AnswerReader`],
//! which touches no socket. [`InProcess`] calls a function instead.

mod answer;
mod body;
mod chunked;
mod connection;
mod endpoint;
mod head;
mod http;
mod in_process;
mod limits;
mod pieces;
mod request;
mod tls;
mod turn;

use crate::wire::{Delivery, Exchange, Request};
use std::future::Future;

pub use answer::{Answer, AnswerReader, Persistence, Progress};
pub use endpoint::{Endpoint, EndpointError, Scheme, is_aws_host};
pub use http::HttpTransport;
pub use in_process::InProcess;
pub use limits::Limits;
pub use tls::{TlsClient, TlsError, TlsTrust};

/// A way to send one request and read its answer.
pub trait Transport {
    /// Sends `request` and waits for its answer. A subject that misbehaves is an [`Exchange`] with a fault in it, never
    /// an error of this function.
    fn send(&mut self, request: &Request) -> impl Future<Output = Exchange>;

    /// The same, with the request brought onto the wire in this way. A transport without a wire has but one.
    fn deliver(&mut self, request: &Request, delivery: Delivery) -> impl Future<Output = Exchange> {
        let _ = delivery;
        self.send(request)
    }
}
