//! Constraints broken in pairs, to learn the order of the checks and whether one or all are told; values whose length
//! depends on the unit of counting; and what is nearly white space to `\S`.

use super::constraints::{CONSTRAINTS, Constraint};
use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::template::{Binding, CodeForm, Template};

pub(super) fn cases(suite: &mut Suite) {
    pairs(suite);
    pairs_with_nested(suite);
    units_of_length(suite);
    control_characters(suite);
    unusual_white_space(suite);
}

/// One constraint of one member, broken: the member, the constraint, its label, and how.
struct Breach {
    member: &'static str,
    constraint: &'static str,
    label: &'static str,
    value: Option<fn() -> Template>,
}

const fn breach(
    (member, constraint): (&'static str, &'static str),
    label: &'static str,
    value: Option<fn() -> Template>,
) -> Breach {
    Breach { member, constraint, label, value }
}

fn null() -> Template {
    value::raw("null")
}

fn empty() -> Template {
    value::text("")
}

fn long() -> Template {
    value::repeated("b", 129)
}

/// Every constraint that the model publishes of a top-level member.
const BREACHES: [Breach; 20] = [
    breach(("ClientId", "absent"), "absent/ClientId", None),
    breach(("ClientId", "null"), "null/ClientId", Some(null)),
    breach(("ClientId", "short"), "too-short/ClientId/0", Some(empty)),
    breach(("ClientId", "long"), "too-long/ClientId/129", Some(long)),
    breach(("ClientId", "pattern"), "pattern/ClientId/exclamation-mark", Some(|| value::text("b!b"))),
    breach(("Username", "absent"), "absent/Username", None),
    breach(("Username", "null"), "null/Username", Some(null)),
    breach(("Username", "short"), "too-short/Username/0", Some(empty)),
    breach(("Username", "long"), "too-long/Username/129", Some(long)),
    breach(("Username", "pattern"), "pattern/Username/zs-u0020-inner", Some(|| value::text("b b"))),
    breach(("ConfirmationCode", "absent"), "absent/ConfirmationCode", None),
    breach(("ConfirmationCode", "null"), "null/ConfirmationCode", Some(null)),
    breach(("ConfirmationCode", "short"), "too-short/ConfirmationCode/0", Some(empty)),
    breach(
        ("ConfirmationCode", "long"),
        "too-long/ConfirmationCode/2049",
        Some(|| value::repeated("7", 2049)),
    ),
    breach(("ConfirmationCode", "pattern"), "pattern/ConfirmationCode/space", Some(|| value::text("1 2"))),
    breach(("SecretHash", "short"), "too-short/SecretHash/0", Some(empty)),
    breach(("SecretHash", "long"), "too-long/SecretHash/129", Some(long)),
    breach(("SecretHash", "pattern"), "pattern/SecretHash/exclamation-mark", Some(|| value::text("b!b="))),
    breach(("Session", "short"), "too-short/Session/19", Some(|| value::repeated("s", 19))),
    breach(("Session", "long"), "too-long/Session/4097", Some(|| value::repeated("s", 4097))),
];

fn broken(payload: Payload, breach: &Breach) -> Payload {
    match breach.value {
        Some(value) => payload.with(breach.member, value()),
        None => payload.without(breach.member),
    }
}

/// Every two constraints of different members. Two of one member are in `pattern` and, where a value is empty, in
/// `boundary`.
fn pairs(suite: &mut Suite) {
    for (i, a) in BREACHES.iter().enumerate() {
        for b in BREACHES.iter().skip(i + 1).filter(|b| a.member != b.member) {
            // A secret hash belongs to a client that has a secret.
            let secret = [a.member, b.member].contains(&"SecretHash");
            let client = if secret { ClientKind::Secret } else { ClientKind::Public };
            let name = format!("{}-{}+{}-{}", kebab(a.member), a.constraint, kebab(b.member), b.constraint);
            let payload = broken(broken(Payload::base(client), a), b);
            suite.push(
                Draft::new("pair", &name, Layer::Constraint)
                    .client(client)
                    .payload(&payload, &[a.label, b.label]),
            );
        }
    }
}

/// The one constraint of every nested value, its greatest length, beside every constraint of a member and beside that of
/// every other nested value.
fn pairs_with_nested(suite: &mut Suite) {
    let long = |constraint: &Constraint| value::repeated(constraint.filler, constraint.max + 1);
    let label = |constraint: &Constraint| format!("too-long/{}/{}", constraint.path, constraint.max + 1);
    let nested = || CONSTRAINTS.iter().filter(|constraint| constraint.path.contains('.'));
    for (i, a) in nested().enumerate() {
        for b in &BREACHES {
            let client = if b.member == "SecretHash" { ClientKind::Secret } else { ClientKind::Public };
            let name = format!("{}-{}+{}-long", kebab(b.member), b.constraint, kebab(a.path));
            let payload = broken(sample::place(client, a.path, long(a)), b);
            let draft = Draft::new("pair", &name, Layer::Constraint).client(client);
            suite.push(draft.payload(&payload, &[b.label, &label(a)]));
        }
        for b in nested().skip(i + 1) {
            let name = format!("{}-long+{}-long", kebab(a.path), kebab(b.path));
            let payload = both((a.path, long(a)), (b.path, long(b)));
            let draft = Draft::new("pair", &name, Layer::Constraint);
            suite.push(draft.payload(&payload, &[&label(a), &label(b)]));
        }
    }
}

