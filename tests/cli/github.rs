//! What GitHub Actions reads: annotations on stdout, the summary of the step.

use crate::binary::Sandbox;
use crate::peer::{Peer, refused_port};
use std::io::Write as _;

/// An endpoint whose every answer looks like commands of GitHub Actions.
fn forging() -> Peer {
    Peer::answering(|stream| {
        let body = "{\"__type\":\"::error::forged\",\"message\":\"\\n::error::forged\\n##[error]forged\"}";
        let head = format!("HTTP/1.1 400 x\r\n::error: forged\r\nContent-Length: {}\r\n\r\n", body.len());
        // The client may have given up.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    })
}

#[test]
fn annotations_come_after_a_text_in_which_nothing_is_taken_for_a_command() {
    let sandbox = Sandbox::new();
    let url = forging().url();
    let user = ["--client-id", "x", "--username", "u", "--code", "123456"];
    let arguments =
        [&["run", "--endpoint", &url, "--filter", "code/cut-*-public", "--format", "github"], &user[..]];
    let ended = sandbox.run(&arguments.concat()).with_code(1);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    assert!(token.starts_with("countersign-") && token.len() > 40, "{token}");
    let resumed = lines.iter().position(|line| *line == format!("::{token}::")).unwrap();
    assert!(lines[..resumed].iter().any(|line| line.starts_with("FAIL CSU-CODE-001")), "{lines:#?}");
    let commands = &lines[resumed + 1..];
    assert!(!commands.is_empty());
    for line in commands {
        assert!(line.starts_with("::error title=") || line.starts_with("::warning title="), "{line}");
    }
    let again = sandbox.run(&arguments.concat());
    assert_ne!(again.stdout.lines().next(), Some(lines[0]), "the token can be guessed");
}

#[test]
fn a_run_that_cannot_be_carried_out_is_annotated_as_well() {
    let url = format!("http://127.0.0.1:{}", refused_port());
    let ended = Sandbox::new()
        .run(&[
            "run",
            "--endpoint",
            &url,
            "--code-source",
            "any",
            "--format",
            "github",
            "--filter",
            "code/wrong-public",
        ])
        .with_code(3);
    let last = ended.stdout.lines().last().unwrap();
    assert!(last.starts_with("::error title=in") || last.starts_with("::warning title=in"), "{last}");
}

#[test]
fn the_summary_is_appended_to_what_the_step_has_written() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("summary.md", "# Before\n");
    let arguments = ["run", "--quiet", "--filter", "code/wrong-public"];
    sandbox.spawn_in(&arguments, &[("GITHUB_STEP_SUMMARY", &path)]).end().with_code(0);
    let text = sandbox.text("summary.md");
    assert!(text.starts_with("# Before\n## ConfirmSignUp of `reference "), "{text}");
    assert!(text.contains("**1 / 1 / 1** passed / applicable / total"), "{text}");
    sandbox.spawn_in(&arguments, &[("GITHUB_STEP_SUMMARY", "")]).end().with_code(0);
    assert_eq!(sandbox.text("summary.md"), text);
}

#[test]
fn a_summary_that_is_nearly_full_takes_no_more_than_fits() {
    let sandbox = Sandbox::new();
    let full = 1024 * 1024 - 100;
    let path = sandbox.write("summary.md", "x".repeat(full));
    let arguments = ["run", "--quiet", "--filter", "code/wrong-public"];
    sandbox.spawn_in(&arguments, &[("GITHUB_STEP_SUMMARY", &path)]).end().with_code(0);
    assert_eq!(sandbox.text("summary.md").len(), full);
}

#[test]
fn a_summary_that_cannot_be_written_is_found_before_the_run() {
    let sandbox = Sandbox::new();
    let ended = sandbox.spawn_in(&["run"], &[("GITHUB_STEP_SUMMARY", "missing/summary.md")]).end();
    ended
        .with_code(2)
        .saying(&["cannot write the summary `missing/summary.md`", "hint: `GITHUB_STEP_SUMMARY`"]);
}

#[test]
fn the_format_is_a_key_of_the_configuration_and_a_flag_of_a_run_alone() {
    let sandbox = Sandbox::new();
    sandbox
        .line("repro code/wrong-public --format github")
        .with_code(2)
        .saying(&["unexpected argument '--format'"]);
    sandbox.line("run --format html").with_code(2).saying(&["allowed: `text`, `github`"]);
    sandbox.write("countersign.toml", "[run]\nformat = \"github\"\n");
    let ended = sandbox.line("run --quiet --filter code/wrong-public").with_code(0);
    assert!(ended.stdout.starts_with("::stop-commands::"), "{}", ended.stdout);
    let ended = sandbox.line("run --quiet --filter code/wrong-public --format text").with_code(0);
    assert!(!ended.stdout.contains("::"), "{}", ended.stdout);
}

#[test]
fn the_difference_of_a_snapshot_is_shown_while_nothing_is_taken_for_a_command() {
    let sandbox = Sandbox::new();
    let peer = Peer::answering(|stream| {
        let answer = "HTTP/1.1 400 x\r\nX-Text: ##[error]forged\r\nContent-Length: 2\r\n\r\n{}";
        // The client may have given up.
        let _ = stream.write_all(answer.as_bytes());
    });
    let url = peer.url();
    let arguments = [
        &["run", "--endpoint", &url, "--filter", "code/cut-*-public", "--format", "github"],
        &["--client-id", "x", "--username", "u", "--code", "123456", "--snapshots", "s"][..],
    ];
    let ended = sandbox.spawn_in(&arguments.concat(), &[("CI", "true")]).end().with_code(1);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    let resumed = lines.iter().position(|line| *line == format!("::{token}::")).unwrap();
    let (text, commands) = lines.split_at(resumed + 1);
    assert!(text.iter().any(|line| line.contains("+ | X-Text: ##[error]forged")), "{lines:#?}");
    assert!(text.iter().any(|line| line.starts_with("FAIL ")), "{lines:#?}");
    assert!(!commands.is_empty() && commands.iter().all(|line| line.starts_with("::")), "{commands:#?}");
}
