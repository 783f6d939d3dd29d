//! Reads the files of literal exchanges.
//!
//! A file opens with `exchanges = N`, the number of `[[exchange]]` tables that follow; an entry that gets lost is an error.
//! An unknown key is one too.
//!
//! | key | type | meaning |
//! |---|---|---|
//! | `name` | string | unique among all files |
//! | `case` | string | the id of the case that is answered |
//! | `answer` | string | the answer: status line, header lines, an empty line, the body to its last character |
//! | `answers` | strings | instead of `answer`, for a case of several steps: one for each |
//! | `state` | table | the state after the last step, where it was read |
//! | `twin` | string | the answer to the case's twin, where it was sent |
//! | `twin_state` | table | the state after the twin |
//! | `verdict` | string | the verdict that it must get with the default gate |
//! | `differs` | strings | `REQUIREMENT aspect`: every mismatch that must be found, and no other one |
//! | `evidence` | strings | the evidence rows that say so; at least one |
//! | `seen_in` | string | the emulator that was seen to answer with this status, type and form, with its version; the text of a page is ours |
//! | `why` | string | one sentence |
//!
//! In place of an answer there may be `(closed)`, `(timed out)`, `(not HTTP)` or `(unreachable)`.
//!
//! Texts are literal: an answer that names the app client names [`CLIENT_ID`].

use countersign::event::Verdict;
use countersign::wire::{Headers, Response, WireFault};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The app client of every exchange.
pub(crate) const CLIENT_ID: &str = "1example23456789abcdefghij";

/// A file of exchanges.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    exchanges: usize,
    #[serde(rename = "exchange")]
    list: Vec<Raw>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    case: String,
    answer: Option<String>,
    #[serde(default)]
    answers: Vec<String>,
    state: Option<BTreeMap<String, String>>,
    twin: Option<String>,
    twin_state: Option<BTreeMap<String, String>>,
    verdict: String,
    #[serde(default)]
    differs: Vec<String>,
    evidence: Vec<String>,
    seen_in: Option<String>,
    why: String,
}

/// What came back, or why nothing did.
pub(crate) type Outcome = Result<Response, WireFault>;

/// A literal exchange and the verdict that it must get.
#[derive(Debug)]
pub(crate) struct Literal {
    pub(crate) name: String,
    pub(crate) case: String,
    pub(crate) answers: Vec<Outcome>,
    pub(crate) state: Option<BTreeMap<String, String>>,
    pub(crate) twin: Option<Outcome>,
    pub(crate) twin_state: Option<BTreeMap<String, String>>,
    pub(crate) verdict: Verdict,
    pub(crate) differs: Vec<String>,
    pub(crate) evidence: Vec<String>,
}

/// Reads one file. An error says what is wrong with which entry.
pub(crate) fn parse(text: &str) -> Result<Vec<Literal>, String> {
    let File { exchanges, list } = toml::from_str(text).map_err(|error| error.to_string())?;
    if exchanges != list.len() {
        return Err(format!("`exchanges = {exchanges}`, but there are {}", list.len()));
    }
    list.into_iter()
        .map(|raw| {
            let name = raw.name.clone();
            literal(raw).map_err(|wrong| format!("{name}: {wrong}"))
        })
        .collect()
}

fn literal(raw: Raw) -> Result<Literal, String> {
    let verdict: Verdict = raw.verdict.parse()?;
    let differs = matches!(verdict, Verdict::Mismatch | Verdict::Advisory);
    if differs == raw.differs.is_empty() {
        return Err(format!("verdict `{verdict}` with {} differences", raw.differs.len()));
    }
    if raw.evidence.is_empty() {
        return Err("no evidence".to_owned());
    }
    if !raw.why.ends_with('.') || raw.why.len() < 12 || raw.seen_in.as_deref() == Some("") {
        return Err("`why` is a sentence; `seen_in` names an emulator".to_owned());
    }
    if raw.twin.is_none() && raw.twin_state.is_some() {
        return Err("`twin_state` without `twin`".to_owned());
    }
    let answers = match (raw.answer, raw.answers) {
        (Some(one), several) if several.is_empty() => vec![one],
        (None, several) if several.len() > 1 => several,
        _ => return Err("either `answer`, or `answers` with more than one".to_owned()),
    };
    Ok(Literal {
        name: raw.name,
        case: raw.case,
        answers: answers.iter().map(|text| outcome(text)).collect::<Result<_, _>>()?,
        state: raw.state,
        twin: raw.twin.map(|text| outcome(&text)).transpose()?,
        twin_state: raw.twin_state,
        verdict,
        differs: raw.differs,
        evidence: raw.evidence,
    })
}

