//! The benign variants.

use super::benign::{Difference, Variant};
use crate::reference::{CodeSlip, Collapse, Fault, HashSlip, Laxity, Member, Reading, Slip, Trigger};
use crate::wire::{Header, Request, Response};
use serde_json::{Map, Value};

/// The texts that AWS has been seen to use in place of the reference server's.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("User cannot be confirmed. Current status is ", "User cannot be confirm. Current status is "),
    ("An account with the email already exists.", "An account with the given email already exists."),
    (
        " is configured with secret but SECRET_HASH was not received",
        " is configured for secret but secret was not received",
    ),
];

const fn server(name: &'static str, fault: Fault) -> Variant {
    Variant { name, what: "", since: "", site: Difference::Server(fault) }
}

const fn answer(name: &'static str, write: fn(&Request, &mut Response)) -> Variant {
    Variant { name, what: "", since: "", site: Difference::Answer(write) }
}

impl Variant {
    const fn does(self, what: &'static str, since: &'static str) -> Self {
        Self { what, since, ..self }
    }
}

/// All of them.
pub(super) fn all() -> Vec<Variant> {
    [ANSWERS, READINGS, DECISIONS].concat()
}

const ANSWERS: &[Variant] = &[
    answer("other-words", other_words)
        .does("older texts that AWS has used as well", "SEM-007, SEM-012, SEM-031"),
    answer("violations-reversed", violations_reversed).does("violations are listed backwards", "VAL-012"),
    answer("values-shown", values_shown).does("validation texts show sensitive values", "VAL-013"),
    answer("pretty", pretty)
        .does("bodies are printed over several lines", "RFC 8259 §2; WIRE-002 is inferred to be compact"),
    answer("escaped", escaped).does("texts are written in `\\u` escapes", "RFC 8259 §7"),
    answer("type-last", type_last).does("`__type` stands last", "RFC 8259 §4: objects have no order"),
    answer("more-headers", more_headers).does("headers that nobody asked for", "RFC 9110 §5.1"),
    answer("lower-case-headers", lower_case_headers).does("header names in lower case", "RFC 9110 §5.1"),
    answer("headers-reversed", |_, answer| answer.headers.0.reverse())
        .does("headers in another order", "RFC 9110 §5.3"),
    answer("type-url", type_url).does("x-amzn-ErrorType has a URL behind the colon", "WIRE-011"),
    answer("type-bare", type_bare).does("x-amzn-ErrorType has no colon", "WIRE-011"),
    answer("chunked", chunked).does("bodies come in chunks, without a Content-Length", "RFC 9112 §7.1"),
    answer("closed", |_, answer| answer.headers.push("Connection", "close"))
        .does("the connection is closed after each answer, and said to be", "RFC 9112 §9.6; moto 5.2.5"),
    answer("http-server", |_, answer| answer.reason = b"Whatever".to_vec())
        .does("another reason phrase", "RFC 9112 §4: it says nothing"),
    answer("success-without-body", success_without_body).does("a success has no body at all", "WIRE-012"),
    answer("session-of-4096", session_of_4096).does("a Session of 4096 characters", "SCH-021"),
    answer("session-of-20", session_of_20).does("a Session of 20 characters", "SCH-021"),
];

