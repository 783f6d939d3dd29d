//! The HTTP request around a valid body: method, path, content type, target and other headers. What breaks the framing
//! of the connection is not here.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::PUBLIC_AND_SECRET;
use super::suite::Suite;
use crate::case::{ClientKind, Layer};
use crate::template::{RequestTemplate, Template};

const GROUP: &str = "http";

pub(super) fn cases(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        methods(suite, client);
        targets(suite, client);
        content_types(suite, client);
    }
    paths(suite);
    legal(suite);
    other_headers(suite);
    authorization(suite);
}

/// The parts of the valid request.
struct Parts {
    method: Vec<u8>,
    target: Vec<u8>,
    headers: Vec<(Vec<u8>, Template)>,
    body: Template,
}

impl Parts {
    fn new(client: ClientKind) -> Self {
        let body = Payload::base(client).template();
        match RequestTemplate::confirm_sign_up(body) {
            RequestTemplate::Formed { method, target, headers, body } => {
                Self { method, target, headers, body }
            }
            RequestTemplate::Raw(body) => {
                Self { method: Vec::new(), target: Vec::new(), headers: Vec::new(), body }
            }
        }
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(name.as_bytes()));
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.as_bytes().to_vec(), Template::literal(value)));
        self
    }

    /// The header line `name` with another value, in its place.
    fn set(mut self, name: &str, value: &str) -> Self {
        for (header, old) in &mut self.headers {
            if header.eq_ignore_ascii_case(name.as_bytes()) {
                *old = Template::literal(value);
            }
        }
        self
    }

    fn request(self) -> RequestTemplate {
        RequestTemplate::Formed {
            method: self.method,
            target: self.target,
            headers: self.headers,
            body: self.body,
        }
    }
}

fn methods(suite: &mut Suite, client: ClientKind) {
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "QUERY", "PROPFIND", "post", "Post"] {
        let mut parts = Parts::new(client);
        parts.method = method.into();
        let name = match method {
            "post" => "lower-case-post".to_owned(),
            "Post" => "capital-post".to_owned(),
            _ => method.to_ascii_lowercase(),
        };
        push(suite, client, (Layer::Http, &format!("method-{name}")), parts, &format!("method/{method}"));
    }
}

