//! Lists of known failures from outside: what a run ends with, and what `countersign known` writes and shows. The subject
//! is the reference server with a planted fault; it is put right, or breaks more, by another one.

use crate::binary::{Ended, Sandbox};
use crate::peer::Serve;
use std::fs;

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

/// The list is that of a server which takes any secret hash.
struct Listed {
    sandbox: Sandbox,
    wrong: Serve,
}

impl Listed {
    fn new() -> Self {
        let listed =
            Self { sandbox: Sandbox::new(), wrong: Serve::with(&["--fault", "secret-hash/unchecked"]) };
        listed.run(&listed.wrong, &["--filter", "secret-hash/*", "--report", "json=r.json"]).with_code(1);
        listed
            .sandbox
            .line("known suggest r.json --into known.toml")
            .with_code(0)
            .saying(&["without a reason yet"]);
        listed
    }

    fn run(&self, serve: &Serve, more: &[&str]) -> Ended {
        let own = ["run", "--endpoint", &serve.url, "--code-source", CODES];
        self.sandbox.run(&[&own[..], more].concat())
    }

    fn listed(&self, serve: &Serve, filter: &str) -> Ended {
        self.run(serve, &["--known", "known.toml", "--filter", filter, "--report", "json=l.json"])
    }

    fn text(&self) -> String {
        fs::read_to_string(self.sandbox.path("known.toml")).unwrap()
    }

    /// Writes the list with one text replaced by another.
    fn replacing(&self, from: &str, to: &str) {
        let text = self.text();
        assert!(text.contains(from), "{text}");
        self.sandbox.write("known.toml", text.replacen(from, to, 1));
    }

    /// Writes one more entry.
    fn adding(&self, keys: &str) {
        let entry = format!(
            "\n[[known]]\nrequirement = \"CSU-HASH-005\"\naspect = \"body\"\ngot = \"`x`\"\nreason = \"r\"\n{keys}\n"
        );
        self.sandbox.write("known.toml", self.text() + &entry);
    }
}

#[test]
fn what_is_listed_does_not_fail_the_run_and_the_report_says_which_entry_it_was() {
    let listed = Listed::new();
    listed.replacing("TODO: say why", "hashes are not checked");
    let ended = listed.listed(&listed.wrong, "secret-hash/*").with_code(0);
    assert!(!ended.stdout.contains(" 0 known") && ended.stdout.contains(" 0 stale"), "{}", ended.stdout);
    let report = listed.sandbox.json("l.json");
    let known = report.0["cases"].as_array().unwrap().iter().find(|case| case["verdict"] == "known").unwrap();
    assert!(known["known"][0]["place"].as_str().unwrap().starts_with("known.toml:"), "{known}");
    assert!(fs::read_to_string(listed.sandbox.path("l.json")).unwrap().contains("hashes are not checked"));
}

#[test]
fn a_filtered_run_says_nothing_of_the_entries_for_other_cases() {
    let listed = Listed::new();
    listed.listed(&Serve::start(), "code/*").with_code(0);
}

#[test]
fn a_listed_case_that_passes_ends_the_run_with_5_and_is_named_with_file_and_line() {
    let listed = Listed::new();
    let right = Serve::start();
    listed.listed(&right, "secret-hash/swapped").with_code(5).showing(&[
        "STALE known.toml:",
        "the case passes",
        "secret-hash/swapped",
        "countersign known suggest",
    ]);
}

#[test]
fn a_new_mismatch_ends_the_run_with_1_and_only_the_new_one_stands_among_the_failures() {
    let listed = Listed::new();
    // The entry for the status stays, that for the state goes.
    let text = listed.text();
    let entries: Vec<&str> = text.split("\n\n").collect();
    let kept: Vec<&str> =
        entries.iter().filter(|entry| !entry.contains("aspect = \"state\"")).copied().collect();
    assert!(kept.len() < entries.len(), "{text}");
    listed.sandbox.write("known.toml", kept.join("\n\n"));
    let ended = listed.listed(&listed.wrong, "secret-hash/swapped").with_code(1);
    ended.showing(&["FAIL CSU-HASH-", "    state      expected", "    listed     CSU-HASH-", "(known.toml:"]);
    let ended = listed.listed(&listed.wrong, "secret-hash/swapped");
    assert!(!ended.stdout.contains("    status     expected"), "{}", ended.stdout);
}

