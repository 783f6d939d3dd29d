//! Requests that a server gives up on, and how that looks.

use super::form::replaced;
use crate::wire::{Headers, RequestForm, Response};

/// Which requests are too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Bodies of more than this many bytes.
    BodyLongerThan(usize),
    /// Bodies that hold these characters.
    Contains(&'static str),
    /// Bodies that hold one of these characters.
    ContainsAny(&'static [char]),
    /// Bodies with a character beyond the Basic Multilingual Plane.
    HasAstral,
    /// Bodies with more than this many colons: about as many members.
    MembersMoreThan(usize),
    /// Bodies whose root begins with this byte.
    RootBegins(u8),
    /// Bodies that do not begin with `{`.
    RootIsNoObject,
    /// Bodies of white space alone, or of nothing.
    IsBlank,
    /// Bodies that are not JSON.
    IsUnreadable,
    /// A header of this name.
    HasHeader(&'static str),
    /// A content type with parameters.
    HasParameter,
    /// `Content-Type: application/json`.
    IsPlainJson,
}

impl Trigger {
    /// Whether `request` is too much.
    pub fn is_met(self, request: &RequestForm) -> bool {
        let body = &request.body;
        let text = || String::from_utf8_lossy(body);
        let root = body.trim_ascii_start().first();
        match self {
            Self::BodyLongerThan(limit) => body.len() > limit,
            Self::Contains(needle) => text().contains(needle),
            Self::ContainsAny(characters) => text().contains(characters),
            Self::HasAstral => text().chars().any(|c| u32::from(c) > 0xffff),
            Self::MembersMoreThan(limit) => body.split(|byte| *byte == b':').nth(limit + 1).is_some(),
            Self::RootBegins(byte) => root == Some(&byte),
            Self::RootIsNoObject => root != Some(&b'{'),
            Self::IsBlank => root.is_none(),
            Self::IsUnreadable => super::super::json::read(body).is_err(),
            Self::HasHeader(name) => request.headers.first(name).is_some(),
            Self::HasParameter => {
                request.headers.first("Content-Type").is_some_and(|value| value.contains(&b';'))
            }
            Self::IsPlainJson => request
                .headers
                .first("Content-Type")
                .is_some_and(|value| value.eq_ignore_ascii_case(b"application/json")),
        }
    }
}

/// How a server gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collapse {
    /// An HTML page of its web framework, with a stack trace.
    Html(u16),
    /// A JSON error of its own making, with the text of an exception.
    Json(u16),
    /// A status and nothing else.
    Bare(u16),
    /// `SerializationException`, as if the body were no JSON.
    Unreadable,
    /// 200 and `{}`.
    Success,
}

impl Collapse {
    /// The answer.
    pub(super) fn response(self) -> Response {
        let json = "application/x-amz-json-1.1";
        match self {
            Self::Html(status) => {
                let page = "<!DOCTYPE html><html><body><h1>Internal Server Error</h1><pre>Traceback (most recent call \
                            last):\n  File \"server.py\", line 1</pre></body></html>";
                of(status, "text/html; charset=utf-8", page)
            }
            Self::Json(status) => {
                of(status, json, r#"{"__type":"InternalError","message":"unhashable type: 'list'"}"#)
            }
            Self::Bare(status) => replaced(of(status, "", ""), Vec::clear),
            Self::Unreadable => {
                let mut answer = of(400, json, r#"{"__type":"SerializationException"}"#);
                answer.headers.push("x-amzn-ErrorType", "SerializationException:");
                answer
            }
            Self::Success => of(200, json, "{}"),
        }
    }
}

fn of(status: u16, content_type: &'static str, body: &str) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", content_type);
    headers.push("x-amzn-RequestId", "8f0c8f4e-0000-4000-8000-000000000000");
    Response { status, reason: Vec::new(), headers, body: body.to_owned().into() }
}
