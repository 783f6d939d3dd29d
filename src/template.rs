//! Request bytes with late-bound values: what a case sends is fixed to the byte, apart from ids, names, codes and hashes
//! that exist only once the subject has handed them out.

use crate::secret_hash::{HashForm, HashInput, Secret};
use crate::wire::{self, Headers, Request, RequestForm};
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::str::FromStr;

/// A value that is known only after provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Binding {
    /// The authority of the endpoint, as `Host` takes it.
    Host,
    /// The length of the bound body in bytes.
    ContentLength,
    /// The id of the app client.
    ClientId,
    /// The id of an app client of another user pool.
    OtherClientId,
    /// The id of an app client that was deleted.
    DeletedClientId,
    /// The id of the user pool.
    PoolId,
    /// The name that the user signed up with.
    Username,
    /// That name in upper case.
    UpperCaseUsername,
    /// The name of another unconfirmed user of the same pool.
    OtherUsername,
    /// The user's `sub`.
    Sub,
    /// The user's e-mail address.
    Email,
    /// The confirmation code, or something like it.
    Code(CodeForm),
    /// The secret hash, or something like it.
    SecretHash(HashForm),
}

macro_rules! code_forms {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What is sent as the confirmation code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CodeForm { $($(#[$doc])* $variant,)* }

        impl CodeForm {
            /// Every form, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in templates and labels.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

code_forms! {
    /// The code that is valid now.
    Right = "right",
    /// Another code of the same length: the last character changed.
    Wrong = "wrong",
    /// The first character changed.
    FirstCharacter = "first-character",
    /// Every character changed.
    EveryCharacter = "every-character",
    /// The right code and one more digit.
    ExtraDigit = "extra-digit",
    /// A zero before the right code.
    LeadingZero = "leading-zero",
    /// The right code without its last character.
    CutLast = "cut-last",
    /// The right code without its first character.
    CutFirst = "cut-first",
    /// The first character alone.
    FirstOnly = "first-only",
    /// The right code backwards, or with its last character changed where that is the same.
    Reversed = "reversed",
    /// The right code twice in a row.
    Repeated = "repeated",
    /// A plus sign before the right code.
    PlusSign = "plus-sign",
    /// A minus sign before the right code.
    MinusSign = "minus-sign",
    /// `.0` after the right code.
    Decimal = "decimal",
    /// `e0` after the right code.
    Exponent = "exponent",
    /// The right code in full-width digits (U+FF10 and on).
    FullWidth = "full-width",
    /// The right code in Arabic-Indic digits (U+0660 and on).
    ArabicIndic = "arabic-indic",
    /// The right code between double quotes.
    Quoted = "quoted",
    /// The right code, a comma, and another.
    List = "list",
    /// The right code, a zero-width space after it.
    ZeroWidth = "zero-width",
    /// `%` (a wildcard in SQL).
    Percent = "percent",
    /// `.*` (a wildcard in regular expressions).
    Wildcard = "wildcard",
    /// `null` as text.
    NullText = "null-text",
    /// `undefined` as text.
    UndefinedText = "undefined-text",
    /// `true` as text.
    TrueText = "true-text",
    /// `000000`, or `000001` where that is the right code.
    AllZeros = "all-zeros",
    /// `123456`, or `654321` where that is the right code.
    Habitual = "habitual",
    /// The right code of another unconfirmed user of the same pool.
    OtherUser = "other-user",
    /// The code that was valid before ResendConfirmationCode.
    Superseded = "superseded",
}

impl fmt::Display for CodeForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CodeForm {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|form| form.name() == text).ok_or(())
    }
}

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

fn revealed(code: &Secret) -> Cow<'_, str> {
    Cow::Borrowed(code.reveal())
}

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

const PLAIN_BINDINGS: &[(&str, Binding)] = &[
    ("host", Binding::Host),
    ("content_length", Binding::ContentLength),
    ("client_id", Binding::ClientId),
    ("client_id:other-pool", Binding::OtherClientId),
    ("client_id:deleted", Binding::DeletedClientId),
    ("pool_id", Binding::PoolId),
    ("username", Binding::Username),
    ("username:upper-case", Binding::UpperCaseUsername),
    ("username:other-user", Binding::OtherUsername),
    ("sub", Binding::Sub),
    ("email", Binding::Email),
    ("code", Binding::Code(CodeForm::Right)),
    ("secret_hash", Binding::SecretHash(HashForm::Right)),
];

impl Binding {
    fn allowed() -> String {
        let plain = PLAIN_BINDINGS.iter().map(|(name, _)| format!("`{name}`"));
        plain
            .chain(["`code:FORM`".into(), "`secret_hash:FORM`".into(), "`repeat:TIMES:TEXT`".into()])
            .chain(["`hex:BYTES`".into()])
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl FromStr for Binding {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((_, binding)) = PLAIN_BINDINGS.iter().find(|(name, _)| *name == text) {
            return Ok(*binding);
        }
        match text.split_once(':') {
            Some(("code", form)) => form.parse().map(Self::Code),
            Some(("secret_hash", form)) => form.parse().map(Self::SecretHash),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = PLAIN_BINDINGS.iter().find(|(_, binding)| binding == self) {
            return f.write_str(name);
        }
        match self {
            Self::Code(form) => write!(f, "code:{form}"),
            Self::SecretHash(form) => write!(f, "secret_hash:{form}"),
            _ => Ok(()),
        }
    }
}

/// The values of one user at one subject.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    /// The authority of the endpoint.
    pub host: String,
    /// The id of the user pool; empty where it is not known.
    pub pool_id: String,
    /// The id of the app client.
    pub client_id: String,
    /// The client secret, for a client that has one.
    pub client_secret: Option<Secret>,
    /// An app client of another pool.
    pub other_client_id: Option<String>,
    /// An app client that was deleted.
    pub deleted_client_id: Option<String>,
    /// The name that the user signed up with.
    pub username: String,
    /// Another unconfirmed user of the same pool.
    pub other_username: Option<String>,
    /// The user's `sub`.
    pub sub: Option<String>,
    /// The user's e-mail address.
    pub email: Option<String>,
    /// The code that confirms the user.
    pub code: Option<Secret>,
    /// The code of [`Self::other_username`].
    pub other_code: Option<Secret>,
    /// The code that was valid before ResendConfirmationCode.
    pub superseded_code: Option<Secret>,
}

impl Bindings {
    /// The text of a value.
    pub fn value(&self, binding: Binding) -> Result<String, Unbound> {
        self.text(binding).map(Cow::into_owned)
    }

    /// The text of a value, borrowed where nothing has to be computed.
    fn text(&self, binding: Binding) -> Result<Cow<'_, str>, Unbound> {
        let optional = |value, why| Option::map(value, Cow::Borrowed).ok_or(Unbound(binding, why));
        match binding {
            Binding::Host => Ok(Cow::Borrowed(&self.host)),
            Binding::ContentLength => Err(Unbound(binding, "it is only known in a header")),
            Binding::ClientId => Ok(Cow::Borrowed(&self.client_id)),
            Binding::OtherClientId => {
                optional(self.other_client_id.as_deref(), "there is no second user pool")
            }
            Binding::DeletedClientId => {
                optional(self.deleted_client_id.as_deref(), "no app client was deleted")
            }
            Binding::PoolId => Ok(Cow::Borrowed(&self.pool_id)),
            Binding::Username => Ok(Cow::Borrowed(&self.username)),
            Binding::UpperCaseUsername => Ok(Cow::Owned(self.username.to_uppercase())),
            Binding::OtherUsername => optional(self.other_username.as_deref(), "there is no second user"),
            Binding::Sub => optional(self.sub.as_deref(), "the subject gave no `UserSub`"),
            Binding::Email => optional(self.email.as_deref(), "the user has no e-mail address"),
            Binding::Code(form) => {
                self.code_text(form).ok_or(Unbound(binding, "no confirmation code is known"))
            }
            Binding::SecretHash(form) => self.hash_text(form, binding).map(Cow::Owned),
        }
    }

    fn hash_text(&self, form: HashForm, binding: Binding) -> Result<String, Unbound> {
        let secret = self.client_secret.as_ref().ok_or(Unbound(binding, "the app client has no secret"))?;
        Ok(form.compute(&HashInput {
            secret,
            username: &self.username,
            client_id: &self.client_id,
            pool_id: &self.pool_id,
            other_username: self.other_username.as_deref().unwrap_or("someone-else"),
        }))
    }

    fn code_text(&self, form: CodeForm) -> Option<Cow<'_, str>> {
        match form {
            CodeForm::OtherUser => self.other_code.as_ref().map(revealed),
            CodeForm::Superseded => self.superseded_code.as_ref().map(revealed),
            CodeForm::Right => self.code.as_ref().map(revealed),
            other => self.code.as_ref().map(|code| Cow::Owned(code_variant(code.reveal(), other))),
        }
    }

    /// `text` with every value of this case replaced by its placeholder: secrets, so that they reach no report, and ids,
    /// so that two runs read alike.
    pub fn redact(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (value, binding) in self.shown_as() {
            if out.contains(&value) {
                out = out.replace(&value, &format!("${{{binding}}}"));
            }
        }
        out
    }

    /// The values that [`Self::redact`] replaces, the longest first.
    fn shown_as(&self) -> Vec<(String, Binding)> {
        let secret = |value: &Option<Secret>| value.as_ref().map(|secret| secret.reveal().to_owned());
        let hash = self.value(Binding::SecretHash(HashForm::Right)).ok();
        let values = [
            (secret(&self.client_secret), Binding::SecretHash(HashForm::SecretItself)),
            (hash, Binding::SecretHash(HashForm::Right)),
            (secret(&self.code), Binding::Code(CodeForm::Right)),
            (secret(&self.other_code), Binding::Code(CodeForm::OtherUser)),
            (secret(&self.superseded_code), Binding::Code(CodeForm::Superseded)),
            (Some(self.client_id.clone()), Binding::ClientId),
            (self.other_client_id.clone(), Binding::OtherClientId),
            (self.deleted_client_id.clone(), Binding::DeletedClientId),
            (Some(self.pool_id.clone()), Binding::PoolId),
            (Some(self.username.clone()), Binding::Username),
            (self.other_username.clone(), Binding::OtherUsername),
            (self.sub.clone(), Binding::Sub),
            (self.email.clone(), Binding::Email),
        ];
        let long_enough = |value: &String| value.len() >= REDACTED_BYTES_MIN;
        let mut shown: Vec<(String, Binding)> = values
            .into_iter()
            .filter_map(|(value, binding)| Some((value.filter(long_enough)?, binding)))
            .collect();
        shown.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        shown
    }
}

/// Shorter values are not replaced: they would be found in every other word, and guessing them is no work.
const REDACTED_BYTES_MIN: usize = 4;

/// Another character of the same kind, so that a code keeps its look.
fn other_character(c: char) -> char {
    match c {
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from_u32(u32::from(c) + 1).unwrap_or('0'),
        'z' => 'a',
        'Z' => 'A',
        _ => '0',
    }
}

fn change(code: &str, which: impl Fn(usize, usize) -> bool) -> String {
    let length = code.chars().count();
    code.chars().enumerate().map(|(i, c)| if which(i, length) { other_character(c) } else { c }).collect()
}

fn shift_digits(code: &str, zero: u32) -> String {
    code.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32(zero + digit)).unwrap_or(c)).collect()
}

