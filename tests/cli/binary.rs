//! Runs the built binary in a folder of its own, with nothing of the user's environment.

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A binary that runs for longer than this hangs: it is killed and the test fails.
const HANG: Duration = Duration::from_mins(1);

/// A folder in which the binary runs: its current directory, home, cache and state.
pub(crate) struct Sandbox(tempfile::TempDir);

/// How a run of the binary ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Fails unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The number of cases in the last line of `list --count`.
    pub(crate) fn total(&self) -> usize {
        let total = self.stdout.lines().last().and_then(|line| line.strip_prefix("total")).unwrap();
        total.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Fails unless every one of `texts` stands on stderr.
    #[track_caller]
    pub(crate) fn saying(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is missing in:\n{}", self.stderr);
        }
        self
    }

    /// Fails unless every one of `texts` stands on stdout.
    #[track_caller]
    pub(crate) fn showing(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stdout.contains(text), "`{text}` is missing in:\n{}", self.stdout);
        }
        self
    }
}

/// The binary on its way.
pub(crate) struct Running(Child);

impl Running {
    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it ends. Nothing that it printed may hold a raw control character.
    pub(crate) fn end(self) -> Ended {
        let Self(mut child) = self;
        let id = child.id().to_string();
        let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
        let (done, over) = mpsc::channel::<()>();
        let watch = thread::spawn(move || {
            let hangs = over.recv_timeout(HANG) == Err(mpsc::RecvTimeoutError::Timeout);
            if hangs {
                Command::new("kill").args(["-s", "KILL", &id]).status().unwrap();
            }
            hangs
        });
        let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
        let status = child.wait().unwrap();
        drop(done);
        assert!(!watch.join().unwrap(), "the binary hung");
        let ended =
            Ended { code: status.code(), stdout: clean("stdout", stdout), stderr: clean("stderr", stderr) };
        assert_ne!(ended.code, Some(70), "a bug: {}", ended.stderr);
        ended
    }
}

fn drain(pipe: Option<impl std::io::Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// The text, after it was shown to hold nothing that a terminal would obey.
#[track_caller]
fn clean(what: &str, bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap();
    let raw = text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(raw, None, "{what} holds a raw control character:\n{text:?}");
    text
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Starts the binary.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Running {
        self.spawn_in(arguments, &[])
    }

    /// Starts the binary with these variables besides.
    pub(crate) fn spawn_in(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Running {
        let inherited = ["PATH", "LLVM_PROFILE_FILE"]
            .into_iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?)));
        let child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(arguments)
            .env_clear()
            .envs(inherited)
            .env("HOME", self.0.path())
            .env("TMPDIR", self.0.path())
            .envs(environment.iter().copied())
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running(child)
    }

    /// Runs the binary to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.spawn(arguments).end()
    }

    /// Runs the binary on fewer words: `line` is split at spaces.
    #[track_caller]
    pub(crate) fn line(&self, line: &str) -> Ended {
        self.run(&line.split(' ').collect::<Vec<_>>())
    }

    /// A text file, after it was shown to hold nothing that a terminal would obey.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        clean(name, fs::read(self.path(name)).unwrap())
    }

    /// The JSON report of that name.
    #[track_caller]
    pub(crate) fn json(&self, name: &str) -> Report {
        Report(serde_json::from_str(&self.text(name)).unwrap())
    }

    /// The `JUnit` report of that name.
    #[track_caller]
    pub(crate) fn junit(&self, name: &str) -> quick_junit::Report {
        quick_junit::Report::deserialize_from_str(&self.text(name)).unwrap()
    }

    /// The ledgers that lie in the state folder.
    pub(crate) fn ledgers(&self) -> Vec<PathBuf> {
        let folder = self.path(".local/state/countersign/ledger");
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        entries
            .map(|entry| entry.unwrap().path())
            .filter(|path: &PathBuf| path.extension() == Some(OsStr::new("jsonl")))
            .collect()
    }

    /// Whether a file of that name is there.
    pub(crate) fn has(&self, name: impl AsRef<Path>) -> bool {
        self.0.path().join(name).exists()
    }
}

/// A JSON report.
pub(crate) struct Report(pub(crate) Value);

impl Report {
    /// How many cases have a verdict.
    #[track_caller]
    pub(crate) fn count(&self, verdict: &str) -> u64 {
        self.0.pointer(&format!("/verdicts/{verdict}")).and_then(Value::as_u64).unwrap()
    }

    /// How many cases there are, over all verdicts.
    pub(crate) fn total(&self) -> u64 {
        let counts = self.0.get("executions").and_then(Value::as_object).unwrap();
        counts.values().filter_map(Value::as_u64).sum()
    }

    /// Why the run is incomplete.
    pub(crate) fn incomplete(&self) -> Option<&str> {
        self.0.get("incomplete").unwrap().as_str()
    }

    pub(crate) fn cases(&self) -> &[Value] {
        self.0.get("cases").and_then(Value::as_array).unwrap()
    }

    /// What was expected and got instead, over all cases: `aspect: got`.
    pub(crate) fn mismatches(&self) -> Vec<String> {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap().to_owned();
        let of_case = |case: &Value| case.get("mismatches").and_then(Value::as_array).cloned().unwrap();
        self.cases()
            .iter()
            .flat_map(of_case)
            .map(|mismatch| format!("{}: {}", text(&mismatch, "aspect"), text(&mismatch, "got")))
            .collect()
    }

    /// The reasons of the cases that have one.
    pub(crate) fn reasons(&self) -> Vec<&str> {
        self.cases().iter().filter_map(|case| case.get("reason").and_then(Value::as_str)).collect()
    }
}
