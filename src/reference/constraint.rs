//! Published constraints on members, and the text that lists every violation at once (section 4a of the evidence).
//! Never knows state.
//!
//! Violations are grouped by member and the pattern stands before the length (VAL-005, VAL-007, VAL-008, VAL-011; the
//! other order of VAL-012 is newer but stands alone). The order of the members is not attested: it is that of the
//! published structure. Lengths are counted in Unicode scalar values, as Smithy defines them; what AWS counts is not
//! attested (VAL-020).

use super::json::Value;
use super::refusal::Refusal;
use regex::Regex;
use std::sync::LazyLock;

/// The longest text of a member without constraints of its own, in characters (SCH-020).
const PLAIN_TEXT_LENGTH_MAX: usize = 131_072;

/// A published pattern. It must match the whole value (SCH-022).
#[derive(Debug, Clone, Copy)]
pub(super) enum Pattern {
    /// `ClientIdType` (SCH-010).
    Word,
    /// `SecretHashType` (SCH-011).
    Base64,
    /// `UsernameType` (SCH-012).
    Visible,
    /// `ConfirmationCodeType` (SCH-013).
    NonSpace,
    /// `UserPoolIdType` (VAL-019).
    PoolId,
}

/// Letters, marks, symbols, numbers and punctuation.
static VISIBLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\A[\p{L}\p{M}\p{S}\p{N}\p{P}]+\z").ok());

impl Pattern {
    /// The pattern as AWS prints it.
    const fn text(self) -> &'static str {
        match self {
            Self::Word => r"[\w+]+",
            Self::Base64 => r"[\w+=/]+",
            Self::Visible => r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
            Self::NonSpace => r"[\S]+",
            Self::PoolId => r"[\w-]+_[0-9a-zA-Z]+",
        }
    }

    /// Whether the whole of `value` matches. `\w` and `\s` are those of Java, ASCII alone.
    fn matches(self, value: &str) -> bool {
        let all = |allowed: fn(u8) -> bool| !value.is_empty() && value.bytes().all(allowed);
        match self {
            Self::Word => all(|byte| is_word(byte) || byte == b'+'),
            Self::Base64 => all(|byte| is_word(byte) || matches!(byte, b'+' | b'=' | b'/')),
            // Every printable character of ASCII but the space is in one of the five classes.
            Self::Visible => {
                all(|byte| byte.is_ascii_graphic())
                    || VISIBLE.as_ref().is_some_and(|regex| regex.is_match(value))
            }
            Self::NonSpace => all(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')),
            // `\w` includes the underscore: the last one is the one that parts the two halves.
            Self::PoolId => value.rsplit_once('_').is_some_and(|(region, name)| {
                !region.is_empty()
                    && !name.is_empty()
                    && region.bytes().all(|byte| is_word(byte) || byte == b'-')
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }),
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

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
            add(format!(
                "Member must satisfy regular expression pattern: {}",
                pattern.text()
            ));
        }
        let (least, greatest) = rule.length;
        // A character has at least one byte, so most values need no counting.
        let length = value.chars().take(greatest + 1).count();
        if length < least {
            add(format!(
                "Member must have length greater than or equal to {least}"
            ));
        }
        if length > greatest {
            add(format!(
                "Member must have length less than or equal to {greatest}"
            ));
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
        {
            let constraint = format!("Member must satisfy enum value set: [{}]", allowed.join(", "));
            self.0.push(item(&format!("'{value}' "), member, &constraint));
        }
    }

    /// Checks a text that has no constraint but the greatest length of all (SCH-020). How AWS spells the path of a
    /// nested member and whether it shows the value is not attested (VAL-018): here it does not, since the value is
    /// longer than any message should be.
    pub(super) fn check_plain(&mut self, path: &'static str, value: Option<&str>) {
        let rule = Rule {
            member: path,
            presence: Presence::Optional,
            pattern: None,
            length: (0, PLAIN_TEXT_LENGTH_MAX),
            rendering: Rendering::Hidden,
        };
        self.check(&rule, value);
    }

    /// Checks the names and values of `ClientMetadata` (SCH-017).
    pub(super) fn check_client_metadata(&mut self, input: &Value<'_>) {
        let Some(metadata) = input.member("ClientMetadata") else {
            return;
        };
        for (key, value) in metadata.members() {
            self.check_plain("clientMetadata.key", Some(key));
            self.check_plain("clientMetadata.key.member", value.as_text());
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

    #[test]
    fn every_attested_text_is_written_to_the_letter() {
        let long = "x".repeat(129);
        // Row of the evidence, member, value, text.
        let table: &[(&str, &Rule, Option<&str>, &str)] = &[
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
                "VAL-010",
                &USERNAME,
                Some(&long),
                "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128",
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
                "VAL-017",
                &CLIENT_ID,
                Some(&long),
                "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must have length less than or equal to 128",
            ),
            (
                "VAL-019",
                &POOL_ID,
                Some("YOUR_USER_POOL_ID-"),
                r"1 validation error detected: Value 'YOUR_USER_POOL_ID-' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+",
            ),
        ];
        for (row, rule, value, text) in table {
            assert_eq!(text_of(rule, *value).as_deref(), Some(*text), "{row}");
        }
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

    #[test]
    fn patterns_match_whole_values_with_ascii_classes() {
        let table: &[(Pattern, &[&str], &[&str])] = &[
            (
                Pattern::Word,
                &["aZ09_+"],
                &["", "a-b", "\u{e9}", "a\n", " a", "\u{0663}"],
            ),
            (Pattern::Base64, &["aZ09_+=/"], &["", "a-b", "\u{e9}", "a\n"]),
            (
                Pattern::Visible,
                &[
                    "!\"#$~",
                    "\u{e9}\u{0301}",
                    "\u{1f600}",
                    "\u{0663}",
                    "\u{20ac}",
                    "a@b.c",
                ],
                &[
                    "",
                    " ",
                    "a b",
                    "a\u{a0}",
                    "a\u{200b}",
                    "a\0",
                    "\u{2028}",
                    "\u{feff}x",
                    "a\n",
                    "\u{e000}",
                ],
            ),
            (
                Pattern::NonSpace,
                &["1", "\u{a0}", "\u{2003}", "\0", "\u{1f600}"],
                &["", " ", "1 2", "1\t", "\n1", "\u{b}", "\u{c}", "\r"],
            ),
            (
                Pattern::PoolId,
                &["us-east-1_Abc123", "YOUR_USER_POOL_ID"],
                &["", "_a", "a_", "a", "a_b-", "us-east-1_a b"],
            ),
        ];
        for (pattern, good, bad) in table {
            for value in *good {
                assert!(pattern.matches(value), "{pattern:?} {value:?}");
            }
            for value in *bad {
                assert!(!pattern.matches(value), "{pattern:?} {value:?}");
            }
        }
    }
}
