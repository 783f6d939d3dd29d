//! A run that is cut: its reports are written and say so, and what it launched or made is gone.

use crate::binary::{Running, Sandbox};
use crate::peer::{Peer, Serve, Then, holds, is_judged, proxy};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};

/// A subject that refuses everything, with a child that outlives a polite end. At the 30th request it calls the test, over
/// a connection that stays open as long as one of the two lives.
const SUBJECT: &str = r#"
import os, signal, socket, subprocess, sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
count = 0
while True:
    connection, _ = listener.accept()
    connection.recv(65536)
    count += 1
    if count == 30:
        call = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
        call.set_inheritable(True)
        stubborn = "trap '' TERM INT HUP; while :; do sleep 1000; done"
        subprocess.Popen(["/bin/sh", "-c", stubborn], close_fds=False)
        call.sendall(b"running\n")
    body = b'{"__type":"CodeMismatchException","message":"no"}'
    head = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    connection.sendall(head + body)
    connection.close()
"#;

/// A run at that subject, and the call that came from it.
struct AtSubject {
    sandbox: Sandbox,
    running: Running,
    call: BufReader<TcpStream>,
}

impl AtSubject {
    /// Starts a run that would go on for hours, and waits until the subject has been asked.
    fn start() -> Self {
        let sandbox = Sandbox::new();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let script = sandbox.write("subject.py", SUBJECT);
        let port = listener.local_addr().unwrap().port();
        let profile = sandbox.write(
            "subject.toml",
            format!(
                "name = \"stub\"\nversion = \"1\"\n[launch]\ncommand = [\"python3\", \"{script}\", \"${{port}}\", \
                 \"{port}\"]\n[code]\nsource = \"any\"\n"
            ),
        );
        let running = sandbox.spawn(&[
            "run",
            "--subject",
            &profile,
            "--client-id",
            "x",
            "--username",
            "u",
            "--code",
            "123456",
            "--cases",
            "100000000",
            "--report",
            "json=r.json",
            "--report",
            "junit=r.xml",
            "--report",
            "md=r.md",
            "--report",
            "sarif=r.sarif",
            "--report",
            "har=r.har",
            "--report",
            "badge=r.svg",
        ]);
        let mut call = BufReader::new(listener.accept().unwrap().0);
        let mut line = String::new();
        call.read_line(&mut line).unwrap();
        assert_eq!(line, "running\n");
        Self { sandbox, running, call }
    }
}

/// Ends the run with a signal, and fails unless all is in order afterwards.
fn cut(signal: &str) {
    let AtSubject { sandbox, running, mut call } = AtSubject::start();
    running.signal(signal);
    let ended = running.end();
    let reason = format!("stopped by SIG{signal}");
    let report = sandbox.json("r.json");
    assert_eq!(report.incomplete(), Some(reason.as_str()));
    assert!(report.total() > 0);
    let expected = if report.count("mismatch") > 0 { 1 } else { 3 };
    ended.with_code(expected).showing(&[&format!("INCOMPLETE {reason}")]);
    let junit = sandbox.junit("r.xml");
    let cases = junit.test_suites.iter().flat_map(|suite| &suite.test_cases);
    assert!(cases.into_iter().any(|case| case.name.as_str() == "the run is complete"));
    for name in ["r.md", "r.sarif"] {
        assert!(sandbox.text(name).contains(&reason), "{name}");
    }
    for name in ["r.sarif", "r.har"] {
        serde_json::from_str::<serde_json::Value>(&sandbox.text(name)).unwrap();
    }
    assert!(sandbox.text("r.svg").contains("incomplete") && sandbox.text("r.svg").ends_with("</svg>\n"));
    // The end of the stream: the subject and its child are both gone.
    assert_eq!(call.read(&mut [0; 16]).unwrap(), 0);
    assert!(!leftovers(&sandbox), "the work folder is left");
}

fn leftovers(sandbox: &Sandbox) -> bool {
    let entries = std::fs::read_dir(sandbox.path("")).unwrap();
    entries.into_iter().any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with("countersign-"))
}

#[test]
fn ctrl_c_ends_a_run_with_reports_that_are_marked_incomplete() {
    cut("INT");
}

#[test]
fn sigterm_ends_a_run_with_reports_that_are_marked_incomplete() {
    cut("TERM");
}

