//! The reader of botocore `service-2.json`.
//!
//! What is read: of `metadata` the protocol facts, of `operations` `ConfirmSignUp`, and the shapes that it reaches.
//! The format has no namespaces (AWS's own is put in), no defaults, patterns without anchors, and for this service no
//! HTTP status of errors.

use super::super::constraint::Constraints;
use super::super::error::ModelError;
use super::super::operation::{ErrorShape, Fault, Model, OPERATION, Service, Signing, Source};
use super::super::pattern::Pattern;
use super::super::shape::{Simple, Structure};
use super::document::Document;
use super::node::Node;
use super::resolve::{Declarations, Declared, DeclaredKind, DeclaredMember, Resolver};

/// The namespace that AWS's Smithy model gives the shapes.
const NAMESPACE: &str = "com.amazonaws.cognitoidentityprovider";

/// Reads the model.
pub(super) fn read(document: &Document<'_>) -> Result<Model, ModelError> {
    let metadata = document.need_value("metadata")?;
    let service = service(&document.node(&metadata, "/metadata"))?;
    let operations = document.need_section("operations")?;
    let pointer = format!("/operations/{OPERATION}");
    let raw = operations
        .get(OPERATION)
        .ok_or_else(|| document.unexpected("/operations", "no `ConfirmSignUp`", "a model that has it"))?;
    let value = document.value(raw, &pointer)?;
    let operation = document.node(&value, &pointer);
    let declarations = Shapes { document };
    let mut resolver = Resolver::new(&declarations);
    let mut whole = |end: &str| match operation.get(end)? {
        Some(node) => resolver.structure(node.need_text("shape")?, node.pointer()),
        None => Ok(Structure { id: "smithy.api#Unit".to_owned(), members: Vec::new() }),
    };
    let (request, response) = (whole("input")?, whole("output")?);
    let mut targets = Vec::new();
    for node in operation.get_items("errors")? {
        targets.push((node.need_text("shape")?.to_owned(), node.pointer().to_owned()));
    }
    targets.sort();
    targets.dedup_by(|a, b| a.0 == b.0);
    let mut errors = Vec::new();
    for (target, from) in targets {
        errors.push(error(document, &mut resolver, &target, &from)?);
    }
    Ok(Model {
        source: Source::Botocore,
        service,
        operation_id: format!("{NAMESPACE}#{OPERATION}"),
        signing: signing(&operation)?,
        request,
        response,
        errors,
    })
}

fn signing(operation: &Node<'_>) -> Result<Signing, ModelError> {
    let mut unsigned = operation.get_text("authtype")? == Some("none");
    for scheme in operation.get_items("auth")? {
        unsigned |= scheme.text()? == "smithy.api#noAuth";
    }
    Ok(if unsigned { Signing::Unsigned } else { Signing::Signed })
}

fn service(metadata: &Node<'_>) -> Result<Service, ModelError> {
    let mut protocols = Vec::new();
    let listed = metadata.get_items("protocols")?;
    for node in if listed.is_empty() { vec![metadata.need("protocol")?] } else { listed } {
        let name = match node.text()? {
            "json" if metadata.get_text("jsonVersion")? == Some("1.0") => "awsJson1_0",
            "json" => "awsJson1_1",
            "query" => "awsQuery",
            "ec2" => "ec2Query",
            "rest-json" => "restJson1",
            "rest-xml" => "restXml",
            "smithy-rpc-v2-cbor" => "rpcv2Cbor",
            _ => return Err(node.unexpected("a protocol that botocore names")),
        };
        protocols.push(name.to_owned());
    }
    protocols.sort();
    let endpoint_prefix = metadata.need_text("endpointPrefix")?;
    Ok(Service {
        id: format!("{NAMESPACE}#{}", metadata.need_text("targetPrefix")?),
        version: metadata.need_text("apiVersion")?.to_owned(),
        sdk_id: metadata.need_text("serviceId")?.to_owned(),
        endpoint_prefix: endpoint_prefix.to_owned(),
        signing_name: metadata.get_text("signingName")?.unwrap_or(endpoint_prefix).to_owned(),
        protocols,
    })
}

