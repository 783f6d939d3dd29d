//! Members that are needed, lengths, patterns.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Fault, Laxity, Member};

const fn required(name: &'static str, member: Member, laxity: Laxity) -> Planted {
    Planted::of(Family::Required, name, Fault::Constraint(member, laxity))
}

const fn length(name: &'static str, member: Member, laxity: Laxity) -> Planted {
    Planted::of(Family::Length, name, Fault::Constraint(member, laxity))
}

const fn pattern(name: &'static str, member: Member, laxity: Laxity) -> Planted {
    Planted::of(Family::Pattern, name, Fault::Constraint(member, laxity))
}

// That a missing Username is answered by its constraint is only inferred (VAL-003): left to the look-up, as moto 5.2.5 does
// (f-Username), it is no fault that may fail anybody.
pub(super) const REQUIRED: &[Planted] = &[
    required("client-id-optional", Member::ClientId, Laxity::Optional)
        .does("a request without ClientId gets as far as the look-up of the app client")
        .found_by(&["CSU-REQUIRED-001", "CSU-REQUIRED-004"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: f-ClientId"),
    required("code-optional", Member::ConfirmationCode, Laxity::Optional)
        .does("a request without ConfirmationCode gets as far as the comparison of the code")
        .found_by(&["CSU-REQUIRED-003", "CSU-REQUIRED-006"])
        .seen("ministack 1.5.33 with AUTH=true, cognito-local 5.3.0: f-ConfirmationCode"),
    required("client-id-null", Member::ClientId, Laxity::NullPasses)
        .does("a ClientId that is null passes, one that is absent does not")
        .found_by(&["CSU-REQUIRED-004"])
        .since("a check for the key alone, as `'ClientId' in body`"),
    required("code-null", Member::ConfirmationCode, Laxity::NullPasses)
        .does("a ConfirmationCode that is null passes, one that is absent does not")
        .found_by(&["CSU-REQUIRED-006"])
        .since("a check for the key alone, as `'ConfirmationCode' in body`"),
    required("client-id-absent", Member::ClientId, Laxity::AbsencePasses)
        .does("a ClientId that is absent passes, one that is null does not")
        .found_by(&["CSU-REQUIRED-001"])
        .since("a validator that visits only the members that are there"),
    required("code-absent", Member::ConfirmationCode, Laxity::AbsencePasses)
        .does("a ConfirmationCode that is absent passes, one that is null does not")
        .found_by(&["CSU-REQUIRED-003"])
        .since("a validator that visits only the members that are there"),
    required("secret-hash-required", Member::SecretHash, Laxity::Required)
        .does("SecretHash is asked for whatever the app client")
        .found_by(&["CSU-VALID-001"])
        .since("a constraint taken from an app client with a secret"),
    required("session-required", Member::Session, Laxity::Required)
        .does("Session is asked for")
        .found_by(&["CSU-VALID-001"])
        .since("a server for choice-based sign-in alone"),
    required("ip-address-required", Member::IpAddress, Laxity::Required)
        .does("UserContextData.IpAddress is asked for")
        .found_by(&["CSU-VALID-001"])
        .since("threat protection that takes its data for granted"),
];

pub(super) const LENGTH: &[Planted] = &[
    length("client-id-empty", Member::ClientId, Laxity::Least(0))
        .does("an empty ClientId is not too short")
        .found_by(&["CSU-LENGTH-001"])
        .since("the least length is 1, which is easy to leave out"),
    length("username-empty", Member::Username, Laxity::Least(0))
        .does("an empty Username is not too short")
        .found_by(&["CSU-LENGTH-002"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-Username-empty"),
    length("code-empty", Member::ConfirmationCode, Laxity::Least(0))
        .does("an empty ConfirmationCode is not too short")
        .found_by(&["CSU-LENGTH-003"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-ConfirmationCode-empty"),
    length("client-id-least-2", Member::ClientId, Laxity::Least(2))
        .does("a ClientId of one character is too short")
        .found_by(&["CSU-VALID-006"])
        .since("off by one"),
    length("client-id-greatest-55", Member::ClientId, Laxity::Greatest(55))
        .does("a ClientId of more than 55 characters is too long, as a pool id is")
        .found_by(&["CSU-VALID-006"])
        .since("the bound of UserPoolId, which stands next to it in the model"),
    length("username-unbounded", Member::Username, Laxity::Greatest(1 << 30))
        .does("a Username has no greatest length")
        .found_by(&["CSU-LENGTH-007"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-Username-long"),
    length("username-greatest-127", Member::Username, Laxity::Greatest(127))
        .does("a Username of 128 characters is too long")
        .found_by(&["CSU-VALID-002"])
        .since("off by one: `<` for `<=`"),
    length("username-greatest-129", Member::Username, Laxity::Greatest(129))
        .does("a Username of 129 characters is not too long")
        .found_by(&["CSU-LENGTH-007"])
        .since("off by one"),
    length("username-greatest-64", Member::Username, Laxity::Greatest(64))
        .does("a Username of more than 64 characters is too long")
        .found_by(&["CSU-VALID-002"])
        .since("a column of a database"),
    length("username-least-3", Member::Username, Laxity::Least(3))
        .does("a Username of less than three characters is too short")
        .found_by(&["CSU-VALID-002"])
        .since("a habit of sign-up forms"),
    length("code-greatest-6", Member::ConfirmationCode, Laxity::Greatest(6))
        .does("a ConfirmationCode of more than six characters is no code at all")
        .found_by(&["CSU-CODE-001", "CSU-VALID-005"])
        .since("codes that are sent have six digits"),
    length("code-greatest-2047", Member::ConfirmationCode, Laxity::Greatest(2047))
        .does("a ConfirmationCode of 2048 characters is too long")
        .found_by(&["CSU-VALID-005"])
        .since("off by one"),
    length("code-least-6", Member::ConfirmationCode, Laxity::Least(6))
        .does("a ConfirmationCode of less than six characters is no code at all")
        .found_by(&["CSU-CODE-001", "CSU-VALID-005"])
        .since("codes that are sent have six digits"),
    length("secret-hash-unbounded", Member::SecretHash, Laxity::Greatest(1 << 30))
        .does("a SecretHash has no greatest length")
        .found_by(&["CSU-LENGTH-009"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-SecretHash-long"),
    length("session-least-0", Member::Session, Laxity::Least(0))
        .does("a Session has no least length")
        .found_by(&["CSU-LENGTH-005"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-Session-19, i-Session-empty"),
    length("session-least-19", Member::Session, Laxity::Least(19))
        .does("a Session of 19 characters is not too short")
        .found_by(&["CSU-LENGTH-005"])
        .since("off by one"),
    length("session-unbounded", Member::Session, Laxity::Greatest(1 << 30))
        .does("a Session has no greatest length")
        .found_by(&["CSU-LENGTH-010"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-Session-2049"),
    length("session-greatest-4097", Member::Session, Laxity::Greatest(4097))
        .does("a Session of 4097 characters is not too long")
        .found_by(&["CSU-LENGTH-010"])
        .since("off by one"),
    length("endpoint-id-unbounded", Member::AnalyticsEndpointId, Laxity::Greatest(1 << 30))
        .does("an AnalyticsEndpointId has no greatest length")
        .found_by(&["CSU-LENGTH-012"])
        .seen("moto 5.2.5, ministack 1.5.33: no member constraints"),
    length("encoded-data-unbounded", Member::EncodedData, Laxity::Greatest(1 << 30))
        .does("UserContextData.EncodedData has no greatest length")
        .found_by(&["CSU-LENGTH-013"])
        .seen("moto 5.2.5, ministack 1.5.33: no member constraints"),
    length("ip-address-unbounded", Member::IpAddress, Laxity::Greatest(1 << 30))
        .does("UserContextData.IpAddress has no greatest length")
        .found_by(&["CSU-LENGTH-013"])
        .seen("moto 5.2.5, ministack 1.5.33: no member constraints"),
    length("metadata-key-unbounded", Member::MetadataKey, Laxity::Greatest(1 << 30))
        .does("a key of ClientMetadata has no greatest length")
        .found_by(&["CSU-LENGTH-014"])
        .seen("moto 5.2.5, ministack 1.5.33: i-meta-key-long"),
    length("metadata-value-unbounded", Member::MetadataValue, Laxity::Greatest(1 << 30))
        .does("a value of ClientMetadata has no greatest length")
        .found_by(&["CSU-LENGTH-014"])
        .seen("moto 5.2.5, ministack 1.5.33: i-meta-value-long"),
    length("metadata-value-greatest-2048", Member::MetadataValue, Laxity::Greatest(2048))
        .does("a value of ClientMetadata of more than 2048 characters is too long")
        .found_by(&["CSU-VALID-003"])
        .since("the bound that most other texts of the model have"),
    length("metadata-value-greatest-131071", Member::MetadataValue, Laxity::Greatest(131_071))
        .does("a value of ClientMetadata of 131072 characters is too long")
        .found_by(&["CSU-VALID-003"])
        .since("off by one"),
    length("metadata-key-least-1", Member::MetadataKey, Laxity::Least(1))
        .does("an empty key of ClientMetadata is too short")
        .found_by(&["CSU-VALID-003"])
        .since("stores that take no empty names"),
    length("metadata-value-least-1", Member::MetadataValue, Laxity::Least(1))
        .does("an empty value of ClientMetadata is too short")
        .found_by(&["CSU-VALID-003"])
        .since("stores that take no empty values"),
];

pub(super) const PATTERN: &[Planted] = &[
    pattern("client-id-none", Member::ClientId, Laxity::NoPattern)
        .does("a ClientId has no pattern")
        .found_by(&["CSU-PATTERN-001", "CSU-LENGTH-001"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-ClientId-pattern"),
    pattern("client-id-hyphen", Member::ClientId, Laxity::HyphenToo)
        .does("a ClientId may have hyphens")
        .found_by(&["CSU-PATTERN-001"])
        .since("the pattern of UserPoolId has them"),
    pattern("client-id-somewhere", Member::ClientId, Laxity::Somewhere)
        .does("the pattern of ClientId need only match somewhere")
        .found_by(&["CSU-PATTERN-001"])
        .since("an unanchored pattern in a language that searches"),
    pattern("client-id-alphanumeric", Member::ClientId, Laxity::Alphanumeric)
        .does("a ClientId takes letters and digits alone, no `_` and no `+`")
        .found_by(&["CSU-VALID-006"])
        .since("the ids that AWS hands out have no others"),
    pattern("username-none", Member::Username, Laxity::NoPattern)
        .does("a Username has no pattern")
        .found_by(&["CSU-PATTERN-002", "CSU-LENGTH-002"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-Username-pattern"),
    pattern("username-somewhere", Member::Username, Laxity::Somewhere)
        .does("the pattern of Username need only match somewhere")
        .found_by(&["CSU-PATTERN-002"])
        .since("an unanchored pattern in a language that searches"),
    pattern("username-beginning", Member::Username, Laxity::Beginning)
        .does("the pattern of Username need only match the beginning")
        .found_by(&["CSU-PATTERN-002"])
        .since("Python's `re.match`"),
    pattern("username-line-feed", Member::Username, Laxity::LineFeedMayFollow)
        .does("a line feed may follow a Username")
        .found_by(&["CSU-PATTERN-002"])
        .since("`$` matches before a last line feed in Perl, Python and PHP"),
    pattern("username-ascii", Member::Username, Laxity::Ascii)
        .does("a Username takes ASCII alone")
        .found_by(&["CSU-VALID-002"])
        .since("`\\p{…}` is not understood by every regular expression engine"),
    pattern("username-alphanumeric", Member::Username, Laxity::Alphanumeric)
        .does("a Username takes letters and digits alone")
        .found_by(&["CSU-VALID-002", "CSU-VALID-001"])
        .since("a habit of sign-up forms"),
    pattern("code-none", Member::ConfirmationCode, Laxity::NoPattern)
        .does("a ConfirmationCode has no pattern")
        .found_by(&["CSU-PATTERN-003", "CSU-LENGTH-003"])
        .seen("ministack 1.5.33 with AUTH=true, cognito-local 5.3.0: i-ConfirmationCode-pattern"),
    pattern("code-digits", Member::ConfirmationCode, Laxity::Digits)
        .does("a ConfirmationCode takes digits alone")
        .found_by(&["CSU-CODE-001", "CSU-VALID-005"])
        .since("codes that are sent have digits alone"),
    pattern("code-line-feed", Member::ConfirmationCode, Laxity::LineFeedMayFollow)
        .does("a line feed may follow a ConfirmationCode")
        .found_by(&["CSU-PATTERN-003"])
        .since("`$` matches before a last line feed in Perl, Python and PHP"),
    pattern("secret-hash-none", Member::SecretHash, Laxity::NoPattern)
        .does("a SecretHash has no pattern")
        .found_by(&["CSU-PATTERN-004"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: i-SecretHash-pattern"),
    pattern("secret-hash-hyphen", Member::SecretHash, Laxity::HyphenToo)
        .does("a SecretHash may have hyphens")
        .found_by(&["CSU-PATTERN-004"])
        .since("the URL-safe alphabet of Base64 has them"),
    pattern("secret-hash-alphanumeric", Member::SecretHash, Laxity::Alphanumeric)
        .does("a SecretHash takes letters and digits alone, no `+`, `/` and `=`")
        .found_by(&["CSU-VALID-001", "CSU-HASH-005", "CSU-VALID-002"])
        .since("a pattern for hexadecimal digests"),
];
