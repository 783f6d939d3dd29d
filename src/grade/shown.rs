//! What of a captured request may be shown: nothing that confirms a user, signs a request or names a person.

use super::body::{Kind, Members};
use super::har::HarEntry;
use crate::secret_hash::Secret;
use crate::template::{Bindings, RequestTemplate, Template};
use crate::wire::{Header, Headers};
use serde_json::value::RawValue;

/// The headers whose values are shown.
const SHOWN: [&str; 6] = ["accept", "content-length", "content-type", "host", "user-agent", "x-amz-target"];
/// The headers of answers whose values are not shown.
const NOT_SHOWN: [&str; 4] = ["authorization", "proxy-authenticate", "set-cookie", "set-cookie2"];
/// What stands for a value that is not shown.
const REDACTED: &str = "«redacted»";

/// The values that the answer may repeat, out of a request's body.
pub(super) fn bindings_of(body: &[u8]) -> Bindings {
    let mut bindings = Bindings::default();
    let Ok(Members(members)) = serde_json::from_slice::<Members<'_>>(body) else {
        return bindings;
    };
    for (name, value) in members {
        let Ok(text) = serde_json::from_str::<String>(value.get()) else { continue };
        match plain(&name).as_str() {
            "clientid" => bindings.client_id = text,
            "username" => bindings.username = text,
            "confirmationcode" => bindings.code = Some(Secret::new(text.as_str())),
            // Whatever it is, it is a secret, and an answer that repeats it must not show it.
            "secrethash" | "session" => bindings.superseded_code = Some(Secret::new(text.as_str())),
            _ => {}
        }
    }
    bindings
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The request as a report may show it.
pub(super) fn shown_request(entry: &HarEntry) -> RequestTemplate {
    let header = |name: &[u8], value: &[u8]| {
        let is_shown = SHOWN.iter().any(|shown| name.eq_ignore_ascii_case(shown.as_bytes()));
        let value = if is_shown { value } else { REDACTED.as_bytes() };
        (name.to_vec(), Template::literal(value))
    };
    RequestTemplate::Formed {
        method: entry.method.clone().into_bytes(),
        target: entry.path.clone().into_bytes(),
        headers: entry.headers.iter().map(|it| header(&it.name, &it.value)).collect(),
        body: Template::literal(shown_body(entry.body.as_deref())),
    }
}

/// The headers of an answer as a report may show them; no expectation speaks of those that it may not.
pub(super) fn shown_answer_headers(headers: &Headers) -> Headers {
    let header = |it: &Header| {
        let is_shown = !NOT_SHOWN.iter().any(|hidden| it.name.eq_ignore_ascii_case(hidden.as_bytes()));
        if is_shown { it.clone() } else { Header { value: REDACTED.into(), ..it.clone() } }
    };
    Headers(headers.0.iter().map(header).collect())
}

/// The names and types of the members; values only where they are no text.
fn shown_body(body: Option<&[u8]>) -> String {
    let Some(body) = body else { return "(not in the file)".to_owned() };
    match serde_json::from_slice::<Members<'_>>(body) {
        Ok(members) => shown_object(&members),
        // Where a value begins and ends is not known, so none is shown.
        Err(_) => format!("({} bytes that are no JSON object)", body.len()),
    }
}

fn shown_object(Members(members): &Members<'_>) -> String {
    let shown: Vec<String> = members
        .iter()
        .map(|(name, value)| {
            let name = serde_json::to_string(name).unwrap_or_default();
            format!("{name}:{}", shown_value(&plain(&name), value))
        })
        .collect();
    format!("{{{}}}", shown.join(","))
}

fn shown_value(name: &str, value: &RawValue) -> String {
    match (Kind::of(value), name) {
        (Kind::Null | Kind::True | Kind::False, _) => value.get().to_owned(),
        (Kind::String, "clientid") => "\"${client_id}\"".to_owned(),
        (Kind::String, "username") => "\"${username}\"".to_owned(),
        (Kind::String, "confirmationcode") => "\"${code}\"".to_owned(),
        (Kind::String, "secrethash") => "\"${secret_hash}\"".to_owned(),
        (kind, _) => format!("«{}»", kind.name()),
    }
}
