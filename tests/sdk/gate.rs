//! A list of known failures gates an SDK, and shards of a run are the run.

use crate::support::{countersign, file, run};

const CASES: [&str; 4] = ["--filter", "sdk-request/*", "--jobs", "1"];

/// The toy SDK, with a bug unless there is none.
fn toy(bug: &str) -> String {
    let plant = if bug.is_empty() { String::new() } else { format!(" --bug {bug}") };
    format!("python3 {}{plant}", file("toy.py").display())
}

#[test]
fn a_list_of_known_failures_gates_an_sdk_until_one_is_gone_or_another_comes() {
    let folder = tempfile::tempdir().unwrap();
    let [report, list] =
        ["report.json", "known.toml"].map(|name| folder.path().join(name).display().to_string());
    let also = format!("json={report}");
    assert_eq!(run(&toy("null-sent"), &[&CASES[..], &["--report", &also]].concat()).code, 1);
    let (code, text) = countersign(&["known", "suggest", &report, "--into", &list]);
    assert_eq!(code, 0, "{text}");
    let listed = [&CASES[..], &["--known", &list]].concat();
    let known = run(&toy("null-sent"), &listed);
    assert_eq!(known.code, 0, "{}", known.stdout);
    assert_eq!(known.verdict("sdk-request/null-optionals"), "known");
    let another = run(&toy("get-method"), &listed);
    assert_eq!(another.code, 1);
    assert!(another.stdout.contains("SDK-WIRE-001"), "{}", another.stdout);
    let gone = run(&toy(""), &listed);
    assert_eq!(gone.code, 5);
    assert_eq!(gone.verdict("sdk-request/null-optionals"), "stale");
    std::fs::write(&list, std::fs::read_to_string(&list).unwrap().replace("null-optionals", "nil-optionals"))
        .unwrap();
    let (code, text) = countersign(&["known", "list", &list]);
    assert_eq!(code, 5, "{text}");
    assert!(text.contains("`sdk-request/nil-optionals` matches no case"), "{text}");
}

#[test]
fn shards_hold_every_case_once_and_are_put_together() {
    // Retries have pauses, which differ from run to run.
    const CASES: [&str; 6] = ["--filter", "sdk-request/*", "--filter", "sdk-retry/*", "--jobs", "2"];
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let whole = run(
        &toy(""),
        &[&CASES[..], &["--reproducible", "--report", &format!("json={}", path("whole"))]].concat(),
    );
    assert_eq!(whole.code, 0);
    for part in ["1", "2"] {
        let (shard, report) = (format!("{part}/2"), format!("json={}", path(part)));
        let ran = run(
            &toy(""),
            &[&CASES[..], &["--reproducible", "--shard", &shard, "--report", &report]].concat(),
        );
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        let cases = |report: &serde_json::Value| report["cases"].as_array().unwrap().len();
        assert!((1..cases(&whole.report)).contains(&cases(&ran.report)));
    }
    let (code, text) = countersign(&["merge", &path("1"), &path("2"), "--output", &path("merged")]);
    assert_eq!(code, 0, "{text}");
    let [merged, single] = ["merged", "whole"].map(|name| std::fs::read_to_string(path(name)).unwrap());
    assert!(merged == single, "the report of the shards is not that of the whole run");
    let (code, text) = countersign(&["merge", &path("1"), "--output", &path("merged")]);
    assert_eq!(code, 2, "{text}");
}

#[test]
fn github_reads_annotations_between_which_no_answer_is_a_command() {
    let ran = run(&toy("get-method"), &[&CASES[..], &["--format", "github"]].concat());
    let (_, after) = ran.stdout.split_once("::stop-commands::countersign-").unwrap();
    assert!(after.contains("\n::error "), "{}", ran.stdout);
    assert!(after.contains("SDK-WIRE-001"), "{}", ran.stdout);
}

#[test]
fn a_snapshot_of_what_an_sdk_sends_is_the_same_in_the_next_run_and_shows_what_another_one_sends() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().display().to_string();
    let cases = ["--filter", "sdk-request/*", "--filter", "sdk-retry/*", "--snapshots", &dir];
    let first = run(&toy(""), &cases);
    assert_eq!(first.code, 5, "{}", first.stdout);
    assert!(first.stdout.contains(": 2 new"), "{}", first.stdout);
    let (code, text) = countersign(&["review", "--accept-all", &dir]);
    assert_eq!(code, 0, "{text}");
    let kept = std::fs::read_to_string(folder.path().join("sdk-request.snap")).unwrap();
    assert!(kept.contains("  | POST / HTTP/1.1\n"), "the request is kept: {kept}");
    // One driver or four: the same bytes.
    let again = run(&toy(""), &[&cases[..], &["--jobs", "1"]].concat());
    assert_eq!(again.code, 0, "{}", again.stdout);
    assert!(again.stdout.contains(": 2 as accepted"), "{}", again.stdout);
    let other = run(&toy("null-sent"), &cases);
    assert_eq!(other.code, 1, "{}", other.stdout);
    assert!(other.stdout.contains("sdk-request.snap: "), "{}", other.stdout);
    assert!(folder.path().join("sdk-request.snap.new").exists());
    assert!(!folder.path().join("sdk-retry.snap.new").exists(), "{}", other.stdout);
}
