//! A comparison as Markdown that GitHub renders, bounded like a report.

use super::text::CHANGES_SHOWN;
use super::{ChangeKind, Compared, Comparison, Kept, Step};
use crate::report::markdown::{Page, code};
use crate::report::{SUMMARY_BYTES_MAX, Score};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The number of runs, groups and steps that are written out: with the longest fields they fit into the limit.
const ROWS_MAX: usize = 200;

/// Writes the comparison; with `shown`, at most so many cases of each kind of change. Blocks that would not fit into
/// [`SUMMARY_BYTES_MAX`] are left out and counted.
pub fn write_comparison_markdown(
    comparison: &Comparison<'_>,
    shown: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = shown.unwrap_or(CHANGES_SHOWN);
    let mut blocks = vec![runs(comparison)];
    blocks.extend(comparison.notes.iter().map(|note| format!("> {}\n\n", code(note))));
    blocks.push(groups(comparison));
    for at in &comparison.steps {
        blocks.extend(step(comparison, at, shown));
    }
    if !comparison.flaky.is_empty() {
        let mut block =
            "### Flaky: back and forth over the runs\n\n| case | verdicts |\n| --- | --- |\n".to_owned();
        for unsteady in comparison.flaky.iter().take(shown) {
            let names =
                unsteady.verdicts.iter().map(|verdict| verdict.map_or("none", |verdict| verdict.name()));
            let names: Vec<_> = names.collect();
            // Writing to a `String` cannot fail.
            let _ = writeln!(block, "| {} | {} |", code(unsteady.case.as_str()), names.join(", "));
        }
        block += &rest(comparison.flaky.len(), shown);
        blocks.push(block);
    }
    let mut page = Page::new(SUMMARY_BYTES_MAX);
    for block in blocks {
        page.push(&block);
    }
    out.write_all(page.finish().as_bytes())
}

fn runs(comparison: &Comparison<'_>) -> String {
    let mut out =
        "## ConfirmSignUp, compared\n\n| | run | subject | passed / applicable / total |\n| --: | --- | --- | --- |\n"
            .to_owned();
    for (number, Compared { name, run }) in comparison.runs.iter().enumerate().take(ROWS_MAX) {
        let Score { passed, applicable, total } = run.score();
        let subject = run.header().map_or("", |header| header.subject.as_str());
        let score = format!("{passed} / {applicable} / {total}");
        let _ = writeln!(out, "| {} | {} | {} | {score} |", number + 1, code(name), code(subject));
    }
    out + "\n"
}

fn groups(comparison: &Comparison<'_>) -> String {
    let columns: Vec<String> = (1..=comparison.runs.len()).map(|number| number.to_string()).collect();
    let rule = vec!["--:"; columns.len()].join(" | ");
    let mut out = format!("| group | {} |\n| --- | {rule} |\n", columns.join(" | "));
    let cell = |kept: &Kept| match kept.applicable {
        0 => "-".to_owned(),
        applicable if kept.passed == applicable => format!("{}/{applicable}", kept.passed),
        applicable => format!("**{}/{applicable}**", kept.passed),
    };
    for (group, row) in comparison.groups.iter().take(ROWS_MAX) {
        let cells: Vec<_> = row.iter().map(cell).collect();
        let _ = writeln!(out, "| {} | {} |", code(group), cells.join(" | "));
    }
    out + "\n"
}

fn step(comparison: &Comparison<'_>, step: &Step<'_>, shown: usize) -> Vec<String> {
    let name = |at: usize| comparison.runs.get(at).map(|compared| code(&compared.name)).unwrap_or_default();
    let mut blocks = vec![format!("### {} → {}\n\n", name(step.from), name(step.from + 1))];
    if step.changes.is_empty() {
        blocks.push("Nothing changed.\n\n".to_owned());
    }
    for kind in ChangeKind::ALL {
        let count = step.count(*kind);
        if count == 0 {
            continue;
        }
        let mut block = format!("**{kind}: {count}**\n\n| case | verdicts | detail |\n| --- | --- | --- |\n");
        for change in step.of(*kind).take(shown) {
            let detail = change.detail(usize::MAX);
            let detail = if detail.is_empty() { String::new() } else { code(&detail) };
            let _ = writeln!(block, "| {} | {} | {detail} |", code(change.case.as_str()), change.verdicts());
        }
        block += &rest(count, shown);
        blocks.push(block);
    }
    blocks
}

fn rest(count: usize, shown: usize) -> String {
    match count.saturating_sub(shown) {
        0 => "\n".to_owned(),
        rest => format!("\nand {rest} more\n\n"),
    }
}