fn paths(suite: &mut Suite) {
    for (form, path) in [
        ("word", "/foo"),
        ("operation", "/ConfirmSignUp"),
        ("service", "/AWSCognitoIdentityProviderService/ConfirmSignUp"),
        ("smithy-rpc", "/service/AWSCognitoIdentityProviderService/operation/ConfirmSignUp"),
        ("pool-like", "/us-east-1_AbCdEfGhI/"),
        ("double-slash", "//"),
        ("dot", "/."),
        ("dot-dot", "/../"),
        ("encoded-slash", "/%2f"),
        ("query", "/?x=1"),
        ("query-empty", "/?"),
        ("query-action", "/?Action=ConfirmSignUp"),
        (
            "long",
            "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
    ] {
        let mut parts = Parts::new(ClientKind::Public);
        parts.target = path.into();
        let name = format!("path-{form}");
        push(suite, ClientKind::Public, (Layer::Http, &name), parts, &format!("path/{form}"));
    }
}

/// Targets of no operation.
const TARGETS: &[(&str, &str)] = &[
    ("empty", ""),
    ("unknown-operation", "AWSCognitoIdentityProviderService.ConfirmSignUpp"),
    ("unknown-operation-cut", "AWSCognitoIdentityProviderService.ConfirmSignU"),
    ("lower-case-operation", "AWSCognitoIdentityProviderService.confirmsignup"),
    ("lower-camel-operation", "AWSCognitoIdentityProviderService.confirmSignUp"),
    ("lower-case-service", "awscognitoidentityproviderservice.ConfirmSignUp"),
    ("no-service", "ConfirmSignUp"),
    ("dot-first", ".ConfirmSignUp"),
    ("no-operation", "AWSCognitoIdentityProviderService"),
    ("dot-last", "AWSCognitoIdentityProviderService."),
    ("unknown-service", "NoSuchService_20160418.ConfirmSignUp"),
    ("neighbour-service", "AWSCognitoIdentityService.ConfirmSignUp"),
    ("version-in-service", "AWSCognitoIdentityProviderService_20160418.ConfirmSignUp"),
    ("hash-for-dot", "AWSCognitoIdentityProviderService#ConfirmSignUp"),
    ("slash-for-dot", "AWSCognitoIdentityProviderService/ConfirmSignUp"),
    ("two-dots", "AWSCognitoIdentityProviderService..ConfirmSignUp"),
    ("three-parts", "x.AWSCognitoIdentityProviderService.ConfirmSignUp"),
    ("operation-twice", "AWSCognitoIdentityProviderService.ConfirmSignUp.ConfirmSignUp"),
    ("space-inside", "AWSCognitoIdentityProviderService. ConfirmSignUp"),
    ("proto", "AWSCognitoIdentityProviderService.__proto__"),
    ("quoted", "\"AWSCognitoIdentityProviderService.ConfirmSignUp\""),
];

fn targets(suite: &mut Suite, client: ClientKind) {
    let header = "X-Amz-Target";
    for (form, target) in TARGETS {
        let parts = Parts::new(client).set(header, target);
        push(suite, client, (Layer::Target, &format!("target-{form}")), parts, &format!("target/{form}"));
    }
    let right = "AWSCognitoIdentityProviderService.ConfirmSignUp";
    let absent = Parts::new(client).without(header);
    push(suite, client, (Layer::Target, "target-absent"), absent, "target/absent");
    let same = Parts::new(client).with(header, right);
    push(suite, client, (Layer::Target, "target-twice-same"), same, "target/duplicate-same");
    let other = Parts::new(client).with(header, "AWSCognitoIdentityProviderService.NoSuchOperation");
    push(suite, client, (Layer::Target, "target-twice-different"), other, "target/duplicate-different");
}

fn content_types(suite: &mut Suite, client: ClientKind) {
    let header = "Content-Type";
    for (form, value) in [
        ("empty", ""),
        ("application-json", "application/json"),
        ("amz-json-1.0", "application/x-amz-json-1.0"),
        ("amz-json-1.2", "application/x-amz-json-1.2"),
        ("amz-json", "application/x-amz-json"),
        ("text-plain", "text/plain"),
        ("form", "application/x-www-form-urlencoded"),
        ("multipart", "multipart/form-data; boundary=x"),
        ("cbor", "application/cbor"),
        ("amz-cbor", "application/x-amz-cbor-1.1"),
        ("xml", "application/xml"),
        ("octet-stream", "application/octet-stream"),
        ("any", "*/*"),
        ("word", "json"),
        ("charset", "application/x-amz-json-1.1; charset=utf-8"),
        ("charset-latin-1", "application/x-amz-json-1.1; charset=iso-8859-1"),
        ("charset-utf-16", "application/x-amz-json-1.1; charset=utf-16"),
        ("upper-case", "APPLICATION/X-AMZ-JSON-1.1"),
        ("semicolon", "application/x-amz-json-1.1;"),
        ("list", "application/x-amz-json-1.1, application/json"),
    ] {
        let parts = Parts::new(client).set(header, value);
        let name = format!("content-type-{form}");
        push(suite, client, (Layer::Header, &name), parts, &format!("content-type/{form}"));
    }
    let absent = Parts::new(client).without(header);
    push(suite, client, (Layer::Header, "content-type-absent"), absent, "content-type/absent");
    let same = Parts::new(client).with(header, "application/x-amz-json-1.1");
    push(suite, client, (Layer::Header, "content-type-twice-same"), same, "content-type/duplicate-same");
    let other = Parts::new(client).with(header, "text/plain");
    let form = "content-type/duplicate-different";
    push(suite, client, (Layer::Header, "content-type-twice-different"), other, form);
}

/// Other legal HTTP forms of the very same request.
fn legal(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        let named = |rename: fn(&[u8]) -> Vec<u8>| {
            let mut parts = Parts::new(client);
            for (name, _) in &mut parts.headers {
                *name = rename(name);
            }
            parts
        };
        let lower = named(<[u8]>::to_ascii_lowercase);
        push(suite, client, (Layer::Header, "header-names-lower"), lower, "valid/http/lower-case-names");
        let upper = named(<[u8]>::to_ascii_uppercase);
        push(suite, client, (Layer::Header, "header-names-upper"), upper, "valid/http/upper-case-names");
        let mut reversed = Parts::new(client);
        reversed.headers.reverse();
        push(suite, client, (Layer::Header, "header-order-reversed"), reversed, "valid/http/header-order");
        let mut rotated = Parts::new(client);
        rotated.headers.rotate_left(2);
        push(suite, client, (Layer::Header, "header-order-rotated"), rotated, "valid/http/header-order");
        let mut drawn = Parts::new(client);
        suite.rng(GROUP, "header-order-drawn").shuffle(&mut drawn.headers);
        push(suite, client, (Layer::Header, "header-order-drawn"), drawn, "valid/http/header-order");
    }
}

