//! What can be wrong with a model file.

use crate::wire::escape;

/// The longest piece of a file that an error quotes, in characters.
const QUOTE_CHARS_MAX: usize = 80;

/// A model file that could not be read. Every error names the file and the place in it; what it quotes is escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The gzip stream is broken or cut.
    #[error("`{file}`: broken gzip stream after {unpacked} unpacked bytes: {reason}")]
    Gzip {
        /// The file.
        file: String,
        /// How many bytes came out before.
        unpacked: usize,
        /// What the decoder says.
        reason: String,
    },
    /// The file, plain or unpacked, is too large.
    #[error("`{file}`: more than {limit} bytes{}; allowed: at most that many", if *.packed { " when unpacked" } else { "" })]
    TooLarge {
        /// The file.
        file: String,
        /// The limit, in bytes.
        limit: usize,
        /// Whether it came out of a gzip stream.
        packed: bool,
    },
    /// The text is not UTF-8.
    #[error("`{file}`, byte {offset}: not UTF-8")]
    NotUtf8 {
        /// The file.
        file: String,
        /// The first byte that is not, counted from 0 in the unpacked text.
        offset: usize,
    },
    /// The text is not JSON, or too deep.
    #[error("`{file}`, byte {offset}: {reason}")]
    NotJson {
        /// The file.
        file: String,
        /// Where, counted from 0 in the unpacked text.
        offset: usize,
        /// What the parser says.
        reason: String,
    },
    /// Something stands in the file that the format does not allow there.
    #[error("`{file}` at `{pointer}`: {found}; allowed: {allowed}")]
    Unexpected {
        /// The file.
        file: String,
        /// The place, as a JSON pointer (RFC 6901).
        pointer: String,
        /// What was found.
        found: String,
        /// What is allowed there.
        allowed: String,
    },
}

/// A piece of a file for an error: cut, escaped, in backticks.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) => format!("`{}…`", escape(text.get(..end).unwrap_or_default().as_bytes())),
        None => format!("`{}`", escape(text.as_bytes())),
    }
}
