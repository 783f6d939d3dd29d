//! Where the confirmation code of a user is read, as a profile or the command line says it.

use super::placeholder::{self, PlaceholderError};
use crate::secret_hash::Secret;
use crate::wire;
use std::fmt;
use std::str::FromStr;

/// Where codes are read. A code may be any string.
///
/// The texts may contain `${pool_id}`, `${client_id}`, `${username}`, `${sub}` and `${email}` of the user whose code is
/// read, and `${dir}`, `${port}`, `${endpoint}` of a launched subject. Each value is escaped for the place where it
/// stands: as one segment of a URL, as one token of a JSON pointer, as literal text of a regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeSource {
    /// The subject takes every code.
    Any,
    /// The subject gives every user this code.
    Fixed(Secret),
    /// A JSON file that the subject writes, and a pointer (RFC 6901) into it.
    File {
        /// The path.
        path: String,
        /// The pointer.
        pointer: String,
    },
    /// A JSON document that a GET request yields, and a pointer (RFC 6901) into it.
    Http {
        /// An `http://` URL, or a path at the subject itself.
        url: String,
        /// The pointer.
        pointer: String,
    },
    /// A text file that the subject appends to.
    Log {
        /// The path; `None`: what a launched subject prints.
        path: Option<String>,
        /// A regular expression with one group, which is the code. The last match counts.
        pattern: String,
    },
    /// A program that prints the code; white space around it is dropped. No shell is involved.
    Command(Vec<String>),
}

/// A code source that is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeSourceError {
    /// The text names no source.
    #[error(
        "`{found}` is no code source; allowed: `any`, `fixed:CODE`, `http:URL#/POINTER`, `file:PATH#/POINTER`, \
         `log:PATH#REGEX`, `command:PROGRAM ARGUMENT…`"
    )]
    Unknown {
        /// What was found, without what might be a code.
        found: String,
    },
    /// A part is missing or empty.
    #[error("the code source `{source_name}` needs {what}")]
    Incomplete {
        /// The source.
        source_name: &'static str,
        /// What it needs.
        what: &'static str,
    },
    /// The pointer is no JSON pointer.
    #[error("`{found}` is no JSON pointer: it must be empty or start with `/`")]
    Pointer {
        /// What was found.
        found: String,
    },
    /// The URL is of another scheme.
    #[error("`{found}` is neither an `http://` URL nor a path that starts with `/`")]
    Url {
        /// What was found.
        found: String,
    },
    /// The regular expression does not compile, or has not exactly one group.
    #[error("the regular expression `{pattern}` {reason}")]
    Pattern {
        /// The regular expression.
        pattern: String,
        /// What is wrong.
        reason: String,
    },
    /// A placeholder is not known.
    #[error(transparent)]
    Placeholder(#[from] PlaceholderError),
}

/// The placeholders that speak of the user whose code is read.
pub(super) const OF_USER: [&str; 5] = ["pool_id", "client_id", "username", "sub", "email"];
/// Those, and the ones that speak of a launched subject.
pub(super) const OF_LAUNCHED: [&str; 8] =
    ["pool_id", "client_id", "username", "sub", "email", "dir", "port", "endpoint"];

impl CodeSource {
    /// The name used in profiles and on the command line.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Fixed(_) => "fixed",
            Self::File { .. } => "file",
            Self::Http { .. } => "http",
            Self::Log { .. } => "log",
            Self::Command(_) => "command",
        }
    }

    /// Whether every user has the same code, so that another user's code and a superseded one cannot be had.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Any | Self::Fixed(_))
    }

    /// Checks the parts, with these placeholders allowed.
    pub(super) fn check(&self, allowed: &[&str]) -> Result<(), CodeSourceError> {
        match self {
            Self::Any => {}
            Self::Fixed(code) => needs(self, !code.reveal().is_empty(), "a code that is not empty")?,
            Self::File { path, pointer } => {
                needs(self, !path.is_empty(), "a path")?;
                placeholder::check(path, allowed)?;
                check_pointer(pointer, allowed)?;
            }
            Self::Http { url, pointer } => {
                if !(url.starts_with("http://") || url.starts_with('/')) {
                    return Err(CodeSourceError::Url { found: wire::escape(url.as_bytes()) });
                }
                placeholder::check(url, allowed)?;
                check_pointer(pointer, allowed)?;
            }
            Self::Log { path, pattern } => {
                let path = path.as_deref();
                needs(self, path != Some(""), "a path")?;
                needs(self, path.is_some() || allowed.contains(&"dir"), "a path")?;
                placeholder::check(path.unwrap_or_default(), allowed)?;
                check_pattern(pattern, allowed)?;
            }
            Self::Command(words) => {
                needs(self, words.first().is_some_and(|program| !program.is_empty()), "a program")?;
                for word in words {
                    placeholder::check(word, allowed)?;
                }
            }
        }
        Ok(())
    }
}

fn needs(source: &CodeSource, met: bool, what: &'static str) -> Result<(), CodeSourceError> {
    if met {
        return Ok(());
    }
    Err(CodeSourceError::Incomplete { source_name: source.name(), what })
}

fn check_pointer(pointer: &str, allowed: &[&str]) -> Result<(), CodeSourceError> {
    if !(pointer.is_empty() || pointer.starts_with('/')) {
        return Err(CodeSourceError::Pointer { found: wire::escape(pointer.as_bytes()) });
    }
    Ok(placeholder::check(pointer, allowed)?)
}

