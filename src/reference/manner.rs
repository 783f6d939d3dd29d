//! In which manner the server answers: nothing that is attested depends on it.

use std::time::Duration;

/// In which manner answers are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// How long each answer waits before it is sent.
    pub delay: Duration,
    /// How bodies are framed.
    pub framing: Framing,
    /// What becomes of the connection after an answer.
    pub afterwards: Afterwards,
}

/// How the body of an answer is framed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Framing {
    /// As a whole, with `Content-Length`.
    #[default]
    Whole,
    /// In chunks of at most [`CHUNK_BYTES`] (RFC 9112 section 7.1).
    Chunked,
}

/// What becomes of the connection after an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Afterwards {
    /// It stays open for further requests.
    #[default]
    Open,
    /// It is closed, as `Connection: close` announces.
    Closed,
}

/// The length of a chunk: short enough that most bodies have several.
pub const CHUNK_BYTES: usize = 16;
