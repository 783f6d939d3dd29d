//! Reports in every form, written by a run and later; and comparisons.

use crate::binary::Sandbox;

const FORMS: [&str; 6] = ["json", "junit", "sarif", "md", "har", "badge"];

/// A folder with `pass.json`, a report of one case that passes, and `fail.json`, the same with a mismatch.
fn with_reports() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.line("run --quiet --filter code/wrong-public --report json=pass.json").with_code(0);
    let mismatch = r#"[{"requirement":"CSU-CODE-001","aspect":"status","attestation":"documented","evidence":["ERR-001"],"expected":"400","got":"200"}]"#;
    let failing = sandbox
        .text("pass.json")
        .replace("\"verdict\":\"pass\"", "\"verdict\":\"mismatch\"")
        .replace("\"mismatches\":[]", &format!("\"mismatches\":{mismatch}"));
    sandbox.write("fail.json", failing);
    sandbox
}

#[test]
fn a_run_writes_every_form_and_render_writes_the_same_later() {
    let sandbox = Sandbox::new();
    let mut arguments = vec!["run".to_owned(), "--quiet".into(), "--filter".into(), "code/*".into()];
    for form in FORMS {
        arguments.extend(["--report".into(), format!("{form}=run.{form}")]);
    }
    sandbox.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).with_code(0);
    for form in FORMS {
        sandbox.line(&format!("render run.json --to {form} --output later.{form}")).with_code(0);
        let printed = sandbox.line(&format!("render run.json --to {form}")).with_code(0).stdout;
        assert_eq!(sandbox.text(&format!("run.{form}")), sandbox.text(&format!("later.{form}")), "{form}");
        assert_eq!(sandbox.text(&format!("run.{form}")), printed, "{form}");
    }
    let terminal = sandbox.line("render run.json --to terminal").with_code(0).stdout;
    assert!(terminal.contains("passed / applicable / total"), "{terminal}");
    sandbox.line("render run.json --to terminal --output t.txt").with_code(0);
    assert_eq!(sandbox.text("t.txt"), terminal);
    let page = sandbox.line("render run.json --to html").with_code(0).stdout;
    assert!(page.starts_with("<!DOCTYPE html>") || page.starts_with("<!doctype html>"), "{}", &page[..80]);
    sandbox.line("render run.json --to html --output page.html").with_code(0);
    assert_eq!(sandbox.text("page.html"), page);
    let schema = include_str!("../../corpus/report.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&sandbox.json("run.json").0).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn what_is_no_report_is_refused_with_what_is_wrong() {
    let sandbox = with_reports();
    let text = sandbox.text("pass.json");
    sandbox.write("other.json", text.replacen("\"schema_version\": 1", "\"schema_version\": 9", 1));
    sandbox.write("cut.json", &text[..text.len() / 2]);
    sandbox.write("none.json", "{\"a\": 1}");
    sandbox.write("bytes.json", b"\xff\x1b[2J");
    for (file, said) in [
        ("missing.json", "cannot read the report `missing.json`"),
        (".", "cannot read the report `.`"),
        ("other.json", "the report has the schema version `9`; this version reads `1`"),
        ("cut.json", "EOF while parsing"),
        ("none.json", "missing field `schema_version`"),
        ("bytes.json", "no report of Countersign"),
    ] {
        sandbox.run(&["render", file, "--to", "md"]).with_code(2).saying(&[said]);
        sandbox.run(&["compare", "pass.json", file]).with_code(2).saying(&[said]);
    }
    sandbox.line("render pass.json --to pdf").with_code(2).saying(&["`md`", "`terminal`"]);
    sandbox.line("render pass.json --to md --output missing/x.md").with_code(2).saying(&["cannot write"]);
}

#[test]
fn a_comparison_fails_only_where_it_was_asked_to_and_something_newly_fails() {
    let sandbox = with_reports();
    let worse = sandbox.line("compare pass.json fail.json").with_code(0);
    worse.showing(&[
        "pass → fail\n",
        "  newly failing  1\n    code/wrong-public  pass → mismatch  CSU-CODE-001 status: expected 400, got 200\n",
        "CSU-CODE  1/1  0/1\n",
    ]);
    sandbox.line("compare pass.json fail.json --fail-on-regression").with_code(1);
    let better = sandbox.line("compare fail.json pass.json --fail-on-regression").with_code(0);
    better.showing(&["newly fixed  1"]);
    sandbox.write("again.json", sandbox.text("pass.json"));
    sandbox
        .line("compare pass.json again.json --fail-on-regression")
        .with_code(0)
        .showing(&["nothing changed"]);
    // Failing in the middle is a regression all the same, and back and forth is flaky.
    let three = sandbox.line("compare pass.json fail.json again.json --fail-on-regression").with_code(1);
    three.showing(&["flaky  back and forth over the runs\n  code/wrong-public  pass, mismatch, pass\n"]);
    let json = sandbox.line("compare pass.json fail.json --format json").with_code(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.pointer("/steps/0/counts/newly failing"), Some(&1.into()));
    sandbox.line("compare pass.json fail.json --format md").with_code(0).showing(&["**newly failing: 1**"]);
    let page = sandbox.line("compare pass.json fail.json --format html --fail-on-regression").with_code(1);
    page.showing(&["</html>"]);
}

#[test]
fn a_report_that_was_cut_says_nothing_certain_about_regressions() {
    let sandbox = with_reports();
    let cut = |name: &str| {
        let whole = sandbox.text(name);
        whole.replacen("\"incomplete\": null", "\"incomplete\": \"stopped by SIGINT\"", 1)
    };
    sandbox.write("cut.json", cut("pass.json"));
    sandbox.write("cut-fail.json", cut("fail.json"));
    let ended = sandbox.line("compare pass.json cut.json --fail-on-regression").with_code(3);
    ended.saying(&["`cut` is incomplete: stopped by SIGINT"]).showing(&["pass → cut\n"]);
    sandbox.line("compare pass.json cut-fail.json --fail-on-regression").with_code(1);
    sandbox.line("compare cut.json pass.json --fail-on-regression").with_code(0);
    sandbox.line("compare pass.json cut.json").with_code(0);
}

#[test]
fn reports_that_cannot_be_compared_are_refused() {
    let sandbox = with_reports();
    sandbox.line("compare pass.json").with_code(2).saying(&["2 values required"]);
    sandbox.line("compare pass.json ./pass.json").with_code(2).saying(&["is given twice"]);
    sandbox.line("compare pass.json fail.json --format xml").with_code(2).saying(&["`text`, `json`, `md`"]);
    let many: Vec<String> = (0..65).map(|number| format!("{number}.json")).collect();
    let mut arguments = vec!["compare"];
    arguments.extend(many.iter().map(String::as_str));
    sandbox.run(&arguments).with_code(2).saying(&["65 reports are given, at most 64 allowed"]);
}

#[test]
fn colours_are_left_out_where_they_are_not_wanted() {
    let sandbox = with_reports();
    let path = |name: &str| sandbox.path(name).display().to_string();
    for arguments in [
        vec!["compare".to_owned(), path("pass.json"), path("fail.json")],
        vec!["render".to_owned(), path("fail.json"), "--to".into(), "terminal".into()],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let coloured = crate::countersign(&arguments, &[crate::FORCED]);
        assert!(coloured.stdout.contains(&0x1b), "{arguments:?}");
        for environment in [&[][..], &[("NO_COLOR", "1")]] {
            let plain = crate::countersign(&arguments, environment);
            assert!(!plain.stdout.contains(&0x1b) && plain.status.success(), "{arguments:?}");
        }
    }
}
