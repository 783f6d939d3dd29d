//! Dictionaries of tokens in the form that AFL and libFuzzer read.
//!
//! One token a line: `"text"`, or `name="text"`, where `name` may end in `@LEVEL`. In the text `\\`, `\"` and `\xNN` are escapes.
//! Empty lines and lines that begin with `#` are passed over.

use crate::wire::escape;
use std::fmt::Write as _;

/// The largest dictionary, in bytes.
pub(super) const DICTIONARY_BYTES_MAX: usize = 1024 * 1024;

/// The most tokens.
pub(super) const TOKENS_MAX: usize = 4096;

/// A dictionary that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DictionaryError {
    /// A line is not a token.
    #[error(
        "line {line}: {found}; allowed: `\"text\"` or `name=\"text\"` with `\\\\`, `\\\"` and `\\xNN` in it"
    )]
    Line {
        /// Counted from 1.
        line: usize,
        /// What was found.
        found: String,
    },
    /// It is too large.
    #[error("the dictionary has more than {DICTIONARY_BYTES_MAX} bytes or {TOKENS_MAX} tokens")]
    TooLarge,
}

/// Tokens to put into requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary(pub Vec<Vec<u8>>);

impl Dictionary {
    /// The one that is built in: names of members and errors, words of AWS, JSON, and what servers stumble over.
    pub fn built_in() -> Self {
        // A test reads it.
        Self::parse(include_str!("../../corpus/confirm_sign_up.dict")).unwrap_or_default()
    }

    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, DictionaryError> {
        if text.len() > DICTIONARY_BYTES_MAX {
            return Err(DictionaryError::TooLarge);
        }
        let mut tokens = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let token = token(line).ok_or_else(|| DictionaryError::Line {
                line: number + 1,
                found: format!(
                    "`{}` is no token",
                    escape(line.chars().take(60).collect::<String>().as_bytes())
                ),
            })?;
            tokens.push(token);
        }
        if tokens.len() > TOKENS_MAX { Err(DictionaryError::TooLarge) } else { Ok(Self(tokens)) }
    }

    /// The same as text.
    pub fn write(&self) -> String {
        let mut out = String::new();
        for token in &self.0 {
            out.push('"');
            for byte in token {
                match byte {
                    b'"' => out.push_str("\\\""),
                    b'\\' => out.push_str("\\\\"),
                    b' '..=b'~' => out.push(char::from(*byte)),
                    // Writing to a `String` cannot fail.
                    _ => drop(write!(out, "\\x{byte:02x}")),
                }
            }
            out.push_str("\"\n");
        }
        out
    }
}

fn token(line: &str) -> Option<Vec<u8>> {
    let start = line.find('"')?;
    let name = line.get(..start)?.trim_end();
    let is_name =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.@".contains(&byte));
    if !name.is_empty() && !name.strip_suffix('=').is_some_and(|name| is_name(name.trim_end())) {
        return None;
    }
    let text = line.get(start + 1..)?.strip_suffix('"')?;
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'"' => return None,
            b'\\' => match bytes.next()? {
                same @ (b'\\' | b'"') => same,
                b'x' => {
                    let digits = [bytes.next()?, bytes.next()?];
                    let digits = std::str::from_utf8(&digits).ok()?;
                    u8::from_str_radix(digits, 16).ok().filter(|_| !digits.contains('+'))?
                }
                _ => return None,
            },
            other => other,
        });
    }
    if out.is_empty() { None } else { Some(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_one_is_read_and_reads_back() {
        let built_in = Dictionary::parse(include_str!("../../corpus/confirm_sign_up.dict")).unwrap();
        assert!(built_in.0.len() >= 100, "{}", built_in.0.len());
        for name in ["ConfirmationCode", "CodeMismatchException"] {
            assert!(built_in.0.iter().any(|token| token == name.as_bytes()), "{name}");
        }
        assert_eq!(Dictionary::parse(&built_in.write()), Ok(built_in));
    }

    #[test]
    fn names_levels_escapes_and_comments_are_read() {
        let text = "# x\n\nkw1=\"a\\x00\\\"\"\nkw2@3 = \"\\\\\"\n\"z\"\n";
        let expected = Dictionary(vec![b"a\0\"".to_vec(), b"\\".to_vec(), b"z".to_vec()]);
        assert_eq!(Dictionary::parse(text), Ok(expected));
    }

    #[test]
    fn what_is_no_token_is_named_with_its_line() {
        for text in ["x", "\"", "\"\"", "\"a\\q\"", "\"a\\x0\"", "\"a\"b\"", "a b=\"c\"", "\"\\x+1\""] {
            let error = Dictionary::parse(&format!("# one\n{text}\n")).unwrap_err();
            assert!(error.to_string().starts_with("line 2: "), "{text}: {error}");
        }
    }
}
