//! What a subject may cost before it is given up.

use crate::wire::Request;

/// How long a connection may take to be made, in milliseconds.
const CONNECT_MS: u64 = 5_000;
/// How long a whole answer may take from the first byte written, in milliseconds.
const TIMEOUT_MS: u64 = 10_000;
/// The same for a request that is written out byte by byte, in milliseconds.
const RAW_TIMEOUT_MS: u64 = 1_000;
/// After how long such a request is ended if nothing came, in milliseconds.
pub(super) const RAW_END_MS: u64 = 50;
/// How long the head of one answer may be, in bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long a body may be after transfer decoding, in bytes.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How many header lines an answer may have.
const HEADER_LINES_MAX: usize = 128;
/// How many informational (1xx) answers may come before the final one.
const INFORMATIONAL_MAX: usize = 8;

/// The limits of one exchange. Together they bound the time and the memory that a hostile subject can take: a transport
/// holds at most `head_bytes_max` + 2 × `body_bytes_max` + 16 KiB of what was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For the TCP connection, and again for the TLS handshake, in milliseconds. Default: 5,000.
    pub connect_ms: u64,
    /// For the whole answer, from the first byte of the request written to the last byte of the answer read, in
    /// milliseconds of real time: a slow drip does not extend it. Default: 10,000.
    pub timeout_ms: u64,
    /// The same for a [`Request::Raw`](crate::wire::Request::Raw), in milliseconds; never more than `timeout_ms`. Such
    /// requests may be incomplete on purpose, and a server is right to wait for the rest: after a twentieth of a second it is
    /// told that nothing more comes, by the end of the writing side (not over TLS). Default: 1,000.
    pub raw_timeout_ms: u64,
    /// For one head (status line and header lines), and for the trailers of a chunked body, in bytes. Default: 65,536.
    pub head_bytes_max: usize,
    /// For the body after transfer decoding, in bytes. Default: 4,194,304.
    pub body_bytes_max: usize,
    /// For the number of header lines. Default: 128.
    pub header_lines_max: usize,
    /// For the number of informational (1xx) answers before the final one. Default: 8.
    pub informational_max: usize,
}

impl Limits {
    /// How long the answer to `request` may take, in milliseconds.
    pub(super) fn answer_ms(&self, request: &Request) -> u64 {
        match request {
            Request::Formed(_) => self.timeout_ms,
            Request::Raw(_) => self.raw_timeout_ms.min(self.timeout_ms),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_ms: CONNECT_MS,
            timeout_ms: TIMEOUT_MS,
            raw_timeout_ms: RAW_TIMEOUT_MS,
            head_bytes_max: HEAD_BYTES_MAX,
            body_bytes_max: BODY_BYTES_MAX,
            header_lines_max: HEADER_LINES_MAX,
            informational_max: INFORMATIONAL_MAX,
        }
    }
}
