//! Replaces what differs from run to run by tokens, so that two runs against the same subject read alike.
//!
//! A value that can be told apart from others keeps its identity: within one case, equal values have equal tokens and
//! different ones different tokens (`[request-id-1]`, `[request-id-2]`), numbered as they come. Numbers start anew with
//! every case, so that a case more or less in a file never renumbers the others, and a run of one case alone compares
//! with its entry. Times and dates have one token for all (`[date]`): whether two of them are equal is chance.
//! Headers that depend on what else went over the connection are left out.
//!
//! Values that the harness knows (codes, user names, ids of clients and pools) stand as placeholders (`${code}`) before a
//! text comes here.

use crate::wire::{escape, unescape};
use regex::{Captures, Regex};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The version of the rules below. A snapshot names it, since texts of two versions do not compare.
pub const NORMALISER_VERSION: u32 = 1;

/// Shorter values of a header are not looked for in the rest of an answer.
const LOOKED_FOR_BYTES_MIN: usize = 16;

/// Headers whose whole value is replaced, and by what.
const VOLATILE_HEADERS: &[(&str, Replaced)] = &[
    ("date", Replaced::Alike("[date]")),
    ("last-modified", Replaced::Alike("[date]")),
    ("expires", Replaced::Alike("[date]")),
    ("age", Replaced::Alike("[duration]")),
    ("server-timing", Replaced::Alike("[duration]")),
    ("x-response-time", Replaced::Alike("[duration]")),
    ("x-runtime", Replaced::Alike("[duration]")),
    ("x-amzn-requestid", Replaced::Numbered("request-id")),
    ("x-amz-request-id", Replaced::Numbered("request-id")),
    ("x-amz-id-2", Replaced::Numbered("request-id")),
    ("x-amz-cf-id", Replaced::Numbered("request-id")),
    ("x-amzn-trace-id", Replaced::Numbered("request-id")),
    ("x-request-id", Replaced::Numbered("request-id")),
    ("etag", Replaced::Numbered("etag")),
    ("set-cookie", Replaced::Numbered("cookie")),
];

/// Headers of a caller that say on which machine it runs, or when.
const VOLATILE_REQUEST_HEADERS: &[(&str, Replaced)] = &[
    ("user-agent", Replaced::Alike("[user-agent]")),
    ("x-amz-user-agent", Replaced::Alike("[user-agent]")),
    ("amz-sdk-invocation-id", Replaced::Numbered("invocation-id")),
    ("x-amz-date", Replaced::Alike("[date]")),
    ("authorization", Replaced::Alike("[authorization]")),
    ("x-amz-content-sha256", Replaced::Numbered("digest")),
];

/// Headers that name the versions of libraries. A subject's version is pinned, those of what it is built on are not.
const VERSION_HEADERS: &[&str] = &["server", "via", "x-powered-by"];

/// Headers that are left out: they say how long a connection lives, which follows from how many requests went over it
/// before. ministack 1.5.33 closes one now and then, whatever it is asked.
const LEFT_OUT: &[&str] = &["connection", "keep-alive"];

#[derive(Debug, Clone, Copy)]
enum Replaced {
    /// Equal values have equal tokens.
    Numbered(&'static str),
    /// All values have this token.
    Alike(&'static str),
}

/// What is replaced wherever it stands. The first alternative is what stands for something already; a frame of a trace
/// does not begin with one.
const VOLATILE_TEXT: &str = r#"(?x)
    (?<token>\[(?:request-id|invocation-id|digest|etag|cookie|uuid|pool-id|client-id|name|code|port|address)-[0-9]{1,9}\]
        |\[(?:date|duration|length|version|path|count|trace|user-agent|authorization)\])
    |(?<trace>(?:<br>\ &nbsp;\ &nbsp;at\ [^<\[][^<]{0,399})+|(?:\\{1,2}n\ {2,8}at\ [^\\"<\[][^\\"<]{0,399})+)
    |(?<uuid>(?-u:\b)[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?-u:\b))
    |(?<date>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),\ [0-9]{2}\ [A-Z][a-z]{2}\ [0-9]{4}\ [0-9:]{8}\ GMT
        |(?-u:\b)[0-9]{4}-[0-9]{2}-[0-9]{2}[T\ ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?(?-u:\b)
        |(?-u:\b)1[6-9][0-9]{8}(?:[0-9]{3})?(?:\.[0-9]+)?(?-u:\b))
    |(?<pool>(?-u:\b)[a-z]{2}(?:-[a-z]+)+-[0-9]_[0-9A-Za-z]{4,55}(?-u:\b))
    |(?<client>(?-u:\b)[0-9a-z]{26}(?-u:\b))
    |(?<name>(?-u:\b)countersign-[0-9a-z-]*[0-9a-z](?-u:\b))
    |(?<member>"[A-Za-z]*[Cc]ode"\ ?:\ ?")(?<code>[0-9]{4,10})"
    |(?<host>127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1\]):(?<port>[0-9]{2,5})(?-u:\b)
    |(?<address>(?-u:\b)0x[0-9A-Fa-f]{6,16}(?-u:\b))
    |(?<path>(?:/[0-9A-Za-z._+@-]+)+)(?<library>/(?:site-packages|dist-packages|node_modules)/)
    |(?<count>(?-u:\b)[0-9]+)(?<unit>\ bytes\ received)
"#;

static TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(VOLATILE_TEXT).ok());
static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"/[0-9][0-9A-Za-z.+_-]*").ok());

