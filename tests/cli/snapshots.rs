//! `countersign run --snapshots` and `countersign review`: what is written where, and how each ends.

use crate::binary::{Ended, Sandbox};
use crate::peer::Serve;
use std::fs;
use std::process::Command;

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

/// A run of a few cases against this server.
fn run(sandbox: &Sandbox, serve: &Serve, more: &[&str], environment: &[(&str, &str)]) -> Ended {
    let own =
        ["run", "--endpoint", &serve.url, "--code-source", CODES, "--filter", "alias/*", "--snapshots", "s"];
    sandbox.spawn_in(&[&own, more].concat(), environment).end()
}

fn files(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(sandbox.path("s")) else { return Vec::new() };
    let entries = entries.map(|entry| entry.unwrap().path());
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut files: Vec<_> = entries.map(|path| (name(&path), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

fn names(sandbox: &Sandbox) -> Vec<String> {
    files(sandbox).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn a_change_ends_with_exit_code_5_until_it_is_reviewed() {
    let (sandbox, serve, other) = (Sandbox::new(), Serve::start(), Serve::with(&["--chunked"]));
    run(&sandbox, &serve, &[], &[]).with_code(5).showing(&["snapshots in s: 1 new", "countersign review s"]);
    assert_eq!(names(&sandbox), ["alias.snap.new"]);
    let pending = files(&sandbox).remove(0).1;
    sandbox.line("review s --accept-all").with_code(0).showing(&["1 accepted, 0 rejected, 0 left"]);
    assert_eq!(files(&sandbox), [("alias.snap".to_owned(), pending)]);
    for jobs in ["1", "8"] {
        run(&sandbox, &serve, &["--jobs", jobs], &[])
            .with_code(0)
            .showing(&["snapshots in s: 1 as accepted"]);
    }
    // A server that is as right in another way.
    run(&sandbox, &other, &[], &[]).with_code(5).showing(&["s/alias.snap: ", " changed"]);
    assert_eq!(names(&sandbox), ["alias.snap", "alias.snap.new"]);
    sandbox.line("review s --reject-all").with_code(0).showing(&["0 accepted, 1 rejected"]);
    assert_eq!(names(&sandbox), ["alias.snap"]);
    // A mismatch says more.
    let wrong = Serve::with(&["--fault", "code/any"]);
    let ended = run(&sandbox, &wrong, &["--filter", "code/wrong-public"], &[]).with_code(1);
    ended.showing(&["s/code.snap: new, 1 case"]);
}

#[test]
fn a_build_server_is_shown_the_difference_and_nothing_is_written() {
    let (sandbox, serve, other) = (Sandbox::new(), Serve::start(), Serve::with(&["--chunked"]));
    let ci = [("CI", "true")];
    run(&sandbox, &serve, &[], &ci).with_code(5).showing(&["(new) → pass", "nothing was written"]);
    assert!(!sandbox.has("s"));
    run(&sandbox, &serve, &[], &[]).with_code(5);
    sandbox.line("review s --accept-all").with_code(0);
    let before = files(&sandbox);
    run(&sandbox, &serve, &[], &ci).with_code(0);
    let ended = run(&sandbox, &other, &[], &ci).with_code(5);
    ended.showing(&[
        "pass → pass",
        "+ | transfer-encoding: chunked",
        "nothing was written, since `CI` or `TF_BUILD` is set",
    ]);
    assert_eq!(files(&sandbox), before);
}

#[test]
fn reports_are_the_same_with_snapshots_and_without() {
    let (sandbox, wrong) = (Sandbox::new(), Serve::with(&["--fault", "code/any"]));
    let time = regex::Regex::new("time(stamp)?=\"[^\"]*\"").unwrap();
    let report = |more: &[&str]| {
        let own = ["run", "--endpoint", &wrong.url, "--code-source", CODES, "--filter", "code/*"];
        let reports = ["--report", "json=r.json", "--report", "junit=r.xml"];
        sandbox.run(&[&own[..], &reports, more].concat()).with_code(1);
        let json = sandbox.text("r.json").split_once("\n\"timing\": ").unwrap().0.to_owned();
        (json, time.replace_all(&sandbox.text("r.xml"), "").into_owned())
    };
    let plain = report(&[]);
    assert!(plain.0.contains("«request id»"), "no exchange with a volatile header was reported");
    assert_eq!(report(&["--snapshots", "s"]), plain);
}

#[test]
fn a_damaged_snapshot_names_itself_and_the_run_goes_on() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    run(&sandbox, &serve, &[], &[]).with_code(5);
    sandbox.line("review s --accept-all").with_code(0);
    sandbox.write("s/alias.snap", "---\nsource: countersign\n---\n\u{1b}[2J\n");
    let ended = run(&sandbox, &serve, &["--filter", "planted/*"], &[]).with_code(5);
    ended.showing(&["s/alias.snap: line 4: `\\u{1b}` is not escaped", "1 new, 1 not compared"]);
    assert_eq!(names(&sandbox), ["alias.snap", "planted.snap.new"]);
}

#[test]
fn a_review_without_a_terminal_needs_to_be_told_what_to_do() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    sandbox.line("review").with_code(0).showing(&["no snapshot waits for review in ."]);
    sandbox.line("review missing").with_code(2).saying(&["cannot look for changes in `missing`"]);
    run(&sandbox, &serve, &[], &[]).with_code(5);
    let ended = sandbox.line("review").with_code(2);
    ended
        .saying(&["1 snapshot waits for review, and there is no terminal to ask at", "hint: `--accept-all`"]);
    sandbox.line("review --accept-all --reject-all").with_code(2);
    assert_eq!(names(&sandbox), ["alias.snap.new"]);
}

#[test]
fn what_waits_is_listed_for_machines_and_what_is_damaged_is_left() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    run(&sandbox, &serve, &["--filter", "planted/*"], &[]).with_code(5);
    sandbox.write("s/planted.snap.new", "---\nsource: countersign\n---\nx\n");
    let ended = sandbox.line("review --list json").with_code(0);
    let list: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let at = |pointer: &str| list.pointer(pointer).unwrap().clone();
    assert_eq!(at("/waiting/0/pending"), "./s/alias.snap.new");
    assert_eq!(at("/waiting/0/cases/0/before"), serde_json::Value::Null);
    assert_eq!(at("/waiting/0/cases/0/after"), "pass");
    assert!(at("/waiting/1/error").as_str().unwrap().starts_with("line 4: "), "{list}");
    let ended = sandbox.line("review --accept-all").with_code(2);
    ended.showing(&["./s/planted.snap.new: line 4: ", "1 accepted, 0 rejected, 1 left"]);
    assert_eq!(names(&sandbox), ["alias.snap", "planted.snap.new"]);
}

#[test]
fn a_shard_takes_no_case_of_another_for_gone() {
    let sandbox = Sandbox::new();
    let shard = |part: &str, code: i32| {
        let ended = sandbox.run(&["run", "--quiet", "--shard", part, "--snapshots", "s"]).with_code(code);
        assert!(!ended.stdout.contains("delete the file"), "{}", ended.stdout);
        ended
    };
    shard("1/60", 5);
    sandbox.line("review s --accept-all").with_code(0);
    shard("2/60", 5);
    let list: serde_json::Value =
        serde_json::from_str(&sandbox.line("review s --list json").with_code(0).stdout).unwrap();
    let waiting = list["waiting"].as_array().unwrap().iter();
    let cases: Vec<_> = waiting.flat_map(|waiting| waiting["cases"].as_array().unwrap()).collect();
    assert!(cases.len() > 10 && cases.iter().all(|case| case["before"].is_null()), "{list}");
    sandbox.line("review s --accept-all").with_code(0);
    shard("1/60", 0);
    shard("2/60", 0);
}

#[test]
fn a_pipe_among_the_snapshots_is_named_and_nobody_waits_for_it() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    run(&sandbox, &serve, &[], &[]).with_code(5);
    let pipe = sandbox.path("s/alias.snap");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let ended = run(&sandbox, &serve, &["--filter", "planted/*"], &[]).with_code(5);
    ended.showing(&["s/alias.snap: not a regular file", "1 new, 1 not compared"]);
    let ended = sandbox.line("review --accept-all").with_code(2);
    ended.showing(&["./s/alias.snap.new: not a regular file", "1 accepted, 0 rejected, 1 left"]);
}

