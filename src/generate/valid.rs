//! Valid payloads by their members: every combination of optional members through every kind of client, every state of
//! the nested members, and values at both edges of their lengths.

use super::constraints::{CONSTRAINTS, Constraint};
use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, OPTIONAL, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Fixture, Layer, Username};
use crate::template::Template;

const GROUP: &str = "valid";

pub(super) fn cases(suite: &mut Suite) {
    combinations(suite);
    nested_states(suite);
    nested_lengths(suite);
    username_lengths(suite);
    many_entries(suite);
}

fn combinations(suite: &mut Suite) {
    for client in ClientKind::ALL {
        for bits in 0..1_usize << OPTIONAL.len() {
            let chosen: Vec<&str> = OPTIONAL
                .iter()
                .enumerate()
                .filter(|(i, _)| bits >> i & 1 == 1)
                .map(|(_, name)| *name)
                .collect();
            let names = if chosen.is_empty() { "none".to_owned() } else { chosen.join("+") };
            let short: String =
                (0..OPTIONAL.len()).map(|i| if bits >> i & 1 == 1 { '1' } else { '0' }).collect();
            let name = format!("members-{short}-{client}");
            let mut rng = suite.rng(GROUP, &name);
            let payload = chosen.iter().fold(Payload::base(*client), |payload, member| {
                payload.with(member, sample::member(member, &mut rng))
            });
            suite.push(
                Draft::new(GROUP, &name, Layer::JsonShape)
                    .client(*client)
                    .payload(&payload, &[&format!("valid/members/{names}")]),
            );
        }
    }
}

/// Member, its value, and what is said of it.
const STATES: &[(&str, &str, &str)] = &[
    ("ForceAliasCreation", "true", "true"),
    ("ForceAliasCreation", "false", "false"),
    ("AnalyticsMetadata", "{}", "empty"),
    ("AnalyticsMetadata", r#"{"AnalyticsEndpointId":""}"#, "empty-endpoint"),
    ("AnalyticsMetadata", r#"{"AnalyticsEndpointId":"e0"}"#, "endpoint"),
    ("UserContextData", "{}", "empty"),
    ("UserContextData", r#"{"IpAddress":"203.0.113.7"}"#, "ipv4-alone"),
    ("UserContextData", r#"{"IpAddress":"2001:db8::7"}"#, "ipv6-alone"),
    ("UserContextData", r#"{"EncodedData":"eyJ9"}"#, "data-alone"),
    ("UserContextData", r#"{"EncodedData":"eyJ9","IpAddress":"203.0.113.7"}"#, "both-reversed"),
    ("UserContextData", r#"{"IpAddress":"","EncodedData":""}"#, "both-empty"),
    ("ClientMetadata", "{}", "empty"),
    ("ClientMetadata", r#"{"":""}"#, "empty-key-and-value"),
    ("ClientMetadata", r#"{"a":"1"}"#, "one"),
    ("ClientMetadata", r#"{"a":"1","b":"1"}"#, "same-values"),
    ("ClientMetadata", r#"{"a":"1","A":"2"}"#, "keys-differ-in-case"),
    ("ClientMetadata", r#"{"ClientId":"x","Username":"y"}"#, "keys-like-members"),
];

fn nested_states(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for (member, json, what) in STATES {
            let name = format!("state-{}-{what}-{client}", kebab(member));
            let payload = Payload::base(client).with(member, value::raw(json));
            suite.push(
                Draft::new(GROUP, &name, Layer::JsonShape)
                    .client(client)
                    .payload(&payload, &[&format!("valid/members/{member}")]),
            );
        }
    }
}

fn nested_lengths(suite: &mut Suite) {
    for Constraint { path, max, filler, .. } in
        CONSTRAINTS.iter().filter(|constraint| constraint.path.contains('.'))
    {
        for length in [0, 1, 255, 65_536, max - 1, *max] {
            let name = format!("length-{}-{length}", kebab(path));
            let payload = sample::place(ClientKind::Public, path, value::repeated(filler, length));
            suite.push(
                Draft::new(GROUP, &name, Layer::Constraint)
                    .payload(&payload, &[&format!("valid/length/{path}-{length}")]),
            );
        }
    }
}

fn username_lengths(suite: &mut Suite) {
    // One character leaves no room for a unique part: the first round takes a letter, every later one its own.
    let single = match u32::try_from(suite.round() % 20_000) {
        Ok(0) | Err(_) => 'x',
        Ok(round) => char::from_u32(0x4e00 + round).unwrap_or('x'),
    };
    let single = Username::Exact(single.to_string());
    username_length(suite, ClientKind::Public, single, "1", "length/Username-1");
    for client in PUBLIC_AND_SECRET {
        for length in [32, 64, 127, 128] {
            let username = Username::Filled { filler: 'u', length };
            let label = format!("length/Username-{length}");
            username_length(suite, client, username, &length.to_string(), &label);
        }
    }
    // Within the bound by some units of length and beyond it by others, which are not attested (VAL-020).
    let wide = Username::Filled { filler: '\u{6f22}', length: 128 };
    username_length(suite, ClientKind::Public, wide, "128-three-byte", "length-unit/Username-three-byte");
    let marks = Username::Filled { filler: '\u{301}', length: 128 };
    username_length(suite, ClientKind::Public, marks, "128-combining", "length-unit/Username-combining");
    let half_astral = Username::Filled { filler: '\u{1f600}', length: 64 };
    username_length(suite, ClientKind::Public, half_astral, "64-astral", "length-unit/Username-astral");
}

fn username_length(suite: &mut Suite, client: ClientKind, username: Username, what: &str, label: &str) {
    suite.push(
        Draft::new(GROUP, &format!("length-username-{what}-{client}"), Layer::Constraint)
            .fixture(Fixture::unconfirmed(client).with_username(username))
            .payload(&Payload::base(client), &[&format!("valid/{label}")]),
    );
}

/// The model sets no limit to the number of entries (SCH-017).
fn many_entries(suite: &mut Suite) {
    for count in [2, 10, 50, 100, 500] {
        let name = format!("client-metadata-{count}-entries");
        let mut rng = suite.rng(GROUP, &name);
        let mut entries = Template::literal("{");
        for i in 0..count {
            let comma = if i > 0 { "," } else { "" };
            let text = rng.text(sample::ALPHANUMERIC, 6);
            entries.push_literal(format!("{comma}\"key{i}\":\"{text}\"").as_bytes());
        }
        entries.push_literal(b"}");
        let payload = Payload::base(ClientKind::Public).with("ClientMetadata", entries);
        suite.push(
            Draft::new(GROUP, &name, Layer::JsonShape).payload(&payload, &["valid/members/ClientMetadata"]),
        );
    }
}
