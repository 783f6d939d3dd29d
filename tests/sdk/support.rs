//! Runs the program against a driver and reads its report.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// What a run printed, and its report where there is one.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) report: Value,
}

impl Ran {
    /// The entry of one case.
    pub(crate) fn case(&self, id: &str) -> &Value {
        let cases = self.report["cases"].as_array().unwrap();
        cases.iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("no case {id}: {}", self.stdout))
    }

    /// The verdict of one case.
    pub(crate) fn verdict(&self, id: &str) -> &str {
        self.case(id)["verdict"].as_str().unwrap()
    }

    /// Every mismatch as `case requirement`.
    pub(crate) fn mismatches(&self) -> Vec<String> {
        let cases = self.report["cases"].as_array().unwrap().iter();
        cases
            .flat_map(|case| {
                let requirement = |mismatch: &Value| {
                    format!("{} {}", case["id"].as_str().unwrap(), mismatch["requirement"].as_str().unwrap())
                };
                case["mismatches"].as_array().unwrap().iter().map(requirement).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// The path of a file beside these tests.
pub(crate) fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(name)
}

/// The program, which sees nothing of the environment of the tests but where to find Python: no `CI`, no `NO_COLOR`.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
    command
}

/// Runs the program with these arguments; its exit code, and what it wrote to both streams.
pub(crate) fn countersign(arguments: &[&str]) -> (i32, String) {
    let ran = program().args(arguments).output().unwrap();
    (ran.status.code().unwrap(), String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap())
}

/// Runs `countersign sdk` with these arguments and reads the report.
pub(crate) fn run(driver: &str, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let Output { status, stdout, stderr } = program()
        .args(["sdk", "--driver", driver, "--report", &format!("json={}", report.display())])
        .args(arguments)
        .env("COUNTERSIGN_CACHE", folder.path())
        // What no driver may get to see.
        .env("AWS_PROFILE", "production")
        .env("AWS_SECRET_ACCESS_KEY", "hunter2")
        .env("AWS_ENDPOINT_URL", "http://192.0.2.1")
        .env("HTTPS_PROXY", "http://192.0.2.1:3128")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let report = std::fs::read(report).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ran {
        code: status.code().unwrap(),
        stdout: text(stdout),
        stderr: text(stderr),
        report: report.unwrap_or_default(),
    }
}
