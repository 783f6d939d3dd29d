//! The header of the page: each run with its subject, versions, seed, gate, score and counts.

use super::mark::mark;
use super::page::subject;
use super::payload::worst_first;
use super::{HtmlContext, escaped};
use crate::event::RunHeader;
use crate::report::terminal::not_judged_in;
use crate::report::{CASE_IDS_MAX, Run, Score};
use std::io::{self, Write};

/// The most that is told of what is wrong with a list of known failures.
const PROBLEMS_MAX: usize = 20;

/// Writes the overview.
pub(super) fn write(runs: &[&Run], context: &HtmlContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"overview\" aria-labelledby=\"overview-h\">\n<h1 id=\"overview-h\">\
         ConfirmSignUp, <span class=\"thin\">on the wire</span></h1>\n<p class=\"lead\">What each subject answers to \
         Amazon Cognito’s <code>ConfirmSignUp</code>, judged against what is attested of AWS.</p>\n\
         <div class=\"cards\">"
    )?;
    for (position, run) in runs.iter().enumerate() {
        let null_server = context.supplements.get(position).and_then(|beside| beside.null_server.as_ref());
        write_run(run, null_server, out)?;
    }
    writeln!(out, "</div>\n</section>")
}

fn write_run(run: &Run, null_server: Option<&(String, u64)>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<article class=\"card\">\n<h2>{}</h2>", escaped(subject(run)))?;
    if let Some(reason) = run.incomplete() {
        writeln!(
            out,
            "<p class=\"incomplete\"><strong><span aria-hidden=\"true\">⚠</span> Incomplete</strong> {}</p>",
            escaped(reason)
        )?;
    }
    write_problems(run.known_problems(), out)?;
    let Score { passed, applicable, total } = run.score();
    writeln!(
        out,
        "<dl class=\"score\"><div><dt>passed</dt><dd>{}</dd></div><div><dt>applicable</dt><dd>{}</dd></div>\
         <div><dt>total</dt><dd>{}</dd></div></dl>",
        grouped(passed),
        grouped(applicable),
        grouped(total)
    )?;
    let floor = null_server.map_or_else(
        || "The best null server is not known for this selection of cases.".to_owned(),
        |(name, floor)| {
            format!("The best null server, <code>{}</code>, passes {}.", escaped(name), grouped(*floor))
        },
    );
    writeln!(out, "<p class=\"floor\">{floor}</p>")?;
    write_verdicts(run, total, out)?;
    write_facts(run, out)?;
    writeln!(out, "</article>")
}

/// What is wrong with the list of known failures by itself.
fn write_problems(problems: &[String], out: &mut dyn Write) -> io::Result<()> {
    for problem in problems.iter().take(PROBLEMS_MAX) {
        writeln!(
            out,
            "<p class=\"incomplete\"><strong><span aria-hidden=\"true\">⚠</span> Stale</strong> {}</p>",
            escaped(problem)
        )?;
    }
    let rest = problems.len().saturating_sub(PROBLEMS_MAX);
    if rest > 0 {
        writeln!(out, "<p class=\"small\">{rest} more problems of the list of known failures.</p>")?;
    }
    Ok(())
}

/// A bar for the eye, and the same as a list.
fn write_verdicts(run: &Run, total: u64, out: &mut dyn Write) -> io::Result<()> {
    let verdicts = run.verdicts();
    write!(
        out,
        "<svg class=\"share\" viewBox=\"0 0 1000 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    )?;
    let mut before = 0;
    for verdict in worst_first() {
        let count = verdicts.of(verdict);
        if count > 0 {
            let (from, to) = (before * 1000 / total.max(1), (before + count) * 1000 / total.max(1));
            // However few there are, they are seen.
            let width = (to - from).max(4);
            write!(out, "<rect class=\"f-{verdict}\" x=\"{from}\" y=\"0\" width=\"{width}\" height=\"8\"/>")?;
        }
        before += count;
    }
    write!(out, "</svg>\n<ul class=\"verdicts\" aria-label=\"Cases by verdict\">")?;
    for verdict in worst_first() {
        let count = verdicts.of(verdict);
        let class = if count == 0 { "v zero" } else { "v" };
        write!(
            out,
            "<li class=\"{class} {verdict}\"><b aria-hidden=\"true\">{}</b> <span class=\"n\">{}</span> {verdict}</li>",
            mark(verdict),
            grouped(count)
        )?;
    }
    writeln!(out, "</ul>")?;
    let executions = run.executions().total();
    if executions > total {
        writeln!(
            out,
            "<p class=\"small\">{} executions of these cases; each counts with its worst verdict.</p>",
            grouped(executions)
        )?;
    }
    if let Some(state) = run.state_not_judged() {
        let (not_judged, reason) = (not_judged_in(state), escaped(&state.reason));
        writeln!(out, "<p class=\"small\">State {not_judged}: {reason}</p>")?;
    }
    if run.unrecorded() > 0 {
        writeln!(
            out,
            "<p class=\"small\">{} executions have no record: more than {CASE_IDS_MAX} case ids.</p>",
            grouped(run.unrecorded())
        )?;
    }
    Ok(())
}

fn write_facts(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let Some(RunHeader { countersign, revision, endpoint, seed, gate, .. }) = run.header() else {
        return Ok(());
    };
    let facts = [
        ("gate", gate.clone()),
        ("seed", seed.to_string()),
        ("model", revision.clone()),
        ("endpoint", endpoint.clone()),
        ("countersign", countersign.clone()),
    ];
    write!(out, "<dl class=\"facts\">")?;
    for (name, value) in facts {
        write!(out, "<div><dt>{name}</dt><dd>{}</dd></div>", escaped(&value))?;
    }
    writeln!(out, "</dl>")
}

/// A number with a narrow space before every three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1\u{202f}000");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
