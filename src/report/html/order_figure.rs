//! The order of checks of each subject: a drawing for the eye, and a table that says the same to everyone.

use super::drawing::Drawing;
use super::page::subject;
use super::{HtmlContext, OrderEdge, OrderGraph, escaped};
use crate::case::CaseId;
use crate::report::Run;
use std::io::{self, Write};

/// Writes one graph for each run that has one.
pub(super) fn write(runs: &[&Run], context: &HtmlContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"order\" aria-labelledby=\"order-h\">\n<h2 id=\"order-h\">Order of checks</h2>\n\
         <p class=\"note\">Which of two defects a subject names, of those that it refuses alone. An arrow leads from what \
         is named to what is not told beside it; arrows that follow from others are left out. What contradicts an \
         attested order of AWS is drawn thick and dashed.</p>"
    )?;
    for (position, run) in runs.iter().enumerate() {
        let graph = context.supplements.get(position).and_then(|beside| beside.order.as_ref());
        match graph {
            Some(graph) => write_graph(position, subject(run), graph, out)?,
            None => {
                writeln!(out, "<p class=\"note\">{}: not part of this report.</p>", escaped(subject(run)))?;
            }
        }
    }
    writeln!(out, "</section>")
}

fn write_graph(position: usize, subject: &str, graph: &OrderGraph, out: &mut dyn Write) -> io::Result<()> {
    let title = escaped(subject);
    let open = if position == 0 { " open" } else { "" };
    let contradicted = graph.edges.iter().filter(|edge| !edge.contradicting.is_empty()).count();
    writeln!(
        out,
        "<details class=\"of-run\"{open}><summary><h3>{title}</h3> <span class=\"small\">{} pairs of kinds, {contradicted} \
         with a contradiction</span></summary>",
        graph.edges.len()
    )?;
    if !graph.layers.is_empty() {
        write!(
            out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Order of checks of {title}, drawn\">"
        )?;
        Drawing::of(graph).write(position, subject, out)?;
        writeln!(out, "</div>")?;
    }
    if !graph.circle.is_empty() {
        writeln!(out, "<p><strong>In no order:</strong> {}.</p>", escaped(&graph.circle.join(", ")))?;
    }
    writeln!(out, "<p><strong>Several violations of constraints:</strong> {}.</p>", escaped(&graph.says))?;
    write!(
        out,
        "<details class=\"block\"><summary>Pair by pair</summary>\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Order of checks of {title}, pair by pair\">\
         <table class=\"order\"><caption class=\"vh\">Order of checks of {title}</caption><thead><tr>\
         <th scope=\"col\">named</th><th scope=\"col\">beside</th><th scope=\"col\">pairs</th><th scope=\"col\">first</th>\
         <th scope=\"col\">later</th><th scope=\"col\">both</th><th scope=\"col\">AWS</th><th scope=\"col\">contradicted by</th>\
         </tr></thead><tbody>"
    )?;
    for edge in &graph.edges {
        write_edge(edge, out)?;
    }
    writeln!(out, "</tbody></table></div></details>\n</details>")
}

fn write_edge(edge: &OrderEdge, out: &mut dyn Write) -> io::Result<()> {
    let contradicted = match edge.contradicting.as_slice() {
        [] => "<span aria-hidden=\"true\">–</span><span class=\"vh\">nothing</span>".to_owned(),
        [one] => link(one),
        [one, rest @ ..] => format!("{} and {} more", link(one), rest.len()),
    };
    writeln!(
        out,
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
         <td class=\"n\">{}</td><td>{}</td><td>{contradicted}</td></tr>",
        escaped(&edge.first),
        escaped(&edge.later),
        edge.pairs,
        edge.reported_first,
        edge.reported_later,
        edge.reported_both,
        escaped(&edge.attested)
    )
}

fn link(case: &CaseId) -> String {
    let id = escaped(case.as_str());
    format!("<a href=\"#cases\" data-case=\"{id}\"><code>{id}</code></a>")
}
