//! README and help texts: their commands run, their examples are read, and whatever id, command or flag they name
//! exists.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use countersign::prove::Planted;
use countersign::replay::transport::Limits;
use countersign::subject::CodeSource;
use globset::GlobBuilder;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};

const README: &str = include_str!("../README.md");
const CONTRIBUTING: &str = include_str!("../CONTRIBUTING.md");

/// Blocks with output that are not run here: how each begins, and why. `.ci/run` runs the emulators.
const NOT_RUN: [(&str, &str); 3] = [
    (
        "$ countersign run --subject moto",
        "installs and launches moto; the emulator step of `.ci/run` checks this break",
    ),
    (
        "$ countersign run --subject reference --quiet --filter code/wrong-public --snapshots",
        "writes files where it runs; tests/cli/snapshots.rs goes the same way",
    ),
    ("$ countersign bench", "measures a release build; the speed step of `.ci/run` checks the ratio"),
];

/// Flags of other programs that the documents show.
const FLAGS_OF_OTHERS: [&str; 8] = [
    "--release",
    "--locked",
    "--manifest-path",
    "--depth",
    "--test",
    "--all-targets",
    "--port",
    "--include-ignored",
];

fn countersign(arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

/// The names under "Commands:" in a help text.
fn commands_in(help: &str) -> Vec<String> {
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let name = |line: &str| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')).map(first_word);
    listed.filter_map(name).filter(|name| name != "help").collect()
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Every help text: the command's words, and what `--help` says.
fn help_texts() -> Vec<(Vec<String>, String)> {
    let mut texts = Vec::new();
    let mut left = vec![Vec::<String>::new()];
    while let Some(words) = left.pop() {
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        arguments.push("--help");
        let (exit, help) = countersign(&arguments);
        assert_eq!(exit, 0, "{words:?}");
        left.extend(commands_in(&help).into_iter().map(|name| [words.clone(), vec![name]].concat()));
        texts.push((words, help));
    }
    texts
}

/// The fenced blocks of a document: what stands after the fence, and the lines.
fn blocks(document: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in document.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(language), None) => open = Some((language, String::new())),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some((language, text))) => open = Some((language, text + line + "\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn toml_block(mark: &str) -> String {
    let found =
        blocks(README).into_iter().find(|(language, text)| *language == "toml" && text.contains(mark));
    found.unwrap_or_else(|| panic!("README has no TOML with `{mark}`")).1
}

/// The documents whose ids are checked, by name.
fn documents() -> Vec<(String, String)> {
    let help = help_texts().into_iter().map(|(words, text)| (format!("{} --help", words.join(" ")), text));
    let own = [("README.md", README), ("CONTRIBUTING.md", CONTRIBUTING)];
    own.map(|(name, text)| (name.to_owned(), text.to_owned())).into_iter().chain(help).collect()
}

fn json(arguments: &[&str]) -> Value {
    let (exit, text) = countersign(arguments);
    assert_eq!(exit, 0, "{arguments:?}");
    serde_json::from_str(&text).unwrap()
}

fn texts(array: &Value, member: &str) -> BTreeSet<String> {
    let texts = array.as_array().unwrap().iter().flat_map(|entry| match &entry[member] {
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
        text => vec![text.as_str().unwrap().to_owned()],
    });
    texts.collect()
}

/// Whether `glob` matches one of `names`, as `--filter` matches.
fn matches(glob: &str, names: &BTreeSet<String>) -> bool {
    let glob = GlobBuilder::new(glob.trim_start_matches('!')).case_insensitive(true).build().unwrap();
    let matcher = glob.compile_matcher();
    names.iter().any(|name| matcher.is_match(name))
}

#[test]
fn the_commands_of_the_readme_print_what_it_says() {
    trycmd::TestCases::new()
        .default_bin_path(env!("CARGO_BIN_EXE_countersign"))
        .case("README.md")
        .case("tests/readme/*.trycmd");
}

#[test]
fn a_block_that_is_not_run_is_listed_with_the_reason() {
    let ignored: Vec<String> = blocks(README)
        .into_iter()
        .filter_map(|(language, text)| language.contains("ignore").then_some(text))
        .collect();
    for text in &ignored {
        assert!(NOT_RUN.iter().any(|(start, _)| text.starts_with(start)), "{text}");
    }
    assert_eq!(ignored.len(), NOT_RUN.len());
    for (language, text) in blocks(README) {
        assert_eq!(text.starts_with("$ "), language.starts_with("console"), "{text}");
    }
}

#[test]
fn every_id_that_the_readme_and_the_help_texts_cite_exists() {
    let cases = json(&["list", "--format", "json"]);
    let requirements = texts(&json(&["explain", "--format", "json"]), "id");
    let evidence: Value =
        serde_json::from_str(include_str!("../corpus/evidence/aws-behaviour.json")).unwrap();
    let rows = texts(&evidence["rows"], "id");
    let ids = texts(&cases, "id");
    let of_sdks = texts(&json(&["sdk", "cases", "--format", "json"]), "id");
    let names: BTreeSet<String> = ids.union(&texts(&cases, "labels")).chain(&of_sdks).cloned().collect();
    let group = |id: &String| id.split('/').next().unwrap().to_owned();
    let groups: Vec<String> = names.iter().map(group).collect::<BTreeSet<_>>().into_iter().collect();

    let faults: BTreeSet<String> = Planted::all().iter().map(Planted::id).collect();

    let requirement = Regex::new(r"\bCSU-[A-Z*][A-Z0-9*-]*").unwrap();
    let row = Regex::new(r"(?:^|[^A-Z-])([A-Z]{2,8}-[0-9]{3})\b").unwrap();
    let case = Regex::new(&format!(r"(?:^|[\s'`!])((?:{})/[a-z0-9*+.-]+)", groups.join("|"))).unwrap();
    let mut seen = [0; 3];
    for (document, text) in documents() {
        for found in requirement.find_iter(&text) {
            assert!(matches(found.as_str(), &requirements), "{document}: {}", found.as_str());
            seen[0] += 1;
        }
        for found in row.captures_iter(&text) {
            assert!(rows.contains(&found[1]), "{document}: {}", &found[1]);
            seen[1] += 1;
        }
        for found in case.captures_iter(&text).filter(|found| &found[1] != "target/release") {
            let is_known = matches(&found[1], &names) || faults.contains(&found[1]);
            assert!(is_known, "{document}: {}", &found[1]);
            seen[2] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 3), "the patterns find nothing: {seen:?}");
}

#[test]
fn every_example_that_explains_sends_or_selects_finds_something() {
    let cases = json(&["list", "--format", "json"]);
    let (ids, layers) = (texts(&cases, "id"), texts(&cases, "layer"));
    let requirements = texts(&json(&["explain", "--format", "json"]), "id");
    let sdk_cases = json(&["sdk", "cases", "--format", "json"]);
    let of_sdks = [texts(&sdk_cases, "id"), texts(&sdk_cases, "level")].into_iter().flatten();
    let names: BTreeSet<String> =
        [ids.clone(), layers, requirements].into_iter().flatten().chain(of_sdks).collect();
    let sent = Regex::new(r"countersign repro ([a-z][^\s]*)").unwrap();
    let explained = Regex::new(r"countersign explain ([A-Za-z][^\s`]*)").unwrap();
    let selected = Regex::new(r"--filter '?([^<\s'`]+)").unwrap();
    for (document, text) in documents() {
        for found in sent.captures_iter(&text) {
            assert!(ids.contains(&found[1]), "{document}: {}", &found[1]);
        }
        for found in explained.captures_iter(&text).filter(|found| &found[1] != "ID") {
            assert_eq!(countersign(&["explain", &found[1]]).0, 0, "{document}: {}", &found[1]);
        }
        for found in selected.captures_iter(&text) {
            assert!(matches(&found[1], &names), "{document}: {}", &found[1]);
        }
    }
}

#[test]
fn every_help_text_has_examples_of_its_own_command() {
    for (words, text) in help_texts() {
        let (_, examples) = text.split_once("Examples:\n").unwrap_or_else(|| panic!("{words:?}"));
        let call = [&["countersign".to_owned()], words.as_slice()].concat().join(" ");
        assert!(examples.contains(&call), "{call}: {examples}");
    }
}

#[test]
fn every_command_and_flag_that_the_documents_name_exists() {
    let helps = help_texts();
    let all: String = helps.iter().map(|(_, text)| text.as_str()).collect();
    let known: Vec<String> = helps.iter().filter_map(|(words, _)| words.first().cloned()).collect();
    let flag = Regex::new(r"--[a-z][a-z-]*").unwrap();
    let command = Regex::new(r"(?m)(?:countersign|--release --|cargo run --) ([a-z][a-z-]*)\b").unwrap();
    for (document, text) in [("README.md", README), ("CONTRIBUTING.md", CONTRIBUTING)] {
        // A profile shows the flags of an emulator.
        let prose = blocks(text)
            .iter()
            .filter(|(language, _)| *language == "toml")
            .fold(text.to_owned(), |text, (_, block)| text.replace(block, ""));
        for found in flag.find_iter(&prose).map(|found| found.as_str()) {
            let is_known = all.contains(&format!("{found} ")) || all.contains(&format!("{found}[="));
            assert!(
                is_known || all.contains(&format!("{found}\n")) || FLAGS_OF_OTHERS.contains(&found),
                "{document}: {found}"
            );
        }
        for (language, block) in blocks(text).into_iter().filter(|(language, _)| *language != "toml") {
            for found in command.captures_iter(&block) {
                assert!(known.iter().any(|name| *name == found[1]), "{document}, {language}: {}", &found[1]);
            }
        }
    }
}

#[test]
fn the_profile_in_the_readme_is_a_valid_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my-emulator.toml");
    std::fs::write(&path, toml_block("[launch]")).unwrap();
    let (exit, text) = countersign(&["subjects", path.to_str().unwrap()]);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("my-emulator     1.2.0") || text.contains("my-emulator  1.2.0"), "{text}");
}

