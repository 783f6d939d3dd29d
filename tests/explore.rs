//! Fuzzing sessions find what is planted and nothing where nothing is; what they keep survives, is sent again, and becomes a
//! case.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot do its work has to fail")]

use countersign::case::CaseId;
use countersign::corpus::case_file::read_all;
use countersign::explore::{Caught, Complaint, Finding, Oracle, Signature, Store, Trouble, merge};
use countersign::generate::Stack;
use countersign::prove::{Family, Hunt, HuntOptions, Planted, write_hunt};
use countersign::reference::EmbeddedServer;
use countersign::seed::Seed;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn hunt(names: &[&str], cases: u64) -> Hunt {
    let planted: Vec<Planted> =
        Planted::all().into_iter().filter(|fault| names.contains(&fault.id().as_str())).collect();
    assert_eq!(planted.len(), names.len());
    Hunt::of(&planted, HuntOptions { cases, seed: Seed::DEFAULT }).unwrap()
}

#[test]
fn planted_faults_are_found_by_drawn_inputs_alone_and_nothing_where_nothing_is_planted() {
    let names = [
        "code/any",
        "user/confirmed-is-welcome",
        "length/username-unbounded",
        "json/root-is-500",
        "connection/closed-after-refusal",
    ];
    let names: Vec<&str> =
        names.into_iter().filter(|name| Planted::all().iter().any(|fault| fault.id() == *name)).collect();
    assert!(names.len() >= 4, "{names:?}");
    let hunt = hunt(&names, 3000);
    let missed: Vec<String> =
        hunt.rows.iter().filter(|row| !row.is_found()).map(|row| row.planted.id()).collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
    assert_eq!(hunt.noise, []);
    assert!(hunt.holds());
    let mut text = Vec::new();
    write_hunt(&mut text, &hunt).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("code/any") && text.contains("median first find: input "), "{text}");
}

#[test]
fn a_fault_of_the_state_is_found_by_a_walk_and_the_walk_is_short() {
    let hunt = hunt(&["user/confirmed-is-welcome"], 4000);
    let found = hunt.rows.first().and_then(|row| row.walks.as_ref()).unwrap();
    assert_eq!(found.reproduced, 3);
    // Sign up, confirm, confirm again.
    assert!(found.shrunk.matches(", ").count() <= 3, "{}", found.shrunk);
    assert!(hunt.rows.iter().all(|row| row.planted.family == Family::User));
}

#[test]
fn what_a_connection_remembers_is_found_and_brought_about_again() {
    let of_connections = |fault: &Planted| fault.family == Family::Connection;
    let planted: Vec<Planted> = Planted::all().into_iter().filter(of_connections).collect();
    let hunt = Hunt::of(&planted, HuntOptions { cases: 3000, seed: Seed::DEFAULT }).unwrap();
    let told: Vec<String> = hunt
        .rows
        .iter()
        .filter_map(|row| {
            let found = row.requests.as_ref().map_or(0, |found| found.reproduced);
            (found < 3).then(|| format!("{} {found}/3", row.planted.id()))
        })
        .collect();
    assert!(hunt.rows.len() >= 5 && told.is_empty(), "{told:?}");
}

fn finding(number: u64) -> Finding {
    let case = Stack::draw(Seed(number)).case(&CaseId::new("fuzz", "x"));
    let complaint = Complaint {
        oracle: Oracle::ServerError,
        requirement: None,
        expected: "no server error".to_owned(),
        got: format!("500 Error{}", "x".repeat(usize::try_from(number).unwrap())),
    };
    Finding::new(&Caught { case, complaint, reproduced: Some(3) }, "moto", (0, number))
}

