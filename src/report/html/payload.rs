//! What the script of a page reads: one object of compact JSON, in which every text stands once.
//!
//! A number in it is, unless told otherwise, that of an element of another list, from 0.
//!
//! | member | what it holds |
//! |---|---|
//! | `texts` | texts |
//! | `blocks` | longer texts as numbers of their parts |
//! | `verdicts` | `[name, sign]` of every verdict, worst first |
//! | `runs` | `[subject, before, after, seed]` of every run, as texts: a case is sent again with what stands before its id, the id in quotes, what stands after it, and the seed; all three are empty where it cannot be |
//! | `layers` | the layers by name |
//! | `requirements` | `[id, sentence, area]` |
//! | `evidence` | `[id, attestation, condition, source, note]`; `[id]` alone where the row is not known |
//! | `mismatches` | `[requirement, aspect text, attestation text, 1 if it is a failure rather than a warning, [evidence], expected text, got text]` |
//! | `cases` | `[id, layer, [label texts], [requirements], [entries], curl block, id in quotes, steps]`, the last three only where needed: the curl command is that of the last step |
//!
//! There is one entry for each run: `null`, or `[verdict, 1 if scored, answer text, state block, [mismatches], reason
//! text, exchanges, seed]`, cut after the last that is not null. The exchanges are `[role text, request block, response
//! block]` each, or `0` where they were left out because the page holds too many texts already. The seed is that of a later round.

use super::HtmlContext;
use super::mark::mark;
use super::tally::area;
use super::texts::Texts;
use crate::case::{CaseId, Label, Layer};
use crate::event::{CaseReport, ExchangeView, Mismatch, Verdict};
use crate::report::aggregate::severity;
use crate::report::json::write_fragment;
use crate::report::terminal::{Section, SendAgain, gate_of, section};
use crate::report::{CaseRecord, Run, printable, shell};
use crate::requirement::{EvidenceRow, RequirementId};
use crate::wire;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

/// Writes the object, in a form that can stand inside a `script` element.
pub(super) fn write_payload(runs: &[&Run], context: &HtmlContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    let payload = Writer::new(context).payload(runs);
    let mut serializer = serde_json::Serializer::with_formatter(out, Inert);
    payload.serialize(&mut serializer).map_err(io::Error::from)
}

/// JSON whose strings can neither end the element around it nor start another, nor move a cursor.
struct Inert;

impl serde_json::ser::Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_fragment(writer, fragment, |c| matches!(c, '<' | '>' | '&') || wire::is_unsafe_to_print(c))
    }
}

#[derive(Serialize)]
struct Payload {
    verdicts: Vec<(&'static str, &'static str)>,
    layers: Vec<&'static str>,
    runs: Vec<[String; 4]>,
    requirements: Vec<[String; 3]>,
    evidence: Vec<Vec<String>>,
    mismatches: Vec<Value>,
    cases: Vec<Value>,
    texts: Vec<String>,
    blocks: Vec<Vec<usize>>,
}

/// Values without doubles, numbered from 0.
struct Numbered<T> {
    numbers: HashMap<String, usize>,
    values: Vec<T>,
}

impl<T> Numbered<T> {
    fn new() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }

    /// The number of the value with this key, which is made if it is new.
    fn number(&mut self, key: &str, make: impl FnOnce() -> T) -> usize {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = self.values.len();
        self.numbers.insert(key.to_owned(), number);
        self.values.push(make());
        number
    }
}

struct Writer<'a> {
    context: &'a HtmlContext<'a>,
    verdicts: Vec<Verdict>,
    texts: Texts,
    requirements: Numbered<[String; 3]>,
    evidence: Numbered<Vec<String>>,
    mismatches: Numbered<Value>,
}

/// The records of one case id, one for each run.
type Row<'r> = Vec<Option<&'r CaseReport>>;

impl<'a> Writer<'a> {
    fn new(context: &'a HtmlContext<'a>) -> Self {
        Self {
            context,
            verdicts: worst_first(),
            texts: Texts::default(),
            requirements: Numbered::new(),
            evidence: Numbered::new(),
            mismatches: Numbered::new(),
        }
    }

