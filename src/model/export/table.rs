//! Aligned columns for reading. Whatever comes from a file is escaped.

use super::super::operation::Model;
use super::super::pattern::shown;
use super::super::shape::{Member, Structure};
use crate::wire::escape;
use std::fmt::Write as _;

/// Writes operation, request, response and errors.
pub(super) fn write(model: &Model) -> String {
    let service = model.service();
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "target     {}", escape(model.target().as_bytes()));
    let _ = writeln!(text, "protocols  {}", escape(service.protocols().join(", ").as_bytes()));
    let _ = writeln!(text, "signing    {}", model.signing().name());
    for structure in [model.request(), model.response()] {
        let _ = writeln!(text, "\n{}", escape(structure.name().as_bytes()));
        text.push_str(&members(structure));
    }
    let _ = writeln!(
        text,
        "\nErrors (the HTTP status is the model's; AWS answers 400, and 500 for the server's)"
    );
    let mut rows = vec![["error", "fault", "model status", "members"].map(str::to_owned)];
    for error in model.errors() {
        let members: Vec<_> = error.structure().members().iter().map(Member::name).collect();
        rows.push([
            escape(error.name().as_bytes()),
            error.fault().name().to_owned(),
            error.model_http_status().map_or_else(|| "-".to_owned(), |status| status.to_string()),
            escape(members.join(", ").as_bytes()),
        ]);
    }
    text.push_str(&aligned(&rows));
    text
}

fn members(structure: &Structure) -> String {
    if structure.members().is_empty() {
        return "  (no members)\n".to_owned();
    }
    let header = ["member", "type", "required", "length", "pattern", "notes"];
    let mut rows = vec![header.map(str::to_owned)];
    for member in structure.members() {
        push_rows(member, member.name(), &mut rows);
    }
    aligned(&rows)
}

/// The depth is bounded by what the readers let through.
fn push_rows(member: &Member, path: &str, rows: &mut Vec<[String; 6]>) {
    let constraints = member.constraints();
    let mut notes = Vec::new();
    if constraints.sensitive {
        notes.push("sensitive".to_owned());
    }
    if member.nullable() {
        notes.push("nullable".to_owned());
    }
    if let Some(default) = member.default() {
        notes.push(format!("default {default}"));
    }
    if !constraints.values.is_empty() {
        notes.push(format!("one of {}", constraints.values.join(", ")));
    }
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    rows.push([
        escape(path.as_bytes()),
        member.target().kind().name().to_owned(),
        if member.required() { "required" } else { "-" }.to_owned(),
        or_dash(constraints.length.map(|length| length.to_string())),
        or_dash(constraints.pattern.as_ref().map(|pattern| shown(pattern.unanchored()))),
        escape(notes.join(", ").as_bytes()),
    ]);
    for inner in member.target().members() {
        push_rows(inner, &format!("{path}.{}", inner.name()), rows);
    }
}

fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<_> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, " {cell:width$} ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
