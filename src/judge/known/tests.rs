use super::*;
use crate::event::AspectName;
use crate::known::testing::{entry, mismatch};
use crate::requirement::RequirementId;
use Verdict::{Advisory, Inconclusive, Known, Observed, Pass, Stale, Uncovered};

const ID: &str = "code/wrong";

fn judgement(verdict: Verdict, mismatches: Vec<Mismatch>) -> Judgement {
    Judgement { verdict, mismatches, known: Vec::new(), reason: None }
}

fn state(got: &str) -> Mismatch {
    Mismatch { aspect: AspectName::State, ..mismatch(got) }
}

fn state_entry(line: usize) -> KnownFailure {
    KnownFailure { aspect: AspectName::State, ..entry(line, &["code/*"], "CONFIRMED") }
}

fn below_gate(mismatch: Mismatch) -> Mismatch {
    Mismatch { attestation: Attestation::Reported, ..mismatch }
}

fn judged(entries: Vec<KnownFailure>, judgement: Judgement, values: Values) -> Judgement {
    judge_known(&KnownList(entries), &ID.parse().unwrap(), judgement, Attestation::Recorded, values)
}

fn first_round(entries: Vec<KnownFailure>, judgement: Judgement) -> Judgement {
    judged(entries, judgement, Values::AsListed)
}

/// The verdict, and the reason where there is one.
fn told(judgement: &Judgement) -> (Verdict, &str) {
    (judgement.verdict, judgement.reason.as_deref().unwrap_or_default())
}

#[test]
fn a_case_that_fails_exactly_as_listed_is_known() {
    let failing = judgement(Verdict::Mismatch, vec![mismatch("200"), state("CONFIRMED")]);
    let found = first_round(vec![entry(1, &["code/*"], "200"), state_entry(5)], failing);
    assert_eq!(told(&found), (Known, "reason 1; reason 5"));
    let places: Vec<&str> = found.known.iter().map(|listed| listed.place.as_str()).collect();
    assert_eq!(places, ["a.toml:1", "a.toml:5"]);
}

#[test]
fn a_case_that_no_entry_speaks_of_stays_as_it_is() {
    for verdict in [Pass, Verdict::Mismatch, Advisory, Observed] {
        let before = judgement(verdict, vec![mismatch("200")]);
        assert_eq!(first_round(vec![entry(1, &["null/*"], "200")], before.clone()), before);
    }
}

#[test]
fn a_new_mismatch_beside_a_listed_one_is_a_mismatch_and_told_apart() {
    let failing = judgement(Verdict::Mismatch, vec![mismatch("200"), state("CONFIRMED")]);
    let found = first_round(vec![entry(1, &["code/*"], "200")], failing);
    assert_eq!(told(&found), (Verdict::Mismatch, ""));
    assert_eq!(found.known.iter().map(|listed| listed.aspect).collect::<Vec<_>>(), [AspectName::Status]);
}

#[test]
fn a_new_mismatch_below_the_gate_changes_nothing() {
    let failing = judgement(Verdict::Mismatch, vec![mismatch("200"), below_gate(state("CONFIRMED"))]);
    assert_eq!(first_round(vec![entry(1, &["code/*"], "200")], failing).verdict, Known);
}

#[test]
fn a_listed_case_that_passes_is_stale_and_the_entry_is_named() {
    let found = first_round(vec![entry(3, &["code/*"], "200")], judgement(Pass, Vec::new()));
    assert_eq!(told(&found), (Stale, "a.toml:3 lists CSU-CODE-001 status with `200`: the case passes"));
}

#[test]
fn a_listed_case_that_is_not_judged_any_more_or_differs_below_the_gate_only_is_stale() {
    let entries = || vec![entry(3, &["code/*"], "200")];
    let found = first_round(entries(), judgement(Observed, Vec::new()));
    assert!(told(&found).1.ends_with(": the case is not judged any more"), "{found:?}");
    let found = first_round(entries(), judgement(Advisory, vec![below_gate(state("CONFIRMED"))]));
    assert_eq!(found.verdict, Stale);
    assert!(told(&found).1.ends_with(": the case differs only below the gate"), "{found:?}");
}

#[test]
fn a_listed_case_that_fails_otherwise_is_stale_and_says_how() {
    let entries = || vec![entry(3, &["code/*"], "200")];
    let other_requirement = Mismatch { requirement: RequirementId("CSU-USER-001".into()), ..mismatch("200") };
    for (found, shown) in [
        (mismatch("500 (HTML)"), "CSU-CODE-001 status with `500 (HTML)`"),
        (state("CONFIRMED"), "CSU-CODE-001 state with `CONFIRMED`"),
        (other_requirement, "CSU-USER-001 status with `200`"),
    ] {
        let found = first_round(entries(), judgement(Verdict::Mismatch, vec![found]));
        let expected =
            format!("a.toml:3 lists CSU-CODE-001 status with `200`: the case fails otherwise, {shown}");
        assert_eq!(told(&found), (Stale, expected.as_str()));
    }
}

#[test]
fn a_listed_mismatch_that_is_gone_is_stale_beside_one_that_stays() {
    let entries = vec![entry(1, &["code/*"], "200"), state_entry(5)];
    let found = first_round(entries, judgement(Verdict::Mismatch, vec![mismatch("200")]));
    let expected = "a.toml:5 lists CSU-CODE-001 state with `CONFIRMED`: that is gone, while the case still fails as \
                    listed elsewhere";
    assert_eq!(told(&found), (Stale, expected));
}

#[test]
fn what_is_listed_below_the_gate_stays_an_advisory_while_it_holds() {
    let found = first_round(
        vec![entry(1, &["code/*"], "200")],
        judgement(Advisory, vec![below_gate(mismatch("200"))]),
    );
    assert_eq!(told(&found), (Advisory, ""));
    assert_eq!(found.known.len(), 1);
}

#[test]
fn a_case_without_a_verdict_on_the_subject_says_nothing_of_its_entries() {
    for verdict in [Uncovered, Inconclusive] {
        let before = judgement(verdict, Vec::new());
        assert_eq!(first_round(vec![entry(1, &["code/*"], "200")], before.clone()), before);
    }
}

#[test]
fn with_redrawn_values_an_entry_excuses_and_is_never_stale() {
    let later = |judgement| judged(vec![entry(1, &["code/*"], "200")], judgement, Values::Redrawn);
    assert_eq!(later(judgement(Pass, Vec::new())).verdict, Pass);
    assert_eq!(later(judgement(Verdict::Mismatch, vec![mismatch("200")])).verdict, Known);
    assert_eq!(later(judgement(Verdict::Mismatch, vec![mismatch("500")])).verdict, Verdict::Mismatch);
}
