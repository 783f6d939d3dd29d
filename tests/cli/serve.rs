//! `countersign serve` in other manners than its own, and with faults: what a run says of each.

use crate::binary::Sandbox;
use crate::peer::Serve;

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

fn run<'a>(url: &'a str, filter: &'a str) -> [&'a str; 9] {
    ["run", "--endpoint", url, "--code-source", CODES, "--filter", filter, "--report", "json=r.json"]
}

#[test]
fn a_server_that_answers_late_in_chunks_and_closes_is_as_right_as_any() {
    let (sandbox, serve) = (Sandbox::new(), Serve::with(&["--delay", "30ms", "--chunked", "--close"]));
    sandbox.run(&run(&serve.url, "code/*")).with_code(0);
    let report = sandbox.json("r.json");
    assert!(report.total() > 40, "{}", report.total());
    let latency = report.0.pointer("/timing/latency_p50_ns").and_then(serde_json::Value::as_f64).unwrap();
    assert!(latency >= 30e6, "{latency}");

    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    let answer = String::from_utf8(serve.exchange(head)).unwrap().to_ascii_lowercase();
    for line in ["transfer-encoding: chunked\r\n", "connection: close\r\n"] {
        assert!(answer.contains(line), "{answer}");
    }
    assert!(!answer.contains("content-length"), "{answer}");
}

#[test]
fn a_planted_fault_is_what_the_run_finds() {
    let sandbox = Sandbox::new();
    let right = Serve::start();
    sandbox.run(&run(&right.url, "secret-hash/swapped")).with_code(0);
    let wrong = Serve::with(&["--fault", "secret-hash/unchecked"]);
    let ended = sandbox.run(&run(&wrong.url, "secret-hash/swapped")).with_code(1);
    ended.showing(&["secret-hash/swapped"]);
}

#[test]
fn a_fault_that_cannot_be_planted_is_refused_and_where_to_look_is_said() {
    let sandbox = Sandbox::new();
    for (fault, said) in
        [("no/such", "there is no fault `no/such`"), ("\u{1b}[2J", "there is no fault `\\u{1b}[2J`")]
    {
        let ended = sandbox.run(&["serve", "--fault", fault]).with_code(2);
        ended.saying(&[said, "hint: `countersign prove faults` lists them"]);
    }
    let ended = sandbox.run(&["serve", "--fault", "connection/closed-after-refusal"]).with_code(2);
    ended.saying(&["sits in a connection"]);
}
