//! Writes a case in the form that the loader reads: what is read again is the same case.

use crate::case::{Case, Fixture, Relation, Sending, Step, Twin, Username};
use crate::generate::{base_request, fresh, twin_for};
use crate::template::{Escaping, RequestTemplate, Segment, Template};
use crate::wire::Delivery;
use serde::Serialize;
use std::fmt::Write as _;

/// A repetition whose unit cannot stand in a placeholder is written out up to this many bytes.
const WRITTEN_OUT_BYTES_MAX: usize = 1024 * 1024;

/// Why a case has no form in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the case cannot be written: {0}")]
#[non_exhaustive]
pub struct Unwritable(pub &'static str);

#[derive(Serialize)]
struct WrittenFile {
    case: [WrittenCase; 1],
}

#[derive(Serialize)]
struct WrittenCase {
    id: String,
    layer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sending: Option<&'static str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    only: Option<WrittenStep>,
    fixture: WrittenFixture,
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<WrittenTwin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<WrittenRelation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    step: Vec<WrittenStep>,
}

#[derive(Serialize)]
struct WrittenFixture {
    pool: &'static str,
    client: &'static str,
    user: &'static str,
    username: String,
}

#[derive(Serialize)]
struct WrittenStep {
    labels: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    raw: bool,
    #[serde(flatten)]
    request: WrittenRequest,
}

#[derive(Serialize)]
struct WrittenRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<String>>,
    body: String,
}

#[derive(Serialize)]
struct WrittenRelation {
    #[serde(flatten)]
    request: WrittenRequest,
    delivery: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WrittenTwin {
    Word(&'static str),
    Body {
        body: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        fixture: Option<WrittenTwinFixture>,
    },
}

#[derive(Serialize)]
struct WrittenTwinFixture {
    pool: &'static str,
    client: &'static str,
    user: &'static str,
}

/// The text of a file with this case in it.
pub fn write_case(case: &Case) -> Result<String, Unwritable> {
    let mut steps = case.steps.iter().map(step).collect::<Result<Vec<_>, _>>()?;
    let only = if steps.len() == 1 { steps.pop() } else { None };
    let written = WrittenCase {
        id: case.id.to_string(),
        layer: case.layer.to_string(),
        sending: (case.sending != Sending::InTurn).then(|| case.sending.name()),
        only,
        fixture: fixture(&case.fixture),
        twin: twin(case)?,
        relation: case.relation.as_ref().map(relation).transpose()?,
        step: steps,
    };
    toml::to_string(&WrittenFile { case: [written] }).map_err(|_| Unwritable("its text has no form in TOML"))
}

fn fixture(fixture: &Fixture) -> WrittenFixture {
    WrittenFixture {
        pool: fixture.pool.name(),
        client: fixture.client.name(),
        user: fixture.user.name(),
        username: match &fixture.username {
            Username::Plain => "plain".to_owned(),
            Username::MixedCase => "mixed-case".to_owned(),
            Username::HashContains(c) => format!("hash-contains:{c}"),
            Username::Starting(text) => format!("starting:{text}"),
            Username::Filled { filler, length } => format!("filled:{length}:{filler}"),
            Username::Exact(text) => format!("exact:{text}"),
        },
    }
}

fn step(step: &Step) -> Result<WrittenStep, Unwritable> {
    let labels = step.labels.iter().map(ToString::to_string).collect();
    if let RequestTemplate::Raw(bytes) = &step.request {
        let body = text(bytes, Escaping::Raw)?;
        let request = WrittenRequest { method: None, target: None, lines: None, body };
        return Ok(WrittenStep { labels, raw: true, request });
    }
    Ok(WrittenStep { labels, raw: false, request: request(&step.request)? })
}

fn request(request: &RequestTemplate) -> Result<WrittenRequest, Unwritable> {
    let RequestTemplate::Formed { method, target, headers, body } = request else {
        return Err(Unwritable("bytes stand where a request should"));
    };
    let usual = match RequestTemplate::confirm_sign_up(Template::default()) {
        RequestTemplate::Formed { headers, .. } => headers,
        RequestTemplate::Raw(_) => Vec::new(),
    };
    let utf8 = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec()).map_err(|_| Unwritable("its method or path is no text"))
    };
    let lines = if *headers == usual {
        None
    } else {
        Some(headers.iter().map(|(name, value)| line(name, value)).collect::<Result<Vec<_>, _>>()?)
    };
    Ok(WrittenRequest {
        method: if method == b"POST" { None } else { Some(utf8(method)?) },
        target: if target == b"/" { None } else { Some(utf8(target)?) },
        lines,
        body: text(body, Escaping::Json)?,
    })
}

fn line(name: &[u8], value: &Template) -> Result<String, Unwritable> {
    let name = std::str::from_utf8(name).ok().filter(|name| !name.contains(':'));
    let name = name.ok_or(Unwritable("the name of a header line is no text, or has a colon"))?;
    let value = text(value, Escaping::Raw)?;
    // The loader takes white space away on both sides.
    let start = value.len() - value.trim_start().len();
    let (space, rest) = value.split_at(start);
    let kept = rest.trim_end();
    let behind = rest.get(kept.len()..).unwrap_or_default();
    let bytes = |space: &str| {
        let mut out = String::new();
        if !space.is_empty() {
            push_hex(&mut out, space.as_bytes());
        }
        out
    };
    Ok(format!("{name}: {}{kept}{}", bytes(space), bytes(behind)))
}

