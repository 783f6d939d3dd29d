//! What a test is about, and what a program that fails it has got wrong.

use super::file::Note;
use crate::named::named;
use std::fmt;
use std::str::FromStr;

named! {
    /// A flag of a test.
    Flag {
        /// Output published by somebody else.
        Published = "Published",
        /// Inputs published by somebody else, output computed here.
        Derived = "Derived",
        /// Drawn from a seed.
        Pseudorandom = "Pseudorandom",
        /// Lengths of the client secret around the block of the hash function.
        SecretLength = "SecretLength",
        /// A secret longer than the block.
        LongSecret = "LongSecret",
        /// No secret at all.
        EmptySecret = "EmptySecret",
        /// Lengths of the username around its bounds.
        UsernameLength = "UsernameLength",
        /// A username or client id outside the published bounds or patterns.
        OutsideConstraints = "OutsideConstraints",
        /// Lengths of the client id.
        ClientIdLength = "ClientIdLength",
        /// Lengths of the message around the block of the hash function.
        MessageLength = "MessageLength",
        /// Letters beyond ASCII.
        NonAscii = "NonAscii",
        /// Combining marks.
        CombiningMark = "CombiningMark",
        /// Characters beyond the basic plane.
        Astral = "Astral",
        /// Names whose change of case is not simple.
        CaseMapping = "CaseMapping",
        /// Punctuation and symbols that some layer may treat specially.
        SpecialCharacter = "SpecialCharacter",
        /// Names that read as something else.
        ReservedWord = "ReservedWord",
        /// A secret beyond ASCII.
        NonAsciiSecret = "NonAsciiSecret",
        /// Another split of the same message.
        AmbiguousSplit = "AmbiguousSplit",
        /// The hash has characters that only standard Base64 has.
        Base64Alphabet = "Base64Alphabet",
        /// Unicode normal forms.
        Normalization = "Normalization",
        /// The hash of another user.
        OtherUser = "OtherUser",
        /// The hash for another app client.
        OtherClient = "OtherClient",
        /// The user pool id in place of the client id.
        PoolId = "PoolId",
        /// The user's `sub` in place of the username.
        SubForUsername = "SubForUsername",
        /// An alias in place of the username.
        AliasForUsername = "AliasForUsername",
        /// Client id before username.
        SwappedOrder = "SwappedOrder",
        /// Only a part of the message.
        IncompleteMessage = "IncompleteMessage",
        /// Something between the parts or behind them.
        ExtraBytes = "ExtraBytes",
        /// The username in another case.
        CaseFolding = "CaseFolding",
        /// The message in another character set.
        WrongCharset = "WrongCharset",
        /// The username in the spelling of another layer.
        EscapedUsername = "EscapedUsername",
        /// Another key than the secret.
        WrongKey = "WrongKey",
        /// Key and message exchanged.
        KeyMessageSwapped = "KeyMessageSwapped",
        /// Another hash function.
        WrongHash = "WrongHash",
        /// No HMAC.
        MissingHmac = "MissingHmac",
        /// Hexadecimal on the way.
        HexDigest = "HexDigest",
        /// Encoded more than once.
        DoubleEncoding = "DoubleEncoding",
        /// Another alphabet.
        OtherAlphabet = "OtherAlphabet",
        /// Padding missing, too much of it, or bits set beside it.
        Padding = "Padding",
        /// Letters of the hash in another case.
        HashCase = "HashCase",
        /// A changed character or byte.
        ModifiedHash = "ModifiedHash",
        /// A part of the hash.
        TruncatedHash = "TruncatedHash",
        /// White space or control characters around the hash.
        WhiteSpace = "WhiteSpace",
        /// The hash inside the notation of some language.
        Quoted = "Quoted",
        /// The hash in the spelling of a transport.
        TransportEscaping = "TransportEscaping",
        /// The secret itself is sent.
        SecretSent = "SecretSent",
        /// Text that is no hash.
        NotAHash = "NotAHash",
    }
}

