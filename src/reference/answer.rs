//! Answers as they go on the wire: status, headers and body, without `Date` and `Content-Length`, which the listener
//! adds. Never knows operations.

use super::refusal::Refusal;
use crate::wire::{Headers, Response};
use bytes::Bytes;

/// The media type of every AWS JSON answer (WIRE-001, WIRE-006; the sample of WIRE-009 is taken for wrong).
pub(super) const AWS_JSON: &str = "application/x-amz-json-1.1";

/// How long `x-amzn-ErrorMessage` may become, in bytes: a value shown in a text can be as long as a body.
const ERROR_MESSAGE_HEADER_BYTES_MAX: usize = 4096;

/// The success of an operation.
pub(super) fn success(body: String, request_id: &str) -> Response {
    response(200, AWS_JSON, body, request_id)
}

/// A refusal: 400, as every recording has it and against the model's `httpError` traits (ERR-001 to ERR-008).
pub(super) fn refusal(refusal: &Refusal, request_id: &str) -> Response {
    let name = refusal.name();
    // WIRE-002: compact, `__type` first.
    let body = match refusal.message() {
        None => format!(r#"{{"__type":"{name}"}}"#),
        Some(message) => {
            format!(r#"{{"__type":"{name}","{}":{}}}"#, refusal.message_member(), quoted(message))
        }
    };
    let mut response = response(400, AWS_JSON, body, request_id);
    // WIRE-001: a colon ends the type.
    response.headers.push("x-amzn-ErrorType", format!("{name}:"));
    if let Some(message) = refusal.message() {
        response.headers.push("x-amzn-ErrorMessage", header_text(message));
    }
    response
}

/// The answer to a method or path that no operation has (SER-042; its status is not printed there).
pub(super) fn not_understood(request_id: &str) -> Response {
    let body = r#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#;
    response(400, "application/json", body.to_owned(), request_id)
}

/// The answer to `Content-Type: application/json` (SER-040). The status is attested at sister services only.
pub(super) fn plain_json_refused(request_id: &str) -> Response {
    let body =
        r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
    response(200, "application/json", body.to_owned(), request_id)
}

/// The answer to every other content type and to none (SER-041).
pub(super) fn content_type_refused(request_id: &str) -> Response {
    response(404, "application/xml", "<UnknownOperationException/>".to_owned(), request_id)
}

/// The answer to a browser's preflight request. That there is one is attested by WIRE-010, its headers are not, but
/// for the maximal age at a sister service.
pub(super) fn preflight(allow_headers: &[u8], request_id: &str) -> Response {
    let mut response = response(200, AWS_JSON, String::new(), request_id);
    response.headers.push("Access-Control-Allow-Methods", "POST");
    response.headers.push("Access-Control-Allow-Headers", allow_headers.to_vec());
    response.headers.push("Access-Control-Max-Age", "172800");
    response
}

/// An answer of the inspection endpoint, which AWS does not have.
pub(super) fn inspection(status: u16, body: String, request_id: &str) -> Response {
    response(status, "application/json", body, request_id)
}

/// `text` as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    // Writing a `str` to a `String` cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}

fn response(status: u16, content_type: &'static str, body: String, request_id: &str) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", content_type);
    headers.push("x-amzn-RequestId", request_id.to_owned());
    // WIRE-007 and WIRE-010. That failures have them too is the kinder of two reports.
    headers.push("Access-Control-Allow-Origin", "*");
    headers
        .push("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
    let reason = match status {
        200 => "OK",
        404 => "Not Found",
        _ => "Bad Request",
    };
    Response { status, reason: reason.into(), headers, body: Bytes::from(body) }
}

/// A message as a header value. How AWS writes what no header can hold is not attested: here everything but printable
/// ASCII becomes `?`, and the value is cut at its limit.
fn header_text(message: &str) -> Vec<u8> {
    message
        .chars()
        .take(ERROR_MESSAGE_HEADER_BYTES_MAX)
        .map(|c| if matches!(c, ' '..='~') { c } else { '?' })
        .collect::<String>()
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_the_97_bytes_of_the_recording() {
        // WIRE-001, WIRE-002.
        let response = refusal(&Refusal::code_expired(), "id");
        assert_eq!(response.status, 400);
        assert_eq!(response.body.len(), 97);
        assert_eq!(response.headers.first("x-amzn-errortype"), Some(&b"ExpiredCodeException:"[..]));
        assert_eq!(
            response.headers.first("x-amzn-errormessage"),
            Some(&b"Invalid code provided, please request a code again."[..])
        );
    }

    #[test]
    fn a_serialization_refusal_spells_message_with_a_capital_or_has_none() {
        // WIRE-005, SER-020.
        let with = refusal(&Refusal::wrong_type("Expected map or null"), "id");
        assert_eq!(
            &with.body[..],
            br#"{"__type":"SerializationException","Message":"Expected map or null"}"#
        );
        let without = refusal(&Refusal::unreadable(), "id");
        assert_eq!(&without.body[..], br#"{"__type":"SerializationException"}"#);
        assert_eq!(without.headers.first("x-amzn-ErrorMessage"), None);
    }

    #[test]
    fn a_message_can_neither_break_out_of_its_header_nor_grow_without_limit() {
        assert_eq!(header_text("a\r\nb\u{e9}\u{1f600}\0c"), b"a??b???c");
        assert_eq!(header_text(&"x".repeat(1 << 20)).len(), ERROR_MESSAGE_HEADER_BYTES_MAX);
    }
}
