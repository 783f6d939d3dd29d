//! The nullability matrix and the precedence graph: against the reference server, and against subjects with another
//! order of checks; and cases in a folder of the user's.

#![expect(clippy::unwrap_used, clippy::panic, reason = "shared parts of tests may fail loudly")]

#[path = "harness/in_process.rs"]
#[expect(dead_code, reason = "shared with the tests of the harness, which use all of it")]
mod in_process;

use anstream::StripStream;
use countersign::case::{Case, CaseId};
use countersign::corpus::MEMBERS;
use countersign::event::{CaseReport, Verdict};
use countersign::generate::matrix::{Content, PATHS, Second, State, cells, ids, state_pairs};
use countersign::harness::{Options, Record, Rules, Select};
use countersign::matrix::{Matrix, Reported, Source, write_dot, write_json, write_markdown, write_text};
use countersign::wire::{Request, RequestForm, Response};
use in_process::{Subject, answer, is_confirmation, reference, run_against};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Output};
use std::rc::Rc;

/// The matrix of a subject.
fn matrix_of(subject: &Subject) -> Matrix {
    let rules = Rules::built_in().unwrap();
    let wanted = ids();
    let select =
        Select::new(move |names: &[&str]| wanted.iter().any(|id| Some(&id.as_str()) == names.first()));
    let options = Options { select: select.clone(), record: Record::Everything, ..Options::default() };
    let cases: BTreeMap<CaseId, Case> = rules
        .suite(options.seed, 0, &select)
        .into_iter()
        .map(|selected| (selected.case.id.clone(), Rc::unwrap_or_clone(selected.case)))
        .collect();
    let outcome = run_against(subject, options, None);
    outcome.end.unwrap();
    let reports: BTreeMap<CaseId, CaseReport> =
        outcome.cases.into_iter().map(|report| (report.id.clone(), report)).collect();
    Matrix::of(&Source {
        cells: cells(),
        state_pairs: state_pairs(),
        cases: &cases,
        expectations: &|case| rules.expectations(case),
        reports: &reports,
        header: outcome.header.as_ref(),
    })
}

fn text_of(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut StripStream::new(&mut out)).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_path_and_state_has_a_case_or_a_reason() {
    assert_eq!(PATHS.iter().collect::<BTreeSet<_>>(), MEMBERS.iter().collect::<BTreeSet<_>>());
    let known: BTreeSet<CaseId> = Rules::built_in()
        .unwrap()
        .suite(countersign::seed::Seed::DEFAULT, 0, &Select::everything())
        .into_iter()
        .map(|selected| selected.case.id.clone())
        .collect();
    for path in PATHS {
        for state in State::ALL {
            for second in std::iter::once(None).chain(Second::ALL.iter().copied().map(Some)) {
                let place = (*path, *state, second);
                let found: Vec<_> =
                    cells().iter().filter(|cell| (cell.path, cell.state, cell.second) == place).collect();
                assert_eq!(found.len(), 1, "{place:?}");
                match &found[0].content {
                    Content::Case(case) => assert!(known.contains(&case.id), "{}", case.id),
                    Content::Meaningless(reason) => assert!(reason.len() > 10, "{place:?}"),
                }
            }
        }
    }
    assert!(ids().is_subset(&known));
}

#[test]
fn the_matrix_of_the_reference_server() {
    let matrix = matrix_of(&reference());
    for slot in &matrix.slots {
        if let Some(got) = &slot.got {
            assert!(matches!(got.verdict, Verdict::Pass | Verdict::Observed), "{:?}: {got:?}", slot.place());
        }
    }
    let contradicted: Vec<_> =
        matrix.precedence.edges.iter().filter(|edge| !edge.contradicting.is_empty()).collect();
    assert!(contradicted.is_empty(), "{contradicted:?}");
    assert_eq!(matrix.precedence.aggregation.word(), "all");
    insta::assert_snapshot!("matrix", text_of(|out| write_text(out, &matrix)));
}

/// A subject that lets the reference server answer unless `instead` does.
fn toy(
    instead: impl Fn(&RequestForm, &Value, &mut dyn FnMut() -> Response) -> Response + 'static,
) -> Subject {
    Rc::new(move |request, reference| match request {
        Request::Formed(form) if is_confirmation(form) => {
            let body = serde_json::from_slice(&form.body).unwrap_or(Value::Null);
            instead(form, &body, reference)
        }
        _ => reference(),
    })
}

const JSON: &str = "application/x-amz-json-1.1";

#[test]
fn a_subject_that_looks_the_client_up_before_it_reads_is_seen_to() {
    let subject = toy(|_, body, reference| {
        let id = body.get("ClientId").and_then(Value::as_str);
        if id == Some("1example23456789abcdefghij") {
            let text = r#"{"__type":"ResourceNotFoundException","message":"No such client."}"#;
            return answer(400, JSON, text);
        }
        reference()
    });
    let precedence = matrix_of(&subject).precedence;
    assert_eq!(precedence.order.first(), Some(&vec!["client".to_owned()]));
    for later in ["wrong-type", "absent", "null", "pattern", "too-short", "code"] {
        let edge = precedence
            .edges
            .iter()
            .find(|edge| (edge.first.as_str(), edge.later.as_str()) == ("client", later));
        let edge = edge.unwrap_or_else(|| panic!("client before {later}"));
        assert_eq!(edge.count(Reported::First), edge.pairs(), "{later}");
        assert_eq!(
            edge.contradicting.len(),
            if later == "code" { 0 } else { edge.attested_pairs },
            "{later}"
        );
    }
    assert_eq!(precedence.aggregation.word(), "all");
}

