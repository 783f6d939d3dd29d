//! Member types: whether a JSON value can be read as an operation's input, in the order of the document. Never knows
//! constraints.
//!
//! The texts are those of SER-001 to SER-007. They say what was found and never the member.

use super::json::Value;
use super::refusal::Refusal;

/// The type of a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A string.
    Text,
    /// A boolean.
    Boolean,
    /// A whole number.
    Integer,
    /// A structure with these members; others are ignored (SER-010).
    Structure(&'static [(&'static str, Shape)]),
    /// A map from text to text.
    Map,
    /// A list.
    List(&'static Shape),
}

const LIST_NOT_EXPECTED: &str = "Start of list found where not expected";
const MAP_NOT_EXPECTED: &str = "Start of structure or map found where not expected.";

/// Reads the body of a request as the structure with `members`.
pub(super) fn read_input<'a>(
    body: &'a [u8],
    members: &'static [(&'static str, Shape)],
) -> Result<Value<'a>, Refusal> {
    // SER-020 to SER-022: a text that is not JSON, an empty one included, is refused without a message.
    let value = super::json::read(body).map_err(|_| Refusal::unreadable())?;
    match value {
        Value::Object(_) => {
            check(&value, &Shape::Structure(members))?;
            Ok(value)
        }
        // SER-023.
        Value::List(_) => Err(Refusal::wrong_type(LIST_NOT_EXPECTED)),
        // SER-022: `null` and `"x"`; a number or a boolean alone is taken as the same.
        _ => Err(Refusal::unreadable()),
    }
}

/// Checks `value` against `shape`. Null is absent everywhere (SER-008, SER-009); inside a map or a list nothing is
/// attested, and it is skipped there.
fn check(value: &Value<'_>, shape: &Shape) -> Result<(), Refusal> {
    match (shape, value) {
        (_, Value::Null)
        | (Shape::Text, Value::Text(_))
        | (Shape::Boolean, Value::Boolean(_))
        | (Shape::Integer, Value::Number(_)) => Ok(()),
        (Shape::Structure(members), Value::Object(_)) => check_structure(value, members),
        (Shape::Map, Value::Object(_)) => {
            value.members().try_for_each(|(_, value)| check(value, &Shape::Text))
        }
        (Shape::List(element), Value::List(items)) => items.iter().try_for_each(|item| check(item, element)),
        _ => Err(Refusal::wrong_type(&mismatch(shape, value))),
    }
}

fn check_structure(value: &Value<'_>, members: &[(&str, Shape)]) -> Result<(), Refusal> {
    value.members().try_for_each(|(name, value)| match members.iter().find(|(member, _)| *member == name) {
        Some((_, shape)) => check(value, shape),
        None => Ok(()),
    })
}

/// What is said of a value of another type than `shape`.
fn mismatch(shape: &Shape, found: &Value<'_>) -> String {
    match (shape, found) {
        // SER-002 speaks of a string for a map; taken for every type and for structures as well.
        (Shape::Structure(_) | Shape::Map, _) => "Expected map or null".to_owned(),
        // SER-001 and SER-005, with and without the full stop as attested.
        (_, Value::Object(_)) => MAP_NOT_EXPECTED.to_owned(),
        (Shape::Text | Shape::Boolean | Shape::Integer, Value::List(_)) => LIST_NOT_EXPECTED.to_owned(),
        // Not attested: formed like SER-002.
        (Shape::List(_), _) => "Expected list or null".to_owned(),
        // SER-003, SER-004, SER-006; SER-007 gives the old text only and takes this one for probable.
        (Shape::Text, found) => conversion(found, "a String"),
        (Shape::Boolean, found) => conversion(found, "a Boolean"),
        (Shape::Integer, found) => conversion(found, "an Integer"),
    }
}

fn conversion(found: &Value<'_>, wanted: &str) -> String {
    let token = match found {
        Value::Boolean(true) => "TRUE_VALUE",
        Value::Boolean(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        _ => "STRING_VALUE",
    };
    format!("{token} can not be converted to {wanted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: &[(&str, Shape)] = &[
        ("Text", Shape::Text),
        ("Flag", Shape::Boolean),
        ("Map", Shape::Map),
        ("Structure", Shape::Structure(&[("Inner", Shape::Text)])),
        ("List", Shape::List(&Shape::Text)),
    ];

    /// Row of the evidence, body, `Message`.
    const WRONG_TYPES: &[(&str, &str, Option<&str>)] = &[
        ("SER-001", r#"{"Text":{}}"#, Some("Start of structure or map found where not expected.")),
        ("SER-001", r#"{"Flag":{}}"#, Some("Start of structure or map found where not expected.")),
        ("SER-002", r#"{"Map":"x"}"#, Some("Expected map or null")),
        ("SER-002", r#"{"Map":[]}"#, Some("Expected map or null")),
        ("SER-002", r#"{"Structure":5}"#, Some("Expected map or null")),
        ("SER-003", r#"{"Text":5}"#, Some("NUMBER_VALUE can not be converted to a String")),
        ("SER-003", r#"{"Map":{"a":-1.5}}"#, Some("NUMBER_VALUE can not be converted to a String")),
        ("SER-003", r#"{"Structure":{"Inner":0}}"#, Some("NUMBER_VALUE can not be converted to a String")),
        ("SER-004", r#"{"Text":true}"#, Some("TRUE_VALUE can not be converted to a String")),
        ("SER-004", r#"{"Text":false}"#, Some("FALSE_VALUE can not be converted to a String")),
        ("SER-005", r#"{"Text":["a"]}"#, Some("Start of list found where not expected")),
        ("SER-005", r#"{"Map":{"a":[]}}"#, Some("Start of list found where not expected")),
        ("SER-006", r#"{"Flag":"true"}"#, Some("STRING_VALUE can not be converted to a Boolean")),
        ("SER-007", r#"{"Flag":1}"#, Some("NUMBER_VALUE can not be converted to a Boolean")),
        ("SER-021", "", None),
        ("SER-022", "null", None),
        ("SER-022", r#""x""#, None),
        ("SER-022", "5", None),
        ("SER-022", "{", None),
        ("SER-023", "[]", Some("Start of list found where not expected")),
    ];

    #[test]
    fn every_wrong_type_has_its_text() {
        for (row, body, message) in WRONG_TYPES {
            let refusal = read_input(body.as_bytes(), INPUT).unwrap_err();
            assert_eq!(refusal.name(), "SerializationException", "{row} {body}");
            assert_eq!(refusal.message(), *message, "{row} {body}");
        }
    }

    #[test]
    fn null_is_no_type_error_anywhere_and_unknown_members_are_ignored() {
        // SER-008 and SER-010.
        let body = br#"{"Text":null,"Flag":null,"Map":{"a":null},"Structure":{"Inner":null},"List":[null],"x":[{}]}"#;
        assert!(read_input(body, INPUT).is_ok());
    }

    #[test]
    fn the_first_wrong_type_of_the_document_is_the_one_named() {
        let refusal = read_input(br#"{"Flag":1,"Text":{}}"#, INPUT).unwrap_err();
        assert_eq!(refusal.message(), Some("NUMBER_VALUE can not be converted to a Boolean"));
    }
}
