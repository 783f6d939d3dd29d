//! The translation of Java's regex dialect, token by token. What it takes and what it refuses is said in `pattern.rs`.

use super::error::quote;
use super::pattern::PatternError;
use std::fmt::Write as _;

/// The longest pattern that is translated, in bytes.
const PATTERN_BYTES_MAX: usize = 4096;

/// Java's `\s`: tab to carriage return, and the space.
const SPACE: &str = r"\x09-\x0D\x20";

/// The dialect to translate to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The `regex` crate's.
    Rust,
    /// ECMAScript's with the `u` flag.
    Ecma,
}

/// The pattern `source` in `dialect`, without anchors of its own.
pub(super) fn translated(source: &str, dialect: Dialect) -> Result<String, PatternError> {
    Translation::of(source, dialect)
}

/// What stood last in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Nothing,
    /// One character, which may begin a range.
    Single,
    /// The `-` of a range.
    RangeOpen,
    /// A class escape or the end of a range: no range begins here.
    Set,
}

impl Item {
    /// What stands last after one more character.
    fn then_single(self) -> Self {
        if self == Self::RangeOpen { Self::Set } else { Self::Single }
    }
}

/// A pattern on its way from Java's dialect to another.
struct Translation<'a> {
    source: &'a str,
    rest: std::iter::Peekable<std::str::CharIndices<'a>>,
    dialect: Dialect,
    out: String,
}

impl<'a> Translation<'a> {
    fn of(source: &'a str, dialect: Dialect) -> Result<String, PatternError> {
        let rest = source.char_indices().peekable();
        let mut translation = Self { source, rest, dialect, out: String::with_capacity(source.len() * 2) };
        if source.len() > PATTERN_BYTES_MAX {
            return Err(translation.unsupported(PATTERN_BYTES_MAX, "more than 4096 bytes"));
        }
        let mut after_quantifier = false;
        while let Some((at, c)) = translation.rest.next() {
            after_quantifier = translation.outside(at, c, after_quantifier)?;
        }
        Ok(translation.out)
    }

    /// One token outside a class. Says whether it was a quantifier.
    fn outside(&mut self, at: usize, c: char, after_quantifier: bool) -> Result<bool, PatternError> {
        match c {
            '+' if after_quantifier => return Err(self.unsupported(at, "a possessive quantifier")),
            '+' | '*' | '?' | '}' => {
                self.out.push(c);
                return Ok(true);
            }
            '\\' => self.escape(at)?,
            '[' => self.class(at)?,
            '(' => self.group(at)?,
            '.' => self.out.push_str(match self.dialect {
                Dialect::Rust => r"[^\n\r\x{85}\x{2028}\x{2029}]",
                Dialect::Ecma => r"[^\n\r\u{85}\u{2028}\u{2029}]",
            }),
            ']' => self.out.push_str(r"\]"),
            '|' | ')' | '{' | '^' | '$' => self.out.push(c),
            c => self.literal(c),
        }
        Ok(false)
    }

    /// After `(`: only plain groups and `(?:`.
    fn group(&mut self, at: usize) -> Result<(), PatternError> {
        self.out.push('(');
        if self.rest.next_if(|(_, c)| *c == '?').is_some() {
            if self.rest.next_if(|(_, c)| *c == ':').is_none() {
                return Err(self.unsupported(at, "`(?` other than `(?:`"));
            }
            self.out.push_str("?:");
        }
        Ok(())
    }

    /// After a `\` outside a class.
    fn escape(&mut self, at: usize) -> Result<(), PatternError> {
        let Some((_, c)) = self.rest.next() else {
            return Err(self.unsupported(at, "a `\\` at the end"));
        };
        match c {
            'w' | 'd' | 's' => {
                let _ = write!(self.out, "[{}]", positive(c));
            }
            'W' | 'D' | 'S' => {
                let _ = write!(self.out, "[^{}]", positive(c.to_ascii_lowercase()));
            }
            c => self.shared_escape(at, c)?,
        }
        Ok(())
    }

    /// An escape that means the same inside and outside a class.
    fn shared_escape(&mut self, at: usize, c: char) -> Result<(), PatternError> {
        match c {
            't' | 'n' | 'r' | 'f' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'p' | 'P' => {
                let category = self.category().ok_or_else(|| {
                    self.unsupported(at, "a property other than a Unicode general category such as `\\p{L}`")
                })?;
                let _ = write!(self.out, "\\{c}{{{category}}}");
            }
            c if c.is_ascii_punctuation() => self.literal(c),
            _ => return Err(self.unsupported(at, "this escape")),
        }
        Ok(())
    }

    /// `{L}`, `{Lu}` or `L` after `\p`.
    fn category(&mut self) -> Option<String> {
        let (_, first) = self.rest.next()?;
        if first != '{' {
            return Some(first.to_string()).filter(|name| is_category(name));
        }
        let mut name = String::new();
        loop {
            match self.rest.next()? {
                (_, '}') => return Some(name).filter(|name| is_category(name)),
                (_, c) => name.push(c),
            }
        }
    }

