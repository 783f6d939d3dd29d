//! What is wrong in a corpus file, and where: file, line, column, the line itself with a caret, and what is allowed.

use crate::corpus::source::SourceFile;
use crate::wire;
use std::fmt;
use std::ops::Range;

/// How many characters of a line are shown before it is cut.
pub const SNIPPET_CHARS_MAX: usize = 120;

/// How many diagnostics one reading reports at most; the rest is counted in words of the last one.
pub const DIAGNOSTICS_MAX: usize = 20;

/// How many characters stand before the caret at most, where the line has to be cut.
const LEAD_CHARS_MAX: usize = 60;

/// One thing that is wrong in a file. `Display` gives the whole text over several lines, safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The name of the file, escaped.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The line, escaped, cut to [`SNIPPET_CHARS_MAX`] characters.
    pub snippet: String,
    /// How many characters of the snippet stand before the caret.
    pub caret: usize,
    /// How many carets: at least one.
    pub width: usize,
    /// What is wrong: a lower-case fragment, escaped.
    pub message: String,
    /// What is allowed, or what to do about it.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A diagnostic for the bytes `span` of `file`. A span outside the text points at its end.
    pub fn new(file: &SourceFile, span: &Range<usize>, message: impl Into<String>) -> Self {
        let text = file.text.as_str();
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end).max(start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
        let line = text.get(line_start..line_end).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        let marked = text.get(start..end.min(line_end)).unwrap_or_default().chars().count();
        let (snippet, caret, width) = cut(line, column, marked);
        Self {
            file: wire::escape(file.name.as_bytes()),
            line: before.matches('\n').count() + 1,
            column: column + 1,
            snippet,
            caret,
            width,
            message: message.into(),
            hint: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The part of a line around the caret, escaped; with the caret's place and width in the escaped text.
fn cut(line: &str, column: usize, marked: usize) -> (String, usize, usize) {
    let skipped =
        if line.chars().count() > SNIPPET_CHARS_MAX { column.saturating_sub(LEAD_CHARS_MAX) } else { 0 };
    let shown: String = line.chars().skip(skipped).take(SNIPPET_CHARS_MAX).collect();
    let lead: String = shown.chars().take(column - skipped).collect();
    let hit: String = shown.chars().skip(column - skipped).take(marked).collect();
    let escaped_length = |text: &str| wire::escape(text.as_bytes()).chars().count();
    (wire::escape(shown.as_bytes()), escaped_length(&lead), escaped_length(&hit).max(1))
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = self.line.to_string().len();
        writeln!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        writeln!(f, " {} | {}", self.line, self.snippet)?;
        write!(f, " {:gutter$} | {:caret$}{}", "", "", "^".repeat(self.width), caret = self.caret)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_escaped_text() {
        let file = SourceFile::new("a.toml", "x = 1\r\nk\u{e9}y\u{1b} = \"b\u{e4}d\"\r\n");
        let start = file.text.find("\"b").unwrap();
        let diagnostic = Diagnostic::new(&file, &(start..start + 6), "`bäd` is bad").with_hint("say `good`");
        assert_eq!(
            diagnostic.to_string(),
            "a.toml:2:8: `bäd` is bad\n 2 | kéy\\u{1b} = \"bäd\"\n   |             ^^^^^\nhint: say `good`"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret_and_a_wild_span_is_no_panic() {
        let file = SourceFile::new("b.toml", format!("{}!{}", "a".repeat(5000), "b".repeat(5000)));
        let diagnostic = Diagnostic::new(&file, &(5000..9000), "here");
        assert_eq!(diagnostic.snippet.chars().count(), SNIPPET_CHARS_MAX);
        assert_eq!(diagnostic.snippet.chars().nth(diagnostic.caret), Some('!'));
        assert_eq!(diagnostic.column, 5001);
        assert_eq!(diagnostic.width, SNIPPET_CHARS_MAX - diagnostic.caret);
        let (from, to) = (usize::MAX, 3);
        assert_eq!(Diagnostic::new(&file, &(from..to), "nowhere").column, 10002);
    }
}
