//! A driver that does one thing wrong in one case: that case says so, and the run goes on to its end.

use crate::support::{Ran, file, run};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many runs go on at a time.
const RUNS_AT_A_TIME: usize = 4;

/// Three cases, of which the second is the one.
const CASES: &str = r#"
group = "sdk-own"
layer = "http"

[[case]]
name = "before"
reason = "Before it."
evidence = ["model:none"]
wire = "open"

[[case]]
name = "the-one"
reason = "The case in which the driver does what it is named for."
evidence = ["model:none"]
wire = "open"
input = '{"ClientId":"c","Username":"the-one","ConfirmationCode":"1"}'
must = { end = "output" }

[[case]]
name = "after"
reason = "After it."
evidence = ["model:none"]
wire = "open"
must = { end = "output" }
"#;

/// Runs the three cases with a driver that does this wrong.
fn run_own(wrong: &str, flags: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.toml"), CASES).unwrap();
    let cases = folder.path().display().to_string();
    let mark = folder.path().join("mark");
    run(
        &format!("{} {}", driver(wrong), mark.display()),
        &[&["--cases", &cases, "--jobs", "1"], flags].concat(),
    )
}

fn driver(wrong: &str) -> String {
    format!("exec python3 {} {wrong}", file("misbehaving.py").display())
}

#[test]
fn whatever_a_driver_does_its_case_says_so_and_the_run_completes() {
    let silent = "none within the time limit: it was killed";
    let table = [
        ("hangs", "mismatch", "SDK-RUN-002", silent),
        ("ignores-signals", "mismatch", "SDK-RUN-002", silent),
        ("dies", "mismatch", "SDK-RUN-001", "it ended before its answer (exit code 139)"),
        ("dies", "mismatch", "SDK-RUN-001", "it said: \\u{1b}[31mSegmentation fault"),
        ("dies-and-leaves-a-child", "mismatch", "SDK-RUN-001", "it ended before its answer (exit code 139)"),
        ("dies-after-its-answer", "mismatch", "SDK-RUN-001", "it ended after its answer (exit code 139)"),
        ("killed", "mismatch", "SDK-RUN-001", "it ended before its answer (signal 9)"),
        ("closes-output", "mismatch", "SDK-RUN-001", "its output is closed"),
        ("calls-a-stranger-first", "mismatch", "SDK-RUN-003", "CONNECT evil.example:443"),
        ("calls-a-stranger-first", "mismatch", "SDK-RUN-003", "a connection that says nothing"),
        ("tells-the-port", "mismatch", "SDK-OUTPUT-001", "cannot read the answer of http://127.0.0.1:0`"),
        ("cannot-express-what-it-sent", "inconclusive", "", "of which something was sent"),
        ("garbage", "inconclusive", "", "the driver wrote `{\\u{1b}[2J`"),
        ("floods", "inconclusive", "", "printed more than 4194304 bytes"),
        ("endless-line", "inconclusive", "", "a line of more than 8388608 bytes"),
        ("other-case", "inconclusive", "", "the driver answered `another`, which is another case"),
        ("driver-error", "inconclusive", "", "driver error: out of \\u{1b}[31mluck"),
        ("unknown-outcome", "inconclusive", "", "`outcome` is none of the protocol's"),
    ];
    let next = AtomicUsize::new(0);
    let look = || {
        while let Some((wrong, verdict, requirement, says)) = table.get(next.fetch_add(1, Ordering::SeqCst)) {
            // Only what is silent has to be waited for.
            let timeout = if *says == silent { "10s" } else { "120s" };
            let ran = run_own(wrong, &["--filter", "sdk-own/*", "--timeout", timeout]);
            let case = ran.case("sdk-own/the-one");
            let text = case.to_string().replace("\\\\", "\\");
            assert_eq!(case["verdict"], *verdict, "{wrong}: {text}");
            assert!(text.contains(says) && text.contains(requirement), "{wrong}: {text}");
            assert_eq!(ran.verdict("sdk-own/before"), "observed", "{wrong}");
            assert_eq!(ran.verdict("sdk-own/after"), "pass", "{wrong}");
            assert!(ran.report["incomplete"].is_null(), "{wrong}");
            assert_eq!(ran.code, if *verdict == "mismatch" { 1 } else { 3 }, "{wrong}");
            assert!(!ran.stdout.contains('\x1b'), "{wrong}");
        }
    };
    thread::scope(|scope| {
        for _ in 0..RUNS_AT_A_TIME {
            scope.spawn(look);
        }
    });
}

