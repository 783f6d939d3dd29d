//! Reads HAR 1.2: what a browser or a proxy has recorded.
//!
//! Of `log.entries` only those are looked at whose request has an `X-Amz-Target` of ConfirmSignUp. Of these, the following
//! members are read, and all others are passed over, but for `log.creator.name`: a report of Countersign holds placeholders
//! and is refused.
//!
//! | member | what is read |
//! |---|---|
//! | `request.method`, `request.url` | text; of the URL, the path |
//! | `request.headers`, `response.headers` | lists of objects with `name` and `value` |
//! | `request.postData.text` | the body; with `encoding` (or `_encoding`) `"base64"`, in Base64. Without it the body is not known |
//! | `response.status`, `response.statusText` | a status of 0 means that there was no answer |
//! | `response.content.text`, `.encoding`, `.size` | the body, as above; without `text` it is empty where `size` is 0, and not known otherwise |

use super::GradeError;
use crate::report::HAR_CREATOR;
use crate::wire::{Headers, escape};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::cell::Cell;
use std::fmt;

/// More entries are not read.
pub const HAR_ENTRIES_MAX: usize = 100_000;

/// The target of the requests that are looked at.
const TARGET: &[u8] = b"AWSCognitoIdentityProviderService.ConfirmSignUp";

/// A ConfirmSignUp exchange.
#[derive(Debug)]
pub(crate) struct HarEntry {
    /// Its place among all entries, from 0.
    pub(crate) index: usize,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Headers,
    /// The body, where it is known.
    pub(super) body: Option<Vec<u8>>,
    /// The answer, if there was one.
    pub(super) answer: Option<HarAnswer>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct HarAnswer {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) headers: Headers,
    /// The body, where it is known.
    pub(super) body: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Entry {
    request: HarRequest,
    response: HarResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    post_data: Option<Content>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse {
    status: i64,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    headers: Vec<Pair>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    #[serde(alias = "_encoding")]
    encoding: Option<String>,
    size: Option<i64>,
}

/// Reads the ConfirmSignUp exchanges of a HAR file, and says how many entries there are.
pub(crate) fn read_har(bytes: &[u8]) -> Result<(Vec<HarEntry>, usize), GradeError> {
    let progress = Progress::default();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let whole = Har(&progress).deserialize(&mut reader).and_then(|entries| reader.end().map(|()| entries));
    let raw = whole.map_err(|error| GradeError::Entry {
        entry: progress.entries.get(),
        offset: offset_of(bytes, error.line(), error.column()),
        reason: reason(&error),
    })?;
    if progress.is_own_report.get() {
        return Err(GradeError::OwnReport);
    }
    let mut found = Vec::new();
    for (index, raw) in raw.iter().enumerate() {
        let start = raw.get().as_ptr().addr().saturating_sub(bytes.as_ptr().addr());
        let wrong =
            |at: usize, reason: String| GradeError::Entry { entry: index, offset: start + at, reason };
        let read: Entry = match serde_json::from_str(raw.get()) {
            Ok(entry) => entry,
            // What has nothing to do with ConfirmSignUp may have any form.
            Err(_) if !raw.get().contains("ConfirmSignUp") => continue,
            Err(error) => {
                let at = offset_of(raw.get().as_bytes(), error.line(), error.column());
                return Err(wrong(at, reason(&error)));
            }
        };
        let headers = headers(&read.request.headers);
        if headers.first("x-amz-target") == Some(TARGET) {
            found.push(entry(index, read, headers).map_err(|reason| wrong(0, reason))?);
        }
    }
    Ok((found, raw.len()))
}

fn entry(index: usize, read: Entry, headers: Headers) -> Result<HarEntry, String> {
    let Entry { request, response } = read;
    let answer = match u16::try_from(response.status) {
        Ok(status @ 100..=999) => Some(HarAnswer {
            status,
            reason: response.status_text,
            headers: self::headers(&response.headers),
            body: body(response.content.as_ref(), "response.content.text")?,
        }),
        _ => None,
    };
    let body = body(request.post_data.as_ref(), "request.postData.text")?;
    Ok(HarEntry { index, method: request.method, path: path(&request.url), headers, body, answer })
}

fn headers(pairs: &[Pair]) -> Headers {
    let mut headers = Headers::default();
    // HTTP/2's own (`:method`) are no header lines.
    for pair in pairs.iter().filter(|pair| !pair.name.starts_with(':')) {
        headers.push(pair.name.clone(), pair.value.trim().to_owned());
    }
    headers
}

fn body(text: Option<&Content>, what: &str) -> Result<Option<Vec<u8>>, String> {
    let Some(Content { text, encoding, size }) = text else { return Ok(None) };
    let Some(text) = text else { return Ok((*size == Some(0)).then(Vec::new)) };
    match encoding.as_deref() {
        None | Some("" | "utf-8" | "utf8") => Ok(Some(text.as_bytes().to_vec())),
        Some("base64") => {
            STANDARD.decode(text).map(Some).map_err(|error| format!("`{what}` is no Base64: {error}"))
        }
        Some(other) => {
            let other = escape(other.as_bytes());
            Err(format!("`{what}` is encoded as `{other}`; allowed: `base64`, or none"))
        }
    }
}

/// The path of a URL, without its query.
fn path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or("/").to_owned()
}

/// The error without the place in the text, which is told as an offset.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    escape(text.split(" at line ").next().unwrap_or_default().as_bytes())
}

