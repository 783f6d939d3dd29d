//! Reads and writes lists of known failures: `corpus/known/SUBJECT.toml` for the emulators that come with Countersign,
//! and any file of the user's that `--known` names.
//!
//! # The format
//!
//! A file is TOML in UTF-8, at most [`FILE_BYTES_MAX`](crate::corpus::FILE_BYTES_MAX) bytes, with any number of
//! `[[known]]` tables. Unknown and duplicate keys are refused. Each table is one entry: it says of some cases that they
//! have one mismatch, and is bound to what was got, so that it holds for that failure and for no other one.
//!
//! | key | value |
//! |---|---|
//! | `cases` | globs over case ids as `--filter` takes them, at least one without a `!`; those with a `!` take cases away |
//! | `requirement` | the id of the requirement that they break |
//! | `aspect` | an [`AspectName`] by name |
//! | `got` | what was got, as the report has it; `${*}` stands for any text. Other `${…}` stand in the report as well |
//! | `reason` | why they fail, on one line of at most [`REASON_CHARACTERS_MAX`] characters. `TODO: say why` is what `known suggest` writes, and blocks nothing |
//! | `link` | an `http://` or `https://` URL where more is said; may be left out |
//! | `expires` | the last day on which the entry holds, as `"YYYY-MM-DD"` in UTC; may be left out |
//!
//! A case with several mismatches that reach the gate needs an entry for each of them. What an entry comes to is said at
//! [`judge_known`](crate::judge::judge_known), what is wrong with a list by itself at
//! [`KnownList::problems`]. `corpus/known.schema.json` describes the form for editors.
//!
//! ```toml
//! #:schema ../countersign/corpus/known.schema.json
//! [[known]]
//! cases = ["code/wrong-*", "!code/wrong-secret"]
//! requirement = "CSU-CODE-001"
//! aspect = "status"
//! got = "200"
//! reason = "codes are not checked yet"
//! link = "https://example.org/issues/7"
//! expires = "2027-06-30"
//! ```

mod write;

pub use write::write_known;

use crate::corpus::{CorpusError, Diagnostic, SourceFile, rules};
use crate::event::AspectName;
use crate::known::{CasePattern, CasePatterns, KnownFailure, KnownList, Place};
use crate::requirement::RequirementId;
use crate::wire;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::Spanned;

/// The largest number of entries in one file.
pub const ENTRIES_MAX: usize = 4096;

/// The longest reason, in characters.
pub const REASON_CHARACTERS_MAX: usize = 1000;

/// The longest text of what was got, in characters.
pub const GOT_CHARACTERS_MAX: usize = 4096;

/// A text with its place in the file.
type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    known: Vec<RawKnown>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKnown {
    cases: Spanned<Vec<Text>>,
    requirement: Text,
    aspect: Text,
    got: Text,
    reason: Text,
    link: Option<Text>,
    expires: Option<Text>,
}

/// Reads the lists in `files`, one after the other. Everything that is wrong in a file is told at once.
pub fn read_known(files: &[SourceFile]) -> Result<KnownList, CorpusError> {
    let mut entries = Vec::new();
    for file in files {
        let mut reader = Reader { file, wrong: Vec::new() };
        let raw: RawFile = reader.parsed()?;
        if let Some(first) = raw.known.get(ENTRIES_MAX) {
            let found = raw.known.len();
            reader.refuse(&first.requirement.span(), format!("{found} entries; allowed: {ENTRIES_MAX}"));
            return Err(reader.error());
        }
        entries.extend(raw.known.iter().filter_map(|raw| reader.entry(raw)));
        if !reader.wrong.is_empty() {
            return Err(reader.error());
        }
    }
    Ok(KnownList(entries))
}

