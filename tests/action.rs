//! `action.yml` as GitHub would run it: its shell steps with the environment that it sets, against a server of ours; and
//! inputs that try to be shell.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may end in a panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use yaml_rust2::{Yaml, YamlLoader};

fn action() -> Yaml {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    YamlLoader::load_from_str(&fs::read_to_string(path).unwrap()).unwrap().remove(0)
}

/// What `${{ … }}` comes to where it is one name. Anything else in the environment of a step is a mistake.
fn evaluated(
    expression: &str,
    inputs: &BTreeMap<String, String>,
    outputs: &BTreeMap<String, String>,
) -> String {
    let name = expression.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")).unwrap();
    match name.split_once('.') {
        Some(("inputs", input)) => inputs[input].clone(),
        Some(("steps", output)) => outputs[output].clone(),
        Some(("github", "action_path")) => env!("CARGO_MANIFEST_DIR").to_owned(),
        _ => panic!("{expression}"),
    }
}

/// The outputs of a step, read as GitHub reads the file.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, end)) = line.split_once("<<") {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        } else {
            let (name, value) = line.split_once('=').unwrap();
            outputs.insert(name.to_owned(), value.to_owned());
        }
    }
    outputs
}

/// The folder of a job.
struct Job(tempfile::TempDir);

impl Job {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Runs the shell steps with these inputs until one fails; the last one's output, and the outputs of `run`.
    fn run(&self, given: &[(&str, &str)]) -> (Output, BTreeMap<String, String>) {
        let action = action();
        let mut inputs: BTreeMap<String, String> = BTreeMap::new();
        for (name, input) in action["inputs"].as_hash().unwrap() {
            let default = input["default"].as_str().unwrap().to_owned();
            inputs.insert(name.as_str().unwrap().to_owned(), default);
        }
        inputs.insert("binary".to_owned(), env!("CARGO_BIN_EXE_countersign").to_owned());
        for (name, value) in given {
            assert!(inputs.insert((*name).to_owned(), (*value).to_owned()).is_some(), "{name}");
        }
        let (mut told, mut last) = (BTreeMap::new(), None);
        for step in action["runs"]["steps"].as_vec().unwrap() {
            let Some(script) = step["run"].as_str() else { continue };
            let file = self.0.path().join("output.txt");
            fs::write(&file, "").unwrap();
            let environment = step["env"].as_hash().unwrap().iter().map(|(name, value)| {
                (name.as_str().unwrap().to_owned(), evaluated(value.as_str().unwrap(), &inputs, &told))
            });
            let output = Command::new("bash")
                // As GitHub runs `shell: bash`.
                .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
                .env_clear()
                .env("PATH", std::env::var("PATH").unwrap())
                .env("HOME", self.0.path())
                .env("GITHUB_OUTPUT", &file)
                .envs(environment.collect::<Vec<_>>())
                .current_dir(self.0.path())
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let id = step["id"].as_str().unwrap();
            let written = outputs(&fs::read_to_string(&file).unwrap());
            told.extend(written.into_iter().map(|(name, value)| (format!("{id}.outputs.{name}"), value)));
            let has_failed = !output.status.success();
            last = Some(output);
            if has_failed {
                break;
            }
        }
        (last.unwrap(), told)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

#[test]
fn no_input_stands_in_a_script() {
    let action = action();
    for step in action["runs"]["steps"].as_vec().unwrap() {
        if let Some(script) = step["run"].as_str() {
            assert!(!script.contains("${{"), "{script}");
            assert_eq!(step["shell"].as_str(), Some("bash"));
        }
    }
    for (name, output) in action["outputs"].as_hash().unwrap() {
        let value = output["value"].as_str().unwrap();
        assert_eq!(value, format!("${{{{ steps.run.outputs.{} }}}}", name.as_str().unwrap()));
    }
}

#[test]
fn the_steps_write_reports_and_tell_the_exit_code_and_the_paths() {
    let job = Job::new();
    let arguments = "--filter\ncode/*\n--quiet";
    let (output, told) = job.run(&[("subject", "reference"), ("args", arguments)]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(told["run.outputs.exit-code"], "0");
    let reports = "countersign-report/conformance.json\ncountersign-report/conformance.xml";
    assert_eq!(told["run.outputs.reports"], reports);
    let report = fs::read_to_string(job.0.path().join("countersign-report/conformance.json")).unwrap();
    assert!(report.contains("\"id\":\"code/wrong-public\"") && !report.contains("\"id\":\"client/"));
}

#[test]
fn a_run_that_fails_fails_the_step_unless_that_is_left_to_the_outputs() {
    let nothing = [("subject", "reference"), ("args", "--filter=no/such"), ("reports", "")];
    for (fail, expected) in [("true", Some(4)), ("false", Some(0))] {
        let (output, told) = Job::new().run(&[&nothing[..], &[("fail", fail)]].concat());
        assert_eq!(output.status.code(), expected, "{output:?}");
        assert_eq!((&*told["run.outputs.exit-code"], &*told["run.outputs.reports"]), ("4", ""));
    }
}

#[test]
fn an_input_that_tries_to_be_shell_or_another_output_is_a_value_like_any_other() {
    for value in [
        "$(touch hacked)",
        "`touch hacked`",
        "'; touch hacked; '",
        "\"; touch hacked; \"",
        "a\ntouch hacked",
        "x\nexit-code=0\nreports<<E\n/etc/passwd\nE",
        "-x; touch hacked",
        "* $HOME ${IFS}",
    ] {
        for input in
            ["subject", "endpoint", "code-source", "known", "snapshots", "reports", "args", "binary", "fail"]
        {
            let job = Job::new();
            let given = [("subject", "reference"), ("args", "--filter=no/such"), ("reports", "")];
            let given: Vec<(&str, &str)> =
                given.into_iter().filter(|(name, _)| *name != input).chain([(input, value)]).collect();
            let (output, told) = job.run(&given);
            assert!(!job.names().contains(&"hacked".to_owned()), "{input}: {value}: {output:?}");
            if input != "binary" {
                assert_ne!(told["run.outputs.exit-code"], "0", "{input}: {value}");
                assert!(!told["run.outputs.reports"].contains("passwd"), "{input}: {value}");
            }
            assert!(!output.status.success(), "{input}: {value}: {output:?}");
        }
    }
}

#[test]
fn a_report_whose_path_holds_spaces_and_dashes_is_written_there() {
    let job = Job::new();
    let reports = "json=-odd folder/$(touch hacked).json\njunit=it's.xml";
    let (output, told) = job.run(&[("args", "--filter=client/*"), ("reports", reports)]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(told["run.outputs.reports"], "-odd folder/$(touch hacked).json\nit's.xml");
    assert_eq!(job.names(), ["-odd folder", "it's.xml", "output.txt"]);
}