/// The tokens of one case.
#[derive(Debug, Clone, Default)]
pub struct Normaliser {
    tokens: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    numbers: BTreeMap<&'static str, u32>,
}

impl Normaliser {
    /// `text` with tokens.
    pub fn text(&mut self, text: &str) -> String {
        let Some(regex) = TEXT.as_ref() else { return text.to_owned() };
        // A token that a text has of its own must not come to stand for something else as well.
        for found in regex.captures_iter(text).filter_map(|found| found.name("token")) {
            self.taken.insert(found.as_str().to_owned());
        }
        regex.replace_all(text, |found: &Captures<'_>| self.stand_in(found)).into_owned()
    }

    /// An answer with tokens: a line with the status, header lines, an empty line, the body.
    pub fn answer(&mut self, answer: &str) -> String {
        self.message(answer, VOLATILE_HEADERS)
    }

    /// A request with tokens: a line with method and target, header lines, an empty line, the body. The entries of
    /// `ClientMetadata` are sorted: the maps of Rust and of Go have another order each time.
    pub fn request(&mut self, request: &str) -> String {
        let body = request.split_once("\n\n").map_or("", |(_, body)| body);
        let sorted = with_sorted_metadata(body).map(|sorted| {
            let head = request.strip_suffix(body).unwrap_or_default();
            format!("{head}{sorted}")
        });
        self.message(sorted.as_deref().unwrap_or(request), VOLATILE_REQUEST_HEADERS)
    }

    fn message(&mut self, message: &str, volatile: &[(&str, Replaced)]) -> String {
        let Some((head, body)) = message.split_once("\n\n") else { return self.text(message) };
        let mut lines = head.split('\n');
        let status = self.text(lines.next().unwrap_or_default());
        let mut looked_for = Vec::new();
        let is_kept = |line: &&str| {
            let name = line.split_once(": ").map_or("", |(name, _)| name);
            !LEFT_OUT.iter().any(|left_out| name.eq_ignore_ascii_case(left_out))
        };
        let mut headers: Vec<String> =
            lines.filter(is_kept).map(|line| self.header(line, volatile, &mut looked_for)).collect();
        let mut shown = body.to_owned();
        for value in &looked_for {
            if let Some(token) = self.tokens.get(value) {
                shown = shown.replace(value, token);
            }
        }
        let shown = self.text(&shown);
        if shown != body {
            // What follows from a body that differs from run to run.
            for header in &mut headers {
                if let Some((name, _)) = header.split_once(": ")
                    && name.eq_ignore_ascii_case("content-length")
                {
                    *header = format!("{name}: [length]");
                }
            }
        }
        std::iter::once(status).chain(headers).collect::<Vec<_>>().join("\n") + "\n\n" + &shown
    }

    fn header(&mut self, line: &str, volatile: &[(&str, Replaced)], looked_for: &mut Vec<String>) -> String {
        let Some((name, value)) = line.split_once(": ") else { return self.text(line) };
        let is = |known: &&str| name.eq_ignore_ascii_case(known);
        let shown = match volatile.iter().find(|(known, _)| is(known)) {
            Some((_, Replaced::Alike(token))) => (*token).to_owned(),
            Some((_, Replaced::Numbered(kind))) if !is_token(value) => {
                if value.len() >= LOOKED_FOR_BYTES_MIN {
                    looked_for.push(value.to_owned());
                }
                self.token(kind, value)
            }
            // A set, which has no order (RFC 9110, 10.2.1): moto's differs from start to start.
            None if is(&"allow") => sorted(&self.text(value)),
            Some((_, Replaced::Numbered(_))) | None => self.text(value),
        };
        match VERSION.as_ref().filter(|_| VERSION_HEADERS.iter().any(is)) {
            Some(version) => format!("{name}: {}", version.replace_all(&shown, "/[version]")),
            None => format!("{name}: {shown}"),
        }
    }

    fn stand_in(&mut self, found: &Captures<'_>) -> String {
        let of = |name| found.name(name).map_or("", |part| part.as_str());
        let whole = found.get(0).map_or("", |whole| whole.as_str());
        match () {
            () if found.name("uuid").is_some() => self.token("uuid", whole),
            () if found.name("address").is_some() => self.token("address", whole),
            () if found.name("date").is_some() => "[date]".to_owned(),
            // The frames of Node.js itself change with its version.
            () if found.name("trace").is_some() => "[trace]".to_owned(),
            () if found.name("pool").is_some() => self.token("pool-id", whole),
            () if found.name("client").is_some() && is_drawn(whole) => self.token("client-id", whole),
            () if found.name("name").is_some() => self.token("name", whole),
            () if found.name("code").is_some() => {
                format!("{}{}\"", of("member"), self.token("code", of("code")))
            }
            () if found.name("port").is_some() => {
                format!("{}:{}", of("host"), self.token("port", of("port")))
            }
            () if found.name("path").is_some() => format!("[path]{}", of("library")),
            () if found.name("count").is_some() => format!("[count]{}", of("unit")),
            () => whole.to_owned(),
        }
    }

    /// The token of a value: the one that it has, or the next one of its kind.
    fn token(&mut self, kind: &'static str, value: &str) -> String {
        if let Some(token) = self.tokens.get(value) {
            return token.clone();
        }
        let number = self.numbers.entry(kind).or_insert(0);
        let token = loop {
            *number += 1;
            let token = format!("[{kind}-{number}]");
            if !self.taken.contains(&token) {
                break token;
            }
        };
        self.tokens.insert(value.to_owned(), token.clone());
        token
    }
}

/// A body with the entries of `ClientMetadata` in order; `None` where they are not spelled in the shortest way, or are none.
fn with_sorted_metadata(body: &str) -> Option<String> {
    const MEMBER: &str = "\"ClientMetadata\":";
    let text = String::from_utf8(unescape(body).ok()?).ok()?;
    let (before, rest) = text.split_at(text.find(MEMBER)? + MEMBER.len());
    let mut entries = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Map<String, Value>>();
    let mut metadata = entries.next()?.ok()?;
    let after = rest.strip_prefix(&serde_json::to_string(&metadata).ok()?)?;
    metadata.sort_keys();
    let sorted = serde_json::to_string(&metadata).ok()?;
    Some(escape(format!("{before}{sorted}{after}").as_bytes()))
}

fn sorted(list: &str) -> String {
    let mut items: Vec<&str> = list.split(',').map(str::trim).collect();
    items.sort_unstable();
    items.join(", ")
}

fn is_token(text: &str) -> bool {
    let found = TEXT.as_ref().and_then(|regex| regex.captures(text));
    found.is_some_and(|found| found.name("token").is_some_and(|token| token.as_str() == text))
}

/// Whether a text of lower-case letters and digits looks drawn at random: it has some of both.
fn is_drawn(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) && text.contains(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_has_a_token() {
        let table = [
            ("id 0f8fad5b-d9cb-469f-a165-70867728950e.", "id [uuid-1]."),
            ("at Mon, 23 Nov 2026 09:10:29 GMT", "at [date]"),
            (r#"{"a":"2026-11-23T09:10:29.123Z","b":1795425029.5}"#, r#"{"a":"[date]","b":[date]}"#),
            ("pool us-east-1_AbC123xyz", "pool [pool-id-1]"),
            ("client 4h57kd9qn2b8v3m6x1z0c5t7r9", "client [client-id-1]"),
            ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz"),
            ("pool countersign-0-3 is gone", "pool [name-1] is gone"),
            (r#"{"ConfirmationCode":"123456"}"#, r#"{"ConfirmationCode":"[code-1]"}"#),
            (
                "http://127.0.0.1:41234/x and localhost:41234",
                "http://127.0.0.1:[port-1]/x and localhost:[port-1]",
            ),
            ("<Pool object at 0x7f3a5c0012d0>", "<Pool object at [address-1]>"),
            ("/home/u/venv/lib/python3.12/site-packages/moto/x.py", "[path]/site-packages/moto/x.py"),
            (
                r#"{"stack":"Error: no\n    at f (/a/b.js:1:2)\n    at node:events:524:28"}"#,
                r#"{"stack":"Error: no[trace]"}"#,
            ),
            (
                "<pre>Error: no<br> &nbsp; &nbsp;at f (/a/b.js:1:2)<br> &nbsp; &nbsp;at g (node:x:1:2)</pre>",
                "<pre>Error: no[trace]</pre>",
            ),
            ("(closed, 17 bytes received)", "(closed, [count] bytes received)"),
            (
                "Member must have length less than or equal to 2048",
                "Member must have length less than or equal to 2048",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(Normaliser::default().text(text), expected);
        }
    }

    #[test]
    fn equal_values_keep_equal_tokens_over_the_answers_of_a_case() {
        let mut normaliser = Normaliser::default();
        let one = "HTTP/1.1 200 OK\nx-amzn-requestid: AAAABBBBCCCCDDDDEEEE\nContent-Length: 40\n\n{\"id\":\"AAAABBBBCCCCDDDDEEEE\"}";
        let other = "HTTP/1.1 200 OK\nX-Amzn-RequestId: ZZZZ\nDate: now\nConnection: close\nAllow: PUT, GET,HEAD\nServer: Werkzeug/3.1.9 Python/3.11\nContent-Length: 2\n\n{}";
        assert_eq!(
            normaliser.answer(one),
            "HTTP/1.1 200 OK\nx-amzn-requestid: [request-id-1]\nContent-Length: [length]\n\n{\"id\":\"[request-id-1]\"}"
        );
        assert_eq!(
            normaliser.answer(other),
            "HTTP/1.1 200 OK\nX-Amzn-RequestId: [request-id-2]\nDate: [date]\nAllow: GET, HEAD, PUT\nServer: Werkzeug/[version] Python/[version]\nContent-Length: 2\n\n{}"
        );
        assert!(normaliser.answer(one).contains("[request-id-1]"));
    }

    #[test]
    fn of_a_request_what_names_the_machine_and_the_call_has_a_token() {
        let sent = "POST / HTTP/1.1\nHost: 127.0.0.1:41234\nUser-Agent: Boto3/1.42 md/Botocore#1.42 os/linux#6.1\namz-sdk-invocation-id: 0f8fad5b-d9cb-469f-a165-70867728950e\namz-sdk-request: attempt=2; max=3\nX-Amz-Date: 20261129T101500Z\nContent-Length: 2\n\n{}";
        assert_eq!(
            Normaliser::default().request(sent),
            "POST / HTTP/1.1\nHost: 127.0.0.1:[port-1]\nUser-Agent: [user-agent]\namz-sdk-invocation-id: [invocation-id-1]\namz-sdk-request: attempt=2; max=3\nX-Amz-Date: [date]\nContent-Length: 2\n\n{}"
        );
        let entries = |metadata: &str| {
            format!("POST / HTTP/1.1\n\n{{\"ClientMetadata\":{metadata},\"Session\":\"x\"}}")
        };
        for (sent, kept) in [
            (r#"{"b":"{\\"x\\":1}","a":"2"}"#, r#"{"a":"2","b":"{\\"x\\":1}"}"#),
            // Spelled otherwise, cut off, no map: as it was sent.
            (r#"{"b": "1", "a": "2"}"#, r#"{"b": "1", "a": "2"}"#),
            (r#"{"b":"1","a":"#, r#"{"b":"1","a":"#),
            ("null", "null"),
        ] {
            assert_eq!(Normaliser::default().request(&entries(sent)), entries(kept));
        }
        // An answer may have headers of these names, which say something there.
        let answer = "HTTP/1.1 200 OK\nUser-Agent: x\n\n{}";
        assert_eq!(Normaliser::default().answer(answer), answer);
    }

    #[test]
    fn a_token_that_a_subject_sends_stands_for_nothing_else() {
        let text = "[uuid-1] 0f8fad5b-d9cb-469f-a165-70867728950e";
        assert_eq!(Normaliser::default().text(text), "[uuid-1] [uuid-2]");
    }
}
