//! The SARIF report.

use crate::sample::{
    PROBLEM, case, context, failing, header, hostile, hostile_context, mismatch, run_ending, run_of,
    run_with, sample, with_wrong_list, written,
};
use countersign::event::{AS_CAPTURED, CaseReport, RunEnd, RunHeader, StateNotJudged, Verdict};
use countersign::report::{RESULTS_MAX, Run};
use countersign::requirement::Attestation;
use serde_json::Value;

fn sarif(run: &Run) -> Value {
    let log: Value = serde_json::from_str(&written("sarif", run, &context())).unwrap();
    assert_eq!(log["version"], "2.1.0");
    log["runs"][0].clone()
}

fn results(run: &Value) -> Vec<Value> {
    run["results"].as_array().unwrap().clone()
}

#[test]
fn each_broken_requirement_of_a_case_is_a_result_with_the_level_that_its_verdict_asks_for() {
    let run = sarif(&sample());
    let facts: Vec<String> = results(&run)
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            format!("{} {} {}", text(place), text(&result["ruleId"]), text(&result["level"]))
        })
        .collect();
    assert_eq!(
        facts,
        [
            "code/wrong CSU-CODE-001 error",
            "code/reversed CSU-CODE-001 error",
            "code/spaces CSU-CODE-009 warning",
            "code/known CSU-CODE-002 warning",
            "code/stale CSU-CODE-001 error",
        ]
    );
    assert_eq!(results(&run)[3]["suppressions"][0]["justification"], "listed");
    assert_eq!(results(&run)[0].get("suppressions"), None);
}

#[test]
fn a_rule_says_what_is_required_and_where_that_comes_from() {
    let run = sarif(&sample());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules[0]["id"], "CSU-CODE-001");
    assert_eq!(rules[0]["shortDescription"]["text"], "A code is refused.");
    assert!(rules[0]["help"]["text"].as_str().unwrap().contains("countersign explain CSU-CODE-001"));
    assert_eq!(rules[1]["help"]["text"], "This version does not know the requirement.");
    for result in results(&run) {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
    }
}

#[test]
fn the_place_of_a_result_is_the_request_that_the_file_holds() {
    let run = sarif(&sample());
    let place = &results(&run)[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "countersign/code/wrong");
    let at = usize::try_from(place["artifactLocation"]["index"].as_u64().unwrap()).unwrap();
    let request = run["artifacts"][at]["contents"]["text"].as_str().unwrap();
    assert!(request.starts_with("POST / HTTP/1.1\n") && request.contains("${code:wrong}"), "{request}");
}

#[test]
fn a_result_keeps_its_identity_whatever_else_changes() {
    let prints = |run: &Value| -> Vec<Value> {
        results(run).iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    let one = sarif(&sample());
    let mut cases = crate::sample::cases();
    for (at, report) in cases.iter_mut().enumerate() {
        report.index = 100 - at;
        report.answer = Some("500".into());
        for mismatch in &mut report.mismatches {
            mismatch.got = "another".into();
        }
    }
    cases.reverse();
    let other = RunHeader { subject: "moto 6.0.0".into(), seed: 9, ..header() };
    let other = sarif(&run_with(other, cases, None));
    let sorted = |mut prints: Vec<Value>| {
        prints.sort_by_key(ToString::to_string);
        prints
    };
    assert_eq!(sorted(prints(&one)), sorted(prints(&other)));
    let mut distinct = sorted(prints(&one));
    distinct.dedup();
    assert_eq!(distinct.len(), 5);
    assert_eq!(one["automationDetails"]["id"], "countersign/moto/");
}

#[test]
fn a_result_below_the_gate_is_a_note_where_it_is_only_inferred() {
    let report =
        CaseReport { verdict: Verdict::Advisory, ..failing(0, "x", "CSU-CODE-001", Attestation::Inferred) };
    assert_eq!(results(&sarif(&run_of(vec![report])))[0]["level"], "note");
}

#[test]
fn what_is_not_judged_is_a_notification_and_no_result() {
    let run = sarif(&run_with(header(), vec![case(0, "a", Verdict::Inconclusive)], Some("cut")));
    assert!(results(&run).is_empty());
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notes = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes[0]["message"]["text"], "the run is incomplete: cut");
    assert_eq!(notes[1]["message"]["text"], "code/a is inconclusive: no reason was given");
}

#[test]
fn what_is_wrong_with_the_list_of_known_failures_is_an_error_and_an_unjudged_state_a_note() {
    let notification = |run: &Run| {
        let invocation = &sarif(run)["invocations"][0];
        let first = &invocation["toolExecutionNotifications"][0];
        (invocation["executionSuccessful"].clone(), first["level"].clone(), first["message"]["text"].clone())
    };
    assert_eq!(notification(&with_wrong_list()), (false.into(), "error".into(), PROBLEM.into()));
    let state = StateNotJudged { cases: 1, reason: "no AdminGetUser".into() };
    let run = run_ending(RunEnd { state_not_judged: Some(state), ..RunEnd::default() });
    let said = "state not judged in 1 case: no AdminGetUser";
    assert_eq!(notification(&run), (true.into(), "note".into(), said.into()));
}

#[test]
fn a_text_of_the_subject_makes_no_link_in_a_message() {
    let link = "[here](javascript:alert(1)) a\\b";
    let mut broken = failing(0, "x", "CSU-CODE-001", Attestation::Documented);
    broken.answer = Some(link.into());
    broken.mismatches[0].got = link.into();
    let mut open = case(1, "open", Verdict::Inconclusive);
    open.reason = Some(link.into());
    let run = sarif(&run_of(vec![broken, open]));
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    for message in [&results(&run)[0]["message"]["text"], &notification["message"]["text"]] {
        let text = message.as_str().unwrap();
        assert!(text.contains(r"\[here\](javascript:alert(1)) a\\b"), "{text}");
        assert!(!text.replace(r"\[", "").contains('['), "{text}");
    }
}

#[test]
fn a_run_tells_how_it_was_called() {
    let command = |invocation: &str, endpoint: &str| {
        let header = RunHeader { invocation: invocation.into(), endpoint: endpoint.into(), ..header() };
        sarif(&run_with(header, Vec::new(), None))["invocations"][0]["commandLine"].clone()
    };
    let url = "http://127.0.0.1:1";
    assert_eq!(command("--subject moto", url), "countersign run --subject moto");
    assert_eq!(command("sdk --sdk boto3", url), "countersign sdk --sdk boto3");
    assert_eq!(command("", AS_CAPTURED), Value::Null);
}

#[test]
fn results_beyond_the_limit_are_counted() {
    let requirements = 50;
    let many = (0..=RESULTS_MAX / requirements).map(|at| CaseReport {
        mismatches: (0..requirements)
            .map(|number| mismatch(&format!("CSU-CODE-{number:03}"), Attestation::Documented))
            .collect(),
        ..failing(at, &at.to_string(), "CSU-CODE-001", Attestation::Documented)
    });
    let run = sarif(&run_of(many.collect()));
    assert_eq!(results(&run).len(), RESULTS_MAX);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(note, "50 results beyond 25000 are left out");
}

#[test]
fn hostile_names_make_no_path_out_of_their_folder() {
    let log: Value = serde_json::from_str(&written("sarif", &hostile(), &hostile_context())).unwrap();
    for artifact in log["runs"][0]["artifacts"].as_array().unwrap() {
        let uri = artifact["location"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("countersign/") && !uri.contains("//") && !uri.contains(".."), "{uri}");
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte)), "{uri}");
    }
}
