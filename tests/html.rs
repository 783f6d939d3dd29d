//! The HTML page of synthetic runs: what stands in it without its script, and that nothing hostile becomes markup.
#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::case::{CaseId, Label, Layer};
use countersign::event::{
    AS_CAPTURED, AspectName, CaseReport, ExchangeView, Mismatch, RunEnd, RunEvent, RunHeader, StateNotJudged,
    Timing, Verdict,
};
use countersign::report::{
    CurlLine, Heat, HeatBlock, HeatCell, HeatMap, HeatRow, HtmlContext, OrderEdge, OrderGraph, Run,
    Supplement, write_html,
};
use countersign::requirement::{Attestation, EvidenceRow, RequirementId};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::Duration;

/// Text that would end an element, an attribute, a script or a comment, run, reorder, hide or clear.
const HOSTILE: &str = "</script><script>pwned()</script></style></title>--><img src=x onerror=pwned()>\"'`&lt;\
                       \u{202e}\u{2028}\u{2029}\0\u{1b}[2J\u{feff}";

fn case(index: usize, id: &str, verdict: Verdict, requirement: &str) -> CaseReport {
    CaseReport {
        index,
        round: 0,
        id: id.parse().unwrap(),
        layer: Layer::State,
        requirements: vec![RequirementId("CSU-CODE-001".into()), RequirementId("CSU-USER-002".into())],
        labels: vec![Label::new("code", "wrong", "")],
        verdict,
        scored: true,
        mismatches: match verdict {
            Verdict::Mismatch => vec![mismatch(requirement, "a", Attestation::Documented)],
            Verdict::Advisory => vec![mismatch(requirement, "a", Attestation::Inferred)],
            _ => Vec::new(),
        },
        known: Vec::new(),
        reason: None,
        answer: Some("200".into()),
        state: BTreeMap::new(),
        exchanges: Vec::new(),
    }
}

fn mismatch(requirement: &str, got: &str, attestation: Attestation) -> Mismatch {
    Mismatch {
        requirement: RequirementId(requirement.into()),
        aspect: AspectName::Status,
        attestation,
        evidence: vec!["SEM-001".into()],
        expected: "400".into(),
        got: got.into(),
    }
}

fn run_header(subject: &str) -> RunHeader {
    RunHeader {
        countersign: "0.1.0".into(),
        revision: "2026-10-02".into(),
        subject: subject.into(),
        endpoint: subject.into(),
        seed: 7,
        gate: "recorded".into(),
        cases: 9,
        invocation: format!("--subject {subject}"),
        shard: None,
    }
}

fn run(subject: &str, cases: Vec<CaseReport>, incomplete: Option<&str>) -> Run {
    let mut run = Run::default();
    run.add(&RunEvent::Started(Box::new(run_header(subject))));
    for case in cases {
        run.add(&RunEvent::CaseFinished(Box::new(case)));
    }
    let timing = Timing { elapsed: Duration::from_millis(5), ..Timing::default() };
    run.add(&RunEvent::Finished(Box::new(RunEnd {
        incomplete: incomplete.map(str::to_owned),
        timing,
        ..RunEnd::default()
    })));
    run
}

/// A run of one case that was called like this.
fn called(invocation: &str, endpoint: &str) -> Run {
    let mut run = Run::default();
    let (invocation, endpoint) = (invocation.into(), endpoint.into());
    run.add(&RunEvent::Started(Box::new(RunHeader { invocation, endpoint, ..run_header("x") })));
    run.add(&RunEvent::CaseFinished(Box::new(case(0, "a/b", Verdict::Pass, ""))));
    ending(run, RunEnd::default())
}

/// The run with this end.
fn ending(mut run: Run, end: RunEnd) -> Run {
    run.add(&RunEvent::Finished(Box::new(end)));
    run
}