#[test]
fn a_driver_that_asks_nothing_passes_nothing() {
    for wrong in ["null-output", "null-service", "null-validation", "null-raw"] {
        let ran = run(&driver(wrong), &[]);
        assert_eq!(ran.code, 1, "{wrong}: {}", ran.stdout);
        let cases = ran.report["cases"].as_array().unwrap();
        let passed = cases.iter().filter(|case| case["scored"] == true && case["verdict"] != "mismatch");
        let passed: Vec<&str> = passed.filter_map(|case| case["id"].as_str()).collect();
        let scored = cases.iter().filter(|case| case["scored"] == true).count();
        // Who tells of an answer has to have had one. An SDK may refuse null before it sends anything, and whoever refuses
        // everything passes that: no more than null servers may, a tenth.
        let most = if matches!(wrong, "null-output" | "null-service") { 0 } else { scored / 10 };
        assert!(scored > 100 && passed.len() <= most, "{wrong}: {passed:?} of {scored}");
    }
}

#[test]
fn a_stranger_that_is_called_after_the_last_answer_is_told() {
    let more = ["--timeout", "30s", "--level", "should", "--env", "TOKEN=hunter2"];
    let ran = run_own("calls-a-stranger-late", &[&["--filter", "sdk-own/the-one"][..], &more].concat());
    assert_eq!(ran.mismatches(), ["sdk-own/the-one SDK-RUN-003"], "{}", ran.stdout);
    // The command that is printed has all that it takes, and no value of a variable.
    let again = "--env TOKEN=\"${TOKEN}\" --timeout 30000ms --level should --filter sdk-own/the-one";
    assert!(ran.stdout.contains(again) && ran.stdout.contains(" --cases "), "{}", ran.stdout);
    assert!(!ran.stdout.contains("hunter2"), "{}", ran.stdout);
}

#[test]
fn a_driver_that_ends_well_after_each_answer_is_started_again() {
    let ran = run_own("ends-after-each-answer", &["--filter", "sdk-own/*"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert_eq!(ran.verdict("sdk-own/after"), "pass");
}

#[test]
fn an_end_that_nobody_can_be_held_to_is_told() {
    let ran = run_own("dies-for-good", &["--filter", "sdk-own/*"]);
    assert_eq!(ran.code, 3, "{}", ran.stdout);
    assert_eq!(ran.verdict("sdk-own/the-one"), "pass");
    let after = ran.case("sdk-own/after").to_string();
    assert!(
        after.contains("the driver has ended (exit code 139); the driver does not start again"),
        "{after}"
    );
}

#[test]
fn an_answer_that_comes_twice_is_held_against_the_next_case() {
    let ran = run_own("twice", &["--filter", "sdk-own/*"]);
    assert_eq!(ran.verdict("sdk-own/the-one"), "pass");
    assert_eq!(ran.verdict("sdk-own/after"), "inconclusive");
    assert_eq!(ran.code, 3);
}

#[test]
fn a_driver_sees_nothing_of_the_users_settings() {
    let ran = run_own("environment", &["--filter", "sdk-own/before", "--env", "WANTED=1"]);
    let answer = ran.case("sdk-own/before")["answer"].as_str().unwrap().to_owned();
    let aws =
        r#"["CONFIG_FILE", "DEFAULT_REGION", "EC2_METADATA_DISABLED", "REGION", "SHARED_CREDENTIALS_FILE"]"#;
    let seen = format!(r#"`{{"home": [], "local": true, "aws": {aws}, "wanted": "1"}}`"#);
    assert!(answer.contains(&seen), "{answer}");
}

#[test]
fn a_driver_that_does_not_start_is_told_at_once() {
    for (wrong, says) in [
        ("no-hello", "ended before its answer (exit code 1); it said: cannot find the SDK"),
        ("garbage-hello", "the driver wrote `hello`"),
        ("other-protocol", "speaks protocol `7`"),
        // Who waits for it can be stopped.
        ("interrupts-and-says-nothing", "stopped by SIGINT"),
    ] {
        let ran = run(&driver(wrong), &[]);
        assert_eq!(ran.code, 3, "{wrong}");
        assert!(ran.stderr.contains(says), "{wrong}: {}", ran.stderr);
    }
    assert_eq!(run("exec /no/such/driver", &[]).code, 3);
}
