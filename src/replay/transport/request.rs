//! What a request means for the connection that carries it.

use super::head::trim;
use crate::wire::{Request, RequestForm};

/// Which connection a request may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Isolation {
    /// One that served before and may serve again.
    Shared,
    /// One of its own: the subject may see the end of this request elsewhere than we do, and would then take the next
    /// one for a part of it.
    Own,
}

/// Where the subject will see the end of `request`, whose bytes are `written`.
pub(super) fn isolation(request: &Request, written: &[u8]) -> Isolation {
    match request {
        Request::Formed(form) if is_plain(form, written) => Isolation::Shared,
        Request::Formed(_) | Request::Raw(_) => Isolation::Own,
    }
}

/// Whether the request has as many lines as it has parts, tells the length of its body rightly in one way, and does not
/// ask for the connection to be closed.
fn is_plain(form: &RequestForm, written: &[u8]) -> bool {
    let mut lengths = form.headers.all("content-length");
    let length_is_right = match (lengths.next(), lengths.next()) {
        (None, _) => form.body.is_empty(),
        (Some(value), None) => is_decimal(value, form.body.len()),
        (Some(_), Some(_)) => false,
    };
    let closes = form
        .headers
        .all("connection")
        .flat_map(|line| line.split(|byte| *byte == b','))
        .any(|token| !trim(token).eq_ignore_ascii_case(b"keep-alive"));
    length_is_right
        && !closes
        && form.headers.first("transfer-encoding").is_none()
        && form.method != "CONNECT"
        && line_ends_are_ours(form, written)
}

/// Whether `text` is `number` in decimal digits.
fn is_decimal(text: &[u8], number: usize) -> bool {
    (1..=20).contains(&text.len())
        && text.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(text).is_ok_and(|text| text.parse() == Ok(number))
}

/// Whether no part of the head brings a line end along.
fn line_ends_are_ours(form: &RequestForm, written: &[u8]) -> bool {
    let head_bytes = written.len() - form.body.len().min(written.len());
    let head = written.get(..head_bytes).unwrap_or_default();
    let lines = form.headers.0.len() + 2;
    let (line_feeds, returns) = head.iter().fold((0, 0), |(line_feeds, returns), byte| {
        (line_feeds + usize::from(*byte == b'\n'), returns + usize::from(*byte == b'\r'))
    });
    (line_feeds, returns) == (lines, lines)
}
