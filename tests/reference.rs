//! The reference server on its socket: what HTTP adds to the handler, and its limits.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use countersign::reference::{BODY_BYTES_MAX, EmbeddedServer, HEAD_BYTES_MAX};
use countersign::seed::Seed;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Long enough for a loaded machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

fn connect(server: &EmbeddedServer) -> TcpStream {
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Everything that is answered to `bytes` when nothing follows them.
fn talk(server: &EmbeddedServer, bytes: &[u8]) -> String {
    let mut stream = connect(server);
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

fn call(operation: &str, body: &str) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: \
         AWSCognitoIdentityProviderService.{operation}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The text behind `"name":"` up to the next quote.
fn text<'a>(answer: &'a str, name: &str) -> &'a str {
    let marker = format!("\"{name}\":\"");
    let start = answer.find(&marker).unwrap() + marker.len();
    answer[start..].split('"').next().unwrap()
}

#[test]
fn a_user_signs_up_and_confirms_over_a_socket() {
    let server = EmbeddedServer::start(Seed::DEFAULT).unwrap();
    let pool = talk(&server, &call("CreateUserPool", r#"{"PoolName":"p"}"#));
    let pool_id = text(&pool, "Id");
    let client = talk(
        &server,
        &call("CreateUserPoolClient", &format!(r#"{{"UserPoolId":"{pool_id}","ClientName":"c"}}"#)),
    );
    let client_id = text(&client, "ClientId");
    // A name that needs percent-encoding in the path of the code.
    let user = format!(r#""ClientId":"{client_id}","Username":"a/b?é""#);
    let signed_up = talk(&server, &call("SignUp", &format!(r#"{{{user},"Password":"p"}}"#)));
    assert!(signed_up.starts_with("HTTP/1.1 200 OK\r\n"), "{signed_up}");
    let path = format!("/_countersign/codes/{pool_id}/a%2Fb%3F%c3%a9");
    let found = talk(&server, format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    let code = text(&found, "Code");
    assert_eq!(code.len(), 6);
    let confirm = |code: &str| {
        talk(&server, &call("ConfirmSignUp", &format!(r#"{{{user},"ConfirmationCode":"{code}"}}"#)))
    };
    let wrong = confirm("123456");
    assert!(wrong.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{wrong}");
    assert!(wrong.to_lowercase().contains("\r\nx-amzn-errortype: codemismatchexception:\r\n"));
    let right = confirm(code);
    assert!(right.starts_with("HTTP/1.1 200 OK\r\n"), "{right}");
    assert!(right.ends_with("\r\n\r\n{}"));
    assert!(right.to_lowercase().contains("\r\ncontent-length: 2\r\n"));
    assert!(right.to_lowercase().contains("\r\ndate: "));
    let gone = talk(&server, format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    assert!(gone.starts_with("HTTP/1.1 404 Not Found\r\n"), "{gone}");
}

#[test]
fn one_connection_carries_many_requests_pipelined_and_chunked() {
    let server = EmbeddedServer::start(Seed::DEFAULT).unwrap();
    let chunked = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: \
        AWSCognitoIdentityProviderService.ConfirmSignUp\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
    let bytes = [call("ConfirmSignUp", "{}"), chunked.to_vec(), call("ConfirmSignUp", "{}")].concat();
    let answers = talk(&server, &bytes);
    assert_eq!(answers.matches("3 validation errors detected: ").count(), 6, "{answers}");
}

#[test]
fn a_body_beyond_the_limit_is_refused_and_the_server_goes_on() {
    let server = EmbeddedServer::start(Seed::DEFAULT).unwrap();
    let announced = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", BODY_BYTES_MAX + 1);
    let mut stream = connect(&server);
    stream.write_all(announced.as_bytes()).unwrap();
    let chunk = vec![b' '; 1 << 20];
    while stream.write_all(&chunk).is_ok() {}
    let edge = vec![b' '; BODY_BYTES_MAX];
    let answer = talk(&server, &call("ConfirmSignUp", std::str::from_utf8(&edge).unwrap()));
    assert!(answer.ends_with(r#"{"__type":"SerializationException"}"#), "{answer}");
}

#[test]
fn an_announced_body_beyond_the_limit_is_answered_without_waiting_for_it() {
    let server = EmbeddedServer::start(Seed::DEFAULT).unwrap();
    let mut stream = connect(&server);
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", u64::MAX / 4);
    stream.write_all(head.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[test]
fn what_is_not_http_is_answered_by_http_and_the_server_goes_on() {
    let server = EmbeddedServer::start(Seed::DEFAULT).unwrap();
    for garbage in [
        b"\0\0\0\0\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc".to_vec(),
        [b"GET / HTTP/1.1\r\nA: ".to_vec(), vec![b'a'; HEAD_BYTES_MAX]].concat(),
        [b"GET / HTTP/1.1\r\n".to_vec(), b"A: b\r\n".repeat(101), b"\r\n".to_vec()].concat(),
    ] {
        let answer = talk(&server, &garbage);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    let answer = talk(&server, &call("ConfirmSignUp", "{}"));
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
}

#[test]
fn a_dropped_server_has_closed_its_port_and_its_connections() {
    let server = EmbeddedServer::start(Seed::DEFAULT).unwrap();
    let address = server.address;
    let mut open = connect(&server);
    open.write_all(b"POST / HTTP/1.1\r\n").unwrap();
    drop(server);
    assert!(matches!(open.read(&mut [0; 1]), Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn the_same_seed_gives_the_same_ids() {
    let id = |seed| {
        let server = EmbeddedServer::start(Seed(seed)).unwrap();
        let pool = talk(&server, &call("CreateUserPool", r#"{"PoolName":"p"}"#));
        text(&pool, "Id").to_owned()
    };
    assert_eq!(id(1), id(1));
    assert_ne!(id(1), id(2));
}
