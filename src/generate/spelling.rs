//! The legal JSON spellings of one text (RFC 8259 section 7): plain, `\uXXXX` with digits in either case, surrogate
//! pairs, and the short escapes.

use crate::seed::{Rng, Seed};

/// A text and how it is spelt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text itself.
    pub text: String,
    /// Which spelling: 0 is the shortest, every other number chooses one for each character.
    pub spelling: u64,
}

impl Text {
    /// A text in its shortest spelling.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), spelling: 0 }
    }

    /// Writes the inside of the JSON string.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        spell(&self.text, self.spelling, out);
    }

    /// The same text or a smaller one, spelt more simply; the boldest first. None is longer; every one is smaller in
    /// length, in characters other than `a`, or in spelling.
    pub(super) fn simpler(&self) -> Vec<Self> {
        let mut found = Vec::new();
        if self.spelling != 0 {
            found.push(Self { spelling: 0, ..self.clone() });
        }
        let chars: Vec<char> = self.text.chars().collect();
        let of = |chars: &[char]| Self { text: chars.iter().collect(), spelling: self.spelling };
        if !chars.is_empty() {
            found.push(of(&[]));
        }
        // Ever smaller pieces are left out, down to single characters.
        let mut piece = chars.len() / 2;
        while piece > 0 {
            for start in (0..chars.len()).step_by(piece) {
                let end = (start + piece).min(chars.len());
                let rest: Vec<char> = chars
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| !(start..end).contains(i))
                    .map(|(_, c)| *c)
                    .collect();
                found.push(of(&rest));
            }
            piece /= 2;
        }
        for at in chars.iter().enumerate().filter(|(_, c)| **c != 'a').map(|(at, _)| at) {
            let replaced: Vec<char> =
                chars.iter().enumerate().map(|(i, c)| if i == at { 'a' } else { *c }).collect();
            found.push(of(&replaced));
        }
        found
    }
}

/// Writes `text` as the inside of a JSON string in the spelling of that number.
pub(super) fn spell(text: &str, spelling: u64, out: &mut Vec<u8>) {
    if spelling == 0 {
        return spell_shortest(text, out);
    }
    let mut rng = Seed(spelling).rng();
    // One character in sixteen, in four, or nearly every one is not written as it is.
    let density = match rng.below(4) {
        0 => 0xf000,
        1 => 0x4000,
        _ => 0x1000,
    };
    for c in text.chars() {
        let bits = rng.next_u64();
        let chosen = bits & 0xffff < density;
        if !chosen {
            spell_plain(c, out);
        } else if let Some(short) = short_escape(c).filter(|_| bits & 0x1_0000 != 0) {
            out.extend_from_slice(&[b'\\', short]);
        } else {
            spell_units(c, &mut rng, out);
        }
    }
}

fn spell_shortest(text: &str, out: &mut Vec<u8>) {
    let needs = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    if text.as_bytes().iter().any(needs) {
        text.chars().for_each(|c| spell_plain(c, out));
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// As it is where that is legal, otherwise by its shortest escape.
fn spell_plain(c: char, out: &mut Vec<u8>) {
    if c >= ' ' && c != '"' && c != '\\' {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else if let Some(short) = short_escape(c) {
        out.extend_from_slice(&[b'\\', short]);
    } else {
        push_unit(u16::try_from(u32::from(c)).unwrap_or(0), 0, out);
    }
}

fn short_escape(c: char) -> Option<u8> {
    match c {
        '"' => Some(b'"'),
        '\\' => Some(b'\\'),
        '/' => Some(b'/'),
        '\u{8}' => Some(b'b'),
        '\u{c}' => Some(b'f'),
        '\n' => Some(b'n'),
        '\r' => Some(b'r'),
        '\t' => Some(b't'),
        _ => None,
    }
}

fn spell_units(c: char, rng: &mut Rng, out: &mut Vec<u8>) {
    let case = rng.next_u64();
    for (i, unit) in c.encode_utf16(&mut [0; 2]).iter().enumerate() {
        push_unit(*unit, case >> (4 * i), out);
    }
}

/// `\uXXXX`; a bit of `upper` for each digit says which case it has.
fn push_unit(unit: u16, upper: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\\u");
    for place in [12_u32, 8, 4, 0] {
        let digit = char::from_digit(u32::from(unit >> place & 0xf), 16).unwrap_or('0');
        let digit = if upper >> (place / 4) & 1 == 1 { digit.to_ascii_uppercase() } else { digit };
        out.extend_from_slice(digit.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_reads_back_as_the_same_text() {
        let text = "a/\"\\\n\r\t\u{8}\u{c}\0\u{1f}\u{7f}é漢\u{1f600}\u{10ffff}";
        let mut seen = std::collections::BTreeSet::new();
        for spelling in 0..500 {
            let mut json = b"\"".to_vec();
            spell(text, spelling, &mut json);
            json.push(b'"');
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text, "{spelling}");
            seen.insert(json);
        }
        assert!(seen.len() > 200, "{} spellings", seen.len());
        for form in [r"\/", r"\u002", r#"\""#, r"\u005", r"\b", r"\ud83", r"\uD83", "é", r"\u0061", r"\udBf"]
        {
            let has = |json: &Vec<u8>| String::from_utf8_lossy(json).contains(form);
            assert!(seen.iter().any(has), "{form} is never written");
        }
    }

    #[test]
    fn whatever_is_simpler_is_smaller() {
        let size = |text: &Text| {
            let other = text.text.chars().filter(|c| *c != 'a').count();
            (text.text.chars().count(), other, text.spelling)
        };
        let text = Text { text: "ab\u{1f600}a".into(), spelling: 9 };
        assert!(text.simpler().iter().all(|simpler| size(simpler) < size(&text)));
        assert_eq!(Text::plain("").simpler(), []);
    }
}
