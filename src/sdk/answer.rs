//! A scripted answer: the bytes that go onto the connection, when, and what becomes of the connection afterwards.

use super::text::replaced;
use crate::named::named;
use flate2::{Compression, write::GzEncoder};
use memchr::memmem;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io::Write as _;
use std::str::FromStr;
use std::time::Duration;

/// The largest answer, in bytes.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How far into an answer `${endpoint}` is looked for, in bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How many pieces of a dripping answer have a pause before them; the rest comes at once.
pub const DRIPS_MAX: usize = 64;

named! {
    /// How the end of the body is told.
    Framing {
        /// `Content-Length`.
        Length = "length",
        /// `Transfer-Encoding: chunked`, in pieces of a few bytes.
        Chunked = "chunked",
        /// The connection ends.
        Close = "close",
        /// Nothing is added: the headers of the case say it.
        Bare = "bare",
    }
}

named! {
    /// What becomes of the connection after the answer.
    Afterwards {
        /// It takes the next request.
        Keep = "keep",
        /// It is closed in good order.
        Close = "close",
        /// It is reset.
        Reset = "reset",
        /// It stays open, and nothing more is said.
        Hold = "hold",
    }
}

/// What the server does with one attempt.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The bytes; `${endpoint}` in a header line has been left for [`Answer::bytes`]. Empty: nothing is said.
    pub(super) bytes: Vec<u8>,
    /// How long it takes until the first byte.
    pub delay: Duration,
    /// The pause between pieces of a few bytes, where it drips.
    pub drip: Option<Duration>,
    /// What becomes of the connection.
    pub afterwards: Afterwards,
}

impl fmt::Debug for Answer {
    // An answer may have millions of bytes: their digest tells it from any other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, delay, drip, afterwards } = self;
        write!(f, "{:x?} {delay:?} {drip:?} {afterwards}", Sha256::digest(bytes))
    }
}

/// The parts of an answer that is written in HTTP form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// `HTTP/1.1`.
    pub version: String,
    /// The status code.
    pub status: u16,
    /// The reason phrase.
    pub reason: String,
    /// Header lines besides those of type and framing.
    pub headers: Vec<(String, String)>,
    /// `Content-Type`; empty: none.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
    /// How its end is told.
    pub framing: Framing,
    /// What `Content-Length` says, where that is not the length.
    pub content_length: Option<usize>,
    /// Lines of interim answers that come first, such as `100 Continue`.
    pub interim: Vec<String>,
    /// How many bytes of the whole are sent, where it is cut.
    pub cut: Option<usize>,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            version: "HTTP/1.1".to_owned(),
            status: 200,
            reason: String::new(),
            headers: Vec::new(),
            content_type: "application/x-amz-json-1.1".to_owned(),
            body: b"{}".to_vec(),
            framing: Framing::Length,
            content_length: None,
            interim: Vec::new(),
            cut: None,
        }
    }
}

impl Form {
    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256 + self.body.len());
        for interim in &self.interim {
            out.extend(format!("HTTP/1.1 {interim}\r\n\r\n").bytes());
        }
        out.extend(format!("{} {} {}\r\n", self.version, self.status, self.reason).bytes());
        if !self.content_type.is_empty() {
            out.extend(format!("Content-Type: {}\r\n", self.content_type).bytes());
        }
        for (name, value) in &self.headers {
            out.extend(format!("{name}: {value}\r\n").bytes());
        }
        match self.framing {
            Framing::Length => {
                let length = self.content_length.unwrap_or(self.body.len());
                out.extend(format!("Content-Length: {length}\r\n\r\n").bytes());
                out.extend_from_slice(&self.body);
            }
            Framing::Chunked => {
                out.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
                for piece in self.body.chunks(7) {
                    out.extend(format!("{:x}\r\n", piece.len()).bytes());
                    out.extend_from_slice(piece);
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(b"0\r\n\r\n");
            }
            Framing::Close => {
                out.extend_from_slice(b"Connection: close\r\n\r\n");
                out.extend_from_slice(&self.body);
            }
            Framing::Bare => {
                out.extend_from_slice(b"\r\n");
                out.extend_from_slice(&self.body);
            }
        }
        out.truncate(self.cut.unwrap_or(usize::MAX));
        out
    }
}

/// `bytes` compressed.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to a `Vec` cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

impl Answer {
    /// An answer of these bytes; the connection takes the next request afterwards.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), delay: Duration::ZERO, drip: None, afterwards: Afterwards::Keep }
    }

    /// Nothing is said, and this becomes of the connection.
    pub fn silent(afterwards: Afterwards) -> Self {
        Self { bytes: Vec::new(), delay: Duration::ZERO, drip: None, afterwards }
    }

    /// What goes onto a connection of `endpoint`.
    pub fn bytes(&self, endpoint: &str) -> Vec<u8> {
        const MARK: &[u8] = b"${endpoint}";
        let start = self.bytes.get(..HEAD_BYTES_MAX).unwrap_or(&self.bytes);
        let (head, rest) = self.bytes.split_at(memmem::find(start, b"\r\n\r\n").unwrap_or(start.len()));
        [replaced(head, MARK, endpoint.as_bytes()).as_slice(), rest].concat()
    }

    /// What is said, for a report.
    pub fn shown(&self) -> &[u8] {
        &self.bytes
    }
}
