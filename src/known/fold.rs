//! Puts together what can be said in one entry: few patterns for many cases, one text for headers that never repeat.

use super::{ANYTHING, CasePattern, CasePatterns, KnownFailure};
use crate::case::CaseId;
use crate::event::{AspectName, Mismatch};
use crate::requirement::RequirementId;
use std::collections::{BTreeMap, BTreeSet};

/// A pattern takes the place of this many ids at least.
const CASES_MIN: usize = 3;

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

/// Patterns that take exactly `cases` out of `ids`: the one that takes most first, until none takes the place of
/// [`CASES_MIN`] ids; then ids.
pub(super) fn patterns_for(cases: &BTreeSet<&CaseId>, ids: &BTreeSet<CaseId>) -> CasePatterns {
    let all: BTreeSet<&str> = ids.iter().map(CaseId::as_str).collect();
    let wanted: BTreeSet<&str> = cases.iter().map(|id| id.as_str()).collect();
    let mut spans = spans_within(&wanted, &all);
    let mut left = wanted;
    let mut patterns = Vec::new();
    loop {
        for taken in spans.values_mut() {
            taken.retain(|id| left.contains(id));
        }
        spans.retain(|_, taken| taken.len() >= CASES_MIN);
        let length = |(before, after): &Span<'_>| before.len() + after.len();
        // Of two that take as many, the shorter says more plainly what it is about; then the alphabet decides.
        let Some((span, taken)) =
            spans.iter().min_by_key(|(span, taken)| (std::cmp::Reverse(taken.len()), length(span), **span))
        else {
            break;
        };
        let (before, after) = span;
        let text = format!("{}*{}", globset::escape(before), globset::escape(after));
        left.retain(|id| !taken.contains(id));
        patterns.extend(text.parse::<CasePattern>());
    }
    patterns.extend(cases.iter().filter(|id| left.contains(id.as_str())).map(|id| CasePattern::of(id)));
    patterns.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    CasePatterns(patterns)
}

/// What stands before and after the `*` of a pattern.
type Span<'a> = (&'a str, &'a str);

/// Every pattern `GROUP/…*…` that takes nothing but what is `wanted`, with what it takes. Words end at `-` and `+`.
fn spans_within<'a>(wanted: &BTreeSet<&'a str>, all: &BTreeSet<&'a str>) -> BTreeMap<Span<'a>, Vec<&'a str>> {
    let mut spans: BTreeMap<Span<'_>, Vec<&str>> = BTreeMap::new();
    for id in wanted {
        let Some(group) = id.find('/') else { continue };
        let ends = id.match_indices(['-', '+']).map(|(at, _)| at).filter(|at| *at > group);
        let befores: Vec<usize> = std::iter::once(group).chain(ends.clone()).map(|at| at + 1).collect();
        let afters: Vec<usize> = ends.chain([id.len()]).collect();
        for (before, after) in befores.iter().flat_map(|b| afters.iter().map(move |a| (*b, *a))) {
            if let (true, Some(head), Some(tail)) = (before <= after, id.get(..before), id.get(after..)) {
                spans.entry((head, tail)).or_default().push(id);
            }
        }
    }
    spans.retain(|(head, tail), taken| {
        let takes = |id: &&&str| id.ends_with(tail) && id.len() >= head.len() + tail.len();
        let of_head = all.range(*head..).take_while(|id| id.starts_with(head));
        taken.len() >= CASES_MIN && of_head.filter(takes).count() == taken.len()
    });
    spans
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
    fn few_cases_are_named_one_by_one() {
        assert_eq!(patterns(&["code/a", "code/b"], &[]), ["code/a", "code/b"]);
    }

    #[test]
    fn what_is_special_in_a_glob_is_escaped() {
        let failing = ["a/[x]-1", "a/[x]-2", "a/[x]-3", "a/{y}"];
        assert_eq!(patterns(&failing, &["a/x-1", "a/y"]), ["a/[[]x[]]-*", "a/[{]y[}]"]);
    }
}