fn unless(right: &str, text: &str, otherwise: &str) -> String {
    if right == text { otherwise.to_owned() } else { text.to_owned() }
}

fn code_variant(code: &str, form: CodeForm) -> String {
    match form {
        CodeForm::Right | CodeForm::OtherUser | CodeForm::Superseded => code.to_owned(),
        CodeForm::Wrong => change(code, |i, length| i + 1 == length),
        CodeForm::FirstCharacter => change(code, |i, _| i == 0),
        CodeForm::EveryCharacter => change(code, |_, _| true),
        CodeForm::ExtraDigit => format!("{code}0"),
        CodeForm::LeadingZero => format!("0{code}"),
        CodeForm::CutLast => code.chars().take(code.chars().count().saturating_sub(1)).collect(),
        CodeForm::CutFirst => code.chars().skip(1).collect(),
        CodeForm::FirstOnly => code.chars().take(1).collect(),
        CodeForm::Reversed => {
            let reversed: String = code.chars().rev().collect();
            if reversed == code { change(code, |i, length| i + 1 == length) } else { reversed }
        }
        CodeForm::Repeated => code.repeat(2),
        CodeForm::PlusSign => format!("+{code}"),
        CodeForm::MinusSign => format!("-{code}"),
        CodeForm::Decimal => format!("{code}.0"),
        CodeForm::Exponent => format!("{code}e0"),
        CodeForm::FullWidth => shift_digits(code, 0xff10),
        CodeForm::ArabicIndic => shift_digits(code, 0x0660),
        CodeForm::Quoted => format!("\"{code}\""),
        CodeForm::List => format!("{code},{}", change(code, |i, length| i + 1 == length)),
        CodeForm::ZeroWidth => format!("{code}\u{200b}"),
        CodeForm::Percent => "%".to_owned(),
        CodeForm::Wildcard => ".*".to_owned(),
        CodeForm::NullText => "null".to_owned(),
        CodeForm::UndefinedText => "undefined".to_owned(),
        CodeForm::TrueText => "true".to_owned(),
        CodeForm::AllZeros => unless(code, "000000", "000001"),
        CodeForm::Habitual => unless(code, "123456", "654321"),
    }
}

