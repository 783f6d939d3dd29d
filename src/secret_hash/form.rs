//! What is sent as `SecretHash`, form by form: key, message, algorithm and spelling, each right or wrong in one way.

use super::charset::{self, hex};
use super::{Secret, digest, normal_form, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use hmac::Hmac;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512, Sha512_256};
use std::fmt;
use std::str::FromStr;

/// HMAC-SHA256 hashes a key that is longer than this many bytes before it uses it (RFC 2104, section 2).
const HMAC_BLOCK_BYTES: usize = 64;
/// The standard alphabet (RFC 4648, section 4).
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What a hash is computed from.
#[derive(Debug, Clone, Copy)]
pub struct HashInput<'a> {
    /// The client secret: the right key.
    pub secret: &'a Secret,
    /// The `Username` member as it is sent.
    pub username: &'a str,
    /// The `ClientId` member as it is sent.
    pub client_id: &'a str,
    /// The id of the user pool, for the mistake that hashes it.
    pub pool_id: &'a str,
    /// Another user's name, for the mistake that hashes it.
    pub other_username: &'a str,
}

macro_rules! hash_forms {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// A way of computing what is sent as `SecretHash`: the right one, or a mistake seen in the field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum HashForm { $($(#[doc = $doc])* $variant,)* }

        impl HashForm {
            /// Every form, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in templates and labels.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is, in one sentence.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*).trim(),)* }
            }
        }
    };
}

hash_forms! {
    /// As AWS documents it.
    Right = "right",
    /// The hash of another user of the same client.
    OtherUser = "other-user",
    /// Client id before username.
    Swapped = "swapped",
    /// The user pool id in place of the client id.
    PoolId = "pool-id",
    /// The username alone.
    UsernameOnly = "username-only",
    /// The client id alone.
    ClientIdOnly = "client-id-only",
    /// The message with a trailing line break (`echo` without `-n`).
    MessageNewline = "message-newline",
    /// The message with a trailing carriage return and line feed.
    MessageCrlf = "message-crlf",
    /// The username in lower case.
    LowerCaseUsername = "lower-case-username",
    /// The username in upper case.
    UpperCaseUsername = "upper-case-username",
    /// A space between username and client id.
    Separator = "separator",
    /// A colon between username and client id.
    Colon = "colon",
    /// The message in Latin-1, with `?` for what that does not have.
    Latin1 = "latin-1",
    /// The message in ASCII, with `?` for everything else.
    Ascii = "ascii",
    /// The message as UTF-8 that was read as Latin-1 and written as UTF-8 once more.
    Mojibake = "mojibake",
    /// The message in UTF-16, the lower byte first.
    Utf16 = "utf-16",
    /// The message in CESU-8: astral characters as two times three bytes.
    Cesu8 = "cesu-8",
    /// The username in Unicode's normal form C.
    Composed = "composed",
    /// The username in Unicode's normal form D.
    Decomposed = "decomposed",
    /// The username as ASCII-only JSON spells it.
    JsonEscaped = "json-escaped",
    /// The username as a URL spells it.
    PercentEncodedUsername = "percent-encoded-username",
    /// As many bytes of the message as it has characters.
    CharacterCut = "character-cut",
    /// Key and message exchanged.
    KeySwapped = "key-swapped",
    /// An empty key.
    EmptyKey = "empty-key",
    /// The key cut by its last character.
    KeyCut = "key-cut",
    /// The key with a trailing line break.
    KeyNewline = "key-newline",
    /// The key with a trailing space.
    KeySpace = "key-space",
    /// The Base64 text of the secret as the key.
    KeyBase64 = "key-base64",
    /// The SHA-256 of the secret as the key.
    KeyHashed = "key-hashed",
    /// The first 64 bytes of the secret as the key.
    KeyCut64 = "key-cut-64",
    /// HMAC-SHA1.
    Sha1 = "sha1",
    /// HMAC-SHA512.
    Sha512 = "sha512",
    /// HMAC-SHA384.
    Sha384 = "sha384",
    /// HMAC-SHA512/256: as long as the right one.
    Sha512Cut = "sha512-256",
    /// HMAC-SHA256 of the digest once more.
    HmacTwice = "hmac-twice",
    /// Plain SHA-256 of secret, username and client id without HMAC.
    PlainSha256 = "plain-sha256",
    /// Plain SHA-256 of username, client id and secret without HMAC.
    PlainSha256KeyLast = "plain-sha256-key-last",
    /// The digest in lower-case hexadecimal instead of Base64.
    Hex = "hex",
    /// The digest in upper-case hexadecimal.
    HexUpper = "hex-upper",
    /// The digest in Base32.
    Base32 = "base32",
    /// Base64 of the hexadecimal digest.
    HexThenBase64 = "hex-then-base64",
    /// Base64 applied twice.
    DoubleBase64 = "double-base64",
    /// The URL-safe alphabet.
    UrlSafe = "url-safe",
    /// Without the trailing `=`.
    NoPadding = "no-padding",
    /// One `=` too many.
    ExtraPadding = "extra-padding",
    /// The two bits that the last character has to spare are set: lenient decoders read the same bytes.
    LooseBits = "loose-bits",
    /// Letters in the other case.
    CaseFlipped = "case-flipped",
    /// All letters of the hash in lower case.
    LowerCase = "lower-case",
    /// All letters of the hash in upper case.
    UpperCase = "upper-case",
    /// The first character changed.
    FirstCharacter = "first-character",
    /// The last character before the padding changed.
    LastCharacter = "last-character",
    /// The first 40 characters.
    Truncated = "truncated",
    /// Base64 of the first 16 bytes of the digest.
    DigestCut = "digest-cut",
    /// The bytes of the digest in reverse order.
    DigestReversed = "digest-reversed",
    /// The right hash twice in a row.
    Repeated = "repeated",
    /// A space before the right hash.
    LeadingSpace = "leading-space",
    /// A line break after the right hash.
    TrailingNewline = "trailing-newline",
    /// A space after the right hash.
    TrailingSpace = "trailing-space",
    /// A carriage return and line feed after the right hash.
    TrailingCrlf = "trailing-crlf",
    /// A NUL after the right hash.
    TrailingNul = "trailing-nul",
    /// The right hash in quotation marks, as part of the text.
    Quoted = "quoted",
    /// The right hash as Python prints bytes: `b'…'`.
    PythonBytes = "python-bytes",
    /// The right hash as a URL spells it.
    PercentEncoded = "percent-encoded",
    /// The right hash with a space for each `+`, as a form is decoded.
    PlusAsSpace = "plus-as-space",
    /// The client secret itself.
    SecretItself = "secret-itself",
    /// Base64 of secret, client id and username in a row, as the guide's prose (not its formula) reads.
    ProseOrder = "prose-order",
    /// A well-formed hash of nothing in particular: 32 zero bytes.
    Zeros = "zeros",
}

