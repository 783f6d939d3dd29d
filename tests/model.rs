//! The request model: revisions, readers, exports, differences.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use countersign::model::{
    Change, ErrorShape, FILE_BYTES_MAX, Format, Length, LengthUnit, Model, ModelError, Pattern, Revision,
    SHAPE_DEPTH_MAX, Source, Touched, UNPACKED_BYTES_MAX, describe, diff, export, read,
};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write as _;

const BOTOCORE: &str = include_str!("model/service-2.json");
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

fn changes_after(edit: impl FnOnce(&mut Value)) -> Vec<String> {
    let newer = read("newer.json", edited(edit).as_bytes()).unwrap();
    diff(newest(), &newer).iter().map(Change::to_string).collect()
}

fn error_of(text: &str) -> String {
    read("bad.json", text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn the_typescript_of_aws_api_v0_3_has_exactly_its_members_and_nullability() {
    let expected = "\
export interface ConfirmSignUpRequest {
  AnalyticsMetadata?: AnalyticsMetadataType | null;
  ClientId: string;
  ClientMetadata?: { [key: string]: string | null | undefined } | null;
  ConfirmationCode: string;
  ForceAliasCreation?: boolean | null;
  SecretHash?: string | null;
  UserContextData?: UserContextDataType | null;
  Username: string;
}

export interface AnalyticsMetadataType {
  AnalyticsEndpointId?: string | null;
}

export interface UserContextDataType {
  EncodedData?: string | null;
}
";
    assert_eq!(export(Model::of(Revision::AwsApiV03), Format::TypeScript), expected);
}

#[test]
fn the_typescript_of_the_newest_revision_has_session_and_no_null() {
    let text = export(newest(), Format::TypeScript);
    assert!(text.contains("  Session?: string;\n"), "{text}");
    assert!(text.contains("export interface ConfirmSignUpResponse {\n  Session?: string;\n}\n"), "{text}");
    assert!(!text.contains("null"), "{text}");
}

#[test]
fn every_revision_is_byte_for_byte_its_own_smithy_export_and_reads_back_equal() {
    for revision in Revision::ALL {
        let text = export(Model::of(*revision), Format::Smithy);
        assert_eq!(text, revision.text(), "{revision}");
        assert_eq!(&read("export.json", text.as_bytes()).unwrap(), Model::of(*revision), "{revision}");
    }
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
fn each_revision_differs_from_the_one_before_by_what_its_name_says() {
    let lines = |old, new| -> Vec<String> {
        diff(Model::of(old), Model::of(new)).iter().map(Change::to_string).collect()
    };
    assert_eq!(
        lines(Revision::V20260601, Revision::V20261002),
        ["request `Session`: length 20..2048 → 20..4096", "response `Session`: length 20..2048 → 20..4096",]
    );
    assert_eq!(
        lines(Revision::V20241122, Revision::V20260601),
        ["error `OperationNotEnabledException`: added"]
    );
    assert_eq!(
        lines(Revision::AwsApiV03, Revision::V20241122),
        [
            "request `AnalyticsMetadata.AnalyticsEndpointId`: length none → 0..131072",
            "request `ClientMetadata.key`: length none → 0..131072",
            "request `ClientMetadata.value`: length none → 0..131072",
            "request `UserContextData`: not sensitive → sensitive",
            "request `UserContextData.EncodedData`: length none → 0..131072",
            "request `UserContextData.IpAddress`: added (optional, string)",
            "request `Session`: added (optional, string)",
            "response `Session`: added (optional, string)",
            "error `InvalidParameterException` member `reasonCode`: added (optional, string)",
            "error `ForbiddenException`: added",
        ]
    );
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
fn patterns_print_in_every_dialect() {
    let code = Pattern::new(r"[\S]+");
    assert_eq!(code, Pattern::new(r"^[\S]+$"));
    assert_eq!(code.anchored(), r"^[\S]+$");
    assert_eq!(code.rust().unwrap(), r"[\x00-\x08\x0E-\x1F\x21-\x{10FFFF}]+");
    assert_eq!(code.ecma().unwrap(), r"^[\x00-\x08\x0E-\x1F\x21-\u{10FFFF}]+$");
    assert_eq!(Pattern::new(r"[\w+=/]+").ecma().unwrap(), r"^[A-Za-z0-9_\+=\/]+$");
}

#[test]
fn the_three_units_of_length_differ_on_astral_characters() {
    let count = |unit: &LengthUnit| unit.count("é😀");
    assert_eq!(LengthUnit::ALL.iter().map(count).collect::<Vec<_>>(), [2, 3, 6]);
    let length = Length { min: 1, max: Some(3) };
    assert_eq!([0, 1, 3, 4].map(|n| length.contains(n)), [false, true, true, false]);
}

#[test]
fn a_botocore_file_plain_or_gzip_reads_to_the_newest_model() {
    let plain = read("service-2.json", BOTOCORE.as_bytes()).unwrap();
    assert_eq!(plain, newest().as_stated_by(Source::Botocore));
    assert_eq!(read("service-2.json.gz", &gzip(BOTOCORE.as_bytes())).unwrap(), plain);
    assert_eq!(diff(newest(), &plain), []);
    assert_eq!(diff(&plain, newest()), []);
}

#[test]
fn a_diff_with_botocore_sees_what_that_format_states() {
    let newer = BOTOCORE.replacen("\"max\": 2048", "\"max\": 2049", 1).replacen(
        "\"json\"\n    ]",
        "\"json\", \"smithy-rpc-v2-cbor\"\n    ]",
        1,
    );
    let changes = diff(newest(), &read("service-2.json", newer.as_bytes()).unwrap());
    assert_eq!(
        changes.iter().map(Change::to_string).collect::<Vec<_>>(),
        [
            "operation: protocols `awsJson1_1` → `awsJson1_1, rpcv2Cbor`",
            "request `ConfirmationCode`: length 1..2048 → 1..2049",
        ]
    );
}

#[test]
fn a_diff_finds_each_planted_change_of_a_member() {
    let request = "ConfirmSignUpRequest";
    assert_eq!(changes_after(|_| {}), <[String; 0]>::default());
    assert_eq!(
        changes_after(|all| {
            shape(all, request)["members"].as_object_mut().unwrap().remove("SecretHash");
        }),
        ["request `SecretHash`: removed"]
    );
    assert_eq!(
        changes_after(|all| {
            shape(all, request)["members"]["Captcha"] =
                json!({ "target": "smithy.api#String", "traits": { "smithy.api#required": {} } });
        }),
        ["request `Captcha`: added (required, string)"]
    );
    assert_eq!(
        changes_after(|all| shape(all, request)["members"]["Session"]["traits"] =
            json!({ "smithy.api#required": {}, "smithy.api#length": { "max": 9 } })),
        ["request `Session`: optional → required", "request `Session`: length 20..4096 → 0..9"]
    );
    assert_eq!(
        changes_after(|all| shape(all, "ForceAliasCreation")["type"] = json!("string")),
        ["request `ForceAliasCreation`: type boolean → string"]
    );
    assert_eq!(
        changes_after(|all| {
            shape(all, request)["members"]["ForceAliasCreation"]["traits"] = json!({});
        }),
        ["request `ForceAliasCreation`: default `false` → none"]
    );
    assert_eq!(
        changes_after(|all| shape(all, "ConfirmationCodeType")["traits"] = json!({
            "smithy.api#pattern": r"^\d{6}$", "smithy.api#sensitive": {},
        })),
        [
            "request `ConfirmationCode`: length 1..2048 → none",
            r"request `ConfirmationCode`: pattern `[\S]+` → `\d{6}`",
            "request `ConfirmationCode`: not sensitive → sensitive",
        ]
    );
    assert_eq!(
        changes_after(|all| *shape(all, "ForceAliasCreation") = json!({
            "type": "enum", "members": { "YES": { "target": "smithy.api#Unit" } },
        })),
        [
            "request `ForceAliasCreation`: values removed: none; added: `YES`",
            "request `ForceAliasCreation`: type boolean → string",
        ]
    );
}

#[test]
fn a_diff_finds_each_planted_change_of_the_operation_and_of_errors() {
    assert_eq!(
        changes_after(|all| {
            let errors = shape(all, "ConfirmSignUp")["errors"].as_array_mut().unwrap();
            errors.remove(0);
            errors.push(json!({ "target": format!("{NAMESPACE}#TeapotException") }));
            *shape(all, "TeapotException") =
                json!({ "type": "structure", "traits": { "smithy.api#error": "client" } });
        }),
        ["error `AliasExistsException`: removed", "error `TeapotException`: added"]
    );
    assert_eq!(
        changes_after(|all| {
            shape(all, "UserNotFoundException")["traits"] =
                json!({ "smithy.api#error": "server", "smithy.api#httpError": 400 });
        }),
        [
            "error `UserNotFoundException`: fault client → server",
            "error `UserNotFoundException`: model HTTP status 404 → 400",
        ]
    );
    // Smithy states every status, so that one which is left out is gone.
    assert_eq!(
        changes_after(|all| {
            shape(all, "UserNotFoundException")["traits"] = json!({ "smithy.api#error": "client" });
        }),
        ["error `UserNotFoundException`: model HTTP status 404 → none"]
    );
    assert_eq!(
        changes_after(|all| {
            shape(all, "ConfirmSignUp")["traits"] = json!({});
            shape(all, "AWSCognitoIdentityProviderService")["traits"]["aws.protocols#awsJson1_0"] = json!({});
        }),
        [
            "operation: signing `unsigned` → `signed`",
            "operation: protocols `awsJson1_1` → `awsJson1_0, awsJson1_1`"
        ]
    );
}

#[test]
fn a_change_names_its_member_and_error_and_is_printed_with_what_it_touches() {
    let changes = diff(Model::of(Revision::AwsApiV03), newest());
    let touched = |change: &Change| match (change.member(), change.error()) {
        (Some("UserContextData"), None) => {
            Touched { requirements: vec!["CSU-NULL-001".into()], cases: vec!["a/b".into(), "a/c".into()] }
        }
        (None, Some("ForbiddenException")) => {
            Touched { requirements: vec!["CSU-ERR-014".into()], cases: Vec::new() }
        }
        _ => Touched::default(),
    };
    let text = describe(&changes, &touched);
    assert!(
        text.contains(
            "request `UserContextData.IpAddress`: added (optional, string)\n    touches CSU-NULL-001: 2 cases\n"
        ),
        "{text}"
    );
    assert!(text.contains("error `ForbiddenException`: added\n    touches CSU-ERR-014: 0 cases\n"), "{text}");
    assert!(text.contains("response `Session`: added (optional, string)\nerror"), "{text}");
}

#[test]
fn the_json_schema_states_what_is_published_and_null_only_for_the_interface() {
    let schema = |revision| -> Value {
        serde_json::from_str(&export(Model::of(revision), Format::JsonSchema)).unwrap()
    };
    let newest = schema(Revision::NEWEST);
    assert_eq!(newest["required"], json!(["ClientId", "Username", "ConfirmationCode"]));
    assert_eq!(newest["properties"]["Session"], json!({ "$ref": "#/$defs/SessionType" }));
    assert_eq!(
        newest["$defs"]["SessionType"],
        json!({ "type": "string", "minLength": 20, "maxLength": 4096 })
    );
    assert_eq!(newest["$defs"]["ClientIdType"]["pattern"], json!(r"^[A-Za-z0-9_\+]+$"));
    assert_eq!(newest["$defs"]["UsernameType"]["pattern"], json!(r"^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$"));
    assert!(!newest.to_string().contains("null"));
    let interface = schema(Revision::AwsApiV03);
    let null = json!({ "type": "null" });
    assert_eq!(interface["properties"]["SecretHash"]["anyOf"][1], null);
    assert_eq!(interface["$defs"]["ClientMetadataType"]["additionalProperties"]["anyOf"][1], null);
    assert_eq!(interface["properties"]["ClientId"], json!({ "$ref": "#/$defs/ClientIdType" }));
}

#[test]
fn the_table_lists_every_path_and_every_error() {
    let text = export(newest(), Format::Table);
    let names = newest().errors().iter().map(|error| error.name().to_owned());
    for name in newest().paths().into_iter().chain(names) {
        assert!(text.lines().any(|line| line.split_whitespace().next() == Some(&name)), "{name}\n{text}");
    }
}

#[test]
fn broken_gzip_streams_are_refused_with_how_far_they_came() {
    let mut cut = gzip(BOTOCORE.as_bytes());
    cut.truncate(cut.len() / 2);
    let error = read("cut.gz", &cut).unwrap_err();
    assert!(matches!(error, ModelError::Gzip { .. }), "{error}");
    assert!(error.to_string().starts_with("`cut.gz`: broken gzip stream after "), "{error}");
    assert!(matches!(read("x", &[0x1f, 0x8b]).unwrap_err(), ModelError::Gzip { unpacked: 0, .. }));
}

#[test]
fn a_gzip_bomb_is_refused_at_the_limit() {
    let bomb = gzip(&vec![b' '; UNPACKED_BYTES_MAX + 2]);
    assert!(bomb.len() < 1 << 20);
    let error = read("bomb.gz", &bomb).unwrap_err().to_string();
    assert_eq!(error, "`bomb.gz`: more than 67108864 bytes when unpacked; allowed: at most that many");
}

#[test]
fn a_file_is_read_up_to_the_limits_themselves() {
    let is_too_large = |bytes: &[u8]| matches!(read("x", bytes), Err(ModelError::TooLarge { .. }));
    let mut spaces = vec![b' '; FILE_BYTES_MAX];
    assert!(!is_too_large(&spaces));
    assert!(!is_too_large(&gzip(&spaces)));
    spaces.push(b' ');
    assert!(is_too_large(&spaces));
    assert!(is_too_large(&gzip(&spaces)));
    assert_eq!(FILE_BYTES_MAX, UNPACKED_BYTES_MAX);
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

#[test]
fn formats_are_read_by_name() {
    let names = ["table", "typescript", "json-schema", "smithy"];
    assert_eq!(Format::ALL.iter().map(|format| format.name()).collect::<Vec<_>>(), names);
    for (name, format) in names.iter().zip(Format::ALL) {
        assert_eq!(name.parse(), Ok(*format));
    }
    let error = "yaml".parse::<Format>().unwrap_err();
    assert_eq!(error, "`yaml` is not one of `table`, `typescript`, `json-schema`, `smithy`");
}

#[test]
fn the_values_of_an_enum_are_kept_and_told() {
    let with_enum = edited(|all| {
        let traits = json!({ "smithy.api#enum": [{ "value": "home" }, { "value": "work" }] });
        *shape(all, "PlaceType") = json!({ "type": "string", "traits": traits });
        let target = json!({ "target": format!("{NAMESPACE}#PlaceType") });
        shape(all, "ConfirmSignUpRequest")["members"]["Place"] = target;
    });
    let model = read("enum.json", with_enum.as_bytes()).unwrap();
    let text = export(&model, Format::Smithy);
    assert_eq!(read("again.json", text.as_bytes()).unwrap(), model);
    // Once, at the shape: the member has the same.
    assert_eq!(text.matches("smithy.api#enum").count(), 1, "{text}");
    assert!(export(&model, Format::Table).contains("one of home, work"));
    assert!(!export(newest(), Format::Table).contains("one of"));
}

#[test]
fn text_that_is_not_json_is_refused_with_its_byte_offset() {
    assert_eq!(read("bad.json", b"{\"a\": \xff}").unwrap_err().to_string(), "`bad.json`, byte 6: not UTF-8");
    let offset_of = |text: &str| match read("bad.json", text.as_bytes()).unwrap_err() {
        ModelError::NotJson { offset, .. } => offset,
        other => panic!("{other}"),
    };
    assert_eq!(offset_of("{\"smithy\":\n\n  oops}"), 14);
    assert_eq!(offset_of(""), 0);
    assert_eq!(offset_of("[]"), 0);
    assert!(offset_of("{} trailing") >= 3);
    // Too deep a value is refused where it becomes too deep, wherever in the file it stands.
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = format!("{{\"smithy\": \"2.0\", \"shapes\": {{\"a#ConfirmSignUp\": {deep}}}}}");
    let start = text.find("[[").unwrap();
    assert!((start + 100..start + 200).contains(&offset_of(&text)), "{}", offset_of(&text));
    let error = error_of(&format!("{{\"smithy\": {deep}, \"shapes\": {{}}}}"));
    assert!(error.contains("recursion limit"), "{error}");
}

#[test]
fn recursive_and_all_too_deep_shapes_are_refused() {
    let error = error_of(&edited(|all| {
        shape(all, "AnalyticsMetadataType")["members"]["Again"] =
            json!({ "target": format!("{NAMESPACE}#ConfirmSignUpRequest") });
    }));
    assert_eq!(
        error,
        format!(
            "`bad.json` at `/shapes/{NAMESPACE}#AnalyticsMetadataType/members/Again/target`: found the shape \
             `{NAMESPACE}#ConfirmSignUpRequest`, which contains itself; allowed: shapes that are not recursive"
        )
    );
    let chain = |length: usize| {
        edited(|all| {
            for n in 0..length {
                let next = if n + 1 == length {
                    "smithy.api#String".to_owned()
                } else {
                    format!("{NAMESPACE}#Level{}", n + 1)
                };
                *shape(all, &format!("Level{n}")) = json!({ "type": "list", "member": { "target": next } });
            }
            shape(all, "ConfirmSignUpRequest")["members"]["Deep"] =
                json!({ "target": format!("{NAMESPACE}#Level0") });
        })
    };
    assert!(read("ok.json", chain(SHAPE_DEPTH_MAX - 2).as_bytes()).is_ok());
    let error = error_of(&chain(SHAPE_DEPTH_MAX));
    assert!(error.contains("at most 32 shapes within each other"), "{error}");
}

#[test]
fn shapes_that_fan_out_are_refused_before_they_are_walked() {
    let error = error_of(&edited(|all| {
        for n in 0..25 {
            let next = json!({ "target": format!("{NAMESPACE}#Fan{}", n + 1) });
            *shape(all, &format!("Fan{n}")) =
                json!({ "type": "structure", "members": { "a": next, "b": next, "c": next } });
        }
        *shape(all, "Fan25") = json!({ "type": "string" });
        shape(all, "ConfirmSignUpRequest")["members"]["Fan"] =
            json!({ "target": format!("{NAMESPACE}#Fan0") });
    }));
    assert!(error.contains("at most 10000 paths to members"), "{error}");
}

#[test]
fn a_wrong_type_or_a_missing_shape_is_refused_with_its_pointer() {
    let request = format!("/shapes/{NAMESPACE}#ConfirmSignUpRequest");
    let refused = |edit: &dyn Fn(&mut Value), pointer: &str, rest: &str| {
        assert_eq!(error_of(&edited(|all| edit(all))), format!("`bad.json` at `{pointer}`: {rest}"));
    };
    refused(
        &|all| shape(all, "ConfirmSignUpRequest")["members"]["ClientId"]["target"] = json!("a#Nowhere"),
        &format!("{request}/members/ClientId/target"),
        "found the shape `a#Nowhere`; allowed: a shape that the file defines",
    );
    refused(
        &|all| shape(all, "ConfirmSignUpRequest")["members"] = json!([1]),
        &format!("{request}/members"),
        "found an array; allowed: an object",
    );
    refused(
        &|all| shape(all, "ConfirmSignUpRequest")["members"]["a/b~\u{1b}"] = json!({ "target": 7 }),
        &format!("{request}/members/a~1b~0\\u{{1b}}/target"),
        "found `7`; allowed: a string",
    );
    refused(
        &|all| shape(all, "SessionType")["traits"]["smithy.api#length"] = json!({ "min": -1 }),
        &format!("/shapes/{NAMESPACE}#SessionType/traits/smithy.api#length/min"),
        "found `-1`; allowed: a whole number from 0",
    );
    refused(
        &|all| shape(all, "SessionType")["traits"]["smithy.api#length"] = json!({ "min": 9, "max": 1 }),
        &format!("/shapes/{NAMESPACE}#SessionType/traits/smithy.api#length"),
        "found the bounds 9..1; allowed: a `min` up to `max`",
    );
    refused(
        &|all| shape(all, "SessionType")["type"] = json!("resource"),
        &format!("/shapes/{NAMESPACE}#SessionType/type"),
        "found `\"resource\"`; allowed: the type of a shape that holds data",
    );
    refused(
        &|all| {
            all.as_object_mut().unwrap().remove(&format!("{NAMESPACE}#ConfirmSignUp"));
        },
        "/shapes",
        "found no operation `ConfirmSignUp`; allowed: a model that has it",
    );
}

#[test]
fn an_input_that_is_no_structure_is_refused_with_what_it_is() {
    let text = edited(|all| {
        shape(all, "ConfirmSignUp")["input"] = json!({ "target": format!("{NAMESPACE}#UsernameType") });
    });
    let error = error_of(&text);
    assert!(error.contains(&format!("a string, `{NAMESPACE}#UsernameType`")), "{error}");
}

#[test]
fn a_file_of_another_format_is_refused() {
    assert!(error_of("{}").contains("allowed: a Smithy JSON AST or a botocore `service-2.json`"));
    assert!(error_of("{\"smithy\": \"3.0\", \"shapes\": {}}").contains("allowed: version 1 or 2"));
    assert!(error_of("{\"smithy\": \"2.0\"}").contains("at `/shapes`: found nothing"));
    assert!(error_of("{\"smithy\": \"2.0\", \"shapes\": 5}").contains("found `5`; allowed: an object"));
    assert!(error_of("{\"smithy\":1,\"smithy\":2,\"shapes\":{}}").contains("found the same key twice"));
    let error = error_of(&BOTOCORE.replace("\"shape\": \"SessionType\"", "\"shape\": \"Gone\""));
    assert!(
        error.contains("/shapes/ConfirmSignUpRequest/members/Session/shape`: found the shape `Gone`"),
        "{error}"
    );
    let error = error_of(&BOTOCORE.replace("\"json\"\n    ]", "\"carrier-pigeon\"\n    ]"));
    assert!(error.contains("`/metadata/protocols/0`: found `\"carrier-pigeon\"`"), "{error}");
}

#[test]
fn no_piece_of_a_model_file_makes_the_reader_panic() {
    for text in [Revision::NEWEST.text(), BOTOCORE] {
        let whole: Value = serde_json::from_str(text).unwrap();
        let mut pointers = Vec::new();
        push_pointers(&whole, String::new(), &mut pointers);
        for pointer in pointers {
            for wrong in [Value::Null, json!(-1.5), json!("\u{202e}#"), json!([[]]), json!({ "": {} })] {
                let mut file = whole.clone();
                *file.pointer_mut(&pointer).unwrap() = wrong;
                if let Ok(model) = read("mutated.json", file.to_string().as_bytes()) {
                    for format in Format::ALL {
                        let text = export(&model, *format);
                        assert!(!text.contains('\u{202e}'), "{pointer}: {text}");
                    }
                    let text = describe(&diff(newest(), &model), &|_| Touched::default());
                    assert!(!text.contains('\u{202e}'), "{pointer}: {text}");
                }
            }
        }
        for end in (0..text.len()).step_by(97) {
            assert!(read("cut.json", &text.as_bytes()[..end]).is_err());
        }
    }
}

fn push_pointers(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let below = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, v)| push_pointers(v, below(key), pointers)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, v)| push_pointers(v, below(&at.to_string()), pointers));
        }
        _ => {}
    }
    pointers.push(pointer);
}
