//! Texts of an SDK or its driver for reports: escaped, and no longer than a reader can use.

use crate::wire;

/// The longest text of one value that is shown, in characters.
pub(super) const VALUE_SHOWN_MAX: usize = 200;
/// The longest text of a body that is shown, in characters.
pub(super) const BODY_SHOWN_MAX: usize = 600;

/// `text` escaped and cut.
pub(super) fn shown(text: &str, characters_max: usize) -> String {
    // What is cut away need not be escaped.
    let start: String = text.chars().take(characters_max + 1).collect();
    let escaped = wire::escape(start.as_bytes());
    if text.len() == start.len() && escaped.chars().count() <= characters_max {
        return escaped;
    }
    escaped.chars().take(characters_max).chain("…".chars()).collect()
}

/// A value escaped and cut.
pub(super) fn value(text: &str) -> String {
    shown(text, VALUE_SHOWN_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_escaped_and_cut() {
        assert_eq!(shown("a\x1bb", 10), r"a\u{1b}b");
        assert_eq!(shown("abcdef", 3), "abc…");
        assert_eq!(shown("\x1b\x1b", 6), r"\u{1b}…");
        assert_eq!(shown("", 3), "");
    }
}
