//! A request as one command for bash that sends the same bytes with curl, or with `nc` what curl cannot send. Values
//! that only provisioning knows stand in it as variables such as `"$CLIENT_ID"`.

use super::shell;
use crate::template::{Binding, Escaping, Radix, RequestTemplate, Segment, Template};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The longest body that is put on the command line, in bytes: Linux takes no word above 128 KiB.
const WORD_BYTES_MAX: usize = 64 * 1024;

/// The headers that curl adds by itself unless it is told not to.
const ADDED_BY_CURL: &[&str] = &["Host", "User-Agent", "Accept", "Content-Type", "Content-Length", "Expect"];

/// How the certificate of an HTTPS endpoint is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TlsOptions {
    /// Against the system's authorities.
    #[default]
    System,
    /// Against the authorities in this file.
    Ca(String),
    /// Not at all.
    Insecure,
}

/// An endpoint that is not known yet: the command takes it from the variable `ENDPOINT`, such as `http://127.0.0.1:9229`.
pub const ENDPOINT_VARIABLE: &str = "$ENDPOINT";

/// A command, and the variables that have to be set before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurlCommand {
    /// The command: one line of printable ASCII.
    pub command: String,
    /// The name of each variable in it with the value that it stands for. A variable whose name ends in `_UNICODE`
    /// takes the value with every UTF-16 unit written as `\uXXXX`; one that stands inside JSON takes it as the inside
    /// of a JSON string.
    pub variables: BTreeMap<String, Binding>,
}

/// The command that sends `request` to `endpoint` (`http://host:port`, or [`ENDPOINT_VARIABLE`]).
pub fn curl(request: &RequestTemplate, endpoint: &str, tls: &TlsOptions) -> CurlCommand {
    let mut variables = BTreeMap::new();
    let command = match request {
        RequestTemplate::Raw(bytes) => piped(&[bytes], endpoint, tls, &mut variables),
        RequestTemplate::Formed { method, target, headers, body } => {
            let parts = Parts { method, target, headers, body };
            if parts.can_be_sent_by_curl() {
                parts.curl(endpoint, tls, &mut variables)
            } else {
                let head = parts.head(&mut variables);
                piped(&[&head, body], endpoint, tls, &mut variables)
            }
        }
    };
    CurlCommand { command, variables }
}

/// The parts of an ordinary request.
struct Parts<'a> {
    method: &'a [u8],
    target: &'a [u8],
    headers: &'a [(Vec<u8>, Template)],
    body: &'a Template,
}

