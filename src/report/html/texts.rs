//! The texts of a page, each once. What two subjects were sent is the same, and most of what they answer is.

use crate::report::printable;
use std::collections::HashMap;

/// Texts are kept in full until so many bytes have come together; after that fields are shortened and exchanges are
/// left out, and the page says so. Three ordinary subjects need about a fifth of it.
pub(super) const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The longest text of one field, in characters; what follows is counted.
const FIELD_CHARACTERS_MAX: usize = 4096;

/// The longest text of one field once [`TEXT_BYTES_MAX`] is reached, in characters.
const FIELD_CHARACTERS_MIN: usize = 80;

/// Texts without doubles; the numbers that stand for them count from 0.
#[derive(Default)]
pub(super) struct Texts {
    lines: Vec<String>,
    by_text: HashMap<String, usize>,
    blocks: Vec<Vec<usize>>,
    by_lines: HashMap<Vec<usize>, usize>,
    bytes: usize,
}

impl Texts {
    /// The number of a field. It is on one line and safe to print.
    pub(super) fn field(&mut self, text: &str) -> usize {
        let max = if self.is_full() { FIELD_CHARACTERS_MIN } else { FIELD_CHARACTERS_MAX };
        let shown = printable::shortened(&printable::line(text), max).into_owned();
        self.number(shown)
    }

    /// The number of a text of several parts: lines, or the words of a command. It is safe to print.
    pub(super) fn block(&mut self, text: &str, separator: &str) -> usize {
        let text = printable::block(text).into_owned();
        let lines: Vec<usize> = text.split(separator).map(|line| self.number(line.to_owned())).collect();
        if let Some(number) = self.by_lines.get(&lines) {
            return *number;
        }
        let number = self.blocks.len();
        self.bytes += 8 * lines.len();
        self.by_lines.insert(lines.clone(), number);
        self.blocks.push(lines);
        number
    }

    /// Whether [`TEXT_BYTES_MAX`] is reached.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= TEXT_BYTES_MAX
    }

    /// The texts, and the blocks as the numbers of their parts.
    pub(super) fn into_parts(self) -> (Vec<String>, Vec<Vec<usize>>) {
        (self.lines, self.blocks)
    }

    fn number(&mut self, text: String) -> usize {
        if let Some(number) = self.by_text.get(&text) {
            return *number;
        }
        let number = self.lines.len();
        self.bytes += text.len();
        self.by_text.insert(text.clone(), number);
        self.lines.push(text);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_there_once_and_a_block_shares_its_lines() {
        let mut texts = Texts::default();
        assert_eq!((texts.field("a"), texts.field("b"), texts.field("a")), (0, 1, 0));
        let block = texts.block("a\nc\na", "\n");
        assert_eq!((block, texts.block("a\nc\na", "\n"), texts.block("c", "\n")), (0, 0, 1));
        assert_eq!(
            texts.into_parts(),
            (vec!["a".into(), "b".into(), "c".into()], vec![vec![0, 2, 0], vec![2]])
        );
    }

    #[test]
    fn what_could_reorder_or_clear_is_shown_by_name() {
        let mut texts = Texts::default();
        texts.field("\u{1b}[2J\u{202e}");
        texts.block("a\u{2028}\nb", "\n");
        assert_eq!(texts.into_parts().0, ["\\u{1b}[2J\\u{202e}", "a\\u{2028}", "b"]);
    }

    #[test]
    fn texts_beyond_the_limit_are_shortened() {
        let mut texts = Texts { bytes: TEXT_BYTES_MAX, ..Texts::default() };
        texts.field(&"x".repeat(100));
        assert!(texts.into_parts().0[0].ends_with("x... (20 more characters)"));
    }
}
