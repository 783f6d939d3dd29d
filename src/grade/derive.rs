//! From the bytes of a request to the labels that they show on their face: what was done to a valid payload, as far as
//! nobody has to know the state of a user or an app client. Reads bytes and the published model, and nothing of how cases
//! are made: that the labels of generated cases come out again is proven by a test.

use super::body::{Kind, Members};
use crate::case::Label;
use crate::model::{Constraints, Kind as ShapeKind, LengthUnit, Member, Model, Pattern, Revision, Shape};
use crate::wire::{Headers, escape};
use regex::Regex;
use serde_json::value::RawValue;
use std::sync::LazyLock;

/// The content type of AWS JSON 1.1.
const CONTENT_TYPE: &[u8] = b"application/x-amz-json-1.1";
/// What stands for the part of a label that the bytes do not tell.
const UNTOLD: &str = "as-captured";

/// Bodies that are nested deeper are not looked at.
const DEPTH_MAX: usize = 16;

/// A member that the shape does not have is looked at no further, as long as its value has no more bytes than this.
const PLAIN_BYTES_MAX: usize = 256;

/// Numbers with more digits in a row are read differently by different readers.
const DIGITS_MAX: usize = 15;

/// What the bytes of a request show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derived {
    /// What was done. Empty for a request that is valid on its face.
    pub labels: Vec<Label>,
    /// What cannot be told, or is attested by nothing. Where there is anything, the request is not judged.
    pub unclear: Vec<String>,
    /// The optional members that are there.
    pub optional: Vec<String>,
}

impl Derived {
    fn label(&mut self, kind: &str, at: &str, detail: &str) {
        let label = Label::new(kind, at, detail);
        if !self.labels.contains(&label) {
            self.labels.push(label);
        }
    }

    fn unclear(&mut self, text: impl Into<String>) {
        self.unclear.push(text.into());
    }
}

/// What a request shows that is addressed to ConfirmSignUp.
pub fn derive(method: &[u8], target: &[u8], headers: &Headers, body: &[u8]) -> Derived {
    let mut derived = Derived::default();
    if method != b"POST" {
        derived.label("method", &escape(method), "");
    }
    if target != b"/" {
        derived.unclear(format!("the path is `{}` and not `/`", escape(target)));
    }
    content_type(&mut derived, headers);
    read_body(&mut derived, body);
    derived
}

fn content_type(derived: &mut Derived, headers: &Headers) {
    let values: Vec<&[u8]> = headers.all("content-type").collect();
    match values.as_slice() {
        [CONTENT_TYPE] => {}
        [] => derived.label("content-type", "absent", ""),
        [b""] => derived.label("content-type", "empty", ""),
        [b"application/json"] => derived.label("content-type", "json", ""),
        [b"application/x-amz-json-1.0"] => derived.label("content-type", "amz-json-1.0", ""),
        _ => derived.unclear("the Content-Type has a form that nothing is attested for"),
    }
}

fn read_body(derived: &mut Derived, body: &[u8]) {
    let is_white_space = |byte: &u8| b" \t\r\n".contains(byte);
    if body.is_empty() {
        return derived.label("json", "empty-body", "");
    }
    if body.iter().all(is_white_space) {
        return derived.label("json", "white-space-only", "");
    }
    if depth(body) > DEPTH_MAX {
        return derived.unclear(format!("the body is nested more than {DEPTH_MAX} deep"));
    }
    let value = match serde_json::from_slice::<&RawValue>(body) {
        Ok(value) => value,
        // An escape or a quote too many ends a body early as well.
        Err(error) if error.is_eof() && !body.iter().any(|byte| b"\\'".contains(byte)) => {
            return derived.label("json", &format!("truncated-{UNTOLD}"), "");
        }
        Err(error) => {
            let reason = error.to_string();
            return derived.unclear(format!("the body is no JSON text: {}", escape(reason.as_bytes())));
        }
    };
    match Kind::of(value) {
        Kind::Object => {}
        kind => return derived.label("json", &format!("root-{}", kind.name()), ""),
    }
    match serde_json::from_str::<Members<'_>>(value.get()) {
        Ok(members) => root(derived, &members),
        Err(error) => {
            let reason = error.to_string();
            derived.unclear(format!("a name in the body cannot be read: {}", escape(reason.as_bytes())));
        }
    }
}

