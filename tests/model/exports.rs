//! What a model is written as.

use crate::{NAMESPACE, edited, newest, shape};
use countersign::model::{Format, Model, Pattern, Revision, export, read};
use serde_json::{Value, json};

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
fn patterns_print_in_every_dialect() {
    let code = Pattern::new(r"[\S]+");
    assert_eq!(code, Pattern::new(r"^[\S]+$"));
    assert_eq!(code.anchored(), r"^[\S]+$");
    assert_eq!(code.rust().unwrap(), r"[\x00-\x08\x0E-\x1F\x21-\x{10FFFF}]+");
    assert_eq!(code.ecma().unwrap(), r"^[\x00-\x08\x0E-\x1F\x21-\u{10FFFF}]+$");
    assert_eq!(Pattern::new(r"[\w+=/]+").ecma().unwrap(), r"^[A-Za-z0-9_\+=\/]+$");
}

#[test]
fn what_is_no_identifier_is_quoted_in_typescript() {
    let text = edited(|all| {
        let traits = json!({ "smithy.api#enum": [{ "value": "home" }, { "value": "a \"b\"" }] });
        *shape(all, "PlaceType") = json!({ "type": "string", "traits": traits });
        *shape(all, "Odd-Type") = json!({ "type": "structure", "members": {} });
        let members = &mut shape(all, "ConfirmSignUpRequest")["members"];
        for (name, target) in
            [("_1", "StringType"), ("9lives", "StringType"), ("a-b", "PlaceType"), ("odd", "Odd-Type")]
        {
            members[name] = json!({ "target": format!("{NAMESPACE}#{target}") });
        }
    });
    let text = export(&read("odd.json", text.as_bytes()).unwrap(), Format::TypeScript);
    for line in [
        "  _1?: string;\n",
        "  \"9lives\"?: string;\n",
        "  \"a-b\"?: \"home\" | \"a \\\"b\\\"\";\n",
        "  odd?: _Odd_Type;\n",
        "export interface _Odd_Type {",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
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
