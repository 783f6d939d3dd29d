//! The graph of an order as SVG: a layer a column, what is named first to the left.

use super::{OrderEdge, OrderGraph, escaped};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The most kinds that are drawn; beyond it the table has to do.
const KINDS_MAX: usize = 200;

const NODE_HEIGHT: usize = 30;
const ROW: usize = 46;
const GAP: usize = 96;
const MARGIN: usize = 12;
const CHARACTER: usize = 8;

/// Where a kind stands.
struct Node {
    x: usize,
    y: usize,
    width: usize,
}

/// A graph with a place for each kind.
pub(super) struct Drawing<'g> {
    nodes: BTreeMap<&'g str, Node>,
    edges: Vec<&'g OrderEdge>,
    width: usize,
    height: usize,
}

impl<'g> Drawing<'g> {
    /// Finds the places.
    pub(super) fn of(graph: &'g OrderGraph) -> Self {
        let tallest = graph.layers.iter().map(Vec::len).max().unwrap_or(0);
        let (mut nodes, mut x) = (BTreeMap::new(), MARGIN);
        for layer in &graph.layers {
            let width =
                layer.iter().map(|kind| kind.chars().count()).max().unwrap_or(0) * CHARACTER + 2 * MARGIN;
            // Columns stand in the middle of each other; every other one half a row lower, so that arrows past it are seen.
            let top = MARGIN + (tallest - layer.len()) * ROW / 2;
            for (row, kind) in layer.iter().enumerate() {
                if nodes.len() < KINDS_MAX {
                    nodes.insert(kind.as_str(), Node { x, y: top + row * ROW, width });
                }
            }
            x += width + GAP;
        }
        let directed: Vec<&OrderEdge> = graph
            .edges
            .iter()
            .filter(|edge| edge.is_directed() && nodes.contains_key(edge.first.as_str()))
            .filter(|edge| nodes.contains_key(edge.later.as_str()))
            .collect();
        let edges = reduced(&directed);
        let height = 2 * MARGIN + tallest.max(1) * ROW - (ROW - NODE_HEIGHT);
        Self { nodes, edges, width: x + MARGIN - GAP.min(x), height }
    }

    /// Writes the picture.
    pub(super) fn write(&self, position: usize, subject: &str, out: &mut dyn Write) -> io::Result<()> {
        let (width, height) = (self.width, self.height);
        writeln!(
            out,
            "<svg class=\"graph\" role=\"img\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             aria-label=\"Order of checks of {}: {} kinds of defects; the table below says the same\">\n<defs>\
             <marker id=\"arrow-{position}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"10\" \
             markerHeight=\"10\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path class=\"head\" d=\"M0 0 8 4 0 8z\"/></marker></defs>",
            escaped(subject),
            self.nodes.len()
        )?;
        for edge in &self.edges {
            self.write_edge(position, edge, out)?;
        }
        for (kind, node) in &self.nodes {
            let Node { x, y, width } = node;
            writeln!(
                out,
                "<g class=\"kind\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{NODE_HEIGHT}\" rx=\"6\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text></g>",
                x + width / 2,
                y + NODE_HEIGHT / 2,
                escaped(kind)
            )?;
        }
        writeln!(out, "</svg>")
    }

    fn write_edge(&self, position: usize, edge: &OrderEdge, out: &mut dyn Write) -> io::Result<()> {
        let places = (self.nodes.get(edge.first.as_str()), self.nodes.get(edge.later.as_str()));
        let (Some(from), Some(to)) = places else { return Ok(()) };
        let (x1, y1) = (from.x + from.width, from.y + NODE_HEIGHT / 2);
        let (x2, y2) = (to.x, to.y + NODE_HEIGHT / 2);
        let bend = GAP / 2;
        let class = if edge.contradicting.is_empty() { "edge" } else { "edge against" };
        let mut path = format!("M{x1} {y1}");
        // Writing to a `String` cannot fail.
        let _ = write!(path, "C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2.saturating_sub(bend));
        writeln!(
            out,
            "<path class=\"{class}\" d=\"{path}\" marker-end=\"url(#arrow-{position})\"><title>{} before {}: {} of {}; AWS: \
             {}</title></path>",
            escaped(&edge.first),
            escaped(&edge.later),
            edge.reported_first,
            edge.pairs,
            escaped(&edge.attested)
        )
    }
}

/// The edges without those that a longer way says already. What contradicts AWS is always kept.
fn reduced<'g>(edges: &[&'g OrderEdge]) -> Vec<&'g OrderEdge> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in edges {
        next.entry(edge.first.as_str()).or_default().push(edge.later.as_str());
    }
    let follows = |edge: &OrderEdge| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let around = |from: &str| next.get(from).cloned().unwrap_or_default();
        let mut open: Vec<&str> =
            around(edge.first.as_str()).into_iter().filter(|kind| *kind != edge.later).collect();
        while let Some(kind) = open.pop() {
            if kind == edge.later {
                return true;
            }
            if seen.insert(kind) {
                open.extend(around(kind));
            }
        }
        false
    };
    edges.iter().filter(|edge| !edge.contradicting.is_empty() || !follows(edge)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseId;

    fn edge(first: &str, later: &str) -> OrderEdge {
        OrderEdge {
            first: first.into(),
            later: later.into(),
            pairs: 1,
            reported_first: 1,
            reported_later: 0,
            reported_both: 0,
            attested: String::new(),
            contradicting: Vec::new(),
            example: CaseId::new("a", "b"),
        }
    }

    #[test]
    fn what_follows_from_others_is_not_drawn_unless_it_contradicts() {
        let (ab, bc, mut ac) = (edge("a", "b"), edge("b", "c"), edge("a", "c"));
        let names = |edges: &[&OrderEdge]| {
            reduced(edges).iter().map(|edge| format!("{}{}", edge.first, edge.later)).collect::<Vec<_>>()
        };
        assert_eq!(names(&[&ab, &bc, &ac]), ["ab", "bc"]);
        ac.contradicting.push(CaseId::new("a", "b"));
        assert_eq!(names(&[&ab, &bc, &ac]), ["ab", "bc", "ac"]);
    }

    #[test]
    fn a_hostile_kind_stays_text() {
        let graph = OrderGraph {
            layers: vec![vec!["<script>".into()], vec!["\"b".into()]],
            edges: vec![edge("<script>", "\"b")],
            ..OrderGraph::default()
        };
        let mut out = Vec::new();
        Drawing::of(&graph).write(0, "</svg><b>", &mut out).unwrap();
        let svg = String::from_utf8(out).unwrap();
        assert!(svg.contains("&lt;script&gt; before &quot;b: 1 of 1"), "{svg}");
        assert!(!svg.contains("<script>") && !svg.contains("<b>"), "{svg}");
        assert_eq!(svg.matches("</svg>").count(), 1);
    }
}
