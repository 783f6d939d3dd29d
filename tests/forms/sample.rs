//! Runs to write reports of.

use countersign::case::{CaseId, Label, Layer};
use countersign::event::{
    AspectName, CaseReport, ExchangeView, Mismatch, RunEnd, RunEvent, RunHeader, Timing, Verdict,
};
use countersign::report::{Context, Form, RuleText, Run, Source};
use countersign::requirement::{Attestation, Effect, RequirementId};
use std::collections::BTreeMap;
use std::time::Duration;

/// Text that would clear a screen, reorder, close an element, a string, a cell or a code span, open a link, an element or a
/// mention, or be taken for a command of GitHub Actions.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;x\u{7}\0\r\t\u{8}\u{7f}\u{9b}31m\u{202e}\u{200b}\u{2028}\u{feff}\u{fffe}\
    \u{ffff},]]>&<\"'\\\n::error::x%0A|a\\|b`` ` <script>alert(1)</script><img src=x> [x](javascript:x) ![x](//x) *x* \
    http://x.invalid www.x.invalid me@x.invalid @me $`x`$ <!-- ##[error]x\n\n# next";

pub(crate) fn header() -> RunHeader {
    RunHeader {
        countersign: "0.1.0".into(),
        revision: "2024-11-22".into(),
        subject: "moto 5.1.0".into(),
        endpoint: "http://127.0.0.1:0".into(),
        seed: 7,
        gate: "recorded".into(),
        cases: 9,
        invocation: "--subject moto".into(),
        shard: None,
    }
}

pub(crate) fn mismatch(requirement: &str, attestation: Attestation) -> Mismatch {
    Mismatch {
        requirement: RequirementId(requirement.into()),
        aspect: AspectName::Type,
        attestation,
        evidence: vec!["SEM-001".into()],
        expected: "CodeMismatchException".into(),
        got: "none".into(),
    }
}

pub(crate) fn case(index: usize, name: &str, verdict: Verdict) -> CaseReport {
    CaseReport {
        index,
        round: 0,
        id: CaseId::new("code", name),
        layer: Layer::State,
        requirements: vec![RequirementId("CSU-CODE-001".into())],
        labels: vec![Label::new("code", name, "")],
        verdict,
        scored: true,
        mismatches: Vec::new(),
        known: Vec::new(),
        reason: None,
        answer: Some("200".into()),
        state: BTreeMap::new(),
        exchanges: Vec::new(),
    }
}

/// A case that fails under `requirement`.
pub(crate) fn failing(index: usize, name: &str, requirement: &str, attestation: Attestation) -> CaseReport {
    CaseReport {
        requirements: vec![RequirementId(requirement.into())],
        mismatches: vec![mismatch(requirement, attestation)],
        exchanges: vec![ExchangeView {
            role: "step 1".into(),
            request: "POST / HTTP/1.1\nHost: ${host}\n\n{\"ConfirmationCode\":\"${code:wrong}\"}".into(),
            response: "HTTP/1.1 200 OK\nContent-Type: application/x-amz-json-1.1\n\n{}".into(),
        }],
        ..case(index, name, Verdict::Mismatch)
    }
}

/// A case for each verdict.
pub(crate) fn cases() -> Vec<CaseReport> {
    let with_reason = |index, name: &str, verdict| CaseReport {
        reason: Some(format!("because of {name}")),
        ..case(index, name, verdict)
    };
    let mut known = failing(4, "known", "CSU-CODE-002", Attestation::Recorded);
    known.verdict = Verdict::Known;
    known.reason = Some("listed".into());
    let mut advisory = failing(3, "spaces", "CSU-CODE-009", Attestation::Reported);
    advisory.verdict = Verdict::Advisory;
    vec![
        failing(0, "wrong", "CSU-CODE-001", Attestation::Documented),
        failing(1, "reversed", "CSU-CODE-001", Attestation::Documented),
        case(2, "right", Verdict::Pass),
        advisory,
        known,
        with_reason(5, "stale", Verdict::Stale),
        case(6, "observed", Verdict::Observed),
        with_reason(7, "uncovered", Verdict::Uncovered),
        with_reason(8, "inconclusive", Verdict::Inconclusive),
    ]
}

pub(crate) fn timing() -> Timing {
    Timing { elapsed: Duration::from_millis(1840), requests: 4210, ..Timing::default() }
}