#[test]
fn a_hang_up_ends_a_run_with_reports_that_are_marked_incomplete() {
    cut("HUP");
}

#[test]
fn a_killed_run_leaves_no_subject_behind() {
    let AtSubject { running, mut call, .. } = AtSubject::start();
    running.signal("KILL");
    assert_eq!(running.end().code, None);
    assert_eq!(call.read(&mut [0; 16]).unwrap(), 0);
}

/// A proxy to `serve`, and an event for the `count`th request that is judged.
fn counting(serve: &Serve, count: u32) -> (Peer, Receiver<()>) {
    let (sender, reached) = mpsc::channel();
    let seen = Arc::new(Mutex::new(0));
    let proxy = proxy(&serve.url, move |request, _| {
        if !is_judged(request) {
            return Then::PassOn;
        }
        let mut seen = seen.lock().unwrap();
        *seen += 1;
        if *seen == count {
            sender.send(()).unwrap();
        }
        Then::PassOn
    });
    (proxy, reached)
}

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

fn endless(url: &str) -> Vec<&str> {
    vec!["run", "--endpoint", url, "--code-source", CODES, "--filter", "code/*", "--cases", "100000000"]
}

#[test]
fn a_cut_run_deletes_the_pools_that_it_made() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let (proxy, reached) = counting(&serve, 20);
    let url = proxy.url();
    let running = sandbox.spawn(&endless(&url));
    reached.recv().unwrap();
    assert!(!serve.pools().is_empty());
    running.signal("INT");
    running.end().with_code(3).showing(&["INCOMPLETE stopped by SIGINT"]);
    assert_eq!(serve.pools(), Vec::<String>::new());
    assert!(sandbox.ledgers().is_empty());
}

#[test]
fn what_a_killed_run_left_is_swept() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let (proxy, reached) = counting(&serve, 20);
    let url = proxy.url();
    let running = sandbox.spawn(&endless(&url));
    reached.recv().unwrap();
    let busy = sandbox.line("sweep").with_code(0);
    assert!(busy.stdout.contains("in use by a run, left alone"), "{}", busy.stdout);
    running.signal("KILL");
    assert_eq!(running.end().code, None);
    let left = serve.pools();
    assert!(!left.is_empty());
    let foreign = serve.call("CreateUserPool", &serde_json::json!({ "PoolName": "somebody-else" }));
    assert!(foreign.get("UserPool").is_some());

    let dry = sandbox.line("sweep --dry-run").with_code(0);
    assert_eq!(dry.stdout.matches("would delete").count(), left.len());
    sandbox.run(&["sweep", "--endpoint", "http://127.0.0.1:1"]).with_code(0);
    assert_eq!(serve.pools().len(), left.len() + 1);
    let swept = sandbox.run(&["sweep", "--endpoint", &format!("{url}/")]).with_code(0);
    assert_eq!(swept.stdout.matches("deleted user pool").count(), left.len(), "{}", swept.stdout);
    assert_eq!(serve.pools(), ["somebody-else"]);
    assert!(sandbox.ledgers().is_empty());
    sandbox.line("sweep").with_code(0).showing(&["nothing is left"]);
}

#[test]
fn what_cannot_be_swept_stays_in_the_ledger() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let (proxy, reached) = counting(&serve, 5);
    let url = proxy.url();
    let running = sandbox.spawn(&endless(&url));
    reached.recv().unwrap();
    running.signal("KILL");
    running.end();
    let [ledger] = sandbox.ledgers().try_into().unwrap();
    let text = std::fs::read_to_string(&ledger).unwrap();
    let gone = crate::peer::refused_port();
    std::fs::write(&ledger, text.replace(&format!(":{}", proxy.port()), &format!(":{gone}"))).unwrap();
    sandbox.line("sweep").with_code(3).showing(&["kept", "refused"]);
    assert_eq!(sandbox.ledgers().len(), 1);
}

