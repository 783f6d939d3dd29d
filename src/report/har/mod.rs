//! The exchanges that a report holds as an HTTP archive (HAR 1.2), for the tools that show one.
//!
//! One page for each case, one entry for each exchange: passes have none. Late-bound values stand as placeholders
//! (`${code}`), and values that differ in every answer as tokens (`«date»`), as everywhere in a report. Bytes that are not
//! UTF-8 are Base64 (`content.encoding`; `_encoding` in a request, for which HAR has no member).
//!
//! What a report does not keep is fixed: every `startedDateTime` is the start of 1970, every time 0. An exchange without an
//! answer has the status 0 and says why under `comment`; a request that is no ordinary one has its bytes under `postData`.

mod message;

use super::{CaseRecord, Run, json, printable};
use crate::event::{CaseReport, ExchangeView};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use message::{Message, Start};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The name under `log.creator` of every archive.
pub const HAR_CREATOR: &str = "Countersign";
/// The time of every entry: a report keeps none.
const STARTED: &str = "1970-01-01T00:00:00.000Z";
/// Stands for an endpoint that is no URL of HTTP.
const NO_ENDPOINT: &str = "http://subject.invalid";

/// Writes the archive, one entry a line.
pub fn write_har(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let header = run.header();
    let version = header.map_or("", |header| header.countersign.as_str());
    let endpoint = endpoint(header.map_or("", |header| header.endpoint.as_str()));
    let cases = run.cases();
    let with_exchanges = || cases.iter().filter(|case| !case.report.exchanges.is_empty());
    write!(out, "{{\"log\":{{\"version\":\"1.2\",\"creator\":")?;
    json::value(out, &json!({ "name": HAR_CREATOR,"version": printable::line(version) }))?;
    write!(out, ",\"comment\":\"times are not kept: all are 0\",\"pages\":[")?;
    for (position, CaseRecord { report, .. }) in with_exchanges().enumerate() {
        write!(out, "{}", if position == 0 { "\n" } else { ",\n" })?;
        json::value(out, &page(report))?;
    }
    write!(out, "\n],\"entries\":[")?;
    let entries = with_exchanges()
        .flat_map(|CaseRecord { report, .. }| report.exchanges.iter().map(move |view| (report, view)));
    for (position, (report, view)) in entries.enumerate() {
        write!(out, "{}", if position == 0 { "\n" } else { ",\n" })?;
        json::value(out, &entry(report, view, &endpoint))?;
    }
    writeln!(out, "\n]}}}}")
}

fn page(report: &CaseReport) -> Value {
    json!({
        "startedDateTime": STARTED,
        "id": report.id.as_str(),
        "title": format!("{} ({})", report.id, report.verdict),
        "pageTimings": {},
    })
}

fn entry(report: &CaseReport, view: &ExchangeView, endpoint: &str) -> Value {
    json!({
        "pageref": report.id.as_str(),
        "startedDateTime": STARTED,
        "time": 0,
        "request": request(&view.request, endpoint),
        "response": response(&view.response),
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
        "comment": view.role,
    })
}

fn request(text: &str, endpoint: &str) -> Value {
    let message = Message::read(text);
    let (method, target, version) = match &message.start {
        Start::Request { method, target, version } => (method.as_str(), target.as_str(), version.as_str()),
        Start::Status { .. } | Start::Other => ("", "/", ""),
    };
    let url = format!("{endpoint}{}", encoded(target));
    let mime = message.header("content-type").unwrap_or(match message.start {
        Start::Request { .. } => "application/octet-stream",
        Start::Status { .. } | Start::Other => "message/http",
    });
    let mut request = json!({
        "method": method,
        "url": url,
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&message),
        "queryString": query(target),
        "headersSize": -1,
        "bodySize": size(&message),
    });
    if !message.body.is_empty()
        && let Some(object) = request.as_object_mut()
    {
        let body = body(&message.body, "_encoding", mime);
        object.insert("postData".to_owned(), body);
        if let Some(bytes) = message.bytes_in_all {
            object.insert("comment".to_owned(), cut(bytes).into());
        }
    }
    request
}

fn response(text: &str) -> Value {
    let message = Message::read(text);
    let Start::Status { code, reason, version } = &message.start else {
        return json!({
            "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [],
            "content": { "size": 0, "mimeType": "x-unknown" },
            "redirectURL": "", "headersSize": -1, "bodySize": -1,
            "comment": text,
        });
    };
    let mime = message.header("content-type").unwrap_or("x-unknown");
    let mut content = body(&message.body, "encoding", mime);
    if let Some(object) = content.as_object_mut() {
        object.insert("size".to_owned(), size(&message).into());
        if let Some(bytes) = message.bytes_in_all {
            object.insert("comment".to_owned(), cut(bytes).into());
        }
    }
    json!({
        "status": code,
        "statusText": reason,
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&message),
        "content": content,
        "redirectURL": message.header("location").unwrap_or(""),
        "headersSize": -1,
        "bodySize": -1,
    })
}

fn headers(message: &Message) -> Vec<Value> {
    message.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// `bytes` as text, or as Base64 with `encoding_member` where they are not UTF-8.
fn body(bytes: &[u8], encoding_member: &str, mime: &str) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "mimeType": mime, "text": text }),
        Err(_) => json!({ "mimeType": mime, "text": STANDARD.encode(bytes), encoding_member: "base64" }),
    }
}

fn size(message: &Message) -> u64 {
    message.bytes_in_all.unwrap_or(u64::try_from(message.body.len()).unwrap_or(u64::MAX))
}

fn cut(bytes: u64) -> String {
    format!("the report holds the start alone of {bytes} bytes")
}

/// The endpoint as the start of a URL.
fn endpoint(text: &str) -> String {
    let is_http =
        ["http://", "https://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    let is_clean = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-_~[]".contains(&byte));
    if is_http && is_clean { text.trim_end_matches('/').to_owned() } else { NO_ENDPOINT.to_owned() }
}

/// The request target as the rest of a URL.
fn encoded(target: &str) -> String {
    let mut out = String::new();
    if !target.starts_with('/') {
        out.push('/');
    }
    for byte in target.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?@!&'()*+,;=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn query(target: &str) -> Vec<Value> {
    let Some((_, query)) = target.split_once('?') else { return Vec::new() };
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        json!({ "name": name, "value": value })
    };
    query.split('&').map(pair).collect()
}
