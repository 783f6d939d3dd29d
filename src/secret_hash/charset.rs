//! Other bytes for the same text: the character sets that a program hashes in place of UTF-8, and the spellings that it
//! forgets to undo first.

use std::fmt::Write as _;

/// One byte a character; what Latin-1 does not have becomes `?`, as most encoders do it.
pub(super) fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

/// One byte a character; what is not ASCII becomes `?`.
pub(super) fn ascii(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect()
}

/// UTF-8 read as Latin-1 and written as UTF-8 once more.
pub(super) fn mojibake(text: &str) -> Vec<u8> {
    text.bytes().map(char::from).collect::<String>().into_bytes()
}

/// Two bytes a unit, the lower one first, without a mark of the order.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Each half of a surrogate pair as three bytes of its own (Unicode Technical Report 26; Java's `writeUTF`).
pub(super) fn cesu8(text: &str) -> Vec<u8> {
    let low = |bits: u16| u8::try_from(bits & 0x3f).unwrap_or_default() | 0x80;
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        let mut units = [0; 2];
        match c.encode_utf16(&mut units) {
            [high, second] => {
                for half in [*high, *second] {
                    out.extend([0xed, low(half >> 6), low(half)]);
                }
            }
            _ => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out
}

/// Every byte but letters, digits and `-._~` as `%XX` (RFC 3986).
pub(super) fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// The text as it stands between the quotes of ASCII-only JSON.
pub(super) fn json_escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a `String` cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
        out
    })
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Base32 with padding (RFC 4648, section 6).
pub(super) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for group in bytes.chunks(5) {
        let bits = (0..5).fold(0_u64, |bits, i| bits << 8 | group.get(i).copied().map_or(0, u64::from));
        let digits = (group.len() * 8).div_ceil(5);
        for i in 0..8 {
            let digit = usize::try_from(bits >> (35 - 5 * i) & 31).unwrap_or_default();
            out.push(if i < digits { ALPHABET.get(digit).copied().map_or('=', char::from) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_the_bytes_of_the_other_character_sets() {
        assert_eq!(latin1("a\u{e9}\u{20ac}"), b"a\xe9?");
        assert_eq!(ascii("a\u{e9}"), b"a?");
        assert_eq!(mojibake("\u{e9}"), "\u{c3}\u{a9}".as_bytes());
        assert_eq!(utf16("a\u{1f600}"), [0x61, 0, 0x3d, 0xd8, 0, 0xde]);
        assert_eq!(cesu8("a\u{1f600}"), [0x61, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]);
    }

    #[test]
    fn texts_are_spelt_as_urls_and_json_spell_them() {
        assert_eq!(percent_encoded("a+\u{e9}@~"), "a%2B%C3%A9%40~");
        assert_eq!(json_escaped("a\"\\\u{1f600}\n"), r#"a\"\\\ud83d\ude00\u000a"#);
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("f", "MY======"),
            ("fo", "MZXQ===="),
            ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ];
        for (text, expected) in vectors {
            assert_eq!(base32(text.as_bytes()), expected);
        }
    }
}