/// Reads an answer as it is written down. Line ends of the head are line feeds here.
pub(crate) fn outcome(text: &str) -> Result<Outcome, String> {
    match text {
        "(closed)" => return Ok(Err(WireFault::Closed { received: 0 })),
        "(timed out)" => return Ok(Err(WireFault::TimedOut { limit_ms: 5000, received: 0 })),
        "(not HTTP)" => return Ok(Err(WireFault::NotHttp { offset: 0, reason: "no status line".into() })),
        "(unreachable)" => return Ok(Err(WireFault::Unreachable { reason: "refused".into() })),
        _ => {}
    }
    let (head, body) = text.split_once("\n\n").ok_or("an answer has a head, an empty line and a body")?;
    let mut lines = head.lines();
    let status_line = lines.next().unwrap_or_default();
    let status = status_line.strip_prefix("HTTP/1.1 ").ok_or(format!("`{status_line}` is no status line"))?;
    let (status, reason) = status.split_once(' ').unwrap_or((status, ""));
    let mut headers = Headers::default();
    for line in lines {
        let (name, value) = line.split_once(": ").ok_or(format!("`{line}` is no header line"))?;
        headers.push(name.to_owned(), value.to_owned());
    }
    let length = headers.first("content-length").map(String::from_utf8_lossy);
    if length.is_some_and(|length| length != body.len().to_string()) {
        return Err(format!("Content-Length is wrong: the body has {} bytes", body.len()));
    }
    Ok(Ok(Response {
        status: status.parse().map_err(|_| format!("`{status}` is no status"))?,
        reason: reason.into(),
        headers,
        body: body.to_owned().into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
exchanges = 1
[[exchange]]
name = "n"
case = "c/c"
answer = "HTTP/1.1 400 Bad Request\nA: b\n\n{}"
verdict = "mismatch"
differs = ["CSU-X-001 status"]
evidence = ["SEM-001"]
why = "A sentence that says why."
"#;

    #[test]
    fn an_answer_is_read_to_its_last_character() {
        let read = &parse(GOOD).unwrap()[0];
        let response = read.answers[0].as_ref().unwrap();
        assert_eq!(
            (response.status, &response.reason[..], &response.body[..]),
            (400, &b"Bad Request"[..], &b"{}"[..])
        );
        assert_eq!(response.headers.first("a"), Some(&b"b"[..]));
        assert_eq!(outcome("(closed)").unwrap(), Err(WireFault::Closed { received: 0 }));
    }

    #[test]
    fn a_malformed_file_is_refused() {
        for (from, to, says) in [
            ("exchanges = 1", "exchanges = 2", "there are 1"),
            ("why =", "whi =", "unknown field"),
            ("\"mismatch\"", "\"mismatched\"", "is not one of"),
            ("\"mismatch\"", "\"pass\"", "with 1 differences"),
            ("[\"SEM-001\"]", "[]", "no evidence"),
            ("A: b", "A", "no header line"),
            ("A: b", "Content-Length: 3", "has 2 bytes"),
            ("\\n\\n", "\\n", "an empty line"),
            ("HTTP/1.1 400", "HTTP/1.1 4OO", "is no status"),
            ("A sentence that says why.", "Because", "a sentence"),
            ("case = \"c/c\"", "", "missing field `case`"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let error = parse(&GOOD.replace(from, to)).unwrap_err();
            assert!(error.contains(says), "{from} → {to}: {error}");
        }
    }
}
