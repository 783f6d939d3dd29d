//! `run --exchanges` and `grade`: a log is judged like its run, cut or whole, and what is no log says where.

use crate::binary::Sandbox;
use crate::peer::Serve;

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

/// A log of a run against a server with a fault, and its report.
fn logged() -> Sandbox {
    let (sandbox, serve) = (Sandbox::new(), Serve::with(&["--fault", "code/less-will-do"]));
    let filters =
        ["--filter", "code/*", "--filter", "alias/*", "--filter", "relation/*", "--filter", "length/*"];
    let flags = [
        "run",
        "--endpoint",
        &serve.url,
        "--code-source",
        CODES,
        "--confirm-failures",
        "1",
        "--reproducible",
    ];
    let outputs = ["--exchanges", "log.jsonl", "--report", "json=run.json"];
    sandbox.run(&[&flags[..], &filters[..], &outputs[..]].concat()).with_code(1);
    sandbox
}

#[test]
fn a_graded_log_says_what_the_run_said_and_another_gate_says_more() {
    let sandbox = logged();
    sandbox
        .line("grade log.jsonl --report json=graded.json --report junit=graded.xml")
        .with_code(1)
        .showing(&["FAIL CSU-CODE-001"]);
    let told = |name: &str| {
        let report = sandbox.json(name);
        let members =
            ["id", "index", "verdict", "mismatches", "scored", "answer", "state", "reason", "requirements"];
        let case = |case: &serde_json::Value| members.map(|member| case.get(member).cloned());
        (report.0.get("header").cloned(), report.cases().iter().map(case).collect::<Vec<_>>())
    };
    assert_eq!(told("graded.json"), told("run.json"));
    assert!(sandbox.json("run.json").count("mismatch") > 0);
    sandbox.line("grade log.jsonl --gate documented --report json=less.json");
    assert_eq!(sandbox.json("less.json").0.pointer("/header/gate").unwrap(), "documented");
    assert!(sandbox.text("graded.xml").contains("<failure"));
}

#[test]
fn a_log_holds_no_code_and_no_secret() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    // Codes that are known here, to look for them: the right one, what is made of it, and the same in Unicode escapes.
    let source = "fixed:314159";
    let flags = ["run", "--endpoint", &serve.url, "--code-source", source, "--exchanges", "log.jsonl"];
    sandbox.run(&[&flags[..], &["--filter", "code/*", "--filter", "drawn/*"]].concat()).with_code(1);
    let log = sandbox.text("log.jsonl");
    assert!(log.contains("${code:wrong}") && log.contains("${client_id}") && log.contains("${code|unicode}"));
    for secret in ["314159", "314150", "31415", "951413", "\\u0033\\u0031"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[test]
fn a_cut_log_is_graded_as_far_as_it_goes_and_a_broken_one_says_where() {
    let sandbox = logged();
    let log = sandbox.text("log.jsonl");
    let lines: Vec<&str> = log.lines().collect();
    let head = lines[0];
    let cut = lines[..10].join("\n");
    sandbox.write("cut.jsonl", &cut);
    sandbox.line("grade cut.jsonl --report json=cut.json");
    assert_eq!(sandbox.json("cut.json").incomplete(), Some("the exchange log ends in the middle of a line"));
    assert_eq!(sandbox.json("cut.json").total(), 8);
    sandbox.write("noend.jsonl", format!("{cut}\n"));
    sandbox.line("grade noend.jsonl --report json=noend.json");
    assert_eq!(sandbox.json("noend.json").total(), 9);
    let offset = head.len() + 1;
    let table = [
        (format!("{head}\n{{\"case\":3}}\n"), format!("line 2, offset {}: invalid type", offset + 8)),
        (format!("{head}\n{}\n{}\n", lines[1], lines[1]), "the case stands in the log twice".to_owned()),
        (
            format!("{head}\n{}\n", lines[1].replacen("\"request\":{", "\"request\":{\"x\":\"\\\\q\",", 1)),
            String::new(),
        ),
        ("{\"exchange_log\":9,\"header\":{}}\n".to_owned(), "version `9`; this version reads `1`".to_owned()),
        ("\u{1b}[2J".to_owned(), "line 1, offset 0: expected value".to_owned()),
        (String::new(), "it is empty".to_owned()),
        ("{\"log\":{\"entries\":[]}}".to_owned(), "no ConfirmSignUp exchange (0 entries)".to_owned()),
    ];
    for (text, said) in table {
        sandbox.write("bad.jsonl", text);
        let ended = sandbox.line("grade bad.jsonl");
        if !said.is_empty() {
            ended.with_code(2).saying(&["`bad.jsonl` cannot be graded", &said]);
        }
    }
    sandbox.line("grade missing.har").with_code(2).saying(&["cannot read `missing.har`"]);
}
