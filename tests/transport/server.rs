//! Loopback servers written by hand, and how the tests speak to them.

use countersign::replay::transport::{Endpoint, HttpTransport, Limits, TlsClient, TlsTrust, Transport as _};
use countersign::wire::{Exchange, Headers, Request, RequestForm, Response};
use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A server with a thread a connection.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Calls `serve` with each connection and its number, from 0.
    pub(crate) fn start(serve: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let number = counter.fetch_add(1, Ordering::SeqCst);
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(number, stream));
            }
        });
        Self { address, connections }
    }

    /// Answers every request with `answer` and keeps the connection until the client closes it.
    pub(crate) fn keeping(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(
            move |_, mut stream| {
                while read_request(&mut stream).is_some() && stream.write_all(&answer).is_ok() {}
            },
        )
    }

    /// Answers one request a connection with `answer` and closes it.
    pub(crate) fn closing(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_, mut stream| {
            read_request(&mut stream);
            let _ = stream.write_all(&answer);
        })
    }

    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// A client of this server.
    pub(crate) fn client(&self, limits: Limits) -> HttpTransport {
        client(&format!("http://{}", self.address), limits)
    }

    /// What comes back for a plain request.
    pub(crate) fn ask(&self, limits: Limits) -> Exchange {
        block_on(self.client(limits).send(&post("{}")))
    }

    /// The response to a plain request.
    pub(crate) fn respond(&self) -> Response {
        self.ask(patient()).answer.unwrap()
    }
}

/// Limits for a test that waits for one of the time limits.
pub(crate) fn hasty() -> Limits {
    Limits { connect_ms: 200, timeout_ms: 200, ..Limits::default() }
}

/// Limits for a test that must not meet a time limit.
pub(crate) fn patient() -> Limits {
    Limits::default()
}

/// A client of any endpoint.
pub(crate) fn client(endpoint: &str, limits: Limits) -> HttpTransport {
    let tls = TlsClient::new(&TlsTrust::WebPki).unwrap();
    HttpTransport::new(Endpoint::parse(endpoint).unwrap(), limits, tls)
}

/// Runs `work` as the harness does: on one thread.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A plain request with this body.
pub(crate) fn post(body: &str) -> Request {
    post_with(&[], body)
}

/// A request with these header lines before the usual ones.
pub(crate) fn post_with(extra: &[(&str, &str)], body: &str) -> Request {
    let mut headers = Headers::default();
    for (name, value) in extra {
        headers.push((*name).to_owned(), (*value).to_owned());
    }
    headers.push("Host", "subject");
    headers.push("Content-Length", body.len().to_string());
    Request::Formed(RequestForm {
        method: "POST".into(),
        target: "/".into(),
        headers,
        body: body.to_owned().into(),
    })
}

/// Reads one request with a `Content-Length`; `None` at the end of the connection.
pub(crate) fn read_request(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length: usize = head
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    request.extend_from_slice(&body);
    Some(request)
}

/// Waits until the client closes the connection.
pub(crate) fn hold(mut stream: TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}