#[test]
fn a_difference_that_cannot_be_written_is_shown() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    fs::create_dir_all(sandbox.path("s/alias.snap.new/x")).unwrap();
    let ended = run(&sandbox, &serve, &[], &[]).with_code(5);
    ended.showing(&[
        "1 not written",
        " changed, which cannot be written: ",
        "(new) → pass",
        "+ verdict pass",
    ]);
}

#[test]
fn a_folder_that_cannot_be_read_is_named_and_hinders_no_review() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    run(&sandbox, &serve, &[], &[]).with_code(5);
    // Half a path that is too long, and the other half moved below it.
    let name = "d".repeat(255);
    let half = [name.as_str(); 8].join("/");
    for folder in [format!("s/{half}"), format!("aside/{half}")] {
        fs::create_dir_all(sandbox.path(&folder)).unwrap();
    }
    fs::rename(sandbox.path(&format!("aside/{name}")), sandbox.path(&format!("s/{half}/{name}"))).unwrap();
    let root = sandbox.path("s").display().to_string();
    let ended = sandbox.run(&["review", &root, "--accept-all"]).with_code(0);
    ended.saying(&["cannot look for changes in `", "File name too long"]).showing(&["1 accepted"]);
}

#[test]
fn the_help_says_how_a_list_ends() {
    let help = Sandbox::new().line("review --help").with_code(0).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        help.contains("Exits with 5 where something still waits, but for `--list`, which ends with 0"),
        "{help}"
    );
}

#[test]
fn a_file_in_the_place_of_the_folder_is_found_before_the_run() {
    let sandbox = Sandbox::new();
    sandbox.write("s", "");
    let ended = sandbox.line("run --filter alias/* --snapshots s").with_code(2);
    ended.saying(&["cannot read the snapshots in `s`", "not a folder"]);
    assert!(!sandbox.line("run --filter alias/* --snapshots s").stdout.contains("score"));
}
