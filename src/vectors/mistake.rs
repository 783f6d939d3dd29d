//! Which flag and which outcome a form of the hash has.

use super::file::Outcome;
use super::flag::Flag;
use crate::secret_hash::HashForm;

/// What a program has got wrong whose hashes have this form. Nothing for the right one.
pub(super) fn flag_of(form: HashForm) -> Option<Flag> {
    Some(match form {
        HashForm::Right => return None,
        HashForm::OtherUser => Flag::OtherUser,
        HashForm::Swapped | HashForm::ProseOrder => Flag::SwappedOrder,
        HashForm::PoolId => Flag::PoolId,
        HashForm::UsernameOnly | HashForm::ClientIdOnly => Flag::IncompleteMessage,
        HashForm::MessageNewline | HashForm::MessageCrlf | HashForm::Separator | HashForm::Colon => {
            Flag::ExtraBytes
        }
        HashForm::LowerCaseUsername | HashForm::UpperCaseUsername => Flag::CaseFolding,
        HashForm::Latin1
        | HashForm::Ascii
        | HashForm::Mojibake
        | HashForm::Utf16
        | HashForm::Cesu8
        | HashForm::CharacterCut => Flag::WrongCharset,
        HashForm::Composed | HashForm::Decomposed => Flag::Normalization,
        HashForm::JsonEscaped | HashForm::PercentEncodedUsername => Flag::EscapedUsername,
        HashForm::EmptyKey
        | HashForm::KeyCut
        | HashForm::KeyNewline
        | HashForm::KeySpace
        | HashForm::KeyBase64
        | HashForm::KeyHashed
        | HashForm::KeyCut64 => Flag::WrongKey,
        HashForm::KeySwapped => Flag::KeyMessageSwapped,
        HashForm::Sha1 | HashForm::Sha384 | HashForm::Sha512 | HashForm::Sha512Cut | HashForm::HmacTwice => {
            Flag::WrongHash
        }
        HashForm::PlainSha256 | HashForm::PlainSha256KeyLast => Flag::MissingHmac,
        HashForm::Hex | HashForm::HexUpper | HashForm::HexThenBase64 => Flag::HexDigest,
        HashForm::DoubleBase64 => Flag::DoubleEncoding,
        HashForm::UrlSafe | HashForm::Base32 => Flag::OtherAlphabet,
        HashForm::NoPadding | HashForm::ExtraPadding | HashForm::LooseBits => Flag::Padding,
        HashForm::CaseFlipped | HashForm::LowerCase | HashForm::UpperCase => Flag::HashCase,
        HashForm::FirstCharacter | HashForm::LastCharacter | HashForm::DigestReversed => Flag::ModifiedHash,
        HashForm::Truncated | HashForm::DigestCut | HashForm::Repeated => Flag::TruncatedHash,
        HashForm::LeadingSpace
        | HashForm::TrailingNewline
        | HashForm::TrailingSpace
        | HashForm::TrailingCrlf
        | HashForm::TrailingNul => Flag::WhiteSpace,
        HashForm::Quoted | HashForm::PythonBytes => Flag::Quoted,
        HashForm::PercentEncoded | HashForm::PlusAsSpace => Flag::TransportEscaping,
        HashForm::SecretItself => Flag::SecretSent,
        HashForm::Zeros => Flag::NotAHash,
    })
}

/// What is to be made of a hash of this form where it is not the right one (SH-025 and SH-026 for what is not attested).
pub(super) fn outcome_of(form: HashForm) -> Outcome {
    match form {
        HashForm::NoPadding
        | HashForm::ExtraPadding
        | HashForm::LooseBits
        | HashForm::Composed
        | HashForm::Decomposed => Outcome::Acceptable,
        HashForm::Right => Outcome::Valid,
        _ => Outcome::Invalid,
    }
}
