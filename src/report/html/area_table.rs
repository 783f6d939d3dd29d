//! The matrix of requirements and subjects: an area a row, its requirements below it.

use super::mark::mark;
use super::page::subject;
use super::payload::worst_first;
use super::scoreboard::grouped;
use super::tally::{Area, Areas};
use super::{HtmlContext, escaped};
use crate::report::{Run, VerdictCounts};
use std::io::{self, Write};

/// Writes the matrix. Without the script every requirement is shown; the script folds the areas.
pub(super) fn write(
    runs: &[&Run],
    areas: &Areas<'_>,
    context: &HtmlContext<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"requirements\" aria-labelledby=\"requirements-h\">\n\
         <h2 id=\"requirements-h\">Requirements</h2>\n<p class=\"note\">A case counts under every requirement that governs it; \
         one that differs counts only where it breaks one. In the row of an area it counts once.</p>\n\
         <p class=\"needs-script\" hidden><button type=\"button\" id=\"unfold\" aria-expanded=\"false\">Show all \
         requirements</button></p>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Requirements by subject\">\
         <table class=\"areas\">\n\
         <caption class=\"vh\">Verdicts by requirement and subject</caption>\n<thead><tr><th scope=\"col\">Requirement</th>"
    )?;
    for run in runs {
        write!(out, "<th scope=\"col\">{}</th>", escaped(subject(run)))?;
    }
    writeln!(out, "</tr></thead>")?;
    for (name, area) in areas {
        write_area(name, area, context, out)?;
    }
    writeln!(out, "</table></div>\n</section>")
}

fn write_area(name: &str, area: &Area<'_>, context: &HtmlContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    let shown = escaped(name);
    let count = area.requirements.len();
    let noun = if count == 1 { "requirement" } else { "requirements" };
    write!(
        out,
        "<tbody data-area=\"{shown}\">\n<tr class=\"area\"><th scope=\"rowgroup\"><span class=\"fold\">{shown}</span> \
         <span class=\"small\">{count} {noun}</span></th>"
    )?;
    for (position, counts) in area.counts.iter().enumerate() {
        write_cell(counts, position, &format!("area:{name}"), out)?;
    }
    writeln!(out, "</tr>")?;
    for (id, counts) in &area.requirements {
        let sentence = (context.sentence)(id);
        write!(
            out,
            "<tr><th scope=\"row\"><code>{}</code> <span class=\"sentence\">{}</span></th>",
            escaped(&id.0),
            escaped(&sentence)
        )?;
        for (position, counts) in counts.iter().enumerate() {
            write_cell(counts, position, &id.0, out)?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>")
}

/// A cell. Its link leads to the cases; the script leaves those that are meant.
fn write_cell(counts: &VerdictCounts, position: usize, scope: &str, out: &mut dyn Write) -> io::Result<()> {
    if counts.total() == 0 {
        return write!(
            out,
            "<td class=\"empty\"><span aria-hidden=\"true\">·</span><span class=\"vh\">no case</span></td>"
        );
    }
    write!(
        out,
        "<td><a class=\"cell\" href=\"#cases\" data-scope=\"{}\" data-run=\"{position}\">",
        escaped(scope)
    )?;
    for verdict in worst_first() {
        let count = counts.of(verdict);
        if count > 0 {
            write!(
                out,
                "<span class=\"v {verdict}\"><b aria-hidden=\"true\">{}</b>{}<i> {verdict}</i></span> ",
                mark(verdict),
                grouped(count)
            )?;
        }
    }
    write!(out, "</a></td>")
}
