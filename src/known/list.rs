//! All entries of a run, and what is wrong with them whatever the subject does.

use super::{KnownFailure, Place};
use crate::case::CaseId;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What is wrong with a list by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListProblem {
    /// The entry.
    pub place: Place,
    /// What is wrong, and what to do about it.
    pub message: String,
}

impl fmt::Display for ListProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// The known failures of a subject, in the order of their files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownList(pub Vec<KnownFailure>);

impl KnownList {
    /// The entries that speak of this case.
    pub fn of<'a>(&'a self, id: &'a CaseId) -> impl Iterator<Item = &'a KnownFailure> {
        self.0.iter().filter(move |entry| entry.cases.takes(id))
    }

    /// What is wrong with the list, in the order of the places: entries that have expired `today`, patterns that fit none
    /// of `ids`, entries that say the same of the same case. `ids` are those of the whole suite, not of those cases alone
    /// that a filter leaves in: a case that does not run is a case all the same.
    pub fn problems(&self, ids: &BTreeSet<CaseId>, today: Date) -> Vec<ListProblem> {
        let mut problems: Vec<ListProblem> =
            self.0.iter().filter_map(|entry| expired(entry, today)).collect();
        problems.extend(self.0.iter().flat_map(|entry| unmatched(entry, ids)));
        problems.extend(self.duplicates(ids));
        problems.sort();
        problems
    }

    /// One problem for each entry that repeats another one, with the first case that both speak of.
    fn duplicates(&self, ids: &BTreeSet<CaseId>) -> Vec<ListProblem> {
        let mut found: BTreeMap<(usize, usize), &CaseId> = BTreeMap::new();
        for id in ids {
            let of_case: Vec<(usize, &KnownFailure)> =
                self.0.iter().enumerate().filter(|(_, entry)| entry.cases.takes(id)).collect();
            for (position, (one, entry)) in of_case.iter().enumerate() {
                for (other, later) in of_case.iter().skip(position + 1) {
                    if entry.overlaps(later) {
                        found.entry((*other, *one)).or_insert(id);
                    }
                }
            }
        }
        let problem = |(&(later, first), id): (&(usize, usize), &&CaseId)| {
            let (later, first) = (self.0.get(later)?, self.0.get(first)?);
            let (requirement, aspect) = (&later.requirement, later.aspect);
            let message = format!(
                "{requirement} {aspect} of {id} is listed at {} already; remove one of the two",
                first.place
            );
            Some(ListProblem { place: later.place.clone(), message })
        };
        found.iter().filter_map(problem).collect()
    }
}

fn expired(entry: &KnownFailure, today: Date) -> Option<ListProblem> {
    let last = entry.expires.filter(|last| *last < today)?;
    let message = format!("the entry expired on {last}; look at the failure again, then remove or renew it");
    Some(ListProblem { place: entry.place.clone(), message })
}

fn unmatched(entry: &KnownFailure, ids: &BTreeSet<CaseId>) -> Vec<ListProblem> {
    let problem = |message: String| ListProblem { place: entry.place.clone(), message };
    let without_case = entry.cases.0.iter().filter(|pattern| !ids.iter().any(|id| pattern.fits(id)));
    let mut found: Vec<ListProblem> = without_case
        .map(|pattern| {
            let text = crate::wire::escape(pattern.as_str().as_bytes());
            problem(format!("`{text}` matches no case; correct or remove it (`countersign list` and `countersign sdk cases` \
                             show all)"))
        })
        .collect();
    if found.is_empty() && !ids.iter().any(|id| entry.cases.takes(id)) {
        found.push(problem("the entry matches no case: every one is taken away again; remove it".to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::{entry, ids};
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 29);

    fn problems(entries: Vec<KnownFailure>) -> Vec<String> {
        let ids = ids(&["code/right", "code/wrong", "null/code"]);
        KnownList(entries).problems(&ids, TODAY).iter().map(ToString::to_string).collect()
    }

    fn until(date: Date) -> KnownFailure {
        KnownFailure { expires: Some(date), ..entry(1, &["code/wrong"], "200") }
    }

    #[test]
    fn an_entry_holds_through_its_last_day() {
        assert_eq!(problems(vec![until(TODAY)]), Vec::<String>::new());
        assert_eq!(problems(vec![entry(1, &["code/wrong"], "200")]), Vec::<String>::new());
        assert_eq!(
            problems(vec![until(date(2026, 11, 28))]),
            ["a.toml:1: the entry expired on 2026-11-28; look at the failure again, then remove or renew it"]
        );
    }

    #[test]
    fn every_pattern_that_fits_no_case_of_the_suite_is_named() {
        let found = problems(vec![entry(3, &["code/*", "code/wrnog", "!nul/*"], "200")]);
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("a.toml:3: `!nul/*` matches no case"), "{found:?}");
        assert!(found[1].starts_with("a.toml:3: `code/wrnog` matches no case"), "{found:?}");
        let found = problems(vec![entry(3, &["code/*", "!code/*"], "200")]);
        assert!(found[0].starts_with("a.toml:3: the entry matches no case: every one"), "{found:?}");
    }

    #[test]
    fn two_entries_that_say_the_same_of_one_case_are_duplicates() {
        let found = problems(vec![entry(1, &["code/*"], "200"), entry(5, &["*/wrong"], "200")]);
        assert_eq!(
            found,
            [
                "a.toml:5: CSU-CODE-001 status of code/wrong is listed at a.toml:1 already; remove one of the two"
            ]
        );
        let found = problems(vec![entry(1, &["code/*"], "${*}"), entry(5, &["*/wrong"], "200")]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn entries_that_speak_of_other_cases_or_other_mismatches_are_none() {
        let apart = vec![entry(1, &["code/right"], "200"), entry(5, &["code/wrong"], "200")];
        assert_eq!(problems(apart), Vec::<String>::new());
        let other_got = vec![entry(1, &["code/*"], "200"), entry(5, &["code/*"], "500")];
        assert_eq!(problems(other_got), Vec::<String>::new());
        let state = crate::event::AspectName::State;
        let other_aspect = KnownFailure { aspect: state, ..entry(5, &["code/*"], "200") };
        assert_eq!(problems(vec![entry(1, &["code/*"], "200"), other_aspect]), Vec::<String>::new());
    }

    #[test]
    fn the_entries_of_a_case_are_those_whose_patterns_take_it() {
        let list = KnownList(vec![entry(1, &["code/*"], "200"), entry(5, &["null/*"], "200")]);
        let id = "null/code".parse().unwrap();
        assert_eq!(list.of(&id).map(|entry| entry.place.line).collect::<Vec<_>>(), [5]);
    }
}
