//! Servers that understand nothing. Their control plane works, so that set-up succeeds and the checks themselves are
//! measured: a suite that they pass would prove nothing.

use crate::in_process::{Subject, answer, confirming_as, run_against};
use countersign::event::Verdict;
use countersign::harness::Options;
use countersign::wire::Headers;
use std::collections::BTreeSet;

const JSON: &str = "application/x-amz-json-1.1";

fn error(name: &'static str) -> Subject {
    confirming_as(move |_| {
        let mut response = answer(400, JSON, &format!(r#"{{"__type":"{name}","message":"No."}}"#));
        let Headers(lines) = &mut response.headers;
        lines.push(countersign::wire::Header {
            name: b"x-amzn-ErrorType".to_vec(),
            value: format!("{name}:").into_bytes(),
        });
        response
    })
}

fn null_servers() -> Vec<(&'static str, Subject)> {
    let mut servers: Vec<(&'static str, Subject)> = [
        "CodeMismatchException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "UserNotFoundException",
        "SerializationException",
        "ExpiredCodeException",
    ]
    .into_iter()
    .map(|name| (name, error(name)))
    .collect();
    servers.extend([
        ("200 {}", confirming_as(|_| answer(200, JSON, "{}"))),
        ("200 error", confirming_as(|_| answer(200, JSON, r#"{"__type":"CodeMismatchException"}"#))),
        ("404 HTML", confirming_as(|_| answer(404, "text/html", "<html><body>not found</body></html>"))),
        ("503 empty", confirming_as(|_| answer(503, "text/plain", ""))),
        ("echo", confirming_as(|form| answer(400, JSON, &String::from_utf8_lossy(&form.body)))),
    ]);
    servers
}

#[test]
fn no_null_server_passes_a_tenth_and_every_scored_check_is_failed_by_one_of_them() {
    let mut passed_by_all: Option<BTreeSet<String>> = None;
    for (name, server) in null_servers() {
        let cases = run_against(&server, Options::default(), None).cases;
        let judged = |verdict| !matches!(verdict, Verdict::Uncovered | Verdict::Inconclusive);
        let reached: Vec<_> = cases.iter().filter(|report| report.scored && judged(report.verdict)).collect();
        let passed: BTreeSet<String> = reached
            .iter()
            .filter(|report| matches!(report.verdict, Verdict::Pass | Verdict::Advisory))
            .map(|report| report.id.to_string())
            .collect();
        assert!(reached.len() > 600, "{name}: only {} scored cases were reached", reached.len());
        assert!(
            passed.len() * 10 <= reached.len(),
            "{name} passes {} of {}: {:?}",
            passed.len(),
            reached.len(),
            passed.iter().take(20).collect::<Vec<_>>()
        );
        passed_by_all = Some(match passed_by_all {
            None => passed,
            Some(others) => others.intersection(&passed).cloned().collect(),
        });
    }
    let toothless = passed_by_all.unwrap_or_default();
    assert!(toothless.is_empty(), "every null server passes {toothless:?}");
}
