//! Values for the members that a payload may have, and names for ids. All drawn from a case's own seed.

use super::payload::Payload;
use super::value;
use crate::case::ClientKind;
use crate::seed::Rng;
use crate::template::Template;

/// Letters and digits.
pub(super) const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// What AWS makes client ids of: lower-case letters and digits.
pub(super) const CLIENT_ID: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// The standard Base64 alphabet.
pub(super) const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The optional members that a payload may carry without any doubt: `SecretHash` belongs to the client, and a
/// `Session` that was never issued is no valid one.
pub(super) const OPTIONAL: [&str; 4] =
    ["ForceAliasCreation", "AnalyticsMetadata", "UserContextData", "ClientMetadata"];

/// A plausible value of an optional member.
pub(super) fn member(name: &str, rng: &mut Rng) -> Template {
    match name {
        "ForceAliasCreation" => value::raw(if rng.below(2) == 0 { "true" } else { "false" }),
        "AnalyticsMetadata" => {
            value::object([("AnalyticsEndpointId", value::text(&rng.text(b"0123456789abcdef", 32)))])
        }
        "UserContextData" => value::object([
            ("IpAddress", value::text(&format!("203.0.113.{}", rng.below(256)))),
            ("EncodedData", value::text(&rng.text(BASE64, 64))),
        ]),
        "ClientMetadata" => {
            let length = 1 + rng.below(24);
            value::object([
                ("source", value::text(&rng.text(ALPHANUMERIC, length))),
                ("campaign", value::text(&rng.text(ALPHANUMERIC, 8))),
            ])
        }
        _ => value::text(&rng.text(ALPHANUMERIC, 40)),
    }
}

/// A payload in which the value at `path` is `value` and everything else is valid: the containers of a nested path
/// come with it. A `ClientMetadata.key` must be a string.
pub(super) fn place(client: ClientKind, path: &str, inner: Template) -> Payload {
    let base = Payload::base(client);
    match path.split_once('.') {
        None => base.with(path, inner),
        Some(("ClientMetadata", "key")) => {
            let entry = value::concat([value::raw("{"), inner, value::raw(":\"v\"}")]);
            base.with("ClientMetadata", entry)
        }
        Some(("ClientMetadata", _)) => base.with("ClientMetadata", value::object([("k", inner)])),
        Some((container, name)) => base.with(container, value::object([(name, inner)])),
    }
}

/// A path or member as ids write it: `client-metadata.value`.
pub(super) fn kebab(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 4);
    let mut at_start = true;
    for c in path.chars() {
        if c.is_ascii_uppercase() && !at_start {
            out.push('-');
        }
        at_start = !c.is_ascii_alphanumeric();
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A client kind as ids write it.
pub(super) const PUBLIC_AND_SECRET: [ClientKind; 2] = [ClientKind::Public, ClientKind::Secret];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_in_lower_case() {
        assert_eq!(kebab("ClientMetadata.value"), "client-metadata.value");
        assert_eq!(kebab("UserContextData.IpAddress"), "user-context-data.ip-address");
    }
}
