//! Bytes go out and come in as they are.

use crate::server::{Server, block_on, patient, post, post_with, read_request};
use countersign::replay::transport::{InProcess, Transport as _};
use countersign::wire::{Headers, Request, Response};
use flate2::{Compression, write::GzEncoder};
use std::io::{Read as _, Write as _};
use std::sync::mpsc;
use wiremock::matchers::{body_string, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A server that reports each request and answers `200 {}`.
fn recording() -> (Server, mpsc::Receiver<Vec<u8>>) {
    let (sender, receiver) = mpsc::channel();
    let server = Server::start(move |_, mut stream| {
        while let Some(request) = read_request(&mut stream) {
            sender.send(request).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        }
    });
    (server, receiver)
}

#[test]
fn a_request_keeps_the_order_case_and_duplicates_of_its_header_lines() {
    let (server, requests) = recording();
    let request = post_with(&[("x-B", "2"), ("x-a", "1"), ("X-b", "\u{1b}[1m\u{ff}")], "{}");
    let exchange = block_on(server.client(patient()).send(&request));
    assert_eq!(exchange.answer.unwrap().body, "{}");
    assert_eq!(exchange.request, request);
    assert_eq!(
        String::from_utf8(requests.recv().unwrap()).unwrap(),
        "POST / HTTP/1.1\r\nx-B: 2\r\nx-a: 1\r\nX-b: \u{1b}[1m\u{ff}\r\nHost: subject\r\nContent-Length: 2\r\n\r\n{}"
    );
}

#[test]
fn a_raw_request_is_written_as_it_is() {
    let (server, requests) = recording();
    let raw = Request::Raw("post  / HTTP/9\n\0bad\u{85}: \r\n\r\n".into());
    let exchange = block_on(server.client(patient()).send(&raw));
    assert!(exchange.answer.is_ok());
    assert_eq!(requests.recv().unwrap(), raw.to_bytes());
}

#[test]
fn a_server_that_waits_for_the_rest_of_a_raw_request_is_told_that_nothing_comes() {
    let server = Server::start(|_, mut stream| {
        let mut request = Vec::new();
        stream.read_to_end(&mut request).unwrap();
        assert!(request.ends_with(b"only half"));
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let raw = Request::Raw("POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nonly half".into());
    let exchange = block_on(server.client(patient()).send(&raw));
    assert_eq!(exchange.answer.unwrap().status, 400);
}

#[test]
fn a_large_request_arrives_whole() {
    let (server, requests) = recording();
    let request = post(&"x".repeat(3_000_000));
    let exchange = block_on(server.client(patient()).send(&request));
    assert!(exchange.answer.is_ok());
    assert!(requests.recv().unwrap() == request.to_bytes());
}

#[test]
fn an_answer_keeps_the_order_case_and_duplicates_of_its_header_lines() {
    let server = Server::keeping("HTTP/1.1 200 OK\r\nb: 1\r\nA: 2\r\nB: 3\r\nContent-Length: 0\r\n\r\n");
    let names: Vec<_> = server.respond().headers.0.into_iter().map(|header| header.name).collect();
    assert_eq!(names, [&b"b"[..], b"A", b"B", b"Content-Length"]);
}

#[test]
fn a_compressed_body_is_left_compressed() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"{\"a\":1}").unwrap();
    let gzip = encoder.finish().unwrap();
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", gzip.len())
            .into_bytes();
    answer.extend_from_slice(&gzip);
    assert_eq!(Server::keeping(answer).respond().body, gzip);
}

#[test]
fn bad_utf_8_and_terminal_escapes_in_a_body_are_kept() {
    let server = Server::keeping(b"HTTP/1.1 400 \xff\r\nContent-Length: 6\r\n\r\n\xff\x1b[2J\0".as_slice());
    let response = server.respond();
    assert_eq!(&response.body[..], b"\xff\x1b[2J\0");
    assert_eq!(response.reason, b"\xff");
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Server::keeping("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let server = Server::keeping(format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n",
        elsewhere.address
    ));
    assert_eq!(server.respond().status, 307);
    assert_eq!((server.connections(), elsewhere.connections()), (1, 0));
}

#[test]
fn an_html_page_and_an_empty_body_are_answers() {
    let page = "<!DOCTYPE html><title>404</title>";
    let html = Server::closing(format!("HTTP/1.0 404 NOT FOUND\r\nContent-Type: text/html\r\n\r\n{page}"));
    assert_eq!(html.respond().body, page);
    let empty = Server::closing("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(empty.respond().body, "");
}

#[test]
fn a_continue_before_the_answer_is_skipped() {
    let server = Server::start(|_, mut stream| {
        let mut head = [0; 16];
        stream.read_exact(&mut head).unwrap();
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        crate::server::hold(stream);
    });
    let request = post_with(&[("Expect", "100-continue")], "{}");
    let exchange = block_on(server.client(patient()).send(&request));
    assert_eq!(exchange.answer.unwrap().status, 200);
}

#[test]
fn the_answer_to_a_head_request_has_no_body() {
    let server = Server::keeping("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n");
    let mut client = server.client(patient());
    let Request::Formed(mut form) = post("") else { unreachable!() };
    form.method = "HEAD".into();
    let request = Request::Formed(form);
    block_on(async {
        for _ in 0..2 {
            assert_eq!(client.send(&request).await.answer.unwrap().body, "");
        }
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_independent_server_understands_the_requests() {
    block_on(async {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .and(path("/"))
            .and(header("X-Amz-Target", "Service.Operation"))
            .and(body_string("{\"a\":1}"))
            .respond_with(ResponseTemplate::new(400).set_body_string("{\"__type\":\"X\"}"))
            .expect(3)
            .mount(&server)
            .await;
        let request = post_with(&[("x-amz-target", "Service.Operation")], "{\"a\":1}");
        let mut client = crate::server::client(&server.uri(), patient());
        for _ in 0..3 {
            let response = client.send(&request).await.answer.unwrap();
            assert_eq!((response.status, &response.body[..]), (400, &b"{\"__type\":\"X\"}"[..]));
        }
        server.verify().await;
    });
}

#[test]
fn a_function_can_stand_in_for_a_subject() {
    let mut seen = 0;
    let mut subject = InProcess::new(|request: &Request| {
        seen += request.to_bytes().len();
        Response { status: 200, reason: Vec::new(), headers: Headers::default(), body: "{}".into() }
    });
    let request = post("{}");
    let exchange = block_on(subject.send(&request));
    assert_eq!(exchange.answer.unwrap().status, 200);
    assert_eq!(exchange.request, request);
    assert_eq!(seen, request.to_bytes().len());
}

#[test]
fn a_function_gives_no_body_to_an_answer_that_has_none_on_the_wire() {
    let mut subject = InProcess::new(|_: &Request| Response {
        status: 400,
        reason: Vec::new(),
        headers: Headers::default(),
        body: "{}".into(),
    });
    let Request::Formed(mut form) = post("{}") else { panic!("an ordinary request") };
    form.method = "HEAD".into();
    let exchange = block_on(subject.send(&Request::Formed(form)));
    assert_eq!(exchange.answer.unwrap().body, "");
}