fn page_with(runs: &[&Run], supplements: &[Supplement], text: &str) -> String {
    let sentence = |id: &RequirementId| format!("Sentence of {id}. {text}");
    let evidence = |id: &str| {
        (id == "SEM-001").then(|| EvidenceRow {
            id: id.to_owned(),
            condition: format!("the condition {text}"),
            status: None,
            error_type: None,
            message_template: None,
            note: text.to_owned(),
            source: format!("https://example.org/a {text}"),
            attestation: "documented".into(),
        })
    };
    let curl = |id: &CaseId| {
        let steps = if id.as_str() == "a/three" { 3 } else { 1 };
        Some(CurlLine { command: format!("curl -sS -H 'A: {id}' {text}"), steps })
    };
    let context = HtmlContext { sentence: &sentence, evidence: &evidence, curl: Some(&curl), supplements };
    let mut out = Vec::new();
    write_html(runs, &context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(runs: &[&Run]) -> String {
    page_with(runs, &[], "")
}

fn between<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
    page.split_once(start).unwrap().1.split_once(end).unwrap().0
}

/// What the script reads.
fn payload(page: &str) -> Value {
    serde_json::from_str(between(page, "<script type=\"application/json\" id=\"data\">", "</script>"))
        .unwrap()
}

fn hostile() -> (Run, Supplement) {
    let name = |what: &str| format!("{what}{HOSTILE}");
    let report = CaseReport {
        id: CaseId::new("a", HOSTILE),
        labels: vec![Label::new(HOSTILE, HOSTILE, HOSTILE)],
        requirements: vec![RequirementId(format!("CSU-{HOSTILE}-001"))],
        mismatches: vec![
            Mismatch {
                evidence: vec![name("E"), "SEM-001".into()],
                expected: name("expected"),
                ..mismatch(&format!("CSU-{HOSTILE}-001"), HOSTILE, Attestation::Documented)
            };
            2
        ],
        reason: Some(name("reason")),
        answer: Some(name("answer")),
        state: BTreeMap::from([(name("key"), name("value"))]),
        exchanges: vec![ExchangeView {
            role: name("role"),
            request: format!("{HOSTILE}\n\n{HOSTILE}"),
            response: format!("{HOSTILE}\n\n{HOSTILE}"),
        }],
        ..case(0, "a/b", Verdict::Mismatch, "")
    };
    let cell = HeatCell {
        heat: Heat::Differs,
        expected: name("x"),
        got: name("y"),
        case: Some(CaseId::new("a", HOSTILE)),
    };
    let edge = OrderEdge {
        first: name("f"),
        later: name("l"),
        pairs: 1,
        reported_first: 1,
        reported_later: 0,
        reported_both: 0,
        attested: name("aws"),
        contradicting: vec![CaseId::new("a", HOSTILE); 2],
        example: CaseId::new("a", HOSTILE),
    };
    let supplement = Supplement {
        null_server: Some((name("null"), 3)),
        heat_map: Some(HeatMap {
            columns: vec![name("column")],
            blocks: vec![HeatBlock {
                title: name("t"),
                rows: vec![HeatRow { name: name("r"), cells: vec![cell] }],
            }],
            codes: vec![(name("c"), name("d"))],
            reasons: vec![name("why")],
        }),
        order: Some(OrderGraph {
            layers: vec![vec![name("f")], vec![name("l")]],
            circle: vec![name("o")],
            edges: vec![edge],
            says: name("says"),
        }),
    };
    (run(HOSTILE, vec![report], Some(HOSTILE)), supplement)
}

#[test]
fn no_field_of_any_part_becomes_markup() {
    let (run, supplement) = hostile();
    let page = page_with(&[&run, &run], &[supplement.clone(), supplement], HOSTILE);
    assert_eq!(page.matches("<script").count(), 2, "one block of data, one script");
    assert_eq!(page.matches("</script").count(), 2);
    assert_eq!(page.matches("<style").count(), 1);
    for live in ["<img", "pwned()</script>", "--><", "</title>--", "<script>pwned"] {
        assert!(!page.contains(live), "{live}");
    }
    // Outside the style, the script and the data every quote and bracket of the text is an entity.
    let shown = page.matches("&lt;img src=x onerror=pwned()&gt;&quot;&#39;`&amp;lt;").count();
    assert!(shown > 20, "{shown}");
    for c in ['\u{202e}', '\u{2028}', '\u{2029}', '\0', '\u{1b}', '\u{feff}'] {
        assert!(!page.contains(c), "{c:?}");
    }
}

#[test]
fn the_block_of_data_holds_no_character_that_could_end_it_and_is_read_as_it_was_written() {
    let (run, _) = hostile();
    let page = page_with(&[&run], &[], "");
    let raw = between(&page, "id=\"data\">", "</script>");
    assert!(!raw.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{raw}");
    let data = payload(&page);
    let id = data["cases"][0][0].as_str().unwrap();
    assert!(id.starts_with("a/</script><script>pwned()</script>"), "{id}");
    assert!(id.contains("\\u{202e}\\u{2028}") && id.contains("\\u{1b}[2J"), "shown by name: {id}");
}

#[test]
fn the_policy_allows_this_style_and_this_script_and_no_request() {
    let page = page(&[&run("moto", vec![], None)]);
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())));
    let style = between(&page, "<style>", "</style>");
    let script = between(&page, "<script>", "</script>");
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let expected = format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    );
    assert_eq!(policy, expected);
    assert!(!page.contains(" style=") && !page.contains(" onclick="), "the policy would stop it");
    for (name, text) in [("style", style), ("script", script)] {
        for word in [
            "url(",
            "@import",
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "fetch(",
        ] {
            assert!(!text.contains(word), "{name} uses {word}");
        }
    }
}

