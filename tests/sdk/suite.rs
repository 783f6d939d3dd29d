//! The suite as a whole: how many cases there are, and that each rests on something.

use countersign::sdk::{Level, suite};
use countersign::secret_hash::{Secret, secret_hash};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn there_are_enough_cases_of_each_kind_and_each_has_an_id_of_its_own() {
    let cases = suite().unwrap();
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len());
    let requests = cases.iter().filter(|case| matches!(case.id.group(), "sdk-request" | "sdk-secret-hash"));
    let requests = requests.count();
    assert!(requests >= 40 && cases.len() - requests >= 140, "{requests} of {}", cases.len());
    let modelled = cases.iter().filter(|case| case.id.as_str().starts_with("sdk-error/modelled-"));
    assert_eq!(modelled.count(), 3 * 16);
}

#[test]
fn the_secret_hashes_that_are_expected_are_those_of_their_inputs() {
    let mut checked = 0;
    for case in suite().unwrap() {
        let Some(secret) = &case.options.client_secret else { continue };
        let input: serde_json::Value = serde_json::from_str(&case.input).unwrap();
        let text = |name: &str| input[name].as_str().unwrap().to_owned();
        let hash = secret_hash(&Secret::new(secret), &text("Username"), &text("ClientId"));
        assert_eq!(case.must.unwrap().secret_hash, Some(hash), "{}", case.id);
        checked += 1;
    }
    assert_eq!(checked, 10);
}

#[test]
fn what_is_expected_rests_on_a_test_of_smithys_the_model_or_a_measurement() {
    let table = fs::read_to_string("corpus/evidence/sdks.tsv").unwrap();
    let rows: BTreeSet<&str> = table.lines().filter_map(|line| line.split('\t').next()).collect();
    let mut cited = BTreeSet::new();
    for case in suite().unwrap() {
        for evidence in &case.evidence {
            let (kind, name) = evidence.split_once(':').unwrap();
            if matches!(kind, "sdks" | "near") {
                assert!(rows.contains(name), "{}: `{name}` is no row", case.id);
                cited.insert(name.to_owned());
            }
        }
        let attested = |kind: &str| case.evidence.iter().any(|evidence| evidence.starts_with(kind));
        if case.level() == Level::Must {
            assert!(attested("smithy:") || attested("model:"), "{} must, and nothing says so", case.id);
        }
    }
    assert!(cited.len() > 150, "{}", cited.len());
}
