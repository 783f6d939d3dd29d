//! What sets a fault apart from the others.
//!
//! That every fault is found says little where one case finds them all. Two questions are asked of each fault:
//!
//! * Has it a case of its own, that no other fault needs? Each fault is given one of the cases that find it, none of them
//!   twice: a matching of faults and cases. Without that case every other fault is still found, by the one of its own.
//! * Can a reader of the reports tell it from the others? Best by one case whose report says what it says for no other
//!   fault. There is no such case where a fault does a part of what another one does: a bound of 129 where the other has no
//!   bound at all. Then whatever the one does, the other one does as well, and the reports of the others tell.

use super::kill::Kill;
use crate::case::CaseId;
use std::collections::{BTreeMap, BTreeSet};

/// A report: a case, and a mark of what is said there.
type Report<'k> = (&'k CaseId, &'k u64);

/// What sets one fault apart from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// A case that finds it and that no other fault needs, and how many faults that case finds in all.
    pub own: Option<(CaseId, usize)>,
    /// How its reports differ from those of the others.
    pub telling: Telling,
}

/// How the reports of one fault differ from those of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Telling {
    /// In this case the report is one that no other fault has.
    Alone(CaseId),
    /// Each of its reports is one of this fault's as well, which has others besides.
    PartOf(String),
    /// Each of its reports is one of another fault's, but of no single one.
    Scattered,
    /// This fault has the same reports: nothing tells the two apart.
    Alike(String),
}

impl Standing {
    /// What sets each of `kills` apart. `found` says how many faults each case finds.
    pub(super) fn of(kills: &[Kill], found: &BTreeMap<CaseId, usize>) -> Vec<Self> {
        let counted = |case: &CaseId| (case.clone(), found.get(case).copied().unwrap_or_default());
        let own = matched(kills, found).into_iter().map(|case| case.map(counted));
        own.zip(tellings(kills)).map(|(own, telling)| Self { own, telling }).collect()
    }

    /// Whether it has a case of its own, and no other fault looks the same.
    pub fn holds(&self) -> bool {
        self.own.is_some() && !self.is_alike()
    }

    /// Whether another fault looks the same in every report.
    pub fn is_alike(&self) -> bool {
        matches!(self.telling, Telling::Alike(_))
    }
}

/// For each fault a case that finds it, none of them twice: as many as can be had, and rather one that finds few others.
fn matched<'k>(kills: &'k [Kill], found: &BTreeMap<CaseId, usize>) -> Vec<Option<&'k CaseId>> {
    let mut matching = Matching { choices: Vec::with_capacity(kills.len()), owner: BTreeMap::new() };
    for kill in kills {
        let mut cases: Vec<&CaseId> = kill.finds.iter().map(|find| &find.case).collect();
        cases.sort_by_key(|case| found.get(*case));
        matching.choices.push(cases);
    }
    for fault in 0..kills.len() {
        matching.place(fault, &mut BTreeSet::new());
    }
    let mut own = vec![None; kills.len()];
    for (case, fault) in matching.owner {
        if let Some(own) = own.get_mut(fault) {
            *own = Some(case);
        }
    }
    own
}

/// A matching that grows by augmenting paths (Kuhn 1955).
struct Matching<'k> {
    choices: Vec<Vec<&'k CaseId>>,
    owner: BTreeMap<&'k CaseId, usize>,
}

impl<'k> Matching<'k> {
    /// Gives `fault` a case, if need be one of a fault that can have another. `tried` holds the cases that were looked at.
    fn place(&mut self, fault: usize, tried: &mut BTreeSet<&'k CaseId>) -> bool {
        let choices = self.choices.get(fault).cloned().unwrap_or_default();
        for case in choices {
            let is_free = tried.insert(case)
                && match self.owner.get(case).copied() {
                    None => true,
                    Some(owner) => self.place(owner, tried),
                };
            if is_free {
                self.owner.insert(case, fault);
                return true;
            }
        }
        false
    }
}

fn tellings(kills: &[Kill]) -> Vec<Telling> {
    let mut faults_of: BTreeMap<Report<'_>, BTreeSet<usize>> = BTreeMap::new();
    for (fault, kill) in kills.iter().enumerate() {
        for report in &kill.reports {
            faults_of.entry(report).or_default().insert(fault);
        }
    }
    let telling = |kill: &Kill| {
        let sharers: Vec<_> = kill.reports.iter().map(|report| (report.0, faults_of.get(&report))).collect();
        let alone =
            |(_, faults): &&(&CaseId, Option<&BTreeSet<usize>>)| faults.is_some_and(|it| it.len() == 1);
        if let Some((case, _)) = sharers.iter().find(alone) {
            return Telling::Alone((*case).clone());
        }
        // The faults that share every report, itself among them.
        let mut shared = sharers.iter().filter_map(|(_, faults)| faults.cloned());
        let first = shared.next().unwrap_or_default();
        let all = shared.fold(first, |all, faults| &all & &faults);
        let others =
            all.into_iter().filter_map(|fault| kills.get(fault)).filter(|other| !std::ptr::eq(*other, kill));
        match others.min_by_key(|other| other.reports.len()) {
            None => Telling::Scattered,
            Some(other) if other.reports.len() == kill.reports.len() => Telling::Alike(other.planted.id()),
            Some(other) => Telling::PartOf(other.planted.id()),
        }
    };
    kills.iter().map(telling).collect()
}
