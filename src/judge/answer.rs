//! An answer as an AWS JSON 1.1 client reads it: status, error type, message, body.

use crate::json::read_value;
use crate::template::Bindings;
use crate::wire::{Response, escape};
use serde_json::Value;

/// Characters of an error type that are shown.
const TYPE_CHARACTERS_MAX: usize = 60;
/// How much of a text is looked at before it is cut, in bytes: a message may have megabytes. It is so much more than what is
/// shown that a value which is cut at its end is out of sight.
const WORKED_ON_BYTES_MAX: usize = 4096;

/// A message and the key it stood under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorMessage {
    /// `message` or `Message`.
    pub key: &'static str,
    /// The text.
    pub text: String,
}

/// An answer, parsed as far as it can be.
#[derive(Debug, Clone)]
pub struct Answer<'r> {
    /// The response itself.
    pub response: &'r Response,
    /// The body as JSON, if it is JSON.
    pub json: Option<Value>,
    /// The error type as a client sanitises it: out of `__type` (of the body, or of the `Output` that it wraps, SER-040),
    /// `code` or `X-Amzn-ErrorType`, without namespace and without what follows a colon (WIRE-011).
    pub error_type: Option<String>,
    /// The message.
    pub message: Option<ErrorMessage>,
}

impl<'r> Answer<'r> {
    /// Reads `response`. Never fails: what cannot be read is absent.
    pub fn read(response: &'r Response) -> Self {
        let json = read_value(&response.body).ok();
        let member = |name: &str| json.as_ref().and_then(|value| value.get(name)).and_then(Value::as_str);
        let wrapped = || json.as_ref()?.get("Output")?.get("__type")?.as_str();
        let header =
            || response.headers.first("x-amzn-errortype").and_then(|value| std::str::from_utf8(value).ok());
        let is_error = !response_is_success(response);
        let error_type = member("__type")
            .or_else(wrapped)
            .or_else(|| member("code").filter(|_| is_error))
            .or_else(|| header().filter(|_| is_error))
            .or_else(|| xml_root(&response.body).filter(|_| is_error))
            .map(|text| sanitised(text).to_owned())
            .filter(|text| !text.is_empty());
        let message = ["message", "Message"]
            .into_iter()
            .find_map(|key| member(key).map(|text| ErrorMessage { key, text: text.to_owned() }));
        Self { response, json, error_type, message }
    }

    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        response_is_success(self.response)
    }

    /// The answer in short: `400 CodeMismatchException`, `500 (HTML)`, `200`. Without the values of `bindings`, which an
    /// error type may repeat.
    pub fn summary(&self, bindings: &Bindings) -> String {
        let status = self.response.status;
        match (&self.error_type, self.body_kind()) {
            (Some(error_type), _) => format!("{status} {}", shown(error_type, bindings, TYPE_CHARACTERS_MAX)),
            (None, Some(kind)) => format!("{status} ({kind})"),
            (None, None) => status.to_string(),
        }
    }

    /// What the body is, where it is not a JSON object.
    pub fn body_kind(&self) -> Option<&'static str> {
        let body = self.response.body.trim_ascii_start();
        match &self.json {
            Some(Value::Object(members)) if members.is_empty() => None,
            Some(Value::Object(_)) => (!self.is_success()).then_some("no error type"),
            Some(_) => Some("JSON, but no object"),
            None if body.is_empty() => Some("empty"),
            None => {
                let head = body.get(..body.len().min(512)).unwrap_or_default().to_ascii_lowercase();
                let has = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
                Some(match () {
                    () if has(b"<!doctype html") || has(b"<html") => "HTML",
                    () if head.starts_with(b"<") => "XML",
                    () if is_out_of_range(body) => "a number out of range",
                    () => "not JSON",
                })
            }
        }
    }
}

/// Whether a body is no JSON for us for a number that a double cannot hold alone.
fn is_out_of_range(body: &[u8]) -> bool {
    read_value(body).is_err_and(|error| error.to_string().starts_with("number out of range"))
}

fn response_is_success(response: &Response) -> bool {
    (200..300).contains(&response.status)
}

/// The name of the root element of an XML body, which is the error type where a front end answers (SER-041).
fn xml_root(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?.trim_start();
    let text = match text.strip_prefix("<?xml") {
        Some(declaration) => declaration.split_once("?>")?.1.trim_start(),
        None => text,
    };
    let name = text.strip_prefix('<')?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric())?;
    name.get(..end).filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("html"))
}

/// The bare shape name: after the last `#`, before the first `:` (WIRE-011).
fn sanitised(text: &str) -> &str {
    let before_colon = text.split(':').next().unwrap_or_default();
    before_colon.rsplit('#').next().unwrap_or_default().trim()
}

/// A text of the subject: without the values of `bindings`, safe to print, and cut after `limit` characters.
pub(super) fn shown(text: &str, bindings: &Bindings, limit: usize) -> String {
    let end = text.floor_char_boundary(text.len().min(WORKED_ON_BYTES_MAX));
    shorten(&bindings.redact(text.get(..end).unwrap_or_default()), limit)
}

