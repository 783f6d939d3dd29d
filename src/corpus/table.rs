//! The requirement table: every requirement by id, and by the labels that it governs.

use crate::case::Label;
use crate::corpus::reader::{Placed, Reader};
use crate::corpus::{CorpusError, DIAGNOSTICS_MAX, Diagnostic, Evidence, SourceFile, rules};
use crate::requirement::{Effect, Requirement, RequirementId};
use globset::{GlobSet, GlobSetBuilder};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

/// How many labels the table remembers the requirements of. Labels that carry numbers are without end.
pub const CACHED_LABELS_MAX: usize = 16 * 1024;

/// An evidence row that no requirement cites, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The row.
    pub row: String,
    /// Why it is left out.
    pub reason: String,
}

/// Every requirement, in the order of the files and in each file's own.
#[derive(Debug)]
pub struct RequirementTable {
    requirements: Vec<Requirement>,
    by_id: HashMap<RequirementId, usize>,
    left_out: Vec<LeftOut>,
    matcher: Matcher,
    cache: RwLock<HashMap<Label, Arc<[usize]>>>,
}

impl RequirementTable {
    /// The table that is built in.
    pub fn embedded(evidence: &Evidence) -> Result<Self, CorpusError> {
        Self::parse(&SourceFile::embedded(), evidence)
    }

    /// The table that is built in and the requirement files in `folder` besides.
    pub fn with_folder(folder: &Path, evidence: &Evidence) -> Result<Self, CorpusError> {
        Self::with_folders([folder], evidence)
    }

    /// The table that is built in and the requirement files in each of `folders` besides.
    pub fn with_folders<'a>(
        folders: impl IntoIterator<Item = &'a Path>,
        evidence: &Evidence,
    ) -> Result<Self, CorpusError> {
        let mut files = SourceFile::embedded();
        for folder in folders {
            files.extend(SourceFile::in_folder(folder, "toml")?);
        }
        Self::parse(&files, evidence)
    }

    /// The table in these files. See [`format`](crate::corpus::format) for what they hold.
    pub fn parse(files: &[SourceFile], evidence: &Evidence) -> Result<Self, CorpusError> {
        let Some(mut reader) = Reader::read(files, evidence) else {
            return Ok(Self::of(Vec::new(), Vec::new(), Matcher::default()));
        };
        let matcher = Matcher::new(&reader.requirements)?;
        let mut wrong = std::mem::take(&mut reader.wrong);
        wrong.extend(repeated_ids(&reader.requirements, files));
        wrong.extend(cited_and_left_out(&reader, files));
        wrong.extend(overlaps(&reader.requirements, &matcher, files));
        if wrong.is_empty() {
            let requirements = reader.requirements.into_iter().map(|placed| placed.requirement);
            let left_out = reader.left_out.into_iter().map(|placed| placed.left_out);
            return Ok(Self::of(requirements.collect(), left_out.collect(), matcher));
        }
        let rest = wrong.len().saturating_sub(DIAGNOSTICS_MAX);
        wrong.truncate(DIAGNOSTICS_MAX);
        if let Some(last) = wrong.last_mut()
            && rest > 0
        {
            last.hint = Some(format!("{rest} more things are wrong"));
        }
        Err(CorpusError::Wrong(wrong))
    }

    fn of(requirements: Vec<Requirement>, left_out: Vec<LeftOut>, matcher: Matcher) -> Self {
        let by_id = requirements.iter().enumerate();
        Self {
            by_id: by_id.map(|(index, requirement)| (requirement.id.clone(), index)).collect(),
            requirements,
            left_out,
            matcher,
            cache: RwLock::new(HashMap::new()),
        }
    }

    /// The requirement of this id.
    pub fn by_id(&self, id: &RequirementId) -> Option<&Requirement> {
        self.by_id.get(id).and_then(|index| self.requirements.get(*index))
    }

    /// Every requirement, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter()
    }

    /// The evidence rows that no requirement cites, in the order of the files.
    pub fn left_out(&self) -> impl Iterator<Item = &LeftOut> {
        self.left_out.iter()
    }

    /// The requirements that govern a step with this label, in the order of the table. At most one of them is not
    /// [`Effect::Inspected`], as far as the loader could tell. Cheap for a label that was asked for before.
    pub fn governing(&self, label: &Label) -> Governing<'_> {
        let cached = self.cache.read().unwrap_or_else(PoisonError::into_inner).get(label).cloned();
        let indices = cached.unwrap_or_else(|| {
            let indices: Arc<[usize]> = self.matcher.requirements(label.as_str()).into();
            let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
            if cache.len() < CACHED_LABELS_MAX {
                cache.insert(label.clone(), Arc::clone(&indices));
            }
            indices
        });
        Governing { table: self, indices, next: 0 }
    }
}

