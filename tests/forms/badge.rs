//! The badge.

use crate::sample::{case, context, run_of, sample, with_wrong_list, written};
use countersign::event::Verdict;
use countersign::report::Run;

#[test]
fn a_badge_says_how_many_of_the_applicable_cases_passed() {
    let text = written("badge", &sample(), &context());
    // Seven of nine are applicable; two pass, an advisory among them, and one is observed.
    assert!(text.contains(">ConfirmSignUp 2/7</title>"), "{text}");
    assert!(text.contains(">2/7</text>") && text.contains(">ConfirmSignUp</text>"), "{text}");
}

#[test]
fn its_colour_follows_the_part_that_passed() {
    let colour_of = |run: &Run| {
        let text = written("badge", run, &context());
        let (_, rest) = text.rsplit_once("height=\"20\" fill=\"#").unwrap();
        rest[..6].to_owned()
    };
    let colour = |verdicts: &[Verdict]| {
        let cases = verdicts.iter().enumerate().map(|(at, verdict)| case(at, &at.to_string(), *verdict));
        colour_of(&run_of(cases.collect()))
    };
    let all = [
        colour(&[Verdict::Pass, Verdict::Pass]),
        colour(&[Verdict::Pass, Verdict::Mismatch]),
        colour(&[Verdict::Pass, Verdict::Mismatch, Verdict::Mismatch]),
        colour(&[Verdict::Uncovered]),
        colour_of(&with_wrong_list()),
    ];
    assert_eq!(all, ["2a7d32", "b35900", "b3261e", "5f6368", "b35900"]);
}

#[test]
fn it_fetches_nothing_and_runs_nothing() {
    let text = written("badge", &sample(), &context());
    for word in ["href", "script", "style", "@import", "foreignObject", "<image"] {
        assert!(!text.contains(word), "{word}");
    }
    assert_eq!(text.matches("url(").count(), text.matches("url(#round)").count());
}
