//! The contents of one snapshot file: the cases of a group.
//!
//! ```text
//! countersign snapshot 1, normaliser 1, seed 0
//!
//! case code/empty mismatch #1f3a9c2b 200
//! case code/wrong-public pass #77ab01d4 400 CodeMismatchException
//!
//! outcome 1f3a9c2b
//!   verdict mismatch
//!   breaks CSU-CODE-001 status
//!   answer 200
//!   state user.status=CONFIRMED
//!   at step 1
//!   | HTTP/1.1 200 OK
//!   | Content-Type: application/x-amz-json-1.1
//!   |
//!   | {}
//!
//! end
//! ```
//!
//! The first line names the versions of this format and of the [normaliser](super::Normaliser), and the seed that the
//! cases were generated from. One line a case follows, sorted by id: its id, its verdict, the name of its outcome, its last
//! answer in short. Cases that met the same share an [`Outcome`]; these follow, sorted by their text, each named
//! by the first digits of its SHA-256: eight, or as many as tell them apart. The lines of an outcome are indented by two
//! spaces, so that nothing that a subject sends can look like another line of the file; it is escaped besides. The last line
//! is `end`. A file has one spelling: whatever else stands in it is refused with its line.

use super::error::FileError;
use super::insta_file;
use super::normaliser::NORMALISER_VERSION;
use super::outcome::Outcome;
use crate::case::CaseId;
use crate::seed::Seed;
use crate::wire::{escape, is_unsafe_to_print, unescape};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The version of the format.
pub const FORMAT_VERSION: u32 = 1;

/// The lengths of an outcome's name that are tried.
const NAME_LENGTHS: [usize; 3] = [8, 16, 64];

/// By what rules a snapshot was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// The version of the format.
    pub format: u32,
    /// The version of the normaliser.
    pub normaliser: u32,
    /// The seed.
    pub seed: u64,
}

impl Basis {
    /// That of this build.
    pub fn of(seed: Seed) -> Self {
        Self { format: FORMAT_VERSION, normaliser: NORMALISER_VERSION, seed: seed.0 }
    }

    fn read(line: &str) -> Option<Self> {
        let (format, rest) = line.strip_prefix("countersign snapshot ")?.split_once(", normaliser ")?;
        let (normaliser, seed) = rest.split_once(", seed ")?;
        Some(Self {
            format: format.parse().ok()?,
            normaliser: normaliser.parse().ok()?,
            seed: seed.parse().ok()?,
        })
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "snapshot {}, normaliser {}, seed {}", self.format, self.normaliser, self.seed)
    }
}

/// The cases of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// By what rules they were taken.
    pub basis: Basis,
    /// The cases.
    pub cases: BTreeMap<CaseId, Outcome>,
}

impl Group {
    /// A file that holds this group; `description` is for people.
    pub fn write(&self, description: &str) -> String {
        insta_file::write(description, &self.contents())
    }