const GUIDE: &str = "https://github.com/awsdocs/amazon-cognito-developer-guide/blob/85b058f/doc_source/signing-up-users-in-your-app.md";
const RFC_2104: &str = "https://www.rfc-editor.org/rfc/rfc2104";
const RFC_4648: &str = "https://www.rfc-editor.org/rfc/rfc4648";
const UAX_15: &str = "https://www.unicode.org/reports/tr15/";
const SO_ANSWERS: &str = "https://stackoverflow.com/questions/37438879";
const SRP_ISSUE: &str = "https://github.com/furaiev/amazon-cognito-identity-dart-2/issues/32";

/// What a program that makes the mistake gets to see.
const REFUSED: &str = "Every request through an app client with a secret is refused.";
const SOME_REFUSED: &str = "Only users whose names or hashes have such characters are refused.";
const BYPASS: &str = "A server that accepts it lets in a caller who does not know the secret.";
const LENIENT: &str = "A server that accepts it hides a mistake that the real service refuses.";

impl Flag {
    /// What the file says of the flag.
    pub fn note(self) -> Note {
        let (bug_type, description, effect, links) = self.parts();
        Note {
            bug_type: bug_type.to_owned(),
            description: description.to_owned(),
            effect: (!effect.is_empty()).then(|| effect.to_owned()),
            links: links.iter().map(|link| (*link).to_owned()).collect(),
        }
    }

