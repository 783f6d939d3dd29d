//! The driver protocol: how Countersign moves an SDK, and how the SDK's driver answers. Knows no cases.
//!
//! A driver is a small program, about 40 lines, in the SDK's language. It reads questions on its standard input and
//! writes answers on its standard output, both as JSON, one object a line. `drivers/README.md` tells how to write one;
//! `drivers/protocol.schema.json` is the schema; `countersign sdk check-driver` tests one.
//!
//! # Lines
//!
//! Every line that the driver means for Countersign starts with [`PREFIX`]; what the SDK has printed before it on the same
//! line is left alone. So are all other lines on its standard output, up to [`NOISE_BYTES_MAX`] bytes a case, and its
//! standard error. A line is at most [`LINE_BYTES_MAX`] bytes long. Questions have no prefix.
//!
//! # Start
//!
//! The driver starts by writing one hello: `@@{"hello": {…}}` with
//!
//! | member | what it says |
//! |---|---|
//! | `protocol` | [`PROTOCOL`] |
//! | `name` | the SDK's name |
//! | `version` | the SDK's version |
//! | `language` | the language, with its version where that matters |
//! | `features` | what the SDK can do, by the names of [`Feature`] |
//! | `members` | the top-level members of the input that it can send; optional, all of them where it is missing |
//!
//! # Calls
//!
//! For each line that it reads, the driver makes a fresh client, calls ConfirmSignUp once, and writes one answer. A
//! question has
//!
//! | member | what it says |
//! |---|---|
//! | `id` | any text; to be echoed as it is |
//! | `endpoint` | the URL that the client is to be given: always as an explicit setting, never by the environment |
//! | `input` | the input as an object. A member that is `null` is to be given as the language's null; one that is missing is not to be given at all |
//! | `undefined` | names of members to be given as the language's `undefined`; a language that has none leaves it alone |
//! | `options.attempts` | the most attempts, or `null`: leave the default |
//! | `options.timeout_ms` | the time for one request, or `null`: leave the default |
//! | `options.credentials` | `none`, or `environment`: there are some in the usual variables. A client that demands to be told may look at it |
//! | `options.client_secret` | the client secret for an SDK that computes `SecretHash`, or `null` |
//!
//! The end of the standard input ends the driver.
//!
//! # Answers
//!
//! An answer is an object with `id`, `outcome` and, by its outcome:
//!
//! | `outcome` | what happened | members |
//! |---|---|---|
//! | `output` | the call succeeded | `output`: what the caller gets, as an object; `request_id` |
//! | `service_error` | the SDK told an error of the service | `code`: its type as the caller sees it, or `null`; `message`; `typed`: whether its class is the one of this error; `class`; `status`; `request_id`; `fields`: its other members |
//! | `client_error` | the SDK told another error, or the language did | `kind`, see [`Kind`]; `class`; `message` |
//! | `unsupported` | the SDK cannot express the case | `reason` |
//! | `driver_error` | the driver itself is at its end | `message` |
//!
//! All members but `id`, `outcome`, `output`, `kind` and `reason` are optional; a missing one says that the SDK does not tell.
//! Other members are left alone. JSON has no NaN; a lone surrogate (`\ud800`) is read as U+FFFD.

use super::case::{Feature, SdkCase};
use super::json::Json;
use super::text::value;
use crate::named::named;
use crate::wire;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;
/// What a line of the driver's starts with.
pub const PREFIX: &[u8] = b"@@";
/// The longest line of a driver's, in bytes.
pub const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How much an SDK may print during one case, in bytes.
pub const NOISE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How much of a line that is none of the protocol's is shown, in bytes.
const LINE_SHOWN_BYTES: usize = 200;

named! {
    /// The kind of an error that the service did not tell.
    Kind {
        /// The SDK refused the input before it sent anything.
        Validation = "validation",
        /// The connection failed.
        Transport = "transport",
        /// The SDK could not read the answer, and says so by an error of its own.
        Parse = "parse",
        /// The SDK gave up waiting.
        Timeout = "timeout",
        /// The SDK wants credentials.
        Auth = "auth",
        /// An error of the language's, not the SDK's: a bare `TypeError`, `SyntaxError`, `AttributeError`.
        Raw = "raw",
    }
}

/// What a driver says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hello {
    /// The version of the protocol.
    pub protocol: u32,
    /// The SDK's name.
    pub name: String,
    /// The SDK's version.
    pub version: String,
    /// The language.
    pub language: String,
    /// What the SDK can do.
    #[serde(default, deserialize_with = "features")]
    pub features: Vec<Feature>,
    /// The top-level members that it can send; `None`: all of them.
    #[serde(default)]
    pub members: Option<Vec<String>>,
}