/// The requirements that govern a label; see [`RequirementTable::governing`].
#[derive(Debug, Clone)]
pub struct Governing<'a> {
    table: &'a RequirementTable,
    indices: Arc<[usize]>,
    next: usize,
}

impl<'a> Iterator for Governing<'a> {
    type Item = &'a Requirement;

    fn next(&mut self) -> Option<&'a Requirement> {
        let index = self.indices.get(self.next)?;
        self.next += 1;
        self.table.requirements.get(*index)
    }
}

/// Whether a pattern adds labels or takes them away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Adds,
    TakesAway,
}

/// Every pattern of every requirement, compiled once.
#[derive(Debug, Default)]
struct Matcher {
    globs: GlobSet,
    patterns: Vec<(usize, Sign)>,
}

impl Matcher {
    fn new(requirements: &[Placed]) -> Result<Self, CorpusError> {
        let mut builder = GlobSetBuilder::new();
        let mut patterns = Vec::new();
        for (index, placed) in requirements.iter().enumerate() {
            for pattern in &placed.requirement.labels {
                // The reader has refused every pattern that is no glob.
                let Ok(glob) = rules::glob(pattern) else { continue };
                builder.add(glob);
                let sign = if pattern.starts_with('!') { Sign::TakesAway } else { Sign::Adds };
                patterns.push((index, sign));
            }
        }
        let globs = builder.build().map_err(|source| CorpusError::Labels { source })?;
        Ok(Self { globs, patterns })
    }

    /// The requirements that a label falls under, in order.
    fn requirements(&self, label: &str) -> Vec<usize> {
        let hits = self.globs.matches(label);
        let hits: Vec<(usize, Sign)> = hits.iter().filter_map(|at| self.patterns.get(*at).copied()).collect();
        let taken_away = |index| hits.contains(&(index, Sign::TakesAway));
        let mut indices: Vec<usize> =
            hits.iter().map(|(index, _)| *index).filter(|index| !taken_away(*index)).collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    }
}

fn place(files: &[SourceFile], index: usize) -> Option<&SourceFile> {
    files.get(index)
}

fn repeated_ids(requirements: &[Placed], files: &[SourceFile]) -> Vec<Diagnostic> {
    let mut first: HashMap<&RequirementId, &Placed> = HashMap::new();
    let mut wrong = Vec::new();
    for placed in requirements {
        let id = &placed.requirement.id;
        if let Some(other) = first.get(id)
            && let (Some(file), Some(other_file)) = (place(files, placed.file), place(files, other.file))
        {
            let other = Diagnostic::new(other_file, &other.id_at, "");
            let message = format!("the id `{id}` is there twice");
            let hint = format!("the first is in {}:{}", other.file, other.line);
            wrong.push(Diagnostic::new(file, &placed.id_at, message).with_hint(hint));
        } else {
            first.insert(id, placed);
        }
    }
    wrong
}

fn cited_and_left_out(reader: &Reader<'_>, files: &[SourceFile]) -> Vec<Diagnostic> {
    let mut citing: HashMap<&str, &RequirementId> = HashMap::new();
    for placed in &reader.requirements {
        for row in placed.requirement.cited() {
            citing.insert(row, &placed.requirement.id);
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    let mut wrong = Vec::new();
    for placed in &reader.left_out {
        let row = placed.left_out.row.as_str();
        let problem = match citing.get(row) {
            Some(id) => format!("`{row}` is left out, yet `{id}` cites it"),
            None if seen.contains(&row) => format!("`{row}` is left out twice"),
            None => {
                seen.push(row);
                continue;
            }
        };
        wrong.extend(place(files, placed.file).map(|file| Diagnostic::new(file, &placed.row_at, problem)));
    }
    wrong
}

/// Two requirements that a label falls under, as far as labels made of the patterns themselves show it.
fn overlaps(requirements: &[Placed], matcher: &Matcher, files: &[SourceFile]) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for (index, placed) in requirements.iter().enumerate() {
        if placed.requirement.effect == Effect::Inspected {
            continue;
        }
        for (pattern, span) in placed.requirement.labels.iter().zip(&placed.labels_at) {
            if pattern.starts_with('!') {
                continue;
            }
            let shared = rules::witnesses(pattern).into_iter().find_map(|label| {
                let hits = matcher.requirements(&label);
                let other = hits.iter().find(|other| **other != index)?;
                let other = requirements.get(*other).filter(|_| hits.contains(&index))?;
                Some((label, &other.requirement.id))
            });
            if let (Some((label, other)), Some(file)) = (shared, place(files, placed.file)) {
                let message = format!("`{pattern}` overlaps with `{other}`: both have `{label}`");
                let hint = "a label falls under one requirement; take it away from one of them with `!`";
                wrong.push(
                    Diagnostic::new(file, span, crate::wire::escape(message.as_bytes())).with_hint(hint),
                );
            }
        }
    }
    wrong
}
