//! The findings as text and as JSON.

use countersign::report::printable;
use countersign::secret_hash::HashForm;
use countersign::vectors::{Failure, Findings, FlagCount};
use serde_json::{Value, json as value};
use std::io::{self, Write};

/// How many failures of one flag are shown in the table; JSON has all of them.
const FAILURES_SHOWN: usize = 3;
/// How many characters of a failure the table shows.
const FOUND_CHARS_MAX: usize = 160;

/// One paragraph for each flag that was failed, then the counts.
pub(super) fn write_table(out: &mut dyn Write, subject: &str, findings: &Findings) -> io::Result<()> {
    writeln!(out, "{}\n", printable::line(subject))?;
    for count in &findings.flags {
        write_flag(out, count, findings)?;
    }
    let Findings { total, passed, acceptable, failures, .. } = findings;
    writeln!(
        out,
        "{passed} of {total} vectors passed, {acceptable} of them without anything attested; {} failed",
        failures.len()
    )
}

fn write_flag(out: &mut dyn Write, count: &FlagCount, findings: &Findings) -> io::Result<()> {
    let FlagCount { flag, note, tests } = count;
    writeln!(out, "{} ({}): {} failed", printable::line(flag), note.bug_type, tests.len())?;
    writeln!(out, "    {}", note.description)?;
    if let Some(effect) = &note.effect {
        writeln!(out, "    {effect}")?;
    }
    let of_flag = findings.failures.iter().filter(|failure| tests.contains(&failure.tc_id));
    for failure in of_flag.take(FAILURES_SHOWN) {
        let found = printable::line(&failure.found);
        writeln!(
            out,
            "    tcId {}: {}{}",
            failure.tc_id,
            printable::shortened(&found, FOUND_CHARS_MAX),
            looks_like(failure)
        )?;
    }
    if let Some(more) = tests.len().checked_sub(FAILURES_SHOWN).filter(|more| *more > 0) {
        writeln!(out, "    and {more} more")?;
    }
    writeln!(out)
}

fn looks_like(failure: &Failure) -> String {
    failure.form.map_or_else(String::new, |form| format!(" [{form}]"))
}

/// The same as JSON.
pub(super) fn json(subject: &str, findings: &Findings) -> Value {
    let flags: Vec<Value> = findings
        .flags
        .iter()
        .map(|count| {
            value!({
                "flag": count.flag,
                "bugType": count.note.bug_type,
                "description": count.note.description,
                "effect": count.note.effect,
                "links": count.note.links,
                "tests": count.tests,
            })
        })
        .collect();
    let failures: Vec<Value> = findings
        .failures
        .iter()
        .map(|failure| {
            value!({
                "tcId": failure.tc_id,
                "flags": failure.flags,
                "found": failure.found,
                "form": failure.form.map(HashForm::name),
            })
        })
        .collect();
    value!({
        "schema": 1,
        "checked": countersign::wire::escape(subject.as_bytes()),
        "total": findings.total,
        "passed": findings.passed,
        "acceptable": findings.acceptable,
        "failed": findings.failures.len(),
        "flags": flags,
        "failures": failures,
    })
}
