//! Comparisons of runs.

use crate::sample::{HOSTILE, assert_printable, case, failing, header, hostile, mismatch, run_with, sample};
use countersign::event::{AspectName, CaseReport, Mismatch, RunHeader, Verdict};
use countersign::report::{
    ChangeKind, Compared, Comparison, Kept, Palette, write_comparison_json, write_comparison_markdown,
    write_comparison_text,
};
use countersign::requirement::{Attestation, RequirementId};

fn compared(name: &str, header: RunHeader, cases: Vec<CaseReport>) -> Compared {
    Compared { name: name.into(), run: run_with(header, cases, None) }
}

fn pair(before: Vec<CaseReport>, after: Vec<CaseReport>) -> [Compared; 2] {
    [compared("before", header(), before), compared("after", header(), after)]
}

fn broken(name: &str) -> CaseReport {
    failing(0, name, "CSU-CODE-001", Attestation::Documented)
}

fn with(verdict: Verdict, report: CaseReport) -> CaseReport {
    CaseReport { verdict, ..report }
}

fn kind(before: CaseReport, after: CaseReport) -> Option<ChangeKind> {
    let runs = pair(vec![before], vec![after]);
    let comparison = Comparison::new(&runs);
    assert_eq!(comparison.steps.len(), 1);
    comparison.steps[0].changes.first().map(|change| change.kind)
}

#[test]
fn a_case_changes_by_where_it_stood_and_where_it_stands() {
    use Verdict::{Advisory, Inconclusive, Known, Mismatch, Observed, Pass, Stale, Uncovered};
    let bare = |verdict| case(0, "x", verdict);
    let fails = |verdict| with(verdict, broken("x"));
    let table = [
        (bare(Pass), fails(Mismatch), Some(ChangeKind::NewlyFailing)),
        (bare(Advisory), fails(Known), Some(ChangeKind::NewlyFailing)),
        (bare(Uncovered), fails(Mismatch), Some(ChangeKind::NewlyFailing)),
        (fails(Mismatch), bare(Pass), Some(ChangeKind::NewlyFixed)),
        (fails(Known), bare(Stale), Some(ChangeKind::NewlyFixed)),
        (fails(Mismatch), bare(Inconclusive), Some(ChangeKind::Unjudged)),
        (bare(Pass), bare(Uncovered), Some(ChangeKind::Unjudged)),
        (bare(Uncovered), bare(Pass), Some(ChangeKind::Judged)),
        (fails(Mismatch), fails(Mismatch), None),
        (fails(Mismatch), fails(Known), None),
        (fails(Known), fails(Stale), None),
        (bare(Pass), bare(Advisory), None),
        (bare(Observed), bare(Pass), None),
        (bare(Uncovered), bare(Inconclusive), None),
    ];
    for (before, after, expected) in table {
        let verdicts = (before.verdict, after.verdict);
        assert_eq!(kind(before, after), expected, "{verdicts:?}");
    }
}

#[test]
fn a_failure_is_another_one_where_something_else_differs_but_for_what_a_header_held() {
    let of = |mismatches: Vec<Mismatch>| CaseReport { mismatches, ..broken("x") };
    let one = || mismatch("CSU-CODE-001", Attestation::Documented);
    let got = |got: &str, aspect| Mismatch { got: got.into(), aspect, ..one() };
    let another = mismatch("CSU-CODE-002", Attestation::Documented);
    let otherwise = Some(ChangeKind::FailingOtherwise);
    assert_eq!(kind(of(vec![one()]), of(vec![got("500", AspectName::Type)])), otherwise);
    assert_eq!(kind(of(vec![one()]), of(vec![one(), another.clone()])), otherwise);
    assert_eq!(kind(of(vec![one(), another.clone()]), of(vec![another, one()])), None);
    let id = |text| of(vec![got(text, AspectName::Header)]);
    assert_eq!(kind(id("x-amzn-requestid: 1"), id("x-amzn-requestid: 2")), None);
}

#[test]
fn a_case_of_one_run_alone_has_appeared_or_disappeared() {
    let runs = pair(vec![broken("old")], vec![broken("new")]);
    let comparison = Comparison::new(&runs);
    let facts: Vec<_> = comparison.steps[0].changes.iter().map(|c| (c.kind, c.case.as_str())).collect();
    assert_eq!(facts, [(ChangeKind::Appeared, "code/new"), (ChangeKind::Disappeared, "code/old")]);
    assert_eq!(comparison.newly_failing(), 0);
}

#[test]
fn a_case_that_its_run_calls_flaky_neither_fails_nor_is_fixed() {
    let flaky = CaseReport {
        reason: Some("flaky, 2 runs: mismatch, pass".into()),
        ..case(0, "x", Verdict::Inconclusive)
    };
    assert_eq!(kind(case(0, "x", Verdict::Pass), flaky.clone()), Some(ChangeKind::Flaky));
    assert_eq!(kind(flaky, broken("x")), Some(ChangeKind::Flaky));
}

