//! The flags that decide how a run goes, each by what can be seen of it from outside.

use crate::binary::{Report, Sandbox};
use crate::peer::{Peer, Serve, Then, is_judged, lying_proxy, proxy, read_message};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Arc, Barrier, Mutex};

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

/// A subject that answers every confirmation with the same 200.
fn yes_man(serve: &Serve) -> Peer {
    lying_proxy(&serve.url, |stream| {
        // The client may have given up.
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    })
}

fn timing(report: &Report, name: &str) -> f64 {
    report.0.pointer(&format!("/timing/{name}")).and_then(Value::as_f64).unwrap()
}

#[test]
fn a_rate_is_kept() {
    let sandbox = Sandbox::new();
    sandbox.line("run --filter code/cut-*-public --rate 50 --report json=r.json").with_code(0);
    let report = sandbox.json("r.json");
    let seconds = (timing(&report, "elapsed_ns") - timing(&report, "first_request_ns")) / 1e9;
    let requests = timing(&report, "requests");
    assert!(requests >= 15.0, "{requests}");
    // The last one has left no earlier than after all the others, less the 10 ms that are caught up with.
    assert!((requests - 1.0) / 50.0 - 0.02 <= seconds, "{requests} requests in {seconds} s");
}

#[test]
fn so_many_jobs_wait_for_answers_at_the_same_time() {
    const JOBS: usize = 5;
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    // Nobody is answered before five ask: with fewer jobs nothing would ever come of it.
    let (barrier, left) = (Arc::new(Barrier::new(JOBS)), Arc::new(Mutex::new(JOBS)));
    let proxy = proxy(&serve.url, move |request, _| {
        let first = is_judged(request) && {
            let mut left = left.lock().unwrap();
            let is_first = *left > 0;
            *left = left.saturating_sub(1);
            is_first
        };
        if first {
            barrier.wait();
        }
        Then::PassOn
    });
    let arguments = ["run", "--endpoint", &proxy.url(), "--code-source", CODES, "--filter", "code/*-public"];
    sandbox.run(&[&arguments[..], &["--jobs", "5"]].concat()).with_code(0);
}

#[test]
fn one_job_sends_one_request_at_a_time() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let connections = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&connections);
    let proxy = proxy(&serve.url, move |request, stream| {
        if is_judged(request) {
            seen.lock().unwrap().insert(stream.peer_addr().unwrap().port());
        }
        Then::PassOn
    });
    let arguments = ["run", "--endpoint", &proxy.url(), "--code-source", CODES, "--filter", "code/cut-*"];
    sandbox.run(&[&arguments[..], &["--jobs", "1"]].concat()).with_code(0);
    assert_eq!(connections.lock().unwrap().len(), 1);
}

#[test]
fn fail_fast_stops_at_the_first_mismatch() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let peer = yes_man(&serve);
    let url = peer.url();
    let user = ["--code-source", CODES, "--jobs", "1", "--filter", "required/*"];
    let arguments = [&["run", "--endpoint", &url, "--report", "json=r.json"], &user[..]].concat();
    sandbox.run(&arguments).with_code(1);
    let all = sandbox.json("r.json");
    assert_eq!(all.incomplete(), None);
    assert!(all.count("mismatch") > 10);

    let ended = sandbox.run(&[&arguments[..], &["--fail-fast"]].concat()).with_code(1);
    let report = sandbox.json("r.json");
    assert_eq!(report.count("mismatch"), 1);
    assert!(report.total() < all.total());
    assert!(report.incomplete().unwrap().contains("stopped at the first mismatch"));
    ended.showing(&["INCOMPLETE stopped at the first mismatch, in required/"]);
}

