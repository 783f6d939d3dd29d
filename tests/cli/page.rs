//! The HTML page, as `run` and `page` write it.

use crate::binary::Sandbox;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn countersign(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(line.split(' '))
        .env_clear()
        .current_dir(folder)
        .output()
        .unwrap()
}

/// A report without its last member, the times.
fn untimed(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split_once("\n\"timing\"").unwrap().0.to_owned()
}

#[test]
fn a_run_writes_a_page_with_matrix_and_order_and_no_other_report_changes_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let filters = "--filter null/* --filter code/* --filter matrix/* --quiet";
    let both = countersign(folder, &format!("run {filters} --report html=r.html --report json=with.json"));
    assert_eq!(both.status.code(), Some(0), "{both:?}");
    let alone = countersign(folder, &format!("run {filters} --report json=alone.json"));
    assert_eq!(alone.status.code(), Some(0), "{alone:?}");
    assert_eq!(untimed(&folder.join("with.json")), untimed(&folder.join("alone.json")));

    let page = fs::read_to_string(folder.join("r.html")).unwrap();
    for part in
        ["<title>ConfirmSignUp: reference ", "<table class=\"heat\">", "<svg class=\"graph\"", "CSU-CODE-001"]
    {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains("a report keeps no messages of what passed"), "the page is that of the report");
    assert!(page.contains("is not known for this selection of cases"), "a part of the suite has no floor");
}

#[test]
fn several_reports_make_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, seed) in [("a.json", 1), ("b.json", 2)] {
        let line = format!("run --filter code/* --filter null/* --seed {seed} --quiet --report json={name}");
        assert_eq!(countersign(folder, &line).status.code(), Some(0));
    }
    let written = countersign(folder, "page a.json b.json --output page.html");
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let printed = countersign(folder, "page a.json b.json");
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), page);
    assert_eq!(page.matches("<article class=\"card\">").count(), 2);
    assert!(page.contains("a report keeps no messages of what passed"));
}

#[test]
fn a_page_is_made_of_the_standard_input_as_well() {
    let sandbox = Sandbox::new();
    sandbox.line("run --filter code/* --quiet --report json=r.json").with_code(0);
    let of_file = sandbox.line("page r.json").with_code(0).stdout;
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["page", "-"])
        .env_clear()
        .stdin(fs::File::open(sandbox.path("r.json")).unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), of_file);
}

#[test]
fn what_is_no_report_is_named_and_ends_with_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("no.json"), "{\"schema_version\":99}").unwrap();
    let many = format!("page{}", " no.json".repeat(17));
    for (line, said) in [
        ("page missing.json", "cannot read the report `missing.json`"),
        ("page no.json", "schema version `99`"),
        (many.as_str(), "allowed: at most 16"),
        ("page", "REPORT"),
        ("run --report html=.", "cannot write the report"),
    ] {
        let output = countersign(folder, line);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {text}");
        assert!(text.contains(said), "{line}: {text}");
    }
}
