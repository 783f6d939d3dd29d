//! The report as Markdown that GitHub renders: score, counts, and what fails with one case each. Bounded, so that it fits
//! into the summary of a step.

mod text;

pub(super) use text::{code, words};

use super::terminal::{Failing, Section, gate_of, grouped, not_judged_in, plural, reproduction};
use super::{CaseRecord, Context, Run, Score};
use crate::event::{Mismatch, RunHeader, Verdict};
use crate::requirement::{Attestation, RequirementId};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The longest summary of a step that GitHub takes, in bytes.
pub const SUMMARY_BYTES_MAX: usize = 1024 * 1024;

/// What is kept free for the line that says what was left out, in bytes.
const REST_BYTES: usize = 256;

/// Writes the report, at most [`SUMMARY_BYTES_MAX`] long.
pub fn write_markdown(run: &Run, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    write_markdown_within(run, context, SUMMARY_BYTES_MAX, out)
}

/// Writes the report in at most `bytes_max` bytes. Whole paragraphs and rows are left out and counted; where not even the
/// score fits, nothing is written.
pub fn write_markdown_within(
    run: &Run,
    context: &Context,
    bytes_max: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let cases = run.cases();
    let mut page = Page::new(bytes_max);
    page.push(&head(run, context));
    failures(&mut page, run.header(), &cases, context);
    stale(&mut page, &cases, run.known_problems());
    advisories(&mut page, run.header(), &cases, context);
    for verdict in [Verdict::Uncovered, Verdict::Inconclusive] {
        without_verdict(&mut page, &cases, verdict);
    }
    out.write_all(page.finish().as_bytes())
}

/// A text that takes whole blocks until it is full.
pub(super) struct Page {
    text: String,
    bytes_max: usize,
    left_out: usize,
}

impl Page {
    /// An empty one.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { text: String::new(), bytes_max, left_out: 0 }
    }

    /// Adds a block; once one was left out, all that follow are.
    pub(super) fn push(&mut self, block: &str) {
        if self.left_out == 0 && self.text.len() + block.len() + REST_BYTES <= self.bytes_max {
            self.text.push_str(block);
        } else {
            self.left_out += 1;
        }
    }

    /// The text, with how many blocks were left out.
    pub(super) fn finish(mut self) -> String {
        if self.left_out > 0 && !self.text.is_empty() {
            // Writing to a `String` cannot fail.
            let _ = writeln!(self.text, "\n\n…and {} more, which do not fit here.", self.left_out);
        }
        self.text
    }
}

fn head(run: &Run, context: &Context) -> String {
    let mut out = String::from("## ConfirmSignUp");
    if let Some(header) = run.header() {
        let _ = write!(out, " of {}", code(&header.subject));
    }
    out += "\n\n";
    if let Some(reason) = run.incomplete() {
        let _ = write!(out, "**Incomplete:** {}\n\n", code(reason));
    }
    let Score { passed, applicable, total } = run.score();
    let _ = write!(out, "**{passed} / {applicable} / {total}** passed / applicable / total");
    if let Some((name, floor)) = &context.null_server {
        let _ = write!(out, "; null server {} passes {floor}", code(name));
    }
    out += "\n\n";
    let counts = run.verdicts();
    let given: Vec<(Verdict, u64)> = counts.iter().filter(|(_, count)| *count > 0).collect();
    if !given.is_empty() {
        let names: Vec<_> = given.iter().map(|(verdict, _)| verdict.name()).collect();
        let figures: Vec<_> = given.iter().map(|(_, count)| count.to_string()).collect();
        let rule = vec!["--:"; given.len()].join(" | ");
        let _ = write!(out, "| {} |\n| {rule} |\n| {} |\n\n", names.join(" | "), figures.join(" | "));
    }
    if let Some(state) = run.state_not_judged() {
        let _ = write!(out, "State {}: {}\n\n", not_judged_in(state), code(&state.reason));
    }
    if let Some(header) = run.header() {
        let _ = write!(
            out,
            "Countersign {}, endpoint {}, model {}, gate {}, seed `{}`\n\n",
            code(&header.countersign),
            code(&header.endpoint),
            code(&header.revision),
            code(&header.gate),
            header.seed
        );
    }
    out
}

