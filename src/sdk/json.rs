//! JSON as an SDK wrote it: names in order and as often as they stand there, numbers as they are spelt.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Self>),
    /// An object: its members in order.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads one JSON text.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())
    }

    /// The first member of this name.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A name that stands twice in one object, if there is one.
    pub fn repeated(&self) -> Option<&str> {
        match self {
            Self::Object(members) => {
                let mut before = HashSet::with_capacity(members.len());
                let twice = members.iter().find(|(name, _)| !before.insert(name.as_str()));
                twice
                    .map(|(name, _)| name.as_str())
                    .or_else(|| members.iter().find_map(|(_, value)| value.repeated()))
            }
            Self::Array(items) => items.iter().find_map(Self::repeated),
            _ => None,
        }
    }

    /// The same without members that are null, at any depth.
    #[must_use]
    pub fn without_nulls(&self) -> Self {
        match self {
            Self::Object(members) => {
                let kept = members.iter().filter(|(_, value)| *value != Self::Null);
                Self::Object(kept.map(|(name, value)| (name.clone(), value.without_nulls())).collect())
            }
            other => other.clone(),
        }
    }

    /// Whether both say the same, in whatever order the names stand.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(own), Self::Object(theirs)) => {
                own.len() == theirs.len()
                    && sorted(own)
                        .into_iter()
                        .zip(sorted(theirs))
                        .all(|((name, value), (known, found))| name == known && value.is_same(found))
            }
            (Self::Array(own), Self::Array(theirs)) => {
                own.len() == theirs.len() && own.iter().zip(theirs).all(|(one, two)| one.is_same(two))
            }
            (own, theirs) => own == theirs,
        }
    }

    /// What it is.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// The members by their names; those of one name stay in their order.
fn sorted(members: &[(String, Json)]) -> Vec<&(String, Json)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    members
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::String(value) => f.write_str(&serde_json::Value::String(value.clone()).to_string()),
            Self::Array(items) => {
                let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", texts.join(","))
            }
            Self::Object(members) => {
                let text = |(name, value): &(String, Self)| {
                    format!("{}:{value}", serde_json::Value::String(name.clone()))
                };
                write!(f, "{{{}}}", members.iter().map(text).collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        serde_json::Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("no finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn order_means_nothing_and_type_means_everything() {
        assert!(json(r#"{"a":1,"b":{"c":"x","d":[]}}"#).is_same(&json(r#"{"b":{"d":[],"c":"x"},"a":1}"#)));
        assert!(!json(r#"{"a":"1"}"#).is_same(&json(r#"{"a":1}"#)));
        assert!(!json(r#"{"a":1,"b":2}"#).is_same(&json(r#"{"a":1}"#)));
        assert!(!json(r#"{"a":1}"#).is_same(&json(r#"{"a":1,"a":1}"#)));
    }

    #[test]
    fn a_name_that_stands_twice_is_found_at_any_depth() {
        assert_eq!(json(r#"{"a":[{"b":1,"b":2}]}"#).repeated(), Some("b"));
        assert_eq!(json(r#"{"a":{"c":1},"b":{"c":1}}"#).repeated(), None);
    }

    #[test]
    fn null_members_are_dropped_at_any_depth() {
        assert_eq!(json(r#"{"a":null,"b":{"c":null}}"#).without_nulls(), json(r#"{"b":{}}"#));
    }
}
