//! What the file says of each flag: the kind of bug, what the test does, what becomes of who fails it, and sources.

use super::file::Note;
use super::flag::Flag;

/// Flag, kind of bug in Wycheproof's words, description, effect (may be empty), links.
type Row = (Flag, &'static str, &'static str, &'static str, &'static [&'static str]);

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

/// Flags of the inputs.
const OF_INPUTS: &[Row] = &[
    (
        Flag::Published,
        "BASIC",
        "Inputs and output were published by somebody else; the output was recomputed here. No output published by AWS is known.",
        REFUSED,
        &[GUIDE],
    ),
    (
        Flag::Derived,
        "BASIC",
        "The inputs were published by somebody else; the output was computed here.",
        REFUSED,
        &[GUIDE],
    ),
    (Flag::Pseudorandom, "FUNCTIONALITY", "Inputs of ordinary form, drawn from a seed.", REFUSED, &[GUIDE]),
    (
        Flag::SecretLength,
        "EDGE_CASE",
        "The length of the secret is at an edge of SHA-256: its output of 32 bytes, its block of 64.",
        "An HMAC made by hand fails for some secrets only.",
        &[RFC_2104],
    ),
    (
        Flag::LongSecret,
        "EDGE_CASE",
        "The secret is longer than the 64 bytes of the block, so that HMAC hashes it first.",
        "An HMAC made by hand, or a buffer of fixed size, cuts the key.",
        &[RFC_2104],
    ),
    (
        Flag::EmptySecret,
        "DEFINED",
        "The secret is empty. HMAC is defined for an empty key; no app client has one, and some libraries refuse it.",
        "A program that takes an unset variable for a secret computes a hash that anybody can compute.",
        &[RFC_2104],
    ),
    (
        Flag::UsernameLength,
        "EDGE_CASE",
        "The length of the username is at an edge of its bounds of 1 and 128 characters.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::OutsideConstraints,
        "DEFINED",
        "Username or client id are outside the published bounds or patterns: the hash is defined, but no request with it passes validation. A program may refuse them.",
        "",
        &[],
    ),
    (
        Flag::ClientIdLength,
        "EDGE_CASE",
        "The length of the client id is at an edge of its bounds of 1 and 128 characters.",
        REFUSED,
        &[],
    ),
    (
        Flag::MessageLength,
        "EDGE_CASE",
        "The length of the message is where SHA-256 needs another block for its padding.",
        SOME_REFUSED,
        &[RFC_2104],
    ),
    (
        Flag::NonAscii,
        "FUNCTIONALITY",
        "The username has letters beyond ASCII; the message is its UTF-8.",
        SOME_REFUSED,
        &[GUIDE],
    ),
    (
        Flag::CombiningMark,
        "FUNCTIONALITY",
        "The username has combining marks, which the published pattern takes.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::Astral,
        "FUNCTIONALITY",
        "The username has characters beyond the basic plane: four bytes of UTF-8, two units of UTF-16.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::CaseMapping,
        "EDGE_CASE",
        "A change of case would change the name, or its length. The name is hashed as it is sent.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::SpecialCharacter,
        "EDGE_CASE",
        "The username has characters that shells, URLs, JSON or format strings treat specially.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::ReservedWord,
        "EDGE_CASE",
        "The username reads as a keyword or a property of some language.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::NonAsciiSecret,
        "DEFINED",
        "The secret has characters beyond ASCII; the key is its UTF-8. No app client of AWS has one.",
        SOME_REFUSED,
        &[GUIDE],
    ),
    (
        Flag::AmbiguousSplit,
        "DEFINED",
        "Username and client id are joined without anything between them, so that two splits of one text have one hash.",
        "A program that puts something between them fails; the collision itself is part of the definition.",
        &[GUIDE],
    ),
    (
        Flag::Base64Alphabet,
        "FUNCTIONALITY",
        "The hash has `+` or `/`, which only the standard alphabet has.",
        SOME_REFUSED,
        &[RFC_4648],
    ),
    (
        Flag::Normalization,
        "CAN_OF_WORMS",
        "Name and hash are in different normal forms of Unicode. What is hashed is the name as it is sent; whether the service normalises first is not attested.",
        SOME_REFUSED,
        &[UAX_15],
    ),
];

/// Flags of a wrong message.
const OF_MESSAGES: &[Row] = &[
    (
        Flag::OtherUser,
        "AUTH_BYPASS",
        "The hash was made for another user of the same app client.",
        "A server that accepts it does not tie the hash to the user.",
        &[GUIDE],
    ),
    (
        Flag::OtherClient,
        "AUTH_BYPASS",
        "The hash was made for another app client, or with the secret of another one.",
        "A server that accepts it does not tie the hash to the app client.",
        &[GUIDE],
    ),
    (
        Flag::PoolId,
        "FUNCTIONALITY",
        "The id of the user pool was hashed in place of the client id.",
        REFUSED,
        &[SO_ANSWERS],
    ),
    (
        Flag::SubForUsername,
        "CAN_OF_WORMS",
        "The `sub` of the user was hashed while the username is sent. Sign-in wants that after SRP; for ConfirmSignUp it is not attested.",
        "Users who are known by another name than they sign in with are refused.",
        &[SRP_ISSUE],
    ),
    (
        Flag::AliasForUsername,
        "CAN_OF_WORMS",
        "An alias of the user was hashed while the username is sent. Not attested for ConfirmSignUp.",
        "Users who are known by another name than they sign in with are refused.",
        &[SRP_ISSUE],
    ),
    (
        Flag::SwappedOrder,
        "FUNCTIONALITY",
        "The client id stands before the username, or the parts are in the order of the guide's prose rather than of its formula.",
        REFUSED,
        &[GUIDE, SO_ANSWERS],
    ),
    (
        Flag::IncompleteMessage,
        "FUNCTIONALITY",
        "A part of the message is missing.",
        "Where the username is missing, one hash fits every user.",
        &[GUIDE],
    ),
    (
        Flag::ExtraBytes,
        "FUNCTIONALITY",
        "A separator stands between the parts, or a line break behind them (`echo` without `-n`).",
        REFUSED,
        &[SO_ANSWERS],
    ),
    (
        Flag::CaseFolding,
        "FUNCTIONALITY",
        "The username was hashed in another case than it is sent in.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::WrongCharset,
        "FUNCTIONALITY",
        "The message was not hashed as UTF-8, or was cut where characters were counted for bytes.",
        SOME_REFUSED,
        &[GUIDE],
    ),
    (
        Flag::EscapedUsername,
        "FUNCTIONALITY",
        "The username was hashed in the spelling of another layer: JSON escapes, percent-encoding.",
        SOME_REFUSED,
        &[],
    ),
];

/// Flags of a wrong key, algorithm or text.
const OF_HASHES: &[Row] = &[
    (
        Flag::WrongKey,
        "AUTH_BYPASS",
        "The key is not the bytes of the secret: empty, cut, encoded, hashed, or with something behind it.",
        "A server that accepts it compares with less than the secret.",
        &[RFC_2104],
    ),
    (Flag::KeyMessageSwapped, "FUNCTIONALITY", "Key and message are exchanged.", REFUSED, &[RFC_2104]),
    (
        Flag::WrongHash,
        "WRONG_PRIMITIVE",
        "Another hash function, or the right one once too often.",
        REFUSED,
        &[GUIDE],
    ),
    (
        Flag::MissingHmac,
        "WRONG_PRIMITIVE",
        "A plain hash of secret and message in a row.",
        REFUSED,
        &[RFC_2104],
    ),
    (
        Flag::HexDigest,
        "FUNCTIONALITY",
        "The digest is in hexadecimal, on its own or inside the Base64 (`openssl dgst` without `-binary`).",
        REFUSED,
        &[SO_ANSWERS],
    ),
    (Flag::DoubleEncoding, "FUNCTIONALITY", "The Base64 is encoded once more.", REFUSED, &[RFC_4648]),
    (
        Flag::OtherAlphabet,
        "FUNCTIONALITY",
        "The digest is in the URL-safe alphabet or in Base32.",
        "In the URL-safe alphabet only hashes with `+` or `/` are refused: `-` breaks the published pattern, `_` passes it and does not match.",
        &[RFC_4648],
    ),
    (
        Flag::Padding,
        "CAN_OF_WORMS",
        "The padding is missing or too long, or bits are set that it leaves unused. The published pattern takes them all; whether the service does is not attested.",
        "Servers that decode the text accept what servers that compare it refuse.",
        &[RFC_4648],
    ),
    (
        Flag::HashCase,
        "MODIFIED_PARAMETER",
        "Letters of the hash are in the other case: another digest.",
        LENIENT,
        &[RFC_4648],
    ),
    (
        Flag::ModifiedHash,
        "MODIFIED_PARAMETER",
        "A character or byte of the right hash is changed, or its bytes are reversed.",
        BYPASS,
        &[],
    ),
    (
        Flag::TruncatedHash,
        "AUTH_BYPASS",
        "A part of the right hash, or the hash twice.",
        "A server that compares as much as it got accepts a guess of one character.",
        &[],
    ),
    (
        Flag::WhiteSpace,
        "FUNCTIONALITY",
        "White space or a control character stands before or behind the hash. The published pattern has none.",
        LENIENT,
        &[],
    ),
    (
        Flag::Quoted,
        "FUNCTIONALITY",
        "The hash is inside quotation marks or the notation of a language.",
        REFUSED,
        &[],
    ),
    (
        Flag::TransportEscaping,
        "FUNCTIONALITY",
        "The hash is in the spelling of a URL or a form.",
        SOME_REFUSED,
        &[],
    ),
    (
        Flag::SecretSent,
        "CONFIDENTIALITY",
        "The secret itself is sent in place of the hash.",
        "The secret is disclosed to whoever sees the request.",
        &[SO_ANSWERS],
    ),
    (
        Flag::NotAHash,
        "AUTH_BYPASS",
        "Text that no computation gives: nothing, placeholders, constants.",
        BYPASS,
        &[],
    ),
];

/// What the file says of a flag. A test proves that every flag has a row.
pub(super) fn note(flag: Flag) -> Option<Note> {
    let mut rows = [OF_INPUTS, OF_MESSAGES, OF_HASHES].into_iter().flatten();
    let (_, bug_type, description, effect, links) = rows.find(|row| row.0 == flag)?;
    Some(Note {
        bug_type: (*bug_type).to_owned(),
        description: (*description).to_owned(),
        effect: (!effect.is_empty()).then(|| (*effect).to_owned()),
        links: links.iter().map(|link| (*link).to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_flag_has_a_note_of_its_own() {
        let texts: BTreeSet<String> = Flag::ALL.iter().map(|flag| note(*flag).unwrap().description).collect();
        assert_eq!(texts.len(), Flag::ALL.len());
    }
}
