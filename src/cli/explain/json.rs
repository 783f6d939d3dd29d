//! Explanations as JSON.

use super::{Subject, aspects, case as case_text};
use countersign::case::Case;
use countersign::requirement::{EvidenceRow, Requirement};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Writes the list of every requirement as an array.
pub(super) fn write_list(out: &mut dyn Write, subject: Subject<'_>) -> io::Result<()> {
    let requirements = subject.table.iter().map(|found| requirement(subject, found)).collect();
    write(out, &Value::Array(requirements))
}

/// Writes a value over several lines.
pub(super) fn write(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    // JSON leaves DEL, C1 controls and bidirectional marks as they are; a terminal must not get them.
    for c in text.chars() {
        let unsafe_to_print = c != '\n'
            && countersign::wire::escape(c.encode_utf8(&mut [0; 4]).as_bytes()).len() > c.len_utf8();
        if unsafe_to_print && c != '\\' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        } else {
            write!(out, "{c}")?;
        }
    }
    writeln!(out)
}

pub(super) fn requirement(subject: Subject<'_>, found: &Requirement) -> Value {
    let mut accepted = Map::new();
    for line in aspects::lines(found) {
        let aspect = json!({
            "accept": line.accepted,
            "attestation": line.attestation.name(),
            "evidence": line.evidence,
        });
        accepted.insert(line.name.to_owned(), aspect);
    }
    let conflicts: Vec<Value> = found
        .conflicts
        .iter()
        .map(|conflict| json!({ "says": conflict.says, "evidence": conflict.evidence }))
        .collect();
    let cases: Vec<&str> = subject.cases_of(found).iter().map(|case| case.id.as_str()).collect();
    json!({
        "id": found.id.0,
        "sentence": found.sentence,
        "member": found.member,
        "layer": found.layer.name(),
        "stage": found.stage.name(),
        "since": found.since,
        "effect": found.effect.name(),
        "labels": found.labels,
        "evidence": found.evidence,
        "accepted": accepted,
        "conflicts": conflicts,
        "no_case": found.no_case,
        "cases": cases,
    })
}

pub(super) fn row(subject: Subject<'_>, found: &EvidenceRow) -> Value {
    let citing: Vec<&str> = subject
        .table
        .iter()
        .filter(|requirement| requirement.cited().any(|id| id == found.id))
        .map(|requirement| requirement.id.0.as_str())
        .collect();
    let left_out = subject.table.left_out().find(|left_out| left_out.row == found.id);
    json!({
        "id": found.id,
        "condition": found.condition,
        "status": found.status,
        "type": found.error_type,
        "message": found.message_template,
        "note": found.note,
        "attestation": found.attestation,
        "source": found.source,
        "cited_by": citing,
        "left_out": left_out.map(|left_out| left_out.reason.as_str()),
    })
}

pub(super) fn case(subject: Subject<'_>, found: &Case) -> Value {
    let steps: Vec<Value> = found
        .steps
        .iter()
        .map(|step| {
            let labels: Vec<&str> = step.labels.iter().map(countersign::case::Label::as_str).collect();
            let governing = step.labels.iter().flat_map(|label| subject.table.governing(label));
            let mut requirements: Vec<&str> =
                governing.map(|requirement| requirement.id.0.as_str()).collect();
            requirements.dedup();
            json!({
                "labels": labels,
                "requirements": requirements,
                "request": case_text::request_lines(&step.request),
            })
        })
        .collect();
    let twin = found.twin.as_ref().map(|twin| {
        json!({
            "state": twin.fixture.as_ref().map(case_text::fixture),
            "request": case_text::request_lines(&twin.request),
        })
    });
    json!({
        "id": found.id.as_str(),
        "layer": found.layer.name(),
        "origin": found.origin.name(),
        "state": case_text::fixture(&found.fixture),
        "steps": steps,
        "twin": twin,
    })
}
