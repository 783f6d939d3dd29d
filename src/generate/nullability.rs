//! `null` where it is no defect: optional members, nested members and map values, alone and several at once. Required
//! members are in `required`; every member in every state, beside other defects, is in [`matrix`](super::matrix).

use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, OPTIONAL, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};

const GROUP: &str = "null";

const NULLABLE: [&str; 5] =
    ["ForceAliasCreation", "AnalyticsMetadata", "UserContextData", "ClientMetadata", "Session"];

pub(super) fn cases(suite: &mut Suite) {
    members(suite);
    nested(suite);
}

fn members(suite: &mut Suite) {
    for client in ClientKind::ALL {
        for member in NULLABLE {
            let payload = Payload::base(*client).with(member, value::raw("null"));
            push(suite, *client, &kebab(member), &payload, &[&format!("null/{member}")]);
        }
        if *client != ClientKind::Secret {
            let payload = Payload::base(*client).with("SecretHash", value::raw("null"));
            push(suite, *client, "secret-hash", &payload, &["null/SecretHash"]);
        }
        let payload = NULLABLE
            .iter()
            .fold(Payload::base(*client), |payload, member| payload.with(member, value::raw("null")));
        let labels = NULLABLE.map(|member| format!("null/{member}"));
        push(suite, *client, "all-optional", &payload, &labels.each_ref().map(String::as_str));
    }
    for (i, a) in NULLABLE.iter().enumerate() {
        for b in NULLABLE.iter().skip(i + 1) {
            let payload =
                Payload::base(ClientKind::Public).with(a, value::raw("null")).with(b, value::raw("null"));
            let name = format!("{}+{}", kebab(a), kebab(b));
            let labels = [format!("null/{a}"), format!("null/{b}")];
            push(suite, ClientKind::Public, &name, &payload, &labels.each_ref().map(String::as_str));
        }
    }
    for member in OPTIONAL {
        let name = format!("{}-first", kebab(member));
        let mut rng = suite.rng(GROUP, &name);
        let others = OPTIONAL.iter().filter(|other| **other != member);
        let payload = others
            .fold(Payload::base(ClientKind::Secret), |payload, other| {
                payload.with(other, sample::member(other, &mut rng))
            })
            .after(member, value::raw("null"));
        push(suite, ClientKind::Secret, &name, &payload, &[&format!("null/{member}")]);
    }
}

/// Where, the member, its value, and the paths that are `null`.
const NESTED: &[(&str, &str, &str, &[&str])] = &[
    (
        "endpoint",
        "AnalyticsMetadata",
        r#"{"AnalyticsEndpointId":null}"#,
        &["AnalyticsMetadata.AnalyticsEndpointId"],
    ),
    ("ip-address", "UserContextData", r#"{"IpAddress":null}"#, &["UserContextData.IpAddress"]),
    (
        "ip-address-beside-data",
        "UserContextData",
        r#"{"IpAddress":null,"EncodedData":"x"}"#,
        &["UserContextData.IpAddress"],
    ),
    ("encoded-data", "UserContextData", r#"{"EncodedData":null}"#, &["UserContextData.EncodedData"]),
    (
        "encoded-data-beside-ip-address",
        "UserContextData",
        r#"{"IpAddress":"203.0.113.7","EncodedData":null}"#,
        &["UserContextData.EncodedData"],
    ),
    (
        "both-of-user-context",
        "UserContextData",
        r#"{"IpAddress":null,"EncodedData":null}"#,
        &["UserContextData.IpAddress", "UserContextData.EncodedData"],
    ),
    ("map-value", "ClientMetadata", r#"{"k":null}"#, &["ClientMetadata.value"]),
    ("map-value-among-others", "ClientMetadata", r#"{"a":"1","k":null,"z":"2"}"#, &["ClientMetadata.value"]),
    ("map-value-of-empty-key", "ClientMetadata", r#"{"":null}"#, &["ClientMetadata.value"]),
    ("two-map-values", "ClientMetadata", r#"{"a":null,"b":null}"#, &["ClientMetadata.value"]),
];

fn nested(suite: &mut Suite) {
    for client in [ClientKind::Public, ClientKind::Secret] {
        for (name, member, json, paths) in NESTED {
            let payload = Payload::base(client).with(member, value::raw(json));
            let labels: Vec<String> = paths.iter().map(|path| format!("null/{path}")).collect();
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            push(suite, client, &format!("nested-{name}"), &payload, &labels);
        }
    }
}

fn push(suite: &mut Suite, client: ClientKind, name: &str, payload: &Payload, labels: &[&str]) {
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::JsonShape)
            .client(client)
            .payload(payload, labels),
    );
}
