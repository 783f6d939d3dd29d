//! What a test is about, and what a program that fails it has got wrong.

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
