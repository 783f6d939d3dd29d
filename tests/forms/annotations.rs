//! Annotations for GitHub Actions.

use crate::sample::{
    HOSTILE, assert_printable, context, failing, hostile, hostile_context, run_of, sample, with_wrong_list,
};
use countersign::report::{ANNOTATIONS_MAX, Context, Run, write_annotations};
use countersign::requirement::Attestation;

fn annotations(run: &Run, context: &Context) -> Vec<String> {
    let mut out = Vec::new();
    write_annotations(run, context, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_printable(&text);
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn each_broken_requirement_is_one_annotation() {
    assert_eq!(
        annotations(&sample(), &context()),
        [
            "::error title=CSU-CODE-001 (2 cases)::A code is refused.%0Acode/wrong%0Atype: expected \
             CodeMismatchException, got none (documented; SEM-001)%0Acountersign repro code/wrong --subject moto --seed 7",
            "::error title=stale (1 case)::code/stale: because of stale",
            "::warning title=inconclusive (1 case)::code/inconclusive: because of inconclusive",
            "::warning title=CSU-CODE-009 (1 case)::%0Acode/spaces%0Atype: expected CodeMismatchException, got none \
             (reported; SEM-001)%0Acountersign repro code/spaces --subject moto --seed 7",
        ]
    );
}

#[test]
fn a_list_of_known_failures_that_is_wrong_is_an_error() {
    let expected = "::error title=list of known failures::known.toml:1: no case fits `nosuch/*`";
    assert_eq!(annotations(&with_wrong_list(), &context()), [expected]);
}

#[test]
fn those_that_matter_come_first_and_the_last_one_counts_the_rest() {
    let mut cases = Vec::new();
    for number in 0..14 {
        cases.push(failing(
            number,
            &format!("r{number}"),
            &format!("CSU-R-{number:03}"),
            Attestation::Recorded,
        ));
    }
    for at in 20..23 {
        cases.push(failing(at, &format!("often{at}"), "CSU-X-001", Attestation::Recorded));
    }
    cases.push(failing(30, "best", "CSU-Z-001", Attestation::Documented));
    let lines = annotations(&run_of(cases), &context());
    assert_eq!(lines.len(), ANNOTATIONS_MAX);
    assert!(lines[0].starts_with("::error title=CSU-Z-001 (1 case)::"), "{}", lines[0]);
    assert!(lines[1].starts_with("::error title=CSU-X-001 (3 cases)::"), "{}", lines[1]);
    assert!(lines[2].starts_with("::error title=CSU-R-000 "), "{}", lines[2]);
    assert!(lines[9].starts_with("::error title=7 more::CSU-R-007 (1 case)%0A"), "{}", lines[9]);
}

#[test]
fn hostile_text_can_neither_end_a_command_nor_begin_one() {
    let lines = annotations(&hostile(), &hostile_context());
    assert!(lines.len() > 3, "{lines:#?}");
    for line in lines {
        let rest = line.strip_prefix("::error title=").or(line.strip_prefix("::warning title=")).unwrap();
        let (title, message) = rest.split_once("::").unwrap();
        assert!(!title.contains([':', ',']), "{title}");
        // What GitHub decodes is what was written: no percent sign of others is left as it was.
        let of_others =
            |text: &str| text.replace("%25", "").replace("%0A", "").replace("%3A", "").replace("%2C", "");
        assert!(!of_others(title).contains('%') && !of_others(message).contains('%'), "{line}");
    }
    assert!(HOSTILE.contains("%0A"));
}
