//! TypeScript interfaces, spelled as `aws_api` spells them: no interface for a response without members, since its
//! call returns nothing; maps as index signatures.

use super::super::operation::Model;
use super::super::shape::{Kind, Member, Shape, Simple, Structure};
use super::{ascii, structures_below};
use std::fmt::Write as _;

/// Writes the interfaces of request and response.
pub(super) fn write(model: &Model) -> String {
    let mut structures = vec![model.request()];
    structures_below(model.request(), &mut structures);
    if !model.response().members().is_empty() {
        structures.push(model.response());
        structures_below(model.response(), &mut structures);
    }
    let interfaces: Vec<_> = structures.into_iter().map(interface).collect();
    interfaces.join("\n")
}

fn interface(structure: &Structure) -> String {
    let mut text = format!("export interface {} {{\n", type_name(structure.name()));
    for member in structure.members() {
        let mark = if member.required() { "" } else { "?" };
        let null = if member.nullable() { " | null" } else { "" };
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "  {}{mark}: {}{null};", key(member.name()), of_member(member));
    }
    text.push_str("}\n");
    text
}

fn of_member(member: &Member) -> String {
    let values = &member.constraints().values;
    if values.is_empty() {
        return of_shape(member.target());
    }
    values.iter().map(|value| literal(value)).collect::<Vec<_>>().join(" | ")
}

fn of_shape(shape: &Shape) -> String {
    match shape.kind() {
        Kind::Simple(simple) => of_simple(*simple).to_owned(),
        Kind::List(member) => format!("Array<{}>", of_member(member)),
        Kind::Map { value, .. } => {
            let null = if value.nullable() { " | null | undefined" } else { "" };
            format!("{{ [key: string]: {}{null} }}", of_member(value))
        }
        Kind::Structure(structure) | Kind::Union(structure) => type_name(structure.name()),
    }
}

fn of_simple(simple: Simple) -> &'static str {
    match simple {
        Simple::Boolean => "boolean",
        Simple::String => "string",
        Simple::Byte
        | Simple::Short
        | Simple::Integer
        | Simple::Long
        | Simple::Float
        | Simple::Double
        | Simple::BigInteger
        | Simple::BigDecimal => "number",
        Simple::Blob => "Uint8Array | string",
        Simple::Timestamp => "Date | number",
        Simple::Document => "unknown",
    }
}

/// A member name as a property key: as it is where it is an identifier, else as a string.
fn key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { literal(name) }
}

/// A shape name as a type name. Smithy's names are identifiers; another file's might not be.
fn type_name(name: &str) -> String {
    if is_identifier(name) {
        return name.to_owned();
    }
    let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("_{safe}")
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A string literal: JSON's is TypeScript's.
fn literal(text: &str) -> String {
    ascii(&serde_json::Value::from(text).to_string())
}