impl Parts<'_> {
    /// curl takes its arguments from words, so they have no NUL; it ends a header at a line break, and needs a name
    /// before the colon.
    fn can_be_sent_by_curl(&self) -> bool {
        let is_line = |bytes: &[u8]| !bytes.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'));
        let is_name = |name: &[u8]| !name.is_empty() && is_line(name) && !name.contains(&b':');
        let headers_fit = self.headers.iter().all(|(name, value)| {
            let fits = value.0.iter().all(|segment| match segment {
                Segment::Literal(bytes) => is_line(bytes) && bytes.len() <= WORD_BYTES_MAX,
                Segment::Repeat { .. } | Segment::Length { .. } => false,
                Segment::Bound { .. } => true,
            });
            is_name(name) && fits && !self.is_changed_by_curl(name, value)
        });
        headers_fit && is_token(self.method) && is_target(self.target)
    }

    /// curl sends one `Host` and one `Content-Length` and trims the values it is given.
    fn is_changed_by_curl(&self, name: &[u8], value: &Template) -> bool {
        let same = |other: &[u8]| other.eq_ignore_ascii_case(name);
        let is_single = same(b"host") || same(b"content-length");
        let is_repeated = self.headers.iter().filter(|(other, _)| same(other)).count() > 1;
        let is_framing = same(b"transfer-encoding") || same(b"expect") || same(b"connection");
        let is_trimmed = value.0.first().is_some_and(|segment| {
            matches!(segment, Segment::Literal(bytes) if bytes.first().is_some_and(u8::is_ascii_whitespace))
        });
        is_single && is_repeated || is_framing || is_trimmed || name.starts_with(b"@")
    }

    fn curl(&self, endpoint: &str, tls: &TlsOptions, variables: &mut BTreeMap<String, Binding>) -> String {
        let mut out = format!("curl -sS -i --http1.1 {}", tls_flags(tls));
        let mut argument = |flag: &str, word: &str| {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "{flag} {word} ");
        };
        if self.method == b"HEAD" && self.body.0.is_empty() {
            argument("--head", "");
        } else {
            argument("-X", &shell::quote(self.method));
        }
        if self.target != b"/" {
            argument("--request-target", &shell::quote(self.target));
        }
        for (name, value) in self.headers {
            let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
            let is_own = is("Host") && value == &Template::raw(Binding::Host)
                || is("Content-Length") && value == &Template::raw(Binding::ContentLength);
            if !is_own {
                let separator: &[u8] = if value.0.is_empty() { b";" } else { b": " };
                let start = Segment::Literal([name.as_slice(), separator].concat());
                let line: Vec<&Segment> = std::iter::once(&start).chain(&value.0).collect();
                argument("-H", &word(&line, variables));
            }
        }
        for name in ADDED_BY_CURL {
            let is_named = self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()));
            if !is_named {
                argument("-H", &format!("'{name}:'"));
            }
        }
        let mut before = String::new();
        if fits_in_word(self.body) {
            let body: Vec<&Segment> = self.body.0.iter().collect();
            if !body.is_empty() {
                argument("--data-raw", &word(&body, variables));
            }
        } else {
            argument("--data-binary", "@-");
            before = format!("{} | ", producer(&[self.body], variables));
        }
        let endpoint = match endpoint {
            ENDPOINT_VARIABLE => format!("\"{ENDPOINT_VARIABLE}\""),
            known => shell::quote(known.as_bytes()),
        };
        format!("{before}{out}{endpoint}")
    }

    /// The bytes before the body, for a request that goes through `nc`.
    fn head(&self, variables: &mut BTreeMap<String, Binding>) -> Template {
        let mut head = Template::default();
        for part in [self.method, b" ", self.target, b" HTTP/1.1\r\n"] {
            head.push_literal(part);
        }
        for (name, value) in self.headers {
            head.push_literal(name);
            head.push_literal(b": ");
            if value == &Template::raw(Binding::ContentLength)
                && let Some(length) = fixed_length(self.body)
            {
                head.push_literal(length.to_string().as_bytes());
            } else {
                value.bindings().for_each(|binding| {
                    variables.insert(variable(binding, Escaping::Raw), binding);
                });
                head.extend(value.clone());
            }
            head.push_literal(b"\r\n");
        }
        head.push_literal(b"\r\n");
        head
    }
}

fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_graphic)
}

fn is_target(bytes: &[u8]) -> bool {
    is_token(bytes)
}

fn tls_flags(tls: &TlsOptions) -> String {
    match tls {
        TlsOptions::System => String::new(),
        TlsOptions::Ca(file) => format!("--cacert {} ", shell::quote(file.as_bytes())),
        TlsOptions::Insecure => "--insecure ".to_owned(),
    }
}

/// Whether a body can stand on the command line.
fn fits_in_word(body: &Template) -> bool {
    let mut length = 0;
    body.0.iter().all(|segment| match segment {
        Segment::Literal(bytes) => {
            length += bytes.len();
            !bytes.contains(&0) && length <= WORD_BYTES_MAX
        }
        Segment::Repeat { .. } | Segment::Length { .. } => false,
        Segment::Bound { .. } => true,
    })
}

/// The length of a template without late-bound values.
fn fixed_length(template: &Template) -> Option<usize> {
    template.0.iter().try_fold(0_usize, |length, segment| match segment {
        Segment::Literal(bytes) => length.checked_add(bytes.len()),
        Segment::Repeat { unit, times } => length.checked_add(unit.len().checked_mul(*times)?),
        Segment::Bound { .. } | Segment::Length { .. } => None,
    })
}

/// The variable that stands for a value: `CLIENT_ID`, `CODE`, `CODE_OTHER_USER`, `SECRET_HASH_HEX`.
fn variable(binding: Binding, escaping: Escaping) -> String {
    let name = binding.to_string();
    let name = name.strip_suffix(":right").unwrap_or(&name);
    let mut out: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if escaping == Escaping::JsonUnicode {
        out.push_str("_UNICODE");
    }
    // `USERNAME` is set by some shells, `HOST` by others; a value of the case must not be taken from there.
    if matches!(out.as_str(), "USERNAME" | "HOST") {
        out.insert_str(0, "CS_");
    }
    out
}

