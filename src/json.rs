//! JSON values out of what others sent, as they stand.
//!
//! `serde_json`, built with its feature `raw_value`, has a name of its own: an object whose first member is called
//! `$serde_json::private::RawValue` becomes a [`Value`] that is read out of the text of that member. An answer of such a form
//! would be taken for another one. Here every name is a name.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Reads one JSON text. Of a name that is there twice the last value counts; a number that a double cannot hold is `null`.
///
/// # Errors
///
/// It is no JSON text, or nests deeper than `serde_json` allows (128).
pub fn read_value(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(text).map(|Plain(value)| value)
}

struct Plain(Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor).map(Self)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Plain(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Plain(value))) = object.next_entry()? {
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_value_is_read_as_serde_json_reads_it() {
        for text in [
            "null",
            "true",
            "-1",
            "18446744073709551615",
            "1.5e3",
            r#""a\u00e4\ud83d\ude00""#,
            "[]",
            r#"[1,[2,{"a":[]}],""]"#,
            r#"{"b":1,"a":{"c":null},"b":2}"#,
        ] {
            assert_eq!(read_value(text.as_bytes()).unwrap(), text.parse::<Value>().unwrap(), "{text}");
        }
        for text in ["", "{", "[1,]", "nul", "1 2", "\"\u{1}\"", &"[".repeat(200)] {
            assert!(read_value(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn no_name_has_a_meaning_of_its_own() {
        for name in ["$serde_json::private::RawValue", "\\u0024serde_json::private::RawValue"] {
            let text = format!(r#"{{"a":{{"{name}":"{{}}"}}}}"#);
            let expected = json!({ "a": { "$serde_json::private::RawValue": "{}" } });
            assert_eq!(read_value(text.as_bytes()).unwrap(), expected);
            assert_ne!(serde_json::from_str::<Value>(&text).unwrap(), expected, "then this module can go");
        }
    }
}
