//! Lossless escaping of arbitrary bytes for display: what is printed can be read back to the same bytes, and nothing
//! printed can move a cursor, change a colour or reorder text.

use std::fmt::Write as _;

/// A text that [`unescape`] could not read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "offset {offset}: `{found}` is not an escape; allowed: `\\\\`, `\\n`, `\\r`, `\\t`, `\\xNN`, `\\u{{N…}}`"
)]
#[non_exhaustive]
pub struct EscapeError {
    /// Where the bad escape starts, in bytes of the escaped text.
    pub offset: usize,
    /// The text found there.
    pub found: String,
}

/// Escapes `bytes` for display. Printable text stays as it is; `\`, line breaks and tabs get their usual short escape;
/// other control, format and bidirectional characters become `\u{…}`; bytes that are not UTF-8 become `\xNN`.
pub fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(at) = rest.bytes().position(|byte| !is_plain(byte)) {
            let (plain, special) = rest.split_at(at);
            out.push_str(plain);
            let mut chars = special.chars();
            if let Some(c) = chars.next() {
                push_escaped(&mut out, c);
            }
            rest = chars.as_str();
        }
        out.push_str(rest);
        for byte in chunk.invalid() {
            out.push_str("\\x");
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 0xf));
        }
    }
    out
}

/// ASCII that stands for itself.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'\\'
}

fn hex_digit(number: u8) -> char {
    char::from_digit(u32::from(number), 16).unwrap_or('0')
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_unsafe_to_print(c) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Control characters, and the format characters that hide or reorder text (Unicode `Cf` as far as it moves or hides,
/// the line and paragraph separators, interlinear and tag characters).
pub fn is_unsafe_to_print(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Reads an escaped text back to bytes.
pub fn unescape(text: &str) -> Result<Vec<u8>, EscapeError> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (plain, escaped) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let offset = text.len() - escaped.len();
        let Some(length) = read_escape(escaped, &mut out) else {
            return Err(EscapeError { offset, found: escaped.chars().take(12).collect() });
        };
        rest = escaped.get(length..).unwrap_or_default();
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// Reads the escape at the start of `escaped` and returns its length in bytes.
fn read_escape(escaped: &str, out: &mut Vec<u8>) -> Option<usize> {
    match escaped.as_bytes().get(1)? {
        b'\\' => out.push(b'\\'),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'x' => {
            let digits = escaped.get(2..4)?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            return Some(4);
        }
        b'u' => {
            let digits = escaped.strip_prefix("\\u{")?;
            let end = digits.find('}')?;
            let c = char::from_u32(u32::from_str_radix(digits.get(..end)?, 16).ok()?)?;
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(end + 4);
        }
        _ => return None,
    }
    Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_round_trip() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unescape(&escape(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn a_terminal_escape_sequence_is_shown_and_not_sent() {
        assert_eq!(escape(b"\x1b[31mred\x07"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(escape("a\u{202e}b\u{9b}c".as_bytes()), "a\\u{202e}b\\u{9b}c");
    }

    #[test]
    fn a_bad_escape_is_named_with_its_offset() {
        let error = unescape("ab\\q").unwrap_err();
        assert_eq!((error.offset, error.found.as_str()), (2, "\\q"));
    }
}
