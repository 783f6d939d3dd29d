//! Members that the shape does not have: besides the others, or in place of a required one whose name is miscased.

use super::draft::Draft;
use super::payload::{Payload, REQUIRED};
use super::sample::{PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};

const GROUP: &str = "shape";

pub(super) fn cases(suite: &mut Suite) {
    miscased(suite);
    unknown(suite);
    unknown_nested(suite);
    miscased_optional(suite);
}

/// A member's name in another form.
const FORMS: [&str; 9] = [
    "lower-camel",
    "lower",
    "upper",
    "snake",
    "kebab",
    "leading-space",
    "trailing-space",
    "trailing-nul",
    "look-alike",
];

fn respelt(member: &str, form: &str) -> String {
    match form {
        "lower-camel" => {
            let mut letters = member.chars();
            letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
        }
        "lower" => member.to_ascii_lowercase(),
        "upper" => member.to_ascii_uppercase(),
        "snake" => kebab(member).replace('-', "_"),
        "kebab" => kebab(member),
        "leading-space" => format!(" {member}"),
        "trailing-space" => format!("{member} "),
        "trailing-nul" => format!("{member}\\u0000"),
        // A Cyrillic letter in place of the Latin one.
        _ => member.replace('e', "\u{435}").replace('o', "\u{43e}"),
    }
}

fn miscased(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for member in REQUIRED {
            for form in FORMS {
                let payload = Payload::base(client).renamed(member, &respelt(member, form));
                let name = format!("miscased-{}-{form}", kebab(member));
                push(suite, client, &name, &payload, &[&format!("miscased/{member}/{form}")]);
            }
        }
        for form in ["lower-camel", "lower", "upper", "snake"] {
            let payload = REQUIRED.iter().fold(Payload::base(client), |payload, member| {
                payload.renamed(member, &respelt(member, form))
            });
            let labels = REQUIRED.map(|member| format!("miscased/{member}/{form}"));
            let name = format!("miscased-all-{form}");
            push(suite, client, &name, &payload, &labels.each_ref().map(String::as_str));
        }
    }
}

/// Form, name (as JSON text) and value.
const UNKNOWN: &[(&str, &str, &str)] = &[
    ("string", "Unknown", r#""x""#),
    ("null", "Unknown", "null"),
    ("number", "Unknown", "1"),
    ("large-number", "Unknown", "123456789012345678901234567890"),
    ("fraction", "Unknown", "-0.5e-10"),
    ("boolean", "Unknown", "true"),
    ("empty-object", "Unknown", "{}"),
    ("object", "Unknown", r#"{"a":{"b":[1,"x",null]}}"#),
    ("empty-array", "Unknown", "[]"),
    ("array", "Unknown", r#"[1,"x",{"y":null}]"#),
    ("empty-name", "", r#""x""#),
    ("space-name", " ", r#""x""#),
    ("type-name", "__type", r#""ConfirmSignUpRequest""#),
    ("proto-name", "__proto__", r#"{"ClientId":"x"}"#),
    ("constructor-name", "constructor", r#""x""#),
    ("neighbour-user-pool-id", "UserPoolId", r#""us-east-1_x""#),
    ("neighbour-password", "Password", r#""x""#),
    ("neighbour-user-attributes", "UserAttributes", "[]"),
    ("neighbour-validation-data", "ValidationData", "null"),
    ("neighbour-code", "Code", r#""000000""#),
    ("lower-camel-duplicate", "confirmationCode", r#""000000""#),
    ("long-name", "A123456789A123456789A123456789A123456789A123456789A123456789", r#""x""#),
    ("unicode-name", "\u{e9}\u{1f600}", r#""x""#),
    ("escaped-name", r"\u0000\n\t", r#""x""#),
];

fn unknown(suite: &mut Suite) {
    for (form, name, json) in UNKNOWN {
        for client in PUBLIC_AND_SECRET {
            let payload = Payload::base(client).and(name, value::raw(json));
            push(suite, client, &format!("unknown-{form}"), &payload, &[&format!("unknown-member/{form}")]);
        }
    }
    for form in ["string", "object", "array"] {
        let json = UNKNOWN.iter().find(|(known, ..)| *known == form).map_or("1", |(_, _, json)| json);
        let payload = Payload::base(ClientKind::Public).after("Unknown", value::raw(json));
        let name = format!("unknown-{form}-first");
        push(suite, ClientKind::Public, &name, &payload, &[&format!("unknown-member/{form}")]);
    }
    for count in [10, 100, 1000] {
        let payload = (0..count).fold(Payload::base(ClientKind::Public), |payload, i| {
            payload.and(&format!("Unknown{i}"), value::raw("\"x\""))
        });
        let name = format!("unknown-{count}-members");
        push(suite, ClientKind::Public, &name, &payload, &["unknown-member/many"]);
    }
    let payload = Payload::base(ClientKind::Public).and("Unknown", value::repeated("x", 100_000));
    push(suite, ClientKind::Public, "unknown-long-string", &payload, &["unknown-member/string"]);
}

fn unknown_nested(suite: &mut Suite) {
    for (member, json) in [
        ("AnalyticsMetadata", r#"{"Unknown":"x"}"#),
        ("AnalyticsMetadata", r#"{"AnalyticsEndpointId":"e","Unknown":{"a":1}}"#),
        ("UserContextData", r#"{"Unknown":"x"}"#),
        ("UserContextData", r#"{"IpAddress":"203.0.113.7","ServerName":"x","HttpHeaders":[]}"#),
    ] {
        let payload = Payload::base(ClientKind::Public).with(member, value::raw(json));
        let beside = if json.contains(',') { "beside" } else { "alone" };
        let name = format!("unknown-in-{}-{beside}", kebab(member));
        push(suite, ClientKind::Public, &name, &payload, &[&format!("unknown-member/in-{member}")]);
    }
}

/// An optional member under another name is a member that the shape does not have. Its type is wrong on purpose:
/// whoever reads it under that name would refuse it.
fn miscased_optional(suite: &mut Suite) {
    for member in ["SecretHash", "ForceAliasCreation", "AnalyticsMetadata", "ClientMetadata", "Session"] {
        for form in ["lower-camel", "lower", "snake"] {
            let payload = Payload::base(ClientKind::Public).and(&respelt(member, form), value::raw("7"));
            let name = format!("unknown-{}-{form}", kebab(member));
            push(suite, ClientKind::Public, &name, &payload, &[&format!("unknown-member/{form}-{member}")]);
        }
    }
    for form in ["lower-camel", "lower", "snake"] {
        let payload = Payload::base(ClientKind::Secret).renamed("SecretHash", &respelt("SecretHash", form));
        let label = format!("unknown-member/{form}-SecretHash");
        let name = format!("unknown-secret-hash-{form}-instead");
        push(suite, ClientKind::Secret, &name, &payload, &["secret-hash/absent", &label]);
    }
}

fn push(suite: &mut Suite, client: ClientKind, name: &str, payload: &Payload, labels: &[&str]) {
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::JsonShape)
            .client(client)
            .payload(payload, labels),
    );
}
