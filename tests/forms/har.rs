//! The HTTP archive.

use crate::sample::{case, context, failing, run_of, written};
use base64::Engine as _;
use countersign::event::{CaseReport, ExchangeView, Verdict};
use countersign::requirement::Attestation;
use serde_json::Value;

fn entries(exchanges: &[(&str, &str)]) -> Vec<Value> {
    let view = |(request, response): &(&str, &str)| ExchangeView {
        role: "step 1".into(),
        request: (*request).into(),
        response: (*response).into(),
    };
    let report = CaseReport {
        exchanges: exchanges.iter().map(view).collect(),
        ..failing(0, "wrong", "CSU-CODE-001", Attestation::Documented)
    };
    let text = written("har", &run_of(vec![report, case(1, "right", Verdict::Pass)]), &context());
    let archive: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(archive["log"]["version"], "1.2");
    assert_eq!(archive["log"]["pages"].as_array().unwrap().len(), 1, "a pass has no exchange");
    archive["log"]["entries"].as_array().unwrap().clone()
}

#[test]
fn an_exchange_has_its_parts_with_placeholders_for_what_is_bound_late() {
    let request = "POST /a?b=c&d HTTP/1.1\nHost: ${host}\nX-Amz-Target: t\n\n{\"Username\":\"${username}\"}";
    let response = "HTTP/1.1 400 Bad Request\ncontent-type: application/x-amz-json-1.1\nDate: «date»\n\n{\"a\":\"\\\\n\\u{1b}\"}";
    let entry = entries(&[(request, response)]).remove(0);
    assert_eq!(entry["pageref"], "code/wrong");
    assert_eq!(entry["request"]["method"], "POST");
    assert_eq!(entry["request"]["url"], "http://127.0.0.1:0/a?b=c&d");
    assert_eq!(entry["request"]["headers"][0], serde_json::json!({"name": "Host", "value": "${host}"}));
    assert_eq!(entry["request"]["queryString"][1], serde_json::json!({"name": "d", "value": ""}));
    assert_eq!(entry["request"]["postData"]["text"], "{\"Username\":\"${username}\"}");
    assert_eq!(entry["response"]["status"], 400);
    assert_eq!(entry["response"]["statusText"], "Bad Request");
    assert_eq!(entry["response"]["content"]["mimeType"], "application/x-amz-json-1.1");
    // The bytes that came, and not how a report shows them.
    assert_eq!(entry["response"]["content"]["text"], "{\"a\":\"\\n\u{1b}\"}");
    assert_eq!(entry["response"]["content"]["size"], 11);
}

#[test]
fn bytes_that_are_no_text_are_base64() {
    let entry = entries(&[("POST / HTTP/1.1\n\n\\xff${code}", "HTTP/1.1 200\n\n\\xc3\\x28")]).remove(0);
    let decoded =
        |text: &Value| base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap()).unwrap();
    assert_eq!(entry["response"]["content"]["encoding"], "base64");
    assert_eq!(decoded(&entry["response"]["content"]["text"]), b"\xc3\x28");
    assert_eq!(entry["request"]["postData"]["_encoding"], "base64");
    assert_eq!(decoded(&entry["request"]["postData"]["text"]), b"\xff${code}");
}

#[test]
fn what_is_no_message_is_kept_all_the_same() {
    let entry = entries(&[("GET /\\r\\n\\r\\n", "(the connection was closed after 3 bytes)")]).remove(0);
    assert_eq!(entry["response"]["status"], 0);
    assert_eq!(entry["response"]["comment"], "(the connection was closed after 3 bytes)");
    assert_eq!(entry["request"]["postData"]["mimeType"], "message/http");
    assert_eq!(entry["request"]["postData"]["text"], "GET /\r\n\r\n");
}

#[test]
fn a_body_that_was_cut_keeps_its_length() {
    let entry = entries(&[("POST / HTTP/1.1\n\n", "HTTP/1.1 200 OK\n\nabc… (4097 bytes in all)")]).remove(0);
    let content = &entry["response"]["content"];
    assert_eq!((&content["text"], &content["size"]), (&"abc".into(), &4097.into()));
    assert_eq!(content["comment"], "the report holds the start alone of 4097 bytes");
    assert_eq!(entry["request"].get("postData"), None);
}
