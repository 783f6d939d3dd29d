//! One request and what came back, or why nothing did.

use super::{Request, Response};
use std::time::Duration;

/// Why a request has no response. It says what the endpoint did, in its own words escaped, and which limit it met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireFault {
    /// No connection could be made.
    #[error("no connection: {reason}")]
    Unreachable {
        /// The system's reason.
        reason: String,
    },
    /// The TLS handshake failed.
    #[error("TLS was refused: {reason}")]
    Tls {
        /// The reason.
        reason: String,
    },
    /// The answer was not complete in time.
    #[error("no complete answer within {limit_ms} ms ({received} bytes received)")]
    TimedOut {
        /// The limit, in milliseconds.
        limit_ms: u64,
        /// The bytes received until then.
        received: usize,
    },
    /// The connection was closed or reset before the answer was complete.
    #[error("the connection ended before the answer was complete ({received} bytes received)")]
    Closed {
        /// The bytes received until then.
        received: usize,
    },
    /// The head of the answer is longer than the limit.
    #[error("the head of the answer is longer than {limit} bytes")]
    HeadTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body of the answer is longer than the limit.
    #[error("the body of the answer is longer than {limit} bytes")]
    BodyTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The answer is not HTTP/1.x.
    #[error("the answer is not HTTP at offset {offset}: {reason}")]
    NotHttp {
        /// Where it stops being HTTP, in bytes.
        offset: usize,
        /// Why.
        reason: String,
    },
}

/// One request and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub answer: Result<Response, WireFault>,
    /// From the first byte written to the last byte read.
    pub latency: Duration,
}