fn offset_of(bytes: &[u8], line: usize, column: usize) -> usize {
    let before: usize =
        bytes.split(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(|line| line.len() + 1).sum();
    (before + column.saturating_sub(1)).min(bytes.len())
}

/// How far the file was read, and what it says of itself.
#[derive(Debug, Default)]
struct Progress {
    entries: Cell<usize>,
    is_own_report: Cell<bool>,
}

/// Who wrote the file.
#[derive(Deserialize)]
struct Creator {
    name: String,
}

/// Reads `{"log": {"entries": […]}}`, counting the entries that are read, so that an error can name the one it is in.
struct Har<'c>(&'c Progress);

/// Which object is open.
#[derive(Clone, Copy)]
enum Level {
    Root,
    Log,
}

struct Object<'c>(&'c Progress, Level);

impl<'de> DeserializeSeed<'de> for Har<'_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(Object(self.0, Level::Root))
    }
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.1 {
            Level::Root => "an object with `log`",
            Level::Log => "an object with `entries`",
        })
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (wanted, mut found) = match self.1 {
            Level::Root => ("log", None),
            Level::Log => ("entries", None),
        };
        while let Some(name) = map.next_key::<String>()? {
            if name == "creator" && matches!(self.1, Level::Log) {
                let creator = map.next_value::<&RawValue>()?;
                let named = serde_json::from_str::<Creator>(creator.get());
                self.0.is_own_report.set(named.is_ok_and(|creator| creator.name == HAR_CREATOR));
            } else if name != wanted {
                map.next_value::<serde::de::IgnoredAny>()?;
            } else if found.is_some() {
                return Err(serde::de::Error::duplicate_field(wanted));
            } else {
                found = Some(match self.1 {
                    Level::Root => map.next_value_seed(Object(self.0, Level::Log))?,
                    Level::Log => map.next_value_seed(Entries(self.0))?,
                });
            }
        }
        found.ok_or_else(|| serde::de::Error::missing_field(wanted))
    }
}

struct Entries<'c>(&'c Progress);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element::<&RawValue>()? {
            entries.push(entry);
            self.0.entries.set(entries.len());
            if entries.len() > HAR_ENTRIES_MAX {
                let text = format!("there are more than {HAR_ENTRIES_MAX} entries");
                return Err(serde::de::Error::custom(text));
            }
        }
        Ok(entries)
    }
}
