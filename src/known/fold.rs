//! Puts together what can be said in one entry: few patterns for many cases, one text for headers that never repeat.

use super::patterns::escaped;
use super::{ANYTHING, CasePattern, CasePatterns, KnownFailure};
use crate::case::CaseId;
use crate::event::{AspectName, Mismatch};
use crate::requirement::RequirementId;
use std::collections::{BTreeMap, BTreeSet};

/// A pattern saves this many lines at least.
const LINES_SAVED_MIN: usize = 2;

/// Of what a pattern is there for, at most this part may be taken away again.
const EXCEPTIONS_PART: usize = 4;

/// What an entry is bound to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) requirement: RequirementId,
    pub(super) aspect: AspectName,
    pub(super) got: String,
}

impl Key {
    pub(super) fn of(mismatch: &Mismatch) -> Self {
        Self { requirement: mismatch.requirement.clone(), aspect: mismatch.aspect, got: mismatch.got.clone() }
    }

    pub(super) fn of_entry(entry: &KnownFailure) -> Self {
        Self { requirement: entry.requirement.clone(), aspect: entry.aspect, got: entry.got.clone() }
    }

    /// Whether the entry is bound to this.
    pub(super) fn is_of(&self, entry: &KnownFailure) -> bool {
        entry.binds(&self.requirement, self.aspect, &self.got)
    }

    /// The name of the header that was got, up to its value.
    fn header(&self) -> Option<&str> {
        let (name, _) = self.got.strip_prefix('`')?.strip_suffix('`')?.split_once(": ")?;
        (self.aspect == AspectName::Header).then_some(name)
    }
}

/// Headers that no two cases have alike, as ids of requests: what is got is the header, whatever its value.
pub(super) fn fold_volatile(failing: BTreeMap<Key, BTreeSet<&CaseId>>) -> BTreeMap<Key, BTreeSet<&CaseId>> {
    let mut headers: BTreeMap<(RequirementId, String), (usize, usize)> = BTreeMap::new();
    for (key, cases) in &failing {
        if let Some(name) = key.header() {
            let (values, total) = headers.entry((key.requirement.clone(), name.to_owned())).or_default();
            *values += 1;
            *total += cases.len();
        }
    }
    headers.retain(|_, (values, total)| *values > 1 && values == total);
    let mut folded: BTreeMap<Key, BTreeSet<&CaseId>> = BTreeMap::new();
    for (key, cases) in failing {
        let name = key.header().map(str::to_owned);
        let name = name.filter(|name| headers.contains_key(&(key.requirement.clone(), name.clone())));
        let key = match name {
            Some(name) => Key { got: format!("`{name}: {ANYTHING}`"), ..key },
            None => key,
        };
        folded.entry(key).or_default().extend(cases);
    }
    folded
}

/// Patterns that take exactly `cases` out of `ids`: the one that saves most lines first, until none saves
/// [`LINES_SAVED_MIN`]; then ids. What a pattern takes besides is taken away again by name: at most a part in
/// [`EXCEPTIONS_PART`] of what it is there for.
pub(super) fn patterns_for(cases: &BTreeSet<&CaseId>, ids: &BTreeSet<CaseId>) -> CasePatterns {
    let all: BTreeSet<&str> = ids.iter().map(CaseId::as_str).collect();
    let mut left: BTreeSet<&str> = cases.iter().map(|id| id.as_str()).collect();
    let mut spans = spans(&left, &all);
    let (mut patterns, mut exceptions) = (Vec::new(), BTreeSet::new());
    loop {
        for span in &mut spans {
            span.taken.retain(|id| left.contains(id));
            span.besides.retain(|id| !exceptions.contains(id));
        }
        spans.retain(|span| span.saved() >= LINES_SAVED_MIN && span.is_plain());
        let Some(span) = spans.iter().min_by(|a, b| a.order().cmp(&b.order())) else { break };
        patterns.extend(span.text().parse::<CasePattern>());
        left.retain(|id| !span.taken.contains(id));
        exceptions.extend(span.besides.iter().copied());
    }
    let named = |wanted: &BTreeSet<&str>, id: &CaseId| wanted.contains(id.as_str());
    patterns.extend(ids.iter().filter(|id| named(&left, id)).map(CasePattern::of));
    patterns.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    patterns.extend(ids.iter().filter(|id| named(&exceptions, id)).map(CasePattern::all_but));
    CasePatterns(patterns)
}

