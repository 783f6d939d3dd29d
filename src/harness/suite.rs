//! The cases of one round with the expectations of their steps, filtered and ready to run.

use super::Select;
use crate::case::{Case, CaseId, Label, Layer, Step};
use crate::corpus::{
    CorpusError, Evidence, RequirementTable, SourceFile, case_file, malformed_file, suite_errors,
};
use crate::expect::{Bounds, Expectation, expectation};
use crate::generate::{self, Strength};
use crate::known::SuiteError;
use crate::model::{Model, Revision};
use crate::requirement::{Attestation, Requirement, RequirementId};
use crate::seed::Seed;
use std::collections::BTreeSet;
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The folder with requirements in a folder of cases.
const REQUIREMENTS: &str = "requirements";
/// The folder with vectors in a folder of cases.
const VECTORS: &str = "vectors";

/// The requirement table and the bounds of the model: what expectations are derived from.
#[derive(Debug)]
pub struct Rules {
    table: RequirementTable,
    written: Vec<Case>,
    revision: Revision,
    strength: Strength,
    errors: Vec<SuiteError>,
}

/// A case with the requirements that govern it. A copy shares them.
#[derive(Debug, Clone)]
pub struct Selected {
    /// The case.
    pub case: Rc<Case>,
    /// The requirements, each once, in the order of its labels.
    pub requirements: Rc<[RequirementId]>,
}

impl Selected {
    /// Whether `select` takes it by its id, its layer or one of its requirements.
    pub fn is_taken_by(&self, select: &Select) -> bool {
        let ids = self.requirements.iter().map(|id| id.0.as_str());
        let names: Vec<&str> =
            [self.case.id.as_str(), self.case.layer.name()].into_iter().chain(ids).collect();
        select.takes(&names)
    }
}

impl Rules {
    /// The rules of a requirement table, and the cases that are `written` down beside the generated ones.
    pub fn new(table: RequirementTable, written: Vec<Case>) -> Self {
        Self { table, written, revision: Revision::NEWEST, strength: Strength::default(), errors: Vec::new() }
    }

    /// These rules as they stood at `revision` of the model: a case that tests something newer is left out.
    #[must_use]
    pub fn at(self, revision: Revision) -> Self {
        Self { revision, ..self }
    }

    /// These rules without a verdict on the cases that are wrong themselves.
    #[must_use]
    pub fn setting_aside(self, errors: Vec<SuiteError>) -> Self {
        Self { errors, ..self }
    }

    /// These rules with covering arrays of that strength.
    #[must_use]
    pub fn covering(self, strength: Strength) -> Self {
        Self { strength, ..self }
    }

    /// The rules and cases that are built in.
    pub fn built_in() -> Result<Self, CorpusError> {
        let evidence = Evidence::embedded()?;
        let rules = Self::new(RequirementTable::embedded(&evidence)?, embedded_cases()?);
        Ok(rules.setting_aside(suite_errors::embedded_suite_errors()?))
    }

    /// The same with the cases and requirements in `folders` of the user's; see [`case_file`] for what they hold.
    pub fn with_folders(folders: &[PathBuf]) -> Result<Self, CorpusError> {
        if folders.is_empty() {
            return Self::built_in();
        }
        let evidence = Evidence::embedded()?;
        let requirements: Vec<PathBuf> = folders.iter().map(|folder| folder.join(REQUIREMENTS)).collect();
        let requirements = requirements.iter().map(PathBuf::as_path).filter(|folder| folder.is_dir());
        let table = RequirementTable::with_folders(requirements, &evidence)?;
        let mut written = embedded_cases()?;
        let generated = generate::suite(Seed::DEFAULT, 0);
        let stronger = generate::covering_suite(Seed::DEFAULT, 0, Strength::Triples);
        let mut taken: BTreeSet<CaseId> =
            generated.iter().chain(&stronger).chain(&written).map(|case| case.id.clone()).collect();
        let is_governed = |label: &Label| table.governing(label).next().is_some();
        written.extend(case_file::in_folders(folders, &taken, &is_governed)?);
        for folder in folders.iter().map(|folder| folder.join(VECTORS)).filter(|folder| folder.is_dir()) {
            for file in SourceFile::in_folder(&folder, "json")? {
                written.extend(vector_cases(&file, &mut taken)?);
            }
        }
        Ok(Self::new(table, written).setting_aside(suite_errors::embedded_suite_errors()?))
    }

    /// The cases of a round, in the order of the suite: by id, broken framing last.
    pub fn suite(&self, seed: Seed, round: u64, select: &Select) -> Vec<Selected> {
        let with_requirements =
            |case: Case| Selected { requirements: self.requirements(&case).into(), case: Rc::new(case) };
        let mut cases = generate::suite_of_strength(seed, round, self.strength);
        cases.extend(self.written.iter().cloned());
        cases.sort_by(|a, b| turn(a).cmp(&turn(b)));
        let mut cases: Vec<Selected> = cases.into_iter().map(with_requirements).collect();
        cases.retain(|selected| !self.is_newer(selected) && selected.is_taken_by(select));
        cases
    }

