//! The cases of one round with the expectations of their steps, filtered and ready to run.

use super::Options;
use crate::case::{Case, Label};
use crate::corpus::RequirementTable;
use crate::expect::{Bounds, Expectation, expectation};
use crate::model::{Model, Revision};
use crate::requirement::{Requirement, RequirementId};

/// The requirement table and the bounds of the model: what expectations are derived from.
#[derive(Debug)]
pub struct Rules {
    table: RequirementTable,
    models: Vec<Model>,
}

impl Rules {
    /// The rules as they hold for `revision`.
    pub fn new(table: RequirementTable, models: Vec<Model>) -> Self {
        Self { table, models }
    }

    /// The requirement table.
    pub fn table(&self) -> &RequirementTable {
        &self.table
    }

    /// What each step of `case` may be answered with.
    pub fn expectations(&self, case: &Case) -> Vec<Expectation<'_>> {
        let governing = |label: &Label| self.table.governing(label).collect::<Vec<&Requirement>>();
        let bounds = |path: &str| self.models.iter().filter_map(|model| bounds_of(model, path)).collect();
        case.steps.iter().map(|step| expectation(step, &governing, &bounds)).collect()
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

fn bounds_of(model: &Model, path: &str) -> Option<Bounds> {
    let constraints = model.member_at(path)?.constraints();
    let bound = |pick: fn(&Length) -> Option<u64>| constraints.length.as_ref().and_then(pick);
    Some(Bounds {
        min: bound(|length| length.min),
        max: bound(|length| length.max),
        pattern: constraints.pattern.as_ref().map(|pattern| pattern.unanchored().to_owned()),
    })
}
