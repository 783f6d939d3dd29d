//! The report as JSON, byte for byte the same for the same run apart from `timing`.
//!
//! One object. `schema_version` changes when a member is renamed, removed or changes its meaning; new members may
//! appear without that.
//!
//! | member | what it holds |
//! |---|---|
//! | `schema_version` | [`SCHEMA_VERSION`] |
//! | `header` | [`RunHeader`](crate::event::RunHeader), member by member; `null` where the run never started |
//! | `incomplete` | why the run ended before its last case; `null` for a complete run |
//! | `score` | `passed`, `applicable`, `total` as [`Score`](super::Score) defines them |
//! | `verdicts` | the number of case ids by worst verdict |
//! | `executions` | the number of executions by verdict, over all rounds |
//! | `known_problems` | what is wrong with the list of known failures by itself, each with file and line; left out where nothing is |
//! | `state_not_judged` | `cases`, how many were judged without the state after them, and `reason`, why the subject cannot be asked for it; left out where there are none |
//! | `unrecorded` | executions without an entry under `cases` (more than [`CASE_IDS_MAX`](super::CASE_IDS_MAX) ids) |
//! | `cases` | one entry for each case id, in the order of the suite |
//! | `timing` | times, in nanoseconds and requests: the only member that differs between two runs of one seed; `null` where they are left out |
//!
//! An entry under `cases` holds `id`, `index` (its place in the suite of the whole run, from 0), `layer`, `requirements`, `labels`, `verdict` (the worst over all rounds),
//! `scored`, `round` (the round that the rest speaks of), `mismatches` (`requirement`, `aspect`, `attestation`,
//! `evidence`, `expected`, `got`), `known` (the mismatches that are listed among the known failures: `requirement`, `aspect`,
//! `got`, and of the entry `place`, `reason`, `link`; left out where there are none), `reason`, `answer`, `state`, `exchanges` (`role`, `request`, `response`), and
//! `rounds`, the number of rounds by verdict.
//!
//! Control, format and reordering characters are written as `\uXXXX`, so that the file can be shown on a terminal.

use super::{CaseRecord, Run, VerdictCounts};
use crate::event::{ExchangeView, Listed, Mismatch, Timing};
use crate::wire;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

/// The version of the format.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes the report, one case at a time and one case a line.
pub fn write_json(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\n\"schema_version\": {SCHEMA_VERSION},")?;
    member(out, "header", &run.header())?;
    member(out, "incomplete", &run.incomplete())?;
    member(out, "score", &run.score())?;
    member(out, "verdicts", &Counts(run.verdicts()))?;
    member(out, "executions", &Counts(run.executions()))?;
    if !run.known_problems().is_empty() {
        member(out, "known_problems", &run.known_problems())?;
    }
    if let Some(state) = run.state_not_judged() {
        member(out, "state_not_judged", state)?;
    }
    member(out, "unrecorded", &run.unrecorded())?;
    write!(out, "\"cases\": [")?;
    for (position, record) in run.cases().into_iter().enumerate() {
        write!(out, "{}", if position == 0 { "\n" } else { ",\n" })?;
        value(out, &Entry::new(record))?;
    }
    write!(out, "\n],\n\"timing\": ")?;
    value(out, &run.timing().map(Times::new))?;
    writeln!(out, "\n}}")
}

fn member(out: &mut dyn Write, name: &str, content: &impl Serialize) -> io::Result<()> {
    write!(out, "\"{name}\": ")?;
    value(out, content)?;
    writeln!(out, ",")
}

/// Writes compact JSON that is safe to show.
pub(super) fn value(out: &mut dyn Write, content: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Visible);
    content.serialize(&mut serializer).map_err(io::Error::from)
}

/// One value on a line of its own.
pub(super) fn line(out: &mut dyn Write, content: &impl Serialize) -> io::Result<()> {
    value(out, content)?;
    writeln!(out)
}

/// Compact JSON whose strings hold nothing that could move a cursor or reorder text.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_fragment(writer, fragment, wire::is_unsafe_to_print)
    }
}

/// The inside of a JSON string, in which every character that `is_unsafe` is written as `\uXXXX`.
pub(super) fn write_fragment<W: ?Sized + Write>(
    writer: &mut W,
    fragment: &str,
    is_unsafe: fn(char) -> bool,
) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = rest.find(is_unsafe) {
        let (plain, unsafe_text) = rest.split_at(at);
        writer.write_all(plain.as_bytes())?;
        let mut characters = unsafe_text.chars();
        if let Some(c) = characters.next() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        rest = characters.as_str();
    }
    writer.write_all(rest.as_bytes())
}

struct Counts(VerdictCounts);

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (verdict, count) in self.0.iter() {
            map.serialize_entry(verdict.name(), &count)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Entry<'r> {
    id: &'r str,
    index: usize,
    layer: &'static str,
    requirements: Vec<&'r str>,
    labels: Vec<&'r str>,
    verdict: &'static str,
    scored: bool,
    round: u64,
    mismatches: &'r [Mismatch],
    #[serde(skip_serializing_if = "<[Listed]>::is_empty")]
    known: &'r [Listed],
    reason: Option<&'r str>,
    answer: Option<&'r str>,
    state: &'r BTreeMap<String, String>,
    exchanges: &'r [ExchangeView],
    rounds: Counts,
}

impl<'r> Entry<'r> {
    fn new(record: &'r CaseRecord) -> Self {
        let report = &record.report;
        Self {
            id: report.id.as_str(),
            index: report.index,
            layer: report.layer.name(),
            requirements: report.requirements.iter().map(|id| id.0.as_str()).collect(),
            labels: report.labels.iter().map(crate::case::Label::as_str).collect(),
            verdict: report.verdict.name(),
            scored: report.scored,
            round: report.round,
            mismatches: &report.mismatches,
            known: &report.known,
            reason: report.reason.as_deref(),
            answer: report.answer.as_deref(),
            state: &report.state,
            exchanges: &report.exchanges,
            rounds: Counts(record.rounds),
        }
    }
}

#[derive(Serialize)]
struct Times {
    elapsed_ns: u64,
    first_request_ns: u64,
    requests: u64,
    latency_p50_ns: u64,
    latency_p99_ns: u64,
    latency_max_ns: u64,
}

impl Times {
    fn new(timing: Timing) -> Self {
        let ns = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self {
            elapsed_ns: ns(timing.elapsed),
            first_request_ns: ns(timing.first_request),
            requests: timing.requests,
            latency_p50_ns: ns(timing.latency_p50),
            latency_p99_ns: ns(timing.latency_p99),
            latency_max_ns: ns(timing.latency_max),
        }
    }
}
