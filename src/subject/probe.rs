//! One small GET request over plain HTTP, for readiness and for codes: the connection is closed after it, nothing is
//! retried and no redirect is followed.

use std::fmt::Write as _;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// The most header lines of an answer.
const HEADERS_MAX: usize = 100;

/// An answer: status and body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Asks the `http://` URL `url`. The error is a short reason that is safe to print.
pub(super) async fn get(url: &str, limit: Duration) -> Result<Answer, String> {
    let rest = url.strip_prefix("http://").ok_or("the URL does not start with `http://`")?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let path = if path.is_empty() { "/" } else { path };
    if !url.chars().all(|c| c.is_ascii_graphic()) {
        return Err("the URL has characters other than printable ASCII".into());
    }
    let address = if authority.rsplit(']').next().is_some_and(|end| end.contains(':')) {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    };
    let head = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(head.as_bytes()).await?;
        read_answer(&mut stream).await
    };
    match tokio::time::timeout(limit, ask).await {
        Err(_) => Err(format!("no answer within {} ms", limit.as_millis())),
        Ok(Err(error)) => Err(error.to_string()),
        Ok(Ok(answer)) => Ok(answer),
    }
}

/// Reads until the connection ends, or until the declared length has come: some servers keep it open.
async fn read_answer(stream: &mut TcpStream) -> std::io::Result<Answer> {
    let mut bytes = Vec::new();
    let mut stream = stream.take(ANSWER_BYTES_MAX);
    let mut ended = false;
    loop {
        if let Some(answer) = complete_answer(&bytes, ended)? {
            return Ok(answer);
        }
        if ended {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        ended = stream.read_buf(&mut bytes).await? == 0;
    }
}

fn complete_answer(bytes: &[u8], ended: bool) -> std::io::Result<Option<Answer>> {
    let mut lines = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Response::new(&mut lines);
    let parsed = head
        .parse(bytes)
        .map_err(|error| std::io::Error::other(format!("the answer is not HTTP: {error}")))?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let value = |name: &str| {
        head.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let rest = bytes.get(length..).unwrap_or_default();
    let chunked =
        value("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let body = if chunked {
        decode_chunks(rest)
    } else {
        let declared = value("content-length").and_then(|value| value.trim().parse::<usize>().ok());
        match declared {
            Some(declared) => rest.get(..declared).map(<[u8]>::to_vec),
            None => ended.then(|| rest.to_vec()),
        }
    };
    Ok(body.map(|body| Answer { status: head.code.unwrap_or_default(), body }))
}

/// The body out of complete chunks; `None` until the last one is there.
fn decode_chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((offset, size))) = httparse::parse_chunk_size(rest) else {
            return None;
        };
        if size == 0 {
            return Some(body);
        }
        let end = usize::try_from(size).ok()?.checked_add(offset)?;
        body.extend_from_slice(rest.get(offset..end)?);
        rest = rest.get(end.checked_add(2)?..)?;
    }
}

/// `text` as one segment of a URL's path: all but unreserved characters (RFC 3986) as `%XX`.
pub(super) fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_complete_by_its_length_by_its_last_chunk_or_by_the_end() {
        let body = |bytes: &[u8], ended| complete_answer(bytes, ended).unwrap().map(|answer| answer.body);
        let sized = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(body(sized, false).unwrap(), b"{}");
        assert_eq!(body(&sized[..sized.len() - 1], false), None);
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
        assert_eq!(body(chunked, false).unwrap(), b"{}");
        assert_eq!(body(&chunked[..chunked.len() - 6], false), None);
        assert_eq!(body(b"HTTP/1.0 200 OK\r\n\r\nx", false), None);
        assert_eq!(body(b"HTTP/1.0 200 OK\r\n\r\nx", true).unwrap(), b"x");
        assert!(complete_answer(b"SSH-2.0-x\r\n", false).is_err());
    }

    #[test]
    fn a_username_stays_one_segment_of_a_url() {
        assert_eq!(percent_encode("a/b?é"), "a%2Fb%3F%C3%A9");
    }
}
