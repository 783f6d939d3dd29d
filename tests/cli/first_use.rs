//! What somebody meets who uses the program for the first time: slips are named, and nothing is lost without a word.

use crate::binary::Sandbox;
use crate::peer::{Serve, lying_proxy};
use serde_json::{Value, json};

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

#[test]
fn the_list_is_that_of_the_run_that_the_file_describes() {
    let sandbox = Sandbox::new();
    let all = sandbox.line("list --count").with_code(0).total();
    sandbox.write("countersign.toml", "[run]\nfilter = [\"code/*\"]\ncases = 40\nshard = \"1/2\"\n");
    let listed = sandbox.line("list --count").with_code(0).total();
    sandbox.line("run --report json=r.json").with_code(0);
    assert_eq!(sandbox.json("r.json").cases().len(), listed);
    assert!(0 < listed && listed < 40 && all > 1000, "{listed} of {all}");
    sandbox.write("old.toml", "[run]\nrevision = \"aws-api-v0.3\"\n");
    let old = sandbox.line("list --count --config old.toml").with_code(0).total();
    assert!(0 < old && old < all, "{old} of {all}");
    sandbox.write("bad.toml", "[run]\nfilters = 1\n");
    sandbox.line("list --config bad.toml").with_code(2).saying(&["unknown field `filters`"]);
}

#[test]
fn no_two_outputs_share_a_file() {
    let sandbox = Sandbox::new();
    for (flags, said) in [
        ("--report json=x --exchanges x", "`report` and `exchanges` go to the same file"),
        ("--report json=x --exchanges ./x", "`report` and `exchanges` go to the same file"),
        ("--report json=x --ledger x", "`report` and `ledger` go to the same file"),
        ("--exchanges x --ledger x", "`exchanges` and `ledger` go to the same file"),
        ("--report json=x --report md=./x", "`report` and `report` go to the same file"),
        ("--report json=-", "`/dev/stdout`"),
    ] {
        sandbox.line(&format!("run --filter code/wrong-public {flags}")).with_code(2).saying(&[said]);
    }
    assert!(!sandbox.has("x") && !sandbox.has("-"));
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let sandbox = Sandbox::new();
    for flags in ["--report json=/dev/full", "--report html=/dev/full", "--exchanges /dev/full"] {
        let ended = sandbox.line(&format!("run --filter code/wrong-public {flags}")).with_code(3);
        ended.saying(&["a report could not be written", "`/dev/full`: "]);
    }
}

#[test]
fn an_app_client_means_nothing_to_a_server_that_has_none() {
    let sandbox = Sandbox::new();
    sandbox.line("run --client-id abc").with_code(2).saying(&["`client-id` is given", "`--endpoint`"]);
    let serve = Serve::start();
    let ended = sandbox.run(&["run", "--endpoint", &serve.url, "--client-id", "4a1b2c3d4e5f6g7h8i9j0k1l2m"]);
    let ended = ended.with_code(3).showing(&["INCOMPLETE the subject could not be set up", "`--client-id`"]);
    for absent in ["score", "latency", "FAIL"] {
        assert!(!ended.stdout.contains(absent), "{}", ended.stdout);
    }
}

#[test]
fn a_profile_that_is_wrong_is_a_wrong_file_and_a_missing_home_is_told_with_its_way_out() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.toml", "name = 1\n");
    sandbox.line("subjects ./bad.toml").with_code(2);
    sandbox.line("subjects no-such-subject").with_code(2);
    let serve = Serve::start();
    let bare = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_countersign"));
        let output = command.args(arguments).env_clear().current_dir(sandbox.path("")).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for arguments in [&["run", "--endpoint", &serve.url, "--code-source", CODES][..], &["sweep"]] {
        let (code, said) = bare(arguments);
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains("`COUNTERSIGN_STATE`") && said.contains("hint: `--ledger FILE`"), "{said}");
        assert!(!said.contains("COUNTERSIGN_CACHE"), "{said}");
    }
}