/// Text escaped for display and cut after `limit` characters.
fn shorten(text: &str, limit: usize) -> String {
    let escaped = escape(text.as_bytes());
    if escaped.chars().count() <= limit {
        return escaped;
    }
    escaped.chars().take(limit).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Headers;
    use serde_json::json;

    fn response(status: u16, header: &str, body: &str) -> Response {
        let mut headers = Headers::default();
        headers.push("X-Amzn-ErrorType", header.to_owned());
        Response { status, reason: vec![], headers, body: body.to_owned().into() }
    }

    #[test]
    fn every_legal_spelling_of_a_type_reads_the_same() {
        for (header, body) in [
            ("", r#"{"__type":"CodeMismatchException"}"#),
            ("", r#"{"__type":"com.amazonaws.cognito#CodeMismatchException"}"#),
            ("CodeMismatchException:http://internal.amazon.com/coral/", "{}"),
            ("", r#"{"code":"CodeMismatchException"}"#),
            ("", r#"{"Output":{"__type":"com.amazon.coral.service#CodeMismatchException"},"Version":"1.0"}"#),
        ] {
            let response = response(400, header, body);
            assert_eq!(
                Answer::read(&response).error_type.as_deref(),
                Some("CodeMismatchException"),
                "{body}"
            );
        }
    }

    #[test]
    fn a_success_has_no_error_type_unless_its_body_says_so() {
        let read = |status, header: &str, body: &str| {
            let response = response(status, header, body);
            Answer::read(&response).summary(&Bindings::default())
        };
        assert_eq!(read(200, "Header", r#"{"code":"Code"}"#), "200");
        assert_eq!(read(200, "Header", "<Root/>"), "200 (XML)");
        assert_eq!(read(200, "", r#"{"__type":"X"}"#), "200 X");
        assert_eq!(read(200, "", r#"{"a":1}"#), "200");
        assert_eq!(read(400, "Header", r#"{"code":"Code"}"#), "400 Code");
        assert_eq!(read(400, "Header", "{}"), "400 Header");
    }

    #[test]
    fn success_is_what_begins_with_a_two() {
        for (status, success) in
            [(199, false), (200, true), (204, true), (299, true), (300, false), (500, false)]
        {
            assert_eq!(Answer::read(&response(status, "", "{}")).is_success(), success, "{status}");
        }
    }

    #[test]
    fn an_answer_is_read_as_it_stands_whatever_its_names_are() {
        // Found by the fuzz target `request_reader`.
        let body = r#"{"$serde_json::private::RawValue":"{}"}"#;
        let response = response(200, "", body);
        let answer = Answer::read(&response);
        assert_eq!(answer.json, Some(json!({ "$serde_json::private::RawValue": "{}" })));
    }

    #[test]
    fn a_message_is_read_under_both_keys_and_told_apart() {
        let read = |body: &str| Answer::read(&response(400, "", body)).message;
        let message = |key, text: &str| Some(ErrorMessage { key, text: text.to_owned() });
        assert_eq!(read(r#"{"message":"a","Message":"b"}"#), message("message", "a"));
        assert_eq!(read(r#"{"Message":"b"}"#), message("Message", "b"));
        assert_eq!(read(r#"{"MESSAGE":"b"}"#), None);
        assert_eq!(read(r#"{"message":1}"#), None);
    }

    #[test]
    fn a_long_text_is_cut_after_so_many_characters_and_escaped() {
        assert_eq!(shorten("abc", 3), "abc");
        assert_eq!(shorten("abcd", 3), "abc…");
        assert_eq!(shorten("\u{1b}", 10), "\\u{1b}");
    }

    #[test]
    fn a_body_that_is_no_error_object_is_named_for_what_it_is() {
        for (body, shown) in [
            ("<!DOCTYPE html><p>", "500 (HTML)"),
            ("", "500 (empty)"),
            ("oops", "500 (not JSON)"),
            (r#"{"__type":"A","n":1e999}"#, "500 (a number out of range)"),
            ("[1]", "500 (JSON, but no object)"),
            ("{\"a\":1}", "500 (no error type)"),
            ("{}", "500"),
            ("  {\"__type\":\"#\"}", "500 (no error type)"),
            ("<html lang=\"en\">", "500 (HTML)"),
            ("oops <html", "500 (HTML)"),
            ("< p>", "500 (XML)"),
            ("<HTML>", "500 (HTML)"),
            ("a <b>", "500 (not JSON)"),
            (" \n", "500 (empty)"),
            ("<Error><Code>x</Code></Error>", "500 Error"),
            ("<?xml version=\"1.0\"", "500 (XML)"),
            ("<?xml version=\"1.0\"?>\n<UnknownOperationException/>", "500 UnknownOperationException"),
        ] {
            let mut response = response(500, "", body);
            response.headers = Headers::default();
            assert_eq!(Answer::read(&response).summary(&Bindings::default()), shown);
        }
    }

    #[test]
    fn a_secret_in_an_error_type_is_neither_shown_nor_cut_to_a_part_that_is() {
        use crate::secret_hash::Secret;
        let bindings =
            Bindings { client_secret: Some(Secret::new("s3cr3t".repeat(9))), ..Bindings::default() };
        for before in 0..60 {
            let body = format!(r#"{{"__type":"{}{}"}}"#, "x".repeat(before), "s3cr3t".repeat(9));
            let summary = Answer::read(&response(400, "", &body)).summary(&bindings);
            assert!(!summary.contains("s3"), "{summary}");
        }
    }
}