/// How deep brackets and braces are nested, those in strings included: an upper bound that costs no parser.
fn depth(body: &[u8]) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in body {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

fn root(derived: &mut Derived, members: &Members<'_>) {
    let model = Model::of(Revision::NEWEST);
    for member in model.request().members() {
        let name = member.name();
        let found: Vec<&RawValue> =
            members.0.iter().filter(|(other, _)| other == name).map(|(_, value)| *value).collect();
        match found.as_slice() {
            [] if !member.required() => {}
            [] => match members.0.iter().find_map(|(other, _)| miscased(name, other)) {
                Some(form) => derived.label("miscased", name, form),
                None => derived.label("absent", name, ""),
            },
            [value] => {
                if !member.required() {
                    derived.optional.push(name.to_owned());
                }
                checked(derived, name, member, value);
            }
            [..] => duplicate(derived, name),
        }
    }
    let is_there = |name: &str| members.0.iter().any(|(other, _)| other == name);
    for (position, (name, value)) in members.0.iter().enumerate() {
        if model.request().member(name).is_some() {
            continue;
        }
        if members.0.iter().take(position).any(|(other, _)| other == name) {
            duplicate(derived, "a member that the shape does not have");
        }
        if !name.is_ascii() || !is_plain(name, value) {
            derived.unclear("a member that the shape does not have is large or odd");
        }
        match model.request().members().iter().find(|member| miscased(member.name(), name).is_some()) {
            None => derived.label("unknown-member", UNTOLD, ""),
            // It is what the missing member was labelled for.
            Some(meant) if meant.required() && !is_there(meant.name()) => {}
            Some(meant) => derived.unclear(format!("`{}` is spelt in another way as well", meant.name())),
        }
    }
}

/// Whether a value that is not looked at is short, and holds neither an escape nor a number of unusual form.
fn is_plain(name: &str, value: &RawValue) -> bool {
    let text = value.get();
    let is_plain = text.len() <= PLAIN_BYTES_MAX && name.len() <= PLAIN_BYTES_MAX && !text.contains('\\');
    is_plain && if Kind::of(value) == Kind::String { true } else { is_plain_number(text) }
}

/// Whether `text` holds no number with an exponent or with more digits than every reader takes.
fn is_plain_number(text: &str) -> bool {
    let digits = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let has_exponent = text.as_bytes().windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'e' | b'E']));
    digits <= DIGITS_MAX && !has_exponent
}

/// In which form `found` is the name of a member, if it is not the name itself.
fn miscased(name: &str, found: &str) -> Option<&'static str> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    if found == name || plain(found.trim_matches(|c: char| c.is_whitespace() || c == '\0')) != plain(name) {
        return None;
    }
    Some(match () {
        () if found.contains('_') => "snake",
        () if found.contains('-') => "kebab",
        () if found == name.to_lowercase() => "lower",
        () if found == name.to_uppercase() => "upper",
        () if found.len() == name.len() => "lower-camel",
        () => UNTOLD,
    })
}

fn duplicate(derived: &mut Derived, path: &str) {
    derived.unclear(format!("`{path}` stands in the body twice"));
}

/// A member with its value.
fn checked(derived: &mut Derived, path: &str, member: &Member, value: &RawValue) {
    let kind = Kind::of(value);
    if kind == Kind::Null {
        return derived.label("null", path, "");
    }
    match expected(member.target()) {
        Expected::String if kind == Kind::String => text(derived, path, value),
        Expected::Boolean if matches!(kind, Kind::True | Kind::False) => {}
        Expected::Structure if kind == Kind::Object => structure(derived, path, member.target(), value),
        Expected::Map if kind == Kind::Object => map(derived, path, value),
        _ if kind == Kind::Number && !is_plain_number(value.get()) => {
            derived.unclear(format!("`{path}` is a number of unusual form"));
        }
        Expected::Other => derived.unclear(format!("`{path}` has a type that is not looked at")),
        Expected::String | Expected::Boolean | Expected::Structure | Expected::Map => {
            derived.label("wrong-type", path, kind.name());
        }
    }
}

/// The JSON type that a shape is written in.
enum Expected {
    String,
    Boolean,
    Structure,
    Map,
    Other,
}

fn expected(shape: &Shape) -> Expected {
    match shape.kind() {
        ShapeKind::Simple(simple) if simple.name() == "string" => Expected::String,
        ShapeKind::Simple(simple) if simple.name() == "boolean" => Expected::Boolean,
        ShapeKind::Structure(_) => Expected::Structure,
        ShapeKind::Map { .. } => Expected::Map,
        _ => Expected::Other,
    }
}

fn inner<'v>(derived: &mut Derived, path: &str, value: &'v RawValue) -> Option<Members<'v>> {
    match serde_json::from_str(value.get()) {
        Ok(members) => Some(members),
        Err(error) => {
            let reason = escape(error.to_string().as_bytes());
            derived.unclear(format!("a name in `{path}` cannot be read: {reason}"));
            None
        }
    }
}