#[test]
fn what_is_wrong_with_the_list_by_itself_ends_any_run_with_5() {
    for (keys, said) in [
        ("cases = [\"no/such-case\"]", ": `no/such-case` matches no case"),
        ("expires = \"2020-01-31\"\ncases = [\"code/wrong-public\"]", "the entry expired on 2020-01-31"),
    ] {
        let listed = Listed::new();
        listed.adding(keys);
        let ended = listed.listed(&listed.wrong, "user/absent-public").with_code(5);
        ended.showing(&["STALE known.toml:", said]);
        assert!(fs::read_to_string(listed.sandbox.path("l.json")).unwrap().contains("\"known_problems\": ["));
        listed.sandbox.line("known list known.toml").with_code(5).showing(&[said, "1 problems"]);
    }
    let listed = Listed::new();
    listed.sandbox.write("twice.toml", listed.text());
    let more = ["--known", "known.toml", "--known", "twice.toml", "--filter", "user/absent-public"];
    listed.run(&listed.wrong, &more).with_code(5).showing(&["STALE twice.toml:", "is listed at known.toml:"]);
    listed
        .sandbox
        .line("known list known.toml twice.toml")
        .with_code(5)
        .showing(&["is listed at known.toml:"]);
}

#[test]
fn a_list_that_cannot_be_read_is_refused_before_anything_is_sent() {
    let listed = Listed::new();
    listed.replacing("reason =", "raison =");
    let ended = listed.listed(&listed.wrong, "secret-hash/*").with_code(2);
    ended.saying(&[
        "the list of known failures cannot be read",
        "known.toml:",
        "unknown field `raison`",
        "^^^^^^",
    ]);
    listed
        .run(&listed.wrong, &["--known", "missing.toml"])
        .with_code(2)
        .saying(&["cannot read `missing.toml`"]);
    listed.sandbox.line("known suggest known.toml").with_code(2).saying(&["no report of Countersign"]);
}

#[test]
fn a_list_can_stand_in_the_configuration() {
    let listed = Listed::new();
    listed.sandbox.write("countersign.toml", "[run]\nknown = [\"known.toml\"]\n");
    listed.run(&listed.wrong, &["--filter", "secret-hash/*"]).with_code(0);
    let ended = listed.sandbox.run(&[
        "repro",
        "secret-hash/swapped",
        "--endpoint",
        &listed.wrong.url,
        "--code-source",
        CODES,
    ]);
    ended.with_code(0).showing(&["secret-hash/swapped  known"]);
}

#[test]
fn a_report_is_held_against_a_list_without_a_run() {
    let listed = Listed::new();
    let against = "known list known.toml --report r.json";
    let ended = listed.sandbox.line(against).with_code(0);
    ended.showing(&[" fail so, 0 do not, 0 had no verdict", " known, 0 mismatch, 0 stale"]);
    listed.replacing("got = \"200\"", "got = \"500\"");
    listed.sandbox.line(against).with_code(1).showing(&["FAIL secret-hash/", " status, got 200"]);
    let right = Serve::start();
    listed.run(&right, &["--filter", "secret-hash/swapped", "--report", "json=r.json"]).with_code(0);
    listed.sandbox.line(against).with_code(5).showing(&["STALE secret-hash/swapped", "not any more: 1 case"]);
}

#[test]
fn a_list_that_is_written_again_keeps_what_somebody_wrote() {
    let listed = Listed::new();
    listed.replacing(
        "reason = \"TODO: say why\"",
        "reason = \"hashes are not checked\"\nlink = \"https://example.org/1\"\nexpires = \"2999-12-31\"",
    );
    let before = listed.text();
    listed.sandbox.write("known.toml", format!("# Ours.\n\n{before}"));
    for _ in 0..2 {
        listed.sandbox.line("known suggest r.json --into known.toml").with_code(0);
        assert_eq!(listed.text(), format!("# Ours.\n\n{before}"));
    }
    // Without `--into` nothing is kept, and it goes to the standard output.
    let printed = listed.sandbox.line("known suggest r.json").with_code(0).stdout;
    assert_eq!(printed.matches("[[known]]").count(), before.matches("[[known]]").count());
    assert!(!printed.contains("hashes are not checked"));
}

#[test]
fn a_failure_that_is_confirmed_is_known_and_a_pass_that_is_confirmed_is_stale() {
    let listed = Listed::new();
    let confirmed = ["--known", "known.toml", "--filter", "secret-hash/swapped", "--confirm-failures", "2"];
    listed.run(&listed.wrong, &confirmed).with_code(0).showing(&["1 known"]);
    listed.run(&Serve::start(), &confirmed).with_code(5).showing(&["1 stale"]);
}

#[test]
fn a_list_changes_no_snapshot() {
    let listed = Listed::new();
    let cases = ["--filter", "secret-hash/swapped", "--snapshots", "s"];
    listed.run(&listed.wrong, &cases).with_code(1);
    listed.sandbox.line("review s --accept-all").with_code(0);
    let ended = listed.run(&listed.wrong, &[&cases[..], &["--known", "known.toml"]].concat()).with_code(0);
    ended.showing(&["1 known", "1 as accepted"]);
}
