//! The request model: revisions, readers, exports, differences.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod botocore;
mod diffs;
mod exports;
mod refusals;

use countersign::model::{ErrorShape, Length, LengthUnit, Model, Pattern, Revision, Signing, read};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write as _;

const BOTOCORE: &str = include_str!("service-2.json");
const NAMESPACE: &str = "com.amazonaws.cognitoidentityprovider";

/// Path, required, length, pattern, sensitive.
type Published = (&'static str, bool, Option<(usize, usize)>, Option<&'static str>, bool);

fn newest() -> &'static Model {
    Model::of(Revision::NEWEST)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The newest revision's file after an edit.
fn edited(edit: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(Revision::NEWEST.text()).unwrap();
    edit(&mut file["shapes"]);
    file.to_string()
}

fn shape<'a>(shapes: &'a mut Value, name: &str) -> &'a mut Value {
    &mut shapes[format!("{NAMESPACE}#{name}")]
}

fn error_of(text: &str) -> String {
    read("bad.json", text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn revisions_are_ordered_by_age_and_parse_by_name() {
    assert!(Revision::ALL.is_sorted());
    assert_eq!(Revision::ALL.last(), Some(&Revision::NEWEST));
    for revision in Revision::ALL {
        assert_eq!(revision.to_string().parse(), Ok(*revision));
    }
    let error = "2025\u{1b}[31m".parse::<Revision>().unwrap_err();
    assert!(error.contains("`2025\\u{1b}[31m` is not one of `aws-api-v0.3`"), "{error}");
}

#[test]
fn the_constraints_of_every_path_are_the_published_ones() {
    let expected: &[Published] = &[
        ("ClientId", true, Some((1, 128)), Some(r"[\w+]+"), true),
        ("SecretHash", false, Some((1, 128)), Some(r"[\w+=/]+"), true),
        ("Username", true, Some((1, 128)), Some(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"), true),
        ("ConfirmationCode", true, Some((1, 2048)), Some(r"[\S]+"), false),
        ("ForceAliasCreation", false, None, None, false),
        ("AnalyticsMetadata", false, None, None, false),
        ("AnalyticsMetadata.AnalyticsEndpointId", false, Some((0, 131_072)), None, false),
        ("UserContextData", false, None, None, true),
        ("UserContextData.IpAddress", false, Some((0, 131_072)), None, true),
        ("UserContextData.EncodedData", false, Some((0, 131_072)), None, true),
        ("ClientMetadata", false, None, None, false),
        ("ClientMetadata.key", false, Some((0, 131_072)), None, false),
        ("ClientMetadata.value", false, Some((0, 131_072)), None, false),
        ("Session", false, Some((20, 4096)), None, true),
    ];
    for (path, required, length, pattern, sensitive) in expected {
        let at = newest().member_at(path).unwrap_or_else(|| panic!("no `{path}`"));
        let constraints = at.constraints();
        assert_eq!(at.member.required(), *required, "{path}");
        assert_eq!(constraints.length, length.map(|(min, max)| Length { min, max: Some(max) }), "{path}");
        assert_eq!(constraints.pattern.as_ref().map(Pattern::unanchored), *pattern, "{path}");
        assert_eq!(at.sensitive, *sensitive, "{path}");
    }
    assert_eq!(newest().paths(), expected.iter().map(|row| row.0).collect::<Vec<_>>());
}

#[test]
fn a_path_that_a_revision_does_not_have_is_not_resolved() {
    for path in ["", "Nobody", "Username.x", "ClientMetadata.entry", "clientId"] {
        assert_eq!(newest().member_at(path), None, "{path}");
    }
    assert_eq!(Model::of(Revision::AwsApiV03).member_at("UserContextData.IpAddress"), None);
    assert_eq!(Model::of(Revision::AwsApiV03).member_at("Session"), None);
}

#[test]
fn a_value_is_sensitive_by_itself_as_well_as_by_what_contains_it() {
    let file = edited(|all| {
        shape(all, "AnalyticsMetadataType")["members"]["AnalyticsEndpointId"]["traits"] =
            json!({ "smithy.api#sensitive": {} });
    });
    let model = read("edited.json", file.as_bytes()).unwrap();
    let sensitive = |path: &str| model.member_at(path).unwrap().sensitive;
    assert!(sensitive("AnalyticsMetadata.AnalyticsEndpointId"));
    assert!(!sensitive("AnalyticsMetadata"));
    assert!(!sensitive("ClientMetadata.key"));
}

#[test]
fn names_defaults_and_statuses_are_the_published_ones() {
    let member = |name: &str| newest().request().member(name).unwrap();
    assert_eq!(member("ConfirmationCode").message_name(), "confirmationCode");
    assert_eq!(member("ForceAliasCreation").default(), Some(&json!(false)));
    assert_eq!(newest().target(), "AWSCognitoIdentityProviderService.ConfirmSignUp");
    assert_eq!(newest().errors().len(), 16);
    let statuses: Vec<_> =
        newest().errors().iter().map(ErrorShape::model_http_status).filter(|s| *s != Some(400)).collect();
    assert_eq!(statuses, [Some(403), None, Some(403), Some(404), Some(429), Some(404)]);
}

#[test]
fn patterns_are_javas_ascii_classes_over_whole_values() {
    let rows: &[(&str, &str, bool)] = &[
        (r"^[\S]+$", "123456", true),
        (r"[\S]+", "1 12 123", false),
        (r"[\S]+", "é\u{a0}\u{2003}\u{85}😀", true),
        (r"[\S]+", "\u{b}", false),
        (r"[\S]+", "", false),
        (r"[\w+]+", "aZ_9+", true),
        (r"[\w+]+", "é", false),
        (r"[\w+]+", "١", false),
        (r"\d+", "१", false),
        (r"[^\d]", "१", true),
        (r"[\W]", "é", true),
        (r"[\w+=/]+", "a+b/c==", true),
        (r"[\w+=/]+", "a-b", false),
        (r"[\w-]+", "a-b", true),
        (r"[\w-.]+", "a-b.", true),
        (r"[\w-.]+", "`", false),
        (r"[a-c]+", "abc", true),
        (r"[a-c]+", "-", false),
        (r"[a~&#-]+", "~&#-a", true),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "Zoë€١!", true),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a b", false),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a\n", false),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "\u{200b}", false),
        (r"^a|b$", "a", true),
        (r"a|b", "ab", false),
        (r"(?:ab){2}", "abab", true),
        (r"a.c", "a\u{2028}c", false),
        (r"^(a|b)\$$", "a$", true),
    ];
    for (pattern, value, expected) in rows {
        assert_eq!(Pattern::new(pattern).matches(value), Ok(*expected), "{pattern} {value:?}");
    }
}

#[test]
fn patterns_that_the_dialects_read_differently_are_refused_with_their_place() {
    for (pattern, offset) in [
        ("a(?=b)", 1),
        ("(?i)a", 0),
        ("a++", 2),
        (r"a\1", 1),
        (r"\p{Alpha}", 0),
        (r"[a&&b]", 2),
        ("[a[b]]", 2),
        ("[a", 0),
        (r"\bword", 0),
        ("(a", 0),
    ] {
        assert_eq!(Pattern::new(pattern).matches("a").unwrap_err().offset, offset, "{pattern}");
    }
    assert!(Pattern::new("((a{99}){99}){99}").matches("a").is_err());
    assert!(Pattern::new(&"a".repeat(5000)).matches("a").is_err());
}

#[test]
fn the_three_units_of_length_differ_on_astral_characters() {
    let count = |unit: &LengthUnit| unit.count("é😀");
    assert_eq!(LengthUnit::ALL.iter().map(count).collect::<Vec<_>>(), [2, 3, 6]);
    let length = Length { min: 1, max: Some(3) };
    assert_eq!([0, 1, 3, 4].map(|n| length.contains(n)), [false, true, true, false]);
}

#[test]
fn smithy_says_in_two_ways_that_nothing_is_signed() {
    for (traits, is_signed) in [
        (json!({}), true),
        (json!({ "smithy.api#auth": ["aws.auth#sigv4"] }), true),
        (json!({ "smithy.api#auth": [] }), false),
        (json!({ "smithy.api#optionalAuth": {} }), false),
        (json!({ "smithy.api#auth": ["aws.auth#sigv4"], "smithy.api#optionalAuth": {} }), false),
    ] {
        let text = edited(|all| shape(all, "ConfirmSignUp")["traits"] = traits.clone());
        let signing = read("x", text.as_bytes()).unwrap().signing();
        assert_eq!(signing == Signing::Signed, is_signed, "{traits}");
    }
}

#[test]
fn the_service_is_that_of_the_operations_namespace() {
    let text = edited(|all| all["aaa.example#Other"] = json!({ "type": "service", "version": "1" }));
    assert_eq!(read("x", text.as_bytes()).unwrap().service(), newest().service());
}

#[test]
fn the_service_is_named_as_published() {
    let service = newest().service();
    let told = [service.version(), service.sdk_id(), service.endpoint_prefix(), service.signing_name()];
    assert_eq!(told, ["2016-04-18", "Cognito Identity Provider", "cognito-idp", "cognito-idp"]);
    let error = |name: &str| newest().error(name).map(ErrorShape::name);
    assert_eq!(error("CodeMismatchException"), Some("CodeMismatchException"));
    assert_eq!(error("TeapotException"), None);
}
