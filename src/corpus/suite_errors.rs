//! Reads `corpus/known/suite.toml`: the cases of the suite that are known to be wrong themselves.
//!
//! # The format
//!
//! Any number of `[[wrong]]` tables; unknown and duplicate keys are refused.
//!
//! | key | value |
//! |---|---|
//! | `cases` | globs over case ids as `--filter` takes them, at least one without a `!` |
//! | `reason` | what is wrong with the cases, on one line |
//! | `fix` | how that is to be put right, on one line |
//! | `link` | an `http://` or `https://` URL where more is said; may be left out |
//!
//! Such a case is run and never judged: it is `observed`, whatever the subject answers, does not count as scored, and is
//! shown with reason and fix. The file is compiled in. An entry goes together with its repair; one that fits no case is
//! refused by a test.
//!
//! ```toml
//! [[wrong]]
//! cases = ["habit/two-codes"]
//! reason = "the second code is the first one again on a subject that hands out one code"
//! fix = "ask for a second code before the step is sent"
//! ```

use super::known_file::Reader;
use crate::corpus::{CorpusError, SourceFile};
use crate::known::SuiteError;
use serde::Deserialize;
use toml::Spanned;

const EMBEDDED: &str = include_str!("../../corpus/known/suite.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    wrong: Vec<RawWrong>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWrong {
    cases: Spanned<Vec<Spanned<String>>>,
    reason: Spanned<String>,
    fix: Spanned<String>,
    link: Option<Spanned<String>>,
}

/// The errors of the suite that are built in.
pub fn embedded_suite_errors() -> Result<Vec<SuiteError>, CorpusError> {
    read_suite_errors(&SourceFile::new("corpus/known/suite.toml", EMBEDDED))
}

/// Those in a file.
pub fn read_suite_errors(file: &SourceFile) -> Result<Vec<SuiteError>, CorpusError> {
    let mut reader = Reader::new(file);
    let raw: RawFile = reader.parsed()?;
    let mut errors = Vec::with_capacity(raw.wrong.len());
    for wrong in &raw.wrong {
        reader.line(&wrong.reason, "a reason");
        reader.line(&wrong.fix, "a fix");
        if let Some(link) = &wrong.link {
            reader.link(link);
        }
        errors.push(SuiteError {
            cases: reader.cases(&wrong.cases),
            reason: wrong.reason.get_ref().clone(),
            fix: wrong.fix.get_ref().clone(),
            link: wrong.link.as_ref().map(|link| link.get_ref().clone()),
            place: reader.place(&wrong.reason.span()),
        });
    }
    reader.finished(errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[[wrong]]\ncases = [\"a/*\"]\nreason = \"r\"\nfix = \"f\"\nlink = \"https://e.org\"\n";

    fn read(text: &str) -> Result<Vec<SuiteError>, String> {
        read_suite_errors(&SourceFile::new("s.toml", text)).map_err(|error| error.to_string())
    }

    #[test]
    fn an_error_of_the_suite_is_read_with_its_place() {
        let errors = read(GOOD).unwrap();
        assert_eq!((errors[0].reason.as_str(), errors[0].fix.as_str()), ("r", "f"));
        assert_eq!(errors[0].place.to_string(), "s.toml:3");
        assert_eq!(read("").unwrap(), []);
    }

    #[test]
    fn what_is_not_as_the_format_says_is_refused_at_its_place() {
        for (from, to, expected) in [
            ("fix =", "fx =", "s.toml:4:1: unknown field `fx`"),
            ("fix = \"f\"\n", "", "s.toml:1:1: missing field `fix`"),
            ("\"f\"", "\"\"", "s.toml:4:7: a fix is one line of text"),
            ("\"a/*\"", "\"!a/*\"", "s.toml:2:9: no pattern says which cases are meant"),
            ("https:", "file:", "s.toml:5:8: `file://e.org` is no link"),
        ] {
            let text = read(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(text.starts_with(expected), "{text}");
        }
    }
}
