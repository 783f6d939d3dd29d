//! Reads the curated corpus of malformed requests: `corpus/malformed/*.toml`, one file a layer.
//!
//! # The format
//!
//! A file has the key `layer` (a [`Layer`] by name) and any number of `[[case]]` tables. Unknown and duplicate keys are
//! refused.
//!
//! | key of a case | type | meaning |
//! |---|---|---|
//! | `id` | string | `group/name` in lower case; the client is added to it: `json/bom` becomes `json/bom-public` |
//! | `reason` | string | one sentence, with its full stop: why a server might stumble over it |
//! | `clients` | strings | the app clients (by name) that it is made for, one case each; left out: `public` |
//! | `labels` | strings | what was done; see [`Label`](crate::case::Label); at least one |
//! | `step` | tables | instead of `labels` and the keys below: several requests in a row, each with `labels` and those keys |
//!
//! What is sent is an ordinary request with some parts changed, or a whole one written out:
//!
//! | key | type | meaning |
//! |---|---|---|
//! | `body` | string | the body: template text, see below; left out: `${object}` |
//! | `method`, `target` | string | instead of `POST` and `/` |
//! | `headers` | strings | `Name: value`, template text; replaces the first line of that name, or is added at the end |
//! | `more` | strings | the same, but always added at the end, so that a line can be there twice |
//! | `without` | strings | names of header lines that are not sent |
//! | `raw` | string | the bytes of the connection, instead of the four keys before |
//!
//! A `body` is template text as [`Template::parse`] reads it (`${hex:BYTES}` gives bytes that are no text), with two more
//! placeholders: `${object}` is the valid payload for the client, and `${members}` what stands between its braces. A
//! backslash means itself, as it does in JSON.
//!
//! In `raw` every byte is written visibly: `\r`, `\n`, `\t`, `\0`, `\\` and `\xHH` stand for bytes, and **a line break in
//! the file means nothing**, so that each line of the request can stand on a line of its own. `${body}` puts the body
//! there, `${length}` is its length in decimal digits and `${size}` in hexadecimal ones, `${length:+1}` and `${size:-1}`
//! are wrong by so much. Whatever else template text has, it has here as well.

use super::case_file::{CaseFileError, Source};
use crate::case::{Case, CaseId, ClientKind, Fixture, Layer, Origin, Sending, Step};
use crate::generate::twin_for;
use crate::template::{Escaping, Radix, RequestTemplate, Segment, Template};
use crate::wire;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;

static MALFORMED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/corpus/malformed");

/// The longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 200;

/// The curated corpus that is built into the program, in the order of the ids.
pub fn embedded() -> Result<Vec<Case>, CaseFileError> {
    let files = MALFORMED.files().filter(|file| file.path().extension().is_some_and(|ext| ext == "toml"));
    let mut texts: Vec<(String, &str)> = files
        .filter_map(|file| {
            Some((format!("corpus/malformed/{}", file.path().display()), file.contents_utf8()?))
        })
        .collect();
    texts.sort();
    read_all(texts.iter().map(|(name, text)| (name.as_str(), *text)))
}

/// Reads files of malformed requests, each given by name and text. Ids are unique among all of them; the cases come in
/// the order of their ids.
pub fn read_all<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<Case>, CaseFileError> {
    let mut ids = BTreeSet::new();
    let mut cases = Vec::new();
    for (file, text) in files {
        let source = Source { file, text, is_governed: &|_| true };
        let raw: RawFile = source.read()?;
        let layer = source.named(Some(&raw.layer), Layer::Http)?;
        for raw in raw.case {
            for case in source.malformed(layer, &raw)? {
                if !ids.insert(case.id.clone()) {
                    return Err(source.error(&raw.id.span(), format!("the id `{}` is used twice", case.id)));
                }
                cases.push(case);
            }
        }
    }
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(cases)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    layer: Spanned<String>,
    #[serde(default)]
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    id: Spanned<String>,
    reason: Spanned<String>,
    clients: Option<Vec<Spanned<String>>>,
    labels: Option<Vec<Spanned<String>>>,
    body: Option<Spanned<String>>,
    method: Option<String>,
    target: Option<String>,
    #[serde(default)]
    headers: Vec<Spanned<String>>,
    #[serde(default)]
    more: Vec<Spanned<String>>,
    #[serde(default)]
    without: Vec<String>,
    raw: Option<Spanned<String>>,
    step: Option<Vec<RawStep>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    labels: Vec<Spanned<String>>,
    body: Option<Spanned<String>>,
    method: Option<String>,
    target: Option<String>,
    #[serde(default)]
    headers: Vec<Spanned<String>>,
    #[serde(default)]
    more: Vec<Spanned<String>>,
    #[serde(default)]
    without: Vec<String>,
    raw: Option<Spanned<String>>,
}

