//! JSON Schema 2020-12 of the request; what it says of `null` is on [`Format::JsonSchema`](super::Format::JsonSchema).

use super::super::constraint::Constraints;
use super::super::operation::Model;
use super::super::shape::{Kind, Member, Shape, Simple, Structure};
use super::{pretty, shapes_below};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Writes the schema.
pub(super) fn write(model: &Model) -> String {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!(model.request().name()));
    structure(model.request(), &mut schema);
    let mut shapes = BTreeMap::new();
    shapes_below(model.request(), &mut shapes);
    let definitions: Map<_, _> =
        shapes.values().map(|shape| (shape.name().to_owned(), of_shape(shape))).collect();
    schema.insert("$defs".into(), definitions.into());
    pretty(&schema.into())
}

fn of_shape(shape: &Shape) -> Value {
    let mut schema = Map::new();
    match shape.kind() {
        Kind::Simple(simple) => {
            if let Some(name) = type_name(*simple) {
                schema.insert("type".into(), json!(name));
            }
        }
        Kind::List(member) => {
            schema.insert("type".into(), json!("array"));
            schema.insert("items".into(), of_member(member));
        }
        Kind::Map { key, value } => {
            schema.insert("type".into(), json!("object"));
            schema.insert("propertyNames".into(), of_member(key));
            schema.insert("additionalProperties".into(), of_member(value));
        }
        Kind::Structure(inner) => structure(inner, &mut schema),
        Kind::Union(inner) => {
            structure(inner, &mut schema);
            schema.insert("minProperties".into(), json!(1));
            schema.insert("maxProperties".into(), json!(1));
        }
    }
    constrain(shape.kind(), shape.constraints(), &mut schema);
    schema.into()
}

fn structure(structure: &Structure, schema: &mut Map<String, Value>) {
    schema.insert("type".into(), json!("object"));
    let members = structure.members();
    let properties: Map<_, _> =
        members.iter().map(|member| (member.name().to_owned(), of_member(member))).collect();
    schema.insert("properties".into(), properties.into());
    let required: Vec<_> = members.iter().filter(|member| member.required()).map(Member::name).collect();
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
}

/// A reference to the member's target, with what the member states over it.
fn of_member(member: &Member) -> Value {
    let reference = json!({ "$ref": format!("#/$defs/{}", fragment(member.target().name())) });
    let mut schema = Map::new();
    if member.nullable() {
        schema.insert("anyOf".into(), json!([reference, { "type": "null" }]));
    } else if let Value::Object(reference) = reference {
        schema.extend(reference);
    }
    if member.constraints() != member.target().constraints() {
        constrain(member.target().kind(), member.constraints(), &mut schema);
    }
    if let Some(default) = member.default() {
        schema.insert("default".into(), default.clone());
    }
    schema.into()
}

fn constrain(kind: &Kind, constraints: &Constraints, schema: &mut Map<String, Value>) {
    if let Some(length) = constraints.length {
        let (min, max) = match kind {
            Kind::List(_) => ("minItems", "maxItems"),
            Kind::Map { .. } => ("minProperties", "maxProperties"),
            // The bytes of a blob are not the characters of its Base64.
            Kind::Simple(Simple::Blob) => return,
            Kind::Simple(_) | Kind::Structure(_) | Kind::Union(_) => ("minLength", "maxLength"),
        };
        schema.insert(min.into(), json!(length.min));
        if let Some(bound) = length.max {
            schema.insert(max.into(), json!(bound));
        }
    }
    // A pattern that cannot be translated is left out: a schema that is too wide, never one that is wrong.
    if let Some(Ok(pattern)) = constraints.pattern.as_ref().map(super::super::Pattern::ecma) {
        schema.insert("pattern".into(), json!(pattern));
    }
    if !constraints.values.is_empty() {
        schema.insert("enum".into(), json!(constraints.values));
    }
}

/// A shape name as part of a URI fragment that is a JSON pointer.
fn fragment(name: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in name.replace('~', "~0").replace('/', "~1").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn type_name(simple: Simple) -> Option<&'static str> {
    match simple {
        Simple::Boolean => Some("boolean"),
        Simple::String | Simple::Blob => Some("string"),
        Simple::Byte | Simple::Short | Simple::Integer | Simple::Long | Simple::BigInteger => Some("integer"),
        Simple::Float | Simple::Double | Simple::BigDecimal | Simple::Timestamp => Some("number"),
        Simple::Document => None,
    }
}