/// A pattern `GROUP/…*…`.
struct Span<'a> {
    before: &'a str,
    after: &'a str,
    /// What it is there for.
    taken: Vec<&'a str>,
    /// What it takes and must not.
    besides: Vec<&'a str>,
}

impl Span<'_> {
    /// The number of lines that it takes the place of.
    fn saved(&self) -> usize {
        self.taken.len().saturating_sub(1 + self.besides.len())
    }

    /// Of two that save as much, the shorter says more plainly what it is about; then the alphabet decides.
    fn order(&self) -> (std::cmp::Reverse<usize>, usize, &str, &str) {
        let length = self.before.len() + self.after.len();
        (std::cmp::Reverse(self.saved()), length, self.before, self.after)
    }

    fn is_plain(&self) -> bool {
        self.besides.len() * EXCEPTIONS_PART <= self.taken.len()
    }

    fn text(&self) -> String {
        format!("{}*{}", escaped(self.before), escaped(self.after))
    }
}

/// Every pattern that saves lines. Words end at `-` and `+`.
fn spans<'a>(wanted: &BTreeSet<&'a str>, all: &BTreeSet<&'a str>) -> Vec<Span<'a>> {
    let mut ends: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for id in wanted {
        let Some(group) = id.find('/') else { continue };
        let words = id.match_indices(['-', '+']).map(|(at, _)| at).filter(|at| *at > group);
        let befores: Vec<usize> = std::iter::once(group).chain(words.clone()).map(|at| at + 1).collect();
        let afters: Vec<usize> = words.chain([id.len()]).collect();
        for (before, after) in befores.iter().flat_map(|b| afters.iter().map(move |a| (*b, *a))) {
            if let (true, Some(head), Some(tail)) = (before <= after, id.get(..before), id.get(after..)) {
                ends.entry((head, tail)).or_default().push(id);
            }
        }
    }
    ends.retain(|_, taken| taken.len() > LINES_SAVED_MIN);
    let span = |((before, after), taken): ((&'a str, &'a str), Vec<&'a str>)| {
        let takes = |id: &&str| id.ends_with(after) && id.len() >= before.len() + after.len();
        let of_head = all.range(before..).take_while(|id| id.starts_with(before)).copied();
        let besides = of_head.filter(takes).filter(|id| !wanted.contains(id)).take(taken.len()).collect();
        Span { before, after, taken, besides }
    };
    ends.into_iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::ids;
    use super::*;

    fn patterns(wanted: &[&str], others: &[&str]) -> Vec<String> {
        let all = ids(&[wanted, others].concat());
        let wanted_ids = ids(wanted);
        let patterns = patterns_for(&wanted_ids.iter().collect(), &all);
        for id in &all {
            assert_eq!(patterns.takes(id), wanted_ids.contains(id), "{id}");
        }
        patterns.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_group_that_fails_as_a_whole_is_one_pattern() {
        assert_eq!(patterns(&["code/a", "code/b", "code/c-d"], &["null/a"]), ["code/*"]);
    }

    #[test]
    fn a_pattern_takes_no_case_that_does_not_fail() {
        let failing = ["code/wrong-a", "code/wrong-b", "code/wrong-c", "code/short"];
        assert_eq!(patterns(&failing, &["code/right", "code/wrongful-d"]), ["code/short", "code/wrong-*"]);
        let failing = ["code/a-secret", "code/b-secret", "code/c-d-secret"];
        assert_eq!(patterns(&failing, &["code/a-public"]), ["code/*-secret"]);
        let failing = ["code/a-1-secret", "code/a-2-secret", "code/a-3-secret"];
        assert_eq!(patterns(&failing, &["code/a-1-public", "code/b-1-secret"]), ["code/a-*-secret"]);
    }

    #[test]
    fn what_a_pattern_takes_besides_is_taken_away_by_name_unless_it_is_much() {
        let failing = ["code/a", "code/b", "code/c", "code/d", "code/e"];
        assert_eq!(patterns(&failing, &["code/right"]), ["code/*", "!code/right"]);
        assert_eq!(patterns(&failing, &["code/right", "code/x"]), failing);
    }

    #[test]
    fn few_cases_are_named_one_by_one() {
        assert_eq!(patterns(&["code/a", "code/b"], &[]), ["code/a", "code/b"]);
    }

    #[test]
    fn what_is_special_in_a_glob_is_escaped() {
        let failing = ["a/[x]-1", "a/[x]-2", "a/[x]-3", "a/{y}"];
        assert_eq!(patterns(&failing, &["a/x-1", "a/y"]), ["a/[[]x[]]-*", "a/[{]y[}]"]);
    }
}
