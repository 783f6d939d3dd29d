//! The precedence graph: which defect a subject reports first, pair by pair and summed up over kinds of defects, beside
//! the order that AWS is attested to have.

use super::answered::{Answered, Reported};
use super::table::{Expected, Source};
use crate::case::{CaseId, Label};
use crate::expect::order_attestation;
use crate::generate::matrix::{CellCase, Content};
use crate::requirement::{Attestation, Effect, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// The rows that show that AWS lists the violations of several constraints in one message.
const AGGREGATION_ROWS: &[&str] = &["VAL-004", "VAL-011"];

/// Which of two defects AWS is attested to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttestedOrder {
    /// One of them.
    One {
        /// Which one: [`Reported::First`] or [`Reported::Second`].
        reported: Reported,
        /// How well that is attested.
        attestation: Attestation,
        /// The evidence rows.
        evidence: &'static [&'static str],
    },
    /// Both in one message: they are constraints.
    Both {
        /// How well that is attested.
        attestation: Attestation,
        /// The evidence rows.
        evidence: &'static [&'static str],
    },
    /// Nothing is attested.
    Unattested,
}

impl AttestedOrder {
    fn of(first: &Expected, second: &Expected) -> Self {
        let (Some(a), Some(b)) = (first.refusing_stage(), second.refusing_stage()) else {
            return Self::Unattested;
        };
        if a == b {
            return match a {
                Stage::Validate => {
                    Self::Both { attestation: Attestation::Reported, evidence: AGGREGATION_ROWS }
                }
                _ => Self::Unattested,
            };
        }
        let (attestation, evidence) = order_attestation(a.min(b), a.max(b));
        let reported = if a < b { Reported::First } else { Reported::Second };
        match attestation {
            Attestation::Unattested => Self::Unattested,
            attestation => Self::One { reported, attestation, evidence },
        }
    }

    /// The same seen from the other defect.
    fn turned(self) -> Self {
        match self {
            Self::One { reported, attestation, evidence } => {
                Self::One { reported: turned(reported), attestation, evidence }
            }
            other => other,
        }
    }

    /// Whether `reported` agrees with it; `None` where nothing is attested or nothing can be told.
    pub fn agrees(&self, reported: Reported) -> Option<bool> {
        match (self, reported) {
            (Self::Unattested, _) | (_, Reported::Alike | Reported::Other) => None,
            (Self::One { reported: attested, .. }, reported) => Some(*attested == reported),
            (Self::Both { .. }, reported) => Some(reported == Reported::Both),
        }
    }
}

impl Expected {
    fn refusing_stage(&self) -> Option<Stage> {
        self.stage.filter(|_| self.effect == Effect::Refused)
    }
}

fn turned(reported: Reported) -> Reported {
    match reported {
        Reported::First => Reported::Second,
        Reported::Second => Reported::First,
        other => other,
    }
}

/// Two defects that the subject refuses each, and what it answers to both together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The case with both.
    pub case: CaseId,
    /// The labels of the first defect, joined with `+`.
    pub first: String,
    /// The label of the second defect.
    pub second: String,
    /// Which one is reported.
    pub reported: Reported,
    /// What the subject answers, in short.
    pub answer: String,
    /// What AWS is attested to do.
    pub attested: AttestedOrder,
    kinds: (String, String),
    are_constraints: bool,
}

/// Two kinds of defects, summed up over their pairs. `first` is the one that is reported more often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// A kind of defect: the kind of its label, or the whole label of a user or a secret hash.
    pub first: String,
    /// The other one.
    pub later: String,
    /// How often each answer came, seen from `first`.
    pub counts: BTreeMap<Reported, usize>,
    /// What AWS is attested to do; where that differs from pair to pair, [`AttestedOrder::Unattested`].
    pub attested: AttestedOrder,
    /// How many of the pairs it is attested for.
    pub attested_pairs: usize,
    /// The pairs that contradict what is attested for them.
    pub contradicting: Vec<CaseId>,
    /// One of the cases.
    pub example: CaseId,
}

impl Edge {
    /// How many pairs there are.
    pub fn pairs(&self) -> usize {
        self.counts.values().sum()
    }

    /// How often this answer came.
    pub fn count(&self, reported: Reported) -> usize {
        self.counts.get(&reported).copied().unwrap_or_default()
    }