#[test]
fn what_goes_back_and_forth_is_flaky_where_nothing_else_differs() {
    let runs = |seeds: [u64; 3]| {
        let verdicts = [Verdict::Pass, Verdict::Mismatch, Verdict::Pass];
        let of = |(seed, verdict)| {
            let report = if verdict == Verdict::Pass { case(0, "x", verdict) } else { broken("x") };
            compared("r", RunHeader { seed, ..header() }, vec![report, broken("steady")])
        };
        seeds.into_iter().zip(verdicts).map(of).collect::<Vec<_>>()
    };
    let same = runs([1, 1, 1]);
    let flaky: Vec<_> = Comparison::new(&same).flaky.iter().map(|one| one.case.to_string()).collect();
    assert_eq!(flaky, ["code/x"]);
    assert!(Comparison::new(&runs([1, 2, 3])).flaky.is_empty());
    assert!(Comparison::new(&same[..2]).flaky.is_empty());
}

#[test]
fn a_group_counts_the_cases_that_break_one_of_its_requirements() {
    let mut both = broken("both");
    both.requirements.push(RequirementId("CSU-WIRE-003".into()));
    let mut below = with(Verdict::Advisory, failing(0, "below", "CSU-CODE-002", Attestation::Inferred));
    below.requirements.push(RequirementId("CSU-WIRE-004".into()));
    let runs = [compared("r", header(), vec![both, below, case(0, "open", Verdict::Uncovered)])];
    let comparison = Comparison::new(&runs);
    let rows: Vec<_> = comparison.groups.into_iter().collect();
    let kept = |passed, applicable| vec![Kept { passed, applicable }];
    assert_eq!(rows, [("CSU-CODE", kept(1, 2)), ("CSU-WIRE", kept(2, 2))]);
}

#[test]
fn what_makes_runs_hard_to_compare_is_said() {
    let other = RunHeader { seed: 8, gate: "reported".into(), ..header() };
    let mut runs = pair(Vec::new(), Vec::new());
    runs[1] = Compared { name: "after".into(), run: run_with(other, Vec::new(), Some("cut")) };
    assert_eq!(
        Comparison::new(&runs).notes,
        [
            "the runs differ in seed: 7, 8",
            "the runs differ in gate: recorded, reported",
            "after is incomplete: cut"
        ]
    );
}

fn text(runs: &[Compared], shown: Option<usize>) -> String {
    let mut out = Vec::new();
    write_comparison_text(&Comparison::new(runs), shown, &Palette::plain(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn people_read_the_matrix_and_then_what_changed() {
    let runs = pair(
        vec![broken("a"), case(1, "b", Verdict::Pass), case(2, "c", Verdict::Pass)],
        vec![case(0, "a", Verdict::Pass), broken("b"), broken("c")],
    );
    let expected = " 1  before  moto 5.1.0  2 / 3 / 3
 2  after  moto 5.1.0  1 / 3 / 3

group       1    2
CSU-CODE  2/3  1/3

before → after
  newly failing  2
    code/b  pass → mismatch  CSU-CODE-001 type: expected CodeMismatchException, got none
    and 1 more (--all shows them)
  newly fixed  1
    code/a  mismatch → pass  was CSU-CODE-001 type: expected CodeMismatchException, got none

";
    assert_eq!(text(&runs, Some(1)), expected);
    assert!(text(&pair(vec![broken("a")], vec![broken("a")]), None).contains("  nothing changed\n"));
}

#[test]
fn of_a_long_difference_both_sides_are_told() {
    let long = Mismatch {
        expected: "x".repeat(400),
        got: format!("y{}", "z".repeat(400)),
        ..mismatch("CSU-CODE-001", Attestation::Documented)
    };
    let report = CaseReport { mismatches: vec![long], ..broken("a") };
    let shown = text(&pair(vec![case(0, "a", Verdict::Pass)], vec![report]), None);
    let x = "x".repeat(120);
    assert!(shown.contains(&format!("expected {x}... (280 more characters), got yzz")), "{shown}");
    assert!(!shown.contains(&"z".repeat(121)), "{shown}");
}

#[test]
fn programs_read_the_same() {
    let runs = pair(vec![case(0, "b", Verdict::Pass)], vec![broken("b")]);
    let mut out = Vec::new();
    write_comparison_json(&Comparison::new(&runs), &mut out).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(value["schema_version"], 1);
    assert_eq!(value["runs"][1]["name"], "after");
    assert_eq!(value["groups"][0]["runs"][1], serde_json::json!({"passed": 0, "applicable": 1}));
    assert_eq!(value["steps"][0]["counts"]["newly failing"], 1);
    let change = &value["steps"][0]["changes"][0];
    assert_eq!((&change["before"], &change["after"]), (&"pass".into(), &"mismatch".into()));
}

#[test]
fn hostile_text_gets_through_no_form_of_a_comparison() {
    let runs = [
        Compared { name: HOSTILE.into(), run: hostile() },
        Compared { name: "b".into(), run: sample() },
        Compared { name: HOSTILE.into(), run: hostile() },
    ];
    let shown = text(&runs, None);
    assert_printable(&shown);
    assert!(!shown.lines().any(|line| line.starts_with("::") || line.starts_with("# next")), "{shown}");
    let comparison = Comparison::new(&runs);
    let mut markdown = Vec::new();
    write_comparison_markdown(&comparison, None, &mut markdown).unwrap();
    let markdown = String::from_utf8(markdown).unwrap();
    assert_printable(&markdown);
    crate::markdown::structure(&markdown);
    let mut json = Vec::new();
    write_comparison_json(&comparison, &mut json).unwrap();
    assert_printable(std::str::from_utf8(&json).unwrap());
}
