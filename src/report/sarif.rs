//! The report as SARIF 2.1.0 (OASIS), for code scanning.
//!
//! | SARIF | what it holds |
//! |---|---|
//! | `rules` | the requirements that results speak of: sentence, effect, sources |
//! | `results` | one for each case and each requirement that it breaks |
//! | `level` | `error` for what fails the run and for stale entries, `warning` for what is attested as `reported` or better and does not, `note` for the rest |
//! | `suppressions` | on results of known failures |
//! | `artifacts` | the last request of each such case as text, under the name `countersign/CASE` |
//! | `invocations` | how the run was called; what made it incomplete or inconclusive, what is wrong with the list of known failures, in how many cases the state was not judged |
//! | `automationDetails.id` | `countersign/SUBJECT/`, so that several subjects stand side by side |
//!
//! No file of the subject's source is known. GitHub shows only results with a physical location, so each points at line 1 of
//! the embedded request: a name to sort by, and no file of the repository. The case is its logical location.
//!
//! `partialFingerprints` are made of the requirement and the case alone: a result keeps its identity when the answer, the
//! seed or the version of the subject changes. GitHub reads `primaryLocationLineHash` and would hash a file otherwise.

use super::terminal::{Section, gate_of, not_judged_in, reproduction, section};
use super::{CaseRecord, Context, RuleText, Run, Score, json, printable};
use crate::event::{CaseReport, Mismatch, RunHeader, Verdict};
use crate::requirement::{Attestation, RequirementId};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The largest number of results: GitHub refuses a file with more. The rest is counted in a notification.
pub const RESULTS_MAX: usize = 25_000;

/// The longest message of a result or text of a request, in characters.
const TEXT_CHARACTERS_MAX: usize = 8192;

/// The number of notifications about inconclusive cases, and about the list of known failures.
const NOTIFICATIONS_MAX: usize = 100;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the report.
pub fn write_sarif(run: &Run, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let mut log = Log::default();
    let gate = gate_of(run.header());
    for CaseRecord { report, .. } in run.cases() {
        log.add(report, gate, run.header());
    }
    let rules: Vec<Value> = log.rules.iter().map(|id| rule(id, context.rules.get(*id))).collect();
    let version = run.header().map_or("", |header| header.countersign.as_str());
    let Score { passed, applicable, total } = run.score();
    let mut scan = json!({
        "tool": { "driver": { "name": "Countersign", "version": line(version), "rules": rules } },
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation(run, &log)],
        "artifacts": log.artifacts,
        "results": log.results,
        "properties": { "score": { "passed": passed, "applicable": applicable, "total": total } },
    });
    if let (Some(header), Some(object)) = (run.header(), scan.as_object_mut()) {
        let name = header.subject.split_whitespace().next().unwrap_or("subject");
        object.insert("automationDetails".to_owned(), json!({ "id": format!("countersign/{}/", uri(name)) }));
    }
    json::value(out, &json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [scan] }))?;
    writeln!(out)
}

/// What is gathered case by case.
#[derive(Default)]
struct Log<'r> {
    /// In the order of their first result.
    rules: Vec<&'r RequirementId>,
    index: BTreeMap<&'r RequirementId, usize>,
    artifacts: Vec<Value>,
    results: Vec<Value>,
    left_out: usize,
}

impl<'r> Log<'r> {
    fn add(&mut self, report: &'r CaseReport, gate: Option<Attestation>, header: Option<&RunHeader>) {
        let mut broken: BTreeMap<&RequirementId, Vec<&'r Mismatch>> = BTreeMap::new();
        for mismatch in &report.mismatches {
            broken.entry(&mismatch.requirement).or_default().push(mismatch);
        }
        // A listed failure that holds no longer because the case passes breaks no requirement.
        let governed =
            report.requirements.first().filter(|_| report.verdict == Verdict::Stale && broken.is_empty());
        if let Some(id) = governed {
            broken.insert(id, Vec::new());
        }
        let mut artifact = None;
        for (id, mismatches) in broken {
            let Some(level) = level(report, &mismatches, gate) else { continue };
            if self.results.len() >= RESULTS_MAX {
                self.left_out += 1;
                continue;
            }
            let artifact = *artifact.get_or_insert_with(|| {
                self.artifacts.push(embedded(report));
                self.artifacts.len() - 1
            });
            let rule = *self.index.entry(id).or_insert_with(|| {
                self.rules.push(id);
                self.rules.len() - 1
            });
            self.results.push(result(report, (id, rule), level, (&mismatches, artifact), header));
        }
    }
}

