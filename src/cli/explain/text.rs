//! Text on its way to the terminal.

use countersign::wire;

/// How many characters of an id that does not exist are shown.
pub(super) const ID_CHARS_MAX: usize = 120;

/// `text` without anything that could move a cursor or reorder text. A `\` stays single: this is to be read, not to be
/// read back.
pub(super) fn shown(text: &str) -> String {
    wire::escape(text.as_bytes()).replace("\\\\", "\\")
}

/// The first `max` characters, with what is missing.
pub(super) fn cut(text: &str, max: usize) -> String {
    let more = text.chars().count().saturating_sub(max);
    let kept: String = text.chars().take(max).collect();
    if more == 0 { kept } else { format!("{kept}… ({more} more characters)") }
}
