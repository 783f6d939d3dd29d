//! Where the subject listens.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// How long a host name may be, in bytes (RFC 1035 §2.3.4).
const HOST_BYTES_MAX: usize = 253;
/// How long one label of a host name may be, in bytes (RFC 1035 §2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// The domains under which AWS serves its APIs: `dnsSuffix` and `dualStackDnsSuffix` of every partition in the
/// endpoint rules that AWS publishes with its SDKs (`partitions.json`), and that of Cognito's managed login.
const AWS_DOMAINS: [&str; 15] = [
    "amazoncognito.com",
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "api.aws",
    "api.aws.hci.ic.gov",
    "api.aws.ic.gov",
    "api.aws.scloud",
    "api.cloud-aws.adc-e.uk",
    "c2s.ic.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "sc2s.sgov.gov",
];

/// A text that is not an endpoint. User information is never repeated, since it may be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The scheme is missing or another one.
    #[error("endpoint without a known scheme; allowed: `http://host:port`, `https://host:port`")]
    Scheme,
    /// There is something before `@`.
    #[error("endpoint with user information before `@`; allowed: a host and a port alone")]
    UserInformation,
    /// The host is not one.
    #[error("endpoint host `{found}`; allowed: an ASCII name, an IPv4 address, an IPv6 address in brackets")]
    Host {
        /// The text found, escaped.
        found: String,
    },
    /// The port is not one.
    #[error("endpoint port `{found}`; allowed: 1 to 65535")]
    Port {
        /// The text found, escaped.
        found: String,
    },
    /// There is a path, a query or a fragment.
    #[error("endpoint path `{found}`; allowed: none or `/`, since each case names its own path")]
    Path {
        /// The text found, escaped.
        found: String,
    },
}

/// How the endpoint is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain text.
    Http,
    /// TLS.
    Https,
}

impl Scheme {
    /// The text before `://`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that is meant when none is given.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// A scheme, a host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    host: String,
    port: u16,
    authority: String,
}

impl Endpoint {
    /// Reads `http://host`, `https://host:port`, `http://[::1]:port`, with at most a `/` after it.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let (scheme, rest) = split_scheme(text).ok_or(EndpointError::Scheme)?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(EndpointError::UserInformation);
        }
        if !matches!(path, "" | "/") {
            return Err(EndpointError::Path { found: shown(path) });
        }
        let (host, port) = split_port(authority);
        if !is_host(host) {
            return Err(EndpointError::Host { found: shown(host) });
        }
        Ok(Self::new(scheme, host, read_port(port, scheme)?))
    }

    fn new(scheme: Scheme, host: &str, port: u16) -> Self {
        let authority =
            if port == scheme.default_port() { host.to_owned() } else { format!("{host}:{port}") };
        Self { scheme, host: host.trim_matches(['[', ']']).to_owned(), port, authority }
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host as given; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The value of the `Host` header: host and port, a default port left out.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether the host belongs to AWS, so that no run reaches a real user pool by accident. An address says nothing
    /// about its owner, so only names can be told.
    pub fn is_aws(&self) -> bool {
        is_aws_host(&self.host)
    }
}

/// Whether a host belongs to AWS itself, in any spelling.
pub fn is_aws_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    AWS_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Plain HTTP at a socket address.
impl From<SocketAddr> for Endpoint {
    fn from(address: SocketAddr) -> Self {
        let host = match address {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        };
        Self::new(Scheme::Http, &host, address.port())
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        Self::parse(text)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority)
    }
}

fn split_scheme(text: &str) -> Option<(Scheme, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some((Scheme::Http, rest)),
        "https" => Some((Scheme::Https, rest)),
        _ => None,
    }
}

/// The host, an IPv6 address with its brackets, and what comes after its colon. An address that lacks its brackets is
/// left whole, to be refused as one.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let host_end = authority.rfind(']').map_or(0, |at| at + 1);
    let (address, rest) = authority.split_at(host_end);
    match rest.split_once(':') {
        Some((name, port)) if !port.contains(':') && (name.is_empty() || address.is_empty()) => {
            let (host, _) = authority.split_at(host_end + name.len());
            (host, Some(port))
        }
        _ => (authority, None),
    }
}

fn read_port(text: Option<&str>, scheme: Scheme) -> Result<u16, EndpointError> {
    let Some(text) = text else {
        return Ok(scheme.default_port());
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if digits && port != 0 => Ok(port),
        _ => Err(EndpointError::Port { found: shown(text) }),
    }
}