    fn payload(mut self, runs: &[&Run]) -> Payload {
        let rows = rows(runs);
        let mut entries: BTreeMap<(usize, usize), Vec<Value>> = BTreeMap::new();
        for ((at, position), report) in reports(&rows) {
            entries.insert((at, position), self.entry(runs.get(position).copied(), report));
        }
        // The worst first: if texts run out, then those of the least interest.
        let mut by_interest = reports(&rows);
        by_interest.sort_by_key(|(_, report)| std::cmp::Reverse(severity(report.verdict)));
        for (place, report) in by_interest {
            let exchanges = self.exchanges(&report.exchanges);
            if let Some(slot) = entries.get_mut(&place).and_then(|entry| entry.get_mut(EXCHANGES_AT)) {
                *slot = exchanges;
            }
        }
        let cases = rows.iter().enumerate().map(|(at, row)| {
            let of_run = |position| entries.remove(&(at, position)).map_or(Value::Null, cut);
            let of_runs: Vec<Value> = (0..row.len()).map(of_run).collect();
            self.case(row, &of_runs)
        });
        let cases = cases.collect();
        let (texts, blocks) = self.texts.into_parts();
        Payload {
            verdicts: self.verdicts.iter().map(|verdict| (verdict.name(), mark(*verdict))).collect(),
            layers: Layer::ALL.iter().map(|layer| layer.name()).collect(),
            runs: runs.iter().map(|run| run_row(run)).collect(),
            requirements: self.requirements.values,
            evidence: self.evidence.values,
            mismatches: self.mismatches.values,
            cases,
            texts,
            blocks,
        }
    }

    fn case(&mut self, row: &Row<'_>, entries: &[Value]) -> Value {
        let Some(report) = row.iter().flatten().next() else { return Value::Null };
        let id = printable::line(report.id.as_str()).into_owned();
        let labels: Vec<usize> = report.labels.iter().map(|label| self.texts.field(label.as_str())).collect();
        let requirements: Vec<usize> = report.requirements.iter().map(|id| self.requirement(id)).collect();
        let is_passed = row.iter().flatten().all(|report| report.verdict == Verdict::Pass);
        let curl = self.context.curl.filter(|_| !is_passed && !self.texts.is_full());
        let curl = curl.and_then(|curl| curl(&report.id));
        let steps = curl.as_ref().map(|line| line.steps).filter(|steps| *steps > 1);
        let curl = curl.map(|line| self.texts.block(&line.command, CURL_SEPARATOR));
        let quoted = Some(shell::quote(report.id.as_str().as_bytes())).filter(|quoted| *quoted != id);
        let parts =
            [json!(id), json!(layer(report.layer)), json!(labels), json!(requirements), json!(entries)];
        cut(parts.into_iter().chain([json!(curl), json!(quoted), json!(steps)]).collect())
    }

    /// An entry without its exchanges.
    fn entry(&mut self, run: Option<&Run>, report: &CaseReport) -> Vec<Value> {
        let header = run.and_then(Run::header);
        let verdict = self.verdicts.iter().position(|verdict| *verdict == report.verdict);
        let answer = report.answer.as_ref().map(|answer| self.texts.field(answer));
        let state: Vec<String> = report
            .state
            .iter()
            .map(|(name, value)| printable::line(&format!("{name} = {value}")).into_owned())
            .collect();
        let state = (!state.is_empty()).then(|| self.texts.block(&state.join("\n"), "\n"));
        let gate = gate_of(header);
        let mismatches: Vec<usize> = report
            .mismatches
            .iter()
            .map(|mismatch| {
                let fails = section(report, mismatch, gate) == Some(Section::Gating);
                self.mismatch(mismatch, fails)
            })
            .collect();
        let reason = report.reason.as_ref().map(|reason| self.texts.field(reason));
        let seed = header.filter(|_| report.round != 0).and_then(SendAgain::of).and_then(|again| again.seed);
        let seed = seed.map(|seed| seed.round(report.round));
        vec![
            json!(verdict),
            json!(u8::from(report.scored)),
            json!(answer),
            json!(state),
            if mismatches.is_empty() { Value::Null } else { json!(mismatches) },
            json!(reason),
            Value::Null,
            json!(seed.map(|seed| seed.to_string())),
        ]
    }

    fn exchanges(&mut self, exchanges: &[ExchangeView]) -> Value {
        if exchanges.is_empty() {
            return Value::Null;
        }
        if self.texts.is_full() {
            return json!(0);
        }
        let rows = exchanges.iter().map(|view| {
            let role = self.texts.field(&view.role);
            json!([role, self.texts.block(&view.request, "\n"), self.texts.block(&view.response, "\n")])
        });
        rows.collect()
    }

