//! A comparison as text for people.

use super::{ChangeKind, Compared, Comparison, Kept, Step};
use crate::report::Score;
use crate::report::case_text::{Palette, field};
use std::io::{self, Write};

/// The number of cases shown of each kind of change unless all of them are asked for.
pub(super) const CHANGES_SHOWN: usize = 20;

/// The most that is told of what was expected and of what came, in characters; of a reason it is twice as much.
const DETAIL_CHARACTERS_MAX: usize = 120;

/// Writes the comparison; with `shown`, at most so many cases of each kind of change.
pub fn write_comparison_text(
    comparison: &Comparison<'_>,
    shown: Option<usize>,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = shown.unwrap_or(CHANGES_SHOWN);
    write_runs(comparison, palette, out)?;
    write_groups(comparison, palette, out)?;
    for step in &comparison.steps {
        write_step(comparison, step, (shown, palette), out)?;
    }
    if !comparison.flaky.is_empty() {
        writeln!(out, "{warn}flaky{warn:#}  back and forth over the runs", warn = palette.warn)?;
        for unsteady in comparison.flaky.iter().take(shown) {
            let names =
                unsteady.verdicts.iter().map(|verdict| verdict.map_or("none", |verdict| verdict.name()));
            let names: Vec<_> = names.collect();
            writeln!(out, "  {}  {}", field(unsteady.case.as_str()), names.join(", "))?;
        }
        write_rest(comparison.flaky.len(), shown, palette, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_runs(comparison: &Comparison<'_>, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let (strong, warn) = (palette.strong, palette.warn);
    for (number, Compared { name, run }) in comparison.runs.iter().enumerate() {
        let Score { passed, applicable, total } = run.score();
        let subject = run.header().map_or("", |header| header.subject.as_str());
        let subject = if subject == name { String::new() } else { format!("  {}", field(subject)) };
        writeln!(
            out,
            "{strong}{:>2}{strong:#}  {}{subject}  {passed} / {applicable} / {total}",
            number + 1,
            field(name)
        )?;
    }
    for note in &comparison.notes {
        writeln!(out, "{warn}NOTE{warn:#} {}", field(note))?;
    }
    writeln!(out)
}

fn write_groups(comparison: &Comparison<'_>, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let cell = |kept: &Kept| match kept.applicable {
        0 => "-".to_owned(),
        applicable => format!("{}/{applicable}", kept.passed),
    };
    let rows: Vec<(String, Vec<(String, bool)>)> = comparison
        .groups
        .iter()
        .map(|(group, row)| {
            let cells = row.iter().map(|kept| (cell(kept), kept.passed == kept.applicable)).collect();
            (field(group), cells)
        })
        .collect();
    let width = rows.iter().map(|(group, _)| group.chars().count()).max().unwrap_or(0).max("group".len());
    let widths: Vec<usize> = (0..comparison.runs.len())
        .map(|at| {
            let cells = rows.iter().filter_map(|(_, cells)| cells.get(at));
            cells.map(|(text, _)| text.chars().count()).max().unwrap_or(0).max(2)
        })
        .collect();
    let strong = palette.strong;
    write!(out, "{strong}{:width$}{strong:#}", "group")?;
    for (number, width) in widths.iter().enumerate() {
        write!(out, "  {strong}{:>width$}{strong:#}", number + 1)?;
    }
    writeln!(out)?;
    for (group, cells) in rows {
        write!(out, "{group:width$}")?;
        for ((text, is_kept), width) in cells.iter().zip(&widths) {
            let style = if *is_kept { palette.faint } else { palette.strong };
            write!(out, "  {style}{text:>width$}{style:#}")?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

fn write_step(
    comparison: &Comparison<'_>,
    step: &Step<'_>,
    (shown, palette): (usize, &Palette),
    out: &mut dyn Write,
) -> io::Result<()> {
    let strong = palette.strong;
    let name = |at: usize| comparison.runs.get(at).map(|compared| field(&compared.name)).unwrap_or_default();
    writeln!(out, "{strong}{} → {}{strong:#}", name(step.from), name(step.from + 1))?;
    if step.changes.is_empty() {
        return writeln!(out, "  nothing changed\n");
    }
    for kind in ChangeKind::ALL {
        let count = step.count(*kind);
        if count == 0 {
            continue;
        }
        let style = match kind {
            ChangeKind::NewlyFailing => palette.fail,
            ChangeKind::NewlyFixed => palette.good,
            ChangeKind::FailingOtherwise | ChangeKind::Flaky | ChangeKind::Unjudged => palette.warn,
            ChangeKind::Judged | ChangeKind::Appeared | ChangeKind::Disappeared => palette.faint,
        };
        writeln!(out, "  {style}{kind}{style:#}  {count}")?;
        for change in step.of(*kind).take(shown) {
            let detail = field(&change.detail(DETAIL_CHARACTERS_MAX));
            let line = format!("    {}  {}  {detail}", field(change.case.as_str()), change.verdicts());
            writeln!(out, "{}", line.trim_end())?;
        }
        write_rest(count, shown, palette, out)?;
    }
    writeln!(out)
}

fn write_rest(count: usize, shown: usize, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let faint = palette.faint;
    match count.saturating_sub(shown) {
        0 => Ok(()),
        rest => writeln!(out, "    {faint}and {rest} more (--all shows them){faint:#}"),
    }
}
