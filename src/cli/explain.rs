//! `countersign explain`: what a requirement, an evidence row or a case says, where that comes from, and what is sent to
//! test it.

mod aspects;
mod case;
mod json;
mod nearest;
mod requirement;
mod row;
mod text;

use super::values::Format;
use countersign::case::Case;
use countersign::corpus::{Evidence, RequirementTable};
use countersign::requirement::{Requirement, RequirementId};
use std::io::{self, Write};
use std::path::PathBuf;

/// Explain a requirement, a row of the evidence or a case: sources, conflicts, cases, bytes
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign explain                     every requirement, one line each
  countersign explain CSU-HASH-002        a requirement
  countersign explain SEM-008             a row of the evidence
  countersign explain secret-hash/absent  a case
  countersign explain --format json | jq -r '.[] | select(.effect == \"observed\") | .id'")]
pub(crate) struct ExplainArgs {
    /// The id of a requirement, a row of the evidence or a case; without it, every requirement is listed
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// The form of the output: table or json
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: Format,
    /// Add the cases and requirements in a folder of your own; repeatable
    #[arg(long, value_name = "DIR")]
    pub(crate) cases: Vec<PathBuf>,
    /// Show every case of a requirement, each with its bytes
    #[arg(long, requires = "id")]
    pub(crate) all: bool,
}

/// What there is to explain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The requirements.
    pub(crate) table: &'a RequirementTable,
    /// The evidence that they cite.
    pub(crate) evidence: &'a Evidence,
    /// The cases, in order.
    pub(crate) cases: &'a [Case],
}

/// Why nothing could be explained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ExplainError {
    /// Nothing has this id.
    #[error("no requirement, evidence row or case is called `{id}`\nhint: nearest: {nearest}")]
    Unknown {
        /// The id, escaped.
        id: String,
        /// The ids that look most like it, between backticks.
        nearest: String,
    },
    /// The explanation could not be written.
    #[error("cannot write the explanation")]
    Write(#[from] io::Error),
}

impl Subject<'_> {
    /// The cases that test a requirement, in order.
    fn cases_of(&self, requirement: &Requirement) -> Vec<&Case> {
        let tests = |case: &&Case| {
            case.labels().any(|label| {
                let mut governing = self.table.governing(label);
                governing.any(|other| other.id == requirement.id)
            })
        };
        self.cases.iter().filter(tests).collect()
    }
}

/// Writes the explanation of `args.id`, or the list of every requirement.
pub(crate) fn write_explanation(
    out: &mut dyn Write,
    args: &ExplainArgs,
    subject: Subject<'_>,
) -> Result<(), ExplainError> {
    let Some(id) = &args.id else {
        match args.format {
            Format::Table => requirement::write_list(out, subject)?,
            Format::Json => json::write_list(out, subject)?,
        }
        return Ok(());
    };
    if let Some(found) = subject.table.by_id(&RequirementId(id.clone())) {
        let extent = if args.all { requirement::Extent::Every } else { requirement::Extent::Few };
        match args.format {
            Format::Table => requirement::write(out, subject, found, extent)?,
            Format::Json => json::write(out, &json::requirement(subject, found))?,
        }
    } else if let Some(found) = subject.evidence.row(id) {
        match args.format {
            Format::Table => row::write(out, subject, found)?,
            Format::Json => json::write(out, &json::row(subject, found))?,
        }
    } else if let Some(found) = subject.cases.iter().find(|case| case.id.as_str() == id) {
        match args.format {
            Format::Table => case::write(out, subject, found)?,
            Format::Json => json::write(out, &json::case(subject, found))?,
        }
    } else {
        return Err(unknown(id, subject));
    }
    Ok(())
}

fn unknown(id: &str, subject: Subject<'_>) -> ExplainError {
    let requirements = subject.table.iter().map(|requirement| requirement.id.0.as_str());
    let rows = subject.evidence.rows().map(|row| row.id.as_str());
    let cases = subject.cases.iter().map(|case| case.id.as_str());
    let nearest = nearest::nearest(id, requirements.chain(rows).chain(cases));
    let nearest: Vec<String> = nearest.iter().map(|id| format!("`{}`", text::shown(id))).collect();
    ExplainError::Unknown { id: text::shown(&text::cut(id, text::ID_CHARS_MAX)), nearest: nearest.join(", ") }
}

#[cfg(test)]
mod tests;