#[test]
fn a_subject_that_tells_one_violation_at_a_time_and_the_code_first_is_seen_to() {
    let subject = toy(|_, body, reference| {
        // The word of another framework for whatever is no string of digits.
        let code = body.get("ConfirmationCode").and_then(Value::as_str);
        if code.is_none_or(|code| code.is_empty() || code.contains(' ')) {
            return answer(400, JSON, r#"{"__type":"BadCode","message":"The code must be digits."}"#);
        }
        let response = reference();
        let told: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        match told.get("message").and_then(Value::as_str).and_then(|text| text.split_once("detected: ")) {
            Some((_, list)) => {
                let first = list.split("; Value").next().unwrap();
                let message = format!("1 validation error detected: {first}");
                answer(
                    400,
                    JSON,
                    &serde_json::json!({ "__type": told["__type"], "message": message }).to_string(),
                )
            }
            None => response,
        }
    });
    let matrix = matrix_of(&subject);
    let precedence = &matrix.precedence;
    assert_eq!(precedence.aggregation.word(), "one", "{:?}", precedence.aggregation);
    assert_eq!(precedence.aggregation.both, 0);
    let of = |case: &str| precedence.pairs.iter().find(|pair| pair.case.as_str() == case).unwrap();
    // Its own error type is understood by comparison alone.
    assert_eq!(of("matrix/client-metadata-wrong-type+member-absent").reported, Reported::Second);
    assert_eq!(of("matrix/client-metadata-wrong-type+member-absent").answer, "400 BadCode");
    let mismatches =
        matrix.slots.iter().filter_map(|slot| slot.got.as_ref()).filter(|got| !got.why.is_empty());
    assert!(mismatches.count() > 50);
}

#[test]
fn json_markdown_and_dot_say_the_same() {
    let matrix = matrix_of(&reference());
    let document: Value = serde_json::from_str(&text_of(|out| write_json(out, &matrix))).unwrap();
    assert_eq!(document["cells"].as_array().unwrap().len(), cells().len());
    assert_eq!(document["precedence"]["aggregation"]["reports"], "all");
    let cell = |path: &str, state: &str| {
        let cells = document["cells"].as_array().unwrap();
        cells
            .iter()
            .find(|cell| cell["path"] == path && cell["state"] == state && cell["second"].is_null())
            .unwrap()
    };
    assert_eq!(cell("Username", "null")["expected"]["types"][0], "InvalidParameterException");
    assert_eq!(cell("Username", "null")["got"]["answer"], "400 InvalidParameterException");
    assert!(cell("Username", "null-inside")["meaningless"].is_string());
    let markdown = text_of(|out| write_markdown(out, &matrix));
    assert!(markdown.contains(
        "| `Username` | InvalidParameterException (inferred) → 400 InvalidParameterException: pass |"
    ));
    let dot = text_of(|out| write_dot(out, "a \"b\"", &matrix.precedence));
    assert!(dot.starts_with("digraph precedence {\n  label=\"a \\\"b\\\": "), "{dot}");
    assert!(dot.contains("\"code\" -> \"alias\" [label=\"1/1\"") && dot.ends_with("}\n"));
    assert!(!dot.contains("color=red"));
}

/// A folder with one case for each verdict, and a requirement that governs the label of one of them.
fn folder(case: &str, requirement: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), case).unwrap();
    if !requirement.is_empty() {
        fs::create_dir(folder.path().join("requirements")).unwrap();
        fs::write(folder.path().join("requirements/mine.toml"), requirement).unwrap();
    }
    folder
}

const CASES: &str = r#"
[[case]]
id = "mine/double-paste"
layer = "state"
labels = ["code/twice"]
body = '{"ClientId":"${client_id}","Username":"${username}","ConfirmationCode":"${code}${code}"}'

[[case]]
id = "mine/called-wrong-but-right"
layer = "state"
labels = ["code/wrong"]
body = '{"ClientId":"${client_id}","Username":"${username}","ConfirmationCode":"${code}"}'

[[case]]
id = "mine/padded-name"
layer = "state"
labels = ["username/padded"]
body = '{"ClientId":"${client_id}","Username":"x${username}","ConfirmationCode":"${code}"}'
"#;

const REQUIREMENTS: &str = r#"
[[requirement]]
id = "CSU-MINE-001"
sentence = "A name with a letter before it is another user's."
layer = "state"
stage = "user"
labels = ["username/padded"]
evidence = ["SEM-003"]
effect = "refused"
type = { accept = ["UserNotFoundException"], attestation = "recorded", evidence = ["SEM-003"] }
"#;

