//! Hostile endpoints: whatever comes back, each case has a clear verdict, the run goes on to its end, and nothing that a
//! terminal would obey reaches a stream or a file.

use crate::binary::{Ended, Report, Sandbox};
use crate::peer::{Peer, Serve, lying_proxy, refused_port};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// What a hostile endpoint does once it has read a request.
type Hostility = fn(&mut TcpStream);

/// The cases that are sent, by one user made beforehand or by own ones: refusals, and one that must be accepted.
const CASES: [&str; 4] = [
    "code/cut-first-public",
    "code/cut-last-public",
    "required/client-id-absent-public",
    "valid/members-0000-public",
];

/// What the binary said of an endpoint.
struct Met {
    ended: Ended,
    report: Report,
}

/// Runs the cases with a user made beforehand, so that what is judged meets the endpoint at once.
#[track_caller]
fn judged(url: &str, more: &[&str]) -> Met {
    let user = ["--client-id", "x", "--username", "u", "--code", "123456"];
    run(url, &[&user[..], more].concat())
}

#[track_caller]
fn run(url: &str, more: &[&str]) -> Met {
    let sandbox = Sandbox::new();
    let mut arguments = vec!["run", "--endpoint", url, "--report", "json=r.json", "--report", "junit=r.xml"];
    for case in CASES {
        arguments.extend(["--filter", case]);
    }
    arguments.extend(more);
    let ended = sandbox.run(&arguments);
    let report = sandbox.json("r.json");
    let junit = sandbox.junit("r.xml");
    let cases: usize = junit.test_suites.iter().map(|suite| suite.test_cases.len()).sum();
    assert!(cases > 0, "the JUnit report is empty");
    Met { ended, report }
}

/// Every case has a verdict, the run is complete and fails, and each of `texts` is among what was got.
#[track_caller]
fn fails_clearly(met: Met, got: &str) {
    let Met { ended, report } = met;
    assert_eq!(report.incomplete(), None);
    // What is only inferred of the one without ClientId does not fail it, and no right code was accepted beside it.
    // Nor does anything count against it once the one user there was is confirmed.
    let is_used_up =
        report.reasons().iter().any(|reason| reason.starts_with("the given user was confirmed by"));
    let least = if is_used_up { 1 } else { 3 };
    assert!(report.count("mismatch") >= least, "{:?}\n{}", report.reasons(), ended.stdout);
    assert_eq!(report.total() - report.count("pass") - report.count("inconclusive"), 4, "{}", ended.stdout);
    let mismatches = report.mismatches();
    assert!(mismatches.iter().any(|text| text.contains(got)), "{mismatches:#?}");
    ended.with_code(1).showing(&["FAIL"]);
}

/// Lets a hostile endpoint answer everything, and then ConfirmSignUp alone.
#[track_caller]
fn both_ways(hostility: Hostility, got: &str, more: &[&str]) {
    fails_clearly(judged(&Peer::answering(hostility).url(), more), got);
    let serve = Serve::start();
    let proxy = lying_proxy(&serve.url, hostility);
    let more = [&["--code-source", "http:/_countersign/codes/${pool_id}/${username}#/Code"], more].concat();
    fails_clearly(run(&proxy.url(), &more), got);
    assert_eq!(serve.pools(), Vec::<String>::new());
}

fn write(stream: &mut TcpStream, bytes: &[u8]) {
    // The client may have given up.
    let _ = stream.write_all(bytes);
}

