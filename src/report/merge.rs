//! Puts the reports of the shards of one run together. What comes out is byte for byte the report of the same run as a
//! whole, without times: those of several machines do not add up to any.
//!
//! A missing shard, one that is there twice, and one of another run are refused: see [`MergeError`]. A shard that was cut
//! makes the whole incomplete, and its reason is told.

use super::aggregate::{Ended, Recorded, Run, VerdictCounts};
use super::{CASE_IDS_MAX, CaseRecord};
use crate::case::CaseId;
use crate::event::{RunHeader, StateNotJudged};
use crate::shard::{Shard, ShardOf, digest};

/// The missing shards that are named; more are counted.
const NAMED_MAX: usize = 16;

/// The report of one shard, and the name of its file.
#[derive(Debug)]
pub struct Part {
    /// The name of the file, for messages.
    pub name: String,
    /// What it holds.
    pub run: Run,
}

/// Why reports are not put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There is none.
    #[error("there is no report to put together")]
    Nothing,
    /// A report has no header.
    #[error("`{name}` has no header: the run never started")]
    NoHeader {
        /// The file.
        name: String,
    },
    /// A report is that of a whole run.
    #[error("`{name}` is no report of a shard: its run had no `--shard`")]
    Whole {
        /// The file.
        name: String,
    },
    /// Two reports are those of different runs.
    #[error("`{name}` belongs to another run than `{first}`: its {what} is `{found}` and not `{expected}`")]
    Different {
        /// The file.
        name: String,
        /// The file that it is compared with.
        first: String,
        /// What differs.
        what: &'static str,
        /// What the file says.
        found: String,
        /// What the first file says.
        expected: String,
    },
    /// A shard is there twice.
    #[error("shard {shard} is there twice: `{first}` and `{second}`")]
    Twice {
        /// The shard.
        shard: Shard,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// Shards are missing.
    #[error("{missing} of {of} shards are missing: {named}")]
    Missing {
        /// How many.
        missing: usize,
        /// How many there should be.
        of: u32,
        /// Which.
        named: String,
    },
    /// A report holds a case of another shard.
    #[error("`{name}` holds the case `{id}`, which does not belong to shard {shard}")]
    Stray {
        /// The file.
        name: String,
        /// The case.
        id: CaseId,
        /// The shard that the file is.
        shard: Shard,
    },
    /// A report does not hold as many cases as it says.
    #[error("`{name}` says {said} cases and holds {held}")]
    Count {
        /// The file.
        name: String,
        /// What it says.
        said: u64,
        /// What is there.
        held: u64,
    },
    /// More case ids than a report records.
    #[error("a report of more than {CASE_IDS_MAX} case ids does not hold them all")]
    TooMany,
    /// All is there by number, and yet they are other cases.
    #[error("the shards together do not hold the cases of the whole run")]
    OtherCases,
}

/// A report whose header says which shard it is.
struct Checked<'p> {
    part: &'p Part,
    header: &'p RunHeader,
    shard: &'p ShardOf,
}

/// Puts the reports together, in whatever order they come.
pub fn merge(parts: &[Part]) -> Result<Run, MergeError> {
    let checked: Vec<Checked<'_>> = parts.iter().map(checked).collect::<Result<_, _>>()?;
    let Some(first) = checked.first() else {
        return Err(MergeError::Nothing);
    };
    for other in &checked {
        same_run(first, other)?;
    }
    complete(&checked)?;
    for one in &checked {
        sound(one)?;
    }
    let mut executions = VerdictCounts::default();
    for (verdict, count) in
        checked.iter().flat_map(|one| one.part.run.executions().iter().collect::<Vec<_>>())
    {
        executions.set(verdict, executions.of(verdict).saturating_add(count));
    }
    let mut records: Vec<CaseRecord> =
        checked.iter().flat_map(|one| one.part.run.cases().into_iter().cloned()).collect();
    records.sort_by_key(|record| record.report.index);
    if records.len() > CASE_IDS_MAX {
        return Err(MergeError::TooMany);
    }
    let incomplete = incomplete(&checked);
    let ids = digest(records.iter().map(|record| record.report.id.as_str()));
    if incomplete.is_none() && (ids != first.shard.ids || executions.total() != first.shard.cases) {
        return Err(MergeError::OtherCases);
    }
    let header = RunHeader { cases: first.shard.cases, shard: None, ..first.header.clone() };
    // The list is the same for every shard, and so is what is wrong with it.
    let mut known_problems: Vec<String> = Vec::new();
    for problem in checked.iter().flat_map(|one| one.part.run.known_problems()) {
        if !known_problems.contains(problem) {
            known_problems.push(problem.clone());
        }
    }
    let state_not_judged = checked.iter().map(|one| one.part.run.state_not_judged().cloned());
    let state_not_judged = state_not_judged.fold(None, StateNotJudged::sum);
    let end = Ended { incomplete, known_problems, state_not_judged, timing: None };
    Run::recorded(Recorded { header: Some(header), records, executions, unrecorded: 0, end })
        .map_err(|_| MergeError::OtherCases)
}

