//! The published patterns of text members, as predicates typed in by hand.

use regex::Regex;
use std::sync::LazyLock;

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
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Word => r"[\w+]+",
            Self::Base64 => r"[\w+=/]+",
            Self::Visible => r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
            Self::NonSpace => r"[\S]+",
            Self::PoolId => r"[\w-]+_[0-9a-zA-Z]+",
        }
    }

    /// Whether the whole of `value` matches. `\w` and `\s` are those of Java, ASCII alone.
    pub(super) fn matches(self, value: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_values_with_ascii_classes() {
        let table: &[(Pattern, &[&str], &[&str])] = &[
            (Pattern::Word, &["aZ09_+"], &["", "a-b", "\u{e9}", "a\n", " a", "\u{0663}"]),
            (Pattern::Base64, &["aZ09_+=/"], &["", "a-b", "\u{e9}", "a\n"]),
            (
                Pattern::Visible,
                &["!\"#$~", "\u{e9}\u{0301}", "\u{1f600}", "\u{0663}", "\u{20ac}", "a@b.c"],
                &["", " ", "a b", "a\u{a0}", "a\u{200b}", "a\0", "\u{2028}", "\u{feff}x", "a\n", "\u{e000}"],
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