#[test]
fn every_run_stands_there_with_its_score_floor_counts_and_end() {
    let cases = vec![
        case(0, "a/b", Verdict::Mismatch, "CSU-CODE-001"),
        case(1, "a/c", Verdict::Pass, ""),
        CaseReport { scored: false, ..case(2, "a/d", Verdict::Observed, "") },
    ];
    let (one, two) = (run("moto 5", cases, Some("stopped by SIGINT")), run("mini 1", vec![], None));
    let floor = Supplement { null_server: Some(("always-400".into(), 3)), ..Supplement::default() };
    let page = page_with(&[&one, &two], &[floor], "");
    for text in [
        "<title>ConfirmSignUp: moto 5, mini 1</title>",
        "<dt>passed</dt><dd>1</dd>",
        "<dt>applicable</dt><dd>2</dd>",
        "<dt>total</dt><dd>3</dd>",
        "The best null server, <code>always-400</code>, passes 3.",
        "The best null server is not known for this selection of cases.",
        "Incomplete</strong> stopped by SIGINT",
        "<b aria-hidden=\"true\">✗</b> <span class=\"n\">1</span> mismatch",
        "<dt>seed</dt><dd>7</dd>",
        "<dt>gate</dt><dd>recorded</dd>",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains('%') || !between(&page, "<main", "</main>").contains('%'), "a percentage");
}

