//! What the texts in a requirement file may be: the closed vocabularies and the forms of ids.

use globset::{Glob, GlobBuilder};

/// The kinds of label that a pattern may start with; see [`Label`](crate::case::Label).
pub const LABEL_KINDS: &[&str] = &[
    "valid",
    "absent",
    "null",
    "wrong-type",
    "miscased",
    "unknown-member",
    "too-short",
    "too-long",
    "pattern",
    "json",
    "framing",
    "method",
    "path",
    "content-type",
    "target",
    "header",
    "auth",
    "transfer",
    "http-version",
    "code",
    "user",
    "username",
    "client",
    "secret-hash",
    "secret-hash-unneeded",
    "alias",
    "attempt",
    "session",
    "relation",
    "inspect",
];

/// How many characters a label pattern may have. It bounds how deep braces nest.
pub const LABEL_CHARS_MAX: usize = 256;

/// The members of the request, by path.
pub const MEMBERS: &[&str] = &[
    "ClientId",
    "SecretHash",
    "Username",
    "ConfirmationCode",
    "ForceAliasCreation",
    "AnalyticsMetadata",
    "AnalyticsMetadata.AnalyticsEndpointId",
    "UserContextData",
    "UserContextData.IpAddress",
    "UserContextData.EncodedData",
    "ClientMetadata",
    "ClientMetadata.key",
    "ClientMetadata.value",
    "Session",
];

/// What a `state` aspect may speak of: the user of the case, and the user who holds the alias.
pub const STATE_KEYS: &[&str] = &["user.status", "user.email_verified", "holder.email_verified"];

/// The first part of a label pattern.
pub(super) fn kind(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
    pattern.split('/').next().unwrap_or_default()
}

/// A label pattern, without its `!`, as a glob in which `*` stops at `/`.
pub(super) fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
    GlobBuilder::new(pattern).literal_separator(true).build()
}

/// Whether `id` is `CSU-AREA-NNN`.
pub(super) fn is_requirement_id(id: &str) -> bool {
    is_numbered(id, "CSU-")
}

/// Whether `id` is `SDK-AREA-NNN`: a requirement that SDKs are checked for.
pub(super) fn is_sdk_requirement_id(id: &str) -> bool {
    is_numbered(id, "SDK-")
}

fn is_numbered(id: &str, prefix: &str) -> bool {
    let Some((area, number)) = id.strip_prefix(prefix).and_then(|rest| rest.rsplit_once('-')) else {
        return false;
    };
    let in_area = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    area.starts_with(|c: char| c.is_ascii_uppercase())
        && area.chars().all(in_area)
        && number.len() == 3
        && number.chars().all(|c| c.is_ascii_digit())
}

/// Whether `text` is `YYYY-MM-DD`, without regard to the length of months.
pub(super) fn is_revision(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 2, 2] && parts.iter().all(|part| part.chars().all(|c| c.is_ascii_digit()))
}

/// Whether `text` is a bare shape name.
pub(super) fn is_shape_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Names between backticks, with commas.
pub(super) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// A label that `pattern` matches: the first of every alternative, the start of every range, nothing for `*`. One for
/// each combination of alternatives, at most [`WITNESSES_MAX`].
pub(super) fn witnesses(pattern: &str) -> Vec<String> {
    let mut done = vec![String::new()];
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let (alternatives, length) = match c {
            '{' => braces(rest),
            '[' => (vec![range_start(rest)], rest.find(']').map_or(rest.len(), |at| at + 1)),
            '*' | '?' => (vec!["x".to_owned()], 1),
            c => (vec![c.to_string()], c.len_utf8()),
        };
        done = done
            .iter()
            .flat_map(|start| alternatives.iter().map(move |next| format!("{start}{next}")))
            .take(WITNESSES_MAX)
            .collect();
        rest = rest.get(length..).unwrap_or_default();
    }
    done
}

/// How many labels one pattern is tried with at most.
pub(super) const WITNESSES_MAX: usize = 256;

/// The alternatives of the braces that `text` starts with, each as its own witnesses, and the length of the whole.
fn braces(text: &str) -> (Vec<String>, usize) {
    let mut depth = 0_usize;
    let mut start = 1;
    let mut alternatives = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 1 => {
                alternatives.extend(witnesses(text.get(start..at).unwrap_or_default()));
                start = at + 1;
            }
            _ => {}
        }
        if depth == 0 {
            alternatives.extend(witnesses(text.get(start..at).unwrap_or_default()));
            return (alternatives, at + 1);
        }
    }
    (alternatives, text.len())
}

fn range_start(text: &str) -> String {
    text.chars().nth(1).map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stops_at_a_slash() {
        let matcher = glob("user/*").unwrap().compile_matcher();
        assert!(matcher.is_match("user/absent"));
        assert!(!matcher.is_match("user/absent/hidden"));
    }

    #[test]
    fn every_witness_of_a_pattern_matches_it() {
        for pattern in ["json/{a-*,b,{c,d/[5-9]}}/e", "too-long/Session/{2049,20[5-9][0-9]}", "code/*", "x/?"]
        {
            let matcher = glob(pattern).unwrap().compile_matcher();
            for witness in witnesses(pattern) {
                assert!(matcher.is_match(&witness), "`{witness}` of `{pattern}`");
            }
        }
        assert_eq!(witnesses("a/{b,c-*}/[1-5]"), ["a/b/1", "a/c-x/1"]);
    }

    #[test]
    fn ids_revisions_and_shape_names_have_one_form() {
        assert!(is_requirement_id("CSU-SECRET-HASH-001"));
        assert!(is_sdk_requirement_id("SDK-WIRE-001") && !is_sdk_requirement_id("CSU-WIRE-001"));
        for id in ["CSU-001", "CSU-A-01", "csu-a-001", "CSU-a-001", "XSU-A-001", "CSU--001", ""] {
            assert!(!is_requirement_id(id), "{id}");
        }
        assert!(is_revision("2024-11-22") && !is_revision("24-11-2022") && !is_revision("2024-11-2x"));
        assert!(is_shape_name("SerializationException") && !is_shape_name("a#B") && !is_shape_name(""));
    }
}