    /// Whether a requirement that governs the case came with a later revision.
    fn is_newer(&self, selected: &Selected) -> bool {
        let since = |id| self.table.by_id(id)?.since.as_deref()?.parse::<Revision>().ok();
        selected.requirements.iter().filter_map(since).any(|since| since > self.revision)
    }

    /// The requirement table.
    pub fn table(&self) -> &RequirementTable {
        &self.table
    }

    /// What each step of `case` may be answered with.
    pub fn expectations(&self, case: &Case) -> Vec<Expectation<'_>> {
        let governing = |label: &Label| self.table.governing(label).collect::<Vec<&Requirement>>();
        // Where revisions differ, the bounds of each may stand in a message (SCH-019).
        let bounds =
            |path: &str| Revision::ALL.iter().filter_map(|revision| bounds_of(*revision, path)).collect();
        case.steps.iter().map(|step| expectation(step, &governing, &bounds)).collect()
    }

    /// The ids of all cases that there are, whatever strength and revision leave out.
    pub fn ids(&self) -> BTreeSet<CaseId> {
        let generated = generate::suite(Seed::DEFAULT, 0);
        let stronger = generate::covering_suite(Seed::DEFAULT, 0, Strength::Triples);
        let cases = generated.into_iter().chain(stronger).map(|case| case.id);
        cases.chain(self.written.iter().map(|case| case.id.clone())).collect()
    }

    /// What is wrong with the case itself, if it is known to be.
    pub fn error_of_suite(&self, id: &CaseId) -> Option<&SuiteError> {
        self.errors.iter().find(|error| error.cases.takes(id))
    }

    /// The errors of the suite that are known.
    pub fn errors_of_suite(&self) -> &[SuiteError] {
        &self.errors
    }

    /// Whether `case` is judged on an aspect that can fail a run with this gate.
    pub fn is_scored(&self, case: &Case, gate: Attestation) -> bool {
        self.is_scored_by(&case.id, &self.expectations(case), gate)
    }

    /// The same of a case whose expectations are at hand.
    pub(super) fn is_scored_by(
        &self,
        id: &CaseId,
        expectations: &[Expectation<'_>],
        gate: Attestation,
    ) -> bool {
        self.error_of_suite(id).is_none() && expectations.iter().any(|it| it.is_scored(gate))
    }

    /// The requirements that govern `case`, each once, in the order of its labels.
    pub fn requirements(&self, case: &Case) -> Vec<RequirementId> {
        let mut ids: Vec<RequirementId> = Vec::new();
        for requirement in case.labels().flat_map(|label| self.table.governing(label)) {
            if !ids.contains(&requirement.id) {
                ids.push(requirement.id.clone());
            }
        }
        ids
    }
}

/// The cases that are written down and built in.
fn embedded_cases() -> Result<Vec<Case>, CorpusError> {
    let mut cases = case_file::embedded()?;
    cases.extend(malformed_file::embedded()?);
    Ok(cases)
}

/// The cases of a file of vectors, whose name stands in their ids; these are `taken` from then on.
fn vector_cases(file: &SourceFile, taken: &mut BTreeSet<CaseId>) -> Result<Vec<Case>, CorpusError> {
    let path = Path::new(&file.name);
    let wrong = |error: Box<dyn Error + Send + Sync>| CorpusError::Unreadable {
        path: path.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidData, error),
    };
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
    if !stem.starts_with(|c: char| c.is_ascii_lowercase()) || !stem.chars().all(is_allowed) {
        return Err(wrong(
            "allowed in the name: a lower-case letter, then such letters, digits, `-`, `.`, `_`".into(),
        ));
    }
    let cases = generate::vector_cases(stem, &file.name, &file.text).map_err(|error| wrong(error.into()))?;
    match cases.iter().find(|case| !taken.insert(case.id.clone())) {
        Some(case) => Err(wrong(format!("the id `{}` is there twice", case.id).into())),
        None => Ok(cases),
    }
}

/// What the order of the suite goes by. What is sent after broken framing may find no server any more. At the very end is
/// the chunk that never comes: moto 5.2.5 goes on reading it, by 300 MiB a second, until its memory is gone, and whatever
/// is asked meanwhile waits.
fn turn(case: &Case) -> (bool, bool, &CaseId) {
    let is_endless = |step: &Step| step.labels.iter().any(|label| label.as_str() == ENDLESS);
    (case.layer == Layer::Framing, case.steps.iter().any(is_endless), &case.id)
}

const ENDLESS: &str = "framing/chunk-size-beyond-64-bits";

fn bounds_of(revision: Revision, path: &str) -> Option<Bounds> {
    let constraints = Model::of(revision).member_at(path)?.constraints();
    let length = constraints.length.as_ref();
    Some(Bounds {
        min: length.and_then(|length| u64::try_from(length.min).ok()),
        max: length.and_then(|length| u64::try_from(length.max?).ok()),
        pattern: constraints.pattern.as_ref().map(|pattern| pattern.unanchored().to_owned()),
    })
}
