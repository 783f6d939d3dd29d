//! Published constraints on members, and the text that lists every violation at once (section 4a of the evidence).
//! Never knows state.
//!
//! Violations are grouped by member and the pattern stands before the length (VAL-005, VAL-007, VAL-008, VAL-011; the
//! other order of VAL-012 is newer but stands alone). The order of the members is not attested: it is that of the
//! published structure. Lengths are counted in Unicode scalar values, as Smithy defines them; what AWS counts is not
//! attested (VAL-020).

use super::json::Value;
use super::pattern::Pattern;
use super::refusal::Refusal;

/// The longest text of a member without constraints of its own, in characters (SCH-020).
const PLAIN_TEXT_LENGTH_MAX: usize = 131_072;

/// How many violations of lists of choices are listed: a list can be as long as a body.
const CHOICES_LISTED_MAX: usize = 64;

/// Whether a member may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It must be sent.
    Required,
    /// It may be absent.
    Optional,
}

/// Whether a text shows the value of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rendering {
    /// `Value '…' at`.
    Shown,
    /// `Value at`, for shapes marked sensitive (VAL-007; VAL-013 has seen the other).
    Hidden,
}

/// The constraints of one member.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// The member's name as AWS prints it: with a small first letter.
    pub(super) member: &'static str,
    /// Whether it may be left out.
    pub(super) presence: Presence,
    /// Its pattern, where it has one.
    pub(super) pattern: Option<Pattern>,
    /// The least and the greatest length, in Unicode scalar values.
    pub(super) length: (usize, usize),
    /// Whether its value is shown.
    pub(super) rendering: Rendering,
}

/// `ClientId` (SCH-010).
pub(super) const CLIENT_ID: Rule = Rule {
    member: "clientId",
    presence: Presence::Required,
    pattern: Some(Pattern::Word),
    length: (1, 128),
    rendering: Rendering::Hidden,
};

/// `SecretHash` (SCH-011).
pub(super) const SECRET_HASH: Rule = Rule {
    member: "secretHash",
    presence: Presence::Optional,
    pattern: Some(Pattern::Base64),
    length: (1, 128),
    rendering: Rendering::Hidden,
};

/// `Username` (SCH-012).
pub(super) const USERNAME: Rule = Rule {
    member: "username",
    presence: Presence::Required,
    pattern: Some(Pattern::Visible),
    length: (1, 128),
    rendering: Rendering::Hidden,
};

/// `ConfirmationCode` (SCH-013).
pub(super) const CONFIRMATION_CODE: Rule = Rule {
    member: "confirmationCode",
    presence: Presence::Required,
    pattern: Some(Pattern::NonSpace),
    length: (1, 2048),
    rendering: Rendering::Shown,
};

/// `Session` (SCH-018). Older revisions allow 2048 characters (SCH-019); the newest is taken.
pub(super) const SESSION: Rule = Rule {
    member: "session",
    presence: Presence::Optional,
    pattern: None,
    length: (20, 4096),
    rendering: Rendering::Hidden,
};

/// `AnalyticsMetadata.AnalyticsEndpointId` (SCH-015).
pub(super) const ENDPOINT_ID: Rule = plain("analyticsMetadata.analyticsEndpointId");

/// `UserContextData.IpAddress` (SCH-016).
pub(super) const IP_ADDRESS: Rule = plain("userContextData.ipAddress");

/// `UserContextData.EncodedData` (SCH-016).
pub(super) const ENCODED_DATA: Rule = plain("userContextData.encodedData");

/// A name in `ClientMetadata` (SCH-017).
pub(super) const METADATA_KEY: Rule = plain("clientMetadata.key");

/// A value in `ClientMetadata` (SCH-017).
pub(super) const METADATA_VALUE: Rule = plain("clientMetadata.key.member");