fn failures(page: &mut Page, header: Option<&RunHeader>, cases: &[&CaseRecord], context: &Context) {
    let groups = grouped(cases, gate_of(header), Section::Gating);
    if groups.is_empty() {
        return;
    }
    page.push(&format!("### {} broken\n\n", plural(groups.len(), "requirement")));
    for (id, group) in groups {
        page.push(&failure(header, id, &group, context));
    }
}

/// One requirement with the first case that breaks it.
fn failure(
    header: Option<&RunHeader>,
    id: &RequirementId,
    group: &[Failing<'_>],
    context: &Context,
) -> String {
    let Some((report, mismatches)) = group.first() else {
        return String::new();
    };
    let sentence = words(context.sentence(id));
    let mut out = format!("**{}** {sentence} ({})\n\n", code(&id.0), plural(group.len(), "case"));
    let _ = write!(out, "First: {}", code(report.id.as_str()));
    if let Some(answer) = &report.answer {
        let _ = write!(out, ", answered {}", code(answer));
    }
    out += "\n\n| aspect | expected | got | attested |\n| --- | --- | --- | --- |\n";
    for mismatch in mismatches {
        out += &row(mismatch);
    }
    if let Some(command) = reproduction(header, report) {
        let _ = writeln!(out, "\nReproduce: {}", code(&command));
    }
    out.push('\n');
    out
}

fn row(mismatch: &Mismatch) -> String {
    let Mismatch { aspect, attestation, expected, got, .. } = mismatch;
    let evidence = match mismatch.evidence.as_slice() {
        [] => String::new(),
        rows => format!(" {}", code(&rows.join(", "))),
    };
    format!("| {aspect} | {} | {} | {attestation}{evidence} |\n", code(expected), code(got))
}

/// Listed failures that do not hold, and what is wrong with the list by itself.
fn stale(page: &mut Page, cases: &[&CaseRecord], problems: &[String]) {
    let stale: Vec<_> = cases.iter().filter(|case| case.report.verdict == Verdict::Stale).collect();
    if stale.is_empty() && problems.is_empty() {
        return;
    }
    page.push("### Known failures that no longer hold\n\n");
    for CaseRecord { report, .. } in stale {
        let reason = report.reason.as_deref().unwrap_or("listed as a known failure");
        page.push(&format!("- {} {}\n", code(report.id.as_str()), code(reason)));
    }
    for problem in problems {
        page.push(&format!("- {}\n", code(problem)));
    }
    page.push("\n");
}

/// Differences below the gate, one row a requirement; those that are only inferred are left to the other forms.
fn advisories(page: &mut Page, header: Option<&RunHeader>, cases: &[&CaseRecord], context: &Context) {
    let mut groups = grouped(cases, gate_of(header), Section::Advisory);
    for group in groups.values_mut() {
        group.retain(|(_, mismatches)| {
            mismatches.iter().any(|mismatch| mismatch.attestation <= Attestation::Reported)
        });
    }
    groups.retain(|_, group| !group.is_empty());
    if groups.is_empty() {
        return;
    }
    page.push(&format!(
        "### Differences below the gate, under {}\n\n| requirement | cases | the first |\n| --- | --: | --- |\n",
        plural(groups.len(), "requirement")
    ));
    for (id, group) in groups {
        let first = group.first().map(|(report, _)| code(report.id.as_str())).unwrap_or_default();
        let sentence = words(context.sentence(id));
        page.push(&format!("| {} {sentence} | {} | {first} |\n", code(&id.0), group.len()));
    }
    page.push("\n");
}

fn without_verdict(page: &mut Page, cases: &[&CaseRecord], verdict: Verdict) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for CaseRecord { report, .. } in cases.iter().filter(|case| case.report.verdict == verdict) {
        *reasons.entry(report.reason.as_deref().unwrap_or("no reason was given")).or_default() += 1;
    }
    if reasons.is_empty() {
        return;
    }
    page.push(&format!("### {}\n\n| cases | reason |\n| --: | --- |\n", heading(verdict)));
    for (reason, count) in reasons {
        page.push(&format!("| {count} | {} |\n", code(reason)));
    }
    page.push("\n");
}

fn heading(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Uncovered { "Uncovered" } else { "Inconclusive" }
}
