//! The reader of Smithy JSON AST, versions 1 and 2.
//!
//! What is read: `smithy`, and of `shapes` the operation `ConfirmSignUp`, the service of its namespace, and what they
//! target. Traits that are read: `smithy.api#` `required`, `default`, `length`, `pattern`, `sensitive`, `enum`,
//! `enumValue`, `error`, `httpError`, `auth`, `optionalAuth`; `aws.api#service`, `aws.auth#sigv4`, the protocol
//! traits; and `countersign#nullable` on a member whose interface says `| null`. Everything else is passed over.

use super::super::constraint::Constraints;
use super::super::error::{ModelError, quote};
use super::super::operation::{ErrorShape, Fault, Model, OPERATION, Service, Signing, Source};
use super::super::pattern::Pattern;
use super::super::shape::{Simple, Structure, local_name};
use super::document::Document;
use super::node::Node;
use super::resolve::{Declarations, Declared, DeclaredKind, DeclaredMember, Resolver};
use serde::Deserialize;
use std::borrow::Cow;

/// The namespace of Smithy's built-in shapes.
const PRELUDE: &str = "smithy.api#";

/// The protocol traits.
const PROTOCOLS: &[&str] = &[
    "aws.protocols#awsJson1_0",
    "aws.protocols#awsJson1_1",
    "aws.protocols#awsQuery",
    "aws.protocols#ec2Query",
    "aws.protocols#restJson1",
    "aws.protocols#restXml",
    "smithy.protocols#rpcv2Cbor",
];

/// Reads the model.
pub(super) fn read(document: &Document<'_>) -> Result<Model, ModelError> {
    let version = document.need_value("smithy")?;
    let version = document.node(&version, "/smithy");
    if !matches!(version.text()?.split('.').next(), Some("1" | "2")) {
        return Err(version.unexpected("version 1 or 2"));
    }
    let operation_id = operation_id(document)?;
    let (value, pointer) = document.shape(&operation_id, "/shapes")?;
    let operation = document.node(&value, &pointer);
    let declarations = Ast { document };
    let mut resolver = Resolver::new(&declarations);
    let mut whole = |end: &str| match operation.get(end)? {
        Some(node) => resolver.structure(node.need_text("target")?, node.pointer()),
        None => Ok(Structure { id: format!("{PRELUDE}Unit"), members: Vec::new() }),
    };
    let (request, response) = (whole("input")?, whole("output")?);
    let (service, mut errors) = service(document, &operation_id)?;
    for node in operation.get_items("errors")? {
        errors.push((node.need_text("target")?.to_owned(), node.pointer().to_owned()));
    }
    errors.sort();
    errors.dedup_by(|a, b| a.0 == b.0);
    let errors = errors
        .iter()
        .map(|(target, from)| error(&declarations, &mut resolver, target, from))
        .collect::<Result<_, _>>()?;
    let signing = signing(&operation)?;
    Ok(Model { source: Source::Smithy, service, operation_id, signing, request, response, errors })
}

fn operation_id(document: &Document<'_>) -> Result<String, ModelError> {
    let mut found = document.shapes.keys().filter(|key| local_name(key) == OPERATION && key.contains('#'));
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id.clone()),
        (None, _) => {
            Err(document.unexpected("/shapes", "no operation `ConfirmSignUp`", "a model that has it"))
        }
        (Some(one), Some(other)) => Err(document.unexpected(
            "/shapes",
            &format!("{} and {}", quote(one), quote(other)),
            "one operation `ConfirmSignUp`",
        )),
    }
}

fn signing(operation: &Node<'_>) -> Result<Signing, ModelError> {
    let Some(traits) = operation.get("traits")? else {
        return Ok(Signing::Signed);
    };
    let no_auth = traits.get("smithy.api#auth")?.map(|auth| auth.items()).transpose()?;
    let unsigned =
        no_auth.is_some_and(|auth| auth.is_empty()) || traits.get("smithy.api#optionalAuth")?.is_some();
    Ok(if unsigned { Signing::Unsigned } else { Signing::Signed })
}

/// The service of the operation's namespace, and the errors that all its operations share.
fn service(
    document: &Document<'_>,
    operation_id: &str,
) -> Result<(Service, Vec<(String, String)>), ModelError> {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(rename = "type", borrow)]
        kind: Cow<'a, str>,
    }
    let namespace = operation_id.split_once('#').map_or("", |(namespace, _)| namespace);
    let is_service =
        |raw: &str| serde_json::from_str(raw).is_ok_and(|typed: Typed<'_>| typed.kind == "service");
    let in_namespace = |key: &str| key.split_once('#').is_some_and(|(ns, _)| ns == namespace);
    let id = document
        .shapes
        .iter()
        .find(|(key, raw)| in_namespace(key) && is_service(raw.get()))
        .map(|(key, _)| key)
        .ok_or_else(|| {
            document.unexpected("/shapes", "no service in the namespace of the operation", "one service")
        })?;
    let (value, pointer) = document.shape(id, "/shapes")?;
    let node = document.node(&value, &pointer);
    let traits = node.need("traits")?;
    let api = traits.need("aws.api#service")?;
    let sdk_id = api.need_text("sdkId")?.to_owned();
    let prefix = api.get_text("endpointPrefix")?.or(api.get_text("arnNamespace")?);
    let signing_name = traits.get("aws.auth#sigv4")?.map(|sigv4| sigv4.need_text("name")).transpose()?;
    let mut protocols = Vec::new();
    for protocol in PROTOCOLS {
        if traits.get(protocol)?.is_some() {
            protocols.push(local_name(protocol).to_owned());
        }
    }
    let mut errors = Vec::new();
    for error in node.get_items("errors")? {
        errors.push((error.need_text("target")?.to_owned(), error.pointer().to_owned()));
    }
    let service = Service {
        id: id.clone(),
        version: node.need_text("version")?.to_owned(),
        sdk_id,
        endpoint_prefix: prefix.unwrap_or_default().to_owned(),
        signing_name: signing_name.or(prefix).unwrap_or_default().to_owned(),
        protocols,
    };
    Ok((service, errors))
}