/// Whether `host` is an IPv6 address in brackets or a name of ASCII labels; an IPv4 address is one of those.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    name.len() <= HOST_BYTES_MAX
        && name.split('.').all(|label| {
            (1..=LABEL_BYTES_MAX).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

/// A part of the input for an error text: escaped, and cut to what a host may have.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(HOST_BYTES_MAX).collect();
    crate::wire::escape(cut.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap()
    }

    #[test]
    fn the_host_header_leaves_the_default_port_out() {
        for (text, authority, host, port) in [
            ("http://localhost", "localhost", "localhost", 80),
            ("http://localhost:80/", "localhost", "localhost", 80),
            ("HTTPS://Localhost:443", "Localhost", "Localhost", 443),
            ("http://127.0.0.1:9229/", "127.0.0.1:9229", "127.0.0.1", 9229),
            ("https://a.example.:80", "a.example.:80", "a.example.", 80),
            ("http://[::1]:9229", "[::1]:9229", "::1", 9229),
            ("http://[::1]", "[::1]", "::1", 80),
            ("http://my_emulator:1", "my_emulator:1", "my_emulator", 1),
        ] {
            let endpoint = parsed(text);
            assert_eq!(
                (endpoint.authority(), endpoint.host(), endpoint.port()),
                (authority, host, port),
                "{text}"
            );
            assert_eq!(Endpoint::parse(&endpoint.to_string()).unwrap(), endpoint);
        }
    }

    #[test]
    fn a_socket_address_is_an_endpoint() {
        let address: SocketAddr = "[::1]:80".parse().unwrap();
        assert_eq!(Endpoint::from(address), parsed("http://[::1]"));
    }

    #[test]
    fn what_is_not_an_endpoint_is_named() {
        let host = |found: &str| EndpointError::Host { found: found.into() };
        let port = |found: &str| EndpointError::Port { found: found.into() };
        let path = |found: &str| EndpointError::Path { found: found.into() };
        for (text, error) in [
            ("", EndpointError::Scheme),
            ("localhost:9229", EndpointError::Scheme),
            ("ftp://localhost", EndpointError::Scheme),
            ("http://u:secret@localhost", EndpointError::UserInformation),
            ("http://", host("")),
            ("http://:80", host("")),
            ("http://a b", host("a b")),
            ("http://a..b", host("a..b")),
            ("http://ä", host("ä")),
            ("http://a%2eb", host("a%2eb")),
            ("http://a\u{1b}[1m", host("a\\u{1b}[1m")),
            ("http://[::1", host("[::1")),
            ("http://[::1]x:1", host("[::1]x:1")),
            ("http://[fe80::1%25lo]", host("[fe80::1%25lo]")),
            ("http://::1", host("::1")),
            ("http://a:", port("")),
            ("http://a:0", port("0")),
            ("http://a:+1", port("+1")),
            ("http://a:65536", port("65536")),
            ("http://[::1]:x", port("x")),
            ("http://a/b", path("/b")),
            ("http://a?x", path("?x")),
            ("http://a#x", path("#x")),
            ("http://a\\b", path("\\\\b")),
        ] {
            assert_eq!(Endpoint::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn an_error_never_repeats_a_password() {
        let error = Endpoint::parse("http://u:secret@localhost").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }

    #[test]
    fn hosts_of_aws_are_told_from_lookalikes() {
        for host in [
            "cognito-idp.us-east-1.amazonaws.com",
            "COGNITO-IDP.us-east-1.AMAZONAWS.COM.",
            "cognito-idp.cn-north-1.amazonaws.com.cn",
            "cognito-idp.us-east-1.api.aws",
            "cognito-idp.cn-north-1.api.amazonwebservices.com.cn",
            "cognito-idp.eusc-de-east-1.amazonaws.eu",
            "x.execute-api.us-east-1.amazonaws.com",
            "my.auth.us-east-1.amazoncognito.com",
            "amazonaws.com",
        ] {
            assert!(parsed(&format!("https://{host}")).is_aws(), "{host}");
        }
        for host in [
            "localhost",
            "notamazonaws.com",
            "amazonaws.com.localhost",
            "amazonaws.com.evil",
            "aws",
            "127.0.0.1",
        ] {
            assert!(!parsed(&format!("https://{host}")).is_aws(), "{host}");
        }
    }
}