#[test]
fn a_second_ctrl_c_does_not_wait_for_a_subject_that_will_not_be_cleaned_up() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let (sender, events) = mpsc::channel();
    let proxy = proxy(&serve.url, move |request, stream| {
        if holds(request, b".DeleteUserPool\r") {
            sender.send("deletes").unwrap();
            // No answer, until the client is gone.
            let _ = stream.read(&mut [0]);
            return Then::Close;
        }
        if is_judged(request) {
            let _ = sender.send("judges");
        }
        Then::PassOn
    });
    let url = proxy.url();
    let arguments = [&endless(&url)[..], &["--timeout", "10m", "--report", "json=r.json"]].concat();
    let running = sandbox.spawn(&arguments);
    assert_eq!(events.recv().unwrap(), "judges");
    running.signal("INT");
    assert!(events.iter().any(|event| event == "deletes"));
    running.signal("INT");
    let ended = running.end().with_code(3).showing(&["INCOMPLETE stopped by SIGINT while cleaning up"]);
    assert!(ended.stderr.contains("countersign sweep"), "{}", ended.stderr);
    assert!(sandbox.json("r.json").incomplete().is_some());
    assert_eq!(sandbox.ledgers().len(), 1);
}

/// A profile whose subject is this Python program.
fn profile(sandbox: &Sandbox, program: &str, arguments: &str) -> String {
    let script = sandbox.write("subject.py", program);
    let text = format!(
        "name = \"stub\"\nversion = \"1\"\n[launch]\ncommand = [\"python3\", \"{script}\", {arguments}]\n[code]\n\
         source = \"any\"\n"
    );
    sandbox.write("subject.toml", text)
}

const REPORTS: [&str; 4] = ["--report", "json=r.json", "--report", "junit=r.xml"];

#[test]
fn ctrl_c_before_the_first_case_leaves_reports_that_say_so() {
    let sandbox = Sandbox::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let program = "import socket, sys, time\ncall = socket.create_connection((\"127.0.0.1\", int(sys.argv[1])))\n\
                   time.sleep(1000)\n";
    let file = profile(&sandbox, program, &format!("\"{port}\""));
    let running = sandbox.spawn(&[&["run", "--subject", &file], &REPORTS[..]].concat());
    let mut call = listener.accept().unwrap().0;
    running.signal("INT");
    running.end().with_code(3).saying(&["stopped by SIGINT before the first case"]);
    assert_eq!(sandbox.json("r.json").incomplete(), Some("stopped by SIGINT before the first case"));
    assert!(sandbox.text("r.xml").contains("before the first case"));
    assert_eq!(call.read(&mut [0]).unwrap(), 0);
    assert!(!leftovers(&sandbox));
}

#[test]
fn a_subject_that_does_not_start_is_told_with_its_last_words_escaped() {
    let sandbox = Sandbox::new();
    let program = "import sys\nsys.stderr.buffer.write(b'no licence \\x1b[31m\\xff\\n')\nsys.exit(9)\n";
    let file = profile(&sandbox, program, "\"x\"");
    let ended = sandbox.run(&[&["run", "--subject", &file], &REPORTS[..]].concat());
    let ended = ended.with_code(3).saying(&["cannot start `stub`", "exit code 9", "no licence"]);
    assert!(ended.stdout.contains("INCOMPLETE cannot start `stub`"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("\\n") && !ended.stdout.contains("score"), "{}", ended.stdout);
    let incomplete = sandbox.json("r.json");
    let incomplete = incomplete.incomplete().unwrap();
    assert!(incomplete.contains("cannot start `stub`") && incomplete.contains("exit code 9"), "{incomplete}");
    assert!(sandbox.text("r.xml").contains("exit code 9"));
}

#[test]
fn a_subject_that_dies_in_the_middle_ends_the_run_with_exit_code_3_or_1() {
    let sandbox = Sandbox::new();
    let program = r#"
import socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
for _ in range(20):
    connection, _ = listener.accept()
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
    connection.close()
"#;
    let file = profile(&sandbox, program, "\"${port}\"");
    let user = ["--client-id", "x", "--username", "u", "--code", "123456", "--filter", "required/*"];
    let ended = sandbox.run(&[&["run", "--subject", &file], &REPORTS[..], &user].concat());
    let report = sandbox.json("r.json");
    assert!(report.count("inconclusive") > 0, "{}", ended.stdout);
    assert!(ended.code == Some(1) || ended.code == Some(3));
    ended.showing(&["INCONCLUSIVE the subject could not be reached"]);
}
