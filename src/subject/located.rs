//! Where in a file something is wrong: file, line, column, the line itself and a caret under the place.

use crate::wire;
use std::fmt;
use std::ops::Range;

/// The longest stretch of a line that is shown, in characters.
const EXCERPT_MAX: usize = 100;

/// A complaint about one place of a text file. Its `Display` is three lines and safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what is allowed.
    pub reason: String,
    excerpt: String,
    caret: usize,
}

impl Located {
    /// A complaint about the bytes `span` of `text`; a span that lies outside speaks of the end.
    pub fn new(file: &str, text: &str, span: Range<usize>, reason: &str) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let prefix = before.get(line_start..).unwrap_or_default();
        let line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let column = prefix.chars().count();
        let skipped = column.saturating_sub(EXCERPT_MAX / 2);
        let shown: String = line.chars().skip(skipped).take(EXCERPT_MAX).collect();
        let shown_prefix: String = prefix.chars().skip(skipped).collect();
        Self {
            file: wire::escape(file.as_bytes()),
            line: before.matches('\n').count() + 1,
            column: column + 1,
            reason: wire::escape(reason.as_bytes()),
            excerpt: wire::escape(shown.as_bytes()),
            caret: wire::escape(shown_prefix.as_bytes()).chars().count(),
        }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, reason, excerpt, caret } = self;
        write!(f, "{file}:{line}:{column}: {reason}\n  | {excerpt}\n  | {:caret$}^", "")
    }
}

impl std::error::Error for Located {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place_even_after_escaped_characters() {
        let located = Located::new("a.toml", "x = 1\n\ty = \u{1b}z\n", 11..12, "no `z` here");
        assert_eq!(located.to_string(), "a.toml:2:6: no `z` here\n  | \\ty = \\u{1b}z\n  |       ^");
    }

    #[test]
    fn a_place_beyond_the_end_and_a_very_long_line_are_survived() {
        assert_eq!(Located::new("f", "ab", 99..100, "r").column, 3);
        let long = "x".repeat(10_000);
        assert!(Located::new("f", &long, 5_000..5_001, "r").to_string().len() < 300);
    }
}
