//! One line of a program under test: what it says, and what is wrong with it.

use serde::Deserialize;

/// What a program answered to one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The hash that it computed.
    Hash(String),
    /// Whether it takes the candidate.
    Verdict(bool),
    /// It does not take such inputs.
    Refused,
}

/// A line that is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// Not JSON, or not an object with these members.
    #[error(
        "`{line}` is no answer ({reason}); allowed: `{{\"id\":N,\"secretHash\":\"…\"}}`, `{{\"id\":N,\"valid\":true|false}}`, `{{\"id\":N,\"error\":\"…\"}}`"
    )]
    Malformed {
        /// The start of the line, escaped.
        line: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// How much of a line an error shows, in characters.
const SHOWN_MAX: usize = 80;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    id: u32,
    secret_hash: Option<String>,
    valid: Option<bool>,
    error: Option<String>,
}

impl Answer {
    /// Reads a line: the number of the test, and what is answered to it.
    pub fn parse(line: &[u8]) -> Result<(u32, Self), AnswerError> {
        let line = line.trim_ascii();
        let malformed = |reason: String| {
            let shown = crate::wire::escape(line);
            let cut: String = shown.chars().take(SHOWN_MAX).collect();
            let line = if cut.len() < shown.len() { cut + "…" } else { cut };
            AnswerError::Malformed { line, reason }
        };
        let read: Line = serde_json::from_slice(line)
            .map_err(|error| malformed(crate::wire::escape(error.to_string().as_bytes())))?;
        let answer = match (read.secret_hash, read.valid, read.error) {
            (Some(hash), None, None) => Self::Hash(hash),
            (None, Some(valid), None) => Self::Verdict(valid),
            (None, None, Some(_)) => Self::Refused,
            _ => return Err(malformed("one of `secretHash`, `valid` and `error` is needed".into())),
        };
        Ok((read.id, answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_of_three_answers() {
        let parse = |text: &str| Answer::parse(text.as_bytes());
        assert_eq!(parse(r#"{"id":7,"secretHash":"x"}"#).unwrap(), (7, Answer::Hash("x".into())));
        assert_eq!(parse(r#" {"valid":false,"id":7} "#).unwrap(), (7, Answer::Verdict(false)));
        assert_eq!(parse(r#"{"id":7,"error":"no such key"}"#).unwrap(), (7, Answer::Refused));
    }

    #[test]
    fn anything_else_is_shown_escaped_and_cut() {
        for line in
            [&b"hello"[..], b"", b"{}", br#"{"id":-1,"valid":true}"#, br#"{"id":1}"#, b"[1]", b"\xff\x1b[2J"]
        {
            let text = Answer::parse(line).unwrap_err().to_string();
            assert!(text.contains("is no answer") && !text.contains('\x1b'), "{text}");
        }
        let text = Answer::parse(&[b'x'; 5000]).unwrap_err().to_string();
        assert!(text.len() < 400, "{text}");
    }
}