/// A payload with these values at two nested paths.
fn both((a, first): (&str, Template), (b, second): (&str, Template)) -> Payload {
    let [(container, name), (other, other_name)] =
        [a, b].map(|path| path.split_once('.').unwrap_or((path, "")));
    if container != other {
        let other_value = sample::place(ClientKind::Public, b, second);
        let other_value = other_value.value(other).cloned().unwrap_or_default();
        return sample::place(ClientKind::Public, a, first).with(other, other_value);
    }
    let value = match container {
        "ClientMetadata" => value::concat([value::raw("{"), first, value::raw(":"), second, value::raw("}")]),
        _ => value::object([(name, first), (other_name, second)]),
    };
    Payload::base(ClientKind::Public).with(container, value)
}

/// What it is, a unit, and how much it counts: one character (a scalar value, or two that make one grapheme), in units of
/// UTF-16 and in bytes of UTF-8.
const UNITS: &[(&str, &str)] =
    &[("astral", "\u{1f600}"), ("combining", "e\u{301}"), ("three-byte", "\u{6f22}"), ("two-byte", "\u{e9}")];

/// Member, its bound, and which one: the value is on one side of it by some unit and on the other by another. Which unit
/// AWS counts in is not attested (VAL-020), and Smithy speaks of scalar values: what is answered is noted, not judged.
const BOUNDS: &[(&str, usize, &str)] = &[
    ("Username", 128, "max"),
    ("ConfirmationCode", 2048, "max"),
    ("Session", 20, "min"),
    ("Session", 4096, "max"),
    ("AnalyticsMetadata.AnalyticsEndpointId", 131_072, "max"),
    ("UserContextData.EncodedData", 131_072, "max"),
    ("ClientMetadata.key", 131_072, "max"),
    ("ClientMetadata.value", 131_072, "max"),
];

fn units_of_length(suite: &mut Suite) {
    for (path, bound, which) in BOUNDS {
        for (what, unit) in UNITS {
            let [scalars, utf16, bytes] = [unit.chars().count(), unit.encode_utf16().count(), unit.len()];
            // Just over by one unit and within by the next smaller one: over in bytes, in UTF-16, in scalar values (and
            // within in graphemes).
            let mut sizes: Vec<(&str, usize)> = vec![("bytes", bytes)];
            if utf16 > scalars {
                sizes.push(("utf-16", utf16));
            }
            if scalars > 1 {
                sizes.push(("scalars", scalars));
            }
            for (counted_in, size) in sizes {
                let times = if *which == "max" { bound / size + 1 } else { bound.div_ceil(size) };
                let name = format!("unit-{}-{which}-{what}-{counted_in}", kebab(path));
                let payload = sample::place(ClientKind::Public, path, value::repeated(unit, times));
                let label = format!("valid/length-unit/{path}-{which}-{what}-{counted_in}");
                suite.push(Draft::new("length", &name, Layer::Constraint).payload(&payload, &[&label]));
            }
        }
    }
}

/// Controls that no reading of `\s` takes: the code passes validation and is another one, whatever trims it.
fn control_characters(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for c in ['\0', '\u{1}', '\u{8}', '\u{e}', '\u{1b}', '\u{7f}'] {
            for (place, value) in around_the_code(&c.to_string()) {
                let name = format!("confirmation-code-control-u{:04x}-{place}-{client}", u32::from(c));
                let label = format!("valid/text/ConfirmationCode-control-u{:04x}", u32::from(c));
                let payload = Payload::base(client).with("ConfirmationCode", value);
                suite.push(
                    Draft::new("text", &name, Layer::Constraint)
                        .client(client)
                        .payload(&payload, &[&label, "code/wrong"]),
                );
            }
        }
    }
}

/// White space of Unicode, and what once was or looks like it, beyond the ones in `pattern`.
const WHITE_SPACE: [(&str, char); 15] = [
    ("group-separator", '\u{1d}'),
    ("record-separator", '\u{1e}'),
    ("unit-separator", '\u{1f}'),
    ("mongolian-vowel-separator", '\u{180e}'),
    ("en-quad", '\u{2000}'),
    ("figure-space", '\u{2007}'),
    ("thin-space", '\u{2009}'),
    ("hair-space", '\u{200a}'),
    ("zero-width-non-joiner", '\u{200c}'),
    ("left-to-right-mark", '\u{200e}'),
    ("medium-mathematical-space", '\u{205f}'),
    ("word-joiner", '\u{2060}'),
    ("braille-blank", '\u{2800}'),
    ("hangul-filler", '\u{3164}'),
    ("byte-order-mark", '\u{feff}'),
];

fn unusual_white_space(suite: &mut Suite) {
    for (what, c) in WHITE_SPACE {
        for (place, value) in around_the_code(&c.to_string()) {
            let payload = Payload::base(ClientKind::Public).with("ConfirmationCode", value);
            let name = format!("confirmation-code-non-ascii-{what}-{place}-public");
            let label = format!("pattern/ConfirmationCode/non-ascii-{what}");
            suite.push(Draft::new("pattern", &name, Layer::Constraint).payload(&payload, &[&label]));
        }
    }
}

fn around_the_code(text: &str) -> [(&'static str, Template); 2] {
    let code = Binding::Code(CodeForm::Right);
    [("leading", value::around(text, code, "")), ("trailing", value::around("", code, text))]
}
