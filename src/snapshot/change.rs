//! What differs between two states of a group, for people: cases that changed in the same way stand together.

use super::group::Group;
use super::outcome::Outcome;
use crate::case::CaseId;
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The number of cases that are named for one way of changing.
const CASES_NAMED_MAX: usize = 12;
/// The number of ways of changing that are shown for a group in a log.
const WAYS_SHOWN_MAX: usize = 40;
/// The time that the comparison of two outcomes may take; what is left then is shown as one difference.
const COMPARING_MAX: Duration = Duration::from_millis(500);
/// Lines around a difference that are shown.
const CONTEXT_LINES: usize = 2;

/// One case that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The case.
    pub id: CaseId,
    /// What was accepted; `None`: the case is new.
    pub before: Option<Outcome>,
    /// What was seen; `None`: the case is gone.
    pub after: Option<Outcome>,
}

/// How much of the changes is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Each way of changing.
    Whole,
    /// No more ways than somebody reads in a log.
    Shortened,
}

/// What a line of a shown difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Names what follows.
    Heading,
    /// Is no more.
    Removed,
    /// Is new.
    Added,
    /// Is as it was.
    Context,
}

/// A line of a shown difference.
pub type Line = (LineKind, String);

/// The cases that differ, sorted by id.
pub fn changes(before: Option<&Group>, after: &Group) -> Vec<Change> {
    let none = BTreeMap::new();
    let before = before.map_or(&none, |group| &group.cases);
    let ids: BTreeSet<&CaseId> = before.keys().chain(after.cases.keys()).collect();
    let change = |id: &CaseId| {
        let (before, after) = (before.get(id).cloned(), after.cases.get(id).cloned());
        (before != after).then(|| Change { id: id.clone(), before, after })
    };
    ids.into_iter().filter_map(change).collect()
}

/// The changes as lines: for each way of changing, the verdicts before and after, the cases, and what differs.
pub fn shown(changes: &[Change], extent: Extent) -> Vec<Line> {
    let mut ways: Vec<(&Change, Vec<&CaseId>)> = Vec::new();
    let mut known: BTreeMap<(&Option<Outcome>, &Option<Outcome>), usize> = BTreeMap::new();
    for change in changes {
        let at = *known.entry((&change.before, &change.after)).or_insert(ways.len());
        match ways.get_mut(at) {
            Some((_, ids)) => ids.push(&change.id),
            None => ways.push((change, vec![&change.id])),
        }
    }
    let mut lines = Vec::new();
    let most = if extent == Extent::Whole { ways.len() } else { WAYS_SHOWN_MAX };
    for (change, ids) in ways.iter().take(most) {
        show_way(change, ids, &mut lines);
    }
    let left: usize = ways.iter().skip(most).map(|(_, ids)| ids.len()).sum();
    if left > 0 {
        lines.push((LineKind::Heading, format!("and {left} more cases, which changed in other ways")));
    }
    lines
}

fn show_way(change: &Change, ids: &[&CaseId], lines: &mut Vec<Line>) {
    let verdict = |outcome: &Option<Outcome>, none: &str| {
        outcome.as_ref().map_or_else(|| none.to_owned(), |outcome| outcome.verdict().to_owned())
    };
    let (before, after) = (verdict(&change.before, "(new)"), verdict(&change.after, "(gone)"));
    let count = if ids.len() == 1 { "1 case".to_owned() } else { format!("{} cases", ids.len()) };
    lines.push((LineKind::Heading, format!("{before} → {after}, {count}")));
    lines.extend(ids.iter().take(CASES_NAMED_MAX).map(|id| (LineKind::Context, format!("  {id}"))));
    if ids.len() > CASES_NAMED_MAX {
        lines.push((LineKind::Context, format!("  and {} more", ids.len() - CASES_NAMED_MAX)));
    }
    let text = |outcome: &Option<Outcome>| {
        outcome.as_ref().map_or_else(String::new, |outcome| format!("{}\n", outcome.text()))
    };
    let (before, after) = (text(&change.before), text(&change.after));
    let diff = TextDiff::configure().timeout(COMPARING_MAX).diff_lines(&before, &after);
    for (index, group) in diff.grouped_ops(CONTEXT_LINES).iter().enumerate() {
        if index > 0 {
            lines.push((LineKind::Context, "      ⋮".to_owned()));
        }
        for line in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (kind, sign) = match line.tag() {
                ChangeTag::Delete => (LineKind::Removed, '-'),
                ChangeTag::Insert => (LineKind::Added, '+'),
                ChangeTag::Equal => (LineKind::Context, ' '),
            };
            lines.push((kind, format!("    {sign} {}", line.value().trim_end_matches('\n'))));
        }
    }
}