#[test]
fn a_failure_that_is_not_confirmed_is_flaky_by_name_and_never_green() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    // The first confirmation is answered with a success that is none; every later one as it should be.
    let first = Arc::new(Mutex::new(true));
    let proxy = proxy(&serve.url, move |request, stream| {
        if is_judged(request) && std::mem::take(&mut *first.lock().unwrap()) {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
            return Then::Close;
        }
        Then::PassOn
    });
    let url = proxy.url();
    let arguments = ["run", "--endpoint", &url, "--code-source", CODES, "--filter", "code/cut-last-public"];
    let more = ["--jobs", "1", "--confirm-failures", "3", "--report", "json=r.json"];
    let ended = sandbox.run(&[&arguments[..], &more].concat()).with_code(3);
    ended.showing(&["code/cut-last-public", "flaky, 4 runs: mismatch, pass, pass, pass"]);
    let report = sandbox.json("r.json");
    assert_eq!((report.count("inconclusive"), report.count("mismatch")), (1, 0));
    // What was seen the first time is kept.
    assert!(report.0.pointer("/cases/0/mismatches/0/got").is_some());
}

#[test]
fn a_failure_that_is_confirmed_counts_as_it_would_have() {
    let (sandbox, serve) = (Sandbox::new(), Serve::with(&["--fault", "code/any"]));
    let counts = |confirmations: &str| {
        let arguments = ["run", "--endpoint", &serve.url, "--code-source", CODES, "--filter", "code/cut-*"];
        let more = ["--confirm-failures", confirmations, "--report", "json=r.json"];
        sandbox.run(&[&arguments[..], &more].concat()).with_code(1);
        let report = sandbox.json("r.json");
        (report.count("mismatch"), report.count("inconclusive"), timing(&report, "requests"))
    };
    let (once, again) = (counts("0"), counts("2"));
    assert_eq!((once.0, once.1), (again.0, again.1));
    assert!(once.0 > 1 && again.2 > 2.0 * once.2, "{once:?} {again:?}");
}

#[test]
fn the_gate_decides_which_attestation_fails_the_run() {
    // The embedded server follows what is only inferred as far as anybody knows; a subject that accepts what AWS is only
    // inferred to refuse is told, and failed where that is asked for.
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let peer = yes_man(&serve);
    let url = peer.url();
    let counts = |gate: &str| {
        let user = ["--code-source", CODES];
        let filters = ["--filter", "length/username-*-public", "--filter", "null/*-public"];
        let arguments = ["run", "--endpoint", &url, "--report", "json=r.json", "--gate", gate];
        let ended = sandbox.run(&[&arguments[..], &user, &filters].concat());
        let report = sandbox.json("r.json");
        assert_eq!(report.0.pointer("/header/gate").unwrap(), gate);
        (report.count("mismatch"), report.count("advisory"), ended.code)
    };
    let (documented, inferred) = (counts("documented"), counts("inferred"));
    assert!(documented.0 < inferred.0, "{documented:?} {inferred:?}");
    assert!(documented.1 > inferred.1, "{documented:?} {inferred:?}");
    assert_eq!(inferred.2, Some(1));
    assert_eq!(documented.0 + documented.1, inferred.0 + inferred.1);
}

#[test]
fn cases_repeat_the_suite_with_fresh_seeds() {
    let sandbox = Sandbox::new();
    sandbox.line("run --filter code/cut-* --cases 10 --report json=r.json").with_code(0);
    let report = sandbox.json("r.json");
    assert_eq!((report.total(), report.cases().len()), (10, 4));
}

#[test]
fn a_time_limit_gives_a_silent_subject_up() {
    let sandbox = Sandbox::new();
    let peer = Peer::start(|mut stream| while read_message(&mut stream).is_some() {});
    let url = peer.url();
    let user = ["--client-id", "x", "--username", "u", "--code", "123456"];
    let arguments =
        ["run", "--endpoint", &url, "--timeout", "50ms", "--filter", "required/client-id-absent-public"];
    sandbox
        .run(&[&arguments[..], &user].concat())
        .with_code(1)
        .showing(&["no complete answer within 50 ms (0 bytes received)", "--timeout 50ms --seed 0"]);
}
