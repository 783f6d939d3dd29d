//! The head of an answer: status line and header lines.
//!
//! Strict where a lax reader would guess what was meant, lenient where nothing can be misread: control characters in a
//! value are kept (RFC 9110 §5.5 lets a recipient keep them) so that a report can show them escaped; a CR inside a
//! line and a NUL are refused.

use super::limits::Limits;
use crate::wire::{Header, Headers, WireFault, escape};

/// What every answer that is HTTP/1.x starts with.
const PREFIX: &[u8] = b"HTTP/1.";
/// How many of the bytes that are not HTTP a fault shows.
const SHOWN_BYTES_MAX: usize = 24;

/// The status line and the header lines.
#[derive(Debug)]
pub(super) struct Head {
    /// The digit after `HTTP/1.`.
    pub(super) minor_version: u8,
    pub(super) status: u16,
    pub(super) reason: Vec<u8>,
    pub(super) headers: Headers,
}

/// Says that the answer stops being HTTP at `offset`.
pub(super) fn not_http(offset: usize, reason: impl Into<String>) -> WireFault {
    WireFault::NotHttp { offset, reason: reason.into() }
}

/// Refuses `bytes`, the start of an answer, as soon as they cannot become an HTTP/1.x head.
pub(super) fn check_prefix(bytes: &[u8], offset: usize) -> Result<(), WireFault> {
    match bytes.iter().zip(PREFIX).position(|(found, due)| found != due) {
        None => Ok(()),
        Some(at) => {
            let shown = escape(bytes.get(..SHOWN_BYTES_MAX).unwrap_or(bytes));
            let hint = match bytes {
                [0x14..=0x17, 0x03, ..] => " (this is TLS: try `https`)",
                _ => "",
            };
            Err(not_http(offset + at, format!("found `{shown}`, expected `HTTP/1.x`{hint}")))
        }
    }
}

/// Where the head in `bytes` ends, just after its empty line. Bytes before `from` hold no line end of interest.
pub(super) fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')? + 1;
        match bytes.get(at..)? {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => {}
        }
    }
}

/// Parses a complete head, the empty line included. `offset` is where it starts in all that was received.
pub(super) fn parse(bytes: &[u8], offset: usize, limits: &Limits) -> Result<Head, WireFault> {
    let mut lines = Lines { rest: bytes, offset };
    let Some((at, line)) = lines.next_line()? else {
        return Err(not_http(offset, "no status line"));
    };
    let mut head = parse_status_line(line, at)?;
    head.headers.0.reserve(16);
    while let Some((at, line)) = lines.next_line()? {
        match line {
            [] => break,
            [b' ' | b'\t', ..] => unfold(&mut head.headers, line, at)?,
            _ if head.headers.0.len() == limits.header_lines_max => {
                return Err(not_http(at, format!("more than {} header lines", limits.header_lines_max)));
            }
            _ => head.headers.0.push(parse_header_line(line, at)?),
        }
    }
    Ok(head)
}

/// Splits a head into lines that end with CR LF or LF.
struct Lines<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Lines<'a> {
    /// The next line without its end, and where it starts.
    fn next_line(&mut self) -> Result<Option<(usize, &'a [u8])>, WireFault> {
        let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') else {
            return Ok(None);
        };
        let (line, rest) = self.rest.split_at(end);
        let start = self.offset;
        self.rest = rest.get(1..).unwrap_or_default();
        self.offset += end + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line.iter().position(|byte| matches!(byte, b'\r' | b'\0')) {
            None => Ok(Some((start, line))),
            Some(at) => Err(not_http(start + at, "a CR or NUL inside a line of the head")),
        }
    }
}

fn parse_status_line(line: &[u8], offset: usize) -> Result<Head, WireFault> {
    check_prefix(line, offset)?;
    let bad = |at: usize, reason: &str| Err(not_http(offset + at, reason));
    let Some((version, rest)) = line.get(PREFIX.len()..).and_then(|rest| rest.split_first()) else {
        return bad(line.len(), "the status line ends early");
    };
    if !version.is_ascii_digit() {
        return bad(PREFIX.len(), "the minor version is not a digit");
    }
    let (digits, after) = match rest {
        [b' ', a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', after @ ..] => ([a, b, c], after),
        _ => return bad(PREFIX.len() + 1, "no status code from 100 to 999"),
    };
    let reason = match after {
        [] => after,
        [b' ', reason @ ..] => reason,
        _ => return bad(PREFIX.len() + 5, "no space after the status code"),
    };
    Ok(Head {
        minor_version: version - b'0',
        status: digits.iter().fold(0, |status, digit| status * 10 + u16::from(**digit - b'0')),
        reason: reason.to_vec(),
        headers: Headers::default(),
    })
}

fn parse_header_line(line: &[u8], offset: usize) -> Result<Header, WireFault> {
    let end = line.iter().position(|byte| !is_token(*byte)).unwrap_or(line.len());
    match line.split_at(end) {
        ([], _) => Err(not_http(offset, "a header line without a name")),
        (name, [b':', value @ ..]) => {
            Ok(Header { name: name.to_vec().into(), value: trim(value).to_vec().into() })
        }
        (_, []) => Err(not_http(offset + end, "a header line without a colon")),
        (_, _) => Err(not_http(offset + end, "a character that a header name cannot have")),
    }
}

/// Joins a folded line to the value before it with one space, as RFC 9112 §5.2 asks of a user agent.
fn unfold(headers: &mut Headers, line: &[u8], offset: usize) -> Result<(), WireFault> {
    let Some(header) = headers.0.last_mut() else {
        return Err(not_http(offset, "white space before the first header line"));
    };
    header.value = [&*header.value, b" ", trim(line)].concat().into();
    Ok(())
}

/// Without surrounding spaces and tabs.
pub(super) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Whether `byte` is a `tchar` of RFC 9110 §5.6.2.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}