fn other_headers(suite: &mut Suite) {
    let client = ClientKind::Public;
    for (form, name, value) in [
        ("accept-any", "Accept", "*/*"),
        ("accept-json", "Accept", "application/json"),
        ("accept-html", "Accept", "text/html"),
        ("accept-cbor", "Accept", "application/cbor"),
        ("accept-encoding-gzip", "Accept-Encoding", "gzip, br"),
        ("accept-encoding-identity", "Accept-Encoding", "identity;q=0"),
        ("accept-language", "Accept-Language", "tlh"),
        ("user-agent", "User-Agent", "aws-sdk-rust/1.3 os/linux lang/rust"),
        ("user-agent-browser", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"),
        ("amz-user-agent", "X-Amz-User-Agent", "aws-amplify/6.0.0 framework/0"),
        ("invocation-id", "Amz-Sdk-Invocation-Id", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("sdk-request", "Amz-Sdk-Request", "attempt=2; max=3"),
        ("amz-date-old", "X-Amz-Date", "20000101T000000Z"),
        ("security-token", "X-Amz-Security-Token", "x"),
        ("origin", "Origin", "https://example.com"),
        ("referer", "Referer", "https://example.com/"),
        ("cookie", "Cookie", "a=b"),
        ("cache-control", "Cache-Control", "no-store"),
        ("if-none-match", "If-None-Match", "*"),
        ("range", "Range", "bytes=0-0"),
        ("method-override", "X-HTTP-Method-Override", "GET"),
        ("forwarded-for", "X-Forwarded-For", "203.0.113.7"),
        ("trace-id", "X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678"),
        ("query-mode", "X-Amzn-Query-Mode", "true"),
        ("protocol-cbor", "Smithy-Protocol", "rpc-v2-cbor"),
        ("body-hash-wrong", "X-Amz-Content-Sha256", "0000"),
        ("empty-value", "X-Empty", ""),
    ] {
        let parts = Parts::new(client).with(name, value);
        push(suite, client, (Layer::Header, &format!("header-{form}")), parts, &format!("header/{form}"));
    }
    let many = (0..64).fold(Parts::new(client), |parts, i| parts.with(&format!("X-Extra-{i}"), "x"));
    push(suite, client, (Layer::Header, "header-64-more"), many, "header/many");
    let long = Parts::new(client).with("X-Long", &"x".repeat(4096));
    push(suite, client, (Layer::Header, "header-4096-long"), long, "header/long");
}

/// The operation takes no signature (AUT-001); a wrong one is not attested either way (AUT-003).
fn authorization(suite: &mut Suite) {
    let sigv4 = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000";
    for (form, value) in [
        ("sigv4-wrong", sigv4),
        ("sigv4-cut", "AWS4-HMAC-SHA256"),
        ("empty", ""),
        ("garbage", "garbage"),
        ("bearer", "Bearer x"),
        ("basic", "Basic eDp5"),
    ] {
        for client in PUBLIC_AND_SECRET {
            let parts = Parts::new(client).with("Authorization", value);
            push(suite, client, (Layer::Header, &format!("auth-{form}")), parts, &format!("auth/{form}"));
        }
    }
}

fn push(suite: &mut Suite, client: ClientKind, (layer, name): (Layer, &str), parts: Parts, label: &str) {
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), layer)
            .client(client)
            .request(parts.request(), &[label]),
    );
}