impl fmt::Display for HashForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for HashForm {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|form| form.name() == text).ok_or(())
    }
}

impl HashForm {
    /// The text sent as `SecretHash`.
    pub fn compute(self, input: &HashInput<'_>) -> String {
        self.text(&self.digest(input), input)
    }

    /// Whether the right hash, or what is as good, can be had from it, or it differs from user to user.
    pub(crate) fn tells_the_hash(self) -> bool {
        self != Self::Zeros
    }

    /// The digest as text. Most forms spell it as AWS documents it.
    fn text(self, digest: &[u8], input: &HashInput<'_>) -> String {
        let right = STANDARD.encode(digest);
        match self {
            Self::Hex => hex(digest),
            Self::HexUpper => hex(digest).to_ascii_uppercase(),
            Self::HexThenBase64 => STANDARD.encode(hex(digest)),
            Self::Base32 => charset::base32(digest),
            Self::DoubleBase64 => STANDARD.encode(right),
            Self::UrlSafe => URL_SAFE.encode(digest),
            Self::NoPadding => STANDARD_NO_PAD.encode(digest),
            Self::ExtraPadding => right + "=",
            Self::LooseBits => loose_bits(&right),
            Self::CaseFlipped => right.chars().map(flip_case).collect(),
            Self::LowerCase => right.to_ascii_lowercase(),
            Self::UpperCase => right.to_ascii_uppercase(),
            Self::FirstCharacter => replace_at(&right, 0),
            // 43 characters carry the digest; the last of them has 4 significant bits, so `replace_at` must change one.
            Self::LastCharacter => replace_at(&right, 42),
            Self::Truncated => right.chars().take(40).collect(),
            Self::DigestCut => STANDARD.encode(digest.get(..16).unwrap_or(digest)),
            Self::DigestReversed => STANDARD.encode(digest.iter().rev().copied().collect::<Vec<u8>>()),
            Self::Repeated => right.repeat(2),
            Self::LeadingSpace => format!(" {right}"),
            Self::TrailingNewline => right + "\n",
            Self::TrailingSpace => right + " ",
            Self::TrailingCrlf => right + "\r\n",
            Self::TrailingNul => right + "\0",
            Self::Quoted => format!("\"{right}\""),
            Self::PythonBytes => format!("b'{right}'"),
            Self::PercentEncoded => charset::percent_encoded(&right),
            Self::PlusAsSpace => right.replace('+', " "),
            Self::SecretItself => input.secret.reveal().to_owned(),
            Self::ProseOrder => {
                STANDARD.encode([input.secret.reveal(), input.client_id, input.username].concat())
            }
            Self::Zeros => STANDARD.encode([0; 32]),
            _ => right,
        }
    }

