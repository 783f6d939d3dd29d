//! The binary from outside: exit codes, streams, colours.
#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

mod aws;
mod binary;
mod commands;
mod config;
mod endpoint;
mod first_use;
mod github;
mod grade;
mod hostile;
mod known;
mod pace;
mod page;
mod peer;
mod progress;
mod reports;
mod serve;
mod shards;
mod signals;
mod snapshots;
mod tls;

use std::process::{Command, Output, Stdio};

fn countersign(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

const FORCED: (&str, &str) = ("CLICOLOR_FORCE", "1");

#[test]
fn a_wrong_command_line_ends_with_exit_code_2() {
    for arguments in [&["run", "--jobs", "0"][..], &["nothing"], &[], &["run", "--config", "missing.toml"]] {
        let output = countersign(arguments, &[]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}

#[test]
fn help_and_version_go_to_stdout_and_are_no_error() {
    for arguments in [&["--help"][..], &["run", "--help"], &["--version"]] {
        let output = countersign(arguments, &[]);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn a_secret_of_the_environment_is_shown_by_no_help() {
    let secrets = [("COUNTERSIGN_CLIENT_SECRET", "hunter2"), ("COUNTERSIGN_CODE", "314159")];
    let text = String::from_utf8(countersign(&["run", "--help"], &secrets).stdout).unwrap();
    assert!(text.contains("COUNTERSIGN_CLIENT_SECRET"));
    assert!(!text.contains("hunter2") && !text.contains("314159"), "{text}");
}

#[test]
fn secrets_that_only_lie_in_the_environment_disturb_no_run() {
    let secrets = [("COUNTERSIGN_CLIENT_SECRET", "hunter2"), ("COUNTERSIGN_CODE", "314159")];
    let arguments = ["repro", "no/case", "--endpoint", "http://127.0.0.1:1", "--code-source", "any"];
    let output = countersign(&arguments, &secrets);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(!String::from_utf8(output.stderr).unwrap().contains("hunter2"));
}

#[test]
fn colours_are_left_out_where_they_are_not_wanted() {
    let arguments = ["run", "--config", "missing.toml"];
    let coloured = countersign(&arguments, &[FORCED]);
    assert!(coloured.stderr.contains(&0x1b));
    for environment in [&[][..], &[("NO_COLOR", "1")]] {
        let plain = countersign(&arguments, environment);
        let text = String::from_utf8(plain.stderr).unwrap();
        assert_eq!(
            text,
            "error: cannot read `missing.toml`\ncaused by: No such file or directory (os error 2)\n"
        );
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{output:?}");
}
