//! Reads one HTTP/1.1 request from a connection, within bounds.

use super::recording::Received;
use super::text::{VALUE_SHOWN_MAX, shown_bytes};
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
        let mut chunks = Chunks::default();
        loop {
            let rest = self.buffer.get(head..).unwrap_or_default();
            let found = if is_chunked { chunks.read(rest) } else { length(&received.headers, rest) };
            match found {
                Ok(Some(taken)) => {
                    received.body =
                        if is_chunked { chunks.body } else { rest.get(..taken).unwrap_or_default().to_vec() };
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

/// How many bytes a body takes on the wire, once all of them are there.
type Taken = Result<Option<usize>, String>;

fn length(headers: &Headers, bytes: &[u8]) -> Taken {
    let Some(value) = headers.first("content-length") else {
        // Nothing says that there is a body. What came with the head is one all the same, and no other request.
        return Ok(Some(bytes.len()));
    };
    let length = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse::<usize>().ok());
    match length.filter(|length| *length <= REQUEST_BYTES_MAX) {
        None => Err(format!("Content-Length is `{}`", shown_bytes(value, VALUE_SHOWN_MAX))),
        Some(length) => Ok((bytes.len() >= length).then_some(length)),
    }
}

/// A body in chunks, as far as it has come.
#[derive(Debug, Default)]
struct Chunks {
    body: Vec<u8>,
    /// How many bytes of the whole have been read.
    at: usize,
    /// The last chunk has been read: lines of trailers follow, and an empty one.
    is_last: bool,
}

impl Chunks {
    /// Reads on in `bytes`, which start with the first chunk.
    fn read(&mut self, bytes: &[u8]) -> Taken {
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            if self.is_last {
                let Some(end) = memchr::memchr(b'\n', rest) else { return Ok(None) };
                self.at += end + 1;
                if rest.get(..end).is_some_and(|line| line.is_empty() || line == b"\r") {
                    return Ok(Some(self.at));
                }
                continue;
            }
            match httparse::parse_chunk_size(rest) {
                Ok(httparse::Status::Complete((start, size))) => {
                    let size = usize::try_from(size).unwrap_or(usize::MAX);
                    if size > REQUEST_BYTES_MAX {
                        return Err(format!("a chunk of {size} bytes"));
                    }
                    if size == 0 {
                        (self.at, self.is_last) = (self.at + start, true);
                        continue;
                    }
                    let Some(chunk) = rest.get(start..start + size + 2) else {
                        return Ok(None);
                    };
                    self.at += chunk.len() + start;
                    self.body.extend_from_slice(chunk.get(..size).unwrap_or_default());
                }
                Ok(httparse::Status::Partial) => return Ok(None),
                Err(_) => return Err("the chunks cannot be read".to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunked_body_is_joined_once_it_is_whole() {
        let whole = b"2\r\n{\"\r\n3;x=1\r\na\":\r\n0\r\nA: b\r\n\r\n";
        let mut chunks = Chunks::default();
        for end in 0..whole.len() {
            assert_eq!(chunks.read(&whole[..end]), Ok(None), "{end}");
        }
        // What follows is the next request.
        assert_eq!(chunks.read(&[whole, &b"POST"[..]].concat()), Ok(Some(whole.len())));
        assert_eq!(chunks.body, b"{\"a\":");
        assert!(Chunks::default().read(b"x\r\n").is_err());
        assert!(Chunks::default().read(b"ffffffff\r\n").is_err());
    }

    #[test]
    fn a_length_says_where_a_body_ends_and_without_one_it_is_what_came() {
        let mut headers = Headers::default();
        assert_eq!(length(&headers, b"{}"), Ok(Some(2)));
        headers.push("Content-Length".to_owned(), b"3".to_vec());
        assert_eq!(length(&headers, b"{}"), Ok(None));
        assert_eq!(length(&headers, b"{} P"), Ok(Some(3)));
    }

    #[test]
    fn what_is_no_request_is_said_to_be_none() {
        assert!(head(b"\x16\x03\x01\x02\x00").is_err());
        assert!(head(b"POST / HTTP/1.1\r\nHost: x\r\n").unwrap().is_none());
    }
}