const READINGS: &[Variant] = &[
    server("space-of-unicode", Fault::Constraint(Member::ConfirmationCode, Laxity::SpacesOfUnicode))
        .does("`\\S` takes no white space of Unicode either", "CSU-PATTERN-005"),
    server("words-of-every-script", Fault::Constraint(Member::ClientId, Laxity::WordsOfEveryScript))
        .does("`\\w` takes the letters of every script", "CSU-PATTERN-005"),
    server("username-in-utf-16", Fault::Constraint(Member::Username, Laxity::InUtf16Units))
        .does("the length of Username is counted in UTF-16 code units", "VAL-020"),
    server("code-in-utf-16", Fault::Constraint(Member::ConfirmationCode, Laxity::InUtf16Units))
        .does("the length of ConfirmationCode is counted in UTF-16 code units", "VAL-020"),
    server("metadata-in-utf-16", Fault::Constraint(Member::MetadataValue, Laxity::InUtf16Units))
        .does("the length of a metadata value is counted in UTF-16 code units", "VAL-020"),
    server("username-in-bytes", Fault::Constraint(Member::Username, Laxity::InBytes))
        .does("the length of Username is counted in bytes", "VAL-020"),
    server("session-of-2048", Fault::Constraint(Member::Session, Laxity::Greatest(2048)))
        .does("a Session has at most 2048 characters, as in older revisions", "SCH-019"),
    server("byte-order-mark", Fault::Reading(Reading::WithoutMark))
        .does("a byte order mark is skipped", "SER-024; ministack 1.5.33"),
    server("rest-ignored", Fault::Reading(Reading::WithoutRest))
        .does("what follows the root of a body is not looked at", "SER-024"),
    server("any-bytes", Fault::Reading(Reading::AnyBytes))
        .does("invalid UTF-8 becomes replacement characters", "SER-024; cognito-local 5.3.0"),
    server("last-comma", Fault::Reading(Reading::WithoutLastComma))
        .does("trailing commas are accepted", "CSU-JSON-003 is inferred"),
    server("query", Fault::Reading(Reading::WithoutQuery))
        .does("a query behind the path is not looked at", "CSU-DISPATCH-004"),
    server("no-parameters", Fault::Chokes(Trigger::HasParameter, Collapse::Unreadable))
        .does("a content type with parameters is refused", "SER-043"),
    server("no-authorization", Fault::Chokes(Trigger::HasHeader("Authorization"), Collapse::Json(400)))
        .does("an Authorization header is refused", "CSU-AUTH-003; ministack 1.5.33 with AUTH=true"),
    server("body-of-1-mb", Fault::Chokes(Trigger::BodyLongerThan(1_000_000), Collapse::Bare(413)))
        .does("a body of more than a megabyte is answered 413", "CSU-LENGTH-016"),
];

const DECISIONS: &[Variant] = &[
    server("locked-after-5", Fault::Code(CodeSlip::LockedAfter(5)))
        .does("five wrong codes lock the user out", "SEM-017"),
    server("hidden-as-expired", Fault::Slip(Slip::AbsenceIsExpiry))
        .does("an unknown user's code is an expired one where that is hidden", "SEM-004"),
    server("disabled", Fault::Slip(Slip::DisabledIsWelcome)).does("a disabled user is confirmed", "SEM-009"),
    server("sub", Fault::Slip(Slip::SubIsNoName)).does("the `sub` is no username", "SEM-036; moto 5.2.5"),
    server("hash-unneeded", Fault::Hash(HashSlip::UnneededRefused))
        .does("a SecretHash that is not needed is refused", "SEM-016; ministack 1.5.33 with AUTH=true"),
];

/// Another body, and its length where one is told.
fn set_body(answer: &mut Response, body: String) {
    for line in &mut answer.headers.0 {
        if line.name.eq_ignore_ascii_case(b"Content-Length") {
            line.value = body.len().to_string().into();
        }
    }
    answer.body = body.into();
}

/// Another value of a header that is there.
fn set_header(answer: &mut Response, name: &str, change: impl Fn(&str) -> String) {
    for line in &mut answer.headers.0 {
        if line.name.eq_ignore_ascii_case(name.as_bytes()) {
            line.value = change(&String::from_utf8_lossy(&line.value)).into();
        }
    }
}

fn object(answer: &Response) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    }
}

/// Another message, in body and header.
fn reword(answer: &mut Response, change: &dyn Fn(&str) -> String) {
    let Some(mut members) = object(answer) else { return };
    if let Some(Value::String(text)) = members.get_mut("message") {
        *text = change(text);
        set_body(answer, Value::Object(members).to_string());
        set_header(answer, "x-amzn-ErrorMessage", change);
    }
}