    /// Whether one of the two is reported more often than the other.
    pub fn is_directed(&self) -> bool {
        self.count(Reported::First) > self.count(Reported::Second)
    }
}

/// Whether a subject lists all violations of constraints or the first one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aggregation {
    /// The pairs of constraint violations, both refused alone.
    pub pairs: usize,
    /// In how many of them both were reported.
    pub both: usize,
    /// In how many only one was.
    pub one: usize,
}

impl Aggregation {
    /// It as a word: `all`, `one`, `mixed`, or `unknown` where no pair shows it.
    pub fn word(self) -> &'static str {
        match (self.both, self.one) {
            (0, 0) => "unknown",
            (_, 0) => "all",
            (0, _) => "one",
            _ => "mixed",
        }
    }
}

/// The precedence graph of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precedence {
    /// Pair by pair, in the order of the cells.
    pub pairs: Vec<Pair>,
    /// Summed up, in the order of the kinds.
    pub edges: Vec<Edge>,
    /// The kinds in layers: what stands in one layer is reported before everything in a later one that it was compared
    /// with.
    pub order: Vec<Vec<String>>,
    /// The kinds that stand in a circle, and so in no layer.
    pub circle: Vec<String>,
    /// Whether all violations are reported.
    pub aggregation: Aggregation,
}

/// The graph of what a source holds.
pub(super) fn precedence(source: &Source<'_>) -> Precedence {
    let mut pairs: Vec<Pair> = Vec::new();
    let in_cells = source.cells.iter().filter_map(|cell| match &cell.content {
        Content::Case(case) => Some(case),
        Content::Meaningless(_) => None,
    });
    for pair in in_cells.chain(source.state_pairs).filter_map(|case| pair(source, case)) {
        if !pairs.iter().any(|known| known.case == pair.case) {
            pairs.push(pair);
        }
    }
    let edges = edges(&pairs);
    let (order, circle) = layers(&edges);
    let constraints = || pairs.iter().filter(|pair| pair.are_constraints);
    let count = |wanted: &[Reported]| constraints().filter(|pair| wanted.contains(&pair.reported)).count();
    let aggregation = Aggregation {
        pairs: constraints().count(),
        both: count(&[Reported::Both]),
        one: count(&[Reported::First, Reported::Second]),
    };
    Precedence { pairs, edges, order, circle, aggregation }
}

/// The pair of a case with two defects: only what the subject refuses alone is a defect to it.
fn pair(source: &Source<'_>, CellCase { id, labels, singles }: &CellCase) -> Option<Pair> {
    let singles = singles.as_ref()?;
    let refused = |id: &CaseId| source.answered(id).filter(|answer| !answer.is_success());
    let (first, second): (Answered, Answered) = (refused(&singles.first)?, refused(&singles.second)?);
    let answer = source.answered(id)?;
    let expected = (source.expected(&singles.first)?, source.expected(&singles.second)?);
    let is_constraint = |expected: &Expected| expected.refusing_stage() == Some(Stage::Validate);
    let joined: Vec<&str> = labels.iter().map(Label::as_str).collect();
    Some(Pair {
        case: id.clone(),
        first: joined.join("+"),
        second: singles.label.to_string(),
        reported: answer.reports(&first, &second),
        answer: answer.summary,
        attested: AttestedOrder::of(&expected.0, &expected.1),
        kinds: (labels.first().map(kind)?, kind(&singles.label)),
        are_constraints: is_constraint(&expected.0) && is_constraint(&expected.1),
    })
}

/// The kind of a defect. What is told of users and secret hashes differs from form to form.
fn kind(label: &Label) -> String {
    match label.kind() {
        "secret-hash" | "user" => label.to_string(),
        kind => kind.to_owned(),
    }
}

/// One pair of an edge: what is reported, what is attested, the case.
type Entry<'a> = (Reported, AttestedOrder, &'a CaseId);

fn edges(pairs: &[Pair]) -> Vec<Edge> {
    let mut sorted: BTreeMap<(&str, &str), Vec<Entry<'_>>> = BTreeMap::new();
    for pair in pairs {
        let (a, b) = (pair.kinds.0.as_str(), pair.kinds.1.as_str());
        let (key, entry) = if a <= b {
            ((a, b), (pair.reported, pair.attested.clone(), &pair.case))
        } else {
            ((b, a), (turned(pair.reported), pair.attested.clone().turned(), &pair.case))
        };
        sorted.entry(key).or_default().push(entry);
    }
    sorted.into_iter().filter_map(|((a, b), entries)| edge((a, b), entries)).collect()
}