    fn mismatch(&mut self, mismatch: &Mismatch, fails: bool) -> usize {
        let requirement = self.requirement(&mismatch.requirement);
        let evidence: Vec<usize> = mismatch.evidence.iter().map(|id| self.evidence(id)).collect();
        let (expected, got) = (self.texts.field(&mismatch.expected), self.texts.field(&mismatch.got));
        let row = json!([
            requirement,
            self.texts.field(mismatch.aspect.name()),
            self.texts.field(mismatch.attestation.name()),
            u8::from(fails),
            evidence,
            expected,
            got,
        ]);
        self.mismatches.number(&row.to_string(), || row.clone())
    }

    fn requirement(&mut self, id: &RequirementId) -> usize {
        let sentence = self.context.sentence;
        self.requirements.number(&id.0, || [shown(&id.0), shown(&sentence(id)), shown(area(id))])
    }

    fn evidence(&mut self, id: &str) -> usize {
        let evidence = self.context.evidence;
        self.evidence.number(id, || evidence(id).map_or_else(|| vec![shown(id)], |row| evidence_row(&row)))
    }
}

/// What joins the parts of a curl command: its flags are the same from case to case.
const CURL_SEPARATOR: &str = " -";

/// Where the exchanges stand in an entry.
const EXCHANGES_AT: usize = 6;

fn shown(text: &str) -> String {
    printable::line(text).into_owned()
}

fn evidence_row(row: &EvidenceRow) -> Vec<String> {
    [&row.id, &row.attestation, &row.condition, &row.source, &row.note].map(|text| shown(text)).to_vec()
}

fn run_row(run: &Run) -> [String; 4] {
    let subject = run.header().map_or_else(String::new, |header| shown(&header.subject));
    let Some(SendAgain { before, after, seed }) = run.header().and_then(SendAgain::of) else {
        return [subject, String::new(), String::new(), String::new()];
    };
    [subject, before, after, seed.map_or_else(String::new, |seed| seed.to_string())]
}

fn layer(layer: Layer) -> Option<usize> {
    Layer::ALL.iter().position(|known| *known == layer)
}

/// Every verdict, the worst first.
pub(super) fn worst_first() -> Vec<Verdict> {
    let mut verdicts = Verdict::ALL.to_vec();
    verdicts.sort_by_key(|verdict| std::cmp::Reverse(severity(*verdict)));
    verdicts
}

/// The values up to the last that says something.
fn cut(mut values: Vec<Value>) -> Value {
    while values.last().is_some_and(Value::is_null) {
        values.pop();
    }
    Value::Array(values)
}

/// What the records of a row have in common.
type Facts<'r> = (&'r CaseId, Layer, &'r [Label], &'r [RequirementId]);

/// The cases of all runs: in the order of the first run, then those that only a later one has. A case of which two
/// versions of the suite say different things stands there twice.
fn rows<'r>(runs: &[&'r Run]) -> Vec<Row<'r>> {
    let mut rows: Vec<Row<'r>> = Vec::new();
    let mut by_facts: HashMap<Facts<'r>, usize> = HashMap::new();
    for (position, run) in runs.iter().enumerate() {
        for CaseRecord { report, .. } in run.cases() {
            let facts = (&report.id, report.layer, report.labels.as_slice(), report.requirements.as_slice());
            let at = *by_facts.entry(facts).or_insert_with(|| {
                rows.push(vec![None; runs.len()]);
                rows.len() - 1
            });
            if let Some(slot) = rows.get_mut(at).and_then(|row| row.get_mut(position)) {
                *slot = Some(report);
            }
        }
    }
    rows
}

/// Every report with the numbers of its row and run.
fn reports<'r>(rows: &[Row<'r>]) -> Vec<((usize, usize), &'r CaseReport)> {
    let of_row = |(at, row): (usize, &Row<'r>)| {
        let reports: Vec<_> = row.iter().enumerate().collect();
        reports
            .into_iter()
            .filter_map(move |(position, report)| report.map(|report| ((at, position), report)))
            .collect::<Vec<_>>()
    };
    rows.iter().enumerate().flat_map(of_row).collect()
}