impl RawCase {
    /// The case's own request as its only step, if it has one.
    fn only_step(&self) -> Option<RawStep> {
        Some(RawStep {
            labels: self.labels.clone()?,
            body: self.body.clone(),
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            more: self.more.clone(),
            without: self.without.clone(),
            raw: self.raw.clone(),
        })
    }

    /// Whether a key of a step stands beside the steps.
    fn has_step_keys(&self) -> bool {
        let lists = [&self.headers, &self.more];
        self.labels.is_some()
            || self.body.is_some()
            || self.method.is_some()
            || self.target.is_some()
            || self.raw.is_some()
            || lists.iter().any(|list| !list.is_empty())
            || !self.without.is_empty()
    }
}

impl RawStep {
    fn has_formed_keys(&self) -> bool {
        self.method.is_some()
            || self.target.is_some()
            || !self.headers.is_empty()
            || !self.more.is_empty()
            || !self.without.is_empty()
    }
}

impl Source<'_> {
    /// The cases of one table: one for each client.
    fn malformed(&self, layer: Layer, raw: &RawCase) -> Result<Vec<Case>, CaseFileError> {
        let id = self.id(&raw.id)?;
        let reason = self.reason(&raw.reason)?;
        let steps = match (&raw.step, raw.only_step()) {
            (Some(steps), None) if !steps.is_empty() && !raw.has_step_keys() => steps,
            (None, Some(step)) => &vec![step],
            _ => {
                let found = "a case has either `labels` and its request, or one `step` or more".to_owned();
                return Err(self.error(&raw.id.span(), found));
            }
        };
        let clients = match &raw.clients {
            None => vec![ClientKind::Public],
            Some(names) => names
                .iter()
                .map(|name| self.named(Some(name), ClientKind::Public))
                .collect::<Result<_, _>>()?,
        };
        clients
            .into_iter()
            .map(|client| {
                let steps = steps
                    .iter()
                    .map(|step| self.malformed_step(client, step, &raw.id.span()))
                    .collect::<Result<Vec<_>, _>>()?;
                let fixture = Fixture::unconfirmed(client);
                let (group, name) = id.as_str().split_once('/').unwrap_or_default();
                Ok(Case {
                    id: CaseId::new(group, &format!("{name}-{client}")),
                    layer,
                    origin: Origin::Malformed,
                    twin: twin_for(&fixture, &steps),
                    fixture,
                    steps,
                    sending: Sending::InTurn,
                    relation: None,
                    reason: Some(reason.clone()),
                })
            })
            .collect()
    }

    fn reason(&self, reason: &Spanned<String>) -> Result<String, CaseFileError> {
        let text = reason.as_ref();
        let length = text.chars().count();
        let is_sentence = text.ends_with('.') && !text.contains(char::is_control);
        if !is_sentence || length > REASON_CHARS_MAX {
            let found = format!(
                "a reason is one sentence that ends with `.`, of at most {REASON_CHARS_MAX} characters; this one has {length}"
            );
            return Err(self.error(&reason.span(), found));
        }
        Ok(text.clone())
    }

    fn malformed_step(
        &self,
        client: ClientKind,
        raw: &RawStep,
        place: &Range<usize>,
    ) -> Result<Step, CaseFileError> {
        let labels = raw.labels.iter().map(|text| self.label(text)).collect::<Result<Vec<_>, _>>()?;
        if labels.is_empty() {
            return Err(self.error(place, "the labels of a step cannot be empty".to_owned()));
        }
        let (text, span) = raw
            .body
            .as_ref()
            .map_or(("${object}", place.clone()), |body| (body.as_ref().as_str(), body.span()));
        let body = self.template(&with_payload(client, text), &span, Escaping::Json)?;
        let request = match &raw.raw {
            Some(written) if raw.has_formed_keys() => {
                let found = "`raw` is the whole request: only `body` may stand beside it".to_owned();
                return Err(self.error(&written.span(), found));
            }
            Some(written) => RequestTemplate::Raw(self.written_out(written, &body)?),
            None => self.formed(raw, body)?,
        };
        Ok(Step { request, labels })
    }

    fn formed(&self, raw: &RawStep, body: Template) -> Result<RequestTemplate, CaseFileError> {
        let mut request = RequestTemplate::confirm_sign_up(body);
        if let RequestTemplate::Formed { method, target, headers, .. } = &mut request {
            if let Some(other) = &raw.method {
                *method = other.as_bytes().to_vec();
            }
            if let Some(other) = &raw.target {
                *target = other.as_bytes().to_vec();
            }
            headers.retain(|(name, _)| !raw.without.iter().any(|w| name.eq_ignore_ascii_case(w.as_bytes())));
            for line in &raw.headers {
                self.header(line, headers)?;
            }
            for line in &raw.more {
                let mut added = Vec::new();
                self.header(line, &mut added)?;
                headers.extend(added);
            }
        }
        Ok(request)
    }

    /// The bytes of a request that is written out.
    fn written_out(&self, text: &Spanned<String>, body: &Template) -> Result<Template, CaseFileError> {
        let refused = |found| self.error(&text.span(), found);
        let text_without_escapes = unescaped(text.as_ref()).map_err(refused)?;
        let mut template = Template::default();
        let mut rest = text_without_escapes.as_str();
        while let Some((before, measure, after)) = next_measure(rest).map_err(refused)? {
            template.extend(self.template(before, &text.span(), Escaping::Raw)?);
            match measure {
                Measure::Body => template.extend(body.clone()),
                Measure::Length { plus, radix } => {
                    template.push(Segment::Length { of: body.clone(), plus, radix });
                }
            }
            rest = after;
        }
        template.extend(self.template(rest, &text.span(), Escaping::Raw)?);
        Ok(template)
    }
}

