//! One request out and one answer in, at the same time.

use super::answer::{Answer, AnswerReader, Progress};
use super::connection::{Connection, shown};
use crate::wire::WireFault;
use std::io;
use std::task::{Context, Poll, ready};
use tokio::io::ReadBuf;

/// How much of the request is still to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// So many bytes were written.
    At(usize),
    /// All bytes were written and passed on.
    Done,
    /// The subject takes no more. What it answers still counts.
    Refused,
}

/// What is left of the connection after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The request was taken whole, and nothing followed the answer.
    Clean,
    /// The request was not taken whole, bytes followed the answer, or the connection ended.
    Spent,
}

/// One exchange on one connection. It writes and reads at once: a subject that answers before it has read a large
/// request would otherwise wait for us while we wait for it.
pub(super) struct Turn<'a> {
    connection: &'a mut Connection,
    request: &'a [u8],
    incoming: &'a mut [u8],
    reader: AnswerReader<'a>,
    writing: Writing,
}

impl<'a> Turn<'a> {
    /// Prepares to write `request`; pieces of the answer pass through `incoming`.
    pub(super) fn new(
        connection: &'a mut Connection,
        request: &'a [u8],
        incoming: &'a mut [u8],
        reader: AnswerReader<'a>,
    ) -> Self {
        Self { connection, request, incoming, reader, writing: Writing::At(0) }
    }

    /// How many bytes of the answer came.
    pub(super) fn received(&self) -> usize {
        self.reader.received()
    }

    /// Goes on until the answer is complete or cannot be completed any more.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Ending, WireFault>> {
        self.write(cx);
        loop {
            let mut buffer = ReadBuf::new(self.incoming);
            match ready!(self.connection.poll_read(cx, &mut buffer)) {
                Ok(()) if buffer.filled().is_empty() => return Poll::Ready(Ok(Ending::Spent)),
                Ok(()) => match self.reader.feed(buffer.filled())? {
                    Progress::Partial => {}
                    Progress::Complete { used } => {
                        let clean = used == buffer.filled().len() && self.writing == Writing::Done;
                        return Poll::Ready(Ok(if clean { Ending::Clean } else { Ending::Spent }));
                    }
                },
                Err(error) => return Poll::Ready(self.read_failed(&error)),
            }
        }
    }

    /// Tells a subject that has not begun to answer that nothing more comes. One that still takes bytes is not disturbed.
    pub(super) fn end_request(&self) {
        if self.writing == Writing::Done && self.received() == 0 {
            self.connection.end_writing();
        }
    }

    /// The answer, after [`Self::poll`] was ready without a fault.
    pub(super) fn finish(self) -> Result<Answer, WireFault> {
        self.reader.finish()
    }

    /// Writes as much as the subject takes now.
    fn write(&mut self, cx: &mut Context<'_>) {
        while let Writing::At(at) = self.writing {
            let rest = self.request.get(at..).unwrap_or_default();
            let step = if rest.is_empty() {
                self.connection.poll_flush(cx).map_ok(|()| Writing::Done)
            } else {
                self.connection.poll_write(cx, rest).map_ok(|written| Writing::At(at + written))
            };
            match step {
                Poll::Pending => return,
                Poll::Ready(Ok(next)) if next != self.writing => self.writing = next,
                Poll::Ready(_) => self.writing = Writing::Refused,
            }
        }
    }

    /// Many servers end TLS without saying goodbye, which counts as an ordinary end.
    fn read_failed(&self, error: &io::Error) -> Result<Ending, WireFault> {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Ok(Ending::Spent),
            io::ErrorKind::InvalidData => Err(WireFault::Tls { reason: shown(error) }),
            _ => Err(WireFault::Closed { received: self.received() }),
        }
    }
}
