//! Mutations of the body as JSON text. They come last in a request: what was done to the members is done to what is
//! then broken.

use super::member::binding_of;
use super::sketch::Sketch;
use crate::generate::payload::REQUIRED;
use crate::generate::value;
use crate::seed::Rng;
use crate::template::{Escaping, Segment, Template};

/// Nothing is done to a member any more once the text is fixed.
const EVERYTHING: [&str; 12] = [
    "text",
    "spelling",
    "ClientId",
    "SecretHash",
    "Username",
    "ConfirmationCode",
    "ForceAliasCreation",
    "AnalyticsMetadata",
    "UserContextData",
    "ClientMetadata",
    "Session",
    "unknown",
];

/// Takes the whole body: the text it has now is what is worked on.
fn take_body(sketch: &mut Sketch) -> Option<Template> {
    if !sketch.take_all(&["text", "spelling"]) {
        return None;
    }
    sketch.take_each(&EVERYTHING);
    Some(sketch.template())
}

fn finish(sketch: &mut Sketch, body: Template, label: &str) {
    sketch.body = Some(body);
    sketch.label(label);
}

/// The first place of `pattern` in a literal, from a drawn one on.
fn find(body: &Template, pattern: &[u8], rng: &mut Rng) -> Option<(usize, usize)> {
    let places: Vec<(usize, usize)> = body
        .0
        .iter()
        .enumerate()
        .filter_map(|(at, segment)| match segment {
            Segment::Literal(bytes) => Some((at, bytes)),
            _ => None,
        })
        .flat_map(|(at, bytes)| {
            let found = bytes.windows(pattern.len()).enumerate();
            found.filter(|(_, window)| *window == pattern).map(move |(offset, _)| (at, offset))
        })
        .collect();
    rng.pick(&places).copied()
}

fn replace(body: &mut Template, (at, offset): (usize, usize), length: usize, with: &[u8]) {
    if let Some(Segment::Literal(bytes)) = body.0.get_mut(at) {
        let end = (offset + length).min(bytes.len());
        bytes.splice(offset..end, with.iter().copied());
    }
}

/// A body that breaks off, or lacks a comma or a colon, or has one too many.
pub(super) fn broken(sketch: &mut Sketch, rng: &mut Rng) {
    let Some(mut body) = take_body(sketch) else { return };
    match rng.below(5) {
        0 | 1 => {
            truncate(&mut body, rng);
            finish(sketch, body, "json/truncated-drawn");
        }
        2 => {
            let Some(place) = find(&body, b"\",\"", rng) else { return };
            replace(&mut body, place, 3, if rng.below(2) == 0 { b"\" \"" } else { b"\";\"" });
            finish(sketch, body, "json/missing-comma");
        }
        3 => {
            let Some(place) = find(&body, b"\":\"", rng) else { return };
            let with = rng.pick(&[b"\" \"".as_slice(), b"\"=\"", b"\",\""]).copied().unwrap_or(b"\" \"");
            replace(&mut body, place, 3, with);
            finish(sketch, body, "json/missing-colon");
        }
        _ => {
            let Some(place) = find(&body, b"\"}", rng) else { return };
            replace(&mut body, place, 2, b"\",}");
            finish(sketch, body, "json/trailing-comma");
        }
    }
}

/// Cuts somewhere behind the first brace and before the last one.
fn truncate(body: &mut Template, rng: &mut Rng) {
    let pieces = body.0.len();
    let at = rng.below(pieces);
    let is_last = at + 1 == pieces;
    if let Some(Segment::Literal(bytes)) = body.0.get_mut(at) {
        let end =
            if is_last { bytes.iter().rposition(|byte| *byte == b'}').unwrap_or(0) } else { bytes.len() };
        let start = bytes
            .iter()
            .position(|byte| *byte == b'{')
            .map_or(0, |brace| if at == 0 { brace + 1 } else { 0 });
        let length = start + rng.below(end.saturating_sub(start) + 1);
        bytes.truncate(length.min(end.max(start)));
    }
    body.0.truncate(at + 1);
}

/// Something else than an object, or nothing.
pub(super) fn other_root(sketch: &mut Sketch, rng: &mut Rng) {
    const ROOTS: [(&str, &str); 16] = [
        ("", "json/empty-body"),
        (" \r\n\t", "json/white-space-only"),
        ("null", "json/root-null"),
        ("[]", "json/root-array"),
        ("[{}]", "json/root-array"),
        ("\"x\"", "json/root-string"),
        ("123", "json/root-number"),
        ("true", "json/root-true"),
        ("false", "json/root-false"),
        ("<ConfirmSignUp/>", "json/xml-body"),
        ("<!doctype html><html></html>", "json/html-body"),
        ("ClientId: x\nUsername: y\n", "json/yaml-body"),
        ("ClientId=${client_id}&Username=${username}&ConfirmationCode=${code}", "json/form-body"),
        (
            "ClientId=${client_id|raw}&SecretHash=x&Username=${username|raw}&ConfirmationCode=${code|raw}",
            "json/form-body",
        ),
        ("<ClientId>${client_id}</ClientId>", "json/xml-body"),
        ("[${client_id}", "json/truncated-drawn"),
    ];
    let Some((text, label)) = rng.pick(&ROOTS).copied() else { return };
    if take_body(sketch).is_some() {
        finish(sketch, value::written(text), label);
    }
}