fn edge((a, b): (&str, &str), mut entries: Vec<Entry<'_>>) -> Option<Edge> {
    let count = |entries: &[Entry<'_>], wanted| entries.iter().filter(|e| e.0 == wanted).count();
    let (mut first, mut later) = (a, b);
    if a != b && count(&entries, Reported::Second) > count(&entries, Reported::First) {
        (first, later) = (b, a);
        for entry in &mut entries {
            (entry.0, entry.1) = (turned(entry.0), entry.1.clone().turned());
        }
    }
    let (.., example) = entries.first()?;
    let known =
        || entries.iter().map(|(_, attested, _)| attested).filter(|it| **it != AttestedOrder::Unattested);
    let attested = known().next().filter(|one| known().all(|other| other == *one));
    let mut counts = BTreeMap::new();
    for (reported, ..) in &entries {
        *counts.entry(*reported).or_default() += 1;
    }
    let contradicting =
        entries.iter().filter(|(reported, attested, _)| attested.agrees(*reported) == Some(false));
    Some(Edge {
        first: first.to_owned(),
        later: later.to_owned(),
        counts,
        attested: attested.cloned().unwrap_or(AttestedOrder::Unattested),
        attested_pairs: if attested.is_some() { known().count() } else { 0 },
        contradicting: contradicting.map(|(_, _, case)| (*case).clone()).collect(),
        example: (*example).clone(),
    })
}

/// The kinds in layers, and those that stand in a circle.
fn layers(edges: &[Edge]) -> (Vec<Vec<String>>, Vec<String>) {
    let directed: Vec<&Edge> =
        edges.iter().filter(|edge| edge.first != edge.later && edge.is_directed()).collect();
    let mut left: BTreeSet<&str> =
        directed.iter().flat_map(|edge| [edge.first.as_str(), edge.later.as_str()]).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits = |kind: &&str| {
            directed.iter().any(|edge| edge.later == *kind && left.contains(edge.first.as_str()))
        };
        let layer: Vec<&str> = left.iter().copied().filter(|kind| !waits(kind)).collect();
        if layer.is_empty() {
            break;
        }
        left.retain(|kind| !layer.contains(kind));
        order.push(layer.into_iter().map(str::to_owned).collect());
    }
    (order, left.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(first: &str, second: &str, reported: Reported, attested: AttestedOrder) -> Pair {
        Pair {
            case: CaseId::new("matrix", &format!("{first}+{second}")),
            first: first.into(),
            second: second.into(),
            reported,
            answer: String::new(),
            attested,
            kinds: (first.into(), second.into()),
            are_constraints: false,
        }
    }

    const FIRST: AttestedOrder = AttestedOrder::One {
        reported: Reported::First,
        attestation: Attestation::Inferred,
        evidence: &["SEM-061"],
    };

    #[test]
    fn an_edge_leads_from_what_is_reported_more_often_and_names_what_contradicts() {
        let pairs = [
            pair("null", "code", Reported::Second, FIRST),
            pair("code", "null", Reported::First, FIRST.turned()),
        ];
        let edges = edges(&pairs);
        assert_eq!(edges.len(), 1);
        let edge = &edges[0];
        assert_eq!((edge.first.as_str(), edge.later.as_str(), edge.pairs()), ("code", "null", 2));
        assert_eq!(edge.count(Reported::First), 2);
        assert_eq!(edge.attested, FIRST.turned());
        assert_eq!(edge.contradicting.len(), 2);
    }

    #[test]
    fn kinds_stand_in_layers_and_a_circle_is_told() {
        let edge = |first, later| pair(first, later, Reported::First, AttestedOrder::Unattested);
        let (order, circle) =
            layers(&edges(&[edge("type", "null"), edge("type", "empty"), edge("null", "code")]));
        assert_eq!(order, [vec!["type"], vec!["empty", "null"], vec!["code"]]);
        assert_eq!(circle, [""; 0]);
        let (order, circle) =
            layers(&edges(&[edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("x", "a")]));
        assert_eq!((order, circle), (vec![vec!["x".to_owned()]], vec!["a".into(), "b".into(), "c".into()]));
    }
}
