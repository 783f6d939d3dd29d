//! Smithy JSON AST 2.0: the form in which the revisions lie under `corpus/model/`. Shapes and traits are sorted,
//! members keep their order, so that equal models give equal bytes.

use super::super::constraint::Constraints;
use super::super::operation::{ErrorShape, Model, Service, Signing};
use super::super::shape::{Kind, Member, Shape, Structure};
use super::{pretty, shapes_below};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The namespace of Smithy's built-in shapes, which are not written.
const PRELUDE: &str = "smithy.api#";

/// The trait that says `| null`, which is ours.
const NULLABLE: &str = "countersign#nullable";

/// Writes the model.
pub(super) fn write(model: &Model) -> String {
    let mut below = BTreeMap::new();
    let errors = model.errors().iter().map(ErrorShape::structure);
    for structure in [model.request(), model.response()].into_iter().chain(errors) {
        shapes_below(structure, &mut below);
    }
    let mut nullable = model.request().members().iter().any(Member::nullable);
    let mut shapes = BTreeMap::new();
    for (id, shape) in &below {
        nullable |= shape.members().iter().any(|member| member.nullable());
        shapes.insert((*id).to_owned(), of_shape(shape));
    }
    for structure in [model.request(), model.response()] {
        // A structure that a member targets as well is written with the traits of the shape.
        shapes.entry(structure.id().to_owned()).or_insert_with(|| of_structure(structure, Map::new()));
    }
    for error in model.errors() {
        shapes.insert(error.structure().id().to_owned(), of_error(error));
    }
    shapes.insert(model.operation_id.clone(), of_operation(model));
    shapes.insert(model.service().id.clone(), of_service(model.service(), &model.operation_id));
    shapes.retain(|id, _| !id.starts_with(PRELUDE));
    if nullable {
        let selector = json!({ "smithy.api#trait": { "selector": ":is(structure, map) > member" } });
        let definition = json!({ "type": "structure", "members": {}, "traits": selector });
        shapes.insert(NULLABLE.to_owned(), definition);
    }
    let shapes: Map<_, _> = shapes.into_iter().collect();
    pretty(&json!({ "smithy": "2.0", "shapes": shapes }))
}

fn of_service(service: &Service, operation_id: &str) -> Value {
    let mut traits = BTreeMap::from([
        (
            "aws.api#service".to_owned(),
            json!({ "sdkId": service.sdk_id, "endpointPrefix": service.endpoint_prefix }),
        ),
        ("aws.auth#sigv4".to_owned(), json!({ "name": service.signing_name })),
    ]);
    for protocol in service.protocols() {
        let namespace = if protocol == "rpcv2Cbor" { "smithy.protocols" } else { "aws.protocols" };
        traits.insert(format!("{namespace}#{protocol}"), json!({}));
    }
    let traits: Map<_, _> = traits.into_iter().collect();
    let operations = [target(operation_id)];
    json!({ "type": "service", "version": service.version, "operations": operations, "traits": traits })
}

fn of_operation(model: &Model) -> Value {
    let errors: Vec<_> = model.errors().iter().map(|error| target(error.structure().id())).collect();
    let mut operation = Map::new();
    operation.insert("type".into(), json!("operation"));
    operation.insert("input".into(), target(model.request().id()));
    operation.insert("output".into(), target(model.response().id()));
    operation.insert("errors".into(), errors.into());
    if model.signing() == Signing::Unsigned {
        let traits = json!({ "smithy.api#auth": [], "smithy.api#optionalAuth": {} });
        operation.insert("traits".into(), traits);
    }
    operation.into()
}

fn of_error(error: &ErrorShape) -> Value {
    let mut traits = Map::new();
    traits.insert("smithy.api#error".into(), json!(error.fault().name()));
    if let Some(status) = error.model_http_status() {
        traits.insert("smithy.api#httpError".into(), json!(status));
    }
    of_structure(error.structure(), traits)
}

fn of_structure(structure: &Structure, traits: Map<String, Value>) -> Value {
    let mut out = Map::new();
    out.insert("type".into(), json!("structure"));
    out.insert("members".into(), of_members(structure));
    with_traits(out, traits)
}

fn of_members(structure: &Structure) -> Value {
    let members = structure.members().iter();
    members.map(|member| (member.name().to_owned(), of_member(member))).collect::<Map<_, _>>().into()
}

fn of_shape(shape: &Shape) -> Value {
    let mut out = Map::new();
    out.insert("type".into(), json!(shape.kind().name()));
    match shape.kind() {
        Kind::Simple(_) => {}
        Kind::List(member) => {
            out.insert("member".into(), of_member(member));
        }
        Kind::Map { key, value } => {
            out.insert("key".into(), of_member(key));
            out.insert("value".into(), of_member(value));
        }
        Kind::Structure(structure) | Kind::Union(structure) => {
            out.insert("members".into(), of_members(structure));
        }
    }
    with_traits(out, constraint_traits(shape.constraints(), &Constraints::default()))
}

fn of_member(member: &Member) -> Value {
    let mut out = Map::new();
    out.insert("target".into(), json!(member.target().id()));
    let mut traits = Map::new();
    if member.nullable() {
        traits.insert(NULLABLE.into(), json!({}));
    }
    if let Some(default) = member.default() {
        traits.insert("smithy.api#default".into(), default.clone());
    }
    traits.extend(constraint_traits(member.constraints(), member.target().constraints()));
    if member.required() {
        traits.insert("smithy.api#required".into(), json!({}));
    }
    traits.sort_keys();
    with_traits(out, traits)
}

/// The traits for what `constraints` state and `target` does not.
fn constraint_traits(constraints: &Constraints, target: &Constraints) -> Map<String, Value> {
    let mut traits = Map::new();
    if !constraints.values.is_empty() && constraints.values != target.values {
        let values: Vec<_> = constraints.values.iter().map(|value| json!({ "value": value })).collect();
        traits.insert("smithy.api#enum".into(), values.into());
    }
    if let Some(length) = constraints.length.filter(|_| constraints.length != target.length) {
        let mut bounds = Map::new();
        bounds.insert("min".into(), json!(length.min));
        if let Some(max) = length.max {
            bounds.insert("max".into(), json!(max));
        }
        traits.insert("smithy.api#length".into(), bounds.into());
    }
    if let Some(pattern) = constraints.pattern.as_ref().filter(|_| constraints.pattern != target.pattern) {
        traits.insert("smithy.api#pattern".into(), json!(pattern.anchored()));
    }
    if constraints.sensitive && !target.sensitive {
        traits.insert("smithy.api#sensitive".into(), json!({}));
    }
    traits
}

fn with_traits(mut shape: Map<String, Value>, traits: Map<String, Value>) -> Value {
    if !traits.is_empty() {
        shape.insert("traits".into(), traits.into());
    }
    shape.into()
}

fn target(id: &str) -> Value {
    json!({ "target": id })
}
