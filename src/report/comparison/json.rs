//! A comparison as JSON.
//!
//! | member | what it holds |
//! |---|---|
//! | `schema_version` | [`COMPARISON_VERSION`] |
//! | `runs` | `name`, `subject`, `endpoint`, `seed`, `incomplete`, `score` of each, in the order given |
//! | `groups` | `group`, and under `runs` for each run `passed` and `applicable` |
//! | `steps` | for each two runs that follow one another `from` and `to` (positions, from 0), `counts` by kind of change, and `changes` |
//! | `flaky` | `case`, and `verdicts` in each run, of what went back and forth |
//! | `notes` | what makes the runs hard to compare |
//!
//! An entry of `changes` holds `case`, `change`, the verdicts `before` and `after` (`null` where the case is not there) and
//! `detail`.

use super::{Change, ChangeKind, Compared, Comparison, Step};
use crate::event::{CaseReport, Verdict};
use crate::report::json as report_json;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The version of the format.
pub const COMPARISON_VERSION: u32 = 1;

/// Writes the comparison.
pub fn write_comparison_json(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    let groups: Vec<Value> =
        comparison.groups.iter().map(|(group, row)| json!({ "group": group, "runs": row })).collect();
    let flaky: Vec<Value> = comparison
        .flaky
        .iter()
        .map(|unsteady| {
            let names: Vec<_> = unsteady.verdicts.iter().map(|verdict| verdict.map(Verdict::name)).collect();
            json!({ "case": unsteady.case.as_str(), "verdicts": names })
        })
        .collect();
    let content = json!({
        "schema_version": COMPARISON_VERSION,
        "runs": comparison.runs.iter().map(run).collect::<Vec<_>>(),
        "groups": groups,
        "steps": comparison.steps.iter().map(step).collect::<Vec<_>>(),
        "flaky": flaky,
        "notes": comparison.notes,
    });
    report_json::value(out, &content)?;
    writeln!(out)
}

fn run(Compared { name, run }: &Compared) -> Value {
    let header = run.header();
    json!({
        "name": name,
        "subject": header.map(|header| &header.subject),
        "endpoint": header.map(|header| &header.endpoint),
        "seed": header.map(|header| header.seed),
        "incomplete": run.incomplete(),
        "score": run.score(),
    })
}

fn step(step: &Step<'_>) -> Value {
    let counts: Map<String, Value> =
        ChangeKind::ALL.iter().map(|kind| (kind.name().to_owned(), step.count(*kind).into())).collect();
    json!({
        "from": step.from,
        "to": step.from + 1,
        "counts": counts,
        "changes": step.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change<'_>) -> Value {
    let verdict = |report: Option<&CaseReport>| report.map(|report| report.verdict.name());
    json!({
        "case": change.case.as_str(),
        "change": change.kind.name(),
        "before": verdict(change.before),
        "after": verdict(change.after),
        "detail": change.detail(usize::MAX),
    })
}
