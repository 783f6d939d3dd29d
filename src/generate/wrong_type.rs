//! Values of a JSON type that the shape does not have: every path, every type, several spellings of each.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::template::{Binding, CodeForm, Escaping};

const GROUP: &str = "wrong-type";

const STRINGS: [&str; 9] = [
    "ClientId",
    "SecretHash",
    "Username",
    "ConfirmationCode",
    "Session",
    "AnalyticsMetadata.AnalyticsEndpointId",
    "UserContextData.IpAddress",
    "UserContextData.EncodedData",
    "ClientMetadata.value",
];

const OBJECTS: [&str; 3] = ["AnalyticsMetadata", "UserContextData", "ClientMetadata"];

/// Type, spelling, JSON text.
const VALUES: &[(&str, &str, &str)] = &[
    ("number", "", "123456"),
    ("number", "-zero", "0"),
    ("number", "-negative-fraction", "-1.5e3"),
    ("true", "", "true"),
    ("false", "", "false"),
    ("array", "-empty", "[]"),
    ("array", "-of-string", r#"["x"]"#),
    ("object", "-empty", "{}"),
    ("object", "-of-string", r#"{"x":"y"}"#),
    ("string", "", r#""x""#),
    ("string", "-empty", r#""""#),
];

pub(super) fn cases(suite: &mut Suite) {
    for path in STRINGS {
        every(suite, path, &["number", "true", "false", "array", "object"]);
    }
    for path in OBJECTS {
        every(suite, path, &["number", "true", "false", "array", "string"]);
    }
    every(suite, "ForceAliasCreation", &["number", "string", "array", "object"]);
    booleans(suite);
    close_to_right(suite);
    several(suite);
}

fn every(suite: &mut Suite, path: &str, types: &[&str]) {
    for (kind, spelling, json) in VALUES.iter().filter(|(kind, ..)| types.contains(kind)) {
        let name = format!("{}-{kind}{spelling}", kebab(path));
        push(
            suite,
            ClientKind::Public,
            &name,
            &sample::place(ClientKind::Public, path, value::raw(json)),
            &[(path, kind)],
        );
        if spelling.is_empty() && !path.contains('.') {
            let payload = sample::place(ClientKind::Secret, path, value::raw(json));
            push(suite, ClientKind::Secret, &name, &payload, &[(path, kind)]);
        }
    }
}

/// Old Coral read these as booleans (SER-006).
fn booleans(suite: &mut Suite) {
    for text in ["true", "false", "True", "yes", "no", "1", "0", "null"] {
        let payload = Payload::base(ClientKind::Public).with("ForceAliasCreation", value::text(text));
        let case = if text == "True" { "capital-true" } else { text };
        let name = format!("force-alias-creation-string-{case}");
        push(suite, ClientKind::Public, &name, &payload, &[("ForceAliasCreation", "string")]);
    }
    let payload = Payload::base(ClientKind::Public).with("ForceAliasCreation", value::raw("1"));
    push(
        suite,
        ClientKind::Public,
        "force-alias-creation-number-one",
        &payload,
        &[("ForceAliasCreation", "number")],
    );
}

/// The right value in the wrong type: what a client without types sends.
fn close_to_right(suite: &mut Suite) {
    let code = || Binding::Code(CodeForm::Right);
    for client in PUBLIC_AND_SECRET {
        for (member, binding) in
            [("ClientId", Binding::ClientId), ("Username", Binding::Username), ("ConfirmationCode", code())]
        {
            let list = value::concat([value::raw("["), value::bound(binding), value::raw("]")]);
            let name = format!("{}-array-of-the-right-value", kebab(member));
            push(suite, client, &name, &Payload::base(client).with(member, list), &[(member, "array")]);
            let wrapped = value::object([("S", value::bound(binding))]);
            let name = format!("{}-object-of-the-right-value", kebab(member));
            push(suite, client, &name, &Payload::base(client).with(member, wrapped), &[(member, "object")]);
        }
        // A subject whose codes have letters gets text that is no JSON number; a leading one keeps it a number
        // whatever zeros the code begins with.
        let digits = value::concat([value::raw("1"), value::inside(code(), Escaping::Raw)]);
        let payload = Payload::base(client).with("ConfirmationCode", digits);
        push(
            suite,
            client,
            "confirmation-code-number-like-the-code",
            &payload,
            &[("ConfirmationCode", "number")],
        );
    }
}

fn several(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        let base = || Payload::base(client);
        let number = || value::raw("1");
        let payload = base().with("ClientId", number()).with("Username", value::raw("true"));
        push(
            suite,
            client,
            "several-client-id+username",
            &payload,
            &[("ClientId", "number"), ("Username", "true")],
        );
        let payload = base().with("Username", value::raw("[]")).with("ConfirmationCode", number());
        push(
            suite,
            client,
            "several-username+code",
            &payload,
            &[("Username", "array"), ("ConfirmationCode", "number")],
        );
        let payload = base().with("ConfirmationCode", number()).with("ClientMetadata", value::text("x"));
        push(
            suite,
            client,
            "several-code+metadata",
            &payload,
            &[("ConfirmationCode", "number"), ("ClientMetadata", "string")],
        );
    }
    for (what, json, kind) in [
        ("last-of-many", r#"{"a":"1","b":"2","c":3}"#, "number"),
        ("first-of-many", r#"{"a":true,"b":"2"}"#, "true"),
        ("beside-null", r#"{"a":null,"b":false}"#, "false"),
        ("nested-map", r#"{"a":{"b":{"c":"d"}}}"#, "object"),
    ] {
        let payload = Payload::base(ClientKind::Public).with("ClientMetadata", value::raw(json));
        let name = format!("client-metadata.value-{kind}-{what}");
        push(suite, ClientKind::Public, &name, &payload, &[("ClientMetadata.value", kind)]);
    }
}

fn push(suite: &mut Suite, client: ClientKind, name: &str, payload: &Payload, done: &[(&str, &str)]) {
    let labels: Vec<String> = done.iter().map(|(path, kind)| format!("wrong-type/{path}/{kind}")).collect();
    let mut labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    if name.ends_with("beside-null") {
        labels.push("null/ClientMetadata.value");
    }
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::JsonShape)
            .client(client)
            .payload(payload, &labels),
    );
}
