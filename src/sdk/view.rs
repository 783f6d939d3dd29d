//! The attempts of a case as text for reports.

use super::case::SdkCase;
use super::driver::ENDPOINT_SHOWN;
use super::judge::Seen;
use super::listener::authority;
use crate::event::ExchangeView;
use crate::wire;

/// The longest text of one side that is shown, in bytes of what was sent.
const SHOWN_BYTES_MAX: usize = 4096;

/// Both sides of every attempt.
pub(super) fn exchanges(case: &SdkCase, seen: &Seen<'_>) -> Vec<ExchangeView> {
    let Seen { endpoint, recording, .. } = seen;
    // The port differs from run to run.
    let authority = authority(endpoint);
    let text = |bytes: &[u8]| text(bytes).replace(authority, ENDPOINT_SHOWN);
    let mut before = None;
    let mut views = Vec::new();
    for (number, attempt) in recording.attempts.iter().enumerate() {
        let mut role = format!("attempt {}, connection {}", number + 1, attempt.connection);
        if let Some(before) = before.filter(|_| seen.is_timed) {
            role = format!("{role}, {} ms later", attempt.at.saturating_sub(before).as_millis());
        }
        before = Some(attempt.at);
        let answer = case.answers.get(number).or_else(|| case.answers.last());
        let response = match answer {
            _ if attempt.request.is_err() => "nothing; then close".to_owned(),
            Some(answer) if answer.shown().is_empty() => format!("nothing; then {}", answer.afterwards),
            Some(answer) => text(&answer.bytes(endpoint)),
            None => "nothing".to_owned(),
        };
        views.push(ExchangeView { role, request: text(&attempt.bytes), response });
    }
    views
}

/// Lines of the head as lines, the rest on one line, all escaped and within the limit.
fn text(bytes: &[u8]) -> String {
    let shown = bytes.get(..SHOWN_BYTES_MAX).unwrap_or(bytes);
    let end = shown.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = shown.split_at(end.map_or(shown.len(), |end| end + 2));
    let mut lines: Vec<String> = head
        .split(|byte| *byte == b'\n')
        .map(|line| wire::escape(line.strip_suffix(b"\r").unwrap_or(line)))
        .collect();
    lines.push(wire::escape(body.strip_prefix(b"\r\n").unwrap_or(body)));
    if bytes.len() > shown.len() {
        lines.push(format!("… {} bytes in all", bytes.len()));
    }
    lines.join("\n")
}
