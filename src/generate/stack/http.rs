//! Mutations of the HTTP request around the body.

use super::sketch::Sketch;
use crate::seed::Rng;

const METHODS: [&str; 12] = [
    "GET", "PUT", "PATCH", "DELETE", "HEAD", "QUERY", "PROPFIND", "post", "Post", "POSTT", "TRACE", "REPORT",
];

pub(super) fn method(sketch: &mut Sketch, rng: &mut Rng) {
    if let (true, Some(method)) = (sketch.take("method"), rng.pick(&METHODS)) {
        sketch.method = method.as_bytes().to_vec();
        sketch.label(format!("method/{method}"));
    }
}

const PATHS: [(&str, &str); 10] = [
    ("word", "/foo"),
    ("operation", "/ConfirmSignUp"),
    ("service", "/AWSCognitoIdentityProviderService/ConfirmSignUp"),
    ("smithy-rpc", "/service/AWSCognitoIdentityProviderService/operation/ConfirmSignUp"),
    ("pool-like", "/us-east-1_AbCdEfGhI/"),
    ("double-slash", "//"),
    ("dot-dot", "/../"),
    ("encoded-slash", "/%2f"),
    ("query", "/?x=1"),
    ("drawn", ""),
];

pub(super) fn path(sketch: &mut Sketch, rng: &mut Rng) {
    if let (true, Some((form, path))) = (sketch.take("path"), rng.pick(&PATHS)) {
        let length = 1 + rng.below(24);
        let drawn = format!("/{}", rng.text(b"abcdefghijklmnopqrstuvwxyz0123456789_-", length));
        let path = if path.is_empty() { drawn } else { (*path).to_owned() };
        sketch.target = path.into_bytes();
        sketch.label(format!("path/{form}"));
    }
}

const TARGETS: [(&str, &str); 18] = [
    ("empty", ""),
    ("absent", ""),
    ("absent", ""),
    ("unknown-operation", "AWSCognitoIdentityProviderService.ConfirmSignUpp"),
    ("unknown-operation-cut", "AWSCognitoIdentityProviderService.ConfirmSignU"),
    ("lower-case-operation", "AWSCognitoIdentityProviderService.confirmsignup"),
    ("lower-case-service", "awscognitoidentityproviderservice.ConfirmSignUp"),
    ("no-service", "ConfirmSignUp"),
    ("dot-first", ".ConfirmSignUp"),
    ("no-operation", "AWSCognitoIdentityProviderService"),
    ("unknown-service", "NoSuchService_20160418.ConfirmSignUp"),
    ("hash-for-dot", "AWSCognitoIdentityProviderService#ConfirmSignUp"),
    ("two-dots", "AWSCognitoIdentityProviderService..ConfirmSignUp"),
    ("three-parts", "x.AWSCognitoIdentityProviderService.ConfirmSignUp"),
    ("operation-twice", "AWSCognitoIdentityProviderService.ConfirmSignUp.ConfirmSignUp"),
    ("proto", "AWSCognitoIdentityProviderService.__proto__"),
    ("quoted", "\"AWSCognitoIdentityProviderService.ConfirmSignUp\""),
    ("absent", ""),
];

pub(super) fn target(sketch: &mut Sketch, rng: &mut Rng) {
    if let (true, Some((form, target))) = (sketch.take("target"), rng.pick(&TARGETS)) {
        if *form == "absent" {
            sketch.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(b"X-Amz-Target"));
        } else {
            sketch.set_header("X-Amz-Target", target);
        }
        sketch.label(format!("target/{form}"));
    }
}

const CONTENT_TYPES: [(&str, &str); 17] = [
    ("application-json", "application/json"),
    ("application-json", "application/json"),
    ("amz-json-1.0", "application/x-amz-json-1.0"),
    ("amz-json-1.0", "application/x-amz-json-1.0"),
    ("amz-json-1.2", "application/x-amz-json-1.2"),
    ("amz-json", "application/x-amz-json"),
    ("text-plain", "text/plain"),
    ("form", "application/x-www-form-urlencoded"),
    ("multipart", "multipart/form-data; boundary=x"),
    ("cbor", "application/cbor"),
    ("xml", "application/xml"),
    ("octet-stream", "application/octet-stream"),
    ("any", "*/*"),
    ("word", "json"),
    ("empty", ""),
    ("charset", "application/x-amz-json-1.1; charset=utf-8"),
    ("upper-case", "APPLICATION/X-AMZ-JSON-1.1"),
];

pub(super) fn content_type(sketch: &mut Sketch, rng: &mut Rng) {
    if let (true, Some((form, value))) = (sketch.take("content-type"), rng.pick(&CONTENT_TYPES)) {
        sketch.set_header("Content-Type", value);
        sketch.label(format!("content-type/{form}"));
    }
}

const HEADERS: [(&str, &str, &str); 14] = [
    ("accept-any", "Accept", "*/*"),
    ("accept-html", "Accept", "text/html"),
    ("accept-encoding-gzip", "Accept-Encoding", "gzip, br"),
    ("user-agent", "User-Agent", "aws-sdk-rust/1.3 os/linux lang/rust"),
    ("sdk-request", "Amz-Sdk-Request", "attempt=2; max=3"),
    ("amz-date-old", "X-Amz-Date", "20000101T000000Z"),
    ("security-token", "X-Amz-Security-Token", "x"),
    ("cookie", "Cookie", "a=b"),
    ("range", "Range", "bytes=0-0"),
    ("method-override", "X-HTTP-Method-Override", "GET"),
    ("forwarded-for", "X-Forwarded-For", "203.0.113.7"),
    ("query-mode", "X-Amzn-Query-Mode", "true"),
    ("body-hash-wrong", "X-Amz-Content-Sha256", "0000"),
    ("long", "X-Long", ""),
];

pub(super) fn another_header(sketch: &mut Sketch, rng: &mut Rng) {
    if let (true, Some((form, name, value))) = (sketch.take("headers"), rng.pick(&HEADERS)) {
        let long = "x".repeat(1 + rng.below(4096));
        sketch.add_header(name, if value.is_empty() { &long } else { value });
        sketch.label(format!("header/{form}"));
    }
}

pub(super) fn authorization(sketch: &mut Sketch, rng: &mut Rng) {
    const FORMS: [(&str, &str); 5] = [
        ("sigv4-cut", "AWS4-HMAC-SHA256"),
        ("empty", ""),
        ("garbage", "garbage"),
        ("bearer", "Bearer x"),
        ("basic", "Basic eDp5"),
    ];
    if let (true, Some((form, value))) = (sketch.take("authorization"), rng.pick(&FORMS)) {
        sketch.add_header("Authorization", value);
        sketch.label(format!("auth/{form}"));
    }
}

pub(super) fn names_and_order(sketch: &mut Sketch, rng: &mut Rng) {
    if !sketch.take("names") {
        return;
    }
    let rename: fn(&mut [u8]) = match rng.below(3) {
        0 => {
            rng.shuffle(&mut sketch.headers);
            sketch.label("valid/http/header-order");
            return;
        }
        1 => {
            sketch.label("valid/http/lower-case-names");
            <[u8]>::make_ascii_lowercase
        }
        _ => {
            sketch.label("valid/http/upper-case-names");
            <[u8]>::make_ascii_uppercase
        }
    };
    for (name, _) in &mut sketch.headers {
        rename(name);
    }
}