fn other_words(_: &Request, answer: &mut Response) {
    reword(answer, &|text| {
        OTHER_WORDS.iter().fold(text.to_owned(), |text, (usual, other)| text.replace(usual, other))
    });
}

fn violations_reversed(_: &Request, answer: &mut Response) {
    reword(answer, &|text| match text.split_once(" detected: ") {
        Some((count, list)) if !list.contains("Value '") => {
            let items: Vec<&str> = list.split("; ").collect();
            format!("{count} detected: {}", items.into_iter().rev().collect::<Vec<_>>().join("; "))
        }
        _ => text.to_owned(),
    });
}

fn values_shown(_: &Request, answer: &mut Response) {
    reword(answer, &|text| text.replace("Value at '", "Value 'some value' at '"));
}

fn pretty(_: &Request, answer: &mut Response) {
    if let Some(members) = object(answer)
        && let Ok(body) = serde_json::to_string_pretty(&members)
    {
        set_body(answer, format!("{body}\n"));
    }
}

fn escaped(_: &Request, answer: &mut Response) {
    let Some(members) = object(answer) else { return };
    let escape = |text: &str| -> String {
        let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        units.concat()
    };
    let member = |(name, value): (&String, &Value)| match value {
        Value::String(text) => format!("\"{}\":\"{}\"", escape(name), escape(text)),
        other => format!("\"{}\":{other}", escape(name)),
    };
    let body = members.iter().map(member).collect::<Vec<_>>().join(",");
    set_body(answer, format!("{{{body}}}"));
}

fn type_last(_: &Request, answer: &mut Response) {
    let Some(mut members) = object(answer) else { return };
    if let Some(name) = members.shift_remove("__type") {
        members.insert("__type".to_owned(), name);
        set_body(answer, Value::Object(members).to_string());
    }
}

fn more_headers(_: &Request, answer: &mut Response) {
    for (name, value) in [
        ("Date", "Tue, 24 Nov 2026 00:00:00 GMT"),
        ("Server", "Server"),
        ("X-Powered-By", "Express"),
        ("ETag", "W/\"2-vyGp6PvFo4RvsFtPoIWeCReyIC8\""),
        ("Set-Cookie", "a=b"),
        ("Set-Cookie", "c=d"),
        ("x-amz-id-2", "grhJMjWO"),
        ("X-Empty", ""),
    ] {
        answer.headers.push(name, value);
    }
}

fn lower_case_headers(_: &Request, answer: &mut Response) {
    for Header { name, .. } in &mut answer.headers.0 {
        *name = name.to_ascii_lowercase().into();
    }
}

fn type_url(_: &Request, answer: &mut Response) {
    set_header(answer, "x-amzn-ErrorType", |name| {
        format!("{name}http://internal.amazon.com/coral/com.amazonaws.cognito/")
    });
}

fn type_bare(_: &Request, answer: &mut Response) {
    set_header(answer, "x-amzn-ErrorType", |name| name.trim_end_matches(':').to_owned());
}

fn chunked(_: &Request, answer: &mut Response) {
    answer.headers.0.retain(|line| !line.name.eq_ignore_ascii_case(b"Content-Length"));
    answer.headers.push("Transfer-Encoding", "chunked");
}

fn success_without_body(_: &Request, answer: &mut Response) {
    if answer.status == 200 && &answer.body[..] == b"{}" {
        set_body(answer, String::new());
    }
}

fn with_session(answer: &mut Response, length: usize) {
    if answer.status == 200 && answer.body.starts_with(b"{\"Session\"") {
        set_body(answer, format!("{{\"Session\":\"{}\"}}", "A".repeat(length)));
    }
}

fn session_of_4096(_: &Request, answer: &mut Response) {
    with_session(answer, 4096);
}

fn session_of_20(_: &Request, answer: &mut Response) {
    with_session(answer, 20);
}
