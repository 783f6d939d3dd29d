//! Mutations of one member: absent, null, too short, too long, outside its pattern, of the wrong type, or unusual.

use super::sketch::Sketch;
use crate::case::{ClientKind, Username};
use crate::generate::constraints::{CONSTRAINTS, Constraint};
use crate::generate::payload::REQUIRED;
use crate::generate::sample::{self, kebab};
use crate::generate::{user, value};
use crate::secret_hash::HashForm;
use crate::seed::Rng;
use crate::template::{Binding, CodeForm, Template, json_escape};
use std::fmt::Write as _;

/// The top-level member that a path lies in.
fn top(path: &'static str) -> &'static str {
    path.split('.').next().unwrap_or(path)
}

/// `inner` at `path`, in a container of its own where it is nested.
fn place(sketch: &mut Sketch, path: &'static str, inner: Template) {
    match path.split_once('.') {
        None => sketch.set(path, inner),
        Some(("ClientMetadata", "key")) => {
            let entry = value::concat([value::raw("{"), inner, value::raw(":\"v\"}")]);
            sketch.set("ClientMetadata", entry);
        }
        Some((container, name)) => {
            let name = if container == "ClientMetadata" { "k" } else { name };
            sketch.set(container, value::object([(name, inner)]));
        }
    }
}

/// The right value of a required member or the hash.
pub(super) fn binding_of(member: &str) -> Binding {
    match member {
        "ClientId" => Binding::ClientId,
        "Username" => Binding::Username,
        "SecretHash" => Binding::SecretHash(HashForm::Right),
        _ => Binding::Code(CodeForm::Right),
    }
}

pub(super) fn absent(sketch: &mut Sketch, rng: &mut Rng) {
    if let Some(member) = rng.pick(&REQUIRED).copied().filter(|member| sketch.take(member)) {
        sketch.leave_out(member);
        sketch.label(format!("absent/{member}"));
    }
}

pub(super) fn null(sketch: &mut Sketch, rng: &mut Rng) {
    const MEMBERS: [&str; 9] = [
        "ClientId",
        "Username",
        "ConfirmationCode",
        "SecretHash",
        "ForceAliasCreation",
        "AnalyticsMetadata",
        "UserContextData",
        "ClientMetadata",
        "Session",
    ];
    if let Some(member) = rng.pick(&MEMBERS).copied().filter(|member| sketch.take(member)) {
        sketch.set(member, value::raw("null"));
        let kind = if (member, sketch.client) == ("SecretHash", ClientKind::Secret) {
            "secret-hash/null".to_owned()
        } else {
            format!("null/{member}")
        };
        sketch.label(kind);
    }
}

pub(super) fn null_inside(sketch: &mut Sketch, rng: &mut Rng) {
    const PATHS: [&str; 4] = [
        "AnalyticsMetadata.AnalyticsEndpointId",
        "UserContextData.IpAddress",
        "UserContextData.EncodedData",
        "ClientMetadata.value",
    ];
    if let Some(path) = rng.pick(&PATHS).copied().filter(|path| sketch.take(top(path))) {
        place(sketch, path, value::raw("null"));
        sketch.label(format!("null/{path}"));
    }
}

pub(super) fn too_short(sketch: &mut Sketch, rng: &mut Rng) {
    let bounded: Vec<&Constraint> = CONSTRAINTS.iter().filter(|constraint| constraint.min > 0).collect();
    if let Some(constraint) = rng.pick(&bounded).filter(|constraint| sketch.take(constraint.path)) {
        let lengths = [0, constraint.min / 2, constraint.min - 1];
        let length = rng.pick(&lengths).copied().unwrap_or(0);
        sketch.set(constraint.path, value::repeated(constraint.filler, length));
        sketch.label(format!("too-short/{}/{length}", constraint.path));
    }
}

fn longer_than_allowed(sketch: &mut Sketch, rng: &mut Rng, constraints: &[&Constraint]) {
    let Some(constraint) = rng.pick(constraints).filter(|constraint| sketch.take(top(constraint.path)))
    else {
        return;
    };
    let lengths = [1, 1, 2, 1 + rng.below(constraint.max / 4 + 1), constraint.max];
    let length = constraint.max + rng.pick(&lengths).copied().unwrap_or(1);
    place(sketch, constraint.path, value::repeated(constraint.filler, length));
    sketch.label(format!("too-long/{}/{length}", constraint.path));
}

pub(super) fn too_long(sketch: &mut Sketch, rng: &mut Rng) {
    let small: Vec<&Constraint> =
        CONSTRAINTS.iter().filter(|constraint| !constraint.path.contains('.')).collect();
    longer_than_allowed(sketch, rng, &small);
}

pub(super) fn far_too_long(sketch: &mut Sketch, rng: &mut Rng) {
    let large: Vec<&Constraint> =
        CONSTRAINTS.iter().filter(|constraint| constraint.path.contains('.')).collect();
    longer_than_allowed(sketch, rng, &large);
}

/// Lengths that are allowed: the edges, and those where somebody might have put a bound of his own.
pub(super) fn at_the_edge(sketch: &mut Sketch, rng: &mut Rng) {
    let number = |rng: &mut Rng, edges: &[usize], from: usize, to: usize| match rng.below(4) {
        0 => from + rng.below(to - from + 1),
        _ => rng.pick(edges).copied().unwrap_or(from),
    };
    match rng.below(6) {
        0 if sketch.take("ClientId") => {
            let length = number(rng, &[1, 2, 25, 26, 27, 55, 56, 127, 128], 1, 128);
            sketch.set("ClientId", value::repeated("a", length));
            sketch.label(format!("valid/length/ClientId-{length}"));
            sketch.label("client/unknown");
        }
        1 if sketch.take("ConfirmationCode") => {
            let length = number(rng, &[1, 2, 5, 6, 7, 8, 2047, 2048], 1, 2048);
            sketch.set("ConfirmationCode", value::repeated("\u{bc}", length));
            sketch.label(format!("valid/length/ConfirmationCode-{length}"));
            sketch.label("code/wrong");
        }
        2 if sketch.take_all(&["Username", "name", "user"]) => {
            let length = number(rng, &[16, 64, 65, 127, 128], 16, 128);
            sketch.name(Username::Filled { filler: 'u', length });
            sketch.label(format!("valid/length/Username-{length}"));
        }
        // A name that nobody has may have any length; the hash would have to be that of the name.
        3 if sketch.client != ClientKind::Secret && sketch.take_all(&["Username", "name", "user"]) => {
            let length = number(rng, &[1, 2, 3, 127, 128], 1, 128);
            sketch.set("Username", value::repeated("\u{e5}", length));
            sketch.label(format!("valid/length/Username-{length}"));
            sketch.label(user::state("absent", sketch.client));
        }
        4 if sketch.take("SecretHash") => {
            let length = number(rng, &[1, 2, 43, 44, 45, 127, 128], 1, 128);
            sketch.set("SecretHash", value::repeated("A", length));
            sketch.label(match sketch.client {
                ClientKind::Secret => "secret-hash/zeros",
                _ => "secret-hash-unneeded/zeros",
            });
        }
        _ if sketch.take("Session") => {
            let length = number(rng, &[20, 21, 2047, 2048], 20, 2048);
            sketch.set("Session", value::repeated("s", length));
            sketch.label("session/never-issued");
        }
        _ => {}
    }
}

/// The right value with a character in it that the pattern leaves out.
pub(super) fn outside_the_pattern(sketch: &mut Sketch, rng: &mut Rng) {
    const OF_NAMES: [char; 24] = [
        ' ',
        '\t',
        '\n',
        '\r',
        '\0',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{a0}',
        '\u{ad}',
        '\u{1680}',
        '\u{2003}',
        '\u{200b}',
        '\u{200d}',
        '\u{2028}',
        '\u{2029}',
        '\u{202e}',
        '\u{2060}',
        '\u{3000}',
        '\u{e000}',
        '\u{feff}',
        '\u{ffff}',
        '\u{f0000}',
        '\u{e0001}',
    ];
    const OF_CODES: [char; 6] = [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'];
    let secret = sketch.client == ClientKind::Secret;
    let ascii = |rng: &mut Rng, allowed: &str| {
        let left_out = |c: &char| !c.is_ascii_alphanumeric() && *c != '_' && !allowed.contains(*c);
        let all: Vec<char> = (0..=0x7f_u8).map(char::from).filter(left_out).collect();
        rng.pick(&all).copied()
    };
    let (member, c) = match rng.below(4) {
        0 => ("ClientId", ascii(rng, "+")),
        1 => ("SecretHash", ascii(rng, "+=/")),
        2 => ("ConfirmationCode", rng.pick(&OF_CODES).copied()),
        _ => ("Username", rng.pick(&OF_NAMES).copied()),
    };
    let Some(c) = c.filter(|_| sketch.take(member)) else { return };
    let (before, after, position) = match rng.below(3) {
        0 => (c.to_string(), String::new(), "leading"),
        1 => (format!("a{c}"), String::new(), "inner"),
        _ => (String::new(), c.to_string(), "trailing"),
    };
    let value = if member == "SecretHash" && !secret {
        // An app client without a secret has no right hash.
        value::text(&format!("{before}A{after}"))
    } else {
        value::around(&before, binding_of(member), &after)
    };
    sketch.set(member, value);
    sketch.label(format!("pattern/{member}/u{:04x}-{position}", u32::from(c)));
}

const TYPES: [(&str, &str); 12] = [
    ("number", "123456"),
    ("number", "0"),
    ("number", "-1.5e3"),
    ("true", "true"),
    ("false", "false"),
    ("array", "[]"),
    ("array", r#"["x"]"#),
    ("array", "[1,null,{}]"),
    ("object", "{}"),
    ("object", r#"{"x":"y"}"#),
    ("string", r#""x""#),
    ("string", r#""""#),
];

pub(super) fn wrong_type(sketch: &mut Sketch, rng: &mut Rng) {
    const PATHS: [&str; 13] = [
        "ClientId",
        "SecretHash",
        "Username",
        "ConfirmationCode",
        "Session",
        "AnalyticsMetadata.AnalyticsEndpointId",
        "UserContextData.IpAddress",
        "UserContextData.EncodedData",
        "ClientMetadata.value",
        "AnalyticsMetadata",
        "UserContextData",
        "ClientMetadata",
        "ForceAliasCreation",
    ];
    let right = |path: &str, kind: &str| match path {
        "AnalyticsMetadata" | "UserContextData" | "ClientMetadata" => kind == "object",
        "ForceAliasCreation" => kind == "true" || kind == "false",
        _ => kind == "string",
    };
    let (Some(path), Some((kind, json))) = (rng.pick(&PATHS).copied(), rng.pick(&TYPES)) else { return };
    if !right(path, kind) && sketch.take(top(path)) {
        place(sketch, path, value::raw(json));
        sketch.label(format!("wrong-type/{path}/{kind}"));
    }
}

/// The right value in a list, in an object, or as a number: what a client without types sends.
pub(super) fn right_value_of_the_wrong_type(sketch: &mut Sketch, rng: &mut Rng) {
    let Some(member) = rng.pick(&REQUIRED).copied().filter(|member| sketch.take(member)) else { return };
    let right = || value::bound(binding_of(member));
    let (value, kind) = match rng.below(3) {
        0 => (value::concat([value::raw("["), right(), value::raw("]")]), "array"),
        1 if member == "ConfirmationCode" => {
            let digits = value::inside(binding_of(member), crate::template::Escaping::Raw);
            (value::concat([value::raw("1"), digits]), "number")
        }
        _ => (value::object([("S", right())]), "object"),
    };
    sketch.set(member, value);
    sketch.label(format!("wrong-type/{member}/{kind}"));
}

pub(super) fn miscased(sketch: &mut Sketch, rng: &mut Rng) {
    let Some(member) = rng.pick(&REQUIRED).copied().filter(|member| sketch.take(member)) else { return };
    let (form, name) = match rng.below(5) {
        0 => ("lower-camel", {
            let mut letters = member.chars();
            letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
        }),
        1 => ("lower", member.to_ascii_lowercase()),
        2 => ("upper", member.to_ascii_uppercase()),
        3 => ("snake", kebab(member).replace('-', "_")),
        _ => ("trailing-space", format!("{member} ")),
    };
    let payload = std::mem::take(&mut sketch.payload);
    sketch.payload = payload.renamed(member, &name);
    sketch.label(format!("miscased/{member}/{form}"));
}

pub(super) fn unknown(sketch: &mut Sketch, rng: &mut Rng) {
    const NAMES: [&str; 8] =
        ["Unknown", "__proto__", "constructor", "UserPoolId", "Code", "confirmationCode", "", "\\u0000"];
    const VALUES: [&str; 8] = [
        "\"x\"",
        "null",
        "1",
        "123456789012345678901234567890",
        "true",
        "{}",
        "[1,\"x\",null]",
        "\"000000\"",
    ];
    if !sketch.take("unknown") {
        return;
    }
    let (name, json) = (rng.pick(&NAMES).copied().unwrap_or("x"), rng.pick(&VALUES).copied().unwrap_or("1"));
    let payload = std::mem::take(&mut sketch.payload);
    sketch.payload = if rng.below(2) == 0 {
        payload.and(name, value::raw(json))
    } else {
        payload.after(name, value::raw(json))
    };
    sketch.label("unknown-member/drawn");
}

pub(super) fn optional(sketch: &mut Sketch, rng: &mut Rng) {
    if let Some(member) = rng.pick(&sample::OPTIONAL).copied().filter(|member| sketch.take(member)) {
        let value = sample::member(member, rng);
        sketch.set(member, value);
        sketch.member(member);
    }
}

/// Words that servers have stumbled over.
pub(super) const WORDS: [&str; 22] = [
    "'",
    "\"",
    "\\",
    "<b>",
    "<script>",
    "__proto__",
    "constructor",
    "${jndi:ldap://x}",
    "%s%n",
    "../..",
    "\u{1f600}",
    "\u{1d4ea}",
    "\u{202e}",
    "\u{200f}",
    "\u{2066}",
    "\u{0}",
    "\u{feff}",
    "null",
    "e\u{301}",
    "\u{6f22}",
    "{{7*7}}",
    "; --",
];

fn word(rng: &mut Rng) -> String {
    (0..=rng.below(3)).filter_map(|_| rng.pick(&WORDS).copied()).collect()
}

pub(super) fn rich_metadata(sketch: &mut Sketch, rng: &mut Rng) {
    if !sketch.take("ClientMetadata") {
        return;
    }
    let entries = if rng.below(8) == 0 { 65 + rng.below(60) } else { rng.below(4) };
    let mut json = String::from("{");
    for number in 0..entries {
        let (key, text) = (json_escape(&word(rng)), json_escape(&word(rng)));
        let comma = if number == 0 { "" } else { "," };
        // Writing to a `String` cannot fail.
        let _ = write!(json, "{comma}\"{key}{number}\":\"{text}\"");
    }
    json.push('}');
    sketch.set("ClientMetadata", value::raw(&json));
    sketch.label(match rng.below(2) {
        0 => "valid/text/ClientMetadata.key-drawn",
        _ => "valid/text/ClientMetadata.value-drawn",
    });
}

/// Values of any length that is allowed, more often short than long.
pub(super) fn long_metadata(sketch: &mut Sketch, rng: &mut Rng) {
    if !sketch.take("ClientMetadata") {
        return;
    }
    let lengths = [0, 1, 2048, 2049, 65_536, 102_400, 131_071, 131_072, rng.below(131_072)];
    let length = rng.pick(&lengths).copied().unwrap_or(0);
    let path = if rng.below(3) == 0 { "ClientMetadata.key" } else { "ClientMetadata.value" };
    place(sketch, path, value::repeated("v", length));
    sketch.label(format!("valid/length/{path}-{length}"));
}

pub(super) fn rich_username(sketch: &mut Sketch, rng: &mut Rng) {
    const PARTS: [&str; 16] = [
        "caf\u{e9}",
        "cafe\u{301}",
        "\u{1f600}",
        "\u{1d4ea}",
        "\"\\",
        "'",
        "<b>",
        "__proto__",
        "\u{6f22}\u{5b57}",
        "\u{5d0}",
        "+",
        "@",
        "/",
        "%41",
        "\u{130}",
        "A",
    ];
    if sketch.take_all(&["name", "user"]) {
        let text: String = (0..=rng.below(2)).filter_map(|_| rng.pick(&PARTS).copied()).collect();
        sketch.name(Username::Starting(text));
        sketch.label("valid/text/Username-drawn");
    }
}
