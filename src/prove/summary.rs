//! The totals of a proof, as they stand in `corpus/proof.json`.
//!
//! | member | what it holds |
//! |---|---|
//! | `null_server` | the null server that passes most: `name`, `passed`, `scored` (cases) |
//! | `null_servers` | how many null servers there are |
//! | `toothless` | scored cases that every null server passes |
//! | `faults` | how many faults were planted |
//! | `found` | how many of them were found by a requirement that names their cause |
//! | `failing` | how many of those fail the run; the others are warnings below its gate |
//! | `own` | how many have a case that no other fault needs |
//! | `alike` | how many look like another one in every report |
//! | `benign` | how many benign variants there are |
//! | `benign_mismatches` | mismatches of theirs |
//!
//! A part that was not proven is `null`. The file is written by `countersign prove --format summary`.

use super::{Floor, Proof, ProveError};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// The totals that are built in.
const RECORDED: &str = include_str!("../../corpus/proof.json");

/// The totals of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The null server that passes most.
    pub null_server: Option<BestNull>,
    /// How many null servers there are.
    pub null_servers: Option<usize>,
    /// Scored cases that every null server passes.
    pub toothless: Option<usize>,
    /// How many faults were planted.
    pub faults: Option<usize>,
    /// How many of them were found by a requirement that names their cause.
    pub found: Option<usize>,
    /// How many of those fail the run.
    pub failing: Option<usize>,
    /// How many have a case that no other fault needs.
    pub own: Option<usize>,
    /// How many look like another one in every report.
    pub alike: Option<usize>,
    /// How many benign variants there are.
    pub benign: Option<usize>,
    /// Mismatches of theirs.
    pub benign_mismatches: Option<usize>,
}

/// The null server that passes most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestNull {
    /// Its name.
    pub name: String,
    /// Scored cases that it passes.
    pub passed: u64,
    /// Scored cases that got a verdict.
    pub scored: u64,
}

impl Summary {
    /// The totals of `proof`.
    pub fn of(proof: &Proof) -> Self {
        let floor = proof.floor.as_ref();
        let kills = proof.kills.as_ref().map(|table| &table.kills);
        let standing = proof.kills.as_ref().map(|table| &table.standing);
        let benign = proof.benign.as_ref().map(|benign| &benign.outcomes);
        let best = floor.and_then(Floor::best).map(|score| BestNull {
            name: score.name.clone(),
            passed: score.passed(),
            scored: score.scored(),
        });
        Self {
            null_server: best,
            null_servers: floor.map(|floor| floor.scores.len()),
            toothless: floor.map(|floor| floor.toothless.len()),
            faults: kills.map(Vec::len),
            found: kills.map(|kills| kills.iter().filter(|kill| kill.is_found()).count()),
            failing: kills.map(|kills| kills.iter().filter(|kill| kill.fails()).count()),
            own: standing.map(|all| all.iter().filter(|it| it.own.is_some()).count()),
            alike: standing.map(|all| all.iter().filter(|it| it.is_alike()).count()),
            benign: benign.map(Vec::len),
            benign_mismatches: benign
                .map(|outcomes| outcomes.iter().map(|outcome| outcome.wronged.len()).sum()),
        }
    }

    /// The totals that are built in.
    pub fn recorded() -> Result<Self, ProveError> {
        serde_json::from_str(RECORDED).map_err(ProveError::Recorded)
    }

    /// The totals in a few sentences, as they stand in the README. What was not proven is left out.
    pub fn sentences(&self) -> String {
        let mut sentences = Vec::new();
        if let (Some(best), Some(servers)) = (&self.null_server, self.null_servers) {
            sentences.push(format!(
                "The best of {servers} null servers passes {} of {} scored cases (`{}`).",
                best.passed, best.scored, best.name
            ));
        }
        if let (Some(faults), Some(found), Some(failing)) = (self.faults, self.found, self.failing) {
            sentences.push(format!(
                "Of {faults} planted faults {found} are found by a requirement that names their cause: {failing} fail the \
                 run, {} are warnings below its gate.",
                found - failing.min(found)
            ));
        }
        if let (Some(own), Some(alike)) = (self.own, self.alike) {
            sentences.push(format!(
                "{own} have a case that no other fault needs; {alike} look like another one in every report."
            ));
        }
        if let (Some(benign), Some(mismatches)) = (self.benign, self.benign_mismatches) {
            sentences.push(format!("{benign} benign variants have {mismatches} mismatches."));
        }
        sentences.join(" ")
    }

    /// Writes the totals as JSON, one member a line.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }
}
