//! A strict JSON reader over bytes, which keeps apart what a lenient one merges: null and absent, numbers and text.
//! Never knows shapes.
//!
//! What AWS does with duplicate names, a byte order mark, trailing bytes, invalid UTF-8, lone surrogates and deep
//! nesting is not attested (SER-013, SER-024). Here the last of duplicate names counts, and the others are refused.

use std::borrow::Cow;

/// How deep lists and objects may nest.
pub(super) const DEPTH_MAX: usize = 64;

/// How many values one text may hold: bounds the memory that a body of brackets can take.
pub(super) const VALUES_MAX: usize = 262_144;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number in its own spelling.
    Number(&'a str),
    /// A string, unescaped.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Value<'a>>),
    /// An object: its members as written, duplicates included.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl Value<'_> {
    /// The last member called `name`, unless it is null: an optional null is the same as absent (SER-008).
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let (_, value) = members.iter().rev().find(|(key, _)| key == name)?;
        (*value != Self::Null).then_some(value)
    }

    /// The text of the member called `name`.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.member(name)?.as_text()
    }

    /// The truth value of the member called `name`.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.member(name)? {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements of the list called `name`; none where it is absent. Null elements are skipped.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &Self> {
        match self.member(name) {
            Some(Self::List(items)) => items.as_slice(),
            _ => &[],
        }
        .iter()
        .filter(|item| **item != Self::Null)
    }

    /// The members of an object as written; none of anything else.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        match self {
            Self::Object(members) => members.as_slice(),
            _ => &[],
        }
        .iter()
        .map(|(key, value)| (key.as_ref(), value))
    }

    /// The same as another reader has it; nothing where a number is too large for it.
    pub(super) fn into_serde(self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(value) => value.into(),
            Self::Number(text) => serde_json::from_str(text).ok()?,
            Self::Text(text) => text.into(),
            Self::List(items) => items.into_iter().map(Self::into_serde).collect::<Option<Vec<_>>>()?.into(),
            Self::Object(members) => {
                let member = |(name, value): (Cow<'_, str>, Self)| Some((name.into(), value.into_serde()?));
                members.into_iter().map(member).collect::<Option<serde_json::Map<_, _>>>()?.into()
            }
        })
    }

    /// This value where it is text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The bytes are not the JSON text of one value, or go beyond a limit of this reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Reads one value that fills `bytes` but for white space.
