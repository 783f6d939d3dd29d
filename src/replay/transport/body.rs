//! The body of an answer: how its end is told, and its bytes.

use super::chunked::Chunked;
use super::head::{Head, not_http, trim};
use super::limits::Limits;
use crate::wire::WireFault;
use bytes::Bytes;

/// How much room is made for a body on the word of its `Content-Length` alone, in bytes.
const RESERVED_BYTES_MAX: usize = 64 * 1024;

/// The bytes of a body, never more than the limit.
#[derive(Debug)]
pub(super) struct BodyBytes {
    bytes: Vec<u8>,
    limit: usize,
}

impl BodyBytes {
    /// Refuses `more` bytes if they would pass the limit.
    pub(super) fn admits(&self, more: u64) -> Result<(), WireFault> {
        let free = self.limit - self.bytes.len();
        if usize::try_from(more).is_ok_and(|more| more <= free) {
            Ok(())
        } else {
            Err(WireFault::BodyTooLong { limit: self.limit })
        }
    }

    /// Adds `bytes`.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), WireFault> {
        if bytes.len() > self.limit - self.bytes.len() {
            return Err(WireFault::BodyTooLong { limit: self.limit });
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// How the end of a body is told (RFC 9112 §6.3).
#[derive(Debug)]
pub(super) enum Framing {
    /// By its length, of which so many bytes are still to come.
    Length(usize),
    /// By its last chunk.
    Chunked(Chunked),
    /// By the end of the connection.
    UntilClose,
}

impl Framing {
    /// Reads the framing of an answer to `method` off its head. `offset` is where the body starts.
    pub(super) fn of(head: &Head, method: &[u8], offset: usize, limits: &Limits) -> Result<Self, WireFault> {
        let tunnel = method == b"CONNECT" && (200..300).contains(&head.status);
        if matches!(head.status, 100..=199 | 204 | 304) || method == b"HEAD" || tunnel {
            return Ok(Self::Length(0));
        }
        // A coding other than chunked on top cannot be told from the end of the connection; codings below it, like
        // content codings, are left alone. `Content-Length` does not count beside it.
        if let Some(codings) = head.headers.all("transfer-encoding").last() {
            let last = codings.rsplit(|byte| *byte == b',').next().map(trim).unwrap_or_default();
            return Ok(if last.eq_ignore_ascii_case(b"chunked") {
                Self::Chunked(Chunked::new(limits.head_bytes_max))
            } else {
                Self::UntilClose
            });
        }
        match content_length(head, offset)? {
            None => Ok(Self::UntilClose),
            Some(length) => usize::try_from(length)
                .ok()
                .filter(|length| *length <= limits.body_bytes_max)
                .map(Self::Length)
                .ok_or(WireFault::BodyTooLong { limit: limits.body_bytes_max }),
        }
    }
}

/// The length that all `Content-Length` lines agree on. One that does not fit in 64 bits counts as the greatest.
fn content_length(head: &Head, offset: usize) -> Result<Option<u64>, WireFault> {
    let mut agreed = None;
    for value in head.headers.all("content-length").flat_map(|line| line.split(|b| *b == b',')) {
        let digits = trim(value);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(not_http(offset, "a `Content-Length` that is not a number"));
        }
        let length = digits
            .iter()
            .fold(0_u64, |length, digit| length.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        if agreed.is_some_and(|agreed| agreed != length) {
            return Err(not_http(offset, "`Content-Length` values that disagree"));
        }
        agreed = Some(length);
    }
    Ok(agreed)
}

/// A body as it arrives.
#[derive(Debug)]
pub(super) struct Body {
    framing: Framing,
    bytes: BodyBytes,
}

impl Body {
    pub(super) fn new(framing: Framing, limits: &Limits) -> Self {
        let expected = match &framing {
            Framing::Length(length) => *length,
            Framing::Chunked(_) | Framing::UntilClose => 0,
        };
        Self {
            framing,
            bytes: BodyBytes {
                bytes: Vec::with_capacity(expected.min(RESERVED_BYTES_MAX)),
                limit: limits.body_bytes_max,
            },
        }
    }

    /// Takes from the start of `input` what belongs to the body; returns how many bytes those are.
    pub(super) fn take(&mut self, input: &[u8], offset: usize) -> Result<usize, WireFault> {
        match &mut self.framing {
            Framing::Length(left) => {
                let here = input.get(..*left).unwrap_or(input);
                self.bytes.push(here)?;
                *left -= here.len();
                Ok(here.len())
            }
            Framing::Chunked(chunked) => chunked.take(input, offset, &mut self.bytes),
            Framing::UntilClose => {
                self.bytes.push(input)?;
                Ok(input.len())
            }
        }
    }

    /// Whether the framing says that the body has ended.
    pub(super) fn is_done(&self) -> bool {
        match &self.framing {
            Framing::Length(left) => *left == 0,
            Framing::Chunked(chunked) => chunked.is_done(),
            Framing::UntilClose => false,
        }
    }

    /// Whether the end of the connection ends the body.
    pub(super) fn ends_with_connection(&self) -> bool {
        matches!(self.framing, Framing::UntilClose)
    }

    pub(super) fn into_bytes(self) -> Bytes {
        self.bytes.bytes.into()
    }
}
