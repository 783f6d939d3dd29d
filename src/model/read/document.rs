//! The outermost level of a model file: its sections and, unparsed, its shapes. A file of tens of megabytes is scanned
//! once; only shapes that the operation reaches become values.

use super::super::error::{ModelError, quote};
use super::node::{Node, escape_pointer};
use super::{SHAPE_BYTES_MAX, SHAPES_MAX};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

/// A section of the file by its keys, each value unparsed.
pub(super) type Section<'a> = BTreeMap<String, &'a RawValue>;

/// A model file, scanned.
pub(super) struct Document<'a> {
    file: &'a str,
    text: &'a str,
    sections: Section<'a>,
    /// The shapes by their key.
    pub(super) shapes: Section<'a>,
}

impl<'a> Document<'a> {
    /// Scans `text`.
    pub(super) fn parse(file: &'a str, text: &'a str) -> Result<Self, ModelError> {
        let mut document = Self { file, text, sections: Section::new(), shapes: Section::new() };
        document.sections = document.section(text, "")?;
        if !["smithy", "operations"].iter().any(|key| document.sections.contains_key(*key)) {
            return Err(document.unexpected(
                "",
                "neither a `smithy` nor an `operations` key",
                "a Smithy JSON AST or a botocore `service-2.json`",
            ));
        }
        document.shapes = document.need_section("shapes")?;
        Ok(document)
    }

    /// Whether it is a Smithy JSON AST.
    pub(super) fn is_smithy(&self) -> bool {
        self.sections.contains_key("smithy")
    }

    /// The file's name.
    pub(super) fn file(&self) -> &'a str {
        self.file
    }

    /// The section of that key, which must be an object.
    pub(super) fn need_section(&self, key: &str) -> Result<Section<'a>, ModelError> {
        let pointer = format!("/{key}");
        let raw = self.sections.get(key).ok_or_else(|| self.unexpected(&pointer, "nothing", "an object"))?;
        if raw.get().starts_with('{') {
            self.section(raw.get(), &pointer)
        } else {
            Err(self.unexpected(&pointer, &quote(raw.get()), "an object"))
        }
    }

    /// The value of a top-level key.
    pub(super) fn need_value(&self, key: &str) -> Result<Value, ModelError> {
        let pointer = format!("/{key}");
        let raw = self.sections.get(key).ok_or_else(|| self.unexpected(&pointer, "nothing", "a value"))?;
        self.value(raw, &pointer)
    }

    /// Parses one value that was scanned before.
    pub(super) fn value(&self, raw: &'a RawValue, pointer: &str) -> Result<Value, ModelError> {
        if raw.get().len() > SHAPE_BYTES_MAX {
            let found = format!("{} bytes of JSON", raw.get().len());
            return Err(self.unexpected(pointer, &found, &format!("at most {SHAPE_BYTES_MAX}")));
        }
        serde_json::from_str(raw.get()).map_err(|error| self.not_json(raw.get(), &error))
    }

    /// The shape of that key, and its pointer; `from` is the place that names it.
    pub(super) fn shape(&self, key: &str, from: &str) -> Result<(Value, String), ModelError> {
        let raw = self.shapes.get(key).ok_or_else(|| {
            self.unexpected(from, &format!("the shape {}", quote(key)), "a shape that the file defines")
        })?;
        let pointer = format!("/shapes/{}", escape_pointer(key));
        Ok((self.value(raw, &pointer)?, pointer))
    }

    /// A node of a parsed value, for typed access.
    pub(super) fn node<'v>(&self, value: &'v Value, pointer: &str) -> Node<'v>
    where
        'a: 'v,
    {
        Node::new(self.file, pointer.to_owned(), value)
    }

    /// An error at a place of this file.
    pub(super) fn unexpected(&self, pointer: &str, found: &str, allowed: &str) -> ModelError {
        ModelError::Unexpected {
            file: self.file.to_owned(),
            pointer: pointer.to_owned(),
            found: format!("found {found}"),
            allowed: allowed.to_owned(),
        }
    }

    fn section(&self, text: &'a str, pointer: &str) -> Result<Section<'a>, ModelError> {
        let mut parser = serde_json::Deserializer::from_str(text);
        let entries = parser
            .deserialize_map(Entries)
            .and_then(|entries| parser.end().map(|()| entries))
            .map_err(|error| self.not_json(text, &error))?;
        match entries {
            Ok(entries) => Ok(entries),
            Err(Refused::Twice(key)) => Err(self.unexpected(
                &format!("{pointer}/{}", escape_pointer(&key)),
                "the same key twice",
                "each key once",
            )),
            Err(Refused::TooMany) => {
                Err(self.unexpected(pointer, "more keys", &format!("at most {SHAPES_MAX} keys")))
            }
        }
    }

    /// `part` is the piece of the text that was parsed. It lies within the text, so that the distance of their starts
    /// is where it begins.
    fn not_json(&self, part: &str, error: &serde_json::Error) -> ModelError {
        let start = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let line_start: usize =
            part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let within = line_start.saturating_add(error.column().saturating_sub(1)).min(part.len());
        // The parser's text ends in "at line N column M", counted from where it began: the offset replaces it.
        let text = error.to_string();
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
        ModelError::NotJson {
            file: self.file.to_owned(),
            offset: start.saturating_add(within),
            reason: crate::wire::escape(reason.as_bytes()),
        }
    }
}

/// Why the entries of an object were not taken.
enum Refused {
    Twice(String),
    TooMany,
}

/// Collects the entries of an object without parsing their values.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Result<Section<'de>, Refused>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries = Section::new();
        let mut refused = None;
        while let Some(key) = map.next_key::<String>()? {
            if refused.is_some() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<&RawValue>()?;
            if entries.len() == SHAPES_MAX {
                refused = Some(Refused::TooMany);
                continue;
            }
            match entries.entry(key) {
                Entry::Vacant(slot) => {
                    slot.insert(value);
                }
                Entry::Occupied(slot) => refused = Some(Refused::Twice(slot.key().clone())),
            }
        }
        Ok(refused.map_or(Ok(entries), Err))
    }
}