fn features<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Feature>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    names.iter().map(|name| name.parse().map_err(serde::de::Error::custom)).collect()
}

/// What became of a call, as the driver tells it.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The call succeeded.
    Output {
        /// What the caller gets.
        output: Json,
        /// The request id.
        request_id: Option<String>,
    },
    /// The SDK told an error of the service.
    ServiceError(Box<ServiceError>),
    /// The SDK, or the language, told another error.
    ClientError {
        /// Its kind.
        kind: Kind,
        /// Its class.
        class: String,
        /// Its message.
        message: String,
    },
    /// The SDK cannot express the case.
    Unsupported(String),
    /// The driver itself is at its end.
    DriverError(String),
}

/// An error of the service, as the caller sees it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct ServiceError {
    /// Its type.
    #[serde(deserialize_with = "text_of_any")]
    pub code: Option<String>,
    /// Its message.
    #[serde(deserialize_with = "text_of_any")]
    pub message: Option<String>,
    /// Whether its class is the one of this error.
    pub typed: bool,
    /// Its class.
    pub class: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The request id.
    pub request_id: Option<String>,
    /// Its other members.
    pub fields: Option<BTreeMap<String, Json>>,
}

/// What an SDK hands on where a text belongs may be anything: a text as it is, anything else as JSON.
fn text_of_any<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Json::deserialize(deserializer)? {
        Json::Null => None,
        Json::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

/// A line of a driver's that is none of the protocol's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// It is no JSON object of the wanted form.
    #[error("the driver wrote `{shown}`: {why}")]
    Form {
        /// The start of the line.
        shown: String,
        /// What is wrong.
        why: String,
    },
    /// It is another version of the protocol.
    #[error("the driver speaks protocol `{0}`; this is protocol `{PROTOCOL}`")]
    Version(u32),
}

fn wrong_form(line: &[u8], why: impl fmt::Display) -> ProtocolError {
    // Cut before it is escaped byte by byte: a line may be long.
    let start = line.get(..LINE_SHOWN_BYTES).unwrap_or(line);
    ProtocolError::Form { shown: wire::escape(start), why: value(&why.to_string()) }
}

impl Hello {
    /// Reads the first line of a driver, without its prefix.
    pub fn parse(line: &[u8]) -> Result<Self, ProtocolError> {
        #[derive(Deserialize)]
        struct Line {
            hello: Hello,
        }
        let Line { hello } = serde_json::from_slice(line).map_err(|error| wrong_form(line, error))?;
        if hello.protocol == PROTOCOL { Ok(hello) } else { Err(ProtocolError::Version(hello.protocol)) }
    }
}

impl Outcome {
    /// Reads an answer, without its prefix: the id that it is for, and the outcome.
    pub fn parse(line: &[u8]) -> Result<(String, Self), ProtocolError> {
        #[derive(Deserialize)]
        struct Line {
            id: String,
            outcome: String,
            output: Option<Json>,
            request_id: Option<String>,
            kind: Option<String>,
            class: Option<String>,
            message: Option<Json>,
            reason: Option<String>,
        }
        let mended = mended(line);
        let line = mended.as_ref();
        let read: Line = serde_json::from_slice(line).map_err(|error| wrong_form(line, error))?;
        let message = read.message.map_or_else(String::new, |message| {
            message.text().map_or_else(|| message.to_string(), str::to_owned)
        });
        let missing = |name: &str| wrong_form(line, format!("`{name}` is missing or has another form"));
        let outcome = match read.outcome.as_str() {
            "output" => {
                let output = read.output.filter(|output| matches!(output, Json::Object(_)));
                Self::Output { output: output.ok_or_else(|| missing("output"))?, request_id: read.request_id }
            }
            "service_error" => {
                let error = serde_json::from_slice(line).map_err(|error| wrong_form(line, error))?;
                Self::ServiceError(Box::new(error))
            }
            "client_error" => Self::ClientError {
                kind: read.kind.and_then(|kind| kind.parse().ok()).ok_or_else(|| missing("kind"))?,
                class: read.class.unwrap_or_default(),
                message,
            },
            "unsupported" => Self::Unsupported(read.reason.ok_or_else(|| missing("reason"))?),
            "driver_error" => Self::DriverError(message),
            _ => return Err(wrong_form(line, "`outcome` is none of the protocol's")),
        };
        Ok((read.id, outcome))
    }
}

