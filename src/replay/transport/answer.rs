//! Reads one answer out of bytes, however they are cut. Knows no sockets and no time.

use super::body::{Body, Framing};
use super::head::{self, Head, not_http, trim};
use super::limits::Limits;
use crate::wire::{Response, WireFault};

/// Whether the connection may carry another request after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// Both sides keep it open.
    KeepAlive,
    /// The subject closes it, or its framing leaves doubt about where the next answer starts.
    Close,
}

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    /// What was received.
    pub response: Response,
    /// What the answer says about the connection.
    pub persistence: Persistence,
}

/// How far an [`AnswerReader`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// More bytes are needed.
    Partial,
    /// The answer is complete; call [`AnswerReader::finish`].
    Complete {
        /// How many bytes of the last piece belong to it.
        used: usize,
    },
}

/// What is being read.
#[derive(Debug)]
enum Stage {
    Head,
    Body(Head, Body),
}

/// Reads one final answer, skipping the informational ones before it. How the bytes are cut into pieces changes
/// nothing but how much of a wrong start a fault can quote.
#[derive(Debug)]
pub struct AnswerReader<'a> {
    limits: &'a Limits,
    method: &'a [u8],
    stage: Stage,
    /// The bytes of a head that came in several pieces.
    pending: Vec<u8>,
    /// Bytes of earlier pieces.
    received: usize,
    informational: usize,
}

impl<'a> AnswerReader<'a> {
    /// Waits for an answer to a request with this method.
    pub fn new(limits: &'a Limits, method: &'a [u8]) -> Self {
        Self { limits, method, stage: Stage::Head, pending: Vec::new(), received: 0, informational: 0 }
    }

    /// How many bytes were fed so far.
    pub fn received(&self) -> usize {
        self.received
    }

    /// Reads the next piece. After a fault or [`Progress::Complete`] nothing more may be fed.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Progress, WireFault> {
        let offset = self.received;
        self.received += piece.len();
        let mut used = 0;
        loop {
            let rest = piece.get(used..).unwrap_or_default();
            match &mut self.stage {
                Stage::Head => match self.take_head(rest, offset + used)? {
                    Some(taken) => used += taken,
                    None => return Ok(Progress::Partial),
                },
                Stage::Body(_, body) => {
                    used += body.take(rest, offset + used)?;
                    return Ok(if body.is_done() { Progress::Complete { used } } else { Progress::Partial });
                }
            }
        }
    }

    /// The answer, given that the connection has ended or that the answer is complete.
    pub fn finish(self) -> Result<Answer, WireFault> {
        match self.stage {
            Stage::Body(head, body) if body.is_done() || body.ends_with_connection() => {
                Ok(answer(head, body, self.method))
            }
            Stage::Body(..) | Stage::Head => Err(WireFault::Closed { received: self.received }),
        }
    }

    /// Takes the head at the start of `rest`, or keeps the part of it that is there.
    fn take_head(&mut self, rest: &[u8], offset: usize) -> Result<Option<usize>, WireFault> {
        let kept = self.pending.len();
        // Most heads come in one piece, and then nothing is copied.
        if kept == 0
            && let Some(end) = head::end_of_head(rest, 0)
        {
            self.head_is(rest.get(..end).unwrap_or_default(), offset)?;
            return Ok(Some(end));
        }
        let limit = self.limits.head_bytes_max;
        let room = (limit + 1).saturating_sub(kept).min(rest.len());
        self.pending.extend_from_slice(rest.get(..room).unwrap_or_default());
        // The empty line may have begun in the piece before.
        if let Some(end) = head::end_of_head(&self.pending, kept.saturating_sub(2)) {
            let pending = std::mem::take(&mut self.pending);
            self.head_is(pending.get(..end).unwrap_or_default(), offset - kept)?;
            Ok(Some(end - kept))
        } else {
            head::check_prefix(&self.pending, offset - kept)?;
            if self.pending.len() > limit {
                return Err(WireFault::HeadTooLong { limit });
            }
            Ok(None)
        }
    }

    /// Reads a complete head and decides what comes next.
    fn head_is(&mut self, bytes: &[u8], offset: usize) -> Result<(), WireFault> {
        head::check_prefix(bytes, offset)?;
        if bytes.len() > self.limits.head_bytes_max {
            return Err(WireFault::HeadTooLong { limit: self.limits.head_bytes_max });
        }
        let head = head::parse(bytes, offset, self.limits)?;
        // 101 ends HTTP on this connection, so nothing final would follow it.
        if matches!(head.status, 100 | 102..=199) {
            self.informational += 1;
            if self.informational > self.limits.informational_max {
                return Err(not_http(
                    offset,
                    format!("more than {} informational answers", self.limits.informational_max),
                ));
            }
            return Ok(());
        }
        let framing = Framing::of(&head, self.method, offset + bytes.len(), self.limits)?;
        self.stage = Stage::Body(head, Body::new(framing, self.limits));
        Ok(())
    }
}

fn answer(head: Head, body: Body, method: &[u8]) -> Answer {
    Answer {
        persistence: persistence(&head, &body, method),
        response: Response {
            status: head.status,
            reason: head.reason,
            headers: head.headers,
            body: body.into_bytes(),
        },
    }
}

/// Whether the connection can be used again. Two ways of framing one body, and chunks in HTTP/1.0, leave doubt about
/// where the next answer starts (RFC 9112 §6.1).
fn persistence(head: &Head, body: &Body, method: &[u8]) -> Persistence {
    let headers = &head.headers;
    let says = |token: &[u8]| {
        headers
            .all("connection")
            .flat_map(|line| line.split(|byte| *byte == b','))
            .any(|value| trim(value).eq_ignore_ascii_case(token))
    };
    let coded = headers.first("transfer-encoding").is_some();
    let old = head.minor_version == 0;
    let doubtful = coded && (old || headers.first("content-length").is_some());
    let leaves_http = head.status == 101 || method == b"CONNECT";
    let closes = says(b"close") || (old && !says(b"keep-alive"));
    if closes || doubtful || leaves_http || body.ends_with_connection() {
        Persistence::Close
    } else {
        Persistence::KeepAlive
    }
}