fn structure(derived: &mut Derived, path: &str, shape: &Shape, value: &RawValue) {
    let Some(Members(members)) = inner(derived, path, value) else { return };
    for (position, (name, value)) in members.iter().enumerate() {
        let path = format!("{path}.{name}");
        if members.iter().take(position).any(|(other, _)| other == name) {
            duplicate(derived, &escape(path.as_bytes()));
        }
        match shape.members().into_iter().find(|member| member.name() == name) {
            Some(member) => checked(derived, &path, member, value),
            None => derived.label("unknown-member", UNTOLD, ""),
        }
    }
}

fn map(derived: &mut Derived, path: &str, value: &RawValue) {
    let Some(Members(members)) = inner(derived, path, value) else { return };
    for (position, (name, value)) in members.iter().enumerate() {
        if members.iter().take(position).any(|(other, _)| other == name) {
            duplicate(derived, path);
        }
        bounds(derived, &format!("{path}.key"), name);
        let path = format!("{path}.value");
        match Kind::of(value) {
            Kind::Null => derived.label("null", &path, ""),
            Kind::String => text(derived, &path, value),
            kind => derived.label("wrong-type", &path, kind.name()),
        }
    }
}

/// A string.
fn text(derived: &mut Derived, path: &str, value: &RawValue) {
    match serde_json::from_str::<String>(value.get()) {
        Ok(text) => bounds(derived, path, &text),
        Err(_) => {
            derived.unclear(format!("`{path}` holds a lone surrogate or another escape that is no text"));
        }
    }
}

/// A text against what is published of its length and form, in every revision.
fn bounds(derived: &mut Derived, path: &str, text: &str) {
    let every: Vec<&Constraints> = Revision::ALL
        .iter()
        .filter_map(|revision| Some(Model::of(*revision).member_at(path)?.constraints()))
        .collect();
    let lengths: Vec<usize> = LengthUnit::ALL.iter().map(|unit| unit.count(text)).collect();
    let min = every.iter().filter_map(|it| Some(it.length?.min)).max().unwrap_or(0);
    // Between the bounds of two revisions nothing is attested.
    let largest = || every.iter().filter_map(|it| it.length?.max);
    let (certain, doubtful) = (largest().max(), largest().min());
    // A text may be counted as it is composed: marks are part of what they stand on.
    let lengths: Vec<usize> = lengths.into_iter().chain([without_marks(text)]).collect();
    let shown = LengthUnit::Scalars.count(text).to_string();
    let is_short = |length: &usize| *length < min;
    let exceeds = |length: &usize, max: Option<usize>| max.is_some_and(|max| *length > max);
    if lengths.iter().all(is_short) {
        derived.label("too-short", path, &shown);
    } else if lengths.iter().all(|length| exceeds(length, certain)) {
        derived.label("too-long", path, &shown);
    } else if lengths.iter().any(|length| is_short(length) || exceeds(length, doubtful)) {
        derived.unclear(format!("whether `{path}` is too long or too short is not attested"));
    }
    let pattern = every.iter().find_map(|it| it.pattern.as_ref()).filter(|_| !text.is_empty());
    if let Some(pattern) = pattern {
        matched(derived, path, text, pattern);
    }
}

/// A text against a pattern. AWS's `\w` and `\s` are taken to be those of ASCII; where other readings say otherwise, nothing
/// is attested.
fn matched(derived: &mut Derived, path: &str, text: &str, pattern: &Pattern) {
    let has_class = ["\\w", "\\s", "\\S"].iter().any(|class| pattern.unanchored().contains(class));
    let is_doubtful = |c: char| has_class && (!c.is_ascii() || ('\u{1c}'..='\u{1f}').contains(&c));
    let certain: String = text.chars().filter(|c| !is_doubtful(*c)).collect();
    let fits = |text: &str| text.is_empty() || pattern.matches(text).unwrap_or(true);
    if !fits(&certain) {
        derived.label("pattern", path, UNTOLD);
    } else if certain.len() < text.len() {
        derived
            .unclear(format!("which characters beyond ASCII the pattern of `{path}` takes is not attested"));
    } else if !fits(text) {
        derived.label("pattern", path, UNTOLD);
    }
}

/// The number of characters that are no marks.
fn without_marks(text: &str) -> usize {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{M}").ok());
    let marks = MARK.as_ref().filter(|_| !text.is_ascii()).map_or(0, |mark| mark.find_iter(text).count());
    text.chars().count().saturating_sub(marks)
}
