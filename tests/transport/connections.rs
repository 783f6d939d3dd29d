//! When a connection is kept, and when it is not.

use crate::server::{Server, block_on, hold, patient, post, post_with, read_request};
use countersign::replay::transport::Transport as _;
use countersign::wire::{Request, RequestForm, WireFault};
use std::io::Write as _;
use std::sync::{Mutex, mpsc};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// How many connections `requests` take, one after the other, all of them answered.
fn connections_for(server: &Server, requests: &[Request]) -> usize {
    let mut client = server.client(patient());
    block_on(async {
        for request in requests {
            client.send(request).await.answer.unwrap();
        }
    });
    server.connections()
}

#[test]
fn one_connection_carries_many_requests() {
    assert_eq!(connections_for(&Server::keeping(OK), &vec![post("{}"); 20]), 1);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    assert_eq!(connections_for(&Server::keeping(chunked), &vec![post("{}"); 20]), 1);
}

#[test]
fn an_answer_that_closes_the_connection_is_believed() {
    // moto never answers a second request on such a connection, and does not close it either.
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let server = Server::start(move |_, mut stream| {
            read_request(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
            hold(stream);
        });
        assert_eq!(connections_for(&server, &vec![post("{}"); 3]), 3, "{answer}");
    }
}

#[test]
fn an_answer_that_ends_with_the_connection_is_followed_by_a_new_one() {
    let server = Server::closing("HTTP/1.1 200 OK\r\n\r\n{}");
    assert_eq!(connections_for(&server, &vec![post("{}"); 3]), 3);
}

#[test]
fn bytes_after_an_answer_are_never_taken_for_the_next_one() {
    let server = Server::keeping(format!("{OK}HTTP/1.1 500 Bleed\r\nContent-Length: 0\r\n\r\n"));
    let mut client = server.client(patient());
    block_on(async {
        for _ in 0..3 {
            assert_eq!(client.send(&post("{}")).await.answer.unwrap().status, 200);
        }
    });
    assert_eq!(server.connections(), 3);
}

/// A server that answers, waits until told, then does `afterwards` with the connection, and says that it has.
fn two_faced(
    afterwards: impl Fn(&mut std::net::TcpStream) + Send + Sync + 'static,
) -> (Server, mpsc::Sender<()>, mpsc::Receiver<()>) {
    let (go, gone) = mpsc::channel();
    let (done, is_done) = mpsc::channel();
    let gone = Mutex::new(gone);
    let server = Server::start(move |number, mut stream| {
        read_request(&mut stream);
        stream.write_all(OK.as_bytes()).unwrap();
        if number == 0 {
            gone.lock().unwrap().recv().unwrap();
            afterwards(&mut stream);
            done.send(()).unwrap();
        }
        hold(stream);
    });
    (server, go, is_done)
}

