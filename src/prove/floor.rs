//! What servers score that understand nothing.

use super::arena::{Arena, Subject, is_judged};
use super::null_server::NullServer;
use super::{ProveError, pool};
use crate::case::{CaseId, Layer};
use crate::event::{CaseReport, Verdict};
use crate::harness::Select;
use std::collections::BTreeSet;

/// The greatest part of the scored cases that a null server may pass, in percent.
pub const FLOOR_PERCENT_MAX: u64 = 10;

/// What the null servers score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    /// One score for each null server, in their order.
    pub scores: Vec<NullScore>,
    /// The scored cases that every null server passes: checks that cannot fail.
    pub toothless: Vec<CaseId>,
}

/// What one null server scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullScore {
    /// Its name.
    pub name: String,
    /// What it does.
    pub summary: String,
    /// Its score by layer.
    pub layers: Vec<LayerScore>,
}

/// The score of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerScore {
    /// The layer.
    pub layer: Layer,
    /// Scored cases without a mismatch that fails the run.
    pub passed: u64,
    /// Scored cases that got a verdict.
    pub scored: u64,
}

impl NullScore {
    /// Scored cases without a mismatch that fails the run.
    pub fn passed(&self) -> u64 {
        self.layers.iter().map(|layer| layer.passed).sum()
    }

    /// Scored cases that got a verdict.
    pub fn scored(&self) -> u64 {
        self.layers.iter().map(|layer| layer.scored).sum()
    }

    /// Whether more than [`FLOOR_PERCENT_MAX`] of the scored cases are passed, or none was reached.
    pub fn is_over(&self) -> bool {
        self.scored() == 0 || self.passed() * 100 > self.scored() * FLOOR_PERCENT_MAX
    }
}

impl Floor {
    /// Runs the default suite against each of `servers`.
    pub fn of(servers: &[NullServer]) -> Result<Self, ProveError> {
        let trials = pool::each(servers, measure)?;
        let toothless = toothless(trials.iter().map(|(_, passed, reached)| (passed, reached)));
        Ok(Self { scores: trials.into_iter().map(|(score, ..)| score).collect(), toothless })
    }

    /// The null server that passes most.
    pub fn best(&self) -> Option<&NullScore> {
        // Of several, the first.
        self.scores.iter().rev().max_by_key(|score| score.passed())
    }

    /// Whether every check can fail and every null server stays under the floor.
    pub fn holds(&self) -> bool {
        !self.scores.is_empty() && self.toothless.is_empty() && !self.scores.iter().any(NullScore::is_over)
    }
}

type Ids = BTreeSet<CaseId>;

fn measure(arena: &Arena, server: &NullServer) -> Result<(NullScore, Ids, Ids), ProveError> {
    let subject = Subject { doorway: server.doorway(), fault: None, select: Select::everything() };
    let trial = arena.run(&subject, &|_| true)?;
    let reached: Vec<&CaseReport> = trial.cases.iter().filter(|report| is_judged(report)).collect();
    let has_passed = |report: &&CaseReport| matches!(report.verdict, Verdict::Pass | Verdict::Advisory);
    let count = |found: usize| u64::try_from(found).unwrap_or(u64::MAX);
    let score_of = |layer: Layer| {
        let of_layer = || reached.iter().filter(|report| report.layer == layer);
        LayerScore {
            layer,
            passed: count(of_layer().filter(|report| has_passed(report)).count()),
            scored: count(of_layer().count()),
        }
    };
    let score = NullScore {
        name: server.name().to_owned(),
        summary: server.summary().to_owned(),
        layers: Layer::ALL.iter().copied().map(score_of).collect(),
    };
    let passed = reached.iter().copied().filter(has_passed).map(|report| report.id.clone()).collect();
    Ok((score, passed, reached.into_iter().map(|report| report.id.clone()).collect()))
}

/// The cases that were reached by a null server and are passed by all that reach them.
fn toothless<'t>(trials: impl Iterator<Item = (&'t Ids, &'t Ids)>) -> Vec<CaseId> {
    let (mut reached, mut failed) = (Ids::new(), Ids::new());
    for (passed, of_this) in trials {
        failed.extend(of_this.difference(passed).cloned());
        reached.extend(of_this.iter().cloned());
    }
    reached.difference(&failed).cloned().collect()
}