#[test]
fn what_is_wrong_with_the_list_of_known_failures_stands_there_and_what_state_was_not_judged() {
    let end = RunEnd {
        known_problems: vec!["known.toml:1: no case fits `<x>`".into()],
        state_not_judged: Some(StateNotJudged { cases: 2, reason: "no <AdminGetUser>".into() }),
        ..RunEnd::default()
    };
    let page = page(&[&ending(run("moto", vec![case(0, "a/b", Verdict::Pass, "")], None), end)]);
    for text in [
        "Stale</strong> known.toml:1: no case fits `&lt;x&gt;`</p>",
        "State not judged in 2 cases: no &lt;AdminGetUser&gt;</p>",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn the_command_that_sends_a_case_again_is_that_of_its_run() {
    let row = |invocation: &str, endpoint: &str| {
        let run = called(invocation, endpoint);
        payload(&page(&[&run]))["runs"][0].clone()
    };
    let parts = |before: &str, after: &str, seed: &str| serde_json::json!(["x", before, after, seed]);
    let url = "http://127.0.0.1:1";
    let of_suite = row(&format!("--endpoint {url}"), url);
    assert_eq!(of_suite, parts("countersign repro ", &format!(" --endpoint {url} --seed "), "7"));
    let of_sdk = row("sdk --sdk boto3 --level should", url);
    assert_eq!(of_sdk, parts("countersign sdk --sdk boto3 --level should --filter ", "", ""));
    let of_log = row("", AS_CAPTURED);
    assert_eq!(of_log, parts("", "", ""), "what somebody else has recorded cannot be sent again");
}

#[test]
fn of_a_case_with_several_steps_the_page_knows_how_many() {
    let cases = ["a/one", "a/three"].into_iter().enumerate();
    let cases = cases.map(|(at, id)| case(at, id, Verdict::Mismatch, "CSU-CODE-001"));
    let data = payload(&page(&[&run("moto", cases.collect(), None)]));
    assert_eq!(data["cases"][0][7], Value::Null);
    assert_eq!(data["cases"][1][7], 3);
}

#[test]
fn the_page_of_an_sdk_has_no_matrix_and_no_order() {
    let (of_sdk, of_suite) = (called("sdk --sdk boto3", "x"), called("--subject moto", "x"));
    let alone = page(&[&of_sdk]);
    for text in ["nullability", "Nullability", "\"order\"", "#order", "rder of checks"] {
        assert!(!between(&alone, "<body>", "<script").contains(text), "{text}");
    }
    let both = page(&[&of_sdk, &of_suite]);
    assert!(both.contains("<section id=\"nullability\"") && both.contains("<section id=\"order\""));
}

#[test]
fn a_case_that_differs_counts_under_what_it_breaks_and_once_in_an_area() {
    let cases = vec![
        CaseReport {
            mismatches: vec![
                mismatch("CSU-CODE-001", "x", Attestation::Documented),
                mismatch("CSU-CODE-003", "y", Attestation::Inferred),
            ],
            ..case(0, "a/b", Verdict::Mismatch, "")
        },
        case(1, "a/c", Verdict::Pass, ""),
    ];
    let page = page(&[&run("moto", cases, None)]);
    let counts = |scope: &str| {
        let cell = between(&page, &format!("data-scope=\"{scope}\""), "</a>");
        let chips = cell.split("<span class=\"v ").skip(1);
        chips
            .map(|chip| format!("{} {}", between(chip, "</b>", "<i>"), between(chip, "<i> ", "</i>")))
            .collect::<Vec<_>>()
    };
    assert_eq!(counts("CSU-CODE-001"), ["1 mismatch", "1 pass"]);
    assert_eq!(counts("CSU-CODE-003"), ["1 advisory"]);
    assert_eq!(counts("area:CODE"), ["1 mismatch", "1 pass"]);
    assert_eq!(
        counts("CSU-USER-002"),
        ["1 pass"],
        "of a requirement that is not broken a failing case says nothing"
    );
    assert!(page.contains("<code>CSU-CODE-001</code> <span class=\"sentence\">Sentence of CSU-CODE-001. "));
}

#[test]
fn what_two_subjects_were_sent_stands_there_once() {
    let exchange = |response: &str| ExchangeView {
        role: "step 1".into(),
        request: "POST / HTTP/1.1\nHost: ${host}\n\n{\"a\":1}".into(),
        response: format!("HTTP/1.1 200 OK\n\n{response}"),
    };
    let with = |response: &str| CaseReport {
        exchanges: vec![exchange(response)],
        ..case(0, "a/b", Verdict::Mismatch, "CSU-CODE-001")
    };
    let (one, two) = (run("moto", vec![with("{}")], None), run("mini", vec![with("{}")], None));
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let data = payload(&page(&[&one, &two]));
    assert_eq!(data["cases"].as_array().unwrap().len(), 1, "one case of two subjects");
    let entries = data["cases"][0][4].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0], entries[1], "the same in both, and by the same numbers");
    let block = data["blocks"][number(&entries[0][6][0][1])].as_array().unwrap();
    let lines: Vec<&str> = block.iter().map(|at| data["texts"][number(at)].as_str().unwrap()).collect();
    assert_eq!(lines, ["POST / HTTP/1.1", "Host: ${host}", "", "{\"a\":1}"]);
}

#[test]
fn the_same_runs_give_the_same_bytes_whatever_time_they_took() {
    let of = |elapsed: u64| {
        let mut run = run("moto", vec![case(0, "a/b", Verdict::Mismatch, "CSU-CODE-001")], None);
        let timing = Timing { elapsed: Duration::from_millis(elapsed), ..Timing::default() };
        run.add(&RunEvent::Finished(Box::new(RunEnd { timing, ..RunEnd::default() })));
        page(&[&run])
    };
    assert_eq!(of(1), of(2));
}

#[test]
fn a_run_that_never_started_and_none_at_all_are_pages_too() {
    let page_of_empty = page(&[&Run::default()]);
    assert!(page_of_empty.contains("a run that never started") && page_of_empty.contains("Incomplete"));
    assert!(page(&[]).ends_with("</html>\n"));
}
