//! Requests that are read in another way: what a lenient dispatcher or a lenient parser makes of them.

use super::super::json;
use crate::wire::{Headers, RequestForm};
use bytes::Bytes;
use std::collections::BTreeMap;

/// The members that a request needs.
const NEEDED: [&str; 3] = ["ClientId", "Username", "ConfirmationCode"];

/// What a faulty reader remembers between requests.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Memory {
    members: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// How a request is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Whatever the method, it is taken for POST.
    AnyMethod,
    /// This method is taken for POST.
    AsPost(&'static str),
    /// Whatever the path, it is taken for `/`.
    AnyPath,
    /// Whatever the content type, it is taken for the right one.
    AnyContentType,
    /// `application/json` is taken for the right content type.
    PlainJsonToo,
    /// Every `application/x-amz-json-…` is taken for the right content type.
    AmzJsonOfAnyVersion,
    /// The operation is what stands after the last dot, whatever the service.
    TargetOfAnyService,
    /// The case of the target does not matter.
    TargetInAnyCase,
    /// A request without a target is a ConfirmSignUp.
    TargetByDefault,
    /// A target that begins with the right one is the right one.
    TargetByPrefix,
    /// Header names have to be written as the SDKs write them.
    HeaderNamesInOneCase,
    /// A body that is not JSON is taken for `{}`.
    UnreadableIsEmpty,
    /// A body that breaks off is closed.
    TruncatedIsClosed,
    /// A backslash before a character that needs none is dropped.
    AnyEscape,
    /// A comma that is missing between two members is put there.
    CommaIsAdded,
    /// A colon that is missing after a name is put there.
    ColonIsAdded,
    /// A form is read as the members that it names.
    FormIsRead,
    /// Numbers are taken for their text.
    NumberIsText,
    /// An object where a string should be is taken for its first value.
    ObjectIsItsValue,
    /// A string where the map should be is taken for an empty map.
    MetadataOfAnyType,
    /// `\u` escapes are not understood and stand for themselves.
    UnicodeEscapeIsText,
    /// The halves of a surrogate pair are taken for a replacement character each.
    SurrogatesApart,
    /// A member that is missing is taken from the request before.
    MissingFromBefore,
    /// A query behind the path is not looked at.
    WithoutQuery,
    /// A byte order mark before a body is not looked at.
    WithoutMark,
    /// What follows the root of a body is not looked at.
    WithoutRest,
    /// Commas before a closing bracket are not looked at.
    WithoutLastComma,
    /// Bytes that are no UTF-8 are taken for replacement characters.
    AnyBytes,
    /// A body is written over the one before, the end of which is left.
    TailOfBefore,
}

impl Reading {
    /// The request as it is read.
    pub(super) fn read(self, memory: &mut Memory, request: &RequestForm) -> RequestForm {
        let mut read = request.clone();
        match self {
            Self::AnyMethod => read.method = "POST".into(),
            Self::AsPost(method) if read.method == method.as_bytes() => read.method = "POST".into(),
            Self::AsPost(_) => {}
            Self::AnyPath => read.target = "/".into(),
            Self::WithoutQuery => read
                .target
                .truncate(read.target.iter().position(|byte| *byte == b'?').unwrap_or(read.target.len())),
            Self::AnyContentType
            | Self::PlainJsonToo
            | Self::AmzJsonOfAnyVersion
            | Self::TargetOfAnyService
            | Self::TargetInAnyCase
            | Self::TargetByDefault
            | Self::TargetByPrefix
            | Self::HeaderNamesInOneCase => self.read_headers(&mut read.headers),
            Self::MissingFromBefore => fill(memory, &mut read.body),
            Self::TailOfBefore => overwrite(memory, &mut read.body),
            _ => {
                if let Some(body) = self.read_body(&read.body) {
                    read.body = Bytes::from(body);
                }
            }
        }
        read
    }

    fn read_headers(self, headers: &mut Headers) {
        let right_type = "application/x-amz-json-1.1";
        let right_target = "AWSCognitoIdentityProviderService.ConfirmSignUp";
        let content_type = headers.first("Content-Type").map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
        let target =
            headers.first("X-Amz-Target").map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let (name, value, is_taken) = match self {
            Self::PlainJsonToo => ("Content-Type", right_type, content_type == b"application/json"),
            Self::AmzJsonOfAnyVersion => {
                ("Content-Type", right_type, content_type.starts_with(b"application/x-amz-json-"))
            }
            Self::TargetOfAnyService => {
                ("X-Amz-Target", right_target, target.rsplit('.').next() == Some("ConfirmSignUp"))
            }
            Self::TargetInAnyCase => {
                ("X-Amz-Target", right_target, target.eq_ignore_ascii_case(right_target))
            }
            Self::TargetByDefault => ("X-Amz-Target", right_target, target.is_empty()),
            Self::TargetByPrefix => ("X-Amz-Target", right_target, target.starts_with(right_target)),
            Self::HeaderNamesInOneCase => {
                headers.0.retain(|header| {
                    !header.name.eq_ignore_ascii_case(b"X-Amz-Target") || header.name == "X-Amz-Target"
                });
                return;
            }
            _ => ("Content-Type", right_type, true),
        };
        if is_taken {
            headers.0.retain(|header| !header.name.eq_ignore_ascii_case(name.as_bytes()));
            headers.push(name, value);
        }
    }

