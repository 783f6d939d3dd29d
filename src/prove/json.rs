//! The proof as JSON: one object, the same for the same build.
//!
//! | member | what it holds |
//! |---|---|
//! | `schema_version` | [`SCHEMA_VERSION`] |
//! | `holds` | whether every part does |
//! | `summary` | the totals: [`Summary`](super::Summary), member by member |
//! | `null_servers` | for each: `name`, `summary`, `passed`, `scored`, `layers` (`passed` and `scored` by layer), `over` |
//! | `toothless` | ids of scored cases that every null server passes |
//! | `faults` | for each: `fault`, `family`, `does`, `named_by` (requirements), `seen` or `plausible`, `found`, `fails`, `requests`, `found_by` (cases by requirement), `bystanders`, `own` (a case that no other fault needs: `case`, `finds`), `told_apart` (one member: `case` whose report no other fault has, `part_of` another fault, `scattered` over several, or `alike` to another) |
//! | `idle` | ids of scored cases that find no fault |
//! | `noise` | ids of cases that differ with nothing planted |
//! | `benign` | for each: `variant`, `does`, `since`, `mismatches` (ids), `noted` |
//!
//! A part that was not proven is `null`.

use super::{
    Benign, Floor, Kill, KillTable, NullScore, Origin, Proof, Standing, Summary, Telling, Tolerance,
};
use crate::case::CaseId;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the format.
pub const SCHEMA_VERSION: u32 = 2;

/// Writes the proof.
pub fn write_json(out: &mut dyn Write, proof: &Proof) -> io::Result<()> {
    let (floor, kills, benign) = (proof.floor.as_ref(), proof.kills.as_ref(), proof.benign.as_ref());
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "holds": proof.holds(),
        "summary": Summary::of(proof),
        "null_servers": floor.map(|floor| floor.scores.iter().map(null_server).collect::<Vec<_>>()),
        "toothless": floor.map(|Floor { toothless, .. }| ids(toothless)),
        "faults": kills.map(|table| table.rows().map(fault).collect::<Vec<_>>()),
        "idle": kills.map(|table| ids(table.idle())),
        "noise": kills.map(|KillTable { noise, .. }| ids(noise)),
        "benign": benign.map(|Benign { outcomes }| outcomes.iter().map(variant).collect::<Vec<_>>()),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn ids<'i>(ids: impl IntoIterator<Item = &'i CaseId>) -> Vec<&'i str> {
    ids.into_iter().map(CaseId::as_str).collect()
}

fn null_server(score: &NullScore) -> Value {
    let layers: Map<String, Value> = score
        .layers
        .iter()
        .map(|of| (of.layer.name().to_owned(), json!({ "passed": of.passed, "scored": of.scored })))
        .collect();
    json!({
        "name": score.name,
        "summary": score.summary,
        "passed": score.passed(),
        "scored": score.scored(),
        "layers": layers,
        "over": score.is_over(),
    })
}

fn fault((kill, standing): (&Kill, &Standing)) -> Value {
    let planted = &kill.planted;
    let mut found_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for find in &kill.finds {
        found_by.entry(&find.requirement.0).or_default().push(find.case.as_str());
    }
    let (origin, reason) = match planted.origin {
        Origin::Seen(place) => ("seen", place),
        Origin::Plausible(reason) => ("plausible", reason),
    };
    let own = standing.own.as_ref().map(|(case, finds)| json!({ "case": case.as_str(), "finds": finds }));
    let (told_by, other) = match &standing.telling {
        Telling::Alone(case) => ("case", Some(case.as_str())),
        Telling::PartOf(other) => ("part_of", Some(other.as_str())),
        Telling::Scattered => ("scattered", None),
        Telling::Alike(other) => ("alike", Some(other.as_str())),
    };
    json!({
        "fault": planted.id(),
        "family": planted.family.name(),
        "does": planted.what,
        "named_by": planted.found_by,
        origin: reason,
        "found": kill.is_found(),
        "fails": kill.fails(),
        "requests": kill.requests,
        "found_by": found_by,
        "bystanders": ids(&kill.bystanders),
        "own": own,
        "told_apart": { told_by: other },
    })
}

fn variant(outcome: &Tolerance) -> Value {
    json!({
        "variant": outcome.name,
        "does": outcome.what,
        "since": outcome.since,
        "mismatches": ids(&outcome.wronged),
        "noted": outcome.noted,
    })
}
