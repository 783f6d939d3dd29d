//! A value of a model file together with its place, so that every wrong type names where it stands.

use super::super::constraint::Length;
use super::super::error::{ModelError, quote};
use serde_json::Value;

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    file: &'a str,
    pointer: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    /// The value at `pointer` of `file`.
    pub(super) fn new(file: &'a str, pointer: String, value: &'a Value) -> Self {
        Self { file, pointer, value }
    }

    /// The JSON pointer of the place.
    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The value as it is.
    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// The entry of that key, if there is one.
    pub(super) fn get(&self, key: &str) -> Result<Option<Self>, ModelError> {
        let object = self.value.as_object().ok_or_else(|| self.unexpected("an object"))?;
        Ok(object.get(key).map(|value| self.below(key, value)))
    }

    /// The entry of that key.
    pub(super) fn need(&self, key: &str) -> Result<Self, ModelError> {
        self.get(key)?.ok_or_else(|| self.below(key, &Value::Null).refused("nothing", "a value"))
    }

    /// The text of the entry of that key, if there is one.
    pub(super) fn get_text(&self, key: &str) -> Result<Option<&'a str>, ModelError> {
        self.get(key)?.map(|node| node.text()).transpose()
    }

    /// The text of the entry of that key.
    pub(super) fn need_text(&self, key: &str) -> Result<&'a str, ModelError> {
        self.need(key)?.text()
    }

    /// The truth of the entry of that key; `false` where there is none.
    pub(super) fn flag(&self, key: &str) -> Result<bool, ModelError> {
        self.get(key)?.map_or(Ok(false), |node| {
            node.value.as_bool().ok_or_else(|| node.unexpected("`true` or `false`"))
        })
    }

    /// This value as text.
    pub(super) fn text(&self) -> Result<&'a str, ModelError> {
        self.value.as_str().ok_or_else(|| self.unexpected("a string"))
    }

    /// This value as a count.
    pub(super) fn count(&self) -> Result<usize, ModelError> {
        self.value
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
            .ok_or_else(|| self.unexpected("a whole number from 0"))
    }

    /// This value as an HTTP status.
    pub(super) fn status(&self) -> Result<u16, ModelError> {
        self.value
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (100..=599).contains(status))
            .ok_or_else(|| self.unexpected("an HTTP status from 100 to 599"))
    }

    /// The `min` and `max` of this object, if it has either.
    pub(super) fn length(&self) -> Result<Option<Length>, ModelError> {
        let min = self.get("min")?.map(|min| min.count()).transpose()?;
        let max = self.get("max")?.map(|max| max.count()).transpose()?;
        if min.is_none() && max.is_none() {
            return Ok(None);
        }
        let length = Length { min: min.unwrap_or(0), max };
        if max.is_some_and(|max| max < length.min) {
            return Err(self.refused(&format!("the bounds {length}"), "a `min` up to `max`"));
        }
        Ok(Some(length))
    }

    /// The items of this array.
    pub(super) fn items(&self) -> Result<Vec<Self>, ModelError> {
        let items = self.value.as_array().ok_or_else(|| self.unexpected("an array"))?;
        Ok(items.iter().enumerate().map(|(at, value)| self.below(&at.to_string(), value)).collect())
    }

    /// The items of the array of that key; none where there is no such key.
    pub(super) fn get_items(&self, key: &str) -> Result<Vec<Self>, ModelError> {
        self.get(key)?.map_or(Ok(Vec::new()), |node| node.items())
    }

    /// The entries of this object, in their order.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, ModelError> {
        let object = self.value.as_object().ok_or_else(|| self.unexpected("an object"))?;
        Ok(object.iter().map(|(key, value)| (key.as_str(), self.below(key, value))).collect())
    }

    /// An error for this value.
    pub(super) fn unexpected(&self, allowed: &str) -> ModelError {
        let found = match self.value {
            Value::Object(_) => "an object".to_owned(),
            Value::Array(_) => "an array".to_owned(),
            value => quote(&value.to_string()),
        };
        self.refused(&found, allowed)
    }

    /// An error at this place.
    pub(super) fn refused(&self, found: &str, allowed: &str) -> ModelError {
        ModelError::Unexpected {
            file: self.file.to_owned(),
            pointer: self.pointer.clone(),
            found: format!("found {found}"),
            allowed: allowed.to_owned(),
        }
    }

    fn below(&self, key: &str, value: &'a Value) -> Self {
        let pointer = format!("{}/{}", self.pointer, escape_pointer(key));
        Self { file: self.file, pointer, value }
    }
}

/// A key as a JSON pointer spells it, made safe to print.
pub(super) fn escape_pointer(key: &str) -> String {
    crate::wire::escape(key.replace('~', "~0").replace('/', "~1").as_bytes())
}
