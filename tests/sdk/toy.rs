//! The toy SDK: right, it has no mismatch; with a bug, a case that names the bug has one.

use crate::support::{file, run};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many runs of one bug each go on at a time.
const RUNS_AT_A_TIME: usize = 3;

/// The bug, the case that finds it, and the requirement that it breaks.
const BUGS: &[(&str, &str, &str)] = &[
    ("get-method", "sdk-request/minimal", "SDK-WIRE-001"),
    ("wrong-path", "sdk-request/endpoint-path", "SDK-WIRE-002"),
    ("double-slash", "sdk-request/endpoint-slash", "SDK-WIRE-002"),
    ("wrong-target", "sdk-request/minimal", "SDK-WIRE-003"),
    ("target-twice", "sdk-request/minimal", "SDK-WIRE-003"),
    ("content-type-charset", "sdk-request/minimal", "SDK-WIRE-004"),
    ("chunked", "sdk-request/minimal", "SDK-WIRE-005"),
    ("expect", "sdk-request/minimal", "SDK-WIRE-006"),
    ("signed", "sdk-request/credentials", "SDK-WIRE-007"),
    ("control-unescaped", "sdk-request/escapes", "SDK-WIRE-008"),
    ("member-twice", "sdk-request/minimal", "SDK-WIRE-008"),
    ("false-dropped", "sdk-request/force-alias-creation-false", "SDK-WIRE-009"),
    ("empty-structure-array", "sdk-request/empty-structures", "SDK-WIRE-009"),
    ("empty-map-dropped", "sdk-request/empty-map", "SDK-WIRE-009"),
    ("digits-as-number", "sdk-request/code-is-no-number", "SDK-WIRE-009"),
    ("astral-lost", "sdk-request/astral", "SDK-WIRE-009"),
    ("normalised", "sdk-request/combining", "SDK-WIRE-009"),
    ("trimmed", "sdk-request/surrounding-space", "SDK-WIRE-009"),
    ("truncated", "sdk-request/long-session", "SDK-WIRE-009"),
    ("unknown-metadata-type", "sdk-request/only-client-metadata", "SDK-WIRE-009"),
    ("null-sent", "sdk-request/null-optionals", "SDK-WIRE-010"),
    ("null-nested-sent", "sdk-request/null-nested", "SDK-WIRE-010"),
    ("retry-changes-body", "sdk-retry/500-for-ever", "SDK-WIRE-011"),
    ("host-missing", "sdk-request/minimal", "SDK-WIRE-012"),
    ("hash-order", "sdk-secret-hash/order", "SDK-WIRE-013"),
    ("hash-hex", "sdk-secret-hash/plain", "SDK-WIRE-013"),
    ("hash-latin", "sdk-secret-hash/unicode", "SDK-WIRE-013"),
    ("secret-sent", "sdk-secret-hash/plain", "SDK-WIRE-013"),
    ("space-breaks-json", "sdk-success/white-space", "SDK-OUTPUT-001"),
    ("session-lost", "sdk-success/session", "SDK-OUTPUT-002"),
    ("chunked-unread", "sdk-success/chunked", "SDK-OUTPUT-002"),
    ("null-session", "sdk-success/null-session", "SDK-OUTPUT-002"),
    ("unmodelled-leaks", "sdk-success/unknown-members", "SDK-OUTPUT-003"),
    ("error-is-success", "sdk-error/modelled-code-mismatch", "SDK-ERROR-001"),
    ("html-is-success-400", "sdk-error/html-400", "SDK-ERROR-001"),
    ("keeps-namespace", "sdk-error/type-namespace", "SDK-ERROR-002"),
    ("keeps-uri", "sdk-error/type-uri", "SDK-ERROR-002"),
    ("ignores-header", "sdk-error/header", "SDK-ERROR-002"),
    ("ignores-code", "sdk-error/code", "SDK-ERROR-002"),
    ("message-capital-lost", "sdk-error/message-capital", "SDK-ERROR-003"),
    ("message-lost", "sdk-error/modelled-code-mismatch", "SDK-ERROR-003"),
    ("untyped", "sdk-error/modelled-code-mismatch", "SDK-ERROR-004"),
    ("html-raw", "sdk-error/html-400", "SDK-ERROR-005"),
    ("request-id-lost", "sdk-success/request-id", "SDK-ERROR-006"),
    ("fields-lost", "sdk-error/reason-code", "SDK-ERROR-007"),
    ("retry-after-success", "sdk-retry/success-is-final", "SDK-RETRY-001"),
    ("retry-code-mismatch", "sdk-retry/400-code-mismatch", "SDK-RETRY-001"),
    ("attempts-ignored", "sdk-retry/attempts-1", "SDK-RETRY-003"),
    ("dies-on-html", "sdk-error/html-400", "SDK-RUN-001"),
    ("hangs-on-empty", "sdk-error/empty-400", "SDK-RUN-002"),
    ("no-timeout", "sdk-malformed/silence", "SDK-RUN-002"),
    ("calls-home", "sdk-request/minimal", "SDK-RUN-003"),
];

fn toy(bug: &str) -> String {
    format!("python3 {}{bug}", file("toy.py").display())
}

#[test]
fn each_bug_of_the_toy_sdk_is_found_by_a_case_that_names_it() {
    let listed = Command::new("python3").arg(file("toy.py")).arg("--bugs").output().unwrap();
    let mut listed: Vec<String> =
        String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect();
    let mut known: Vec<&str> = BUGS.iter().map(|(bug, ..)| *bug).collect();
    listed.sort();
    known.sort_unstable();
    assert_eq!(listed, known);
    assert!(known.len() >= 30);
    // Without a bug these cases have no mismatch: the next test says so of all cases.
    let next = AtomicUsize::new(0);
    let find = || {
        while let Some((bug, case, requirement)) = BUGS.get(next.fetch_add(1, Ordering::SeqCst)) {
            let flags = ["--level", "should", "--jobs", "1", "--timeout", "5s", "--filter", case, "--quiet"];
            let wrong = run(&toy(&format!(" --bug {bug}")), &flags);
            assert_eq!(wrong.code, 1, "{bug}: {}", wrong.stdout);
            let found = wrong.mismatches();
            assert!(found.contains(&format!("{case} {requirement}")), "{bug}: {found:?}");
        }
    };
    thread::scope(|scope| {
        for _ in 0..RUNS_AT_A_TIME {
            scope.spawn(find);
        }
    });
}

#[test]
fn the_toy_sdk_without_a_bug_has_no_mismatch_and_leaves_nothing_in_doubt() {
    let ran = run(&toy(""), &["--level", "should"]);
    assert_eq!(ran.mismatches(), Vec::<String>::new());
    assert_eq!(
        (ran.code, &ran.report["verdicts"]["inconclusive"]),
        (0, &serde_json::json!(0)),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.report["verdicts"]["uncovered"], 1, "only what needs `undefined`: {}", ran.stdout);
}

#[test]
fn a_process_for_each_case_says_the_same() {
    let filter = ["--filter", "sdk-request/only-*", "--filter", "sdk-request/credentials"];
    let ran = run(&toy(" --bug signed"), &[&["--isolate"], &filter[..]].concat());
    assert_eq!(ran.mismatches(), ["sdk-request/credentials SDK-WIRE-007"]);
}