#[test]
fn what_is_kept_is_there_for_the_next_session_and_merges() {
    let dir = tempfile::tempdir().unwrap();
    let [one, other, into] = ["one", "other", "into"].map(|name| dir.path().join(name));
    for (number, folder) in [(1, &one), (2, &other), (2, &one)] {
        let mut store = Store::open(folder).unwrap();
        let case = Stack::draw(Seed(number)).case(&CaseId::new("fuzz", "x"));
        let signature = Signature(number);
        assert!(store.is_new(signature));
        assert!(store.keep(signature, &case).unwrap());
        let path = store.find(&finding(number)).unwrap();
        let text = fs::read_to_string(path).unwrap();
        // What was found can be run as it is.
        assert_eq!(read_all([("f.toml", text.as_str())]).unwrap().len(), 1);
        let again = Store::open(folder).unwrap();
        assert!(!again.is_new(signature) && !again.is_new_finding(&finding(number).bucket));
    }
    let merged = merge(&[one.clone(), other], &into).unwrap();
    assert_eq!((merged.inputs, merged.findings, merged.left), (2, 2, 2));
    assert_eq!(merge(&[one], &into).unwrap().inputs, 0);
    let kept = Store::findings(&into).unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|(_, finding)| matches!(finding.as_ref().unwrap().trouble, Trouble::Case(_))));
    // What was not made smaller yet is followed up when it is met again.
    let half = Finding { reproduced: None, ..finding(9) };
    Store::open(&into).unwrap().find(&half).unwrap();
    assert!(Store::open(&into).unwrap().is_new_finding(&half.bucket));
    // A file that was not written to its end is no input and no finding.
    fs::write(into.join("inputs/00000000000000ff.123.tmp"), "[[ca").unwrap();
    let mut inputs = 0;
    Store::open(&into).unwrap().inputs(&mut |_| inputs += 1).unwrap();
    assert_eq!(inputs, 2);
}

fn countersign(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign")).args(arguments).current_dir(dir).output().unwrap()
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

#[test]
fn a_session_at_the_reference_server_finds_nothing_and_goes_on_where_it_ended() {
    let dir = tempfile::tempdir().unwrap();
    let fuzz = ["fuzz", "--cases", "300", "--jobs", "2", "--corpus", "kept"];
    let first = countersign(dir.path(), &fuzz);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first));
    assert!(text(&first).contains("300 cases in "), "{}", text(&first));
    let session = || fs::read_to_string(dir.path().join("kept/session.json")).unwrap();
    assert_eq!(session(), r#"{"seed":0,"next":300}"#);
    assert!(fs::read_dir(dir.path().join("kept/inputs")).unwrap().count() > 20);
    assert_eq!(countersign(dir.path(), &fuzz).status.code(), Some(0));
    assert_eq!(session(), r#"{"seed":0,"next":600}"#);
    let replay = countersign(dir.path(), &["replay", "kept"]);
    assert_eq!(replay.status.code(), Some(4), "{}", text(&replay));
}

#[test]
fn what_the_file_says_of_sessions_is_obeyed_and_flags_win() {
    let dir = tempfile::tempdir().unwrap();
    let keys = "[run]\njobs = 2\ncases = 7\n[fuzz]\ncorpus = \"kept\"\ntime = \"9m\"\ncases = 40\nslow = \"1m\"\nstateful = true\n";
    fs::write(dir.path().join("countersign.toml"), keys).unwrap();
    let walks = countersign(dir.path(), &["fuzz"]);
    assert_eq!(walks.status.code(), Some(0), "{}", text(&walks));
    assert!(text(&walks).contains("40 cases in "), "{}", text(&walks));
    let next = |folder: &str| fs::read_to_string(dir.path().join(folder).join("session.json")).unwrap();
    assert_eq!(next("kept"), r#"{"seed":0,"next":40,"mode":"walks"}"#);
    let requests =
        countersign(dir.path(), &["fuzz", "--stateful=false", "--cases", "60", "--corpus", "other"]);
    assert_eq!(requests.status.code(), Some(0), "{}", text(&requests));
    assert_eq!(next("other"), r#"{"seed":0,"next":60}"#);
    // Walks keep no inputs.
    let inputs = |folder: &str| fs::read_dir(dir.path().join(folder).join("inputs")).unwrap().count();
    assert_eq!((inputs("kept"), inputs("other") > 0), (0, true));
    fs::write(dir.path().join("mine.toml"), "[fuzz]\ndictionary = \"none.dict\"\n").unwrap();
    let missing = countersign(dir.path(), &["fuzz", "--config", "mine.toml"]);
    assert_eq!(missing.status.code(), Some(2), "{}", text(&missing));
    assert!(text(&missing).contains("cannot read `none.dict`"), "{}", text(&missing));
}

#[test]
fn walks_at_the_reference_server_find_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let walks = countersign(dir.path(), &["fuzz", "--stateful", "--cases", "60"]);
    assert_eq!(walks.status.code(), Some(0), "{}", text(&walks));
}

#[test]
fn what_is_fixed_is_told_and_a_finding_becomes_a_case() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("kept")).unwrap();
    let path = store.find(&finding(3)).unwrap();
    let replay = countersign(dir.path(), &["replay", "kept"]);
    assert_eq!(replay.status.code(), Some(0), "{}", text(&replay));
    assert!(text(&replay).contains("0 still failing, 1 fixed, 0 cannot tell"), "{}", text(&replay));
    let path = path.to_str().unwrap();
    let promote = ["promote", path, "--into", "cases", "--id", "mine/found"];
    let promoted = countersign(dir.path(), &promote);
    assert_eq!(promoted.status.code(), Some(0), "{}", text(&promoted));
    // It is never written over.
    assert_eq!(countersign(dir.path(), &promote).status.code(), Some(2));
    let run = countersign(dir.path(), &["run", "--cases", "cases", "--filter", "mine/found"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
}

#[test]
fn wrong_flags_and_folders_end_in_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("bad.dict"), "x").unwrap();
    fs::create_dir(dir.path().join("bad")).unwrap();
    fs::write(dir.path().join("bad/f.toml"), "[finding]\n").unwrap();
    let escaping = WALK.replacen("csu-usr-010-0a1b2c3d", "../x", 1);
    fs::write(dir.path().join("escaping.toml"), escaping).unwrap();
    for (arguments, says) in [
        (&["fuzz", "--filter", "x"][..], "means nothing here"),
        (&["fuzz", "--shard", "3/2"], "K at most N"),
        (&["fuzz", "--time", "5"], "`90s`, `15m`, `8h`"),
        (&["fuzz", "--dictionary", "bad.dict"], "line 1: `x` is no token"),
        (&["fuzz", "--dictionary", "/dev/zero"], "longer than 1048576 bytes"),
        (
            &["fuzz", "--endpoint", "https://localhost:1", "--code-source", "any", "--ca", "/dev/zero"],
            "longer than 1048576 bytes",
        ),
        (&["fuzz", "--corpus", "bad.dict"], "cannot make the folder"),
        (&["fuzz", "--code-source", "any"], "`code-source` is given without `endpoint`"),
        (&["promote", "escaping.toml", "--into", "x"], "bucket `../x`"),
        (&["replay", "bad"], "missing field"),
        (&["promote", "none.toml", "--into", "x"], "cannot read"),
        (&["corpus", "merge", "none", "--into", "x"], "`none` is no folder"),
        (&["diff", "reference", "reference", "--subject", "moto"], "mean nothing here"),
    ] {
        let output = countersign(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output));
        assert!(text(&output).contains(says), "{arguments:?}: {}", text(&output));
    }
}

