//! What the binary talks to: servers written by hand, the reference server, and a proxy that lies about ConfirmSignUp.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;

/// A request that is longer than this is not read to its end.
const REQUEST_MAX: usize = 16 * 1024 * 1024;
/// What the requests that are judged carry in their head.
const TARGET: &[u8] = b"AWSCognitoIdentityProviderService.";
const JUDGED: &[u8] = b"AWSCognitoIdentityProviderService.ConfirmSignUp";

/// A server with a thread a connection. Its threads end with the test.
pub(crate) struct Peer(SocketAddr);

impl Peer {
    /// Calls `serve` with each connection.
    pub(crate) fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(stream));
            }
        });
        Self(address)
    }

    /// Reads one request a connection, answers as `answer` does, and closes.
    pub(crate) fn answering(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::start(move |mut stream| {
            if read_message(&mut stream).is_some() {
                answer(&mut stream);
                linger(&stream);
            }
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port()
    }
}

/// Ends the sending side and reads on, so that the peer is not reset before it has read the answer.
fn linger(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut &*stream, &mut std::io::sink());
}

/// A port that nobody listens on.
pub(crate) fn refused_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Reads a head and the body that its Content-Length announces; `None` at the end of the stream.
pub(crate) fn read_message(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4) {
            let wanted = head + content_length(bytes.get(..head)?);
            if bytes.len() >= wanted || wanted > REQUEST_MAX {
                return Some(bytes);
            }
        }
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => bytes.extend_from_slice(piece.get(..count)?),
            _ => return (!bytes.is_empty()).then_some(bytes),
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

/// Whether a request is meant for ConfirmSignUp, well formed or not, and neither a set-up call nor one for a code.
pub(crate) fn is_judged(request: &[u8]) -> bool {
    (!holds(request, TARGET) || holds(request, JUDGED)) && !request.starts_with(b"GET /_countersign")
}

/// Whether `wanted` stands in the request.
pub(crate) fn holds(request: &[u8], wanted: &[u8]) -> bool {
    request.windows(wanted.len()).any(|window| window == wanted)
}

/// Passes set-up calls on to `upstream`; what is judged meets `answer`, after which the connection is closed.
pub(crate) fn lying_proxy(upstream: &str, answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Peer {
    proxy(upstream, move |request, stream| {
        if !is_judged(request) {
            return Then::PassOn;
        }
        answer(stream);
        linger(stream);
        Then::Close
    })
}

/// What becomes of a request.
pub(crate) enum Then {
    /// It has been answered as far as it will be, and the connection is at its end.
    Close,
    /// It is passed on.
    PassOn,
}

/// Passes requests on to `upstream`, one at a time and each over a connection of its own, as `then` says.
pub(crate) fn proxy(
    upstream: &str,
    then: impl Fn(&[u8], &mut TcpStream) -> Then + Send + Sync + 'static,
) -> Peer {
    let upstream: SocketAddr = upstream.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    Peer::start(move |mut stream| {
        while let Some(request) = read_message(&mut stream) {
            if matches!(then(&request, &mut stream), Then::Close) {
                return;
            }
            let Ok(mut onward) = TcpStream::connect(upstream) else { return };
            let sent = onward.write_all(&request);
            let Some(response) = sent.ok().and_then(|()| read_message(&mut onward)) else { return };
            if stream.write_all(&response).is_err() {
                return;
            }
        }
    })
}

/// `countersign serve`, killed when it is dropped.
pub(crate) struct Serve {
    child: Child,
    pub(crate) url: String,
}

impl Serve {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .arg("serve")
            .args(flags)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { url: url.trim_end_matches('/').to_owned(), child }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().unwrap()
    }

    /// Calls an operation; returns the body of the answer.
    pub(crate) fn call(&self, operation: &str, body: &Value) -> Value {
        let body = body.to_string();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n\
             X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        body_of(&self.exchange(&format!("{head}{body}")))
    }

    /// The answer to a GET request, as JSON.
    pub(crate) fn ask(&self, path: &str) -> Value {
        body_of(&self.exchange(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")))
    }

    pub(crate) fn exchange(&self, request: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        read_message(&mut stream).unwrap()
    }

    /// The names of the user pools that are there.
    pub(crate) fn pools(&self) -> Vec<String> {
        let answer = self.call("ListUserPools", &serde_json::json!({ "MaxResults": 60 }));
        let pools = answer.get("UserPools").and_then(Value::as_array).unwrap();
        pools.iter().map(|pool| pool.get("Name").and_then(Value::as_str).unwrap().to_owned()).collect()
    }
}

fn body_of(response: &[u8]) -> Value {
    let text = String::from_utf8_lossy(response);
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