/// A text that has no constraint but the greatest length of all (SCH-020). How AWS spells the path of a nested member and
/// whether it shows the value is not attested (VAL-018): here it does not, since the value is longer than any message
/// should be.
const fn plain(member: &'static str) -> Rule {
    Rule {
        member,
        presence: Presence::Optional,
        pattern: None,
        length: (0, PLAIN_TEXT_LENGTH_MAX),
        rendering: Rendering::Hidden,
    }
}

/// `UserPoolId` (VAL-019).
pub(super) const POOL_ID: Rule = Rule {
    member: "userPoolId",
    presence: Presence::Required,
    pattern: Some(Pattern::PoolId),
    length: (1, 55),
    rendering: Rendering::Shown,
};

/// The violations found so far.
#[derive(Debug, Default)]
pub(super) struct Violations(Vec<String>);

impl Violations {
    /// Checks one member.
    pub(super) fn check(&mut self, rule: &Rule, value: Option<&str>) {
        let Some(value) = value else {
            if rule.presence == Presence::Required {
                self.missing(rule.member);
            }
            return;
        };
        let mut add = |constraint: String| {
            let shown = match rule.rendering {
                Rendering::Shown => format!("'{value}' "),
                Rendering::Hidden => String::new(),
            };
            self.0.push(item(&shown, rule.member, &constraint));
        };
        if let Some(pattern) = rule.pattern
            && !pattern.matches(value)
        {
            add(format!("Member must satisfy regular expression pattern: {}", pattern.text()));
        }
        let (least, greatest) = rule.length;
        let length = value.chars().count();
        if length < least {
            add(format!("Member must have length greater than or equal to {least}"));
        }
        if length > greatest {
            add(format!("Member must have length less than or equal to {greatest}"));
        }
    }

    /// A required member is absent or null (VAL-001).
    pub(super) fn missing(&mut self, member: &str) {
        self.0.push(item("null ", member, "Member must not be null"));
    }

    /// Checks a member that has one of a few values. The text is the framework's; not attested for this service.
    pub(super) fn check_choice(&mut self, member: &str, value: Option<&str>, allowed: &[&str]) {
        if let Some(value) = value
            && !allowed.contains(&value)
            && self.0.len() < CHOICES_LISTED_MAX
        {
            let constraint = format!("Member must satisfy enum value set: [{}]", allowed.join(", "));
            self.0.push(item(&format!("'{value}' "), member, &constraint));
        }
    }

    /// Checks the names and values of `ClientMetadata` (SCH-017).
    pub(super) fn check_client_metadata(&mut self, input: &Value<'_>) {
        let Some(metadata) = input.member("ClientMetadata") else {
            return;
        };
        for (key, value) in metadata.members() {
            self.check(&METADATA_KEY, Some(key));
            self.check(&METADATA_VALUE, value.as_text());
        }
    }

    /// One refusal that lists everything found, or nothing.
    pub(super) fn into_result(self) -> Result<(), Refusal> {
        let noun = match self.0.len() {
            0 => return Ok(()),
            1 => "error",
            _ => "errors",
        };
        Err(Refusal::invalid_parameter(format!(
            "{} validation {noun} detected: {}",
            self.0.len(),
            self.0.join("; ")
        )))
    }
}