    /// The body as it is read, where that is not as it is.
    fn read_body(self, body: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::WithoutMark => return body.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec),
            Self::AnyBytes => return Some(String::from_utf8_lossy(body).into_owned().into_bytes()),
            Self::WithoutRest => {
                let mut values =
                    serde_json::Deserializer::from_slice(body).into_iter::<serde::de::IgnoredAny>();
                values.next()?.ok()?;
                return body.get(..values.byte_offset()).map(<[u8]>::to_vec);
            }
            _ => {}
        }
        let is_unreadable = json::read(body).is_err();
        let text = std::str::from_utf8(body).ok();
        let changed = match self {
            Self::UnreadableIsEmpty => return is_unreadable.then(|| b"{}".to_vec()),
            Self::TruncatedIsClosed if is_unreadable => closed(text?),
            Self::AnyEscape if is_unreadable => without_needless_escapes(text?),
            Self::CommaIsAdded if is_unreadable => {
                text?.replace("\"\"", "\",\"").replace("\" \"", "\",\"").replace("\"\n\"", "\",\"")
            }
            Self::ColonIsAdded if is_unreadable => text?.replace("\" \"", "\":\""),
            Self::WithoutLastComma if is_unreadable => text?.replace(",}", "}").replace(",]", "]"),
            Self::FormIsRead if is_unreadable => form(text?)?,
            Self::UnicodeEscapeIsText => text?.replace("\\u", "\\\\u"),
            Self::SurrogatesApart => apart(text?),
            Self::NumberIsText | Self::ObjectIsItsValue | Self::MetadataOfAnyType => {
                let mut value: serde_json::Value = serde_json::from_slice(body).ok()?;
                self.coerce(value.as_object_mut()?);
                value.to_string()
            }
            _ => return None,
        };
        Some(changed.into_bytes())
    }

    fn coerce(self, members: &mut serde_json::Map<String, serde_json::Value>) {
        use serde_json::{Value, json};
        for (name, value) in members.iter_mut() {
            let is_text = matches!(
                name.as_str(),
                "ClientId" | "Username" | "ConfirmationCode" | "SecretHash" | "Session"
            );
            match (self, &*value) {
                (Self::NumberIsText, Value::Number(number)) if is_text => *value = json!(number.to_string()),
                (Self::ObjectIsItsValue, Value::Object(inner)) if is_text => {
                    *value = inner.values().next().cloned().unwrap_or(json!(""));
                }
                (Self::MetadataOfAnyType, Value::String(_)) if name == "ClientMetadata" => *value = json!({}),
                _ => {}
            }
        }
    }
}

/// Fills in what is missing in `body` from the request before.
fn fill(memory: &mut Memory, body: &mut Bytes) {
    let Ok(serde_json::Value::Object(mut members)) = serde_json::from_slice(body) else {
        return;
    };
    for name in NEEDED {
        match members.get(name).and_then(serde_json::Value::as_str) {
            Some(text) => {
                memory.members.insert(name.to_owned(), text.to_owned());
            }
            None if members.contains_key(name) => {}
            None => {
                if let Some(text) = memory.members.get(name) {
                    members.insert(name.to_owned(), text.as_str().into());
                }
            }
        }
    }
    *body = Bytes::from(serde_json::Value::Object(members).to_string());
}

/// Writes `body` over the one before.
fn overwrite(memory: &mut Memory, body: &mut Bytes) {
    let tail = memory.body.get(body.len()..).unwrap_or_default();
    let whole = [body, tail].concat();
    memory.body.clone_from(&whole);
    *body = Bytes::from(whole);
}

/// `text` with every string, list and object closed that is open at its end.
fn closed(text: &str) -> String {
    let (mut open, mut in_string, mut is_escaped) = (Vec::new(), false, false);
    for c in text.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if in_string => is_escaped = true,
            '"' => in_string = !in_string,
            '{' if !in_string => open.push('}'),
            '[' if !in_string => open.push(']'),
            '}' | ']' if !in_string => {
                open.pop();
            }
            _ => {}
        }
    }
    let quote = if in_string { "\"" } else { "" };
    let trimmed = text.trim_end_matches([',', ' ']);
    format!("{trimmed}{quote}{}", open.into_iter().rev().collect::<String>())
}

/// `text` without the backslashes that begin no escape.
fn without_needless_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let is_needed = characters.peek().is_some_and(|next| "\"\\/bfnrt".contains(*next));
        if c != '\\' {
            out.push(c);
        } else if is_needed {
            out.push(c);
            out.extend(characters.next());
        }
    }
    out
}

/// `text` with a replacement character for each surrogate escape.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let is_surrogate = escape.get(2..3).is_some_and(|digit| digit.eq_ignore_ascii_case("d"))
            && escape.get(3..4).is_some_and(|digit| "89abcdefABCDEF".contains(digit));
        let length = if escape.len() >= 6 && escape.is_char_boundary(6) { 6 } else { 2 };
        let (escape, after) = escape.split_at(length);
        out.push_str(if is_surrogate { "\u{fffd}" } else { escape });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A form as the JSON of its members.
fn form(text: &str) -> Option<String> {
    let mut members = serde_json::Map::new();
    for field in text.split('&') {
        let (name, value) = field.split_once('=')?;
        members.insert(name.to_owned(), value.into());
    }
    Some(serde_json::Value::Object(members).to_string())
}
