//! Quoting for bash: any bytes but NUL become one word that stands for exactly these bytes.

use std::fmt::Write as _;

/// `bytes` as one word: bare where that is safe, else between single quotes, else as `$'…'`. A NUL cannot stand in a
/// word of any shell and is left out by bash; use [`printf`] for bytes that may have one.
pub fn quote(bytes: &[u8]) -> String {
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./:=@%+,".contains(byte);
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'\'';
    if !bytes.is_empty() && bytes.iter().all(is_bare) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if bytes.iter().all(is_plain) {
        return format!("'{}'", String::from_utf8_lossy(bytes));
    }
    let mut out = String::from("$'");
    for byte in bytes {
        match byte {
            b'\'' => out.push_str("\\'"),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b' '..=b'~' => out.push(char::from(*byte)),
            byte => {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('\'');
    out
}

/// A `printf` command that writes exactly `bytes`, NUL included.
pub fn printf(bytes: &[u8]) -> String {
    let mut out = String::from("printf -- '");
    for byte in bytes {
        match byte {
            b'%' => out.push_str("%%"),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b' '..=b'~' if *byte != b'\'' => out.push(char::from(*byte)),
            byte => {
                // Octal, since exactly three digits end the escape; writing to a `String` cannot fail.
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn bash(script: &str) -> Vec<u8> {
        let output = Command::new("bash").args(["--norc", "-c", script]).output().unwrap();
        assert!(output.stderr.is_empty(), "{output:?}");
        output.stdout
    }

    #[test]
    fn a_quoted_word_is_exactly_its_bytes() {
        let every: Vec<u8> = (1..=255).collect();
        let words: [&[u8]; 9] = [
            &every,
            b"",
            b"plain-word_1.0/x:y=z",
            b"$(touch /tmp/countersign-pwned)`id`${HOME}!!*?[a]~",
            b"it's \"quoted\" \\ back\\slash",
            b"-n",
            b"\xff0\xfe9",
            "ünïcode \u{202e}".as_bytes(),
            b"ends in a line break\n",
        ];
        for word in words {
            assert_eq!(bash(&format!("printf %s {}", quote(word))), word, "{}", quote(word));
        }
    }

    #[test]
    fn printf_writes_every_byte() {
        let every: Vec<u8> = (0..=255).chain(*b"%s\\n'0\x001").collect();
        assert_eq!(bash(&printf(&every)), every);
        assert_eq!(bash(&printf(b"-v x")), b"-v x");
    }

    #[test]
    fn what_is_quoted_is_safe_to_print() {
        let every: Vec<u8> = (1..=255).collect();
        for text in [quote(&every), printf(&every)] {
            assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text}");
        }
    }
}
