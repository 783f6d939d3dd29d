//! The proof proves itself: it tells a fault that is found from one that is not, a server that understands nothing from
//! one that does, and a benign variant from one that is not.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot do its work has to fail")]

use countersign::prove::{
    Benign, Cases, Difference, Family, Floor, KillTable, NullServer, Open, Origin, Planted, Proof, Site,
    Summary, Telling, Variant, write_html, write_json, write_text,
};
use countersign::reference::{CodeSlip, Fault, Form, Laxity, Member, Slip};
use std::collections::BTreeSet;
use std::sync::Arc;

fn kills(planted: &[Planted]) -> KillTable {
    KillTable::of(planted, Cases::OfItsRequirements).unwrap()
}

#[test]
fn every_planted_fault_is_found_by_a_requirement_that_names_its_cause() {
    let table = kills(&Planted::all());
    let survivors: Vec<String> = table.survivors().map(|kill| kill.planted.id()).collect();
    assert!(survivors.is_empty(), "{} of {} survive: {survivors:#?}", survivors.len(), table.kills.len());
    assert_eq!(table.noise, []);
    // What tells two faults apart takes the whole suite: `countersign prove` fails where two look alike.
    for (kill, standing) in table.rows() {
        assert!(standing.own.is_some(), "{} has no case of its own", kill.planted.id());
    }
    for kill in &table.kills {
        assert!(kill.requests.is_some_and(|requests| requests > 0), "{}", kill.planted.id());
    }
    // What the README and `corpus/proof.json` say of the table is what was measured.
    let recorded = Summary::recorded().unwrap();
    let failing = table.kills.iter().filter(|kill| kill.fails()).count();
    let all = Some(table.kills.len());
    assert_eq!(
        (recorded.faults, recorded.found, recorded.own, recorded.failing, recorded.benign),
        (all, all, all, Some(failing), Some(Variant::all().len())),
        "corpus/proof.json is not current: countersign prove --format summary > corpus/proof.json"
    );
}

#[test]
fn the_readme_says_what_is_recorded() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let said = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let recorded = Summary::recorded().unwrap();
    assert_eq!((recorded.toothless, recorded.benign_mismatches), (Some(0), Some(0)));
    assert!(said.contains(&recorded.sentences()), "the README lacks: {}", recorded.sentences());
}

#[test]
fn every_planted_fault_has_a_name_of_its_own_a_sentence_and_a_reason() {
    let planted = Planted::all();
    assert!(planted.len() >= 120, "only {} faults", planted.len());
    let names: BTreeSet<String> = planted.iter().map(Planted::id).collect();
    assert_eq!(names.len(), planted.len());
    for family in Family::ALL {
        assert!(planted.iter().any(|fault| fault.family == *family), "no fault of {family}");
    }
    let rules = countersign::harness::Rules::built_in().unwrap();
    let ids: BTreeSet<&str> = rules.table().iter().map(|requirement| requirement.id.0.as_str()).collect();
    for fault in planted {
        let (Origin::Seen(origin) | Origin::Plausible(origin)) = fault.origin;
        assert!(!fault.what.is_empty() && !origin.is_empty() && !fault.found_by.is_empty(), "{}", fault.id());
        assert!(fault.found_by.iter().all(|id| ids.contains(id)), "{}: {:?}", fault.id(), fault.found_by);
    }
}

#[test]
fn a_fault_that_does_nothing_survives_and_so_does_one_that_is_found_for_another_reason() {
    let nothing = Planted::at(Family::Code, "nothing", Site::Nowhere).found_by(&["CSU-CODE-001"]);
    let any_code = Planted::of(Family::Code, "any-code", Fault::Code(CodeSlip::Any));
    let misnamed = Planted { name: "misnamed", ..any_code.found_by(&["CSU-ALIAS-001"]) };
    let table = kills(&[nothing, any_code.found_by(&["CSU-CODE-001"]), misnamed]);
    let survivors: Vec<&str> = table.survivors().map(|kill| kill.planted.name).collect();
    assert_eq!(survivors, ["nothing", "misnamed"]);
    assert!(!table.holds());
    let [nothing, found, _] = table.kills.as_slice() else { unreachable!() };
    assert_eq!((nothing.requests, nothing.fails(), nothing.bystanders.len()), (None, false, 0));
    assert!(found.fails() && found.requests.is_some());
    assert!(found.finds.iter().any(|find| find.case.as_str() == "code/wrong-public"));
    assert!(table.idle().any(|case| case.as_str() == "alias/taken-public"));
    let mut text = Vec::new();
    write_text(&mut text, &Proof { kills: Some(table), ..Proof::default() }).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("survived   code/nothing, code/misnamed"), "{text}");
    assert!(text.ends_with("The proof does not hold.\n"), "{text}");
}

#[test]
fn a_fault_without_a_case_of_its_own_or_that_looks_like_another_one_is_named() {
    let hyphen =
        Planted::of(Family::Pattern, "hyphen", Fault::Constraint(Member::SecretHash, Laxity::HyphenToo))
            .found_by(&["CSU-PATTERN-004"]);
    let table = kills(&[hyphen, Planted { name: "hyphen-again", ..hyphen }]);
    assert_eq!(table.survivors().count(), 0);
    let [first, again] = table.standing.as_slice() else { unreachable!() };
    // One case finds both: the one that has it leaves none for the other.
    assert_eq!(
        first.own.as_ref().map(|(case, count)| (case.as_str(), *count)),
        Some(("secret-hash/hyphens-public", 2))
    );
    assert_eq!(again.own, None);
    assert_eq!(first.telling, Telling::Alike("pattern/hyphen-again".to_owned()));
    assert!(!table.holds());
    let mut text = Vec::new();
    write_text(&mut text, &Proof { kills: Some(table), ..Proof::default() }).unwrap();
    let text = String::from_utf8(text).unwrap();
    let says = "own case   1 of 2 faults have a case that no other fault needs; not pattern/hyphen-again";
    assert!(
        text.contains(says) && text.contains("alike      pattern/hyphen and pattern/hyphen-again"),
        "{text}"
    );
}

