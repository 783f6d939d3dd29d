//! What differs between two models.

use crate::{BOTOCORE, NAMESPACE, edited, newest, shape};
use countersign::model::{Change, Model, Revision, Touched, describe, diff, read};
use serde_json::{Value, json};

fn changes_after(edit: impl FnOnce(&mut Value)) -> Vec<String> {
    let newer = read("newer.json", edited(edit).as_bytes()).unwrap();
    diff(newest(), &newer).iter().map(Change::to_string).collect()
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