    /// After `[`.
    fn class(&mut self, at: usize) -> Result<(), PatternError> {
        let negated = self.rest.next_if(|(_, c)| *c == '^').is_some();
        self.out.push_str(if negated { "[^" } else { "[" });
        let mut last = Item::Nothing;
        loop {
            let Some((here, c)) = self.rest.next() else {
                return Err(self.unsupported(at, "a class that does not end"));
            };
            last = match c {
                ']' if last == Item::Nothing => return Err(self.unsupported(here, "an empty class")),
                ']' => break,
                '[' => return Err(self.unsupported(here, "a class in a class")),
                '&' if self.rest.peek().is_some_and(|(_, next)| *next == '&') => {
                    return Err(self.unsupported(here, "a class intersection"));
                }
                '\\' => self.class_escape(here, last)?,
                '-' if last == Item::Single && self.single_follows() => {
                    self.out.push('-');
                    Item::RangeOpen
                }
                c => {
                    self.literal(c);
                    last.then_single()
                }
            };
        }
        self.out.push(']');
        Ok(())
    }

    /// Whether one character follows, so that a `-` before it makes a range. Elsewhere (`[\w-]`, `[a-\d]`) it stands
    /// for itself.
    fn single_follows(&self) -> bool {
        let mut ahead = self.rest.clone();
        match ahead.next() {
            None | Some((_, ']' | '[')) => false,
            Some((_, '\\')) => ahead.next().is_some_and(|(_, c)| !"wWdDsSpP".contains(c)),
            Some(_) => true,
        }
    }

    fn class_escape(&mut self, at: usize, last: Item) -> Result<Item, PatternError> {
        let Some((_, c)) = self.rest.next() else {
            return Err(self.unsupported(at, "a `\\` at the end"));
        };
        let end = match self.dialect {
            Dialect::Rust => r"\x{10FFFF}",
            Dialect::Ecma => r"\u{10FFFF}",
        };
        // Neither dialect can leave characters out of the middle of a class, so the complement is spelled as ranges.
        // Writing to a `String` cannot fail.
        let _ = match c {
            'w' | 'd' | 's' => write!(self.out, "{}", positive(c)),
            'W' => write!(self.out, r"\x00-\x2F\x3A-\x40\x5B-\x5E\x60\x7B-{end}"),
            'D' => write!(self.out, r"\x00-\x2F\x3A-{end}"),
            'S' => write!(self.out, r"\x00-\x08\x0E-\x1F\x21-{end}"),
            'p' | 'P' => return self.shared_escape(at, c).map(|()| Item::Set),
            c => return self.shared_escape(at, c).map(|()| last.then_single()),
        };
        Ok(Item::Set)
    }

    /// A character that stands for itself.
    fn literal(&mut self, c: char) {
        let special = match self.dialect {
            Dialect::Rust => r"\.+*?()|[]{}^$#&-~",
            // With the `u` flag only syntax characters, `/` and (in a class) `-` may be escaped; `\x2D` may stand anywhere.
            Dialect::Ecma => r"\.+*?()|[]{}^$/",
        };
        if c == '-' && self.dialect == Dialect::Ecma {
            self.out.push_str(r"\x2D");
            return;
        }
        if special.contains(c) {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    fn unsupported(&self, offset: usize, found: &str) -> PatternError {
        PatternError { pattern: quote(self.source), offset, found: found.to_owned() }
    }
}

/// The inside of Java's class for `\w`, `\d` or `\s`.
fn positive(c: char) -> &'static str {
    match c {
        'w' => "A-Za-z0-9_",
        'd' => "0-9",
        _ => SPACE,
    }
}

/// Whether this is the name of a Unicode general category, one letter or two.
fn is_category(name: &str) -> bool {
    const CATEGORIES: &[&str] = &[
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd",
        "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf",
        "Co", "Cn",
    ];
    CATEGORIES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(source: &str) -> [Result<String, String>; 2] {
        [Dialect::Rust, Dialect::Ecma].map(|dialect| translated(source, dialect).map_err(|error| error.found))
    }

    #[test]
    fn every_token_is_translated_to_the_letter() {
        for (source, rust, ecma) in [
            (r"\d\D", "[0-9][^0-9]", "[0-9][^0-9]"),
            (r"\w", "[A-Za-z0-9_]", "[A-Za-z0-9_]"),
            (r"\s", r"[\x09-\x0D\x20]", r"[\x09-\x0D\x20]"),
            (r"\t\n\r\f", r"\t\n\r\f", r"\t\n\r\f"),
            ("a-b", r"a\-b", r"a\x2Db"),
            // A `-` before a set stands for itself; before one character, escaped or not, it makes a range.
            (r"[a-\d]", r"[a\-0-9]", r"[a\x2D0-9]"),
            (r"[a-]", r"[a\-]", r"[a\x2D]"),
            ("[a-c]", "[a-c]", "[a-c]"),
            (r"[!-\.]", r"[!-\.]", r"[!-\.]"),
            (r"\p{Lu}\PN", r"\p{Lu}\P{N}", r"\p{Lu}\P{N}"),
        ] {
            assert_eq!(both(source), [Ok(rust.to_owned()), Ok(ecma.to_owned())], "{source}");
        }
    }

    #[test]
    fn what_is_no_category_and_no_class_is_refused() {
        let property = "a property other than a Unicode general category such as `\\p{L}`";
        for (source, found) in [
            (r"\p{Alpha}", property),
            (r"\p{Xy}", property),
            (r"\pX", property),
            (r"\p{L", property),
            ("[]", "an empty class"),
            ("[]a]", "an empty class"),
        ] {
            assert_eq!(both(source), [(); 2].map(|()| Err(found.to_owned())), "{source}");
        }
    }

    #[test]
    fn a_pattern_is_translated_up_to_the_limit() {
        let long = "a".repeat(PATTERN_BYTES_MAX);
        assert_eq!(both(&long), [Ok(long.clone()), Ok(long.clone())]);
        assert_eq!(both(&format!("{long}a")), [(); 2].map(|()| Err("more than 4096 bytes".to_owned())));
    }
}
