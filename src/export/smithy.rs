//! Malformed requests as Smithy protocol tests: the trait `smithy.test#httpMalformedRequestTests` on `ConfirmSignUp`, in Smithy
//! JSON AST 2.0. Smithy has such tests for `restJson1` and none for `awsJson1_1`.
//!
//! A case is written where the trait can say it and AWS is known well enough:
//!
//! * one ordinary request through an app client without a secret; the body is text of at most [`BODY_BYTES_MAX`], and no
//!   header line is there twice (headers are a map). `Host`, and a `Content-Length` that is right, are left to the sender;
//! * it is refused before anything is looked up, and its status is attested, inferred at least, as one number.
//!
//! The body of the answer is asserted where type and absence of a message are attested (`contents`), or the message is
//! (`messageRegex`); otherwise the status alone. Late-bound values are the fixed samples of [`samples`]. The tags of a
//! test are its layer and the weakest attestation of what it asserts; its documentation says why it is there, which
//! requirement speaks, and on what evidence.

use crate::case::{Case, ClientKind, Layer};
use crate::expect::Expectation;
use crate::model::{Format, Model, export, pretty};
use crate::requirement::{Attestation, Effect, MessageRule, Requirement, Stage};
use crate::secret_hash::Secret;
use crate::template::{Binding, Bindings, RequestTemplate, Template, Unbound};
use crate::wire::{Request, RequestForm};
use serde_json::{Map, Value, json};

/// The longest body that is written, in bytes.
pub const BODY_BYTES_MAX: usize = 4096;

/// The trait.
const TRAIT: &str = "smithy.test#httpMalformedRequestTests";
/// The protocol that the tests are for.
const PROTOCOL: &str = "aws.protocols#awsJson1_1";
/// The media type of requests and answers.
const MEDIA_TYPE: &str = "application/x-amz-json-1.1";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The document. It ends in a line break and is the same to the byte for the same cases.
    pub text: String,
    /// How many tests it has.
    pub tests: usize,
}

/// Writes the tests among `cases`, each given with what is expected of its steps, onto the operation of `model`.
pub fn smithy<'a>(
    model: &Model,
    cases: impl IntoIterator<Item = (&'a Case, Vec<Expectation<'a>>)>,
) -> Result<Exported, Unbound> {
    let mut tests = Vec::new();
    for (case, expectations) in cases {
        let (Some(step), Some(expectation)) = (case.steps.first(), expectations.first()) else { continue };
        if !is_in_scope(case) {
            continue;
        }
        if let Some(answer) = answer_to(expectation)
            && let Some(request) = request(&step.request)?
        {
            tests.push(test(case, &request, &answer));
        }
    }
    let count = tests.len();
    // Our own writer's text parses; were it otherwise, the document would be empty and its reader would say so.
    let mut document: Value = serde_json::from_str(&export(model, Format::Smithy)).unwrap_or_default();
    let operation = document
        .get_mut("shapes")
        .and_then(Value::as_object_mut)
        .and_then(|shapes| shapes.values_mut().find(|shape| shape.get("type") == Some(&json!("operation"))));
    if let Some(traits) =
        operation.and_then(|operation| operation.get_mut("traits")).and_then(Value::as_object_mut)
    {
        traits.insert(TRAIT.to_owned(), tests.into());
    }
    Ok(Exported { text: pretty(&document), tests: count })
}

fn is_in_scope(case: &Case) -> bool {
    let malformed = matches!(
        case.layer,
        Layer::Http | Layer::Header | Layer::Target | Layer::JsonText | Layer::JsonShape
    );
    malformed && case.steps.len() == 1 && case.fixture.client == ClientKind::Public
}

/// What a test asserts of the answer.
struct Answer<'t> {
    requirement: &'t Requirement,
    code: u16,
    body: Option<Value>,
    attestation: Attestation,
    evidence: Vec<&'t str>,
}

/// The answer that is attested, if it is one that the trait can say.
fn answer_to<'t>(expectation: &Expectation<'t>) -> Option<Answer<'t>> {
    let [requirement] = expectation.alternatives.as_slice() else {
        return None;
    };
    if expectation.effect != Effect::Refused || requirement.stage > Stage::Deserialise {
        return None;
    }
    let status = requirement.status.as_ref()?;
    let [code] = status.accept.as_slice() else {
        return None;
    };
    let mut answer = Answer {
        requirement,
        code: *code,
        body: None,
        attestation: expectation.attestation(status.attestation),
        evidence: status.evidence.iter().map(String::as_str).collect(),
    };
    if let Some((body, attestation, evidence)) = attested_body(requirement) {
        answer.body = Some(body);
        answer.attestation = answer.attestation.max(attestation);
        answer.evidence.extend(evidence);
    }
    answer.evidence.sort_unstable();
    answer.evidence.dedup();
    (answer.attestation != Attestation::Unattested).then_some(answer)
}

