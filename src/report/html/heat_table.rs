//! The heat maps: what is expected of each member in each state, and what came.

use super::mark::{heat_mark, heat_meaning};
use super::page::subject;
use super::{Heat, HeatBlock, HeatCell, HeatMap, HtmlContext, escaped};
use crate::report::Run;
use std::io::{self, Write};

/// Writes one heat map for each run that has one.
pub(super) fn write(runs: &[&Run], context: &HtmlContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"nullability\" aria-labelledby=\"nullability-h\">\n<h2 id=\"nullability-h\">Nullability</h2>\n\
         <p class=\"note\">Every member in every way of having no proper value. Above in a cell: what is expected, and \
         how well that is attested (doc, rec, rep, inf). Below: what came.</p>"
    )?;
    write!(out, "<ul class=\"legend\">")?;
    for heat in Heat::ALL {
        write!(
            out,
            "<li><span class=\"h {heat}\"><b>{}</b></span> {}</li>",
            heat_mark(*heat),
            heat_meaning(*heat)
        )?;
    }
    writeln!(out, "</ul>")?;
    for (position, run) in runs.iter().enumerate() {
        let map = context.supplements.get(position).and_then(|beside| beside.heat_map.as_ref());
        match map {
            Some(map) => write_map(position, subject(run), map, out)?,
            None => {
                writeln!(out, "<p class=\"note\">{}: not part of this report.</p>", escaped(subject(run)))?;
            }
        }
    }
    writeln!(out, "</section>")
}

fn write_map(position: usize, subject: &str, map: &HeatMap, out: &mut dyn Write) -> io::Result<()> {
    let open = if position == 0 { " open" } else { "" };
    let title = escaped(subject);
    writeln!(out, "<details class=\"of-run\"{open}><summary><h3>{title}</h3> {}</summary>", summary(map))?;
    for (number, block) in map.blocks.iter().enumerate() {
        // What stands alone is what is looked at first.
        let open = if number == 0 { " open" } else { "" };
        let name = escaped(&block.title);
        let counts = counts(&block_cells(block));
        writeln!(
            out,
            "<details class=\"block\"{open}><summary>{name} <span class=\"small\">{counts}</span></summary>"
        )?;
        write_block(&title, map, block, out)?;
        writeln!(out, "</details>")?;
    }
    write!(out, "<dl class=\"codes\">")?;
    for (code, name) in &map.codes {
        write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(code), escaped(name))?;
    }
    writeln!(out, "</dl>")?;
    if !map.reasons.is_empty() {
        let reasons = escaped(&map.reasons.join("; "));
        writeln!(out, "<p class=\"small\">– stands where there is no such request: {reasons}.</p>")?;
    }
    writeln!(out, "</details>")
}

fn block_cells(block: &HeatBlock) -> Vec<&HeatCell> {
    block.rows.iter().flat_map(|row| &row.cells).collect()
}

fn summary(map: &HeatMap) -> String {
    let cells: Vec<&HeatCell> = map.blocks.iter().flat_map(block_cells).collect();
    format!("<span class=\"small\">{}</span>", counts(&cells))
}

/// How many cells there are of each kind that says something of the subject.
fn counts(cells: &[&HeatCell]) -> String {
    let count = |heat: Heat| cells.iter().filter(|cell| cell.heat == heat).count();
    let kinds = [Heat::Differs, Heat::Below, Heat::Open, Heat::Same];
    let shown: Vec<String> = kinds
        .into_iter()
        .filter(|heat| count(*heat) > 0)
        .map(|heat| format!("{} {}", count(heat), heat_meaning(heat)))
        .collect();
    shown.join(" · ")
}

fn write_block(subject: &str, map: &HeatMap, block: &HeatBlock, out: &mut dyn Write) -> io::Result<()> {
    let title = escaped(&block.title);
    write!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Nullability, {subject}: {title}\">\
         <table class=\"heat\"><caption class=\"vh\">Nullability of {subject}: {title}</caption><thead><tr>\
         <th scope=\"col\">member</th>"
    )?;
    for column in &map.columns {
        write!(out, "<th scope=\"col\">{}</th>", escaped(column))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for row in &block.rows {
        write!(out, "<tr><th scope=\"row\"><code>{}</code></th>", escaped(&row.name))?;
        for cell in &row.cells {
            write_cell(cell, out)?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}

/// A cell. `=`, `~`, `≠` stand in its text; a screen reader is told what they mean.
fn write_cell(cell: &HeatCell, out: &mut dyn Write) -> io::Result<()> {
    let (heat, meaning) = (cell.heat, heat_meaning(cell.heat));
    if heat == Heat::None {
        return write!(
            out,
            "<td class=\"h {heat}\"><span aria-hidden=\"true\">–</span><i>{meaning}</i></td>"
        );
    }
    let inner =
        format!("<small>{}</small><b>{}</b><i> {meaning}</i>", escaped(&cell.expected), escaped(&cell.got));
    match &cell.case {
        Some(case) => {
            let id = escaped(case.as_str());
            write!(out, "<td class=\"h {heat}\"><a href=\"#cases\" data-case=\"{id}\">{inner}</a></td>")
        }
        None => write!(out, "<td class=\"h {heat}\">{inner}</td>"),
    }
}