fn item(shown: &str, member: &str, constraint: &str) -> String {
    format!("Value {shown}at '{member}' failed to satisfy constraint: {constraint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(rule: &Rule, value: Option<&str>) -> Option<String> {
        let mut violations = Violations::default();
        violations.check(rule, value);
        let refusal = violations.into_result().err()?;
        assert_eq!(refusal.name(), "InvalidParameterException");
        refusal.message().map(str::to_owned)
    }

    /// Row of the evidence, member, value, text.
    const TEXTS: &[(&str, &Rule, Option<&str>, &str)] = &[
        (
            "VAL-001",
            &CONFIRMATION_CODE,
            None,
            "1 validation error detected: Value null at 'confirmationCode' failed to satisfy constraint: Member must not be null",
        ),
        (
            "VAL-002",
            &CLIENT_ID,
            None,
            "1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null",
        ),
        (
            "VAL-003",
            &USERNAME,
            None,
            "1 validation error detected: Value null at 'username' failed to satisfy constraint: Member must not be null",
        ),
        (
            "VAL-005",
            &CONFIRMATION_CODE,
            Some(""),
            r"2 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+; Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "VAL-006",
            &CONFIRMATION_CODE,
            Some("1 12 123"),
            r"1 validation error detected: Value '1 12 123' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+",
        ),
        (
            "VAL-007",
            &CLIENT_ID,
            Some(""),
            r"2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+; Value at 'clientId' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "VAL-008",
            &USERNAME,
            Some(""),
            r"2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "VAL-009",
            &USERNAME,
            Some("a b"),
            r"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        ),
        (
            "VAL-015",
            &SECRET_HASH,
            Some("a-b"),
            r"1 validation error detected: Value at 'secretHash' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=/]+",
        ),
        (
            "VAL-016",
            &SESSION,
            Some("short"),
            "1 validation error detected: Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20",
        ),
        (
            "VAL-019",
            &POOL_ID,
            Some("YOUR_USER_POOL_ID-"),
            r"1 validation error detected: Value 'YOUR_USER_POOL_ID-' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+",
        ),
    ];

    #[test]
    fn every_attested_text_is_written_to_the_letter() {
        for (row, rule, value, text) in TEXTS {
            assert_eq!(text_of(rule, *value).as_deref(), Some(*text), "{row}");
        }
    }

    #[test]
    fn a_long_value_is_not_shown_where_it_is_sensitive() {
        // VAL-010, VAL-014, VAL-017.
        let too_long = |rule: &Rule, value: &str| text_of(rule, Some(value)).unwrap();
        let constraint = "failed to satisfy constraint: Member must have length less than or equal to";
        let long = "x".repeat(2049);
        for rule in [&CLIENT_ID, &USERNAME] {
            assert_eq!(
                too_long(rule, &long),
                format!("1 validation error detected: Value at '{}' {constraint} 128", rule.member)
            );
        }
        assert_eq!(
            too_long(&CONFIRMATION_CODE, &long),
            format!("1 validation error detected: Value '{long}' at 'confirmationCode' {constraint} 2048")
        );
    }

    #[test]
    fn violations_of_several_members_are_listed_together() {
        // VAL-004.
        let mut violations = Violations::default();
        for rule in [&CLIENT_ID, &SECRET_HASH, &USERNAME, &CONFIRMATION_CODE] {
            violations.check(rule, None);
        }
        assert_eq!(
            violations.into_result().unwrap_err().message(),
            Some(
                "3 validation errors detected: Value null at 'clientId' failed to satisfy constraint: Member must \
                 not be null; Value null at 'username' failed to satisfy constraint: Member must not be null; Value \
                 null at 'confirmationCode' failed to satisfy constraint: Member must not be null"
            )
        );
    }

    #[test]
    fn the_edges_of_every_length_are_inside() {
        let cases = [
            (&CLIENT_ID, 128),
            (&SECRET_HASH, 128),
            (&USERNAME, 128),
            (&CONFIRMATION_CODE, 2048),
            (&SESSION, 4096),
        ];
        for (rule, greatest) in cases {
            let least = rule.length.0;
            assert_eq!(text_of(rule, Some(&"a".repeat(least))), None);
            assert_eq!(text_of(rule, Some(&"a".repeat(greatest))), None);
            assert!(text_of(rule, Some(&"a".repeat(least - 1))).is_some());
            assert!(text_of(rule, Some(&"a".repeat(greatest + 1))).is_some());
        }
        // Scalar values, not bytes and not UTF-16 units.
        assert_eq!(text_of(&USERNAME, Some(&"\u{1f600}".repeat(128))), None);
        assert!(text_of(&USERNAME, Some(&"\u{1f600}".repeat(129))).is_some());
    }
}
