//! The matrix and the graph as JSON.
//!
//! `cells`: `path`, `state`, `second` (or null), and either `meaningless` (the reason) or `case`, `labels`, `expected`
//! (`effect`, `types`, `other_types`, `statuses`, `attestation`, `requirement`) and `got` (`verdict`, `answer`, `message`, `why`; null
//! where the case was not run). `precedence`: `pairs` (`case`, `first`, `second`, `reported`, `answer`, `attested`,
//! `agrees`), `edges` (`first`, `later`, `pairs`, `counts`, `attested`, `attested_pairs`, `contradicting`, `example`), `order` (layers of
//! kinds), `circle`, `aggregation` (`reports`, `pairs`, `both`, `one`, `attested`).

use super::precedence::{AttestedOrder, Edge, Pair, Precedence};
use super::table::{Expected, Got, Matrix, Slot};
use crate::case::{CaseId, Label};
use crate::generate::matrix::Content;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Writes table and graph.
pub fn write_json(out: &mut dyn Write, matrix: &Matrix) -> io::Result<()> {
    let document = json!({
        "subject": matrix.subject,
        "cells": matrix.slots.iter().map(cell).collect::<Vec<_>>(),
        "precedence": precedence(&matrix.precedence),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn cell(slot: &Slot) -> Value {
    let (path, state, second) = slot.place();
    let mut cell = json!({
        "path": path,
        "state": state.name(),
        "second": second.map(crate::generate::matrix::Second::name),
    });
    let rest = match &slot.cell.content {
        Content::Meaningless(reason) => json!({ "meaningless": reason }),
        Content::Case(case) => json!({
            "case": case.id.as_str(),
            "labels": case
                .labels
                .iter()
                .chain(case.singles.iter().map(|singles| &singles.label))
                .map(Label::as_str)
                .collect::<Vec<_>>(),
            "expected": slot.expected.as_ref().map(expected),
            "got": slot.got.as_ref().map(got),
        }),
    };
    if let (Value::Object(cell), Value::Object(rest)) = (&mut cell, rest) {
        cell.extend(rest);
    }
    cell
}

fn expected(expected: &Expected) -> Value {
    json!({
        "effect": expected.effect.name(),
        "types": expected.types,
        "other_types": expected.other_types,
        "statuses": expected.statuses,
        "attestation": expected.attestation.name(),
        "requirement": expected.requirement,
    })
}

fn got(got: &Got) -> Value {
    json!({
        "verdict": got.verdict.name(),
        "answer": got.answer.as_ref().map(|answer| answer.summary.as_str()),
        "message": got.answer.as_ref().and_then(|answer| answer.message.as_deref()),
        "why": got.why,
    })
}

fn precedence(precedence: &Precedence) -> Value {
    let told = precedence.aggregation;
    json!({
        "pairs": precedence.pairs.iter().map(pair).collect::<Vec<_>>(),
        "edges": precedence.edges.iter().map(edge).collect::<Vec<_>>(),
        "order": precedence.order,
        "circle": precedence.circle,
        "aggregation": {
            "reports": told.word(),
            "pairs": told.pairs,
            "both": told.both,
            "one": told.one,
            "attested": { "reports": "all", "attestation": "reported", "evidence": ["VAL-004", "VAL-011"] },
        },
    })
}

fn pair(pair: &Pair) -> Value {
    json!({
        "case": pair.case.as_str(),
        "first": pair.first,
        "second": pair.second,
        "reported": pair.reported.name(),
        "answer": pair.answer,
        "attested": attested(&pair.attested),
        "agrees": pair.attested.agrees(pair.reported),
    })
}

fn edge(edge: &Edge) -> Value {
    let counts: Map<String, Value> =
        edge.counts.iter().map(|(reported, count)| (reported.name().to_owned(), json!(count))).collect();
    json!({
        "first": edge.first,
        "later": edge.later,
        "pairs": edge.pairs(),
        "counts": counts,
        "attested": attested(&edge.attested),
        "attested_pairs": edge.attested_pairs,
        "contradicting": edge.contradicting.iter().map(CaseId::as_str).collect::<Vec<_>>(),
        "example": edge.example.as_str(),
    })
}

fn attested(order: &AttestedOrder) -> Value {
    match order {
        AttestedOrder::One { reported, attestation, evidence } => {
            json!({ "reported": reported.name(), "attestation": attestation.name(), "evidence": evidence })
        }
        AttestedOrder::Both { attestation, evidence } => {
            json!({ "reported": "both", "attestation": attestation.name(), "evidence": evidence })
        }
        AttestedOrder::Unattested => Value::Null,
    }
}
