//! Broken framing: bytes that are not one plain HTTP/1.1 request. Nothing is attested of it, so that only the hardest
//! oracles hold: no server error, and the subject is there afterwards.
//!
//! Every one of them is complete by some reading, so that a subject which waits for more is not waited for in vain too often.

use super::input::opaque;
use crate::case::{Case, CaseId, ClientKind, Fixture};
use crate::seed::Rng;
use crate::template::{RequestTemplate, Template};

const BODY: &str =
    r#"{"ClientId":"1example23456789abcdefghij","Username":"nobody","ConfirmationCode":"123456"}"#;

/// A drawn one.
pub(super) fn framing(id: &CaseId, rng: &mut Rng) -> Case {
    let request_line = rng
        .pick(&[
            "POST / HTTP/1.1",
            "POST / HTTP/1.1",
            "POST / HTTP/1.1",
            "POST / HTTP/1.0",
            "POST / HTTP/2.0",
            "POST  / HTTP/1.1",
            "POST /\u{e9} HTTP/1.1",
            "POST / http/1.1",
            "POST /",
            "post / HTTP/1.1",
            "POST http://x/ HTTP/1.1",
            "POST * HTTP/1.1",
            "\r\nPOST / HTTP/1.1",
        ])
        .copied()
        .unwrap_or("POST / HTTP/1.1");
    let mut lines = vec![
        "Host: 127.0.0.1".to_owned(),
        "Content-Type: application/x-amz-json-1.1".to_owned(),
        "X-Amz-Target: AWSCognitoIdentityProviderService.ConfirmSignUp".to_owned(),
    ];
    let length = BODY.len();
    let chunked = format!("{length:x}\r\n{BODY}\r\n0\r\n\r\n");
    let (line, body): (String, String) = match rng.below(14) {
        0 => (format!("Content-Length: {length}"), BODY.to_owned()),
        1 => (format!("Content-Length: +{length}"), BODY.to_owned()),
        2 => (format!("Content-Length: {length}, {length}"), BODY.to_owned()),
        3 => (format!("Content-Length: {length}\r\nContent-Length: {}", length - 1), BODY.to_owned()),
        4 => (format!("Content-Length: 0x{length:x}"), BODY.to_owned()),
        5 => ("Content-Length: -1".to_owned(), BODY.to_owned()),
        6 => (format!("Content-Length: {}", length / 2), BODY.to_owned()),
        7 => ("Transfer-Encoding: chunked".to_owned(), chunked),
        8 => ("Transfer-Encoding: chunked".to_owned(), format!("zz\r\n{BODY}\r\n0\r\n\r\n")),
        9 => (
            "Transfer-Encoding: chunked".to_owned(),
            format!("{length:x};x=y\r\n{BODY}\r\n0\r\nA: b\r\n\r\n"),
        ),
        10 => ("Transfer-Encoding: gzip, chunked".to_owned(), chunked),
        11 => (format!("Transfer-Encoding: chunked\r\nContent-Length: {length}"), chunked),
        12 => (format!("Content-Length : {length}"), BODY.to_owned()),
        _ => (String::new(), String::new()),
    };
    lines.push(line);
    lines.retain(|line| !line.is_empty());
    match rng.below(10) {
        0 => lines.push("X:".to_owned() + &" ".repeat(1 + rng.below(200))),
        1 => lines.push(" folded: line".to_owned()),
        2 => lines.push("NoColon".to_owned()),
        3 => lines.push(format!("X-Long: {}", "a".repeat(rng.below(20_000)))),
        4 => lines.extend((0..rng.below(300)).map(|number| format!("X-{number}: x"))),
        5 => lines.push("X-Null: a\0b".to_owned()),
        6 => lines.push("Connection: close".to_owned()),
        _ => {}
    }
    rng.shuffle(&mut lines);
    let end = if rng.below(8) == 0 { "\n" } else { "\r\n" };
    let head =
        [request_line].into_iter().chain(lines.iter().map(String::as_str)).collect::<Vec<_>>().join(end);
    let bytes = format!("{head}{end}{end}{body}");
    opaque(id, &Fixture::unconfirmed(ClientKind::Public), RequestTemplate::Raw(Template::literal(bytes)))
}
