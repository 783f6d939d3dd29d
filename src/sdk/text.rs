//! Texts of an SDK or its driver for reports: escaped, and no longer than a reader can use.

use crate::wire;
use memchr::memmem;

/// The longest text of one value that is shown, in characters.
pub(super) const VALUE_SHOWN_MAX: usize = 200;
/// The longest text of a body that is shown, in characters.
pub(super) const BODY_SHOWN_MAX: usize = 600;

/// What was sent, escaped and cut.
pub(super) fn shown_bytes(bytes: &[u8], characters_max: usize) -> String {
    // A character has at most four bytes.
    let start = bytes.get(..characters_max.saturating_mul(4)).unwrap_or(bytes);
    let escaped = wire::escape(start);
    if start.len() == bytes.len() && escaped.chars().count() <= characters_max {
        return escaped;
    }
    escaped.chars().take(characters_max).chain("…".chars()).collect()
}

/// `bytes` with `to` wherever `from` stands, which is not empty.
pub(super) fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memmem::find(rest, from) {
        let (before, found) = rest.split_at(at);
        out.extend_from_slice(before);
        out.extend_from_slice(to);
        rest = found.get(from.len()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

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
    fn what_is_found_is_replaced_wherever_it_stands() {
        assert_eq!(replaced(b"xabxab", b"ab", b"c"), b"xcxc");
        assert_eq!(replaced(b"a", b"ab", b"c"), b"a");
    }

    #[test]
    fn a_text_is_escaped_and_cut() {
        assert_eq!(shown("a\x1bb", 10), r"a\u{1b}b");
        assert_eq!(shown("abcdef", 3), "abc…");
        assert_eq!(shown("\x1b\x1b", 6), r"\u{1b}…");
        assert_eq!(shown("", 3), "");
        assert_eq!(shown_bytes(b"a\x1b\xff\\", 20), r"a\u{1b}\xff\\");
        assert_eq!(shown_bytes("üüüü".as_bytes(), 3), "üüü…");
    }
}