/// A request with late-bound values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RequestTemplate {
    /// A request with the ordinary parts.
    Formed {
        /// The method.
        method: Vec<u8>,
        /// The request target.
        target: Vec<u8>,
        /// The header lines: name and value, in wire order.
        headers: Vec<(Vec<u8>, Template)>,
        /// The body.
        body: Template,
    },
    /// Bytes for the connection as they are. `${content_length}` cannot be bound here.
    Raw(Template),
}

impl RequestTemplate {
    /// An ordinary, unsigned ConfirmSignUp request with `body`: `POST /`, `Host`, `Content-Type`, `X-Amz-Target` and
    /// `Content-Length`.
    pub fn confirm_sign_up(body: Template) -> Self {
        Self::Formed {
            method: b"POST".to_vec(),
            target: b"/".to_vec(),
            headers: vec![
                (b"Host".to_vec(), Template::raw(Binding::Host)),
                (b"Content-Type".to_vec(), Template::literal("application/x-amz-json-1.1")),
                (
                    b"X-Amz-Target".to_vec(),
                    Template::literal("AWSCognitoIdentityProviderService.ConfirmSignUp"),
                ),
                (b"Content-Length".to_vec(), Template::raw(Binding::ContentLength)),
            ],
            body,
        }
    }

    /// The late-bound values it needs.
    pub fn bindings(&self) -> Vec<Binding> {
        match self {
            Self::Raw(bytes) => bytes.bindings().collect(),
            Self::Formed { headers, body, .. } => {
                headers.iter().flat_map(|(_, value)| value.bindings()).chain(body.bindings()).collect()
            }
        }
    }