/// Something before or behind the object.
pub(super) fn around(sketch: &mut Sketch, rng: &mut Rng) {
    const BEHIND: [(&str, &str); 8] = [
        ("{}", "json/two-values"),
        ("\nnull", "json/two-values"),
        ("x", "json/trailing-bytes"),
        ("}", "json/trailing-bytes"),
        (",", "json/trailing-bytes"),
        (";", "json/trailing-bytes"),
        (" // x", "json/comment"),
        ("\u{a0}", "json/trailing-bytes"),
    ];
    const BEFORE: [(&str, &str); 4] = [
        ("x", "json/leading-bytes"),
        (")]}',\n", "json/leading-bytes"),
        ("/* x */", "json/comment"),
        ("\u{feff}", "json/bom"),
    ];
    let Some(body) = take_body(sketch) else { return };
    let (parts, label) = if rng.below(3) == 0 {
        let (text, label) = rng.pick(&BEFORE).copied().unwrap_or(("x", "json/leading-bytes"));
        ([value::raw(text), body], label)
    } else {
        let (text, label) = rng.pick(&BEHIND).copied().unwrap_or(("x", "json/trailing-bytes"));
        ([body, value::raw(text)], label)
    };
    finish(sketch, value::concat(parts), label);
}

/// A quote, a backslash or a control character that nobody escaped.
pub(super) fn in_a_string(sketch: &mut Sketch, rng: &mut Rng) {
    const ESCAPES: [&str; 10] =
        ["\\", "\\%", "\\x41", "\\N", "\\'", "\\u12", "\\uZZZZ", "\\u{41}", "\\U0041", "\\101"];
    const CONTROLS: [char; 6] = ['\n', '\r', '\t', '\0', '\u{1b}', '\u{1f}'];
    let Some(member) = rng.pick(&REQUIRED).copied() else { return };
    if !sketch.take_all(&["text", "spelling", member]) {
        return;
    }
    let right = value::inside(binding_of(member), Escaping::Json);
    let (before, after, label) = match rng.below(3) {
        0 => match rng.below(3) {
            0 => ("\"\"".to_owned(), "\"".to_owned(), format!("json/unescaped-quote-{member}")),
            1 => ("\"a\"".to_owned(), "\"".to_owned(), format!("json/unescaped-quote-{member}")),
            _ => ("\"".to_owned(), "\"\"".to_owned(), format!("json/unescaped-quote-{member}")),
        },
        1 => {
            let escape = rng.pick(&ESCAPES).copied().unwrap_or("\\%");
            ("\"".to_owned(), format!("{escape}\""), format!("json/bad-escape-{member}"))
        }
        _ => {
            let c = rng.pick(&CONTROLS).copied().unwrap_or('\n');
            ("\"".to_owned(), format!("{c}\""), format!("json/raw-control-u{:04x}", u32::from(c)))
        }
    };
    sketch.set(member, value::concat([value::raw(&before), right, value::raw(&after)]));
    sketch.label(label);
}

/// Bytes and numbers that nobody has an answer to on record.
pub(super) fn doubtful(sketch: &mut Sketch, rng: &mut Rng) {
    const INVALID: [&[u8]; 7] =
        [b"\xff", b"\x80", b"\xe6\xbc", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\\ud800"];
    const NUMBERS: [(&str, &str); 4] = [
        ("NaN", "json/nan"),
        ("-Infinity", "json/infinity"),
        ("1e400", "json/number-out-of-range"),
        ("1e99999999999", "json/number-out-of-range"),
    ];
    const PLACES: [&str; 4] = ["Username", "ClientMetadata", "unknown", "ClientId"];
    let Some(place) = rng.pick(&PLACES).copied() else { return };
    if !sketch.take_all(&["text", "spelling", place]) {
        return;
    }
    if rng.below(3) == 0 {
        let (json, label) = rng.pick(&NUMBERS).copied().unwrap_or(("NaN", "json/nan"));
        let payload = std::mem::take(&mut sketch.payload);
        sketch.payload = payload.and("Unknown", value::raw(json));
        sketch.label(label);
        return;
    }
    let bytes = rng.pick(&INVALID).copied().unwrap_or(b"\xff");
    let text = value::concat([value::raw("\"a"), Template::literal(bytes), value::raw("\"")]);
    let payload = std::mem::take(&mut sketch.payload);
    sketch.payload = match place {
        "unknown" => payload.and("Unknown", text),
        "ClientMetadata" => payload.with(place, value::object([("k", text)])),
        member => payload.with(member, text),
    };
    sketch.label(format!("json/invalid-utf8-{place}"));
}

/// More depth than anybody needs.
pub(super) fn deep(sketch: &mut Sketch, rng: &mut Rng) {
    let Some(body) = take_body(sketch) else { return };
    let times = rng.pick(&[200, 2_000, 10_000]).copied().unwrap_or(200);
    let repeat = |unit: &str| Template(vec![Segment::Repeat { unit: unit.as_bytes().to_vec(), times }]);
    let (body, label) = match rng.below(4) {
        0 => (repeat("["), "json/truncated-in-deep-arrays"),
        1 => (repeat("{\"a\":"), "json/truncated-in-deep-objects"),
        2 => (nested(body, value::concat([repeat("["), repeat("]")])), "json/deep-arrays"),
        _ => {
            let objects = value::concat([repeat("{\"a\":"), value::raw("1"), repeat("}")]);
            (nested(body, objects), "json/deep-objects")
        }
    };
    finish(sketch, body, label);
}

/// `body` with one more member at its end.
fn nested(mut body: Template, inner: Template) -> Template {
    if let Some(Segment::Literal(last)) = body.0.last_mut()
        && let Some(brace) = last.iter().rposition(|byte| *byte == b'}')
    {
        last.truncate(brace);
    }
    value::concat([body, value::raw(",\"Unknown\":"), inner, value::raw("}")])
}