pub(super) fn read(bytes: &[u8]) -> Result<Value<'_>, Malformed> {
    let text = std::str::from_utf8(bytes).map_err(|_| Malformed)?;
    let mut reader = Reader { text, at: 0, values: 0 };
    let value = reader.value(DEPTH_MAX)?;
    reader.skip_space();
    if reader.at == text.len() { Ok(value) } else { Err(Malformed) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Consumes `byte` if it is next.
    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn demand(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.accept(byte) { Ok(()) } else { Err(Malformed) }
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Malformed> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(Malformed);
        }
        self.skip_space();
        match self.peek().ok_or(Malformed)? {
            b'{' => self.object(depth.checked_sub(1).ok_or(Malformed)?),
            b'[' => self.list(depth.checked_sub(1).ok_or(Malformed)?),
            b'"' => self.string().map(Value::Text),
            b't' => self.word("true", Value::Boolean(true)),
            b'f' => self.word("false", Value::Boolean(false)),
            b'n' => self.word("null", Value::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(Malformed),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Malformed> {
        let rest = self.text.get(self.at..).ok_or(Malformed)?;
        if !rest.starts_with(word) {
            return Err(Malformed);
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Malformed> {
        self.demand(b'{')?;
        let mut members = Vec::new();
        self.skip_space();
        if self.accept(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            self.skip_space();
            self.demand(b':')?;
            members.push((name, self.value(depth)?));
            self.skip_space();
            if self.accept(b'}') {
                return Ok(Value::Object(members));
            }
            self.demand(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, Malformed> {
        self.demand(b'[')?;
        let mut items = Vec::new();
        self.skip_space();
        if self.accept(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.skip_space();
            if self.accept(b']') {
                return Ok(Value::List(items));
            }
            self.demand(b',')?;
        }
    }

    fn number(&mut self) -> Result<Value<'a>, Malformed> {
        let start = self.at;
        self.accept(b'-');
        if !self.accept(b'0') {
            self.digits()?;
        }
        if self.accept(b'.') {
            self.digits()?;
        }
        if self.accept(b'e') || self.accept(b'E') {
            if !self.accept(b'+') {
                self.accept(b'-');
            }
            self.digits()?;
        }
        self.text.get(start..self.at).map(Value::Number).ok_or(Malformed)
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Malformed) }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.demand(b'"')?;
        let first = self.plain()?;
        if self.accept(b'"') {
            return Ok(Cow::Borrowed(first));
        }
        let mut out = first.to_owned();
        loop {
            self.demand(b'\\')?;
            out.push(self.escape()?);
            out.push_str(self.plain()?);
            if self.accept(b'"') {
                return Ok(Cow::Owned(out));
            }
        }
    }

    /// The characters up to the next quote or backslash.
    fn plain(&mut self) -> Result<&'a str, Malformed> {
        let rest = self.text.get(self.at..).ok_or(Malformed)?;
        let length = memchr::memchr2(b'"', b'\\', rest.as_bytes()).ok_or(Malformed)?;
        self.at += length;
        let plain = rest.get(..length).ok_or(Malformed)?;
        // Looks at every byte, which is faster than to stop at the first.
        let least = plain.bytes().fold(u8::MAX, u8::min);
        if least <= 0x1f { Err(Malformed) } else { Ok(plain) }
    }

    /// The character that stands after a backslash.
    fn escape(&mut self) -> Result<char, Malformed> {
        let byte = self.peek().ok_or(Malformed)?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' => Ok(char::from(byte)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.code_point(),
            _ => Err(Malformed),
        }
    }

    fn code_point(&mut self) -> Result<char, Malformed> {
        let high = self.hex_unit()?;
        if !(0xd800..0xdc00).contains(&high) {
            // A lone low surrogate is no character.
            return char::from_u32(high).ok_or(Malformed);
        }
        self.demand(b'\\')?;
        self.demand(b'u')?;
        let low = self.hex_unit()?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(Malformed);
        }
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or(Malformed)
    }

    fn hex_unit(&mut self) -> Result<u32, Malformed> {
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.peek().ok_or(Malformed)?;
            unit = unit * 16 + char::from(byte).to_digit(16).ok_or(Malformed)?;
            self.at += 1;
        }
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_legal_text_is_read_and_every_other_is_refused() {
        let good: &[&[u8]] = &[
            b"{}",
            b" \t\r\n{ } \n",
            b"null",
            b"[1,-0,0.5,1e9,-1.2E+3,2e-7]",
            br#"{"a":[true,false,null],"":{"b":"\"\\\/\b\f\n\r\tA"}}"#,
            "\"\u{10ffff}\"".as_bytes(),
        ];
        for text in good {
            assert!(read(text).is_ok(), "{}", String::from_utf8_lossy(text));
        }
        let bad: &[&[u8]] = &[
            b"",
            b" ",
            b"{",
            b"}",
            b"{}x",
            b"{} {}",
            b"{,}",
            b"{\"a\":1,}",
            b"{\"a\"}",
            b"{a:1}",
            b"{'a':1}",
            b"[1,]",
            b"[1 2]",
            b"\xef\xbb\xbf{}",
            b"{\"a\":\"\xff\"}",
            b"{\"a\":\"\xed\xa0\x80\"}",
            b"\"\\ud800\"",
            b"\"\\ud800\\u0041\"",
            b"\"\\udc00\"",
            b"\"\\u12g4\"",
            b"\"\\x41\"",
            b"\"a\nb\"",
            b"\"a",
            b"\"a\\",
            b"NaN",
            b"-Infinity",
            b"01",
            b"1.",
            b".5",
            b"+1",
            b"-",
            b"1e",
            b"tru",
            b"True",
            b"// x\n{}",
            b"{}\0",
            b"\x0b{}",
            b"\xff\xfe{\0}\0",
            b"\"a\0b\"",
        ];
        for text in bad {
            assert_eq!(read(text), Err(Malformed), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_control_character_may_not_stand_in_a_string() {
        for byte in 0..=0x7f_u8 {
            let is_plain = byte > 0x1f && byte != b'"' && byte != b'\\';
            assert_eq!(read(&[b'"', b'a', byte, b'x', b'"']).is_ok(), is_plain, "{byte:#x}");
        }
    }

    #[test]
    fn escapes_and_surrogate_pairs_become_their_characters() {
        assert_eq!(read(br#""\u0041\ud83d\ude00\n""#), Ok(Value::Text("A\u{1f600}\n".into())));
    }

    #[test]
    fn the_last_of_duplicate_names_counts_and_null_is_absent() {
        let value = read(br#"{"a":"1","a":"2","b":"x","b":null,"c":null}"#).unwrap();
        assert_eq!(value.text("a"), Some("2"));
        assert_eq!(value.text("b"), None);
        assert_eq!(value.text("c"), None);
        assert_eq!(value.text("d"), None);
    }

    #[test]
    fn nesting_is_read_up_to_its_limit_and_refused_beyond() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(read(&nested(DEPTH_MAX)).is_ok());
        assert_eq!(read(&nested(DEPTH_MAX + 1)), Err(Malformed));
        assert_eq!(read(&nested(1_000_000)), Err(Malformed));
        let objects = "{\"a\":".repeat(1_000_000);
        assert_eq!(read(objects.as_bytes()), Err(Malformed));
    }

    #[test]
    fn the_number_of_values_is_limited() {
        let many = |count: usize| format!("[{}1]", "1,".repeat(count - 2)).into_bytes();
        assert!(read(&many(VALUES_MAX)).is_ok());
        assert_eq!(read(&many(VALUES_MAX + 1)), Err(Malformed));
    }
}
