//! Reads one HTTP/1.1 request from a connection, within bounds.

use super::recording::Received;
use crate::clock::Stopwatch;
use crate::wire::{self, Headers};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest request head, in bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// The longest request, in bytes.
const REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most header lines.
const HEADERS_MAX: usize = 128;
/// How much is read at a time, in bytes.
const READ_BYTES: usize = 16 * 1024;

/// One request with everything that came for it.
pub(super) struct Incoming {
    /// When its first byte had come.
    pub(super) at: Duration,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// The request, or why there is none.
    pub(super) request: Result<Received, String>,
}

/// The bytes of one connection.
pub(super) struct RequestReader {
    watch: Stopwatch,
    buffer: Vec<u8>,
}

impl RequestReader {
    pub(super) fn new(watch: Stopwatch) -> Self {
        Self { watch, buffer: Vec::new() }
    }

    /// The next request; `None` once the connection has ended before its first byte.
    pub(super) async fn next(&mut self, stream: &mut TcpStream) -> Option<Incoming> {
        if self.buffer.is_empty() && !self.more(stream).await {
            return None;
        }
        let at = self.watch.elapsed();
        let (request, taken) = self.request(stream).await;
        let rest = self.buffer.split_off(taken.min(self.buffer.len()));
        let bytes = std::mem::replace(&mut self.buffer, rest);
        Some(Incoming { at, bytes, request })
    }

    /// Reads on. `false`: nothing comes any more.
    async fn more(&mut self, stream: &mut TcpStream) -> bool {
        let mut piece = vec![0; READ_BYTES];
        match stream.read(&mut piece).await {
            Ok(read @ 1..) => {
                self.buffer.extend(piece.into_iter().take(read));
                true
            }
            _ => false,
        }
    }

    /// The request at the start of the buffer, and how many bytes belong to it.
    async fn request(&mut self, stream: &mut TcpStream) -> (Result<Received, String>, usize) {
        let (mut received, head) = loop {
            match head(&self.buffer) {
                Ok(Some(found)) => break found,
                Ok(None) if self.buffer.len() > HEAD_BYTES_MAX => {
                    return (Err(format!("a head of more than {HEAD_BYTES_MAX} bytes")), usize::MAX);
                }
                Ok(None) => {}
                Err(error) => return (Err(error), usize::MAX),
            }
            if !self.more(stream).await {
                return (Err("the connection ended in the head".to_owned()), usize::MAX);
            }
        };
        if received.headers.first("expect").is_some() {
            // Without it the client would wait, and the case would say nothing else about it.
            let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        }
        let is_chunked = received
            .headers
            .first("transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case(b"chunked"));
        loop {
            let body = self.buffer.get(head..).unwrap_or_default();
            let found = if is_chunked { chunks(body) } else { length(&received.headers, body) };
            match found {
                Ok(Some((body, taken))) => {
                    received.body = body;
                    return (Ok(received), head + taken);
                }
                Ok(None) if self.buffer.len() > REQUEST_BYTES_MAX => {
                    return (Err(format!("a request of more than {REQUEST_BYTES_MAX} bytes")), usize::MAX);
                }
                Ok(None) => {}
                Err(error) => return (Err(error), usize::MAX),
            }
            if !self.more(stream).await {
                return (Err("the connection ended in the body".to_owned()), usize::MAX);
            }
        }
    }
}

/// The head of a request, and its length.
fn head(bytes: &[u8]) -> Result<Option<(Received, usize)>, String> {
    let mut lines = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut lines);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => {
            let start: Vec<u8> = bytes.iter().copied().take(24).collect();
            return Err(format!("no HTTP/1.1 request ({error}): `{}`", wire::escape(&start)));
        }
    };
    let mut headers = Headers::default();
    for header in request.headers.iter() {
        headers.push(header.name.to_owned(), header.value.to_vec());
    }
    let received = Received {
        method: request.method.unwrap_or_default().into(),
        target: request.path.unwrap_or_default().into(),
        version: format!("HTTP/1.{}", request.version.unwrap_or_default()).into(),
        headers,
        body: Vec::new(),
    };
    Ok(Some((received, length)))
}

/// A body and how many bytes it takes, once it is there.
type Body = Result<Option<(Vec<u8>, usize)>, String>;

fn length(headers: &Headers, bytes: &[u8]) -> Body {
    let Some(value) = headers.first("content-length") else {
        return Ok(Some((Vec::new(), 0)));
    };
    let length = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse::<usize>().ok());
    let Some(length) = length.filter(|length| *length <= REQUEST_BYTES_MAX) else {
        return Err(format!("Content-Length is `{}`", wire::escape(value)));
    };
    Ok(bytes.get(..length).map(|body| (body.to_vec(), length)))
}

fn chunks(bytes: &[u8]) -> Body {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete((start, size))) => {
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                if size > REQUEST_BYTES_MAX {
                    return Err(format!("a chunk of {size} bytes"));
                }
                let Some(chunk) = rest.get(start..start + size + 2) else {
                    return Ok(None);
                };
                at += start + size + 2;
                if size == 0 {
                    return Ok(Some((body, at)));
                }
                body.extend_from_slice(chunk.get(..size).unwrap_or_default());
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err("the chunks cannot be read".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunked_body_is_joined_once_it_is_whole() {
        assert_eq!(chunks(b"2\r\n{}\r\n0\r\n\r\n"), Ok(Some((b"{}".to_vec(), 12))));
        assert_eq!(chunks(b"2\r\n{}\r\n0\r\n"), Ok(None));
        assert!(chunks(b"x\r\n").is_err());
    }

    #[test]
    fn what_is_no_request_is_said_to_be_none() {
        assert!(head(b"\x16\x03\x01\x02\x00").is_err());
        assert!(head(b"POST / HTTP/1.1\r\nHost: x\r\n").unwrap().is_none());
    }
}
