//! Published patterns: AWS's regex dialect (Java's) as Rust and ECMAScript spell it.
//!
//! AWS runs on Java, where `\w`, `\d` and `\s` are ASCII and a constraint matches the whole value (SCH-022). The
//! `regex` crate reads them as Unicode, ECMAScript reads `\s` as Unicode: both get explicit ASCII classes instead, so
//! that `\S` still takes every character outside ASCII. Letters, marks and so on (`\p{L}`) mean the same in all three.
//!
//! What the three dialects read differently or what `regex` lacks is refused, never guessed: look-around,
//! back-references, inline flags, possessive quantifiers, class intersection, POSIX classes of Java (`\p{Alpha}`).

use super::dialect::{Dialect, translated};
use super::error::quote;
use crate::wire::escape;
use regex::{Regex, RegexBuilder};
use std::sync::OnceLock;

/// The largest compiled pattern, in bytes.
const COMPILED_BYTES_MAX: usize = 1 << 20;

/// A published pattern. Two patterns are equal if their un-anchored texts are.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Result<Regex, PatternError>>,
}

/// A pattern that this crate cannot match with. It can still be shown and compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "pattern {pattern}, byte {offset}: {found} is not supported; allowed: classes, groups `(?:`, quantifiers, alternation, and escapes that Java, Rust and ECMAScript share"
)]
#[non_exhaustive]
pub struct PatternError {
    /// The pattern, escaped and cut.
    pub pattern: String,
    /// Where in the un-anchored pattern, in bytes.
    pub offset: usize,
    /// What stands there.
    pub found: String,
}

impl Pattern {
    /// A pattern as Smithy (`^[\S]+$`) or botocore (`[\S]+`) prints it: anchors around the whole are taken off.
    pub fn new(text: &str) -> Self {
        Self { text: strip_anchors(text).to_owned(), compiled: OnceLock::new() }
    }

    /// The pattern without anchors, as botocore and AWS's validation messages print it.
    pub fn unanchored(&self) -> &str {
        &self.text
    }

    /// The pattern with anchors, as Smithy prints it.
    pub fn anchored(&self) -> String {
        if has_bare_alternation(&self.text) {
            // `^a|b$` would anchor each half on one side only; such a pattern is printed as it came.
            return self.text.clone();
        }
        format!("^{}$", self.text)
    }

    /// Whether the whole of `value` matches.
    pub fn matches(&self, value: &str) -> Result<bool, PatternError> {
        self.regex().map(|regex| regex.is_match(value))
    }

    /// The pattern for the `regex` crate, matching whole values. Compiled once, when it is first asked for.
    pub fn regex(&self) -> Result<&Regex, PatternError> {
        self.compiled.get_or_init(|| self.compile()).as_ref().map_err(Clone::clone)
    }

    /// The text of the pattern in the syntax of the `regex` crate, without anchors.
    pub fn rust(&self) -> Result<String, PatternError> {
        translated(&self.text, Dialect::Rust)
    }

    /// The pattern in ECMAScript's syntax with the `u` flag, anchored, as JSON Schema wants it.
    pub fn ecma(&self) -> Result<String, PatternError> {
        translated(&self.text, Dialect::Ecma).map(|text| {
            if has_bare_alternation(&text) { format!("^(?:{text})$") } else { format!("^{text}$") }
        })
    }

    fn compile(&self) -> Result<Regex, PatternError> {
        let text = format!(r"\A(?:{})\z", self.rust()?);
        RegexBuilder::new(&text).size_limit(COMPILED_BYTES_MAX).build().map_err(|_| PatternError {
            pattern: quote(&self.text),
            offset: 0,
            found: "a pattern that is not well-formed or too large".to_owned(),
        })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

/// A pattern as it is. Escaping would double its backslashes, so that only one which could harm a terminal is escaped.
pub(super) fn shown(pattern: &str) -> String {
    if pattern.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        pattern.to_owned()
    } else {
        escape(pattern.as_bytes())
    }
}

fn strip_anchors(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')) else {
        return text;
    };
    let backslashes = inner.bytes().rev().take_while(|byte| *byte == b'\\').count();
    if backslashes % 2 == 1 || has_bare_alternation(inner) { text } else { inner }
}

/// Whether a `|` stands outside every group, class and escape.
fn has_bare_alternation(text: &str) -> bool {
    let (mut groups, mut in_class, mut escaped) = (0_usize, false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => groups += 1,
            ')' => groups = groups.saturating_sub(1),
            '|' if groups == 0 => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_taken_off_where_they_stand_around_the_whole() {
        for (given, text) in [
            (r"^[\S]+$", r"[\S]+"),
            ("^(a|b)$", "(a|b)"),
            ("^((a)|b)$", "((a)|b)"),
            ("^[a|]$", "[a|]"),
            (r"^[\]|]$", r"[\]|]"),
            (r"^\|$", r"\|"),
            (r"^a\\$", r"a\\"),
        ] {
            let pattern = Pattern::new(given);
            assert_eq!((pattern.unanchored(), pattern.anchored().as_str()), (text, given));
        }
        // Each half has one anchor, the dollar is escaped, or one of the two is missing.
        for given in ["^a|b$", "^(a)|b$", "^[a]|b$", "^[(]|b$", r"^\\|b$", r"^a\$", "^a", "a$"] {
            assert_eq!(Pattern::new(given).unanchored(), given);
        }
    }

    #[test]
    fn an_alternation_is_kept_together_between_anchors() {
        assert_eq!(Pattern::new("a|b").ecma().unwrap(), "^(?:a|b)$");
        assert_eq!(Pattern::new("a|b").anchored(), "a|b");
        assert_eq!(Pattern::new("(a|b)").ecma().unwrap(), "^(a|b)$");
    }

    #[test]
    fn a_pattern_is_shown_as_it_is_unless_it_could_harm_a_terminal() {
        assert_eq!(shown(r"[\w +]"), r"[\w +]");
        assert_eq!(shown("a\u{1b}\\"), r"a\u{1b}\\");
    }
}