fn error(
    document: &Document<'_>,
    resolver: &mut Resolver<'_, Shapes<'_, '_>>,
    target: &str,
    from: &str,
) -> Result<ErrorShape, ModelError> {
    let structure = resolver.structure(target, from)?;
    let (value, pointer) = document.shape(target, from)?;
    let node = document.node(&value, &pointer);
    let fault = if node.flag("fault")? { Fault::Server } else { Fault::Client };
    let stated = node.get("error")?.map_or(Ok(None), |error| error.get("httpStatusCode"))?;
    let model_http_status = stated.map(|status| status.status()).transpose()?;
    Ok(ErrorShape { structure, fault, model_http_status })
}

/// The shapes of a `service-2.json`.
struct Shapes<'d, 'a> {
    document: &'d Document<'a>,
}

impl Declarations for Shapes<'_, '_> {
    fn file(&self) -> &str {
        self.document.file()
    }

    fn declared(&self, key: &str, from: &str) -> Result<Declared, ModelError> {
        let (value, pointer) = self.document.shape(key, from)?;
        let node = self.document.node(&value, &pointer);
        let kind = node.need("type")?;
        let kind = match kind.text()? {
            "structure" if node.flag("document")? => DeclaredKind::Simple(Simple::Document),
            "structure" if node.flag("union")? => DeclaredKind::Union(members(&node)?),
            "structure" => DeclaredKind::Structure(members(&node)?),
            "list" => DeclaredKind::List(Box::new(member("member", &node.need("member")?)?)),
            "map" => DeclaredKind::Map(Box::new([
                member("key", &node.need("key")?)?,
                member("value", &node.need("value")?)?,
            ])),
            "character" => DeclaredKind::Simple(Simple::String),
            name => Simple::named(name)
                .map(DeclaredKind::Simple)
                .ok_or_else(|| kind.unexpected("a type that botocore names"))?,
        };
        let constraints = constraints(&node, &kind)?;
        Ok(Declared { id: format!("{NAMESPACE}#{key}"), kind, constraints })
    }
}

fn constraints(node: &Node<'_>, kind: &DeclaredKind) -> Result<Constraints, ModelError> {
    let mut values = Vec::new();
    for value in node.get_items("enum")? {
        values.push(value.text()?.to_owned());
    }
    // Of a number, `min` and `max` bound the value itself.
    let has_length = matches!(
        kind,
        DeclaredKind::Simple(Simple::String | Simple::Blob) | DeclaredKind::List(_) | DeclaredKind::Map(..)
    );
    Ok(Constraints {
        length: if has_length { node.length()? } else { None },
        pattern: node.get_text("pattern")?.map(Pattern::new),
        values,
        sensitive: node.flag("sensitive")?,
    })
}

fn members(node: &Node<'_>) -> Result<Vec<DeclaredMember>, ModelError> {
    let mut required = Vec::new();
    for name in node.get_items("required")? {
        required.push(name.text()?);
    }
    let members = node.need("members")?.entries()?;
    let with_required = |(name, node): (&str, Node<'_>)| {
        member(name, &node).map(|member| DeclaredMember { required: required.contains(&name), ..member })
    };
    members.into_iter().map(with_required).collect()
}

fn member(name: &str, node: &Node<'_>) -> Result<DeclaredMember, ModelError> {
    let target = node.need("shape")?;
    Ok(DeclaredMember {
        name: name.to_owned(),
        target: target.text()?.to_owned(),
        required: false,
        nullable: false,
        default: None,
        constraints: Constraints { sensitive: node.flag("sensitive")?, ..Constraints::default() },
        pointer: target.pointer().to_owned(),
    })
}
