//! What an SDK did on the wire: every attempt with its bytes, its connection and its time.

use crate::wire::Headers;
use std::time::Duration;

/// One request of an SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The connection, from 1.
    pub connection: usize,
    /// When the first byte had come, since the case began.
    pub at: Duration,
    /// Everything that came, up to the limit.
    pub bytes: Vec<u8>,
    /// The bytes read as a request; otherwise why they are none.
    pub request: Result<Received, String>,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The method.
    pub method: Vec<u8>,
    /// The request target.
    pub target: Vec<u8>,
    /// `HTTP/1.1`.
    pub version: Vec<u8>,
    /// The header lines.
    pub headers: Headers,
    /// The body, chunks joined.
    pub body: Vec<u8>,
}

/// What was seen of one case besides what the driver said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// The attempts, in the order in which they came.
    pub attempts: Vec<Attempt>,
    /// How many attempts came beyond the number that is kept.
    pub surplus: usize,
}

impl Recording {
    /// The number of attempts.
    pub fn count(&self) -> usize {
        self.attempts.len() + self.surplus
    }
}