/// The assertion on the body, how well it is attested, and by which rows.
fn attested_body(requirement: &Requirement) -> Option<(Value, Attestation, Vec<&str>)> {
    let message =
        requirement.message.as_ref().filter(|aspect| aspect.attestation != Attestation::Unattested)?;
    let (assertion, attestation, rows) = match &message.accept {
        MessageRule::Absent => {
            let error_type = requirement.error_type.as_ref()?;
            let [name] = error_type.accept.as_slice() else {
                return None;
            };
            // An answer of the front end has another form (SER-041).
            let contents = format!("{{\"__type\":\"{name}\"}}");
            let attestation = error_type.attestation.max(message.attestation);
            (json!({ "contents": contents }), attestation, [&error_type.evidence, &message.evidence].to_vec())
        }
        MessageRule::OneOf(texts) if !texts.iter().any(|text| text.contains("${")) => {
            let texts: Vec<String> = texts.iter().map(|text| regex::escape(text)).collect();
            (json!({ "messageRegex": texts.join("|") }), message.attestation, vec![&message.evidence])
        }
        MessageRule::OneOf(_) | MessageRule::Violations => return None,
    };
    let rows = rows.into_iter().flatten().map(String::as_str).collect();
    Some((json!({ "assertion": assertion, "mediaType": MEDIA_TYPE }), attestation, rows))
}

/// The request as the trait says it, if it can.
fn request(template: &RequestTemplate) -> Result<Option<Value>, Unbound> {
    let RequestTemplate::Formed { headers: written, .. } = template else {
        return Ok(None);
    };
    let right_length = |name: &[u8]| {
        name.eq_ignore_ascii_case(b"content-length")
            && written
                .iter()
                .any(|(own, value)| own == name && value == &Template::raw(Binding::ContentLength))
    };
    let Request::Formed(form) = template.bind(&samples())? else {
        return Ok(None);
    };
    let Some(body) = text(&form.body).filter(|body| body.len() <= BODY_BYTES_MAX) else {
        return Ok(None);
    };
    let Some(headers) = headers(&form, &right_length) else {
        return Ok(None);
    };
    let (Some(method), Some(uri)) = (text(&form.method), text(&form.target)) else {
        return Ok(None);
    };
    let mut request = Map::new();
    request.insert("method".to_owned(), method.into());
    request.insert("uri".to_owned(), uri.into());
    request.insert("headers".to_owned(), headers.into());
    request.insert("body".to_owned(), body.into());
    request.insert("bodyMediaType".to_owned(), MEDIA_TYPE.into());
    Ok(Some(request.into()))
}

/// The header lines as a map, unless a name is there twice or a value is no text.
fn headers(form: &RequestForm, is_left_out: &dyn Fn(&[u8]) -> bool) -> Option<Map<String, Value>> {
    let mut headers = Map::new();
    for header in form.headers.iter() {
        if header.name.eq_ignore_ascii_case(b"host") || is_left_out(&header.name) {
            continue;
        }
        let (name, value) = (text(&header.name)?, text(&header.value)?);
        if headers.keys().any(|known| known.eq_ignore_ascii_case(name)) {
            return None;
        }
        headers.insert(name.to_owned(), value.into());
    }
    Some(headers)
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn test(case: &Case, request: &Value, answer: &Answer<'_>) -> Value {
    let mut response = Map::new();
    response.insert("code".to_owned(), answer.code.into());
    if let Some(body) = &answer.body {
        response.insert("body".to_owned(), body.clone());
    }
    let requirement = answer.requirement;
    let evidence = answer.evidence.join(", ");
    let said = format!("{} ({}: {evidence}, {})", requirement.sentence, requirement.id, answer.attestation);
    let documentation =
        case.reason.iter().map(String::as_str).chain([said.as_str()]).collect::<Vec<_>>().join(" ");
    json!({
        "id": identifier(case.id.as_str()),
        "protocol": PROTOCOL,
        "request": request,
        "response": response,
        "documentation": documentation,
        "tags": [case.layer.name(), answer.attestation.name()],
    })
}

/// A case id as Smithy's identifiers are written: `json/bom-public` → `CountersignJsonBomPublic`.
fn identifier(id: &str) -> String {
    let mut out = String::from("Countersign");
    let mut capital = true;
    for c in id.chars() {
        match c {
            '.' | '_' => out.push('_'),
            '+' => out.push_str("And"),
            c if c.is_ascii_alphanumeric() && capital => out.push(c.to_ascii_uppercase()),
            c if c.is_ascii_alphanumeric() => out.push(c),
            _ => {}
        }
        capital = !c.is_ascii_alphanumeric();
    }
    out
}

/// The values that stand for what only a subject can hand out.
fn samples() -> Bindings {
    Bindings {
        host: "cognito-idp.us-east-1.amazonaws.com".to_owned(),
        pool_id: "us-east-1_EXAMPLE".to_owned(),
        client_id: "1example23456789".to_owned(),
        client_secret: Some(Secret::new("example-client-secret")),
        other_client_id: Some("2example23456789".to_owned()),
        deleted_client_id: Some("3example23456789".to_owned()),
        username: "jane".to_owned(),
        other_username: Some("john".to_owned()),
        sub: Some("f81d4fae-7dec-11d0-a765-00a0c91e6bf6".to_owned()),
        email: Some("jane@example.com".to_owned()),
        code: Some(Secret::new("123456")),
        other_code: Some(Secret::new("654321")),
        superseded_code: Some(Secret::new("111111")),
        sent: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_smithys() {
        assert_eq!(identifier("json/utf-16le-public"), "CountersignJsonUtf16lePublic");
        assert_eq!(identifier("a/b.c+d_e"), "CountersignAB_CAndD_E");
    }
}
