//! Which cases an entry speaks of: globs over case ids, as `--filter` takes them.

use crate::case::CaseId;
use crate::wire;
use globset::{GlobBuilder, GlobMatcher};
use std::fmt;
use std::str::FromStr;

/// The longest pattern, in characters. It bounds how deep braces nest.
const PATTERN_CHARACTERS_MAX: usize = 256;

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// There is nothing to match.
    #[error("the pattern is empty")]
    Empty,
    /// It is too long.
    #[error("a pattern of {found} characters; allowed: {PATTERN_CHARACTERS_MAX}")]
    TooLong {
        /// How long it is.
        found: usize,
    },
    /// It is no glob.
    #[error("`{text}` is no glob over case ids: {why}")]
    NoGlob {
        /// The text, escaped.
        text: String,
        /// What is wrong with it.
        why: String,
    },
}

/// One glob over case ids: `*`, `?`, `[a-z]` and `{a,b}` are special, `*` goes over `/`, and case does not matter. With a
/// `!` before it, it takes cases away.
#[derive(Debug, Clone)]
pub struct CasePattern {
    text: String,
    excludes: bool,
    /// What every id that fits begins with, whatever its case: most ids are told apart by it, at much less cost.
    start: String,
    /// `None` where that is the whole id.
    matcher: Option<GlobMatcher>,
}

impl CasePattern {
    /// A pattern that takes this one case.
    pub fn of(id: &CaseId) -> Self {
        let text = escaped(id.as_str());
        text.parse().unwrap_or(Self { text, excludes: false, start: String::new(), matcher: None })
    }

    /// A pattern that takes this one case away.
    pub fn all_but(id: &CaseId) -> Self {
        let text = format!("!{}", escaped(id.as_str()));
        text.parse().unwrap_or(Self { text, excludes: true, start: String::new(), matcher: None })
    }

    /// The text as it stands in the file.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it takes cases away.
    pub fn excludes(&self) -> bool {
        self.excludes
    }

    /// Whether the glob fits this id, whatever that means for the case.
    pub fn fits(&self, id: &CaseId) -> bool {
        let id = id.as_str();
        let starts_so =
            id.get(..self.start.len()).is_some_and(|start| start.eq_ignore_ascii_case(&self.start));
        starts_so
            && match &self.matcher {
                Some(matcher) => matcher.is_match(id),
                None => id.len() == self.start.len(),
            }
    }
}

impl FromStr for CasePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (excludes, glob) = match text.strip_prefix('!') {
            Some(glob) => (true, glob),
            None => (false, text),
        };
        let found = text.chars().count();
        if glob.is_empty() {
            return Err(PatternError::Empty);
        }
        if found > PATTERN_CHARACTERS_MAX {
            return Err(PatternError::TooLong { found });
        }
        let special = glob.find(|c: char| "*?[]{}\\!".contains(c) || !c.is_ascii());
        let start = glob.get(..special.unwrap_or(glob.len())).unwrap_or_default().to_owned();
        let text = text.to_owned();
        if special.is_none() {
            return Ok(Self { text, excludes, start, matcher: None });
        }
        let built = GlobBuilder::new(glob).case_insensitive(true).literal_separator(false).build();
        let built = built.map_err(|error| PatternError::NoGlob {
            text: wire::escape(text.as_bytes()),
            why: wire::escape(error.kind().to_string().as_bytes()),
        })?;
        Ok(Self { text, excludes, start, matcher: Some(built.compile_matcher()) })
    }
}

impl fmt::Display for CasePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for CasePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A glob that fits this text alone.
pub(super) fn escaped(text: &str) -> String {
    globset::escape(&text.replace('\\', r"\\"))
}

/// The patterns of one entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CasePatterns(pub Vec<CasePattern>);

impl CasePatterns {
    /// Whether the case is meant: a pattern fits its id, and no excluding one does.
    pub fn takes(&self, id: &CaseId) -> bool {
        let fits = |excludes| self.0.iter().any(|pattern| pattern.excludes == excludes && pattern.fits(id));
        fits(false) && !fits(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(patterns: &[&str], id: &str) -> bool {
        let patterns = CasePatterns(patterns.iter().map(|text| text.parse().unwrap()).collect());
        patterns.takes(&id.parse().unwrap())
    }

    #[test]
    fn a_pattern_takes_what_filter_takes_of_an_id() {
        for (patterns, expected) in [
            (&["code/wrong"][..], true),
            (&["CODE/Wrong"], true),
            (&["code/*"], true),
            (&["c*g"], true),
            (&["{null,code}/w?on[a-h]"], true),
            (&["code/wron"], false),
            (&["code/wrong-public"], false),
            (&["null/*", "code/*"], true),
            (&["code/*", "!*/wrong"], false),
            (&["code/*", "!code/wrong"], false),
            (&["code/*", "!code/right"], true),
            (&["!code/right"], false),
            (&[], false),
        ] {
            assert_eq!(takes(patterns, "code/wrong"), expected, "{patterns:?}");
        }
    }

    #[test]
    fn the_pattern_of_an_id_takes_that_id_alone() {
        for id in ["code/wrong", "odd/a*b", "odd/{a,b}", "odd/[x]", "odd/!a", "odd/a\\b"] {
            let id: CaseId = id.parse().unwrap();
            let pattern = CasePattern::of(&id);
            assert!(pattern.fits(&id), "{pattern}");
            let written: CasePattern = pattern.as_str().parse().unwrap();
            assert!(written.fits(&id), "{pattern}");
            assert!(!pattern.fits(&"odd/aXb".parse().unwrap()), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_reason() {
        for (text, expected) in [
            ("", "the pattern is empty"),
            ("!", "the pattern is empty"),
            ("a[", "`a[` is no glob over case ids: unclosed character class"),
        ] {
            let error = text.parse::<CasePattern>().unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        assert!("z".repeat(PATTERN_CHARACTERS_MAX).parse::<CasePattern>().is_ok());
        let error = "z".repeat(PATTERN_CHARACTERS_MAX + 1).parse::<CasePattern>().unwrap_err();
        assert_eq!(error, PatternError::TooLong { found: PATTERN_CHARACTERS_MAX + 1 });
    }
}
