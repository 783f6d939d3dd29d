//! The progress line: on stderr, where that is a terminal, and nowhere else.

use crate::binary::Sandbox;
use std::process::{Command, Stdio};

/// Runs a command with stderr on a terminal of 100 columns, and prints what came there on stderr. Its stdout goes through.
const TERMINAL: &str = r#"
import fcntl, os, pty, struct, subprocess, sys, termios

master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stderr=slave)
os.close(slave)
while True:
    try:
        piece = os.read(master, 65536)
    except OSError:
        break
    if not piece:
        break
    os.write(2, piece)
sys.exit(child.wait())
"#;

fn at_a_terminal(arguments: &[&str], environment: &[(&str, &str)]) -> (String, String) {
    let sandbox = Sandbox::new();
    let script = sandbox.write("terminal.py", TERMINAL);
    let output = Command::new("python3")
        .arg(script)
        .arg(env!("CARGO_BIN_EXE_countersign"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", sandbox.path(""))
        .env("TERM", "xterm")
        .envs(environment.iter().copied())
        .current_dir(sandbox.path(""))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn long_work_shows_its_progress_at_a_terminal_without_touching_stdout() {
    let (stdout, stderr) = at_a_terminal(&["run", "--filter", "code/*"], &[("NO_COLOR", "1")]);
    assert!(stderr.contains("left") && stderr.contains('/'), "{stderr:?}");
    // Cursor movements and nothing coloured.
    assert!(!stderr.contains("\u{1b}[3") && !stderr.contains("\u{1b}[1m"), "{stderr:?}");
    assert!(stdout.contains("passed / applicable / total") && !stdout.contains('\u{1b}'), "{stdout:?}");
}

#[test]
fn a_quiet_run_shows_none() {
    let (_, stderr) = at_a_terminal(&["run", "--quiet", "--filter", "code/*"], &[]);
    assert_eq!(stderr, "");
}

#[test]
fn where_stderr_is_no_terminal_none_is_shown() {
    let ended = Sandbox::new().line("run --filter code/*").with_code(0);
    assert_eq!(ended.stderr, "");
}
