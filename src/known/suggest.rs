//! Reports → entries: the mismatches that fail a run, by requirement, aspect and what was got. What somebody wrote into
//! an older list is kept.

use super::fold::{Key, fold_volatile, patterns_for};
use super::{CasePatterns, KnownFailure, KnownList, Place, REASON_UNKNOWN};
use crate::case::CaseId;
use crate::event::{CaseReport, Verdict};
use crate::requirement::Attestation;
use std::collections::{BTreeMap, BTreeSet};

/// What entries are made from.
#[derive(Debug, Clone)]
pub struct Evidence<'a> {
    /// The cases of a report.
    pub cases: Vec<&'a CaseReport>,
    /// The gate of its run.
    pub gate: Attestation,
    /// The ids of the whole suite. Cases that are not among them are left out.
    pub ids: &'a BTreeSet<CaseId>,
}

impl<'a> Evidence<'a> {
    /// The cases that the subject got a verdict on.
    fn decided(&self) -> BTreeMap<&'a CaseId, &'a CaseReport> {
        let is_decided =
            |report: &&&CaseReport| !matches!(report.verdict, Verdict::Uncovered | Verdict::Inconclusive);
        let is_of_suite = |report: &&&CaseReport| self.ids.contains(&report.id);
        self.cases.iter().filter(is_decided).filter(is_of_suite).map(|report| (&report.id, *report)).collect()
    }

    /// What fails the run, with the cases that fail so.
    fn failing(&self) -> BTreeMap<Key, BTreeSet<&'a CaseId>> {
        let mut failing: BTreeMap<Key, BTreeSet<&CaseId>> = BTreeMap::new();
        for (id, report) in self.decided() {
            for mismatch in report.mismatches.iter().filter(|mismatch| mismatch.attestation.gates(self.gate))
            {
                failing.entry(Key::of(mismatch)).or_default().insert(id);
            }
        }
        failing
    }
}

/// An entry while its cases are put together.
struct Draft<'a> {
    entry: KnownFailure,
    cases: BTreeSet<&'a CaseId>,
}

/// The list that a run with this report needs in order not to fail, in the order of requirement, aspect and what was got.
///
/// An entry of the `old` list keeps its reason, link, date and what it is bound to. It loses the cases that do not fail so
/// any more, keeps those that the report says nothing of, gets new ones that fail in the same way unless another old entry
/// is bound to that as well, and goes when no case is left.
pub fn suggest(evidence: &Evidence<'_>, old: &KnownList) -> KnownList {
    let mut failing = evidence.failing();
    let mut drafts = kept(evidence, old, &mut failing);
    for (key, cases) in &mut failing {
        let mut bound = drafts.iter_mut().filter(|draft| key.is_of(&draft.entry));
        if let (Some(only), None) = (bound.next(), bound.next()) {
            only.cases.append(cases);
        }
    }
    failing.retain(|_, cases| !cases.is_empty());
    let new = fold_volatile(failing).into_iter().map(|(key, cases)| Draft { entry: new_entry(key), cases });
    drafts.extend(new);
    drafts.retain(|draft| !draft.cases.is_empty());
    let mut entries: Vec<KnownFailure> =
        drafts.into_iter().map(|draft| finished(draft, evidence.ids)).collect();
    let first = |entry: &KnownFailure| entry.cases.0.first().map(ToString::to_string);
    entries.sort_by(|a, b| (Key::of_entry(a), first(a)).cmp(&(Key::of_entry(b), first(b))));
    KnownList(entries)
}

/// The old entries with the cases that they still speak of; these are taken out of what fails.
fn kept<'a>(
    evidence: &Evidence<'a>,
    old: &KnownList,
    failing: &mut BTreeMap<Key, BTreeSet<&'a CaseId>>,
) -> Vec<Draft<'a>> {
    let decided = evidence.decided();
    let mut taken: BTreeSet<(Key, &CaseId)> = BTreeSet::new();
    let mut drafts = Vec::with_capacity(old.0.len());
    for entry in &old.0 {
        let mut cases = BTreeSet::new();
        for id in evidence.ids.iter().filter(|id| entry.cases.takes(id)) {
            let still = decided
                .get(id)
                .is_none_or(|report| report.mismatches.iter().any(|mismatch| entry.fits(mismatch)));
            if still && taken.insert((Key::of_entry(entry), id)) {
                cases.insert(id);
            }
        }
        for (_, left) in failing.iter_mut().filter(|(key, _)| key.is_of(entry)) {
            left.retain(|id| !cases.contains(id));
        }
        drafts.push(Draft { entry: entry.clone(), cases });
    }
    drafts
}

fn new_entry(key: Key) -> KnownFailure {
    let Key { requirement, aspect, got } = key;
    KnownFailure {
        cases: CasePatterns::default(),
        requirement,
        aspect,
        got,
        reason: REASON_UNKNOWN.to_owned(),
        link: None,
        expires: None,
        place: Place::default(),
    }
}

