//! The schema of the driver protocol against what is read and written.

use countersign::sdk::protocol::{Hello, Outcome, question};
use countersign::sdk::suite;
use serde_json::Value;
use std::fs;

fn schema() -> jsonschema::Validator {
    let text = fs::read_to_string("drivers/protocol.schema.json").unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn every_question_of_the_suite_is_valid() {
    let schema = schema();
    let mut checked = 0;
    for case in suite().unwrap() {
        let line = question("1", "http://127.0.0.1:1", &case).unwrap();
        // A lone surrogate is no text that the validator could hold.
        let Ok(value) = serde_json::from_str::<Value>(&line) else { continue };
        assert!(schema.is_valid(&value), "{line}");
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn what_the_schema_takes_is_read_and_what_it_refuses_is_not() {
    let schema = schema();
    let lines = [
        (r#"{"hello":{"protocol":1,"name":"a","version":"1","language":"C"}}"#, true),
        (
            r#"{"hello":{"protocol":1,"name":"a","version":"1","language":"C","features":["session"],"members":[]}}"#,
            true,
        ),
        (r#"{"hello":{"protocol":2,"name":"a","version":"1","language":"C"}}"#, false),
        (r#"{"hello":{"protocol":1,"name":"a","version":"1","language":"C","features":["luck"]}}"#, false),
        (r#"{"hello":{"protocol":1,"name":"a"}}"#, false),
        (r#"{"id":"a","outcome":"output","output":{}}"#, true),
        (r#"{"id":"a","outcome":"output","output":{"Session":"s"},"request_id":null,"more":1}"#, true),
        (r#"{"id":"a","outcome":"output","output":[]}"#, false),
        (r#"{"id":"a","outcome":"output"}"#, false),
        (r#"{"id":1,"outcome":"output","output":{}}"#, false),
        (r#"{"id":"a","outcome":"service_error"}"#, true),
        (
            r#"{"id":"a","outcome":"service_error","code":null,"message":42,"typed":false,"fields":{"a":1}}"#,
            true,
        ),
        (r#"{"id":"a","outcome":"service_error","typed":"yes"}"#, false),
        (r#"{"id":"a","outcome":"client_error","kind":"raw","class":"TypeError","message":"m"}"#, true),
        (r#"{"id":"a","outcome":"client_error","kind":"bad luck"}"#, false),
        (r#"{"id":"a","outcome":"client_error"}"#, false),
        (r#"{"id":"a","outcome":"unsupported","reason":"r"}"#, true),
        (r#"{"id":"a","outcome":"unsupported"}"#, false),
        (r#"{"id":"a","outcome":"driver_error","message":"m"}"#, true),
        (r#"{"id":"a","outcome":"fine"}"#, false),
    ];
    for (line, is_right) in lines {
        assert_eq!(schema.is_valid(&serde_json::from_str(line).unwrap()), is_right, "schema: {line}");
        let is_read = if line.contains("hello") {
            Hello::parse(line.as_bytes()).is_ok()
        } else {
            Outcome::parse(line.as_bytes()).is_ok()
        };
        assert_eq!(is_read, is_right, "reader: {line}");
    }
}

#[test]
fn the_lines_that_the_readme_shows_are_valid() {
    let schema = schema();
    let text = fs::read_to_string("drivers/README.md").unwrap();
    let lines: Vec<&str> =
        text.lines().filter(|line| line.starts_with("@@{") || line.starts_with("{\"id\"")).collect();
    assert_eq!(lines.len(), 7);
    for line in lines {
        let value: Value = serde_json::from_str(line.trim_start_matches("@@")).unwrap();
        assert!(schema.is_valid(&value), "{line}");
    }
}