    /// Reads a file. `None`: it is one of insta's, and not ours.
    pub fn read(text: &str) -> Result<Option<Self>, FileError> {
        // As a checkout may have it.
        let text = text.replace("\r\n", "\n");
        let file = match insta_file::read(&text) {
            Ok(file) if !file.is_own => return Ok(None),
            file => file?,
        };
        let mut reader = Reader::default();
        for (index, line) in file.contents.split('\n').enumerate() {
            if let Some(c) = line.chars().find(|c| is_unsafe_to_print(*c)) {
                let found = escape(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Err(FileError::new(file.first_line + index, format!("`{found}` is not escaped")));
            }
            reader.line(line).map_err(|found| FileError::new(file.first_line + index, found))?;
        }
        let group = reader.end(file.first_line)?;
        group.check_spelling(file.contents, file.first_line)?;
        Ok(Some(group))
    }

    fn contents(&self) -> String {
        let names = self.names();
        let name = |outcome: &Outcome| names.get(outcome).map_or("", String::as_str);
        let mut lines = vec![format!("countersign {}", self.basis), String::new()];
        for (id, outcome) in &self.cases {
            let id = escape(id.as_str().as_bytes()).replace(' ', "\\x20");
            let answer = outcome.answer().map(|answer| format!(" {answer}")).unwrap_or_default();
            lines.push(format!("case {id} {} #{}{answer}", outcome.verdict(), name(outcome)));
        }
        for (outcome, name) in &names {
            lines.extend([String::new(), format!("outcome {name}")]);
            lines.extend(outcome.text().split('\n').map(|line| format!("  {line}")));
        }
        lines.extend([String::new(), "end".to_owned()]);
        lines.join("\n")
    }

    /// The outcomes, each with the shortest name that no other one has.
    fn names(&self) -> BTreeMap<&Outcome, String> {
        let outcomes: BTreeSet<&Outcome> = self.cases.values().collect();
        let named = |length: usize| -> BTreeMap<&Outcome, String> {
            outcomes.iter().map(|it| (*it, it.digest().chars().take(length).collect())).collect()
        };
        let is_unique =
            |names: &BTreeMap<&Outcome, String>| names.values().collect::<BTreeSet<_>>().len() == names.len();
        NAME_LENGTHS.into_iter().map(named).find(is_unique).unwrap_or_default()
    }

    /// A file that reads as this group is spelled as this group is written, or somebody has edited it.
    fn check_spelling(&self, contents: &str, first_line: usize) -> Result<(), FileError> {
        let own = self.contents();
        if own == contents {
            return Ok(());
        }
        let same = own.split('\n').zip(contents.split('\n')).take_while(|(own, found)| own == found).count();
        let expected: String = own.split('\n').nth(same).unwrap_or("nothing").chars().take(80).collect();
        Err(FileError::new(first_line + same, format!("`{expected}` belongs here")))
    }
}

/// Reads the contents line by line.
#[derive(Default)]
struct Reader {
    basis: Option<Basis>,
    /// The cases, each with the name of its outcome.
    cases: Vec<(CaseId, String)>,
    outcomes: BTreeMap<String, String>,
    /// The outcome whose lines are read.
    open: Option<String>,
    lines: usize,
    has_ended: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        self.lines += 1;
        if self.basis.is_none() {
            let wrong = "allowed: `countersign snapshot N, normaliser N, seed N`";
            let basis = Basis::read(line).ok_or(wrong)?;
            if basis.format != FORMAT_VERSION {
                return Err(format!("format {}; this build reads {FORMAT_VERSION}", basis.format));
            }
            self.basis = Some(basis);
        } else if self.has_ended {
            return Err("something follows `end`".to_owned());
        } else if let Some(text) = line.strip_prefix("  ") {
            let open = self.open.as_ref().and_then(|name| self.outcomes.get_mut(name));
            let outcome = open.ok_or("an indented line outside an outcome")?;
            if !outcome.is_empty() {
                outcome.push('\n');
            }
            outcome.push_str(text);
        } else if let Some(name) = line.strip_prefix("outcome ") {
            if self.outcomes.insert(name.to_owned(), String::new()).is_some() {
                return Err(format!("the outcome `{name}` is there twice"));
            }
            self.open = Some(name.to_owned());
        } else if let Some(case) = line.strip_prefix("case ") {
            self.cases.push(read_case(case).ok_or("allowed: `case ID VERDICT #OUTCOME ANSWER`")?);
        } else if line == "end" {
            self.has_ended = true;
        } else if !line.is_empty() {
            return Err("allowed: `case …`, `outcome …`, a line indented by two spaces, `end`".to_owned());
        }
        Ok(())
    }

    fn end(self, first_line: usize) -> Result<Group, FileError> {
        let last = first_line + self.lines.saturating_sub(1);
        let (Some(basis), true) = (self.basis, self.has_ended) else {
            return Err(FileError::new(last, "the file does not end with `end`: it was cut off"));
        };
        let outcomes: BTreeMap<String, Outcome> = self
            .outcomes
            .into_iter()
            .map(|(name, text)| Ok((name, Outcome::read(text)?)))
            .collect::<Result<_, String>>()
            .map_err(|found| FileError::new(last, found))?;
        let mut cases = BTreeMap::new();
        for (id, name) in self.cases {
            let outcome = outcomes.get(&name);
            let outcome =
                outcome.ok_or_else(|| FileError::new(last, format!("there is no outcome `{name}`")))?;
            cases.insert(id, outcome.clone());
        }
        Ok(Group { basis, cases })
    }
}

fn read_case(text: &str) -> Option<(CaseId, String)> {
    let mut words = text.splitn(4, ' ');
    let (id, _verdict, outcome) = (words.next()?, words.next()?, words.next()?);
    let id = String::from_utf8(unescape(id).ok()?).ok()?.parse().ok()?;
    Some((id, outcome.strip_prefix('#')?.to_owned()))
}
