//! The recipes under `corpus/recipes` run as written: their shell lines, with the variables that each CI system sets,
//! against a server of ours, come to a whole report.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may end in a panic")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use yaml_rust2::{Yaml, YamlLoader};

/// The number of shards in the recipes.
const SHARDS: usize = 4;

/// What the recipes leave to the file in the repository under test.
const CONFIGURATION: &str = "[run]\nfilter = [\"code/*\", \"client/*\"]\nquiet = true\n";

fn recipe(name: &str) -> Vec<Yaml> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/recipes").join(name);
    YamlLoader::load_from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn list(value: &Yaml) -> Vec<Yaml> {
    value.as_vec().unwrap_or_else(|| panic!("no list: {value:?}")).clone()
}

fn text(value: &Yaml) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value:?}"))
}

/// A folder as the checkout of a CI job, with the binary where the recipes have it.
struct Checkout(tempfile::TempDir);

impl Checkout {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join("countersign/target/release");
        let binary = env!("CARGO_BIN_EXE_countersign");
        fs::create_dir_all(&built).unwrap();
        symlink(binary, built.join("countersign")).unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        symlink(binary, folder.path().join("bin/countersign")).unwrap();
        fs::write(folder.path().join("countersign.toml"), CONFIGURATION).unwrap();
        Self(folder)
    }

    /// Runs `script` as the CI system does.
    fn start(&self, script: &str, variables: &[(&str, &str)]) -> Child {
        let path = format!("{}:{}", self.0.path().join("bin").display(), std::env::var("PATH").unwrap());
        Command::new("bash")
            .args(["-euo", "pipefail", "-c", script])
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.0.path())
            .envs(variables.iter().copied())
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn run(&self, script: &str, variables: &[(&str, &str)]) {
        end(self.start(script, variables));
    }

    /// The merged report is that of a run as a whole.
    fn is_complete(&self, report: &str) {
        self.run("countersign run --reproducible --report json=whole.json", &[]);
        let read = |name: &str| fs::read_to_string(self.0.path().join(name)).unwrap();
        assert!(read("whole.json").contains("\"id\":\"code/wrong-public\""));
        assert_eq!(read(report), read("whole.json"));
        assert!(read(&report.replace(".json", ".xml")).contains("<testsuites"));
    }
}

fn end(child: Child) {
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_matrix_of_github_actions_comes_to_a_whole_report() {
    let (recipe, checkout) = (recipe("github-actions.yaml"), Checkout::new());
    let jobs = &recipe[0]["jobs"];
    let step = |job: &str, name: &str| {
        let steps = list(&jobs[job]["steps"]);
        steps.into_iter().find(|step| step["name"].as_str() == Some(name)).unwrap()
    };
    let matrix = list(&jobs["shard"]["strategy"]["matrix"]["shard"]);
    let total = matrix.len().to_string();
    assert_eq!(matrix.len(), SHARDS);
    let shard = step("shard", "Run one shard");
    assert_eq!(text(&shard["env"]["SHARD"]), "${{ matrix.shard }}");
    assert_eq!(text(&shard["env"]["SHARDS"]), "${{ strategy.job-total }}");
    let running: Vec<Child> = matrix
        .iter()
        .map(|number| {
            let number = number.as_i64().unwrap().to_string();
            checkout.start(text(&shard["run"]), &[("SHARD", &number), ("SHARDS", &total)])
        })
        .collect();
    running.into_iter().for_each(end);
    checkout.run(text(&step("merge", "Put the shards together")["run"]), &[]);
    checkout.is_complete("conformance.json");
}

#[test]
fn the_parallel_jobs_of_gitlab_come_to_a_whole_report() {
    let (recipe, checkout) = (recipe("gitlab-ci.yaml"), Checkout::new());
    let job = &recipe[0]["confirm-sign-up"];
    let total = job["parallel"].as_i64().unwrap().to_string();
    let script = |job: &Yaml| list(&job["script"]).iter().map(text).collect::<Vec<_>>().join("\n");
    let running: Vec<Child> = (1..=SHARDS)
        .map(|number| {
            let variables = [("CI_NODE_INDEX", &*number.to_string()), ("CI_NODE_TOTAL", &*total)];
            checkout.start(&script(job), &variables)
        })
        .collect();
    running.into_iter().for_each(end);
    checkout.run(&script(&recipe[0]["confirm-sign-up-report"]), &[]);
    checkout.is_complete("conformance.json");
}

#[test]
fn the_indexed_job_of_kubernetes_comes_to_a_whole_report() {
    let (recipe, checkout) = (recipe("kubernetes.yaml"), Checkout::new());
    let container = |job: &Yaml| list(&job["spec"]["template"]["spec"]["containers"])[0].clone();
    // What the container is started with; its folders are folders of the checkout.
    let script = |container: &Yaml| {
        assert_eq!(list(&container["command"]).iter().map(text).collect::<Vec<_>>(), ["bash", "-euc"]);
        text(&list(&container["args"])[0]).replace("/etc/countersign/", "")
    };
    let variables = |container: &Yaml| -> Vec<(String, String)> {
        let variable = |entry: &Yaml| {
            let value = text(&entry["value"]).replace("/reports", "./reports");
            (text(&entry["name"]).to_owned(), value)
        };
        list(&container["env"]).iter().map(variable).collect()
    };
    fs::create_dir(checkout.0.path().join("reports")).unwrap();
    let completions = recipe[0]["spec"]["completions"].as_i64().unwrap();
    let shard = container(&recipe[0]);
    let given = variables(&shard);
    let running: Vec<Child> = (0..completions)
        .map(|index| {
            let index = index.to_string();
            let mut all: Vec<(&str, &str)> = given.iter().map(|(name, value)| (&**name, &**value)).collect();
            all.push(("JOB_COMPLETION_INDEX", &index));
            checkout.start(&script(&shard), &all)
        })
        .collect();
    running.into_iter().for_each(end);
    let merge = container(&recipe[1]);
    let given = variables(&merge);
    let all: Vec<(&str, &str)> = given.iter().map(|(name, value)| (&**name, &**value)).collect();
    checkout.run(&script(&merge), &all);
    // What the configuration is called by differs between the two, and the report tells it.
    let path = checkout.0.path().join("reports");
    checkout.run("countersign run --config countersign.toml --reproducible --report json=whole.json", &[]);
    let read = |name: &Path| fs::read_to_string(name).unwrap();
    assert_eq!(read(&path.join("conformance.json")), read(&checkout.0.path().join("whole.json")));
    assert!(read(&path.join("conformance.xml")).contains("<testsuites"));
}

#[test]
fn a_recipe_without_one_of_its_shards_does_not_pass_for_a_whole() {
    let (recipe, checkout) = (recipe("gitlab-ci.yaml"), Checkout::new());
    let script = |job: &str| list(&recipe[0][job]["script"]).iter().map(text).collect::<Vec<_>>().join("\n");
    for number in ["1", "2", "4"] {
        checkout.run(&script("confirm-sign-up"), &[("CI_NODE_INDEX", number), ("CI_NODE_TOTAL", "4")]);
    }
    let output = checkout.start(&script("confirm-sign-up-report"), &[]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 of 4 shards are missing: 3/4"), "{output:?}");
}
