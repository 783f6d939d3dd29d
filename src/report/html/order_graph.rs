//! The plain graph of which defect is reported first. It does not know how that was learned.

use crate::case::CaseId;

/// Kinds of defects, and which of two the subject reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderGraph {
    /// The kinds in layers, what is reported first to the left.
    pub layers: Vec<Vec<String>>,
    /// Kinds that stand in a circle, in no layer.
    pub circle: Vec<String>,
    /// Two kinds each.
    pub edges: Vec<OrderEdge>,
    /// Whether the subject reports one or all violations of constraints.
    pub says: String,
}

/// Two kinds of defects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEdge {
    /// The one that is reported more often, if one is.
    pub first: String,
    /// The other one.
    pub later: String,
    /// Of so many pairs of defects.
    pub pairs: usize,
    /// So many were answered with `first` alone.
    pub reported_first: usize,
    /// So many with `later` alone.
    pub reported_later: usize,
    /// So many with both in one answer.
    pub reported_both: usize,
    /// What AWS is attested to do, in short.
    pub attested: String,
    /// The cases that contradict that.
    pub contradicting: Vec<CaseId>,
    /// One of the cases.
    pub example: CaseId,
}

impl OrderEdge {
    /// Whether one of the two is reported more often than the other.
    pub fn is_directed(&self) -> bool {
        self.first != self.later && self.reported_first > self.reported_later
    }
}
