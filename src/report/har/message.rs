//! A message as a report shows it, read back into its parts. Whatever cannot be read stays as it is shown.

use crate::wire;

/// What the first line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// `METHOD TARGET VERSION`.
    Request { method: String, target: String, version: String },
    /// `VERSION CODE REASON`.
    Status { code: u16, reason: String, version: String },
    /// Neither: bytes written to the connection as they are, or the reason why there is no answer.
    Other,
}

/// A message in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) start: Start,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The length of the whole body where it is shown only in part.
    pub(super) bytes_in_all: Option<u64>,
}

impl Message {
    /// Reads what was shown: a first line, header lines, an empty line and the escaped body. A text without an empty line
    /// is a body alone.
    pub(super) fn read(text: &str) -> Self {
        let parts = text.split_once("\n\n").and_then(|(head, body)| {
            let mut lines = head.lines();
            let start = start(lines.next()?)?;
            Some((start, lines.map(header).collect(), body))
        });
        let (start, headers, body) = parts.unwrap_or((Start::Other, Vec::new(), text));
        let (shown, bytes_in_all) = whole(body);
        Self { start, headers, body: bytes(shown), bytes_in_all }
    }

    /// The first header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

fn start(line: &str) -> Option<Start> {
    let mut words = line.splitn(3, ' ');
    let (first, second, third) = (words.next()?, words.next()?, words.next().unwrap_or_default());
    if first.starts_with("HTTP/") {
        let code = second.parse().ok()?;
        return Some(Start::Status { code, reason: shown(third), version: first.to_owned() });
    }
    // A method or target with a space in it leaves more than the version.
    let (rest, version) = line.rsplit_once(' ')?;
    let (method, target) = rest.split_once(' ')?;
    version.starts_with("HTTP/").then(|| Start::Request {
        method: shown(method),
        target: shown(target),
        version: version.to_owned(),
    })
}

fn header(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    (shown(name), shown(value.strip_prefix(' ').unwrap_or(value)))
}

/// The text itself where the bytes are one, else as it is shown.
fn shown(escaped: &str) -> String {
    let bytes = wire::unescape(escaped).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| escaped.to_owned())
}

fn bytes(escaped: &str) -> Vec<u8> {
    wire::unescape(escaped).unwrap_or_else(|_| escaped.as_bytes().to_vec())
}

/// The body without the note that it was cut, and the length that the note gives.
fn whole(body: &str) -> (&str, Option<u64>) {
    let note = body.strip_suffix(" bytes in all)").and_then(|rest| {
        let (shown, number) = rest.rsplit_once("… (")?;
        Some((shown, number.parse().ok()?))
    });
    note.map_or((body, None), |(shown, number)| (shown, Some(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_back_to_its_bytes() {
        let message = Message::read("POST /a?b HTTP/1.1\nHost: ${host}\nX: \\xff\n\n{\"a\":\"\\\\n\\xff\"}");
        assert_eq!(
            message.start,
            Start::Request { method: "POST".into(), target: "/a?b".into(), version: "HTTP/1.1".into() }
        );
        assert_eq!(message.header("HOST"), Some("${host}"));
        assert_eq!(message.header("x"), Some("\\xff"));
        assert_eq!(message.body, b"{\"a\":\"\\n\xff\"}");
    }

    #[test]
    fn an_answer_is_read_back_with_the_length_of_a_body_that_was_cut() {
        let message = Message::read("HTTP/1.1 400 Bad Request\nA: b\n\nabc… (4097 bytes in all)");
        let (code, reason, version) = (400, "Bad Request".into(), "HTTP/1.1".into());
        assert_eq!(message.start, Start::Status { code, reason, version });
        assert_eq!((message.body.as_slice(), message.bytes_in_all), (&b"abc"[..], Some(4097)));
        let bare = Message::read("HTTP/1.1 204\n\n");
        assert!(matches!(bare.start, Start::Status { code: 204, .. }) && bare.body.is_empty());
    }

    #[test]
    fn what_is_no_message_is_a_body() {
        for text in ["(closed after 3 bytes)", "GET /\\r\\n", "a b\n\nc", "", "\n\n"] {
            assert_eq!(Message::read(text).start, Start::Other, "{text:?}");
        }
        assert_eq!(Message::read("GET /\\r\\n\\r\\n").body, b"GET /\r\n\r\n");
        assert_eq!(Message::read("cut in an escape \\u{1").body, b"cut in an escape \\u{1");
    }
}
