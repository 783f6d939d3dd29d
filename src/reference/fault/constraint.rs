//! Constraints that are not what is published.

use super::super::constraint::{Presence, Rule};
use super::super::json::Value;
use super::super::pattern::Pattern;
use std::sync::LazyLock;

/// Stands for a value that is too long in another unit than the one that the server counts in.
static TOO_LONG: LazyLock<String> = LazyLock::new(|| "x".repeat(1 << 18));

/// A member of the request whose constraint is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// `ClientId`.
    ClientId,
    /// `Username`.
    Username,
    /// `ConfirmationCode`.
    ConfirmationCode,
    /// `SecretHash`.
    SecretHash,
    /// `Session`.
    Session,
    /// `AnalyticsMetadata.AnalyticsEndpointId`.
    AnalyticsEndpointId,
    /// `UserContextData.IpAddress`.
    IpAddress,
    /// `UserContextData.EncodedData`.
    EncodedData,
    /// The names in `ClientMetadata`.
    MetadataKey,
    /// The values in `ClientMetadata`.
    MetadataValue,
}

impl Member {
    /// Its name in the request, and as a rule has it.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::ClientId => ("ClientId", "clientId"),
            Self::Username => ("Username", "username"),
            Self::ConfirmationCode => ("ConfirmationCode", "confirmationCode"),
            Self::SecretHash => ("SecretHash", "secretHash"),
            Self::Session => ("Session", "session"),
            Self::AnalyticsEndpointId => ("AnalyticsEndpointId", "analyticsMetadata.analyticsEndpointId"),
            Self::IpAddress => ("IpAddress", "userContextData.ipAddress"),
            Self::EncodedData => ("EncodedData", "userContextData.encodedData"),
            Self::MetadataKey => ("", "clientMetadata.key"),
            Self::MetadataValue => ("", "clientMetadata.key.member"),
        }
    }
}

/// How a constraint differs from the published one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Laxity {
    /// A required member may be left out.
    Optional,
    /// A required member may be null, and only that.
    NullPasses,
    /// A required member may be absent, and only that.
    AbsencePasses,
    /// An optional member must be there.
    Required,
    /// The least length is this one.
    Least(usize),
    /// The greatest length is this one.
    Greatest(usize),
    /// There is no pattern.
    NoPattern,
    /// The pattern need only match somewhere.
    Somewhere,
    /// The pattern need only match the beginning.
    Beginning,
    /// The pattern matches to the end of the line: a line feed may follow.
    LineFeedMayFollow,
    /// The pattern takes a hyphen as well.
    HyphenToo,
    /// The pattern takes letters and digits alone.
    Alphanumeric,
    /// The pattern takes digits alone.
    Digits,
    /// The pattern takes ASCII alone.
    Ascii,
    /// `\w` takes the letters and digits of every script.
    WordsOfEveryScript,
    /// `\S` takes no white space of Unicode either.
    SpacesOfUnicode,
    /// Lengths are counted in UTF-16 code units.
    InUtf16Units,
    /// Lengths are counted in bytes of UTF-8.
    InBytes,
}

impl Laxity {
    /// The rule and the value that are checked instead of `rule` and `value`.
    pub(in super::super) fn of<'v>(
        self,
        rule: &Rule,
        input: &Value<'_>,
        member: Member,
        value: Option<&'v str>,
    ) -> Option<(Rule, Option<&'v str>)> {
        let (name, rule_name) = member.names();
        if rule.member != rule_name {
            return None;
        }
        let is_null = || input.members().any(|(key, value)| key == name && *value == Value::Null);
        let mut changed = *rule;
        let fits = |fits: bool| Some(if fits { "a" } else { " " });
        let mut value = value;
        match self {
            Self::Optional => changed.presence = Presence::Optional,
            Self::NullPasses if is_null() => changed.presence = Presence::Optional,
            Self::AbsencePasses if !is_null() => changed.presence = Presence::Optional,
            Self::NullPasses | Self::AbsencePasses => {}
            Self::Required => changed.presence = Presence::Required,
            Self::Least(least) => changed.length.0 = least,
            Self::Greatest(greatest) => changed.length.1 = greatest,
            Self::NoPattern => changed.pattern = None,
            Self::InUtf16Units | Self::InBytes => {
                let length = value.map_or(0, |text| match self {
                    Self::InBytes => text.len(),
                    _ => text.encode_utf16().count(),
                });
                if length > rule.length.1 {
                    value = Some(TOO_LONG.as_str());
                }
            }
            _ => {
                let (Some(pattern), Some(text)) = (rule.pattern, value) else { return None };
                // The length is still that of the value: only what the pattern says of it is another thing.
                if self.takes(pattern, text) {
                    changed.pattern = None;
                } else if pattern.matches(text) {
                    value = fits(false);
                    changed.length = (0, usize::MAX - 1);
                }
            }
        }
        Some((changed, value))
    }

    /// Whether the changed pattern takes `text`.
    fn takes(self, pattern: Pattern, text: &str) -> bool {
        let first = text.chars().next().map(String::from).unwrap_or_default();
        let all = |allowed: fn(char) -> bool| !text.is_empty() && text.chars().all(allowed);
        match self {
            Self::Somewhere => text.chars().any(|c| pattern.matches(c.encode_utf8(&mut [0; 4]))),
            Self::Beginning => pattern.matches(&first),
            Self::LineFeedMayFollow => pattern.matches(text.strip_suffix('\n').unwrap_or(text)),
            Self::HyphenToo => pattern.matches(&text.replace('-', "_")),
            Self::Alphanumeric => all(|c| c.is_ascii_alphanumeric()),
            Self::Digits => all(|c| c.is_ascii_digit()),
            Self::Ascii => all(|c| c.is_ascii()) && pattern.matches(text),
            Self::WordsOfEveryScript => all(|c| c.is_alphanumeric() || matches!(c, '_' | '+')),
            Self::SpacesOfUnicode => all(|c| !c.is_whitespace()),
            _ => pattern.matches(text),
        }
    }
}