/// The line with each escaped half of a surrogate pair that stands alone replaced: an SDK hands on what it was
/// answered, and a driver writes that down as it is.
fn mended(line: &[u8]) -> Cow<'_, [u8]> {
    let unit = |at: usize| -> Option<u16> {
        let digits = line.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut out = Cow::Borrowed(line);
    let mut at = 0;
    while let Some(plain) = line.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += plain;
        at += match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                if let Some(digits) = out.to_mut().get_mut(at + 2..at + 6) {
                    digits.copy_from_slice(b"fffd");
                }
                6
            }
            _ => 2,
        };
    }
    out
}

/// The question of a case, as one line.
pub fn question(id: &str, endpoint: &str, case: &SdkCase) -> Result<String, serde_json::Error> {
    #[derive(serde::Serialize)]
    struct Question<'a> {
        id: &'a str,
        endpoint: &'a str,
        input: Box<RawValue>,
        undefined: &'a [String],
        options: Options<'a>,
    }
    #[derive(serde::Serialize)]
    struct Options<'a> {
        attempts: Option<u32>,
        timeout_ms: Option<u128>,
        credentials: &'static str,
        client_secret: Option<&'a str>,
    }
    let options = &case.options;
    serde_json::to_string(&Question {
        id,
        endpoint,
        input: RawValue::from_string(case.input.clone())?,
        undefined: &case.undefined,
        options: Options {
            attempts: options.attempts,
            timeout_ms: options.timeout.map(|limit| limit.as_millis()),
            credentials: options.credentials.name(),
            client_secret: options.client_secret.as_deref(),
        },
    })
}

impl fmt::Display for Outcome {
    /// In short, as a report shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output { output, .. } => write!(f, "output {}", value(&output.to_string())),
            Self::ServiceError(error) => {
                let code = error.code.as_deref().map_or_else(|| "without a type".to_owned(), value);
                write!(f, "service error {code}")?;
                if error.typed {
                    f.write_str(" (typed)")?;
                }
                match &error.message {
                    Some(message) => write!(f, ": `{}`", value(message)),
                    None => f.write_str(", no message"),
                }
            }
            Self::ClientError { kind, class, message } => {
                write!(f, "client error {kind} {}: `{}`", value(class), value(message))
            }
            Self::Unsupported(reason) => write!(f, "unsupported: {}", value(reason)),
            Self::DriverError(message) => write!(f, "driver error: {}", value(message)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_outcome() {
        let (id, outcome) =
            Outcome::parse(br#"{"id":"a","outcome":"service_error","code":"X","message":"m","typed":true}"#)
                .unwrap();
        assert_eq!((id.as_str(), outcome.to_string().as_str()), ("a", "service error X (typed): `m`"));
        let (_, outcome) = Outcome::parse(br#"{"id":"a","outcome":"client_error","kind":"raw"}"#).unwrap();
        assert!(matches!(outcome, Outcome::ClientError { kind: Kind::Raw, .. }));
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced_and_a_whole_one_is_kept() {
        let mend = |text: &str| String::from_utf8(mended(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(mend(r"a\ud800b \ud83c\udf89 \\ud800 \udc00\"), r"a\ufffdb \ud83c\udf89 \\ud800 \ufffd\");
        assert_eq!(mend(r"\ud8"), r"\ud8");
    }

    #[test]
    fn what_is_no_answer_says_why() {
        for line in [
            &b"garbage"[..],
            b"{}",
            br#"{"id":1,"outcome":"output"}"#,
            br#"{"id":"a","outcome":"fine"}"#,
            br#"{"id":"a","outcome":"output","output":[]}"#,
            br#"{"id":"a","outcome":"client_error","kind":"bad luck"}"#,
            br#"{"id":"a","outcome":"unsupported"}"#,
            b"{\"id\":\"\x1b[2J",
        ] {
            let text = Outcome::parse(line).unwrap_err().to_string();
            assert!(text.starts_with("the driver wrote `") && !text.contains('\x1b'), "{text}");
        }
    }

    #[test]
    fn a_hello_of_another_protocol_is_refused() {
        let hello = |text: &str| Hello::parse(text.as_bytes()).map_err(|error| error.to_string());
        let good =
            r#"{"hello":{"protocol":1,"name":"a","version":"1","language":"C","features":["session"]}}"#;
        assert_eq!(hello(good).unwrap().features, [Feature::Session]);
        assert!(hello(&good.replace(":1,", ":2,")).unwrap_err().contains("protocol `2`"));
        assert!(hello(&good.replace("session", "sessions")).unwrap_err().contains("is not one of"));
    }
}