#[test]
fn a_case_is_given_up_for_another_one_where_a_fault_has_only_this_and_a_part_is_told_from_the_whole() {
    let planted = |name, laxity| {
        Planted::of(Family::Pattern, name, Fault::Constraint(Member::SecretHash, laxity))
            .found_by(&["CSU-PATTERN-004"])
    };
    let table = kills(&[planted("none", Laxity::NoPattern), planted("hyphen", Laxity::HyphenToo)]);
    let own: Vec<&str> = table.standing.iter().filter_map(|it| Some(it.own.as_ref()?.0.as_str())).collect();
    assert_eq!(own, ["secret-hash/exclamation-marks-public", "secret-hash/hyphens-public"]);
    let [none, hyphen] = table.standing.as_slice() else { unreachable!() };
    assert!(matches!(none.telling, Telling::Alone(_)), "{none:?}");
    assert_eq!(hyphen.telling, Telling::PartOf("pattern/none".to_owned()));
    assert!(table.holds());
}

#[test]
fn a_race_of_two_confirmations_is_noted_and_fails_nobody() {
    // CSU-USER-012 is only inferred.
    let race =
        Planted::of(Family::Concurrency, "race", Fault::Slip(Slip::CheckThenAct)).found_by(&["CSU-USER-012"]);
    let table = kills(&[race]);
    let [kill] = table.kills.as_slice() else { unreachable!() };
    assert!(!kill.is_found());
    assert!(kill.bystanders.iter().any(|case| case.as_str() == "sequence/right-code-twice-at-once-public"));
}

#[test]
fn requests_are_counted_up_to_the_verdict_of_the_first_case_that_finds_the_fault() {
    let planted =
        Planted::of(Family::Code, "any-code", Fault::Code(CodeSlip::Any)).found_by(&["CSU-CODE-001"]);
    let count = || kills(&[planted]).kills.first().unwrap().requests.unwrap();
    let first = count();
    assert_eq!(first, count());
    // Pools, app clients and a user are made before the first case, and its state is read after it.
    assert!((5..200).contains(&first), "{first}");
}

#[test]
fn a_null_server_that_is_right_is_over_the_floor_and_leaves_every_check_without_teeth() {
    let right = NullServer::new("right", "everything", Arc::new(|| Box::new(Open)));
    let floor = Floor::of(&[right]).unwrap();
    let score = floor.best().unwrap();
    assert_eq!(score.passed(), score.scored());
    assert!(score.is_over());
    assert_eq!(u64::try_from(floor.toothless.len()).unwrap(), score.scored());
    assert!(!floor.holds());
    let proof = Proof { floor: Some(floor), ..Proof::default() };
    assert!(!proof.holds());
    let mut text = Vec::new();
    write_text(&mut text, &proof).unwrap();
    assert!(String::from_utf8(text).unwrap().contains("  over the floor\n"));
    assert!(!Floor { scores: vec![], toothless: vec![] }.holds(), "nothing was proven");
}

#[test]
fn a_variant_that_is_wrong_is_reported_with_the_cases_that_say_so() {
    let wrong = Variant {
        name: "wrong",
        what: "every error has status 500",
        since: "nothing",
        site: Difference::Server(Fault::Form(Form::ErrorStatus("", 500))),
    };
    let benign = Benign::of(&[wrong]).unwrap();
    let outcome = benign.outcomes.first().unwrap();
    assert!(outcome.wronged.iter().any(|case| case.as_str() == "code/wrong-public"));
    assert!(!benign.holds());
}

#[test]
fn every_form_of_the_output_says_the_same() {
    let fault = Planted::of(Family::Code, "any-code", Fault::Code(CodeSlip::Any))
        .does("every <code> confirms")
        .found_by(&["CSU-CODE-001"])
        .seen("moto & others");
    let proof = Proof { kills: Some(kills(&[fault])), ..Proof::default() };
    let written = |write: &dyn Fn(&mut dyn std::io::Write)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    };
    let text = written(&|out| write_text(out, &proof).unwrap());
    assert!(text.contains("found      1 of 1 faults: 1 fail the run, 0 are warnings"), "{text}");
    let json = written(&|out| write_json(out, &proof).unwrap());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["holds"], true);
    assert_eq!(json["faults"][0]["seen"], "moto & others");
    assert_eq!(json["faults"][0]["fails"], true);
    assert_eq!(json["null_servers"], serde_json::Value::Null);
    assert!(json["faults"][0]["found_by"]["CSU-CODE-001"].as_array().unwrap().len() > 10);
    let html = written(&|out| write_html(out, &proof).unwrap());
    assert!(html.contains("every &lt;code&gt; confirms") && html.contains("moto &amp; others"), "escaped");
    assert!(
        !html.contains("<script") && !html.contains("http://") && !html.contains("https://"),
        "self-contained"
    );
}