fn relation(relation: &Relation) -> Result<WrittenRelation, Unwritable> {
    let [other] = relation.requests.as_slice() else {
        return Err(Unwritable("its relation has several requests"));
    };
    let delivery = match relation.delivery {
        Delivery::Whole => "whole",
        Delivery::Pieces => "pieces",
        Delivery::NewConnection => "new-connection",
    };
    Ok(WrittenRelation { request: request(other)?, delivery })
}

fn twin(case: &Case) -> Result<Option<WrittenTwin>, Unwritable> {
    if case.twin == twin_for(&case.fixture, &case.steps) {
        return Ok(None);
    }
    let Some(twin) = &case.twin else {
        return Err(Unwritable("it has no twin where one is needed"));
    };
    if *twin == (Twin { fixture: None, request: base_request(&case.fixture) }) {
        return Ok(Some(WrittenTwin::Word("base")));
    }
    if *twin == fresh(&case.fixture) {
        return Ok(Some(WrittenTwin::Word("fresh")));
    }
    let written = request(&twin.request)?;
    if written.lines.is_some() || written.method.is_some() || written.target.is_some() {
        return Err(Unwritable("its twin is no ordinary request"));
    }
    let fixture = twin.fixture.as_ref().map(|fixture| WrittenTwinFixture {
        pool: fixture.pool.name(),
        client: fixture.client.name(),
        user: fixture.user.name(),
    });
    Ok(Some(WrittenTwin::Body { body: written.body, fixture }))
}

/// A template as text that reads back as the same bytes, where a bound value without `|…` is written as `default` says.
fn text(template: &Template, default: Escaping) -> Result<String, Unwritable> {
    let mut out = String::new();
    for segment in &template.0 {
        match segment {
            Segment::Literal(bytes) => push_bytes(&mut out, bytes),
            Segment::Repeat { unit, times } => match std::str::from_utf8(unit) {
                Ok(unit) if !unit.contains('}') => drop(write!(out, "${{repeat:{times}:{unit}}}")),
                _ if unit.len().saturating_mul(*times) <= WRITTEN_OUT_BYTES_MAX => {
                    push_bytes(&mut out, &unit.repeat(*times));
                }
                _ => return Err(Unwritable("a repetition is too long to be written out")),
            },
            Segment::Bound { binding, escaping } => {
                let how = match escaping {
                    same if *same == default => "",
                    Escaping::Raw => "|raw",
                    Escaping::Json => "|json",
                    Escaping::JsonUnicode => "|unicode",
                };
                // Writing to a `String` cannot fail.
                let _ = write!(out, "${{{binding}{how}}}");
            }
            Segment::Length { .. } => return Err(Unwritable("a length is computed from another part")),
        }
    }
    Ok(out)
}

fn push_hex(out: &mut String, bytes: &[u8]) {
    out.push_str("${hex:");
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out.push('}');
}

/// Bytes as template text. A dollar sign is a byte like those that are no text: what follows might make a placeholder of it.
fn push_bytes(out: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        for (number, part) in chunk.valid().split('$').enumerate() {
            if number > 0 {
                push_hex(out, b"$");
            }
            out.push_str(part);
        }
        if !chunk.invalid().is_empty() {
            push_hex(out, chunk.invalid());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseId;
    use crate::corpus::case_file::{embedded, read_all};
    use crate::generate::{Stack, suite};
    use crate::seed::Seed;

    /// Literals that stand side by side are one in a file.
    fn normal(case: &Case) -> Case {
        let template = |template: &Template| {
            let mut whole = Template::default();
            for segment in &template.0 {
                match segment {
                    Segment::Literal(bytes) if bytes.is_empty() => {}
                    Segment::Repeat { unit, times } if unit.contains(&b'}') => {
                        whole.push(Segment::Literal(unit.repeat(*times)));
                    }
                    other => whole.push(other.clone()),
                }
            }
            whole
        };
        let request = |request: &RequestTemplate| match request {
            RequestTemplate::Raw(bytes) => RequestTemplate::Raw(template(bytes)),
            RequestTemplate::Formed { method, target, headers, body } => RequestTemplate::Formed {
                method: method.clone(),
                target: target.clone(),
                headers: headers.iter().map(|(name, value)| (name.clone(), template(value))).collect(),
                body: template(body),
            },
        };
        let mut case = case.clone();
        case.origin = crate::case::Origin::File;
        case.reason = None;
        for step in &mut case.steps {
            step.request = request(&step.request);
        }
        for other in case.relation.iter_mut().flat_map(|relation| &mut relation.requests) {
            *other = request(other);
        }
        if let Some(twin) = &mut case.twin {
            twin.request = std::sync::Arc::new(request(&twin.request));
        }
        case
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_case() {
        let drawn = (0..3000).map(|number| Stack::draw(Seed(number)).case(&CaseId::new("fuzz", "x")));
        let mut written = 0;
        for case in suite(Seed::DEFAULT, 0).into_iter().chain(embedded().unwrap()).chain(drawn) {
            let Ok(text) = write_case(&case) else { continue };
            let read =
                read_all([("f.toml", text.as_str())]).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(read.first().map(normal), Some(normal(&case)), "{text}");
            written += 1;
        }
        assert!(written > 5000, "only {written} were written");
    }

    #[test]
    fn a_dollar_sign_before_a_value_stays_one() {
        let mut template = Template::literal("a$");
        template.extend(Template::raw(crate::template::Binding::Username));
        template.push_literal(b"$${x}\xff");
        let text = text(&template, Escaping::Raw).unwrap();
        assert_eq!(Template::parse(&text, Escaping::Raw).unwrap(), template);
    }
}
