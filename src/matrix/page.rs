//! The matrix and the graph in the plain form that the HTML page draws.

use super::precedence::Precedence;
use super::table::{Matrix, Slot};
use super::{Reported, markdown, text};
use crate::event::Verdict;
use crate::generate::matrix::{Content, PATHS, Second, State};
use crate::report::{Heat, HeatBlock, HeatCell, HeatMap, HeatRow, OrderEdge, OrderGraph};

impl Matrix {
    /// The table as a heat map.
    pub fn heat_map(&self) -> HeatMap {
        let codes = text::Codes::of(self);
        let seconds = std::iter::once(None).chain(Second::ALL.iter().copied().map(Some));
        let mut reasons: Vec<String> = Vec::new();
        for slot in &self.slots {
            if let Content::Meaningless(reason) = slot.cell.content
                && !reasons.iter().any(|known| known == reason)
            {
                reasons.push(reason.to_owned());
            }
        }
        HeatMap {
            columns: State::ALL.iter().map(|state| state.name().to_owned()).collect(),
            blocks: seconds.map(|second| self.heat_block(second, &codes)).collect(),
            codes: codes.0.iter().map(|(code, name)| (code.clone(), name.clone())).collect(),
            reasons,
        }
    }

    fn heat_block(&self, second: Option<Second>, codes: &text::Codes) -> HeatBlock {
        let row = |path: &&str| HeatRow {
            name: (*path).to_owned(),
            cells: self
                .block(second)
                .filter(|slot| slot.cell.path == *path)
                .map(|slot| heat_cell(slot, codes))
                .collect(),
        };
        HeatBlock { title: markdown::title(second).to_owned(), rows: PATHS.iter().map(row).collect() }
    }

    /// The order of the checks as a graph.
    pub fn order_graph(&self) -> OrderGraph {
        self.precedence.graph()
    }
}

fn heat_cell(slot: &Slot, codes: &text::Codes) -> HeatCell {
    HeatCell {
        heat: heat(slot),
        expected: text::expectation(slot, codes),
        got: text::answer(slot, codes).1,
        case: slot.case().cloned(),
    }
}

fn heat(slot: &Slot) -> Heat {
    let Some(got) = &slot.got else {
        return if slot.case().is_some() { Heat::Open } else { Heat::None };
    };
    match got.verdict {
        Verdict::Pass => Heat::Same,
        Verdict::Mismatch | Verdict::Stale => Heat::Differs,
        Verdict::Advisory | Verdict::Known => Heat::Below,
        Verdict::Observed => Heat::Unattested,
        Verdict::Uncovered | Verdict::Inconclusive => Heat::Open,
    }
}

impl Precedence {
    fn graph(&self) -> OrderGraph {
        let edges = self.edges.iter().map(|edge| OrderEdge {
            first: edge.first.clone(),
            later: edge.later.clone(),
            pairs: edge.pairs(),
            reported_first: edge.count(Reported::First),
            reported_later: edge.count(Reported::Second),
            reported_both: edge.count(Reported::Both),
            attested: text::attested(edge),
            contradicting: edge.contradicting.clone(),
            example: edge.example.clone(),
        });
        OrderGraph {
            layers: self.order.clone(),
            circle: self.circle.clone(),
            edges: edges.collect(),
            says: text::aggregation(self.aggregation),
        }
    }
}