fn countersign(arguments: &[&str]) -> Output {
    let elsewhere = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(arguments)
        .env_clear()
        .current_dir(elsewhere.path())
        .output()
        .unwrap()
}

#[test]
fn cases_and_requirements_in_a_folder_run_and_are_judged() {
    let folder = folder(CASES, REQUIREMENTS);
    let path = folder.path().to_str().unwrap();
    let report = folder.path().join("report.json");
    let flag = format!("json={}", report.display());
    let output = countersign(&[
        "run",
        "--cases",
        path,
        "--filter",
        "mine/*",
        "--filter",
        "state/none",
        "--report",
        &flag,
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    let verdict = |id: &str| {
        let cases = report["cases"].as_array().unwrap();
        cases.iter().find(|case| case["id"] == id).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict("mine/double-paste"), "pass");
    assert_eq!(verdict("mine/called-wrong-but-right"), "mismatch");
    assert_eq!(verdict("mine/padded-name"), "pass");

    let list = countersign(&["list", "--cases", path, "--filter", "mine/*"]);
    assert!(String::from_utf8(list.stdout).unwrap().contains("mine/padded-name"));
    let explain = countersign(&["explain", "CSU-MINE-001", "--cases", path]);
    assert!(String::from_utf8(explain.stdout).unwrap().contains("mine/padded-name"));
    let repro = countersign(&["repro", "mine/double-paste", "--cases", path]);
    assert_eq!(repro.status.code(), Some(0), "{repro:?}");
    // Without the folder there is no such case.
    assert_eq!(countersign(&["repro", "mine/double-paste"]).status.code(), Some(4));
}

#[test]
fn vectors_in_a_folder_are_replayed_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let vectors = folder.path().join("vectors");
    fs::create_dir(&vectors).unwrap();
    let own = vectors.join("mine.json");
    let text = String::from_utf8(countersign(&["vectors", "show"]).stdout).unwrap();
    fs::write(&own, &text).unwrap();
    let repro = countersign(&["repro", "vector/mine-164-other-user", "--cases", path]);
    assert_eq!(repro.status.code(), Some(0), "{repro:?}");
    let check = || countersign(&["vectors", "check", "--vectors", own.to_str().unwrap()]);
    assert_eq!(check().status.code(), Some(0));

    fs::write(&own, text.replacen("\"base64\": \"", "\"base64\": \"A", 1)).unwrap();
    assert_eq!(check().status.code(), Some(1));
    fs::write(&own, text.replacen("\"tcId\": 165,", "\"tcId\": 164,", 1)).unwrap();
    let twice = countersign(&["list", "--cases", path]);
    assert_eq!(twice.status.code(), Some(2));
    assert!(String::from_utf8(twice.stderr).unwrap().contains("`vector/mine-164-other-user` is there twice"));
    fs::write(&own, text.replacen("\"tcId\": 1,", "\"tcId\": one,", 1)).unwrap();
    for output in [check(), countersign(&["list", "--cases", path])] {
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("mine.json") && text.contains("line "), "{text}");
    }
}

#[test]
fn a_wrong_folder_is_refused_with_its_place() {
    let refused = |case: &str, requirement: &str| {
        let folder = folder(case, requirement);
        let output = countersign(&["run", "--cases", folder.path().to_str().unwrap(), "--filter", "mine/*"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let text = refused(CASES, "");
    assert!(text.contains("mine.toml:17:11: no requirement governs the label `username/padded`"), "{text}");
    assert!(text.contains("\nlabels = [\"username/padded\"]\n          ^"), "{text}");
    let text = refused(&CASES.replace("mine/double-paste", "code/wrong-public"), REQUIREMENTS);
    assert!(text.contains("mine.toml:3:6: the id `code/wrong-public` is that of a case"), "{text}");
    let text = refused(CASES, &REQUIREMENTS.replace("CSU-MINE-001", "CSU-CODE-001"));
    assert!(text.contains("mine.toml:3:6: the id `CSU-CODE-001` is there twice"), "{text}");
    let text = refused(CASES, &REQUIREMENTS.replace("username/padded", "code/mine"));
    assert!(text.contains("overlaps with `CSU-CODE-001`"), "{text}");
    let missing = countersign(&["run", "--cases", "./nowhere"]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    assert!(String::from_utf8(missing.stderr).unwrap().contains("cannot read `./nowhere`"));
}

#[test]
fn the_matrix_is_printed_by_the_binary_in_every_form() {
    for (format, start) in
        [("table", "Nullability of"), ("json", "{"), ("markdown", "# Nullability"), ("dot", "digraph")]
    {
        let output = countersign(&["matrix", "nullability", "--format", format, "--quiet"]);
        assert_eq!(output.status.code(), Some(0), "{format}: {:?}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.starts_with(start) && !text.contains('\u{1b}'), "{format}");
    }
    for flags in [&["--cases", "5"][..], &["--report", "json=x"], &["--format", "xml"], &["--fail-fast"]] {
        let all: Vec<&str> = ["matrix", "nullability"].iter().chain(flags).copied().collect();
        assert_eq!(countersign(&all).status.code(), Some(2), "{flags:?}");
    }
}
