//! Subjects that attack: each ends as a fault, in bounded time and memory.

use crate::server::{Server, block_on, client, hasty, hold, patient, post, read_request};
use countersign::replay::transport::{Limits, Transport as _};
use countersign::wire::{Exchange, WireFault};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::sync::mpsc;
use std::time::Duration;

const MIB: usize = 1024 * 1024;

fn fault(exchange: Exchange) -> WireFault {
    exchange.answer.unwrap_err()
}

#[test]
fn a_refused_port_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let exchange = block_on(client(&format!("http://{free}"), patient()).send(&post("{}")));
    assert_eq!(exchange.latency, Duration::ZERO);
    let WireFault::Unreachable { reason } = fault(exchange) else { panic!() };
    assert!(reason.contains("refused"), "{reason}");
}

#[test]
fn a_name_that_does_not_exist_is_unreachable() {
    let exchange = block_on(client("http://no-such-host.invalid:1", patient()).send(&post("{}")));
    assert!(matches!(fault(exchange), WireFault::Unreachable { .. }));
}

#[test]
fn a_silent_subject_is_given_up_at_the_time_limit() {
    let exchange = Server::start(|_, stream| hold(stream)).ask(hasty());
    assert!(exchange.latency >= Duration::from_millis(200));
    assert_eq!(fault(exchange), WireFault::TimedOut { limit_ms: 200, received: 0 });
}

#[test]
fn a_subject_that_takes_no_bytes_is_given_up_at_the_time_limit() {
    let (keep, kept) = mpsc::channel::<()>();
    let kept = std::sync::Mutex::new(kept);
    let server = Server::start(move |_, stream| {
        let _ = kept.lock().unwrap().recv();
        drop(stream);
    });
    let exchange = block_on(server.client(hasty()).send(&post(&"x".repeat(30 * MIB))));
    assert_eq!(fault(exchange), WireFault::TimedOut { limit_ms: 200, received: 0 });
    drop(keep);
}

#[test]
fn a_slow_drip_does_not_extend_the_time_limit() {
    let server = Server::start(|_, mut stream| {
        read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nA: ").unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        // One byte for every 5 ms in which the client does not close.
        while !matches!(stream.read(&mut [0]), Ok(0)) && stream.write_all(b"a").is_ok() {}
    });
    let exchange = server.ask(hasty());
    assert!(exchange.latency < Duration::from_secs(2));
    let WireFault::TimedOut { limit_ms: 200, received } = fault(exchange) else { panic!() };
    assert!(received > 20, "{received}");
}

#[test]
fn an_early_close_is_told_with_the_bytes_received() {
    for (bytes, received) in
        [("", 0), ("HTTP/1.1 200 OK\r\nContent-", 25), ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 40)]
    {
        assert_eq!(fault(Server::closing(bytes).ask(patient())), WireFault::Closed { received });
    }
}

#[test]
fn a_reset_is_an_early_close() {
    // Closing a socket with unread bytes resets the connection.
    let server = Server::start(|_, mut stream| {
        stream.read_exact(&mut [0]).unwrap();
    });
    assert_eq!(fault(server.ask(patient())), WireFault::Closed { received: 0 });
}

#[test]
fn what_is_not_http_is_told_at_once() {
    for bytes in [&b"<html>"[..], b"SSH-2.0-x\r\n", b"\0\0\x12\x04\0\0\0\0\0", b"HTTP/0.9 200\r\n\r\n"] {
        let server = Server::start(move |_, mut stream| {
            read_request(&mut stream);
            stream.write_all(bytes).unwrap();
            hold(stream);
        });
        assert!(matches!(fault(server.ask(patient())), WireFault::NotHttp { .. }));
    }
}

/// A server that writes `head`, then `piece` up to `most` bytes, and reports how many the client took.
fn flooding(head: &'static str, piece: Vec<u8>, most: usize) -> (Server, mpsc::Receiver<usize>) {
    let (sender, receiver) = mpsc::channel();
    let server = Server::start(move |_, mut stream| {
        read_request(&mut stream);
        stream.write_all(head.as_bytes()).unwrap();
        let mut written = 0;
        while written < most && stream.write_all(&piece).is_ok() {
            written += piece.len();
        }
        let _ = stream.shutdown(Shutdown::Write);
        sender.send(written).unwrap();
    });
    (server, receiver)
}

/// What socket buffers can hold on both sides, generously.
const BUFFERED: usize = 16 * MIB;

#[test]
fn a_body_of_100_mb_is_cut_at_the_limit() {
    let limit = Limits::default().body_bytes_max;
    let mut chunk = b"10000\r\n".to_vec();
    chunk.extend(std::iter::repeat_n(b'x', 0x10000));
    chunk.extend_from_slice(b"\r\n");
    for (head, piece) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n", vec![b'x'; 0x10000]),
        ("HTTP/1.1 200 OK\r\n\r\n", vec![b'x'; 0x10000]),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk),
    ] {
        let (server, written) = flooding(head, piece, 100 * MIB);
        assert_eq!(fault(server.ask(patient())), WireFault::BodyTooLong { limit }, "{head}");
        assert!(written.recv().unwrap() < limit + BUFFERED, "{head}");
    }
}

#[test]
fn headers_of_1_mb_are_cut_at_the_limit() {
    let limit = Limits::default().head_bytes_max;
    for piece in [vec![b'a'; 4096], b"A: b\r\n".repeat(1000)] {
        let (server, _) = flooding("HTTP/1.1 200 OK\r\nA: ", piece, MIB);
        assert_eq!(fault(server.ask(patient())), WireFault::HeadTooLong { limit });
    }
}

#[test]
fn more_than_128_header_lines_are_refused() {
    let head = |lines: usize| {
        let lines = "A: b\r\n".repeat(lines - 1);
        format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: 0\r\n\r\n")
    };
    assert_eq!(Server::keeping(head(128)).respond().headers.0.len(), 128);
    let WireFault::NotHttp { reason, .. } = fault(Server::keeping(head(129)).ask(patient())) else {
        panic!()
    };
    assert_eq!(reason, "more than 128 header lines");
}

#[test]
fn endless_informational_answers_are_cut_at_the_limit() {
    let (server, _) = flooding("", b"HTTP/1.1 102 Processing\r\n\r\n".to_vec(), MIB);
    assert!(matches!(fault(server.ask(patient())), WireFault::NotHttp { .. }));
}

#[test]
fn a_transport_goes_on_after_every_kind_of_fault() {
    let server = Server::start(|number, mut stream| {
        read_request(&mut stream);
        let answer: &[u8] = match number {
            0 => b"",
            1 => b"garbage",
            2 => b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
            3 => return hold(stream),
            _ => b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        };
        stream.write_all(answer).unwrap();
    });
    let mut client = server.client(hasty());
    let answers = block_on(async {
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(client.send(&post("{}")).await.answer);
        }
        answers
    });
    assert!(matches!(
        answers.as_slice(),
        [
            Err(WireFault::Closed { .. }),
            Err(WireFault::NotHttp { .. }),
            Err(WireFault::BodyTooLong { .. }),
            Err(WireFault::TimedOut { .. }),
            Ok(_)
        ]
    ));
}
