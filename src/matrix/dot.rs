//! The precedence graph for Graphviz.

use super::Reported;
use super::precedence::{Edge, Precedence};
use super::text;
use std::io::{self, Write};

/// Writes the graph: an arrow leads from what is reported to what is not told beside it; a dashed line joins what is
/// told together, or what no answer tells apart. Red is what contradicts an attested order.
pub fn write_dot(out: &mut dyn Write, subject: &str, precedence: &Precedence) -> io::Result<()> {
    writeln!(out, "digraph precedence {{")?;
    writeln!(out, "  label=\"{}: which defect is reported first\";", escaped(subject))?;
    writeln!(
        out,
        "  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];"
    )?;
    for layer in &precedence.order {
        let nodes: Vec<String> = layer.iter().map(|kind| format!("\"{}\"", escaped(kind))).collect();
        writeln!(out, "  {{ rank=same; {}; }}", nodes.join("; "))?;
    }
    for edge in precedence.edges.iter().filter(|edge| edge.first != edge.later) {
        writeln!(out, "  {}", line(edge))?;
    }
    writeln!(out, "}}")
}

fn line(edge: &Edge) -> String {
    let (first, later) = (escaped(&edge.first), escaped(&edge.later));
    let label = if edge.is_directed() {
        format!("{}/{}", edge.count(Reported::First), edge.pairs())
    } else {
        format!("{} both/{}", edge.count(Reported::Both), edge.pairs())
    };
    let style = if edge.is_directed() { "" } else { ", dir=none, style=dashed, constraint=false" };
    let colour = if edge.contradicting.is_empty() { "" } else { ", color=red, fontcolor=red" };
    let tooltip = escaped(&text::attested(edge));
    format!("\"{first}\" -> \"{later}\" [label=\"{label}\", tooltip=\"AWS: {tooltip}\"{style}{colour}];")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