fn error(
    ast: &Ast<'_, '_>,
    resolver: &mut Resolver<'_, Ast<'_, '_>>,
    target: &str,
    from: &str,
) -> Result<ErrorShape, ModelError> {
    let structure = resolver.structure(target, from)?;
    let (value, pointer) = ast.document.shape(target, from)?;
    let traits = ast.document.node(&value, &pointer).need("traits")?;
    let fault = traits.need("smithy.api#error")?;
    let fault = match fault.text()? {
        "client" => Fault::Client,
        "server" => Fault::Server,
        _ => return Err(fault.unexpected("`client` or `server`")),
    };
    let model_http_status = traits.get("smithy.api#httpError")?.map(|status| status.status()).transpose()?;
    Ok(ErrorShape { structure, fault, model_http_status })
}

/// The shapes of a Smithy JSON AST.
struct Ast<'d, 'a> {
    document: &'d Document<'a>,
}

impl Declarations for Ast<'_, '_> {
    fn file(&self) -> &str {
        self.document.file()
    }

    fn declared(&self, key: &str, from: &str) -> Result<Declared, ModelError> {
        if let Some(name) = key.strip_prefix(PRELUDE) {
            return prelude(name)
                .map(|kind| Declared { id: key.to_owned(), kind, constraints: Constraints::default() })
                .ok_or_else(|| {
                    self.document.unexpected(
                        from,
                        &format!("the shape {}", quote(key)),
                        "a shape of Smithy's prelude",
                    )
                });
        }
        let (value, pointer) = self.document.shape(key, from)?;
        let node = self.document.node(&value, &pointer);
        if !node.get_items("mixins")?.is_empty() {
            return Err(node.need("mixins")?.unexpected("a shape without mixins"));
        }
        let mut constraints = constraints(&node)?;
        let kind = node.need("type")?;
        let kind = match kind.text()? {
            "structure" => DeclaredKind::Structure(members(&node)?),
            "union" => DeclaredKind::Union(members(&node)?),
            "list" | "set" => DeclaredKind::List(Box::new(member("member", &node.need("member")?)?)),
            "map" => DeclaredKind::Map(Box::new([
                member("key", &node.need("key")?)?,
                member("value", &node.need("value")?)?,
            ])),
            "enum" => {
                constraints.values = enum_members(&node)?;
                DeclaredKind::Simple(Simple::String)
            }
            "intEnum" => DeclaredKind::Simple(Simple::Integer),
            name => Simple::named(name)
                .map(DeclaredKind::Simple)
                .ok_or_else(|| kind.unexpected("the type of a shape that holds data"))?,
        };
        Ok(Declared { id: key.to_owned(), kind, constraints })
    }
}

/// A shape of Smithy's prelude.
fn prelude(name: &str) -> Option<DeclaredKind> {
    if name == "Unit" {
        return Some(DeclaredKind::Structure(Vec::new()));
    }
    let name = name.strip_prefix("Primitive").unwrap_or(name);
    let mut simples = Simple::ALL.iter().copied();
    simples.find(|simple| simple.name().eq_ignore_ascii_case(name)).map(DeclaredKind::Simple)
}

fn members(node: &Node<'_>) -> Result<Vec<DeclaredMember>, ModelError> {
    let Some(members) = node.get("members")? else {
        return Ok(Vec::new());
    };
    members.entries()?.into_iter().map(|(name, node)| member(name, &node)).collect()
}

fn member(name: &str, node: &Node<'_>) -> Result<DeclaredMember, ModelError> {
    let target = node.need("target")?;
    let traits = node.get("traits")?;
    let stated = |name: &str| traits.as_ref().map_or(Ok(None), |traits| traits.get(name));
    let default = stated("smithy.api#default")?.map(|default| default.value().clone());
    Ok(DeclaredMember {
        name: name.to_owned(),
        target: target.text()?.to_owned(),
        required: stated("smithy.api#required")?.is_some(),
        nullable: stated("countersign#nullable")?.is_some(),
        // Smithy writes `null` to take a default away.
        default: default.filter(|default| !default.is_null()),
        constraints: constraints(node)?,
        pointer: target.pointer().to_owned(),
    })
}

fn constraints(node: &Node<'_>) -> Result<Constraints, ModelError> {
    let Some(traits) = node.get("traits")? else {
        return Ok(Constraints::default());
    };
    let length = traits.get("smithy.api#length")?.map_or(Ok(None), |length| length.length())?;
    let pattern = traits.get_text("smithy.api#pattern")?.map(Pattern::new);
    let mut values = Vec::new();
    for entry in traits.get_items("smithy.api#enum")? {
        values.push(entry.need_text("value")?.to_owned());
    }
    let sensitive = traits.get("smithy.api#sensitive")?.is_some();
    Ok(Constraints { length, pattern, values, sensitive })
}

fn enum_members(node: &Node<'_>) -> Result<Vec<String>, ModelError> {
    let Some(members) = node.get("members")? else {
        return Ok(Vec::new());
    };
    let mut values = Vec::new();
    for (name, member) in members.entries()? {
        let stated =
            member.get("traits")?.map_or(Ok(None), |traits| traits.get_text("smithy.api#enumValue"))?;
        values.push(stated.unwrap_or(name).to_owned());
    }
    Ok(values)
}