/// An exchange as a browser records it, that a requirement on its form is broken in.
fn recorded() -> Value {
    let pair = |name: &str, value: &str| json!({"name": name, "value": value});
    let target = pair("x-amz-target", "AWSCognitoIdentityProviderService.ConfirmSignUp");
    let kind = pair("content-type", "application/x-amz-json-1.1");
    let body = r#"{"ClientId":"4a1b2c3d4e5f6g7h8i9j0k1l2m","Username":"jane","ConfirmationCode":"482913"}"#;
    let answer = r#"{"__type":"CodeMismatchException","message":"Invalid verification code provided, please try again."}"#;
    let entry = |status: u16, headers: Value| {
        json!({
            "request": {"method": "POST", "url": "https://x.example/", "headers": [target, kind], "postData": {"text": body}},
            "response": {"status": status, "statusText": "", "headers": headers, "content": {"text": answer}},
        })
    };
    let good = json!([
        kind,
        pair("x-amzn-errortype", "CodeMismatchException:"),
        pair("x-amzn-errormessage", "x"),
        pair("x-amzn-requestid", "0c7a6d0e-2b53-4b8e-9f0f-0d5f3f1f2a3b")
    ]);
    json!({"log": {"version": "1.2", "creator": {"name": "Firefox"}, "entries": [entry(500, json!([kind])), entry(400, good)]}})
}

#[test]
fn what_a_browser_has_recorded_is_no_case_that_could_be_sent_again() {
    let sandbox = Sandbox::new();
    sandbox.write("b.har", recorded().to_string());
    let forms = "--report md=b.md --report junit=b.xml --report sarif=b.sarif";
    let ended = sandbox.line(&format!("grade b.har {forms}")).with_code(1).showing(&["FAIL ", "OBSERVED "]);
    assert!(!ended.stdout.contains("suite "), "{}", ended.stdout);
    for text in [ended.stdout, sandbox.text("b.md"), sandbox.text("b.xml"), sandbox.text("b.sarif")] {
        assert!(!text.contains("countersign repro"), "{text}");
    }
    let serve = Serve::with(&["--fault", "code/less-will-do"]);
    let run = [
        "run",
        "--endpoint",
        &serve.url,
        "--code-source",
        CODES,
        "--filter",
        "code/*",
        "--report",
        "har=r.har",
    ];
    sandbox.run(&run).with_code(1);
    sandbox.line("grade r.har").with_code(2).saying(&["`r.har` cannot be graded", "--exchanges"]);
}

#[test]
fn a_page_and_a_summary_are_the_same_whenever_they_are_written() {
    let sandbox = Sandbox::new();
    let reports = "--report html=r.html --report md=r.md --report json=r.json --reproducible";
    sandbox.line(&format!("run --quiet {reports}")).with_code(0);
    for form in ["html", "md"] {
        sandbox.line(&format!("render r.json --to {form} --output later.{form}")).with_code(0);
        assert!(sandbox.text(&format!("r.{form}")) == sandbox.text(&format!("later.{form}")), "{form}");
    }
    assert!(sandbox.text("r.md").contains("null server"), "{}", sandbox.text("r.md"));
    sandbox.line("page r.json --output page.html").with_code(0);
    assert!(sandbox.text("r.html") == sandbox.text("page.html"));
}

#[test]
fn a_code_that_only_the_subject_speaks_of_stays_out_of_every_report() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let body = r#"{"__type":"CodeMismatchException","message":"it is 314159"}"#;
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\nX-Said: 314159\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let peer = lying_proxy(&serve.url, move |stream| {
        let _ = std::io::Write::write_all(stream, answer.as_bytes());
    });
    let forms =
        ["json", "html", "har", "junit", "md"].map(|form| format!("--report {form}=r.{form}")).join(" ");
    let case = "--filter length/unit-confirmation-code-max-*";
    let line =
        format!("run --endpoint {} --code-source fixed:314159 {case} {forms} --exchanges r.log", peer.url());
    sandbox.line(&line).with_code(0);
    assert!(sandbox.text("r.json").contains("it is ${code}"), "{}", sandbox.text("r.json"));
    for name in ["r.json", "r.html", "r.har", "r.junit", "r.md", "r.log"] {
        assert!(!sandbox.text(name).contains("314159"), "{name}");
    }
}

#[test]
fn a_subject_that_cannot_be_asked_for_the_state_is_told_once_in_every_form_of_the_report() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    sandbox.write(
        "subject.toml",
        format!(
            "name = \"toy\"\nversion = \"1\"\n[launch]\nkind = \"endpoint\"\nurl = \"{}\"\n\
             [control]\nmissing = [\"AdminGetUser\"]\n\
             [code]\nsource = \"http\"\nurl = '/_countersign/codes/${{pool_id}}/${{username}}'\npointer = \"/Code\"\n",
            serve.url
        ),
    );
    let line = "run --subject ./subject.toml --filter code/* --exchanges r.log --report json=r.json";
    let said = "state     not judged in ";
    sandbox.line(line).with_code(0).showing(&[said, "cases: this subject has no AdminGetUser\n"]);
    sandbox.line("render r.json --to terminal").with_code(0).showing(&[said]);
    sandbox.line("grade r.log").with_code(0).showing(&[said]);
}