/// The members of the valid payload, in the order of [`Payload::base`](crate::generate::Payload::base).
fn members(client: ClientKind) -> &'static str {
    match client {
        ClientKind::Secret => {
            r#""ClientId":"${client_id}","SecretHash":"${secret_hash}","Username":"${username}","ConfirmationCode":"${code}""#
        }
        ClientKind::Public
        | ClientKind::ExistenceHidden
        | ClientKind::ExistenceShown
        | ClientKind::UserAuth => {
            r#""ClientId":"${client_id}","Username":"${username}","ConfirmationCode":"${code}""#
        }
    }
}

fn with_payload(client: ClientKind, text: &str) -> String {
    text.replace("${object}", "{${members}}").replace("${members}", members(client))
}

/// What is put into a request from its body.
enum Measure {
    Body,
    Length { plus: i64, radix: Radix },
}

/// The text before the first `${body}`, `${length…}` or `${size…}`, which of them it is, and the text after it.
fn next_measure(text: &str) -> Result<Option<(&str, Measure, &str)>, String> {
    let found =
        ["${body}", "${length", "${size"].into_iter().filter_map(|name| Some((text.find(name)?, name)));
    let Some((at, name)) = found.min() else {
        return Ok(None);
    };
    let (before, rest) = text.split_at(at);
    let (inside, after) = rest.split_once('}').unwrap_or((rest, ""));
    let plus = inside.strip_prefix(name).unwrap_or_default();
    let radix = match name {
        "${length" => Radix::Decimal,
        "${size" => Radix::Hexadecimal,
        _ => return Ok(Some((before, Measure::Body, after))),
    };
    let plus = match plus {
        "" => Some(0),
        signed => signed
            .strip_prefix(':')
            .filter(|signed| signed.starts_with(['+', '-']))
            .and_then(|n| n.parse().ok()),
    };
    let plus = plus.ok_or_else(|| {
        let found = wire::escape(inside.as_bytes());
        format!("`{found}}}` is no length; allowed: `${{length}}`, `${{length:+1}}`, `${{size:-1}}`")
    })?;
    Ok(Some((before, Measure::Length { plus, radix }, after)))
}

