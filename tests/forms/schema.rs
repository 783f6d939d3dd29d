//! The published schema of the JSON report.

use crate::sample::{context, hostile, hostile_context, sample, written};
use countersign::case::Layer;
use countersign::event::{AspectName, Verdict};
use countersign::report::{Context, Run, SCHEMA_VERSION};
use countersign::requirement::Attestation;
use jsonschema::Validator;
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../corpus/report.schema.json")).unwrap()
}

fn validator() -> Validator {
    jsonschema::validator_for(&schema()).unwrap()
}

fn report() -> Value {
    serde_json::from_str(&written("json", &sample(), &context())).unwrap()
}

#[test]
fn every_report_is_by_its_schema() {
    let validator = validator();
    for (run, context) in
        [(sample(), context()), (hostile(), hostile_context()), (Run::default(), Context::default())]
    {
        let value: Value = serde_json::from_str(&written("json", &run, &context)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn a_broken_report_is_refused() {
    let validator = validator();
    let broken = [
        ("/schema_version", json!(2)),
        ("/header/seed", json!(-1)),
        ("/incomplete", json!(false)),
        ("/score/passed", json!("1")),
        ("/verdicts/pass", json!(-1)),
        ("/cases/0/id", json!("no-group")),
        ("/cases/0/layer", json!("cellar")),
        ("/cases/0/verdict", json!("missed")),
        ("/cases/0/scored", json!("yes")),
        ("/cases/0/mismatches/0/aspect", json!("mood")),
        ("/cases/0/mismatches/0/attestation", json!("sworn")),
        ("/cases/0/exchanges/0/response", json!(null)),
        ("/cases/0/rounds", json!({})),
        ("/timing/requests", json!(1.5)),
    ];
    for (pointer, wrong) in broken {
        let mut value = report();
        *value.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&value), "{pointer}");
    }
}

#[test]
fn a_member_that_is_missing_is_refused_and_one_that_is_new_is_not() {
    let validator = validator();
    for parent in
        ["", "/header", "/score", "/cases/0", "/cases/0/mismatches/0", "/cases/0/exchanges/0", "/timing"]
    {
        let names: Vec<String> =
            report().pointer(parent).unwrap().as_object().unwrap().keys().cloned().collect();
        for name in names {
            let mut value = report();
            value.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(&name);
            assert!(!validator.is_valid(&value), "{parent}/{name}");
        }
        let mut value = report();
        value.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert("new".into(), json!(1));
        assert!(validator.is_valid(&value), "{parent}");
    }
}

#[test]
fn the_names_in_the_schema_are_those_in_the_code() {
    fn names<T: ToString>(all: &[T]) -> Value {
        all.iter().map(ToString::to_string).collect()
    }
    let schema = schema();
    let keys = |pointer: &str| -> Value {
        schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(schema["properties"]["schema_version"]["const"], SCHEMA_VERSION);
    assert_eq!(schema["$defs"]["verdict"]["enum"], names(Verdict::ALL));
    assert_eq!(keys("/$defs/counts/properties"), names(Verdict::ALL));
    assert_eq!(keys("/$defs/rounds/properties"), names(Verdict::ALL));
    assert_eq!(schema["$defs"]["case"]["properties"]["layer"]["enum"], names(Layer::ALL));
    let mismatch = &schema["$defs"]["mismatch"]["properties"];
    assert_eq!(mismatch["aspect"]["enum"], names(AspectName::ALL));
    assert_eq!(mismatch["attestation"]["enum"], names(Attestation::ALL));
}
