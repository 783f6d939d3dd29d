//! An evidence row as text.

use super::Subject;
use super::text::shown;
use countersign::requirement::EvidenceRow;
use std::io::{self, Write};

/// Writes what a row says, where it comes from, and which requirements cite it.
pub(super) fn write(out: &mut dyn Write, subject: Subject<'_>, row: &EvidenceRow) -> io::Result<()> {
    writeln!(out, "{}  {}\n", row.id, shown(&row.condition))?;
    let mut field = |name: &str, value: &str| writeln!(out, "{name:8} {value}");
    if let Some(status) = row.status {
        field("status", &status.to_string())?;
    }
    if let Some(error_type) = &row.error_type {
        field("type", &shown(error_type))?;
    }
    if let Some(message) = &row.message_template {
        field("message", &format!("\"{}\"", shown(message)))?;
    }
    if !row.note.is_empty() {
        field("note", &shown(&row.note))?;
    }
    field("attested", &shown(&row.attestation))?;
    field("source", &shown(&row.source))?;
    let citing: Vec<_> =
        subject.table.iter().filter(|requirement| requirement.cited().any(|id| id == row.id)).collect();
    if !citing.is_empty() {
        writeln!(out, "\nCited by")?;
    }
    for requirement in citing {
        writeln!(out, "  {}  {}", requirement.id, shown(&requirement.sentence))?;
    }
    if let Some(left_out) = subject.table.left_out().find(|left_out| left_out.row == row.id) {
        writeln!(out, "\nCited by no requirement\n  {}", shown(&left_out.reason))?;
    }
    Ok(())
}