/// The text with line breaks left out and escapes undone. Bytes that are no text become `${hex:…}`.
fn unescaped(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            out.extend(Some(c).filter(|c| !matches!(c, '\r' | '\n')));
            continue;
        }
        match characters.next() {
            Some('r') => out.push('\r'),
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('0') => out.push('\0'),
            Some('\\') => out.push('\\'),
            Some('x') => {
                let digits: String = characters.by_ref().take(2).collect();
                if digits.len() != 2 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
                    let digits = wire::escape(digits.as_bytes());
                    return Err(format!("`\\x{digits}` is no byte; two hexadecimal digits follow `\\x`"));
                }
                out.push_str("${hex:");
                out.push_str(&digits);
                out.push('}');
            }
            other => {
                let other = other.map_or_else(String::new, |c| wire::escape(c.to_string().as_bytes()));
                return Err(format!(
                    "`\\{other}` is no escape; allowed: `\\r`, `\\n`, `\\t`, `\\0`, `\\\\`, `\\xHH`"
                ));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret_hash::Secret;
    use crate::template::Bindings;

    const GOOD: &str = r#"
layer = "framing"

[[case]]
id = "framing/a"
reason = "A reason."
labels = ["framing/length-short"]
raw = '''
POST / HTTP/1.1\r\n
Host: ${host}\r\n
Content-Length: ${length:-1}\r\n
X: \xff\r\n
\r\n
${body}'''
"#;

    fn bytes(case: &Case) -> String {
        let values = Bindings {
            host: "h".into(),
            client_id: "c".into(),
            client_secret: Some(Secret::new("s")),
            username: "u".into(),
            code: Some(Secret::new("123456")),
            ..Bindings::default()
        };
        wire::escape(&case.steps[0].request.bind(&values).unwrap().to_bytes())
    }

    fn refused(text: &str) -> String {
        read_all([("f.toml", text)]).unwrap_err().to_string()
    }

    #[test]
    fn a_request_that_is_written_out_has_exactly_the_bytes_that_are_shown() {
        let cases = read_all([("f.toml", GOOD)]).unwrap();
        assert_eq!((cases[0].id.as_str(), cases[0].layer), ("framing/a-public", Layer::Framing));
        assert_eq!(cases[0].reason.as_deref(), Some("A reason."));
        assert_eq!(
            bytes(&cases[0]),
            r#"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 58\r\nX: \xff\r\n\r\n{"ClientId":"c","Username":"u","ConfirmationCode":"123456"}"#
        );
    }

    #[test]
    fn a_case_is_made_for_each_client_with_its_own_payload() {
        let text = GOOD.replace("labels =", "clients = [\"public\", \"secret\"]\nlabels =");
        let cases = read_all([("f.toml", text.as_str())]).unwrap();
        assert_eq!(
            cases.iter().map(|case| case.id.as_str()).collect::<Vec<_>>(),
            ["framing/a-public", "framing/a-secret"]
        );
        assert!(bytes(&cases[1]).contains(r#""SecretHash":"#));
        for case in &cases {
            let base = crate::generate::Payload::base(case.fixture.client).template();
            let written = Template::parse(&format!("{{{}}}", members(case.fixture.client)), Escaping::Json);
            assert_eq!(written, Ok(base));
        }
    }

    #[test]
    fn a_header_line_can_be_there_twice() {
        let text = "layer = \"header\"\n[[case]]\nid = \"a/b\"\nreason = \"R.\"\nlabels = [\"header/x\"]\n\
                    headers = [\"Content-Type: a\"]\nmore = [\"content-type: b\"]\nwithout = [\"host\"]";
        let cases = read_all([("f.toml", text)]).unwrap();
        assert!(bytes(&cases[0]).starts_with(r"POST / HTTP/1.1\r\nContent-Type: a\r\n"));
        assert!(bytes(&cases[0]).contains(r"\r\ncontent-type: b\r\n\r\n{"));
    }

    #[test]
    fn every_slip_is_refused_with_its_place() {
        for (from, to, says) in [
            ("\\xff", "\\xf", "f.toml:8:7: `\\x"),
            ("\\xff", "\\q", "`\\q` is no escape"),
            ("${length:-1}", "${length:1}", "is no length"),
            ("${host}", "${hots}", "`${hots}"),
            ("A reason.", "No sentence", "f.toml:6:10: a reason is one sentence"),
            ("labels =", "method = \"GET\"\nlabels =", "only `body` may stand beside it"),
            ("labels = [\"framing/length-short\"]", "", "either `labels`"),
            ("labels =", "clients = [\"secert\"]\nlabels =", "`secert` is not one of"),
            ("framing/length-short", "farming/x", "f.toml:7:11: `farming/x` is no label"),
            ("[[case]]", "[[cases]]", "f.toml:4:3: unknown field `cases`"),
            ("reason =", "reason = \"A.\"\nreason =", "duplicate key"),
            ("\"framing\"", "\"frame\"", "f.toml:2:9: `frame` is not one of"),
        ] {
            let text = refused(&GOOD.replacen(from, to, 1));
            assert!(text.contains(says), "{says}\n{text}");
        }
        let twice = read_all([("f.toml", GOOD), ("g.toml", GOOD)]).unwrap_err().to_string();
        assert!(twice.starts_with("g.toml:5:6: the id `framing/a-public` is used twice"), "{twice}");
    }
}