/// The level of one result; `None` where the verdict makes none of it.
fn level(report: &CaseReport, mismatches: &[&Mismatch], gate: Option<Attestation>) -> Option<&'static str> {
    let below = || {
        let is_warning = |mismatch: &&Mismatch| mismatch.attestation <= Attestation::Reported;
        if mismatches.iter().any(is_warning) { "warning" } else { "note" }
    };
    match report.verdict {
        Verdict::Mismatch => {
            let fails = |mismatch: &&Mismatch| section(report, mismatch, gate) == Some(Section::Gating);
            Some(if mismatches.iter().any(fails) { "error" } else { below() })
        }
        Verdict::Stale => Some("error"),
        Verdict::Known | Verdict::Advisory => Some(below()),
        Verdict::Pass | Verdict::Observed | Verdict::Uncovered | Verdict::Inconclusive => None,
    }
}

fn result(
    report: &CaseReport,
    (id, rule): (&RequirementId, usize),
    level: &str,
    (mismatches, artifact): (&[&Mismatch], usize),
    header: Option<&RunHeader>,
) -> Value {
    let case = report.id.as_str();
    let fingerprint = fingerprint(id, report);
    let mut result = json!({
        "ruleId": line(&id.0),
        "ruleIndex": rule,
        "kind": "fail",
        "level": level,
        "message": { "text": message(report, mismatches, header) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": artifact_uri(report), "index": artifact },
                "region": { "startLine": 1 },
            },
            "logicalLocations": [{ "fullyQualifiedName": line(case), "kind": "case" }],
        }],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{fingerprint}:1"),
            "countersign/v1": fingerprint,
        },
        "properties": {
            "verdict": report.verdict.name(),
            "labels": report.labels.iter().map(|label| line(label.as_str())).collect::<Vec<_>>(),
        },
    });
    if let (Verdict::Known, Some(object)) = (report.verdict, result.as_object_mut()) {
        let reason = report.reason.as_deref().unwrap_or("listed among the known failures");
        object.insert(
            "suppressions".to_owned(),
            json!([{ "kind": "external", "justification": line(reason) }]),
        );
    }
    result
}

