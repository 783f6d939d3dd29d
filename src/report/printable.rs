//! Text that is safe to print. Unlike [`wire::escape`] it leaves backslashes alone, so that text which is escaped
//! already stays readable.

use crate::wire;
use std::borrow::Cow;

/// `text` on one line: every control, format and reordering character is shown as an escape.
pub fn line(text: &str) -> Cow<'_, str> {
    filtered(text, wire::is_unsafe_to_print)
}

/// `text` on as many lines as it has: like [`line()`], with line breaks (`\n`) kept.
pub fn block(text: &str) -> Cow<'_, str> {
    filtered(text, |c| c != '\n' && wire::is_unsafe_to_print(c))
}

/// The first `max` characters of `text`, and how many were left out where that is any.
pub fn shortened(text: &str, max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(max) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            let (shown, rest) = text.split_at(end);
            Cow::Owned(format!("{shown}... ({} more characters)", rest.chars().count()))
        }
    }
}

fn filtered(text: &str, is_unsafe: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) {
            out.push_str(&wire::escape(c.encode_utf8(&mut [0; 4]).as_bytes()));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_escaped_already_is_left_alone() {
        assert_eq!(line(r"a\u{1b}[31m\\"), r"a\u{1b}[31m\\");
    }

    #[test]
    fn what_could_move_a_cursor_is_shown() {
        assert_eq!(line("a\x1b[2J\r\nb\u{202e}\u{9b}"), r"a\u{1b}[2J\r\nb\u{202e}\u{9b}");
        assert_eq!(block("a\tb\nc\r"), "a\\tb\nc\\r");
    }

    #[test]
    fn a_long_text_says_how_much_is_missing() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß€", 3), "äöü... (2 more characters)");
    }
}
