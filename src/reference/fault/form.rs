//! Answers that are written in another way.

use crate::wire::{Header, Response};
use serde_json::{Map, Value};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Errors have this content type; none where it is empty.
    ErrorContentType(&'static str),
    /// Successes have this content type; none where it is empty.
    SuccessContentType(&'static str),
    /// Errors of this type (all, where it is empty) have this status.
    ErrorStatus(&'static str, u16),
    /// Successes have this status.
    SuccessStatus(u16),
    /// Successes have this body.
    SuccessBody(&'static str),
    /// Every success opens a session, which is this text.
    Session(&'static str),
    /// No success opens a session.
    NoSession,
    /// There is no header of this name.
    NoHeader(&'static str),
    /// The header of this name has this value.
    Header(&'static str, &'static str),
    /// The header of this name comes twice.
    HeaderTwice(&'static str),
    /// `__type` and the header begin with this text.
    TypeBegins(&'static str),
    /// The header alone begins with this text.
    HeaderTypeBegins(&'static str),
    /// The error type stands under this name.
    TypeUnder(&'static str),
    /// The message stands under this name.
    MessageUnder(&'static str),
    /// The message stands under both of its names.
    MessageUnderBoth,
    /// The message is a list with the text.
    MessageIsList,
    /// Errors stand in an object under this name.
    ErrorUnder(&'static str),
    /// Errors stand in a list.
    ErrorInList,
    /// Errors are XML.
    ErrorIsXml,
    /// Errors are plain text.
    ErrorIsText,
    /// Errors have no body.
    ErrorIsEmpty,
    /// An error of the first type is one of the second.
    Renamed(&'static str, &'static str),
    /// An error with the first text has the second; none where it is empty.
    Reworded(&'static str, &'static str),
    /// An error with this text (first) has this type and this text.
    Mistaken(&'static str, &'static str, &'static str),
    /// `SerializationException` without a text has this one.
    UnreadableSays(&'static str),
}

/// Applies `change` to the header lines.
pub(super) fn replaced(mut answer: Response, change: impl FnOnce(&mut Vec<Header>)) -> Response {
    change(&mut answer.headers.0);
    answer
}

fn set(answer: Response, name: &str, value: &str) -> Response {
    replaced(answer, |lines| {
        lines.retain(|line| !line.name.eq_ignore_ascii_case(name.as_bytes()));
        if !value.is_empty() {
            lines.push(Header { name: name.to_owned().into(), value: value.to_owned().into() });
        }
    })
}

impl Form {
    /// `answer` as it is written.
    pub(super) fn write(self, answer: Response) -> Response {
        if answer.status == 200 { self.write_success(answer) } else { self.write_error(answer) }
    }

    fn write_success(self, mut answer: Response) -> Response {
        let has_session = answer.body.starts_with(br#"{"Session""#);
        match self {
            Self::SuccessContentType(value) => set(answer, "Content-Type", value),
            Self::SuccessStatus(status) => Response { status, ..answer },
            Self::SuccessBody(body) => {
                answer.body = body.into();
                answer
            }
            Self::Session(text) if has_session => {
                answer.body = format!(r#"{{"Session":"{text}"}}"#).into();
                answer
            }
            Self::NoSession => {
                answer.body = "{}".into();
                answer
            }
            _ => self.write_any(answer),
        }
    }

    fn write_any(self, answer: Response) -> Response {
        match self {
            Self::NoHeader(name) => set(answer, name, ""),
            Self::Header(name, value) if answer.headers.first(name).is_some() => set(answer, name, value),
            Self::HeaderTwice(name) => replaced(answer, |lines| {
                let line = lines.iter().find(|line| line.name.eq_ignore_ascii_case(name.as_bytes())).cloned();
                lines.extend(line);
            }),
            _ => answer,
        }
    }

    fn write_error(self, answer: Response) -> Response {
        let Ok(Value::Object(error)) = serde_json::from_slice::<Value>(&answer.body) else {
            return self.write_any(answer);
        };
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = text("__type");
        let message = text(if error.contains_key("Message") { "Message" } else { "message" });
        match self {
            Self::ErrorContentType(value) => set(answer, "Content-Type", value),
            Self::ErrorStatus(of, status) if of.is_empty() || of == name => Response { status, ..answer },
            Self::TypeBegins(start) => {
                typed(set(answer, "x-amzn-ErrorType", ""), &error, &format!("{start}{name}"), &message)
            }
            Self::HeaderTypeBegins(start) => set(answer, "x-amzn-ErrorType", &format!("{start}{name}")),
            Self::Renamed(from, to) if from == name => typed(answer, &error, to, &message),
            Self::Reworded(from, to) if from == message => typed(answer, &error, &name, to),
            Self::Mistaken(of, name, says) if message.starts_with(of) => typed(answer, &error, name, says),
            Self::UnreadableSays(says) if name == "SerializationException" && message.is_empty() => {
                typed(answer, &error, &name, says)
            }
            Self::ErrorIsXml => body(
                set(answer, "Content-Type", "text/xml"),
                &format!(
                    "<ErrorResponse><Error><Code>{name}</Code><Message>{message}</Message></Error></ErrorResponse>"
                ),
            ),
            Self::ErrorIsText => body(answer, &format!("{name}: {message}")),
            Self::ErrorIsEmpty => body(answer, ""),
            _ => self.write_members(answer, error, &message),
        }
    }

    fn write_members(self, answer: Response, mut error: Map<String, Value>, message: &str) -> Response {
        let rename = |error: &mut Map<String, Value>, from: &str, to: &str| {
            if let Some(value) = error.shift_remove(from) {
                error.insert(to.to_owned(), value);
            }
        };
        match self {
            Self::TypeUnder(name) => rename(&mut error, "__type", name),
            Self::MessageUnder(name) => rename(&mut error, "message", name),
            Self::MessageUnderBoth if error.contains_key("message") => {
                error.insert("Message".to_owned(), message.into());
            }
            Self::MessageIsList if error.contains_key("message") => {
                error.insert("message".to_owned(), vec![message].into());
            }
            Self::ErrorUnder(name) => return body(answer, &serde_json::json!({ name: error }).to_string()),
            Self::ErrorInList => return body(answer, &serde_json::json!([error]).to_string()),
            _ => return self.write_any(answer),
        }
        body(answer, &Value::Object(error).to_string())
    }
}

fn body(mut answer: Response, body: &str) -> Response {
    answer.body = body.to_owned().into();
    answer
}

/// `answer` with another type and message, in body and headers.
pub(super) fn typed(answer: Response, error: &Map<String, Value>, name: &str, message: &str) -> Response {
    let key = if error.contains_key("Message") || name.ends_with("SerializationException") {
        "Message"
    } else {
        "message"
    };
    let mut members = Map::new();
    members.insert("__type".to_owned(), name.into());
    if !message.is_empty() {
        members.insert(key.to_owned(), message.into());
    }
    let short = name.rsplit('#').next().unwrap_or(name);
    let answer = set(answer, "x-amzn-ErrorType", &format!("{short}:"));
    let shown: String =
        message.chars().take(4096).map(|c| if matches!(c, ' '..='~') { c } else { '?' }).collect();
    body(set(answer, "x-amzn-ErrorMessage", &shown), &Value::Object(members).to_string())
}