    /// The request with every value filled in.
    pub fn bind(&self, values: &Bindings) -> Result<Request, Unbound> {
        match self {
            Self::Raw(bytes) => Ok(Request::Raw(bytes.bind(values)?.into())),
            Self::Formed { method, target, headers, body } => {
                let body = Bytes::from(body.bind(values)?);
                let mut bound = Headers::default();
                for (name, value) in headers {
                    let value = if value == &Template::raw(Binding::ContentLength) {
                        body.len().to_string().into_bytes()
                    } else {
                        value.bind(values)?
                    };
                    bound.push(name.clone(), value);
                }
                Ok(Request::Formed(RequestForm {
                    method: method.clone(),
                    target: target.clone(),
                    headers: bound,
                    body,
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bindings() -> Bindings {
        Bindings {
            username: "a\"b".into(),
            client_id: "c1".into(),
            client_secret: Some(Secret::new("s")),
            code: Some(Secret::new("123459")),
            ..Bindings::default()
        }
    }

    #[test]
    fn placeholders_are_bound_and_escaped_for_json() {
        let template =
            Template::parse(r#"{"Username":"${username}","X":"$${y}${code:wrong|unicode}"}"#, Escaping::Json)
                .unwrap();
        let bound = template.bind(&bindings()).unwrap();
        assert_eq!(
            String::from_utf8(bound).unwrap(),
            r#"{"Username":"a\"b","X":"${y}\u0031\u0032\u0033\u0034\u0035\u0030"}"#
        );
    }

    #[test]
    fn an_unknown_placeholder_is_named_with_its_offset() {
        let error = Template::parse("ab${nope}", Escaping::Raw).unwrap_err();
        assert_eq!((error.offset, error.found.as_str()), (2, "${nope}"));
        assert!(error.allowed.contains("`client_id`"));
    }

    #[test]
    fn bytes_that_are_no_text_are_written_in_hexadecimal() {
        let template = Template::parse("a${hex:ff 00}b${hex:C3a9}", Escaping::Raw).unwrap();
        assert_eq!(template, Template::literal(b"a\xff\0b\xc3\xa9"));
        for wrong in ["${hex:", "${hex:ff", "${hex:f}", "${hex:fg}", "${hex:+f}", "${hex:é}"] {
            assert!(Template::parse(wrong, Escaping::Raw).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_length_is_that_of_the_bound_bytes() {
        let of = Template::parse("${username}0123456789abc", Escaping::Raw).unwrap();
        let length = |plus, radix| {
            let template = Template(vec![Segment::Length { of: of.clone(), plus, radix }]);
            (String::from_utf8(template.bind(&bindings()).unwrap()).unwrap(), template.to_string())
        };
        assert_eq!(length(0, Radix::Decimal), ("16".into(), "${length}".into()));
        assert_eq!(length(-17, Radix::Decimal), ("-1".into(), "${length:-17}".into()));
        assert_eq!(length(10, Radix::Hexadecimal), ("1a".into(), "${size:+10}".into()));
    }

    #[test]
    fn a_missing_value_says_what_is_missing() {
        let error = Template::raw(Binding::Sub).bind(&bindings()).unwrap_err();
        assert_eq!(error.to_string(), "no value for `${sub}`: the subject gave no `UserSub`");
    }

    #[test]
    fn every_wrong_code_differs_from_the_right_one() {
        for right in ["123456", "000000", "999999", "abcdef", "111111"] {
            for form in CodeForm::ALL {
                let own = matches!(form, CodeForm::Right | CodeForm::OtherUser | CodeForm::Superseded);
                let digits_only = matches!(form, CodeForm::FullWidth | CodeForm::ArabicIndic);
                if !(own || digits_only && right == "abcdef") {
                    assert_ne!(code_variant(right, *form), right, "{form}");
                }
            }
        }
    }

    #[test]
    fn no_secret_is_left_in_a_redacted_text() {
        let bindings = Bindings { client_secret: Some(Secret::new("s3cr3t")), ..bindings() };
        let hash = bindings.value(Binding::SecretHash(HashForm::Right)).unwrap();
        assert_eq!(
            bindings.redact(&format!("code 123459, hash {hash}, secret s3cr3t")),
            "code ${code}, hash ${secret_hash}, secret ${secret_hash:secret-itself}"
        );
    }

    #[test]
    fn content_length_is_the_length_of_the_bound_body() {
        let body = Template::parse("${client_id}${repeat:3:xy}", Escaping::Raw).unwrap();
        let Request::Formed(form) = RequestTemplate::confirm_sign_up(body).bind(&bindings()).unwrap() else {
            panic!("an ordinary request");
        };
        assert_eq!(form.headers.first("content-length"), Some(b"8".as_slice()));
        assert_eq!(&form.body[..], b"c1xyxyxy");
    }
}