/// The identity of a result over all runs.
fn fingerprint(id: &RequirementId, report: &CaseReport) -> String {
    let digest = Sha256::digest(format!("{}\n{}", id.0, report.id.as_str()).as_bytes());
    digest.iter().take(16).fold(String::new(), |mut out, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn message(report: &CaseReport, mismatches: &[&Mismatch], header: Option<&RunHeader>) -> String {
    let mut out = report.id.as_str().to_owned();
    if let Some(answer) = &report.answer {
        let _ = write!(out, " was answered {answer}");
    }
    for mismatch in mismatches {
        let Mismatch { aspect, attestation, evidence, expected, got, .. } = mismatch;
        let rows = evidence.join(", ");
        let _ = write!(out, "\n{aspect}: expected {expected}, got {got} ({attestation}; {rows})");
    }
    if let Some(reason) = &report.reason {
        let _ = write!(out, "\n{reason}");
    }
    if let Some(command) = reproduction(header, report) {
        let _ = write!(out, "\nreproduce: {command}");
    }
    unlinked(&block(&out))
}

/// `text` as the text of a message, in which none of it is a link: SARIF reads `[text](address)` as one unless a backslash
/// stands before the bracket.
fn unlinked(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The name of the embedded request.
fn artifact_uri(report: &CaseReport) -> String {
    format!("countersign/{}", uri(report.id.as_str()))
}

/// The last request of the case itself; its twin and the other form come after it.
fn embedded(report: &CaseReport) -> Value {
    let own = report.exchanges.iter().rfind(|view| view.role.starts_with("step"));
    let request = own.or(report.exchanges.first()).map_or("(not recorded)", |view| view.request.as_str());
    json!({
        "location": { "uri": artifact_uri(report) },
        "mimeType": "text/plain",
        "contents": { "text": block(request) },
    })
}

fn rule(id: &RequirementId, text: Option<&RuleText>) -> Value {
    let Some(RuleText { sentence, effect, sources }) = text else {
        let unknown = "This version does not know the requirement.";
        return json!({
            "id": line(&id.0),
            "shortDescription": { "text": unknown },
            "fullDescription": { "text": unknown },
            "help": { "text": unknown },
        });
    };
    // What an SDK is checked for speaks of no request to a server, and cites in each finding.
    let sources_follow =
        if sources.is_empty() { String::new() } else { format!("Such a request is {effect}. Sources:\n") };
    let mut help = format!("{sentence}\n\n{sources_follow}");
    let mut markdown = format!("{}\n\n{sources_follow}\n", super::markdown::words(sentence));
    for source in sources {
        let _ =
            writeln!(help, "{} ({}): {}; from {}", source.id, source.attestation, source.says, source.origin);
        let _ = writeln!(
            markdown,
            "- {} ({}): {}; from {}",
            super::markdown::code(&source.id),
            super::markdown::words(&source.attestation),
            super::markdown::words(&source.says),
            super::markdown::code(&source.origin)
        );
    }
    let _ = write!(help, "\nMore: countersign explain {}", id.0);
    let _ = write!(markdown, "\nMore: {}\n", super::markdown::code(&format!("countersign explain {}", id.0)));
    json!({
        "id": line(&id.0),
        "shortDescription": { "text": line(sentence) },
        "fullDescription": { "text": line(sentence) },
        "help": { "text": block(&help), "markdown": markdown },
        "defaultConfiguration": { "level": "error" },
        "properties": { "evidence": sources.iter().map(|source| line(&source.id)).collect::<Vec<_>>() },
    })
}

fn invocation(run: &Run, log: &Log<'_>) -> Value {
    let mut notifications = Vec::new();
    let mut notify = |level: &str, text: &str| {
        notifications.push(json!({ "level": level, "message": { "text": unlinked(&line(text)) } }));
    };
    if let Some(reason) = run.incomplete() {
        notify("error", &format!("the run is incomplete: {reason}"));
    }
    let problems = run.known_problems();
    for problem in problems.iter().take(NOTIFICATIONS_MAX) {
        notify("error", problem);
    }
    if problems.len() > NOTIFICATIONS_MAX {
        let rest = problems.len() - NOTIFICATIONS_MAX;
        notify("error", &format!("{rest} more problems of the list of known failures"));
    }
    if log.left_out > 0 {
        notify("error", &format!("{} results beyond {RESULTS_MAX} are left out", log.left_out));
    }
    let cases = run.cases();
    let open: Vec<_> = cases.iter().filter(|case| case.report.verdict == Verdict::Inconclusive).collect();
    for CaseRecord { report, .. } in open.iter().take(NOTIFICATIONS_MAX) {
        let reason = report.reason.as_deref().unwrap_or("no reason was given");
        notify("warning", &format!("{} is inconclusive: {reason}", report.id));
    }
    if open.len() > NOTIFICATIONS_MAX {
        notify("warning", &format!("{} cases more are inconclusive", open.len() - NOTIFICATIONS_MAX));
    }
    if let Some(state) = run.state_not_judged() {
        notify("note", &format!("state {}: {}", not_judged_in(state), state.reason));
    }
    let mut invocation = json!({
        "executionSuccessful": run.incomplete().is_none() && problems.is_empty(),
        "toolExecutionNotifications": notifications,
    });
    if let (Some(header), Some(object)) = (run.header(), invocation.as_object_mut()) {
        if !header.is_captured() {
            let run = if header.sdk_flags().is_some() { "" } else { "run " };
            let command = format!("countersign {run}{}", header.invocation);
            object.insert("commandLine".to_owned(), line(command.trim_end()).into());
        }
        let facts = json!({
            "subject": line(&header.subject), "endpoint": line(&header.endpoint), "model": line(&header.revision),
            "gate": line(&header.gate), "seed": header.seed.to_string(),
        });
        object.insert("properties".to_owned(), facts);
    }
    invocation
}

fn line(text: &str) -> String {
    printable::shortened(&printable::line(text), TEXT_CHARACTERS_MAX).into_owned()
}

fn block(text: &str) -> String {
    printable::shortened(&printable::block(text), TEXT_CHARACTERS_MAX).into_owned()
}

/// `text` as the path of a URI: whatever is not unreserved is percent-encoded, and no part of it is `.` or `..`.
fn uri(text: &str) -> String {
    let mut out = String::new();
    for part in text.split('/') {
        if !out.is_empty() {
            out.push('/');
        }
        if part.is_empty() || part.bytes().all(|byte| byte == b'.') {
            out.push('_');
        }
        for byte in part.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    out.push(char::from(byte));
                }
                byte => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_stays_in_its_folder() {
        assert_eq!(uri("code/wrong-public"), "code/wrong-public");
        assert_eq!(uri("../a b/<x>/./"), "_../a%20b/%3Cx%3E/_./_");
    }
}