    fn parts(self) -> (&'static str, &'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::OtherUser
            | Self::OtherClient
            | Self::PoolId
            | Self::SubForUsername
            | Self::AliasForUsername
            | Self::SwappedOrder
            | Self::IncompleteMessage
            | Self::ExtraBytes
            | Self::CaseFolding
            | Self::WrongCharset
            | Self::EscapedUsername => self.message_parts(),
            Self::WrongKey
            | Self::KeyMessageSwapped
            | Self::WrongHash
            | Self::MissingHmac
            | Self::HexDigest
            | Self::DoubleEncoding
            | Self::OtherAlphabet
            | Self::Padding
            | Self::HashCase
            | Self::ModifiedHash
            | Self::TruncatedHash
            | Self::WhiteSpace
            | Self::Quoted
            | Self::TransportEscaping
            | Self::SecretSent
            | Self::NotAHash => self.hash_parts(),
            _ => self.input_parts(),
        }
    }

    /// Flags of the inputs.
    fn input_parts(self) -> (&'static str, &'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Published => (
                "BASIC",
                "Inputs and output were published by somebody else; the output was recomputed here. No output published by AWS is known.",
                REFUSED,
                &[GUIDE],
            ),
            Self::Derived => (
                "BASIC",
                "The inputs were published by somebody else; the output was computed here.",
                REFUSED,
                &[GUIDE],
            ),
            Self::Pseudorandom => {
                ("FUNCTIONALITY", "Inputs of ordinary form, drawn from a seed.", REFUSED, &[GUIDE])
            }
            Self::SecretLength => (
                "EDGE_CASE",
                "The length of the secret is at an edge of SHA-256: its output of 32 bytes, its block of 64.",
                "An HMAC made by hand fails for some secrets only.",
                &[RFC_2104],
            ),
            Self::LongSecret => (
                "EDGE_CASE",
                "The secret is longer than the 64 bytes of the block, so that HMAC hashes it first.",
                "An HMAC made by hand, or a buffer of fixed size, cuts the key.",
                &[RFC_2104],
            ),
            Self::EmptySecret => (
                "DEFINED",
                "The secret is empty. HMAC is defined for an empty key; no app client has one, and some libraries refuse it.",
                "A program that takes an unset variable for a secret computes a hash that anybody can compute.",
                &[RFC_2104],
            ),
            Self::UsernameLength => (
                "EDGE_CASE",
                "The length of the username is at an edge of its bounds of 1 and 128 characters.",
                SOME_REFUSED,
                &[],
            ),
            Self::OutsideConstraints => (
                "DEFINED",
                "Username or client id are outside the published bounds or patterns: the hash is defined, but no request with it passes validation. A program may refuse them.",
                "",
                &[],
            ),
            Self::ClientIdLength => (
                "EDGE_CASE",
                "The length of the client id is at an edge of its bounds of 1 and 128 characters.",
                REFUSED,
                &[],
            ),
            Self::MessageLength => (
                "EDGE_CASE",
                "The length of the message is where SHA-256 needs another block for its padding.",
                SOME_REFUSED,
                &[RFC_2104],
            ),
            Self::NonAscii => (
                "FUNCTIONALITY",
                "The username has letters beyond ASCII; the message is its UTF-8.",
                SOME_REFUSED,
                &[GUIDE],
            ),
            Self::CombiningMark => (
                "FUNCTIONALITY",
                "The username has combining marks, which the published pattern takes.",
                SOME_REFUSED,
                &[],
            ),
            Self::Astral => (
                "FUNCTIONALITY",
                "The username has characters beyond the basic plane: four bytes of UTF-8, two units of UTF-16.",
                SOME_REFUSED,
                &[],
            ),
            Self::CaseMapping => (
                "EDGE_CASE",
                "A change of case would change the name, or its length. The name is hashed as it is sent.",
                SOME_REFUSED,
                &[],
            ),
            Self::SpecialCharacter => (
                "EDGE_CASE",
                "The username has characters that shells, URLs, JSON or format strings treat specially.",
                SOME_REFUSED,
                &[],
            ),
            Self::ReservedWord => (
                "EDGE_CASE",
                "The username reads as a keyword or a property of some language.",
                SOME_REFUSED,
                &[],
            ),
            Self::NonAsciiSecret => (
                "DEFINED",
                "The secret has characters beyond ASCII; the key is its UTF-8. No app client of AWS has one.",
                SOME_REFUSED,
                &[GUIDE],
            ),
            Self::AmbiguousSplit => (
                "DEFINED",
                "Username and client id are joined without anything between them, so that two splits of one text have one hash.",
                "A program that puts something between them fails; the collision itself is part of the definition.",
                &[GUIDE],
            ),
            Self::Base64Alphabet => (
                "FUNCTIONALITY",
                "The hash has `+` or `/`, which only the standard alphabet has.",
                SOME_REFUSED,
                &[RFC_4648],
            ),
            _ => (
                "CAN_OF_WORMS",
                "Name and hash are in different normal forms of Unicode. What is hashed is the name as it is sent; whether the service normalises first is not attested.",
                SOME_REFUSED,
                &[UAX_15],
            ),
        }
    }

    /// Flags of a wrong message.
    fn message_parts(self) -> (&'static str, &'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::OtherUser => (
                "AUTH_BYPASS",
                "The hash was made for another user of the same app client.",
                "A server that accepts it does not tie the hash to the user.",
                &[GUIDE],
            ),
            Self::OtherClient => (
                "AUTH_BYPASS",
                "The hash was made for another app client, or with the secret of another one.",
                "A server that accepts it does not tie the hash to the app client.",
                &[GUIDE],
            ),
            Self::PoolId => (
                "FUNCTIONALITY",
                "The id of the user pool was hashed in place of the client id.",
                REFUSED,
                &[SO_ANSWERS],
            ),
            Self::SubForUsername => (
                "CAN_OF_WORMS",
                "The `sub` of the user was hashed while the username is sent. Sign-in wants that after SRP; for ConfirmSignUp it is not attested.",
                "Users who are known by another name than they sign in with are refused.",
                &[SRP_ISSUE],
            ),
            Self::AliasForUsername => (
                "CAN_OF_WORMS",
                "An alias of the user was hashed while the username is sent. Not attested for ConfirmSignUp.",
                "Users who are known by another name than they sign in with are refused.",
                &[SRP_ISSUE],
            ),
            Self::SwappedOrder => (
                "FUNCTIONALITY",
                "The client id stands before the username, or the parts are in the order of the guide's prose rather than of its formula.",
                REFUSED,
                &[GUIDE, SO_ANSWERS],
            ),
            Self::IncompleteMessage => (
                "FUNCTIONALITY",
                "A part of the message is missing.",
                "Where the username is missing, one hash fits every user.",
                &[GUIDE],
            ),
            Self::ExtraBytes => (
                "FUNCTIONALITY",
                "A separator stands between the parts, or a line break behind them (`echo` without `-n`).",
                REFUSED,
                &[SO_ANSWERS],
            ),
            Self::CaseFolding => (
                "FUNCTIONALITY",
                "The username was hashed in another case than it is sent in.",
                SOME_REFUSED,
                &[],
            ),
            Self::WrongCharset => (
                "FUNCTIONALITY",
                "The message was not hashed as UTF-8, or was cut where characters were counted for bytes.",
                SOME_REFUSED,
                &[GUIDE],
            ),
            _ => (
                "FUNCTIONALITY",
                "The username was hashed in the spelling of another layer: JSON escapes, percent-encoding.",
                SOME_REFUSED,
                &[],
            ),
        }
    }

    /// Flags of a wrong key, algorithm or text.
    fn hash_parts(self) -> (&'static str, &'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::WrongKey => (
                "AUTH_BYPASS",
                "The key is not the bytes of the secret: empty, cut, encoded, hashed, or with something behind it.",
                "A server that accepts it compares with less than the secret.",
                &[RFC_2104],
            ),
            Self::KeyMessageSwapped => {
                ("FUNCTIONALITY", "Key and message are exchanged.", REFUSED, &[RFC_2104])
            }
            Self::WrongHash => (
                "WRONG_PRIMITIVE",
                "Another hash function, or the right one once too often.",
                REFUSED,
                &[GUIDE],
            ),
            Self::MissingHmac => {
                ("WRONG_PRIMITIVE", "A plain hash of secret and message in a row.", REFUSED, &[RFC_2104])
            }
            Self::HexDigest => (
                "FUNCTIONALITY",
                "The digest is in hexadecimal, on its own or inside the Base64 (`openssl dgst` without `-binary`).",
                REFUSED,
                &[SO_ANSWERS],
            ),
            Self::DoubleEncoding => {
                ("FUNCTIONALITY", "The Base64 is encoded once more.", REFUSED, &[RFC_4648])
            }
            Self::OtherAlphabet => (
                "FUNCTIONALITY",
                "The digest is in the URL-safe alphabet or in Base32.",
                "In the URL-safe alphabet only hashes with `+` or `/` are refused: `-` breaks the published pattern, `_` passes it and does not match.",
                &[RFC_4648],
            ),
            Self::Padding => (
                "CAN_OF_WORMS",
                "The padding is missing or too long, or bits are set that it leaves unused. The published pattern takes them all; whether the service does is not attested.",
                "Servers that decode the text accept what servers that compare it refuse.",
                &[RFC_4648],
            ),
            Self::HashCase => (
                "MODIFIED_PARAMETER",
                "Letters of the hash are in the other case: another digest.",
                LENIENT,
                &[RFC_4648],
            ),
            Self::ModifiedHash => (
                "MODIFIED_PARAMETER",
                "A character or byte of the right hash is changed, or its bytes are reversed.",
                BYPASS,
                &[],
            ),
            Self::TruncatedHash => (
                "AUTH_BYPASS",
                "A part of the right hash, or the hash twice.",
                "A server that compares as much as it got accepts a guess of one character.",
                &[],
            ),
            Self::WhiteSpace => (
                "FUNCTIONALITY",
                "White space or a control character stands before or behind the hash. The published pattern has none.",
                LENIENT,
                &[],
            ),
            Self::Quoted => (
                "FUNCTIONALITY",
                "The hash is inside quotation marks or the notation of a language.",
                REFUSED,
                &[],
            ),
            Self::TransportEscaping => {
                ("FUNCTIONALITY", "The hash is in the spelling of a URL or a form.", SOME_REFUSED, &[])
            }
            Self::SecretSent => (
                "CONFIDENTIALITY",
                "The secret itself is sent in place of the hash.",
                "The secret is disclosed to whoever sees the request.",
                &[SO_ANSWERS],
            ),
            _ => (
                "AUTH_BYPASS",
                "Text that no computation gives: nothing, placeholders, constants.",
                BYPASS,
                &[],
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_flag_has_a_note_of_its_own() {
        let texts: BTreeSet<String> = Flag::ALL.iter().map(|flag| flag.note().description).collect();
        assert_eq!(texts.len(), Flag::ALL.len());
    }
}
