//! What is published of a value: length, pattern, allowed values, and whether it is sensitive.

use super::pattern::Pattern;
use std::fmt;

/// The published bounds of a length, both inclusive. Of a string it is the length of the text, of a list or map the
/// number of entries, of a blob the number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Length {
    /// The least length; 0 where none is published.
    pub min: usize,
    /// The greatest length, if one is published.
    pub max: Option<usize>,
}

impl Length {
    /// Whether `length` lies within the bounds.
    pub fn contains(self, length: usize) -> bool {
        length >= self.min && self.max.is_none_or(|max| length <= max)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max {
            Some(max) => write!(f, "{}..{max}", self.min),
            None => write!(f, "{}..", self.min),
        }
    }
}

/// The unit in which the length of a string is counted. Smithy defines Unicode scalar values; which one AWS counts in
/// is not attested (VAL-020), so a bound may only be asserted for texts on which all three agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LengthUnit {
    /// Unicode scalar values, as Smithy says.
    Scalars,
    /// UTF-16 code units, as Java's `String.length` counts.
    Utf16Units,
    /// Bytes of UTF-8.
    Bytes,
}

impl LengthUnit {
    /// Every unit.
    pub const ALL: &'static [Self] = &[Self::Scalars, Self::Utf16Units, Self::Bytes];

    /// The length of `text` in this unit.
    pub fn count(self, text: &str) -> usize {
        match self {
            Self::Scalars => text.chars().count(),
            Self::Utf16Units => text.encode_utf16().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// Everything that is published of a value, apart from its type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    /// The bounds of its length.
    pub length: Option<Length>,
    /// The pattern that the whole value matches.
    pub pattern: Option<Pattern>,
    /// The only values allowed; empty where any is.
    pub values: Vec<String>,
    /// Whether the value is kept out of logs and messages.
    pub sensitive: bool,
}

impl Constraints {
    /// These constraints where stated, and those of the target shape elsewhere.
    pub(super) fn over(self, target: &Self) -> Self {
        Self {
            length: self.length.or(target.length),
            pattern: self.pattern.or_else(|| target.pattern.clone()),
            values: if self.values.is_empty() { target.values.clone() } else { self.values },
            sensitive: self.sensitive || target.sensitive,
        }
    }
}
