//! The body of an answer, whole or in chunks.

use crate::reference::manner::{CHUNK_BYTES, Framing};
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

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