/// The entry with patterns for its cases; those of an old one stay as they are where they still say the same.
fn finished(draft: Draft<'_>, ids: &BTreeSet<CaseId>) -> KnownFailure {
    let Draft { entry, cases } = draft;
    let fits = |pattern: &super::CasePattern| ids.iter().any(|id| pattern.fits(id));
    let is_the_same = ids.iter().all(|id| entry.cases.takes(id) == cases.contains(id));
    if is_the_same && entry.cases.0.iter().all(fits) {
        return entry;
    }
    KnownFailure { cases: patterns_for(&cases, ids), ..entry }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{entry, failed, ids, report};
    use super::*;
    use crate::event::AspectName;

    fn suggested(cases: &[CaseReport], all: &[&str], old: Vec<KnownFailure>) -> Vec<KnownFailure> {
        let ids = ids(all);
        let evidence = Evidence { cases: cases.iter().collect(), gate: Attestation::Recorded, ids: &ids };
        suggest(&evidence, &KnownList(old)).0
    }

    fn cases_of(entry: &KnownFailure) -> Vec<&str> {
        entry.cases.0.iter().map(super::super::CasePattern::as_str).collect()
    }

    const ALL: [&str; 5] = ["code/a", "code/b", "code/c", "null/a", "null/b"];

    #[test]
    fn what_fails_in_the_same_way_is_one_entry_and_what_is_below_the_gate_is_none() {
        let mut advisory = failed("null/b", "500");
        advisory.mismatches[0].attestation = Attestation::Reported;
        let cases = [
            failed("code/a", "200"),
            failed("code/b", "200"),
            failed("code/c", "500"),
            report("null/a", Verdict::Pass),
            advisory,
        ];
        let entries = suggested(&cases, &ALL, Vec::new());
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].got.as_str(), cases_of(&entries[0])), ("200", vec!["code/a", "code/b"]));
        assert_eq!((entries[1].got.as_str(), cases_of(&entries[1])), ("500", vec!["code/c"]));
        assert_eq!(entries[0].reason, REASON_UNKNOWN);
    }

    #[test]
    fn a_case_without_a_verdict_on_the_subject_or_of_another_suite_is_not_listed() {
        let stuck = CaseReport { verdict: Verdict::Inconclusive, ..failed("code/a", "200") };
        assert_eq!(suggested(&[stuck, failed("gone/a", "200")], &ALL, Vec::new()), []);
    }

    #[test]
    fn what_somebody_wrote_is_kept_and_the_cases_follow_the_report() {
        let written = KnownFailure {
            reason: "codes are not checked".into(),
            link: Some("https://example.org/1".into()),
            expires: Some(jiff::civil::date(2027, 1, 31)),
            ..entry(7, &["code/a", "code/b", "null/a"], "200")
        };
        // `code/a` is fixed, `null/a` did not run, `code/c` is new.
        let cases = [report("code/a", Verdict::Stale), failed("code/b", "200"), failed("code/c", "200")];
        let entries = suggested(&cases, &ALL, vec![written.clone()]);
        assert_eq!(entries.len(), 1);
        assert_eq!(cases_of(&entries[0]), ["code/b", "code/c", "null/a"]);
        assert_eq!(entries[0], KnownFailure { cases: entries[0].cases.clone(), ..written });
    }

    #[test]
    fn a_list_that_is_right_stays_as_it_is() {
        let old = vec![entry(1, &["code/*", "!code/c"], "200"), entry(4, &["code/c"], "500")];
        let cases = [failed("code/a", "200"), failed("code/b", "200"), failed("code/c", "500")];
        assert_eq!(suggested(&cases, &ALL, old.clone()), old);
    }

    #[test]
    fn an_entry_without_a_case_goes_and_one_said_twice_is_said_once() {
        let old = vec![
            entry(1, &["code/a"], "200"),
            entry(2, &["code/b"], "200"),
            entry(3, &["code/b"], "200"),
            entry(4, &["no/case"], "200"),
        ];
        let cases = [report("code/a", Verdict::Pass), failed("code/b", "200")];
        let entries = suggested(&cases, &ALL, old);
        assert_eq!(entries.iter().map(|entry| entry.place.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_new_case_that_two_old_entries_are_bound_to_gets_an_entry_of_its_own() {
        let old = vec![entry(1, &["code/a"], "200"), entry(2, &["code/b"], "200")];
        let cases = [failed("code/a", "200"), failed("code/b", "200"), failed("code/c", "200")];
        let entries = suggested(&cases, &ALL, old);
        assert_eq!(entries.len(), 3);
        assert_eq!((entries[2].reason.as_str(), cases_of(&entries[2])), (REASON_UNKNOWN, vec!["code/c"]));
    }

    #[test]
    fn an_entry_below_the_gate_is_kept_while_it_holds() {
        let mut advisory = failed("code/a", "200");
        advisory.mismatches[0].attestation = Attestation::Reported;
        let old = vec![entry(1, &["code/a"], "200")];
        assert_eq!(suggested(&[advisory], &ALL, old.clone()), old);
    }

    #[test]
    fn a_header_that_differs_each_time_is_listed_whatever_its_value() {
        let header = |name: &str, value: &str| {
            let mut case = failed(name, &format!("`x-amzn-requestid: {value}`"));
            case.mismatches[0].aspect = AspectName::Header;
            case
        };
        let cases = [header("code/a", "X1"), header("code/b", "X2"), header("null/a", "X3")];
        let entries = suggested(&cases, &ALL, Vec::new());
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].got, "`x-amzn-requestid: ${*}`");
        let again = suggested(&[header("code/a", "Y1"), header("code/c", "Y2")], &ALL, entries);
        assert_eq!(again.len(), 1);
        // Of `code/b` and `null/a` the second report says nothing.
        assert_eq!(cases_of(&again[0]), ["code/*", "null/a"]);
    }
}
