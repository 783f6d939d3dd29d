//! In which manner the server answers: nothing that is attested depends on it.

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
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

/// The body of an answer.
#[derive(Debug)]
pub(super) struct AnswerBody {
    pieces: VecDeque<Bytes>,
    framing: Framing,
}

impl AnswerBody {
    pub(super) fn new(mut bytes: Bytes, framing: Framing) -> Self {
        let piece_bytes = match framing {
            Framing::Whole => usize::MAX,
            Framing::Chunked => CHUNK_BYTES,
        };
        let mut pieces = VecDeque::new();
        while !bytes.is_empty() {
            pieces.push_back(bytes.split_to(piece_bytes.min(bytes.len())));
        }
        Self { pieces, framing }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        match self.framing {
            Framing::Whole => SizeHint::with_exact(
                self.pieces.iter().map(|piece| u64::try_from(piece.len()).unwrap_or(u64::MAX)).sum(),
            ),
            // Of a length that it does not know, HTTP/1.1 sends chunks.
            Framing::Chunked => SizeHint::default(),
        }
    }
}
