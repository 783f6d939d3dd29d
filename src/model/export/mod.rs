//! The model as text for people and for other tools.

mod json_schema;
mod smithy;
mod table;
mod typescript;

use super::operation::Model;
use super::shape::{Kind, Shape, Structure};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A form in which a model is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// Aligned columns for reading.
    #[default]
    Table,
    /// TypeScript interfaces of request and response. For `aws-api-v0.3` they have exactly the members and the
    /// nullability of that interface: an optional member is `name?: T | null`.
    TypeScript,
    /// A JSON Schema (2020-12) of the request.
    ///
    /// It accepts `null` for a member only where the interface of the revision says `| null`, which is `aws-api-v0.3`
    /// alone. What AWS answers to `null` belongs to the requirement table, not to the published constraints. Unknown
    /// members are allowed, as nothing published forbids them. Patterns are ECMAScript's with the `u` flag; `minLength`
    /// and `maxLength` count code points there, as `length` does in Smithy.
    JsonSchema,
    /// Smithy JSON AST 2.0, byte-stable: read again it gives an equal model.
    Smithy,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Table, Self::TypeScript, Self::JsonSchema, Self::Smithy];

    /// The name used on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::TypeScript => "typescript",
            Self::JsonSchema => "json-schema",
            Self::Smithy => "smithy",
        }
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|format| format.name() == text).ok_or_else(|| {
            let allowed: Vec<_> = Self::ALL.iter().map(|format| format!("`{}`", format.name())).collect();
            format!("`{}` is not one of {}", crate::wire::escape(text.as_bytes()), allowed.join(", "))
        })
    }
}

/// Writes the model. The text ends in a line break.
pub fn export(model: &Model, format: Format) -> String {
    match format {
        Format::Table => table::write(model),
        Format::TypeScript => typescript::write(model),
        Format::JsonSchema => json_schema::write(model),
        Format::Smithy => smithy::write(model),
    }
}

/// The shapes below a structure by id, each once.
fn shapes_below<'a>(structure: &'a Structure, found: &mut BTreeMap<&'a str, &'a Shape>) {
    for member in structure.members() {
        collect(member.target(), found);
    }
}

fn collect<'a>(shape: &'a Shape, found: &mut BTreeMap<&'a str, &'a Shape>) {
    if found.insert(shape.id(), shape).is_none() {
        for member in shape.members() {
            collect(member.target(), found);
        }
    }
}

/// The structures and unions below a structure, each once, in the order in which members first name them.
fn structures_below<'a>(structure: &'a Structure, found: &mut Vec<&'a Structure>) {
    let mut stack: Vec<_> = structure.members().iter().rev().collect();
    while let Some(member) = stack.pop() {
        let (Kind::Structure(inner) | Kind::Union(inner)) = member.target().kind() else {
            stack.extend(member.target().members().into_iter().rev());
            continue;
        };
        if found.iter().all(|known| known.id() != inner.id()) {
            found.push(inner);
            stack.extend(inner.members().iter().rev());
        }
    }
}

/// Pretty JSON in ASCII with a line break at its end.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    // The alternate form of a `Value` is its pretty form, and cannot fail.
    ascii(&format!("{value:#}\n"))
}

/// JSON text in which everything outside printable ASCII is spelled `\uXXXX`, so that nothing in it can move a cursor or
/// reorder text. Such characters stand in strings only, where that spelling means the same.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || (c.is_ascii() && !c.is_ascii_control()) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}