#[test]
fn a_connection_that_the_subject_closed_meanwhile_is_not_used() {
    let (server, go, is_done) = two_faced(|stream| stream.shutdown(std::net::Shutdown::Both).unwrap());
    let mut client = server.client(patient());
    block_on(async {
        client.send(&post("{}")).await.answer.unwrap();
        go.send(()).unwrap();
        is_done.recv().unwrap();
        client.send(&post("{}")).await.answer.unwrap();
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn bytes_that_wait_before_a_request_are_never_taken_for_its_answer() {
    let (server, go, is_done) = two_faced(|stream| {
        stream.write_all(b"HTTP/1.1 500 Bleed\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let mut client = server.client(patient());
    block_on(async {
        client.send(&post("{}")).await.answer.unwrap();
        go.send(()).unwrap();
        is_done.recv().unwrap();
        assert_eq!(client.send(&post("{}")).await.answer.unwrap().status, 200);
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_request_is_never_sent_twice_and_a_silent_close_ends_reuse() {
    let server = Server::start(|number, mut stream| {
        read_request(&mut stream);
        stream.write_all(OK.as_bytes()).unwrap();
        // The first connection ends under its second request.
        if read_request(&mut stream).is_some() && number > 0 {
            stream.write_all(OK.as_bytes()).unwrap();
        }
    });
    let mut client = server.client(patient());
    block_on(async {
        client.send(&post("{}")).await.answer.unwrap();
        let lost = client.send(&post("{}")).await.answer;
        assert_eq!(lost, Err(WireFault::Closed { received: 0 }));
        assert_eq!(server.connections(), 1);
        for _ in 0..3 {
            client.send(&post("{}")).await.answer.unwrap();
        }
    });
    assert_eq!(server.connections(), 4);
}

fn formed(change: impl Fn(&mut RequestForm)) -> Request {
    let Request::Formed(mut form) = post("{}") else { unreachable!() };
    change(&mut form);
    Request::Formed(form)
}

#[test]
fn requests_that_could_be_misread_get_a_connection_of_their_own() {
    let raw = Request::Raw(post("{}").to_bytes());
    let odd = [
        raw,
        formed(|form| form.body = "{}GET / HTTP/1.1\r\n\r\n".into()),
        formed(|form| form.headers.push("content-length", "2")),
        formed(|form| form.headers.push("Transfer-Encoding", "identity")),
        formed(|form| form.headers.push("X", "a\r\nB: c")),
        formed(|form| form.headers.push("X", "a\rb")),
        formed(|form| form.target = "/ HTTP/1.1\nX: ".into()),
        formed(|form| form.headers.push("Connection", "keep-alive, close")),
    ];
    for request in odd {
        let server = Server::keeping(OK);
        let order = [post("{}"), request.clone(), post("{}"), request.clone(), post("{}")];
        assert_eq!(connections_for(&server, &order), 3, "{request:?}");
    }
    let plain = [
        post_with(&[("Connection", "keep-alive")], "{}"),
        formed(|form| form.headers.push("X", "\u{1b}\u{0}\u{ff}")),
        post(""),
    ];
    for request in plain {
        assert_eq!(connections_for(&Server::keeping(OK), &vec![request.clone(); 2]), 1, "{request:?}");
    }
}

#[test]
fn an_answer_that_overtakes_its_request_is_read() {
    // The subject refuses at the head and reads no further, so the body can never be written whole.
    let refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}";
    let server = Server::start(move |_, mut stream| {
        stream.write_all(refusal.as_bytes()).unwrap();
        // Neither read nor closed: only its answer can end the exchange.
        std::mem::forget(stream);
    });
    let mut client = server.client(patient());
    let large = post(&"x".repeat(30_000_000));
    let exchange = block_on(client.send(&large));
    assert_eq!(exchange.answer.unwrap().status, 413);
}

#[test]
fn an_answer_and_a_large_request_that_cross_do_not_block_each_other() {
    let body = "y".repeat(3_000_000);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let server = Server::start(move |_, mut stream| {
        stream.write_all(answer.as_bytes()).unwrap();
        read_request(&mut stream);
        hold(stream);
    });
    let exchange = block_on(server.client(patient()).send(&post(&"x".repeat(10_000_000))));
    assert_eq!(exchange.answer.unwrap().body.len(), body.len());
}

#[test]
fn a_request_given_up_halfway_leaves_no_answer_behind() {
    let (sender, received) = tokio::sync::oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let server = Server::start(move |number, mut stream| {
        read_request(&mut stream);
        if number == 0 {
            sender.lock().unwrap().take().unwrap().send(()).unwrap();
        } else {
            stream.write_all(OK.as_bytes()).unwrap();
        }
        hold(stream);
    });
    let mut client = server.client(patient());
    block_on(async {
        let given_up = post("{}");
        tokio::select! {
            _ = client.send(&given_up) => panic!("nothing was answered"),
            arrived = received => arrived.unwrap(),
        }
        client.send(&post("{}")).await.answer.unwrap();
    });
    assert_eq!(server.connections(), 2);
}
