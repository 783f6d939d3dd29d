//! `run --shard` and `merge`: the parts come to the whole, byte for byte, and nothing less passes for it.

use crate::binary::Sandbox;
use crate::peer::Serve;

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

/// Runs every one of `of` shards, all at the same time, with these flags besides; the names of their reports.
fn run_shards(sandbox: &Sandbox, of: u32, flags: &[&str]) -> Vec<String> {
    let names: Vec<String> = (1..=of).map(|number| format!("shard-{number}.json")).collect();
    let start = |(position, name): (usize, &String)| {
        let (part, report) = (format!("{}/{of}", position + 1), format!("json={name}"));
        sandbox.spawn(&[&["run", "--shard", &part, "--report", &report], flags].concat())
    };
    let running: Vec<_> = names.iter().enumerate().map(start).collect();
    for shard in running {
        let ended = shard.end();
        assert!(matches!(ended.code, Some(0 | 1)), "{}\n{}", ended.stdout, ended.stderr);
    }
    names
}

fn merge(names: &[String], flags: &[&'static str]) -> Vec<String> {
    let flags = flags.iter().map(|flag| (*flag).to_owned());
    ["merge".to_owned()].into_iter().chain(names.iter().cloned()).chain(flags).collect()
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn shards_at_one_endpoint_at_the_same_time_come_to_the_whole_run_byte_for_byte() {
    let (sandbox, serve) = (Sandbox::new(), Serve::with(&["--fault", "code/less-will-do"]));
    let flags =
        ["--endpoint", &serve.url, "--code-source", CODES, "--filter", "code/*", "--filter", "alias/*"];
    sandbox
        .run(
            &[
                &["run", "--reproducible", "--report", "json=whole.json", "--report", "junit=whole.xml"],
                &flags[..],
            ]
            .concat(),
        )
        .with_code(1);
    let names = run_shards(&sandbox, 5, &flags);
    let ended =
        sandbox.run(&words(&merge(&names, &["--output", "merged.json", "--report", "junit=merged.xml"])));
    ended.with_code(1).showing(&["FAIL CSU-CODE-001"]);
    assert!(sandbox.json("whole.json").total() > 40);
    assert_eq!(sandbox.text("merged.json"), sandbox.text("whole.json"));
    assert_eq!(sandbox.text("merged.xml"), sandbox.text("whole.xml"));

    let reversed: Vec<String> = names.into_iter().rev().collect();
    let printed = sandbox.run(&words(&merge(&reversed, &[]))).with_code(1);
    assert_eq!(printed.stdout, sandbox.text("whole.json"));
}

#[test]
fn the_rounds_of_a_repeated_run_are_shared_out_as_well() {
    let sandbox = Sandbox::new();
    let flags = ["--filter", "client/*", "--cases", "25"];
    sandbox
        .run(&[&["run", "--reproducible", "--report", "json=whole.json"], &flags[..]].concat())
        .with_code(0);
    let names = run_shards(&sandbox, 3, &flags);
    assert_eq!(sandbox.run(&words(&merge(&names, &[]))).with_code(0).stdout, sandbox.text("whole.json"));
    assert_eq!(sandbox.json("whole.json").total(), 25);
}

#[test]
fn a_shard_without_a_case_says_so_and_is_no_error_but_a_choice_without_a_case_is() {
    let sandbox = Sandbox::new();
    let flags = ["--filter", "code/wrong-public"];
    let names = run_shards(&sandbox, 3, &flags);
    let empty: Vec<&String> = names.iter().filter(|name| sandbox.json(name).total() == 0).collect();
    assert_eq!(empty.len(), 2);
    let number: u32 = empty[0].trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
    let part = format!("{number}/3");
    let ended = sandbox.run(&[&["run", "--shard", &part], &flags[..]].concat()).with_code(0);
    ended
        .saying(&[&format!("shard {part} holds none of the 1 cases")])
        .showing(&[&format!(", shard {part}")]);
    sandbox.run(&words(&merge(&names, &[]))).with_code(0);
    sandbox.line("run --shard 1/3 --filter no/such").with_code(4).saying(&["no case is selected"]);
}

#[test]
fn what_is_not_exactly_the_shards_of_one_run_is_refused() {
    let sandbox = Sandbox::new();
    let flags = ["--filter", "code/*"];
    let names = run_shards(&sandbox, 3, &flags);
    let other = |name: &str, part: &str, flags: &[&str]| {
        let report = format!("json={name}");
        sandbox.run(&[&["run", "--shard", part, "--report", &report], flags].concat()).with_code(0);
    };
    other("seed.json", "3/3", &["--filter", "code/*", "--seed", "7"]);
    other("gate.json", "3/3", &["--filter", "code/*", "--gate", "documented"]);
    other("filter.json", "3/3", &["--filter", "code/w*"]);
    other("parts.json", "3/4", &["--filter", "code/*"]);
    other("confirmed.json", "3/3", &["--filter", "code/*", "--confirm-failures", "1"]);
    sandbox.run(&["run", "--report", "json=whole.json", "--filter", "code/*"]).with_code(0);
    sandbox.write("text.json", "{\"schema_version\":1");
    let cut = sandbox.text(&names[2]).replacen("\"incomplete\": null", "\"incomplete\": \"stopped\"", 1);
    sandbox.write("cut.json", cut);
    let stolen = sandbox.text(&names[2]).replace("\"part\":\"3/3\"", "\"part\":\"2/3\"");
    sandbox.write("stolen.json", stolen);
    let table: [(&[&str], &str); 11] = [
        (&["shard-1.json", "shard-3.json"], "1 of 3 shards are missing: 2/3"),
        (
            &["shard-1.json", "shard-2.json", "shard-1.json"],
            "shard 1/3 is there twice: `shard-1.json` and `shard-1.json`",
        ),
        (&["shard-1.json", "shard-2.json", "seed.json"], "its seed is `7` and not `0`"),
        (&["shard-1.json", "shard-2.json", "gate.json"], "its gate is `documented` and not `recorded`"),
        (&["shard-1.json", "shard-2.json", "filter.json"], "its number of cases in all shards is `"),
        (&["shard-1.json", "shard-2.json", "parts.json"], "its number of shards is `4` and not `3`"),
        (&["shard-1.json", "shard-2.json", "confirmed.json"], "its plan of what is sent and judged is `"),
        (&["shard-1.json", "shard-2.json", "whole.json"], "`whole.json` is no report of a shard"),
        (&["shard-1.json", "stolen.json", "shard-3.json"], "which does not belong to shard 2/3"),
        (&["shard-1.json", "text.json"], "`text.json` cannot be used"),
        (&["missing.json"], "cannot read the report `missing.json`"),
    ];
    for (files, said) in table {
        let ended = sandbox.run(&[&["merge"], files].concat()).with_code(2).saying(&[said]);
        assert_eq!(ended.stdout, "", "{files:?}");
    }
    let ended = sandbox.line("merge shard-1.json shard-2.json cut.json --output cut-whole.json").with_code(3);
    drop(ended);
    assert_eq!(sandbox.json("cut-whole.json").incomplete(), Some("shard 3/3: stopped"));
}

#[test]
fn a_case_that_was_taken_out_of_a_report_or_put_at_another_place_is_missed() {
    let sandbox = Sandbox::new();
    run_shards(&sandbox, 2, &["--filter", "client/*"]);
    let report = sandbox.text("shard-1.json");
    let entry = report.lines().find(|line| line.starts_with("{\"id\"")).unwrap();
    sandbox.write("less.json", report.replacen(&format!("{entry}\n"), "", 1));
    sandbox.line("merge less.json shard-2.json").with_code(2).saying(&["`less.json` says"]);
    let (at, _) = entry.split_once("\"index\":").map(|(_, rest)| rest.split_once(',').unwrap()).unwrap();
    let moved = report.replacen(&format!("\"index\":{at},"), "\"index\":99999,", 1);
    sandbox.write("moved.json", moved);
    let said = "the shards together do not hold the cases of the whole run";
    sandbox.line("merge moved.json shard-2.json").with_code(2).saying(&[said]);
}

#[test]
fn the_floor_under_the_score_of_the_whole_suite_is_told_of_what_was_put_together_as_well() {
    let sandbox = Sandbox::new();
    sandbox.line("run --quiet --shard 1/1 --report json=shard.json").with_code(0);
    let merged = sandbox.line("merge shard.json --output whole.json --report md=whole.md").with_code(0);
    let told = "; null server `";
    merged.showing(&[told]);
    assert!(sandbox.text("whole.md").contains(told));
    assert_eq!(sandbox.text("whole.md"), sandbox.line("render whole.json --to md").stdout);
}
