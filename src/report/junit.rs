//! The report as `JUnit` XML: one test suite for each group of cases, one test case for each case id.
//!
//! | verdict | element |
//! |---|---|
//! | `pass` | a test case without a child |
//! | `advisory` | the same, the differences under `system-out` |
//! | `mismatch` | `failure`, its type the first requirement |
//! | `stale` | `failure` of type `stale` |
//! | `inconclusive` | `error` of type `inconclusive` |
//! | `known`, `uncovered`, `observed` | `skipped` with a message |
//!
//! An incomplete run ends in a test suite `countersign` whose one test case is an `error` that says why; one with a list of
//! known failures that is wrong by itself (expired, for no case, there twice) in one whose test case is a `failure` of type
//! `stale`. No times are written: the file of two runs of one seed is the same. It is valid by the schema of the Jenkins xUnit
//! plugin (`junit-10.xsd`).

use super::terminal::reproduction;
use super::{CaseRecord, Run, printable};
use crate::event::{CaseReport, Mismatch, RunHeader, Verdict};
use crate::wire;
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes the report.
pub fn write_junit(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("countersign");
    let mut suites: Vec<TestSuite> = Vec::new();
    for record in run.cases() {
        let group = text(record.report.id.group());
        let case = test_case(record, run.header());
        if let Some(suite) = suites.iter_mut().find(|suite| suite.name.as_str() == group) {
            suite.add_test_case(case);
        } else {
            let mut suite = TestSuite::new(group);
            add_properties(&mut suite, run.header());
            suite.add_test_case(case);
            suites.push(suite);
        }
    }
    if let Some(reason) = run.incomplete() {
        suites.push(incomplete(reason));
    }
    suites.extend(problems_of_list(run.known_problems()));
    report.add_test_suites(suites);
    let text = report.to_string().map_err(io::Error::other)?;
    let (before, after) = around_skipped_total(&text);
    out.write_all(before.as_bytes())?;
    out.write_all(after.as_bytes())
}

/// The text without the attribute `skipped` of the outermost element: quick-junit writes it, and the schemas of Jenkins and
/// Ant refuse it there. Nothing before it is made of anything but fixed words and figures.
fn around_skipped_total(text: &str) -> (&str, &str) {
    let head = text.find("<testsuite ").map_or(text, |end| text.split_at(end).0);
    let found = head.find(" skipped=\"").and_then(|start| {
        let (before, rest) = text.split_at(start);
        let (_, after) = rest.split_once("=\"")?;
        Some((before, after.split_once('"')?.1))
    });
    found.unwrap_or((text, ""))
}

/// `content` without anything that XML 1.0 cannot carry or that quick-junit drops in silence: it is shown as an escape
/// instead.
fn text(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    for c in printable::block(content).chars() {
        if matches!(c, '\u{fffe}' | '\u{ffff}') {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    debug_assert!(!out.contains(|c| c != '\n' && wire::is_unsafe_to_print(c)));
    out
}

fn add_properties(suite: &mut TestSuite, header: Option<&RunHeader>) {
    let Some(header) = header else { return };
    let properties = [
        ("countersign", &header.countersign),
        ("subject", &header.subject),
        ("endpoint", &header.endpoint),
        ("revision", &header.revision),
        ("gate", &header.gate),
        ("seed", &header.seed.to_string()),
    ];
    suite.add_properties(properties.map(|(name, value)| Property::new(name, text(value))));
}

fn incomplete(reason: &str) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("incomplete").set_message(text(reason));
    let mut suite = TestSuite::new("countersign");
    suite.add_test_case(TestCase::new("the run is complete", status));
    suite
}

/// What is wrong with the list of known failures fails the run as well.
fn problems_of_list(problems: &[String]) -> Option<TestSuite> {
    let first = problems.first()?;
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type("stale").set_message(text(first)).set_description(text(&problems.join("\n")));
    let mut suite = TestSuite::new("countersign");
    suite.add_test_case(TestCase::new("the list of known failures holds", status));
    Some(suite)
}

fn test_case(record: &CaseRecord, header: Option<&RunHeader>) -> TestCase {
    let report = &record.report;
    let mut case = TestCase::new(text(report.id.as_str()), status(report, header));
    case.set_classname(text(report.id.group()));
    if report.verdict == Verdict::Advisory {
        case.set_system_out(text(&differences(&report.mismatches)));
    }
    case
}

fn status(report: &CaseReport, header: Option<&RunHeader>) -> TestCaseStatus {
    let reason = report.reason.as_deref();
    let failed = |kind, class: &str, message: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status
            .set_type(text(class))
            .set_message(text(message))
            .set_description(text(&description(report, header)));
        status
    };
    let skipped = |message: &str| {
        let mut status = TestCaseStatus::skipped();
        status.set_type(report.verdict.name()).set_message(text(message));
        status
    };
    let name = report.verdict.name();
    match report.verdict {
        Verdict::Pass | Verdict::Advisory => TestCaseStatus::success(),
        Verdict::Mismatch => {
            let is_new = |mismatch: &&Mismatch| !report.is_listed(mismatch);
            let first = report.mismatches.iter().find(is_new).or(report.mismatches.first());
            let class = first.map_or(name, |mismatch| mismatch.requirement.0.as_str());
            let message = first.map_or_else(|| name.to_owned(), summary);
            failed(NonSuccessKind::Failure, class, &message)
        }
        Verdict::Stale => failed(
            NonSuccessKind::Failure,
            name,
            reason.unwrap_or("the entry among the known failures no longer holds"),
        ),
        Verdict::Inconclusive => failed(NonSuccessKind::Error, name, reason.unwrap_or(name)),
        Verdict::Known => skipped(reason.unwrap_or("listed among the known failures")),
        Verdict::Uncovered => skipped(reason.unwrap_or(name)),
        Verdict::Observed => skipped(reason.unwrap_or("nothing is attested: recorded and not judged")),
    }
}

fn summary(mismatch: &Mismatch) -> String {
    let Mismatch { requirement, aspect, expected, got, .. } = mismatch;
    format!("{requirement} {aspect}: expected {expected}, got {got}")
}

fn differences(mismatches: &[Mismatch]) -> String {
    let mut out = String::new();
    for mismatch in mismatches {
        let rows = mismatch.evidence.join(", ");
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{} ({}; {rows})", summary(mismatch), mismatch.attestation);
    }
    out
}

fn description(report: &CaseReport, header: Option<&RunHeader>) -> String {
    let mut out = differences(&report.mismatches);
    for view in &report.exchanges {
        let _ = write!(out, "\n{}\n{}\n\n{}\n", view.role, view.request, view.response);
    }
    if let Some(command) = reproduction(header, report) {
        let _ = write!(out, "\nreproduce: {command}");
    }
    out
}