/// The run that ends with these cases.
pub(crate) fn run_with(header: RunHeader, cases: Vec<CaseReport>, incomplete: Option<&str>) -> Run {
    let mut run = Run::default();
    run.add(&RunEvent::Started(Box::new(header)));
    for case in cases {
        run.add(&RunEvent::CaseFinished(Box::new(case)));
    }
    let incomplete = incomplete.map(str::to_owned);
    run.add(&RunEvent::Finished(Box::new(RunEnd { incomplete, timing: timing(), ..RunEnd::default() })));
    run
}

/// A run of one case that passes, with this end.
pub(crate) fn run_ending(end: RunEnd) -> Run {
    let mut run = run_of(vec![case(0, "right", Verdict::Pass)]);
    run.add(&RunEvent::Finished(Box::new(end)));
    run
}

/// What is wrong with a list of known failures.
pub(crate) const PROBLEM: &str = "known.toml:1: no case fits `nosuch/*`";

/// A run of which nothing is wrong but its list of known failures.
pub(crate) fn with_wrong_list() -> Run {
    run_ending(RunEnd { known_problems: vec![PROBLEM.to_owned()], ..RunEnd::default() })
}

pub(crate) fn run_of(cases: Vec<CaseReport>) -> Run {
    run_with(header(), cases, None)
}

pub(crate) fn sample() -> Run {
    run_of(cases())
}

/// Hostile text in every field, a case for each verdict.
pub(crate) fn hostile() -> Run {
    let text = || HOSTILE.to_owned();
    let header = RunHeader {
        countersign: text(),
        revision: text(),
        subject: text(),
        endpoint: text(),
        seed: 0,
        gate: "recorded".into(),
        cases: 1,
        invocation: text(),
        shard: None,
    };
    let role = |role: &str| ExchangeView { role: role.into(), request: text(), response: text() };
    let message = ExchangeView {
        role: "step 1".into(),
        request: format!("POST /<q>?\\u{{202e}}=| HTTP/1.1\nX: \\xff\n{HOSTILE}\n\n\\xff{HOSTILE}"),
        response: format!("HTTP/1.1 200 {HOSTILE}\n\n\\xff\\u{{0}}"),
    };
    let reports = Verdict::ALL.iter().enumerate().map(|(index, verdict)| CaseReport {
        id: CaseId::new(HOSTILE, &format!("{HOSTILE}{index}")),
        requirements: vec![RequirementId(text())],
        labels: vec![Label::new(HOSTILE, HOSTILE, HOSTILE)],
        mismatches: vec![Mismatch {
            requirement: RequirementId(text()),
            evidence: vec![text()],
            expected: text(),
            got: text(),
            ..mismatch("", Attestation::Documented)
        }],
        reason: Some(text()),
        answer: Some(text()),
        state: BTreeMap::from([(text(), text())]),
        exchanges: vec![role(HOSTILE), message.clone(), role("twin")],
        ..case(index, "", *verdict)
    });
    run_with(header, reports.collect(), Some(HOSTILE))
}

fn context_of(ids: &[&str], text: &str) -> Context {
    let rule = RuleText {
        sentence: text.into(),
        effect: Effect::Refused,
        sources: vec![Source {
            id: text.into(),
            attestation: text.into(),
            says: text.into(),
            origin: text.into(),
        }],
    };
    let rules = ids.iter().map(|id| (RequirementId((*id).into()), rule.clone()));
    Context { rules: rules.collect(), null_server: Some((text.into(), 1)) }
}

/// The texts of the requirements in [`cases`], but for the last one.
pub(crate) fn context() -> Context {
    context_of(&["CSU-CODE-001", "CSU-CODE-002"], "A code is refused.")
}

/// Hostile texts of hostile requirements.
pub(crate) fn hostile_context() -> Context {
    context_of(&[HOSTILE], HOSTILE)
}

pub(crate) fn written(form: &str, run: &Run, context: &Context) -> String {
    let mut out = Vec::new();
    form.parse::<Form>().unwrap().write(run, context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Nothing that a terminal would obey.
#[track_caller]
pub(crate) fn assert_printable(text: &str) {
    let found = text.chars().find(|c| *c != '\n' && countersign::wire::is_unsafe_to_print(*c));
    assert_eq!(found, None, "{}", text.escape_debug());
}