/// One file while it is read.
pub(super) struct Reader<'a> {
    file: &'a SourceFile,
    wrong: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a SourceFile) -> Self {
        Self { file, wrong: Vec::new() }
    }

    /// The whole file as a `T`.
    pub(super) fn parsed<T: DeserializeOwned>(&self) -> Result<T, CorpusError> {
        toml::from_str(&self.file.text).map_err(|error| {
            let message = wire::escape(error.message().as_bytes());
            CorpusError::Wrong(vec![Diagnostic::new(self.file, &error.span().unwrap_or_default(), message)])
        })
    }

    pub(super) fn refuse(&mut self, span: &Range<usize>, message: String) {
        if self.wrong.len() < super::DIAGNOSTICS_MAX {
            self.wrong.push(Diagnostic::new(self.file, span, message));
        }
    }

    /// What was wrong, if anything was.
    pub(super) fn finished<T>(self, read: T) -> Result<T, CorpusError> {
        if self.wrong.is_empty() { Ok(read) } else { Err(self.error()) }
    }

    fn error(self) -> CorpusError {
        CorpusError::Wrong(self.wrong)
    }

    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        let before = self.file.text.get(..span.start).unwrap_or_default();
        Place::new(&self.file.name, before.matches('\n').count() + 1)
    }

    fn entry(&mut self, raw: &RawKnown) -> Option<KnownFailure> {
        let cases = self.cases(&raw.cases);
        let requirement = raw.requirement.get_ref();
        if !rules::is_requirement_id(requirement) && !rules::is_sdk_requirement_id(requirement) {
            let found = wire::escape(requirement.as_bytes());
            let message = format!(
                "`{found}` is not a requirement id; allowed: `CSU-AREA-NNN`, and `SDK-AREA-NNN` for SDKs"
            );
            self.refuse(&raw.requirement.span(), message);
        }
        let aspect = raw.aspect.get_ref().parse::<AspectName>();
        let aspect = aspect.map_err(|message| self.refuse(&raw.aspect.span(), message)).ok();
        self.bounded(&raw.got, GOT_CHARACTERS_MAX);
        self.line(&raw.reason, "a reason");
        if let Some(link) = &raw.link {
            self.link(link);
        }
        let expires = raw.expires.as_ref().and_then(|text| self.date(text));
        Some(KnownFailure {
            cases,
            requirement: RequirementId(requirement.clone()),
            aspect: aspect?,
            got: raw.got.get_ref().clone(),
            reason: raw.reason.get_ref().clone(),
            link: raw.link.as_ref().map(|link| link.get_ref().clone()),
            expires,
            place: self.place(&raw.requirement.span()),
        })
    }

    pub(super) fn cases(&mut self, raw: &Spanned<Vec<Text>>) -> CasePatterns {
        let mut patterns = Vec::new();
        for text in raw.get_ref() {
            match text.get_ref().parse::<CasePattern>() {
                Ok(pattern) if patterns.contains(&pattern) => {
                    let found = wire::escape(text.get_ref().as_bytes());
                    self.refuse(&text.span(), format!("the pattern `{found}` is there twice"));
                }
                Ok(pattern) => patterns.push(pattern),
                Err(error) => self.refuse(&text.span(), error.to_string()),
            }
        }
        if raw.get_ref().iter().all(|text| text.get_ref().starts_with('!')) {
            let message = "no pattern says which cases are meant; allowed: at least one without `!`";
            self.refuse(&raw.span(), message.to_owned());
        }
        CasePatterns(patterns)
    }

    fn bounded(&mut self, text: &Text, max: usize) {
        let found = text.get_ref().chars().count();
        if found > max {
            self.refuse(&text.span(), format!("{found} characters; allowed: {max}"));
        }
    }

    /// A text for people: one line, not empty, safe to print.
    pub(super) fn line(&mut self, text: &Text, what: &str) {
        let content = text.get_ref();
        if content.trim().is_empty() || content.contains(wire::is_unsafe_to_print) {
            self.refuse(&text.span(), format!("{what} is one line of text without control characters"));
        }
        self.bounded(text, REASON_CHARACTERS_MAX);
    }

    /// A link goes into reports that browsers show.
    pub(super) fn link(&mut self, text: &Text) {
        let link = text.get_ref();
        let is_web = link.starts_with("https://") || link.starts_with("http://");
        if !is_web || !link.bytes().all(|byte| byte.is_ascii_graphic()) {
            let found = wire::escape(link.as_bytes());
            let message = format!("`{found}` is no link; allowed: `https://…`, `http://…`, in ASCII");
            self.refuse(&text.span(), message);
        }
        self.bounded(text, REASON_CHARACTERS_MAX);
    }

    fn date(&mut self, text: &Text) -> Option<Date> {
        let content = text.get_ref();
        let date = content.parse::<Date>().ok().filter(|_| rules::is_revision(content));
        if date.is_none() {
            let found = wire::escape(content.as_bytes());
            self.refuse(&text.span(), format!("`{found}` is no date; allowed: `YYYY-MM-DD`"));
        }
        date
    }
}

#[cfg(test)]
mod tests;