fn respond(stream: &mut TcpStream, head: &str, body: &[u8]) {
    let length = body.len();
    write(stream, format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n").as_bytes());
    write(stream, body);
}

#[test]
fn html_for_everything_is_a_mismatch() {
    let page = |stream: &mut TcpStream| {
        let page = b"<!DOCTYPE html><html><body><h1>It works!</h1></body></html>";
        respond(stream, "200 OK\r\nContent-Type: text/html", page);
    };
    both_ways(page, "200", &[]);
}

#[test]
fn an_empty_body_is_a_mismatch() {
    both_ways(|stream| respond(stream, "400 Bad Request", b""), "no error type", &[]);
}

#[test]
fn a_redirect_loop_is_not_followed() {
    let looping = |stream: &mut TcpStream| respond(stream, "307 Temporary Redirect\r\nLocation: /", b"");
    both_ways(looping, "307", &[]);
}

#[test]
fn a_body_of_100_mb_is_cut() {
    let flood = |stream: &mut TcpStream| {
        write(stream, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 104857600\r\n\r\n");
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            if stream.write_all(&piece).is_err() {
                return;
            }
        }
    };
    both_ways(flood, "the body of the answer is longer than", &[]);
}

#[test]
fn a_gzip_body_that_nobody_asked_for_is_not_unpacked() {
    let gzip = |stream: &mut TcpStream| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(br#"{"__type":"CodeMismatchException","message":"x"}"#).unwrap();
        let packed = encoder.finish().unwrap();
        respond(
            stream,
            "400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Encoding: gzip",
            &packed,
        );
    };
    both_ways(gzip, "no error type: not JSON", &[]);
}

#[test]
fn a_header_of_1_mb_is_cut() {
    let head = |stream: &mut TcpStream| {
        write(stream, b"HTTP/1.1 400 Bad Request\r\nX-Long: ");
        write(stream, &vec![b'a'; 1 << 20]);
        write(stream, b"\r\nContent-Length: 0\r\n\r\n");
    };
    both_ways(head, "the head of the answer is longer than", &[]);
}

#[test]
fn a_slow_drip_ends_at_the_time_limit() {
    let drip = |stream: &mut TcpStream| {
        write(stream, b"HTTP/1.1 400 Bad Request\r\nX: ");
        let _ = stream.set_read_timeout(Some(Duration::from_millis(5)));
        while !matches!(stream.read(&mut [0]), Ok(0)) && stream.write_all(b"a").is_ok() {}
    };
    both_ways(drip, "no complete answer within 100 ms", &["--timeout", "100ms"]);
}

#[test]
fn an_early_close_is_a_mismatch() {
    both_ways(|stream| write(stream, b"HTTP/1.1 200 OK\r\nContent-Le"), "ended before the answer", &[]);
}

#[test]
fn what_is_not_http_is_a_mismatch() {
    both_ways(|stream| write(stream, b"SSH-2.0-OpenSSH_9.6\r\n"), "not HTTP", &[]);
}

#[test]
fn invalid_utf_8_and_terminal_escapes_are_shown_and_never_sent_on() {
    let escapes = |stream: &mut TcpStream| {
        let mut body = b"{\"__type\":\"Code\\u001b[31mMismatch\\u009b2J\",\"message\":\"".to_vec();
        body.extend_from_slice(
            b"\x1b[2J\x1b]0;title\x07 \xff\xfe \xe2\x80\xae \\u202e \\u0000 \\ud800 \r\n\x00\"}",
        );
        let head = "400 \x1b[1mBad\r\nX-Amzn-ErrorType: \x1b[5mA\u{9b}1m\r\nX-\u{7f}: \x08";
        respond(stream, head, &body);
    };
    both_ways(escapes, "", &["--verbose", "--curl"]);
}

#[test]
fn an_unreachable_port_ends_with_exit_code_3_and_a_report_that_says_so() {
    let url = format!("http://127.0.0.1:{}", refused_port());
    let Met { ended, report } = run(&url, &["--code-source", "any"]);
    assert!(
        report.incomplete().unwrap().contains("CreateUserPool: no connection"),
        "{:?}",
        report.incomplete()
    );
    assert_eq!(report.total(), 0);
    ended.with_code(3).showing(&["INCOMPLETE the subject could not be set up", "refused"]);

    let Met { ended, report } = judged(&url, &[]);
    assert_eq!(report.count("inconclusive"), 4);
    ended.with_code(3).showing(&["INCONCLUSIVE the subject could not be reached", "refused"]);
}

#[test]
fn nothing_is_left_for_a_sweep_where_no_connection_was_made() {
    let sandbox = Sandbox::new();
    let url = format!("http://127.0.0.1:{}", refused_port());
    let ended = sandbox.run(&["run", "--endpoint", &url, "--code-source", "any"]).with_code(3);
    assert_eq!(ended.stderr, "");
    assert!(sandbox.ledgers().is_empty(), "{:?}", sandbox.ledgers());
}

#[test]
fn a_port_that_does_not_speak_tls_is_told_from_one_that_is_closed() {
    let plain = Peer::start(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        respond(&mut stream, "400 Bad Request", b"");
    });
    let url = plain.url().replace("http:", "https:");
    let Met { ended, report } = run(&url, &["--code-source", "any"]);
    assert!(report.incomplete().unwrap().contains("TLS was refused"), "{:?}", report.incomplete());
    ended.with_code(3);
    let Met { ended, report } = judged(&url, &[]);
    assert_eq!(report.count("inconclusive"), 4, "{}", ended.stdout);
    ended.with_code(3);
}

#[test]
fn a_subject_that_breaks_off_in_the_middle_ends_the_run_in_good_order() {
    let serve = Serve::start();
    let proxy = lying_proxy(&serve.url, |stream| {
        let _ = stream.shutdown(std::net::Shutdown::Both);
    });
    let Met { ended, report } =
        run(&proxy.url(), &["--code-source", "http:/_countersign/codes/${pool_id}/${username}#/Code"]);
    assert_eq!(report.count("mismatch"), 4, "{}", ended.stdout);
    assert_eq!(serve.pools(), Vec::<String>::new());
}