#[test]
fn the_configuration_in_the_readme_is_a_valid_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("countersign.toml");
    std::fs::write(&path, toml_block("[run]")).unwrap();
    // It is read before the case is looked for.
    let (exit, text) = countersign(&["repro", "no/case", "--config", path.to_str().unwrap()]);
    assert_eq!((exit, text.contains("means nothing for a single case")), (4, false), "{text}");
}

#[test]
fn the_case_in_the_readme_is_one_of_the_corpus() {
    let example = toml_block("[[case]]");
    assert!(include_str!("../corpus/cases/habits.toml").contains(example.trim_end()), "{example}");
}

#[test]
fn the_requirement_in_the_guide_is_one_of_the_corpus() {
    let (language, example) = blocks(CONTRIBUTING).remove(0);
    assert_eq!(language, "toml");
    assert!(include_str!("../corpus/requirements/code.toml").contains(example.trim_end()), "{example}");
}

#[test]
fn every_code_source_of_the_readme_is_a_valid_one_and_every_kind_has_an_example() {
    let (_, table) = README.split_once("| `--code-source` | Example |\n|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let examples = rows.map(|row| row.split('`').nth(1).unwrap());
    let kinds: BTreeSet<&str> = examples
        .map(|text| text.parse::<CodeSource>().unwrap_or_else(|error| panic!("{error}")).name())
        .collect();
    assert_eq!(kinds, BTreeSet::from(["any", "command", "file", "fixed", "http", "log"]));
}

#[test]
fn the_limits_of_an_answer_are_those_in_the_readme() {
    let limits = Limits::default();
    assert_eq!((limits.body_bytes_max, limits.head_bytes_max), (4 * 1024 * 1024, 64 * 1024));
    assert!(README.contains("bodies at 4 MiB, heads at 64 KiB"));
}

#[test]
fn every_verdict_and_every_attestation_is_explained() {
    for verdict in countersign::event::Verdict::ALL {
        assert!(README.contains(&format!("| `{verdict}` |")), "{verdict}");
    }
    for attestation in countersign::requirement::Attestation::ALL {
        assert!(README.contains(&format!("`{attestation}`")), "{attestation}");
    }
}