    /// The digest bytes: by another algorithm for some forms, over another key or message for others.
    fn digest(self, input: &HashInput<'_>) -> Vec<u8> {
        let (key, message) = (self.key(input.secret), self.message(input));
        match self {
            Self::KeySwapped => sha256(&message, &key),
            Self::Sha1 => digest::<Hmac<Sha1>>(&key, &message),
            Self::Sha384 => digest::<Hmac<Sha384>>(&key, &message),
            Self::Sha512 => digest::<Hmac<Sha512>>(&key, &message),
            Self::Sha512Cut => digest::<Hmac<Sha512_256>>(&key, &message),
            Self::HmacTwice => sha256(&key, &sha256(&key, &message)),
            Self::PlainSha256 => Sha256::digest([key, message].concat()).to_vec(),
            Self::PlainSha256KeyLast => Sha256::digest([message, key].concat()).to_vec(),
            _ => sha256(&key, &message),
        }
    }

    fn key(self, secret: &Secret) -> Vec<u8> {
        let key = secret.reveal();
        match self {
            Self::EmptyKey => Vec::new(),
            Self::KeyCut => {
                let last = key.char_indices().next_back().map_or(0, |(at, _)| at);
                key.as_bytes().get(..last).unwrap_or_default().to_vec()
            }
            Self::KeyNewline => format!("{key}\n").into_bytes(),
            Self::KeySpace => format!("{key} ").into_bytes(),
            Self::KeyBase64 => STANDARD.encode(key).into_bytes(),
            Self::KeyHashed => Sha256::digest(key).to_vec(),
            Self::KeyCut64 => key.bytes().take(HMAC_BLOCK_BYTES).collect(),
            _ => key.as_bytes().to_vec(),
        }
    }

    fn message(self, input: &HashInput<'_>) -> Vec<u8> {
        let HashInput { username, client_id, pool_id, other_username, .. } = *input;
        let right = format!("{username}{client_id}");
        let text = match self {
            Self::OtherUser => format!("{other_username}{client_id}"),
            Self::Swapped => format!("{client_id}{username}"),
            Self::PoolId => format!("{username}{pool_id}"),
            Self::UsernameOnly => username.to_owned(),
            Self::ClientIdOnly => client_id.to_owned(),
            Self::MessageNewline => right + "\n",
            Self::MessageCrlf => right + "\r\n",
            Self::LowerCaseUsername => format!("{}{client_id}", username.to_lowercase()),
            Self::UpperCaseUsername => format!("{}{client_id}", username.to_uppercase()),
            Self::Separator => format!("{username} {client_id}"),
            Self::Colon => format!("{username}:{client_id}"),
            Self::Composed => normal_form::composed(username) + client_id,
            Self::Decomposed => normal_form::decomposed(username) + client_id,
            Self::JsonEscaped => charset::json_escaped(username) + client_id,
            Self::PercentEncodedUsername => charset::percent_encoded(username) + client_id,
            Self::Latin1 => return charset::latin1(&right),
            Self::Ascii => return charset::ascii(&right),
            Self::Mojibake => return charset::mojibake(&right),
            Self::Utf16 => return charset::utf16(&right),
            Self::Cesu8 => return charset::cesu8(&right),
            Self::CharacterCut => return right.bytes().take(right.chars().count()).collect(),
            _ => right,
        };
        text.into_bytes()
    }
}

/// Adds one to the value of the 43rd character: its two lowest bits stand for no bit of the digest, and are zero.
fn loose_bits(right: &str) -> String {
    let next = |c: char| {
        let at = BASE64.find(c).unwrap_or_default();
        BASE64.chars().nth(at + 1).unwrap_or(c)
    };
    right.chars().enumerate().map(|(i, c)| if i == 42 { next(c) } else { c }).collect()
}

fn flip_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

/// Changes the character at `index` into one whose Base64 value differs in its highest bit.
fn replace_at(text: &str, index: usize) -> String {
    let swap = |c: char| match c {
        'A'..='Z' | 'a'..='f' => '8',
        _ => 'A',
    };
    text.chars().enumerate().map(|(i, c)| if i == index { swap(c) } else { c }).collect()
}
