//! The outside of a snapshot file, as insta 1.49 reads and writes it: `---`, a YAML map, `---`, the contents.
//!
//! `cargo insta accept` writes a file anew: it keeps the keys that it knows, in its own order and quoting, and cuts white
//! space at the end of the contents. What is written here is what it would write, so that both ways of accepting give the
//! same bytes: two keys of its own in its order, values that need no quotes, contents that end with a word. A header
//! without a key makes it give up on every pending file at once; such a file is refused here.

use super::error::FileError;

/// The line between header and contents.
const FENCE: &str = "---";
/// The key that tells our files from others of insta's.
const OWN_KEY: &str = "source: countersign";
/// A header has no more lines than this.
const HEADER_LINES_MAX: usize = 64;

/// A file taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InstaFile<'t> {
    /// Whether it was written by Countersign.
    pub(super) is_own: bool,
    /// The contents, without the line break at the end.
    pub(super) contents: &'t str,
    /// The number of the first line of the contents, from 1.
    pub(super) first_line: usize,
}

/// Puts a file together. `description` is for people.
pub(super) fn write(description: &str, contents: &str) -> String {
    format!("{FENCE}\n{OWN_KEY}\ndescription: {}\n{FENCE}\n{contents}\n", plain(description))
}

/// A text as a YAML scalar that needs no quotes: what could need them becomes `_`.
fn plain(text: &str) -> String {
    let kept =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || " ._+()/-".contains(c) { c } else { '_' });
    // The first word keeps the scalar from being a number, a date or a switch.
    format!("Snapshot of {}", kept.collect::<String>().trim())
}

/// Takes a file apart. Line breaks are `\n`.
pub(super) fn read(text: &str) -> Result<InstaFile<'_>, FileError> {
    let Some(rest) = text.strip_prefix("---\n") else {
        return Err(FileError::new(1, "a snapshot file starts with a line `---`"));
    };
    let (mut is_own, mut at) = (false, text.len() - rest.len());
    for (index, line) in rest.split_inclusive('\n').take(HEADER_LINES_MAX).enumerate() {
        at += line.len();
        let (line, number) = (line.trim_end(), index + 2);
        is_own |= line == OWN_KEY;
        if line == FENCE {
            if index == 0 {
                return Err(FileError::new(number, "the header has no key"));
            }
            let contents = text.get(at..).unwrap_or_default();
            let contents = contents.strip_suffix('\n').unwrap_or(contents);
            return Ok(InstaFile { is_own, contents, first_line: number + 1 });
        }
    }
    Err(FileError::new(1, "the header does not end with a line `---`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_apart_as_it_was_put_together() {
        let text = write("code of moto 5.2.5", "a\n---\n\nend");
        assert_eq!(
            text,
            "---\nsource: countersign\ndescription: Snapshot of code of moto 5.2.5\n---\na\n---\n\nend\n"
        );
        let file = read(&text).unwrap();
        assert_eq!(file, InstaFile { is_own: true, contents: "a\n---\n\nend", first_line: 5 });
    }

    #[test]
    fn a_description_never_needs_quotes() {
        assert_eq!(
            plain("x of http://127.0.0.1:9229 'é' # "),
            "Snapshot of x of http_//127.0.0.1_9229 ___ _"
        );
    }

    #[test]
    fn a_damaged_header_is_named_with_its_line() {
        for (text, line) in [("", 1), ("source: x\n", 1), ("---\n---\nx\n", 2), ("---\nsource: x\n", 1)] {
            assert_eq!(read(text).unwrap_err().line, line, "{text:?}");
        }
        assert!(!read("---\nsource: tests/x.rs\n---\nx\n").unwrap().is_own);
    }
}