fn check_pattern(pattern: &str, allowed: &[&str]) -> Result<(), CodeSourceError> {
    let bad = |reason: String| CodeSourceError::Pattern {
        pattern: wire::escape(pattern.as_bytes()),
        reason: wire::escape(reason.as_bytes()),
    };
    let sample = placeholder::expand(pattern, allowed, |_| Some("x".into()))?;
    let regex = regex::Regex::new(&sample).map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default();
        bad(format!("does not compile: {}", last.trim_start_matches("error: ")))
    })?;
    match regex.captures_len() - 1 {
        1 => Ok(()),
        groups => Err(bad(format!("has {groups} groups; it needs exactly one, the code"))),
    }
}

impl FromStr for CodeSource {
    type Err = CodeSourceError;

    /// Reads what `--code-source` takes: `any`, `fixed:CODE`, `http:URL#/POINTER`, `file:PATH#/POINTER`,
    /// `log:PATH#REGEX`, `command:PROGRAM ARGUMENT…`. URL and path end at the first `#`; a command is split at white
    /// space and there is no quoting (a profile has a list instead).
    fn from_str(text: &str) -> Result<Self, CodeSourceError> {
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let halves = |source_name, what| {
            rest.split_once('#')
                .map(|(left, right)| (left.to_owned(), right.to_owned()))
                .ok_or(CodeSourceError::Incomplete { source_name, what })
        };
        let source = match name {
            "any" if rest.is_empty() => Self::Any,
            "fixed" => Self::Fixed(Secret::new(rest)),
            "http" => {
                let (url, pointer) = halves("http", "a JSON pointer after `#`")?;
                Self::Http { url, pointer }
            }
            "file" => {
                let (path, pointer) = halves("file", "a JSON pointer after `#`")?;
                Self::File { path, pointer }
            }
            "log" => {
                let (path, pattern) = halves("log", "a regular expression after `#`")?;
                let path = Some(path);
                Self::Log { path, pattern }
            }
            "command" => Self::Command(rest.split_whitespace().map(str::to_owned).collect()),
            _ => {
                let found = wire::escape(name.chars().take(20).collect::<String>().as_bytes());
                return Err(CodeSourceError::Unknown { found });
            }
        };
        source.check(&OF_USER)?;
        Ok(source)
    }
}

impl fmt::Display for CodeSource {
    /// The source in a few words, without a code and without what a command is given.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Fixed(_) => f.write_str("fixed"),
            Self::File { path, pointer } => write!(f, "file {path}#{pointer}"),
            Self::Http { url, pointer } => write!(f, "http {url}#{pointer}"),
            Self::Log { path, pattern } => {
                write!(f, "log {}#{pattern}", path.as_deref().unwrap_or("(own output)"))
            }
            Self::Command(words) => {
                write!(f, "command {}", words.first().map_or("", String::as_str))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        text.parse::<CodeSource>().unwrap_err().to_string()
    }

    #[test]
    fn every_source_is_read_from_a_flag() {
        assert_eq!("any".parse(), Ok(CodeSource::Any));
        assert_eq!("fixed:a:b#c".parse(), Ok(CodeSource::Fixed(Secret::new("a:b#c"))));
        assert_eq!(
            "http:http://127.0.0.1:1/c?u=${username}#/a/0".parse(),
            Ok(CodeSource::Http { url: "http://127.0.0.1:1/c?u=${username}".into(), pointer: "/a/0".into() })
        );
        assert_eq!(
            "log:/tmp/x.log#${username}: (#\\d+)".parse(),
            Ok(CodeSource::Log { path: Some("/tmp/x.log".into()), pattern: "${username}: (#\\d+)".into() })
        );
        assert_eq!(
            "command:./code.sh  ${username}".parse(),
            Ok(CodeSource::Command(vec!["./code.sh".into(), "${username}".into()]))
        );
    }

    #[test]
    fn a_bad_source_is_refused_with_what_is_allowed() {
        assert!(
            error("outbox:x")
                .starts_with("`outbox` is no code source; allowed: `any`, `fixed:CODE`, `http:URL#/POINTER`")
        );
        assert_eq!(error("fixed:"), "the code source `fixed` needs a code that is not empty");
        assert_eq!(error("file:x"), "the code source `file` needs a JSON pointer after `#`");
        assert_eq!(error("file:x#a"), "`a` is no JSON pointer: it must be empty or start with `/`");
        assert_eq!(
            error("http:https://x#"),
            "`https://x` is neither an `http://` URL nor a path that starts with `/`"
        );
        assert_eq!(
            error("log:x#[0-9]+"),
            "the regular expression `[0-9]+` has 0 groups; it needs exactly one, the code"
        );
        assert!(error("log:x#(").contains("does not compile: unclosed group"));
        assert!(
            error("file:${dir}/x#").starts_with("`${dir}` is not a placeholder here; allowed: `${pool_id}`")
        );
        assert_eq!(error("command:  "), "the code source `command` needs a program");
    }

    #[test]
    fn a_code_is_never_shown() {
        let source: CodeSource = "fixed:424242".parse().unwrap();
        assert!(!format!("{source} {source:?}").contains("424242"));
    }
}
