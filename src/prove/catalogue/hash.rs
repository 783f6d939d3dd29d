//! The secret hash.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Fault, HashSlip};
use crate::secret_hash::HashForm;

const fn hash(name: &'static str, slip: HashSlip) -> Planted {
    Planted::of(Family::SecretHash, name, Fault::Hash(slip))
}

/// A mistaken form that is taken beside the right one.
const fn takes(name: &'static str, form: HashForm) -> Planted {
    hash(name, HashSlip::Takes(form)).found_by(&["CSU-HASH-005"])
}

/// A mistaken form that is wanted in place of the right one.
const fn wants(name: &'static str, form: HashForm) -> Planted {
    hash(name, HashSlip::Wants(form)).found_by(&["CSU-VALID-001", "CSU-VALID-002"])
}

pub(super) const FAULTS: &[Planted] = &[
    hash("unchecked", HashSlip::Unchecked)
        .does("no secret hash is looked at")
        .found_by(&["CSU-HASH-002", "CSU-HASH-003", "CSU-HASH-005", "CSU-HASH-006"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: k-missing, k-wrong"),
    hash("not-required", HashSlip::NotRequired)
        .does("a secret hash may be left out, and is compared where it is there")
        .found_by(&["CSU-HASH-002", "CSU-HASH-003"])
        .since("`if 'SecretHash' in body`"),
    hash("null-passes", HashSlip::NullPasses)
        .does("a secret hash may be null")
        .found_by(&["CSU-HASH-003"])
        .since("a check for the key alone"),
    hash("any-of-its-length", HashSlip::AnyOfItsLength)
        .does("44 characters are a secret hash")
        .found_by(&["CSU-HASH-005"])
        .since("a stub that checks the form"),
    hash("of-any-user", HashSlip::OfAnyUser)
        .does("the secret hash of any user of the pool will do")
        .found_by(&["CSU-HASH-005"])
        .since("a cache of hashes by app client"),
    hash("any-case", HashSlip::AnyCase)
        .does("the case of a secret hash does not matter")
        .found_by(&["CSU-HASH-005"])
        .since("a comparison made for hexadecimal digests"),
    hash("first-40", HashSlip::FirstCharacters(40))
        .does("the last characters of a secret hash are not compared")
        .found_by(&["CSU-HASH-005"])
        .since("a cut where the padding is"),
    hash("last-40", HashSlip::LastCharacters(40))
        .does("the first characters of a secret hash are not compared")
        .found_by(&["CSU-HASH-005"])
        .since("an index that is off"),
    hash("more-may-follow", HashSlip::MoreMayFollow)
        .does("a text that begins with the secret hash will do")
        .found_by(&["CSU-HASH-005"])
        .since("`startswith` for `==`"),
    takes("swapped", HashForm::Swapped)
        .does("client id before username is hashed as well")
        .since("the order is easy to get wrong, and a server that wants to please takes both"),
    takes("username-alone", HashForm::UsernameOnly)
        .does("the username alone is hashed as well")
        .since("a client id that is undefined"),
    takes("client-alone", HashForm::ClientIdOnly)
        .does("the client id alone is hashed as well")
        .since("a username that is undefined"),
    takes("lower-case-username", HashForm::LowerCaseUsername)
        .does("the hash of the username in lower case is taken")
        .since("names are folded before anything else"),
    takes("message-newline", HashForm::MessageNewline)
        .does("the hash of the message with a line feed is taken")
        .since("`echo` without `-n`"),
    takes("hexadecimal", HashForm::Hex)
        .does("the digest in hexadecimal is taken")
        .since("a server that wants to please"),
    takes("sha1", HashForm::Sha1)
        .does("the hash by SHA-1 is taken")
        .since("the algorithm of older signatures"),
    takes("sha512", HashForm::Sha512)
        .does("the hash by SHA-512 is taken")
        .since("any algorithm that the client likes"),
    takes("empty-key", HashForm::EmptyKey)
        .does("the hash with an empty key is taken")
        .since("a secret that is looked up with a default"),
    takes("key-swapped", HashForm::KeySwapped)
        .does("the hash with key and message exchanged is taken")
        .since("two arguments of the same type"),
    hash("url-safe", HashSlip::Takes(HashForm::UrlSafe))
        .does("the hash in the URL-safe alphabet is taken")
        .found_by(&["CSU-HASH-006"])
        .since("a decoder that takes both alphabets"),
    wants("wants-swapped", HashForm::Swapped)
        .does("client id before username is what is hashed")
        .since("the prose of the developer guide can be read so"),
    wants("wants-hexadecimal", HashForm::Hex)
        .does("the digest is compared in hexadecimal")
        .since("`hexdigest` for `digest`"),
    wants("wants-sha1", HashForm::Sha1)
        .does("SHA-1 is what is computed")
        .since("the algorithm of older signatures"),
    wants("wants-latin-1", HashForm::Latin1)
        .does("the username is hashed in Latin-1")
        .since("the default encoding of older languages"),
    wants("wants-cesu-8", HashForm::Cesu8)
        .does("the username is hashed in CESU-8")
        .since("Java's modified UTF-8"),
    wants("wants-lower-case", HashForm::LowerCaseUsername)
        .does("the username is hashed in lower case")
        .since("names are folded before anything else"),
    wants("wants-character-cut", HashForm::CharacterCut)
        .does("as many bytes of the message are hashed as it has characters")
        .since("a length in characters where bytes are meant"),
];
