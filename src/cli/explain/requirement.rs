//! A requirement as text, and the list of all of them.

use super::text::shown;
use super::{Subject, aspects, case};
use countersign::requirement::Requirement;
use std::io::{self, Write};

/// How many cases are shown with their bytes, and how many by name, unless all are asked for.
const CASES_WITH_BYTES: usize = 1;
const CASES_BY_NAME: usize = 12;

/// How much of a requirement's cases is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The first few.
    Few,
    /// All, each with its bytes.
    Every,
}

/// Writes one line for each requirement: id, effect, how many cases it has, sentence.
pub(super) fn write_list(out: &mut dyn Write, subject: Subject<'_>) -> io::Result<()> {
    let width = subject.table.iter().map(|requirement| requirement.id.0.len()).max().unwrap_or_default();
    for requirement in subject.table.iter() {
        let cases = subject.cases_of(requirement).len();
        writeln!(
            out,
            "{:width$}  {:9}  {cases:4} {}  {}",
            requirement.id.0,
            requirement.effect.name(),
            if cases == 1 { "case " } else { "cases" },
            shown(&requirement.sentence)
        )?;
    }
    Ok(())
}

/// Writes everything that is known of a requirement.
pub(super) fn write(
    out: &mut dyn Write,
    subject: Subject<'_>,
    requirement: &Requirement,
    extent: Extent,
) -> io::Result<()> {
    writeln!(out, "{}  {}\n", requirement.id, shown(&requirement.sentence))?;
    let mut field = |name: &str, value: &str| writeln!(out, "{name:8} {value}");
    if let Some(member) = &requirement.member {
        field("member", &shown(member))?;
    }
    field("layer", requirement.layer.name())?;
    field("stage", requirement.stage.name())?;
    if let Some(since) = &requirement.since {
        field("since", &shown(since))?;
    }
    field("effect", requirement.effect.name())?;
    for (i, label) in requirement.labels.iter().enumerate() {
        field(if i == 0 { "labels" } else { "" }, &shown(label))?;
    }
    write_aspects(out, requirement)?;
    for (i, conflict) in requirement.conflicts.iter().enumerate() {
        writeln!(out, "{}", if i == 0 { "\nConflicts" } else { "" })?;
        writeln!(out, "  {}", shown(&conflict.says))?;
        writeln!(out, "  [{}]", conflict.evidence.join(", "))?;
    }
    write_sources(out, subject, requirement)?;
    write_cases(out, subject, requirement, extent)
}

fn write_aspects(out: &mut dyn Write, requirement: &Requirement) -> io::Result<()> {
    let lines = aspects::lines(requirement);
    if lines.is_empty() {
        return writeln!(out, "\nNothing is judged: the answer is recorded.");
    }
    writeln!(out, "\nAccepted")?;
    for line in lines {
        let attested = format!("{} [{}]", line.attestation, line.evidence.join(", "));
        writeln!(out, "  {:8} {attested}", line.name)?;
        for accepted in line.accepted {
            writeln!(out, "           {accepted}")?;
        }
    }
    Ok(())
}

fn write_sources(out: &mut dyn Write, subject: Subject<'_>, requirement: &Requirement) -> io::Result<()> {
    writeln!(out, "\nSources")?;
    let mut written: Vec<&str> = Vec::new();
    for id in requirement.cited() {
        let Some(row) = subject.evidence.row(id).filter(|_| !written.contains(&id)) else {
            continue;
        };
        written.push(id);
        writeln!(out, "  {:8} {}: {}", row.id, row.attestation, shown(&row.condition))?;
        if let Some(message) = &row.message_template {
            writeln!(out, "           \"{}\"", shown(message))?;
        }
        if !row.note.is_empty() {
            writeln!(out, "           {}", shown(&row.note))?;
        }
        writeln!(out, "           from {}", shown(&row.source))?;
    }
    Ok(())
}

fn write_cases(
    out: &mut dyn Write,
    subject: Subject<'_>,
    requirement: &Requirement,
    extent: Extent,
) -> io::Result<()> {
    let cases = subject.cases_of(requirement);
    let (with_bytes, by_name) = match extent {
        Extent::Few => (CASES_WITH_BYTES, CASES_BY_NAME),
        Extent::Every => (cases.len(), 0),
    };
    writeln!(out, "\nCases: {}", cases.len())?;
    if let Some(reason) = &requirement.no_case {
        writeln!(out, "  {}", shown(reason))?;
    }
    for case in cases.iter().take(with_bytes) {
        writeln!(out, "  {}", shown(case.id.as_str()))?;
        case::write_steps(out, case)?;
    }
    for case in cases.iter().skip(with_bytes).take(by_name) {
        writeln!(out, "  {}", shown(case.id.as_str()))?;
    }
    let rest = cases.len().saturating_sub(with_bytes + by_name);
    if rest > 0 {
        writeln!(out, "  and {rest} more, shown with --all")?;
    }
    Ok(())
}
