//! What makes one answer another one: status, error type, the bones of the message, the set of headers, the class of the
//! latency. An input whose answer has a new signature is worth keeping.

use crate::judge::Answer;
use crate::template::Bindings;
use crate::wire::Exchange;
use std::fmt;
use std::time::Duration;

/// So much of a message is looked at, in characters.
const BONES_CHARS_MAX: usize = 120;

/// The signature of the answers to one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature(pub u64);

impl Signature {
    /// The signature of these answers.
    pub fn of(exchanges: &[Exchange]) -> Self {
        let mut hash = Fnv::new();
        for exchange in exchanges {
            match &exchange.answer {
                Err(fault) => hash.add(bones(&fault.to_string()).as_bytes()),
                Ok(response) => {
                    let answer = Answer::read(response);
                    hash.add(&response.status.to_be_bytes());
                    hash.add(answer.error_type.as_deref().unwrap_or("-").as_bytes());
                    hash.add(answer.body_kind().unwrap_or("-").as_bytes());
                    let message = answer.message.as_ref().map_or("", |message| message.text.as_str());
                    hash.add(bones(message).as_bytes());
                    let names = response.headers.iter().map(|line| line.name.to_ascii_lowercase());
                    let mut names: Vec<Vec<u8>> = names.collect();
                    names.sort_unstable();
                    for name in &names {
                        hash.add(name);
                    }
                }
            }
            hash.add(&[latency_class(exchange.latency)]);
        }
        Self(hash.0)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// 0 below 30 ms, then one for each tenfold.
fn latency_class(latency: Duration) -> u8 {
    match latency.as_millis() {
        0..30 => 0,
        30..300 => 1,
        300..3000 => 2,
        _ => 3,
    }
}

/// One answer without what differs from request to request: status, error type, the bones of its message.
pub(super) fn normal(exchange: &Exchange, bindings: Option<&Bindings>) -> String {
    let response = match &exchange.answer {
        Err(fault) => return bones(&fault.to_string()),
        Ok(response) => response,
    };
    let answer = Answer::read(response);
    let message = answer.message.as_ref().map_or("", |message| message.text.as_str());
    let none = Bindings::default();
    let bindings = bindings.unwrap_or(&none);
    format!("{} {}", answer.summary(bindings), bones(&bindings.redact(message))).trim_end().to_owned()
}

/// A text without what differs from request to request: numbers become `#`, and what stands in quotes or looks like an id
/// becomes `*`.
pub(super) fn bones(text: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for word in text.split_inclusive([' ', '\'', '"', '`', ',', ';', ':']) {
        let (body, end) = word.char_indices().last().map_or((word, ""), |(at, c)| {
            if " '\"`,;:".contains(c) { word.split_at(at) } else { (word, "") }
        });
        if quote.is_none() {
            let has_digit = body.bytes().any(|byte| byte.is_ascii_digit());
            match () {
                () if body.bytes().all(|byte| byte.is_ascii_digit()) && !body.is_empty() => out.push('#'),
                () if has_digit || body.len() > 32 => out.push('*'),
                () => out.push_str(body),
            }
        }
        match (end, quote) {
            ("'" | "\"" | "`", None) => {
                quote = Some(end);
                out.push_str("'*");
            }
            (end, Some(open)) if end == open => {
                quote = None;
                out.push('\'');
            }
            (_, Some(_)) => {}
            (end, None) => out.push_str(end),
        }
        if out.len() > BONES_CHARS_MAX {
            break;
        }
    }
    out.chars().take(BONES_CHARS_MAX).collect()
}

/// FNV-1a.
pub(super) struct Fnv(pub(super) u64);

impl Fnv {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Headers, Request, Response};

    fn answered(status: u16, body: &str, latency_ms: u64) -> Exchange {
        let mut headers = Headers::default();
        headers.push("Content-Type", "application/x-amz-json-1.1");
        Exchange {
            request: Request::Raw(bytes::Bytes::new()),
            answer: Ok(Response { status, reason: Vec::new(), headers, body: body.to_owned().into() }),
            latency: Duration::from_millis(latency_ms),
        }
    }

    #[test]
    fn what_differs_from_request_to_request_makes_no_new_signature() {
        let of = |body, latency| Signature::of(&[answered(400, body, latency)]);
        let text = r#"{"__type":"X","message":"Client 1abc not found, 'a b' is 12"}"#;
        let other = r#"{"__type":"X","message":"Client 2xyz not found, 'q' is 7"}"#;
        assert_eq!(of(text, 1), of(other, 9));
        assert_ne!(of(text, 1), of(text, 4000));
        assert_ne!(of(text, 1), of(r#"{"__type":"Y","message":"Client 1abc not found, 'a b' is 12"}"#, 1));
        assert_ne!(Signature::of(&[answered(400, text, 1)]), Signature::of(&[answered(500, text, 1)]));
    }

    #[test]
    fn the_bones_of_a_text_have_neither_numbers_nor_quoted_values() {
        assert_eq!(bones("2 errors: Value 'x y' at `u1` failed"), "# errors: Value '*' at '*' failed");
        assert_eq!(bones(""), "");
        assert!(bones(&"word ".repeat(1000)).chars().count() <= BONES_CHARS_MAX);
    }
}
