//! Reads cases written by hand: `corpus/cases/*.toml`, and those in folders of the user's.
//!
//! # A folder of the user's
//!
//! `--cases DIR` adds the cases in `DIR/*.toml`, which have the form below, and the requirements in
//! `DIR/requirements/*.toml`, which have that of [`format`](crate::corpus::format). Vectors of the secret hash in
//! `DIR/vectors/*.json` (the form of `corpus/vectors/secret_hash.json`) become cases `vector/FILE-NUMBER-FORM`, as those
//! that are built in: where they name a `form` that can be made with what a run has. An id must not be one of the cases or
//! requirements that are built in, and every label must be governed by a requirement: nothing else says what is expected.
//! An editor checks both kinds of file by `corpus/cases.schema.json` and `corpus/requirements.schema.json`:
//!
//! ```toml
//! #:schema ../countersign/corpus/cases.schema.json
//! [[case]]
//! id = "mine/double-paste"
//! layer = "state"
//! labels = ["code/twice"]
//! body = '''{"ClientId":"${client_id}","Username":"${username}","ConfirmationCode":"${code}${code}"}'''
//! ```
//!
//! # The format
//!
//! A file holds any number of `[[case]]` tables. A key that is not listed here is refused.
//!
//! | key | type | meaning |
//! |---|---|---|
//! | `id` | string | `group/name` in lower case; unique among all files |
//! | `layer` | string | a [`Layer`](crate::case::Layer) by name |
//! | `fixture` | table | `pool`, `client`, `user` (each by name) and `username`; each may be left out |
//! | `labels` | strings | what was done; see [`Label`]; at least one |
//! | `body` | string | template text, see below |
//! | `method`, `target` | string | instead of `POST` and `/` |
//! | `headers` | strings | `Name: value`, template text; replaces the lines of that name or is added at the end |
//! | `without` | strings | names of header lines that are not sent |
//! | `lines` | strings | exactly these header lines, in this order, in place of all others |
//! | `raw` | boolean | the body is all that is written to the connection; its bound values are written as they are |
//! | `sending` | string | a [`Sending`](crate::case::Sending) by name; `at-once` asks for two steps with the same request. Left out: `in-turn` |
//! | `step` | tables | instead of `body` and `labels`: several requests in a row, each with `labels`, `body` and the six keys above |
//! | `relation` | table | another form of the last step, that must be answered the same: `body`, `method`, `target`, `lines`, and as `delivery` `whole`, `pieces` or `new-connection` |
//! | `twin` | string or table | `"base"`: the valid request for the case's own user; `"fresh"`: for a fresh one; or a table with `body` and, for a fresh user, `fixture`. Left out, the rule for generated cases decides |
//!
//! A `[finding]` table beside them, as a fuzzing session writes it, is passed over: what it found can be run as it is.
//!
//! In `username`, `plain`, `mixed-case` and `exact:TEXT`, `starting:TEXT`, `hash-contains:+`, `filled:128:u` stand for
//! the choices of [`Username`](crate::case::Username). Template text is that of [`Template::parse`](crate::template::Template::parse); values bound into a body are escaped
//! for JSON unless `|raw` says otherwise, values bound into headers are not.

mod raw;
mod source;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use raw::RawCase;
pub(crate) use source::Source;
pub use write::{Unwritable, write_case};

use crate::case::{Case, CaseId, Label};
use crate::corpus::{CorpusError, SourceFile};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::path::PathBuf;

static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/corpus/cases");

/// The largest file of cases, in bytes.
pub const FILE_MAX: usize = 4 * 1024 * 1024;

/// The kinds of labels; the first part of a label must be one of these.
pub const LABEL_KINDS: [&str; 30] = [
    "absent",
    "alias",
    "attempt",
    "auth",
    "client",
    "code",
    "content-type",
    "framing",
    "header",
    "http-version",
    "inspect",
    "json",
    "method",
    "miscased",
    "null",
    "path",
    "pattern",
    "relation",
    "secret-hash",
    "secret-hash-unneeded",
    "session",
    "target",
    "too-long",
    "too-short",
    "transfer",
    "unknown-member",
    "user",
    "username",
    "valid",
    "wrong-type",
];

/// A file of cases that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaseFileError {
    /// A file is larger than [`FILE_MAX`].
    #[error("`{file}` has {size} bytes; allowed are {FILE_MAX}")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size.
        size: usize,
    },
    /// Something in a file is not as the format says.
    #[error("{file}:{line}:{column}: {found}\n{source_line}\n{caret}")]
    Content {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// What was found, and what is allowed.
        found: String,
        /// The line, escaped.
        source_line: String,
        /// `^` under the place.
        caret: String,
    },
}

/// The cases of the corpus that is built into the program.
pub fn embedded() -> Result<Vec<Case>, CaseFileError> {
    let files = CASES.files().filter(|file| file.path().extension().is_some_and(|ext| ext == "toml"));
    let texts: Vec<(String, &str)> = files
        .filter_map(|file| Some((format!("corpus/cases/{}", file.path().display()), file.contents_utf8()?)))
        .collect();
    read_all(texts.iter().map(|(name, text)| (name.as_str(), *text)))
}

/// Reads files of cases, each given by name and text. Ids are unique among all of them; the cases come in the order
/// of their ids.
pub fn read_all<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<Case>, CaseFileError> {
    read_beside(files, &BTreeSet::new(), &|_| true)
}

/// Reads the case files directly in `folders`, beside cases whose ids are `taken`. A label is refused unless it
/// `is_governed` by a requirement.
pub fn in_folders(
    folders: &[PathBuf],
    taken: &BTreeSet<CaseId>,
    is_governed: &dyn Fn(&Label) -> bool,
) -> Result<Vec<Case>, CorpusError> {
    let mut files = Vec::new();
    for folder in folders {
        files.extend(SourceFile::in_folder(folder, "toml")?);
    }
    let files = files.iter().map(|file| (file.name.as_str(), file.text.as_str()));
    Ok(read_beside(files, taken, is_governed)?)
}

fn read_beside<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
    taken: &BTreeSet<CaseId>,
    is_governed: &dyn Fn(&Label) -> bool,
) -> Result<Vec<Case>, CaseFileError> {
    let mut ids = BTreeSet::new();
    let mut cases = Vec::new();
    for (file, text) in files {
        let source = Source { file, text, is_governed };
        for case in source.read::<RawFile>()?.case {
            let (case, span) = source.case(case)?;
            if taken.contains(&case.id) {
                let found = format!("the id `{}` is that of a case which is built in", case.id);
                return Err(source.error(&span, found));
            }
            if !ids.insert(case.id.clone()) {
                return Err(source.error(&span, format!("the id `{}` is used twice", case.id)));
            }
            cases.push(case);
        }
    }
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(cases)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default, rename = "finding")]
    _finding: Option<IgnoredAny>,
    #[serde(default)]
    case: Vec<RawCase>,
}
