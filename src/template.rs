//! Request bytes with late-bound values: what a case sends is fixed to the byte, apart from ids, names, codes and hashes
//! that exist only once the subject has handed them out.

mod binding;
mod bindings;
mod code;
mod request;
#[cfg(test)]
mod tests;

pub use binding::Binding;
pub use bindings::Bindings;
pub use code::CodeForm;
pub use request::RequestTemplate;

use crate::wire;
use std::fmt::{self, Write as _};

/// How a bound value is written into its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Escaping {
    /// As it is.
    Raw,
    /// As the inside of a JSON string, with the shortest escapes.
    Json,
    /// As the inside of a JSON string, every UTF-16 unit as `\uXXXX`.
    JsonUnicode,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Fixed bytes.
    Literal(Vec<u8>),
    /// Fixed bytes many times over, so that a megabyte costs no megabyte until it is sent.
    Repeat {
        /// What is repeated.
        unit: Vec<u8>,
        /// How often.
        times: usize,
    },
    /// A late-bound value.
    Bound {
        /// Which one.
        binding: Binding,
        /// How it is written.
        escaping: Escaping,
    },
    /// The length in bytes of another template once it is bound: what `Content-Length` or a chunk size says in a request
    /// that is written out by hand.
    Length {
        /// What is measured.
        of: Template,
        /// What is added to its length. Below zero the number is written with its sign.
        plus: i64,
        /// How the number is written.
        radix: Radix,
    },
}

/// How a length is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Radix {
    /// In decimal digits, as `Content-Length` has it.
    Decimal,
    /// In lower-case hexadecimal digits, as a chunk size has it.
    Hexadecimal,
}

impl Radix {
    fn write(self, number: i64) -> String {
        match self {
            Self::Decimal => number.to_string(),
            Self::Hexadecimal if number < 0 => format!("-{:x}", number.unsigned_abs()),
            Self::Hexadecimal => format!("{number:x}"),
        }
    }
}

impl Segment {
    /// About how many bytes it takes: exact for fixed bytes, and what an id or a name has for a bound value.
    fn size_hint(&self) -> usize {
        match self {
            Self::Literal(bytes) => bytes.len(),
            Self::Repeat { unit, times } => unit.len().saturating_mul(*times).min(REPEAT_MAX),
            Self::Bound { escaping: Escaping::JsonUnicode, .. } => 6 * BOUND_BYTES_USUAL,
            Self::Bound { .. } | Self::Length { .. } => BOUND_BYTES_USUAL,
        }
    }
}

/// Bytes with late-bound values in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Template(pub Vec<Segment>);

/// A template text that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("offset {offset}: `{found}` is not a placeholder; allowed: {allowed}")]
#[non_exhaustive]
pub struct TemplateError {
    /// Where the placeholder starts, in bytes.
    pub offset: usize,
    /// What stands there.
    pub found: String,
    /// The names that are allowed.
    pub allowed: String,
}

/// A value that a template needs and that provisioning did not give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no value for `${{{0}}}`: {1}")]
#[non_exhaustive]
pub struct Unbound(pub Binding, pub &'static str);

impl Template {
    /// A template of fixed bytes.
    pub fn literal(bytes: impl Into<Vec<u8>>) -> Self {
        Self(vec![Segment::Literal(bytes.into())])
    }

    /// A template of one bound value, written as it is.
    pub fn raw(binding: Binding) -> Self {
        Self(vec![Segment::Bound { binding, escaping: Escaping::Raw }])
    }

    /// Whether it is one bound value, this one, written as it is.
    pub(crate) fn is_raw(&self, wanted: Binding) -> bool {
        matches!(self.0.as_slice(), [Segment::Bound { binding, escaping: Escaping::Raw }] if *binding == wanted)
    }

    /// Reads `${name}`, `${name|raw}`, `${name|json}`, `${name|unicode}`, `${repeat:TIMES:TEXT}` and `${hex:BYTES}` (pairs
    /// of hexadecimal digits for bytes that need not be text) out of `text`; `$${` stands for `${`. Without a `|…` the value is written as `escaping` says.
    pub fn parse(text: &str, escaping: Escaping) -> Result<Self, TemplateError> {
        let mut template = Self::default();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (plain, placeholder) = rest.split_at(at);
            if let Some(escaped) = plain.strip_suffix('$') {
                template.push_literal(escaped.as_bytes());
                template.push_literal(b"${");
                rest = placeholder.get(2..).unwrap_or_default();
                continue;
            }
            template.push_literal(plain.as_bytes());
            let closed = placeholder.find('}').and_then(|end| Some((end, placeholder.get(2..end)?)));
            let parsed = closed.and_then(|(end, name)| Some((end, parse_placeholder(name, escaping)?)));
            let (end, segment) = parsed.ok_or_else(|| TemplateError {
                offset: text.len() - placeholder.len(),
                found: wire::escape(placeholder.chars().take(40).collect::<String>().as_bytes()),
                allowed: Binding::allowed(),
            })?;
            template.push(segment);
            rest = placeholder.get(end + 1..).unwrap_or_default();
        }
        template.push_literal(rest.as_bytes());
        Ok(template)
    }

    /// Adds fixed bytes at the end.
    pub fn push_literal(&mut self, bytes: &[u8]) {
        if let Some(Segment::Literal(last)) = self.0.last_mut() {
            last.extend_from_slice(bytes);
        } else if !bytes.is_empty() {
            self.0.push(Segment::Literal(bytes.to_vec()));
        }
    }

    /// Adds a piece at the end.
    pub fn push(&mut self, segment: Segment) {
        match segment {
            Segment::Literal(bytes) => self.push_literal(&bytes),
            other => self.0.push(other),
        }
    }

    /// Adds another template at the end.
    pub fn extend(&mut self, other: Self) {
        other.0.into_iter().for_each(|segment| self.push(segment));
    }

    /// The late-bound values it needs.
    pub fn bindings(&self) -> impl Iterator<Item = Binding> {
        let mut needed = Vec::new();
        self.collect_bindings(&mut needed);
        needed.into_iter()
    }

    fn collect_bindings(&self, needed: &mut Vec<Binding>) {
        for segment in &self.0 {
            match segment {
                Segment::Bound { binding, .. } => needed.push(*binding),
                Segment::Length { of, .. } => of.collect_bindings(needed),
                Segment::Literal(_) | Segment::Repeat { .. } => {}
            }
        }
    }

    /// The bytes with every value filled in.
    pub fn bind(&self, values: &Bindings) -> Result<Vec<u8>, Unbound> {
        // Asked for at once: growing by doubling would hold a megabyte three times.
        let length = self.0.iter().map(Segment::size_hint).fold(0, usize::saturating_add);
        let mut out = Vec::with_capacity(length);
        for segment in &self.0 {
            match segment {
                Segment::Literal(bytes) => out.extend_from_slice(bytes),
                Segment::Repeat { unit, times } => push_repeated(&mut out, unit, *times),
                Segment::Bound { binding, escaping } => {
                    push_escaped(&mut out, &values.text(*binding)?, *escaping);
                }
                Segment::Length { of, plus, radix } => {
                    let length = i64::try_from(of.bind(values)?.len()).unwrap_or(i64::MAX);
                    out.extend_from_slice(radix.write(length.saturating_add(*plus)).as_bytes());
                }
            }
        }
        Ok(out)
    }
}

