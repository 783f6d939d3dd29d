//! Cognito's `SecretHash`: Base64(HMAC-SHA256(key = client secret, message = username + client id)), with its stages
//! apart, and the wrong ways of computing it that are seen in the field.
//!
//! Source: the Amazon Cognito developer guide, "Computing secret hash values" (evidence row SH-001); key and message
//! are UTF-8 bytes (SH-025).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use std::fmt;
use std::str::FromStr;

/// A value that must never be printed: its `Debug` and `Display` say `[redacted]`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the wire and for hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The stages of one computation, each comparable on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    /// The key bytes.
    pub key: Vec<u8>,
    /// The message bytes.
    pub message: Vec<u8>,
    /// The 32 bytes of the digest.
    pub digest: Vec<u8>,
    /// The digest in padded standard Base64: 44 characters.
    pub base64: String,
}

/// Computes the secret hash of `username` for an app client, keeping every stage.
pub fn stages(secret: &Secret, username: &str, client_id: &str) -> Stages {
    let key = secret.reveal().as_bytes().to_vec();
    let message = [username.as_bytes(), client_id.as_bytes()].concat();
    let digest = sha256(&key, &message);
    let base64 = STANDARD.encode(&digest);
    Stages { key, message, digest, base64 }
}

/// Computes the secret hash of `username` for an app client.
pub fn secret_hash(secret: &Secret, username: &str, client_id: &str) -> String {
    stages(secret, username, client_id).base64
}

fn sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    digest::<Hmac<Sha256>>(key, message)
}

fn digest<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so `new_from_slice` has no error to report.
    M::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

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
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A way of computing what is sent as `SecretHash`: the right one, or a mistake seen in the field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum HashForm { $($(#[$doc])* $variant,)* }

        impl HashForm {
            /// Every form, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in templates and labels.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
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
    /// The username in lower case.
    LowerCaseUsername = "lower-case-username",
    /// The username in upper case.
    UpperCaseUsername = "upper-case-username",
    /// A space between username and client id.
    Separator = "separator",
    /// Key and message exchanged.
    KeySwapped = "key-swapped",
    /// An empty key.
    EmptyKey = "empty-key",
    /// The key cut by its last character.
    KeyCut = "key-cut",
    /// The key with a trailing line break.
    KeyNewline = "key-newline",
    /// HMAC-SHA1.
    Sha1 = "sha1",
    /// HMAC-SHA512.
    Sha512 = "sha512",
    /// Plain SHA-256 of secret, username and client id without HMAC.
    PlainSha256 = "plain-sha256",
    /// The digest in lower-case hexadecimal instead of Base64.
    Hex = "hex",
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
    /// Letters in the other case.
    CaseFlipped = "case-flipped",
    /// The first character changed.
    FirstCharacter = "first-character",
    /// The last character before the padding changed.
    LastCharacter = "last-character",
    /// The first 40 characters.
    Truncated = "truncated",
    /// The right hash twice in a row.
    Repeated = "repeated",
    /// A space before the right hash.
    LeadingSpace = "leading-space",
    /// A line break after the right hash.
    TrailingNewline = "trailing-newline",
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
        let right = || secret_hash(input.secret, input.username, input.client_id);
        match self {
            Self::Right => right(),
            Self::Hex => hex(&self.raw(input)),
            Self::HexThenBase64 => STANDARD.encode(hex(&self.raw(input))),
            Self::DoubleBase64 => STANDARD.encode(right()),
            Self::UrlSafe => URL_SAFE.encode(self.raw(input)),
            Self::NoPadding => STANDARD_NO_PAD.encode(self.raw(input)),
            Self::ExtraPadding => right() + "=",
            Self::CaseFlipped => right().chars().map(flip_case).collect(),
            Self::FirstCharacter => replace_at(&right(), 0),
            // 43 characters carry the digest; the last of them has 4 significant bits, so `replace_at` must change one.
            Self::LastCharacter => replace_at(&right(), 42),
            Self::Truncated => right().chars().take(40).collect(),
            Self::Repeated => right() + &right(),
            Self::LeadingSpace => format!(" {}", right()),
            Self::TrailingNewline => right() + "\n",
            Self::SecretItself => input.secret.reveal().to_owned(),
            Self::ProseOrder => {
                STANDARD.encode([input.secret.reveal(), input.client_id, input.username].concat())
            }
            Self::Zeros => STANDARD.encode([0; 32]),
            _ => STANDARD.encode(self.raw(input)),
        }
    }

    /// The digest bytes of the forms that differ in key, message or algorithm; the right digest for all others.
    fn raw(self, input: &HashInput<'_>) -> Vec<u8> {
        let HashInput { secret, username, client_id, pool_id, other_username } = *input;
        let key = secret.reveal();
        let keyed = |message: String| sha256(key.as_bytes(), message.as_bytes());
        let message = format!("{username}{client_id}");
        match self {
            Self::OtherUser => keyed(format!("{other_username}{client_id}")),
            Self::Swapped => keyed(format!("{client_id}{username}")),
            Self::PoolId => keyed(format!("{username}{pool_id}")),
            Self::UsernameOnly => keyed(username.to_owned()),
            Self::ClientIdOnly => keyed(client_id.to_owned()),
            Self::MessageNewline => keyed(message + "\n"),
            Self::LowerCaseUsername => keyed(format!("{}{client_id}", username.to_lowercase())),
            Self::UpperCaseUsername => keyed(format!("{}{client_id}", username.to_uppercase())),
            Self::Separator => keyed(format!("{username} {client_id}")),
            Self::KeySwapped => sha256(message.as_bytes(), key.as_bytes()),
            Self::EmptyKey => sha256(b"", message.as_bytes()),
            Self::KeyCut => {
                let cut: String = key.chars().take(key.chars().count().saturating_sub(1)).collect();
                sha256(cut.as_bytes(), message.as_bytes())
            }
            Self::KeyNewline => sha256(format!("{key}\n").as_bytes(), message.as_bytes()),
            Self::Sha1 => digest::<Hmac<Sha1>>(key.as_bytes(), message.as_bytes()),
            Self::Sha512 => digest::<Hmac<Sha512>>(key.as_bytes(), message.as_bytes()),
            Self::PlainSha256 => {
                use sha2::Digest as _;
                Sha256::digest(format!("{key}{message}")).to_vec()
            }
            _ => keyed(message),
        }
    }
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_published_vectors_hold() {
        // SH-002 and SH-003 of the evidence.
        assert_eq!(
            secret_hash(&Secret::new("clientSecret"), "test", "123abd"),
            "LoIX/oPJWZzFYv8liJYRo+CHv16FNDY10JlZEDjL3Vg="
        );
        assert_eq!(
            secret_hash(
                &Secret::new("ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b"),
                "a2c2e290-6d0f-4a08-a5ca-f0162935f3a6",
                "18u8119jgbpr464n28s1itk2mq"
            ),
            "QW3YkSgjkc9VNMtbTkuQflK54A6+9GS8ZiRDj0mSvPI="
        );
    }

    #[test]
    fn every_wrong_form_differs_from_the_right_one_and_from_every_other() {
        let secret = Secret::new("s3cr3tS3cr3t");
        let input = HashInput {
            secret: &secret,
            username: "Some.User",
            client_id: "1example23456789",
            pool_id: "us-east-1_Abc",
            other_username: "another",
        };
        let mut texts: Vec<String> = HashForm::ALL.iter().map(|form| form.compute(&input)).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), HashForm::ALL.len());
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?} {0}", Secret::new("x")), "[redacted] [redacted]");
    }
}
