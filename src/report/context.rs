//! What the forms of a report say besides what stands in a run: the texts of the requirements, and the floor under a
//! score. Whoever knows the tables fills it in.

use crate::requirement::{Effect, RequirementId};
use std::collections::BTreeMap;

/// A source behind a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The id of the evidence row.
    pub id: String,
    /// How well the row is attested, by name.
    pub attestation: String,
    /// What it says.
    pub says: String,
    /// Where that was found.
    pub origin: String,
}

/// What there is to say of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// What AWS does, in one sentence.
    pub sentence: String,
    /// What it says of such a request.
    pub effect: Effect,
    /// The sources, each once.
    pub sources: Vec<Source>,
}

/// What the forms know besides a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The requirements by id. A report may speak of others: it may come from another version or another folder.
    pub rules: BTreeMap<RequirementId, RuleText>,
    /// The best server that understands nothing, and how many of the scored cases it passes.
    pub null_server: Option<(String, u64)>,
}

impl Context {
    /// The sentence of a requirement; empty where it is not known.
    pub fn sentence(&self, id: &RequirementId) -> &str {
        self.rules.get(id).map_or("", |rule| &rule.sentence)
    }
}
