//! Valid payloads by their JSON: other legal spellings of one and the same value (RFC 8259).

use super::draft::Draft;
use super::payload::{Layout, Payload};
use super::sample::{self, OPTIONAL, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Fixture, Layer, Username};
use crate::secret_hash::HashForm;
use crate::template::{Binding, CodeForm, Escaping, Template};

const GROUP: &str = "spelling";

pub(super) fn cases(suite: &mut Suite) {
    orders(suite);
    white_space(suite);
    escaped_values(suite);
    escaped_names(suite);
    single_escapes(suite);
}

/// Every order of `names`.
fn permutations(names: &[&'static str]) -> Vec<Vec<&'static str>> {
    let Some((first, rest)) = names.split_first() else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for shorter in permutations(rest) {
        for at in 0..=shorter.len() {
            let mut longer = shorter.clone();
            longer.insert(at, *first);
            all.push(longer);
        }
    }
    all
}

fn orders(suite: &mut Suite) {
    const PUBLIC: [&str; 3] = ["ClientId", "Username", "ConfirmationCode"];
    const SECRET: [&str; 4] = ["ClientId", "SecretHash", "Username", "ConfirmationCode"];
    for (client, names) in [(ClientKind::Public, PUBLIC.as_slice()), (ClientKind::Secret, SECRET.as_slice())]
    {
        for order in permutations(names).iter().filter(|order| order.as_slice() != names) {
            let initials: String = order.iter().filter_map(|name| name.chars().nth(1)).collect();
            let payload = Payload::base(client).ordered(order);
            push(suite, client, &format!("order-{initials}"), payload.template());
        }
    }
    for client in PUBLIC_AND_SECRET {
        for optional in OPTIONAL {
            let name = format!("first-{}", kebab(optional));
            let mut rng = suite.rng(GROUP, &name);
            let payload = Payload::base(client).after(optional, sample::member(optional, &mut rng));
            push(suite, client, &name, payload.template());
        }
    }
}

fn white_space(suite: &mut Suite) {
    let spaces = [("space", " "), ("tab", "\t"), ("line-feed", "\n"), ("carriage-return", "\r")];
    for (what, space) in spaces {
        for (place, layout) in [
            ("outside", Layout { outside: space, ..Layout::default() }),
            ("inside", Layout { inside: space, ..Layout::default() }),
            ("colon", Layout { colon: space, ..Layout::default() }),
            ("comma", Layout { comma: space, ..Layout::default() }),
        ] {
            let body = Payload::base(ClientKind::Public).laid_out(layout);
            push(suite, ClientKind::Public, &format!("{what}-{place}"), body);
        }
    }
    let pretty = Layout { outside: "\r\n", inside: "\n  ", colon: " ", comma: "\n  " };
    for client in PUBLIC_AND_SECRET {
        push(suite, client, "pretty", Payload::base(client).laid_out(pretty));
    }
    let padded = value::concat([
        Payload::base(ClientKind::Public).template(),
        Template(vec![crate::template::Segment::Repeat { unit: b" ".to_vec(), times: 4096 }]),
    ]);
    push(suite, ClientKind::Public, "four-thousand-spaces-after", padded);
}

fn binding_of(member: &str) -> Binding {
    match member {
        "ClientId" => Binding::ClientId,
        "Username" => Binding::Username,
        "SecretHash" => Binding::SecretHash(HashForm::Right),
        _ => Binding::Code(CodeForm::Right),
    }
}

fn escaped(member: &str) -> Template {
    value::concat([
        value::raw("\""),
        value::inside(binding_of(member), Escaping::JsonUnicode),
        value::raw("\""),
    ])
}

/// `\uXXXX` for every character of a value; an astral one becomes a surrogate pair.
fn escaped_values(suite: &mut Suite) {
    const MEMBERS: [&str; 4] = ["ClientId", "SecretHash", "Username", "ConfirmationCode"];
    for member in MEMBERS {
        let payload = Payload::base(ClientKind::Secret).with(member, escaped(member));
        let name = format!("escaped-{}", kebab(member));
        push(suite, ClientKind::Secret, &name, payload.template());
    }
    let all = MEMBERS
        .iter()
        .fold(Payload::base(ClientKind::Secret), |payload, member| payload.with(member, escaped(member)));
    push(suite, ClientKind::Secret, "escaped-all", all.template());
    for (what, text) in [
        ("surrogate-pairs", "\u{1f600}\u{1d4ea}"),
        ("accents", "\u{e9}\u{301}"),
        ("three-byte", "\u{6f22}\u{5b57}"),
    ] {
        let payload = Payload::base(ClientKind::Public).with("Username", escaped("Username"));
        suite.push(
            Draft::new(GROUP, &format!("escaped-username-{what}"), Layer::JsonText)
                .fixture(
                    Fixture::unconfirmed(ClientKind::Public)
                        .with_username(Username::Starting(text.to_owned())),
                )
                .payload(&payload, &[&format!("valid/json/escaped-{what}")]),
        );
    }
}

/// `\uXXXX` in the name of a member: for one letter, and for all of them in either case of the hexadecimal digits.
fn escaped_names(suite: &mut Suite) {
    for member in ["ClientId", "SecretHash", "Username", "ConfirmationCode"] {
        let lower = member.bytes().fold(String::new(), |text, byte| text + &format!("\\u{byte:04x}"));
        let upper = member.bytes().fold(String::new(), |text, byte| text + &format!("\\u{byte:04X}"));
        let first: String = member
            .chars()
            .enumerate()
            .map(|(i, c)| if i == 0 { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() })
            .collect();
        for (what, spelling) in [("first", first), ("lower-hex", lower), ("upper-hex", upper)] {
            let payload = Payload::base(ClientKind::Secret).renamed(member, &spelling);
            let name = format!("name-{}-{what}", kebab(member));
            push(suite, ClientKind::Secret, &name, payload.template());
        }
    }
}

/// Each short escape and its long forms, in a value that may hold anything.
const ESCAPES: &[(&str, &str)] = &[
    ("solidus", r"\/"),
    ("quotation-mark", r#"\""#),
    ("reverse-solidus", r"\\"),
    ("backspace", r"\b"),
    ("form-feed", r"\f"),
    ("line-feed", r"\n"),
    ("carriage-return", r"\r"),
    ("tab", r"\t"),
    ("nul", r"\u0000"),
    ("solidus-long", r"\u002F"),
    ("quotation-mark-long", r"\u0022"),
    ("reverse-solidus-long", r"\u005c"),
    ("line-separator", r"\u2028"),
    ("line-separator-plain", "\u{2028}\u{2029}"),
    ("delete-plain", "\u{7f}"),
    ("pair-lower-hex", r"\ud83d\ude00"),
    ("pair-upper-hex", r"\uD83D\uDE00"),
    ("mixed-hex", r"\u00eF\u00Ef"),
];

fn single_escapes(suite: &mut Suite) {
    for (what, json) in ESCAPES {
        let metadata = value::raw(&format!("{{\"k\":\"{json}\"}}"));
        let payload = Payload::base(ClientKind::Public).with("ClientMetadata", metadata);
        push(suite, ClientKind::Public, &format!("escape-{what}"), payload.template());
    }
}

fn push(suite: &mut Suite, client: ClientKind, name: &str, body: Template) {
    suite.push(
        Draft::new(GROUP, &format!("{}-{client}", name.to_ascii_lowercase()), Layer::JsonText)
            .client(client)
            .body(body, &[&format!("valid/json/{name}")]),
    );
}