/// Segments without repetition as one word.
fn word(segments: &[&Segment], variables: &mut BTreeMap<String, Binding>) -> String {
    let mut out = String::new();
    let mut literal = Vec::new();
    let flush = |literal: &mut Vec<u8>, out: &mut String| {
        if !literal.is_empty() {
            out.push_str(&shell::quote(literal));
            literal.clear();
        }
    };
    for segment in segments {
        match segment {
            Segment::Literal(bytes) => literal.extend_from_slice(bytes),
            Segment::Repeat { unit, times } => literal.extend(unit.repeat(*times)),
            Segment::Bound { binding, escaping } => {
                flush(&mut literal, &mut out);
                let name = variable(*binding, *escaping);
                let _ = write!(out, "\"${name}\"");
                variables.insert(name, *binding);
            }
            Segment::Length { of, plus, radix } => {
                flush(&mut literal, &mut out);
                let _ = write!(out, "\"$({})\"", length(of, *plus, *radix, variables));
            }
        }
    }
    flush(&mut literal, &mut out);
    if out.is_empty() { "''".to_owned() } else { out }
}

/// A command that writes the length of a template.
fn length(of: &Template, plus: i64, radix: Radix, variables: &mut BTreeMap<String, Binding>) -> String {
    let format = match radix {
        Radix::Decimal => "%d",
        Radix::Hexadecimal => "%x",
    };
    format!("printf {format} $(($({} | wc -c){plus:+}))", producer(&[of], variables))
}

/// Commands between braces that write the templates to stdout.
fn producer(templates: &[&Template], variables: &mut BTreeMap<String, Binding>) -> String {
    let mut commands = Vec::new();
    for segment in templates.iter().flat_map(|template| &template.0) {
        match segment {
            Segment::Literal(bytes) => commands.push(shell::printf(bytes)),
            Segment::Bound { binding, escaping } => {
                let name = variable(*binding, *escaping);
                commands.push(format!("printf %s \"${name}\""));
                variables.insert(name, *binding);
            }
            Segment::Length { of, plus, radix } => commands.push(length(of, *plus, *radix, variables)),
            Segment::Repeat { unit, times } if unit.iter().any(|byte| matches!(byte, 0 | b'\n')) => {
                commands.push(format!("for ((i = 0; i < {times}; i++)); do {}; done", shell::printf(unit)));
            }
            Segment::Repeat { unit, times } => {
                commands.push(format!("yes -- {} | head -n {times} | tr -d '\\n'", shell::quote(unit)));
            }
        }
    }
    if commands.is_empty() {
        commands.push("true".to_owned());
    }
    match commands.as_slice() {
        [one] if one.starts_with("printf") => one.clone(),
        _ => format!("{{ {}; }}", commands.join("; ")),
    }
}

/// The bytes of `templates` straight into a connection.
fn piped(
    templates: &[&Template],
    endpoint: &str,
    tls: &TlsOptions,
    variables: &mut BTreeMap<String, Binding>,
) -> String {
    let bytes = producer(templates, variables);
    if endpoint == ENDPOINT_VARIABLE {
        return format!("{bytes} | (at=${{ENDPOINT#*://}}; nc \"${{at%:*}}\" \"${{at##*:}}\")");
    }
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("http", endpoint));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_tls = scheme.eq_ignore_ascii_case("https");
    let default_port = if is_tls { "443" } else { "80" };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, port)
        }
        _ => (authority, default_port),
    };
    let bare_host = host.trim_start_matches('[').trim_end_matches(']');
    if !is_tls {
        return format!("{bytes} | nc {} {port}", shell::quote(bare_host.as_bytes()));
    }
    let verify = match tls {
        TlsOptions::System => " -verify_return_error".to_owned(),
        TlsOptions::Ca(file) => format!(" -verify_return_error -CAfile {}", shell::quote(file.as_bytes())),
        TlsOptions::Insecure => String::new(),
    };
    let connect = shell::quote(format!("{host}:{port}").as_bytes());
    format!("{bytes} | openssl s_client -quiet{verify} -connect {connect}")
}