#[test]
fn a_subject_does_not_differ_from_itself() {
    let dir = tempfile::tempdir().unwrap();
    for (arguments, says) in [
        (&["diff", "reference", "reference", "--cases", "80"][..], " requests compared, "),
        (&["diff", "reference", "reference", "--cases", "20", "--stateful"], "20 walks compared, "),
    ] {
        let output = countersign(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(text(&output).contains(says), "{}", text(&output));
        assert!(text(&output).contains(" 0 groups of differences"), "{}", text(&output));
    }
}

/// What a session with walks keeps: a user is confirmed again with the code that is spent.
const WALK: &str = r#"[finding]
bucket = "csu-usr-010-0a1b2c3d"
oracle = "requirement"
requirement = "CSU-USR-010"
expected = "status 400"
got = "200"

[walk]
pool = "plain"

[[walk.op]]
do = "sign-up"
user = 0

[[walk.op]]
do = "confirm"
user = 0
client = "secret"
code = "right"

[[walk.op]]
do = "confirm"
user = 0
client = "secret"
code = "right"
"#;

#[test]
fn a_walk_becomes_a_case_where_a_fixture_has_its_state_and_is_copied_otherwise() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("walk.toml"), WALK).unwrap();
    let promoted =
        countersign(dir.path(), &["promote", "walk.toml", "--into", "cases", "--id", "mine/twice"]);
    assert_eq!(promoted.status.code(), Some(0), "{}", text(&promoted));
    let case = fs::read_to_string(dir.path().join("cases/mine-twice.toml")).unwrap();
    assert!(case.contains("user/confirmed") && !case.contains("[walk]"), "{case}");
    let run = countersign(dir.path(), &["run", "--cases", "cases", "--filter", "mine/twice"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    let two_clients = WALK.replacen("client = \"secret\"", "client = \"public\"", 1);
    fs::write(dir.path().join("walk.toml"), two_clients).unwrap();
    let promoted = countersign(dir.path(), &["promote", "walk.toml", "--into", "walks"]);
    assert_eq!(promoted.status.code(), Some(0), "{}", text(&promoted));
    let replay = countersign(dir.path(), &["replay", "walks"]);
    assert!(text(&replay).contains("1 fixed"), "{}", text(&replay));
}

#[test]
fn one_file_that_is_no_finding_stops_no_replay_and_nobody_waits_for_a_pipe() {
    let dir = tempfile::tempdir().unwrap();
    Store::open(&dir.path().join("kept")).unwrap().find(&finding(3)).unwrap();
    let bad = [("findings/bad.toml", "[finding]\n"), ("inputs/00000000000000aa.toml", "[[case")];
    for (path, text) in bad {
        fs::write(dir.path().join("kept").join(path), text).unwrap();
    }
    let pipes = ["kept/findings/pipe.toml", "kept/inputs/00000000000000bb.toml"];
    assert!(Command::new("mkfifo").args(pipes).current_dir(dir.path()).status().unwrap().success());
    let replay = countersign(dir.path(), &["replay", "kept"]);
    assert_eq!(replay.status.code(), Some(3), "{}", text(&replay));
    for says in ["unreadable   kept/findings/bad.toml: ", "pipe.toml: it is no regular file", "1 fixed"] {
        assert!(text(&replay).contains(says), "{says}: {}", text(&replay));
    }
    let mut inputs = 0;
    let unreadable = Store::open(&dir.path().join("kept")).unwrap().inputs(&mut |_| inputs += 1).unwrap();
    assert_eq!((inputs, unreadable.len()), (0, 2), "{unreadable:?}");
}

#[test]
fn of_two_copies_the_one_that_was_run_again_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let [half, whole] = ["half", "whole"].map(|name| dir.path().join(name));
    let unfinished = Finding { reproduced: None, ..finding(3) };
    Store::open(&half).unwrap().find(&unfinished).unwrap();
    Store::open(&whole).unwrap().find(&finding(3)).unwrap();
    for (name, from) in [("a", [half.clone(), whole.clone()]), ("b", [whole, half])] {
        let into = dir.path().join(name);
        let merged = merge(&from, &into).unwrap();
        assert_eq!((merged.findings, merged.left), (1, 1));
        let kept = Store::findings(&into).unwrap();
        let reproduced: Vec<_> = kept.iter().map(|(_, kept)| kept.as_ref().unwrap().reproduced).collect();
        assert_eq!(reproduced, [Some(3)], "{name}");
    }
}