fn checked(part: &Part) -> Result<Checked<'_>, MergeError> {
    let name = || part.name.clone();
    let header = part.run.header().ok_or_else(|| MergeError::NoHeader { name: name() })?;
    let shard = header.shard.as_ref().ok_or_else(|| MergeError::Whole { name: name() })?;
    Ok(Checked { part, header, shard })
}

/// Whether `other` is a part of the run that `first` is a part of.
fn same_run(first: &Checked<'_>, other: &Checked<'_>) -> Result<(), MergeError> {
    let told = |one: &Checked<'_>| {
        let Checked { header, shard, .. } = one;
        [
            ("version of Countersign", header.countersign.clone()),
            ("revision of the model", header.revision.clone()),
            ("subject", header.subject.clone()),
            ("endpoint", header.endpoint.clone()),
            ("seed", header.seed.to_string()),
            ("gate", header.gate.clone()),
            ("command line", header.invocation.clone()),
            ("number of shards", shard.part.of().to_string()),
            ("number of cases in all shards", shard.cases.to_string()),
            ("choice of cases", shard.ids.clone()),
            ("plan of what is sent and judged", shard.plan.clone()),
        ]
    };
    for ((what, expected), (_, found)) in told(first).into_iter().zip(told(other)) {
        if expected != found {
            let (name, first) = (other.part.name.clone(), first.part.name.clone());
            return Err(MergeError::Different { name, first, what, found, expected });
        }
    }
    Ok(())
}

/// Whether every shard is there, and none twice.
fn complete(parts: &[Checked<'_>]) -> Result<(), MergeError> {
    let mut sorted: Vec<&Checked<'_>> = parts.iter().collect();
    sorted.sort_by_key(|one| one.shard.part);
    for (one, next) in sorted.iter().zip(sorted.iter().skip(1)) {
        if one.shard.part == next.shard.part {
            let (first, second) = (one.part.name.clone(), next.part.name.clone());
            return Err(MergeError::Twice { shard: one.shard.part, first, second });
        }
    }
    let of = sorted.first().map_or(0, |one| one.shard.part.of());
    let is_there = |number: &u32| sorted.iter().any(|one| one.shard.part.number() == *number);
    let missing: Vec<u32> = (1..=of).filter(|number| !is_there(number)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut named: Vec<String> =
        missing.iter().take(NAMED_MAX).map(|number| format!("{number}/{of}")).collect();
    if missing.len() > NAMED_MAX {
        named.push(format!("and {} more", missing.len() - NAMED_MAX));
    }
    Err(MergeError::Missing { missing: missing.len(), of, named: named.join(", ") })
}

/// Whether a report holds the cases that it says, and no other ones.
fn sound(one: &Checked<'_>) -> Result<(), MergeError> {
    let (run, name) = (&one.part.run, || one.part.name.clone());
    if run.unrecorded() > 0 {
        return Err(MergeError::TooMany);
    }
    let shard = one.shard.part;
    if let Some(stray) = run.cases().into_iter().find(|record| !shard.holds(&record.report.id)) {
        return Err(MergeError::Stray { name: name(), id: stray.report.id.clone(), shard });
    }
    let (said, held) = (one.header.cases, run.executions().total());
    let rounds: u64 =
        run.cases().into_iter().map(|record| record.rounds.total()).fold(0, u64::saturating_add);
    if run.incomplete().is_none() && (said != held || held != rounds) {
        return Err(MergeError::Count { name: name(), said, held });
    }
    Ok(())
}

/// Why the whole is incomplete, if a part is.
fn incomplete(parts: &[Checked<'_>]) -> Option<String> {
    let mut cut: Vec<(Shard, &str)> =
        parts.iter().filter_map(|one| Some((one.shard.part, one.part.run.incomplete()?))).collect();
    cut.sort_unstable();
    let told: Vec<String> = cut.iter().map(|(shard, reason)| format!("shard {shard}: {reason}")).collect();
    (!told.is_empty()).then(|| told.join("; "))
}
