//! One HTTP request and one HTTP response as bytes, with header order, case and duplicates kept.

use bytes::Bytes;

/// One header line. Neither name nor value is validated: a malformed one is a legitimate thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name in the case it has on the wire.
    pub name: Bytes,
    /// The value without surrounding white space.
    pub value: Bytes,
}

/// Header lines in wire order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<Header>);

impl Headers {
    /// Adds a header line at the end.
    pub fn push(&mut self, name: impl Into<Bytes>, value: impl Into<Bytes>) {
        self.0.push(Header { name: name.into(), value: value.into() });
    }

    /// All values of `name`, compared without regard to case, in wire order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.0
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|header| &*header.value)
    }

    /// The first value of `name`, compared without regard to case.
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The header lines in wire order.
    pub fn iter(&self) -> impl Iterator<Item = &Header> {
        self.0.iter()
    }
}

/// A request ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A request with the ordinary parts, written in HTTP/1.1 form exactly as given: nothing is added.
    Formed(RequestForm),
    /// Bytes written to the connection as they are, for what no ordinary request can express.
    Raw(Bytes),
}

/// How a request gets onto the wire. None of it is part of the request: whoever reads the stream sees the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Delivery {
    /// At once, on a connection that may have served before.
    #[default]
    Whole,
    /// In several pieces with a pause after each, on a connection of its own.
    Pieces,
    /// At once, on a connection of its own.
    NewConnection,
}

/// The parts of an ordinary request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestForm {
    /// The method token.
    pub method: Bytes,
    /// The request target (`/` for AWS JSON).
    pub target: Bytes,
    /// The header lines; `Host` and `Content-Length` are among them or are not sent.
    pub headers: Headers,
    /// The body bytes.
    pub body: Bytes,
}

impl Request {
    /// The exact bytes written to the connection.
    pub fn to_bytes(&self) -> Bytes {
        match self {
            Self::Raw(bytes) => bytes.clone(),
            Self::Formed(form) => {
                let mut out = Vec::with_capacity(256 + form.body.len());
                form.write_to(&mut out);
                out.into()
            }
        }
    }

    /// The method, where it can be told: decides whether an answer has a body (`HEAD` has none).
    pub fn method(&self) -> &[u8] {
        match self {
            Self::Raw(bytes) => bytes.split(|byte| *byte == b' ').next().unwrap_or_default(),
            Self::Formed(form) => &form.method,
        }
    }
}

impl RequestForm {
    /// Appends the exact bytes written to the connection.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        for part in [&*self.method, b" ", &self.target, b" HTTP/1.1\r\n"] {
            out.extend_from_slice(part);
        }
        for header in self.headers.iter() {
            for part in [&*header.name, b": ", &header.value, b"\r\n"] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
    }
}

/// A response as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The reason phrase, often empty.
    pub reason: Vec<u8>,
    /// The header lines in wire order.
    pub headers: Headers,
    /// The body after transfer decoding; content encodings are left alone.
    pub body: Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_as_given_and_nothing_is_added() {
        let mut headers = Headers::default();
        headers.push("hOsT", "x");
        headers.push("A", "1");
        headers.push("a", "2");
        let form = RequestForm {
            method: "POST".into(),
            target: "/".into(),
            headers,
            body: Bytes::from_static(b"{}"),
        };
        assert_eq!(
            &Request::Formed(form.clone()).to_bytes()[..],
            b"POST / HTTP/1.1\r\nhOsT: x\r\nA: 1\r\na: 2\r\n\r\n{}"
        );
        assert_eq!(form.headers.all("A").collect::<Vec<_>>(), [b"1", b"2"]);
    }
}