#[test]
fn a_session_of_another_kind_does_not_go_on_where_the_last_one_ended() {
    let dir = tempfile::tempdir().unwrap();
    let session = |more: &[&str]| {
        let all = [&["fuzz", "--jobs", "1", "--cases", "12", "--corpus", "kept"], more].concat();
        let output = countersign(dir.path(), &all);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        (text(&output), fs::read_to_string(dir.path().join("kept/session.json")).unwrap())
    };
    assert_eq!(session(&[]).1, r#"{"seed":0,"next":12}"#);
    let (says, position) = session(&["--stateful"]);
    assert!(says.contains("a session with requests, seed 0, shard 1/1; this one starts"), "{says}");
    assert_eq!(position, r#"{"seed":0,"next":12,"mode":"walks"}"#);
    assert_eq!(session(&["--stateful"]).1, r#"{"seed":0,"next":24,"mode":"walks"}"#);
    let (says, position) = session(&["--shard", "2/3"]);
    assert!(says.contains("a session with walks, seed 0, shard 1/1; this one starts"), "{says}");
    assert_eq!(position, r#"{"seed":0,"next":12,"shard":[1,3]}"#);
}

#[test]
fn what_the_file_says_of_runs_alone_means_nothing_to_a_session() {
    let dir = tempfile::tempdir().unwrap();
    let keys = "[run]\njobs = 1\nclient-id = \"x\"\npool-id = \"us-east-1_x\"\nusername = \"x\"\n\
                fail-fast = true\nconfirm-failures = 2\nstrength = 3\nreproducible = true\n";
    fs::write(dir.path().join("countersign.toml"), keys).unwrap();
    for arguments in [&["fuzz", "--cases", "20"][..], &["fuzz", "--stateful", "--cases", "5"]] {
        let output = countersign(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(!text(&output).contains("could not be carried out"), "{}", text(&output));
    }
}

#[test]
fn two_endpoints_that_run_already_are_compared() {
    let dir = tempfile::tempdir().unwrap();
    let servers = [(); 2].map(|()| EmbeddedServer::start(Seed::DEFAULT).unwrap());
    let [one, other] = servers.each_ref().map(EmbeddedServer::url);
    let codes = "http:/_countersign/codes/${pool_id}/${username}#/Code";
    for more in [&["--cases", "20"][..], &["--cases", "4", "--stateful"]] {
        let all = [&["diff", &one, &other, "--code-source", codes, "--ledger", "l.jsonl"], more].concat();
        let output = countersign(dir.path(), &all);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(text(&output).contains(" 0 groups of differences"), "{}", text(&output));
    }
}
