//! The body of each fuzz target, shared by `fuzz/` and `tests/`: each asserts a property and panics where it is broken.
//! Knows nothing of libFuzzer.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a broken property ends the target with a panic: that is how a fuzzer learns of it"
)]

mod files;
mod lines;
mod server;

pub use files::{case_file, dictionary, finding_file, har_file, report_json, snapshot_file};
pub use lines::driver_line;
pub use server::{reference_handler, reference_handler_drawn};

use crate::json::read_value;
use crate::judge::{Answer, parse_validation_message};
use crate::reference::{JSON_DEPTH_MAX, State, handle, read_json};
use crate::replay::transport::{AnswerReader, Limits, Progress};
use crate::seed::Seed;
use crate::template::{Escaping, Template};
use crate::wire::{Headers, RequestForm, Response, escape, unescape};

/// Bytes survive being escaped for display, and nothing that is displayed is a control character.
pub fn wire_escape(data: &[u8]) {
    let shown = escape(data);
    assert!(!shown.chars().any(char::is_control), "a control character is shown");
    assert_eq!(unescape(&shown).as_deref(), Ok(data));
    if let Ok(text) = std::str::from_utf8(data) {
        // Whatever is read as an escaped text, or refused with an offset inside it.
        if let Err(error) = unescape(text) {
            assert!(error.offset < text.len());
        }
    }
}

/// A validation message is read into as many entries as it announces, or not at all.
pub fn validation_message(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(listed) = parse_validation_message(&text) {
        let announced = text.split(' ').next().and_then(|count| count.parse().ok());
        assert_eq!(announced, Some(listed.len()));
    }
}

/// A template is shown as a text that reads back as the same template.
pub fn template_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(template) = Template::parse(text, Escaping::Json) else {
        return;
    };
    let is_plain = !text.contains("${repeat:") && !text.contains("${hex:");
    if is_plain && template.bindings().next().is_none() {
        let bytes = template.bind(&crate::template::Bindings::default());
        assert_eq!(bytes.map(|bytes| bytes.len()).ok(), Some(text.replace("$${", "${").len()));
    }
}

/// The reference server's JSON reader and `serde_json`, as [`json`](crate::json) has it, read the same out of the same bytes, and refuse the same, but that the
/// server allows less nesting.
pub fn request_reader(data: &[u8]) {
    let theirs = read_value(data).ok();
    let theirs = theirs.filter(|value| depth(value) <= JSON_DEPTH_MAX);
    assert_eq!(read_json(data), theirs, "the two readers do not agree");
}

/// How deep lists and objects nest.
fn depth(value: &serde_json::Value) -> usize {
    use serde_json::Value::{Array, Object};
    match value {
        Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// The reference server answers every request, and every answer is one that an AWS client can read.
pub fn reference_request(data: &[u8]) {
    let mut state = State::new(Seed::DEFAULT);
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/x-amz-json-1.1");
    headers.push("X-Amz-Target", "AWSCognitoIdentityProviderService.ConfirmSignUp");
    let request =
        RequestForm { method: "POST".into(), target: "/".into(), headers, body: data.to_vec().into() };
    let response = handle(&mut state, &request, 0);
    let answer = Answer::read(&response);
    assert_eq!(response.status, 400, "no user exists, so nothing can be confirmed");
    assert!(answer.json.is_some_and(|json| json.is_object()), "the answer is no JSON object");
    assert!(answer.error_type.is_some(), "the answer has no error type");
    let malformed = answer.error_type.as_deref() == Some("SerializationException");
    let read = read_json(data);
    // A number may be too large for `serde_json` to hold, and be one all the same.
    let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(data).is_ok();
    assert!(read.is_some() || malformed || is_json(), "what is no JSON was read");
    // What is an object, and has none of our members in it, lacks the required ones and nothing else.
    if let Some(serde_json::Value::Object(members)) = read
        && !members.keys().any(|name| crate::generate::MEMBERS.contains(&name.as_str()))
    {
        assert_eq!(answer.error_type.as_deref(), Some("InvalidParameterException"), "JSON was not read");
    }
}

/// An answer is read the same way however it is cut into pieces, within its limits, and never past its end.
pub fn answer_reader(data: &[u8]) {
    let limits = Limits::default();
    let whole = read_in_pieces(&limits, data, data.len().max(1));
    let cut = read_in_pieces(&limits, data, 1);
    match (whole, cut) {
        (Some((whole, _)), Some((cut, _))) => assert_eq!(whole, cut, "the pieces change the answer"),
        (None, None) => {}
        (whole, cut) => panic!("the pieces decide: whole {}, cut {}", whole.is_some(), cut.is_some()),
    }
}

fn read_in_pieces(limits: &Limits, data: &[u8], size: usize) -> Option<(Response, usize)> {
    let mut reader = AnswerReader::new(limits, b"POST");
    let mut read = 0;
    for piece in data.chunks(size) {
        match reader.feed(piece).ok()? {
            Progress::Partial => read += piece.len(),
            Progress::Complete { used } => {
                assert!(used <= piece.len(), "more was used than was given");
                return Some((reader.finish().ok()?.response, read + used));
            }
        }
    }
    reader.finish().ok().map(|answer| (answer.response, read))
}