/// Adds `unit` `times` times, in ever larger pieces: a million pushes of one byte would be most of what a run costs.
fn push_repeated(out: &mut Vec<u8>, unit: &[u8], times: usize) {
    let start = out.len();
    let end = start + unit.len() * times;
    if times > 0 {
        out.extend_from_slice(unit);
    }
    while out.len() < end {
        let piece = (out.len() - start).min(end - out.len());
        out.extend_from_within(start..start + piece);
    }
}

impl fmt::Display for Template {
    /// The template as text, lossless and safe to print; long repetitions stay folded.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.0 {
            match segment {
                Segment::Literal(bytes) => f.write_str(&wire::escape(bytes))?,
                Segment::Repeat { unit, times } => write!(f, "${{repeat:{times}:{}}}", wire::escape(unit))?,
                Segment::Bound { binding, escaping: Escaping::JsonUnicode } => {
                    write!(f, "${{{binding}|unicode}}")?;
                }
                Segment::Bound { binding, .. } => write!(f, "${{{binding}}}")?,
                Segment::Length { plus, radix, .. } => {
                    let name = match radix {
                        Radix::Decimal => "length",
                        Radix::Hexadecimal => "size",
                    };
                    let plus = if *plus == 0 { String::new() } else { format!(":{plus:+}") };
                    write!(f, "${{{name}{plus}}}")?;
                }
            }
        }
        Ok(())
    }
}

fn parse_placeholder(text: &str, default: Escaping) -> Option<Segment> {
    if let Some(repeat) = text.strip_prefix("repeat:") {
        let (times, unit) = repeat.split_once(':')?;
        let times = times.parse().ok().filter(|times| *times <= REPEAT_MAX)?;
        return Some(Segment::Repeat { unit: unit.as_bytes().to_vec(), times });
    }
    if let Some(hex) = text.strip_prefix("hex:") {
        return Some(Segment::Literal(unhex(hex)?));
    }
    let (name, escaping) = match text.split_once('|') {
        None => (text, default),
        Some((name, "raw")) => (name, Escaping::Raw),
        Some((name, "json")) => (name, Escaping::Json),
        Some((name, "unicode")) => (name, Escaping::JsonUnicode),
        Some(_) => return None,
    };
    Some(Segment::Bound { binding: name.parse().ok()?, escaping })
}

/// The bytes that pairs of hexadecimal digits stand for; spaces may stand between the pairs.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let pair = |pair: &[u8]| {
        let digits = std::str::from_utf8(pair).ok().filter(|_| pair.iter().all(u8::is_ascii_hexdigit))?;
        u8::from_str_radix(digits, 16).ok().filter(|_| pair.len() == 2)
    };
    digits.chunks(2).map(pair).collect()
}

/// Room for a bound value; nearly all are shorter.
const BOUND_BYTES_USUAL: usize = 32;

/// The largest number of repetitions that a template may ask for.
pub const REPEAT_MAX: usize = 16 * 1024 * 1024;

fn push_escaped(out: &mut Vec<u8>, value: &str, escaping: Escaping) {
    match escaping {
        Escaping::Raw => out.extend_from_slice(value.as_bytes()),
        Escaping::Json if value.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') => {
            out.extend_from_slice(value.as_bytes());
        }
        Escaping::Json => out.extend_from_slice(json_escape(value).as_bytes()),
        Escaping::JsonUnicode => {
            for unit in value.encode_utf16() {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        }
    }
}

/// `text` as the inside of a JSON string (RFC 8259 section 7), with the shortest escapes.
pub fn json_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
