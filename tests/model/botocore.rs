//! botocore's form of a model.

use crate::{BOTOCORE, error_of, gzip, newest};
use countersign::model::{Format, SHAPE_BYTES_MAX, Signing, Source, diff, export, read};
use serde_json::{Value, json};

/// The botocore file after an edit of its metadata, its operation and its shapes.
fn botocore(edit: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(BOTOCORE).unwrap();
    edit(&mut file);
    file.to_string()
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
fn every_protocol_of_botocore_has_smithys_name() {
    for (protocol, json_version, name) in [
        ("json", "1.0", "awsJson1_0"),
        ("json", "1.1", "awsJson1_1"),
        ("query", "", "awsQuery"),
        ("ec2", "", "ec2Query"),
        ("rest-json", "", "restJson1"),
        ("rest-xml", "", "restXml"),
        ("smithy-rpc-v2-cbor", "", "rpcv2Cbor"),
    ] {
        let text = botocore(|file| {
            file["metadata"]["protocols"] = json!([protocol]);
            file["metadata"]["jsonVersion"] = json!(json_version);
        });
        assert_eq!(read("x", text.as_bytes()).unwrap().service().protocols(), [name]);
    }
    let error = error_of(&botocore(|file| file["metadata"]["protocols"] = json!(["soap"])));
    assert!(error.contains("a protocol that botocore names"), "{error}");
}

#[test]
fn botocore_says_in_two_ways_that_nothing_is_signed() {
    for (authtype, auth, is_signed) in [
        (Value::Null, json!([]), true),
        (Value::Null, json!(["aws.auth#sigv4"]), true),
        (json!("v4"), json!([]), true),
        (json!("none"), json!([]), false),
        (json!("none"), json!(["aws.auth#sigv4"]), false),
        (Value::Null, json!(["smithy.api#noAuth"]), false),
        (Value::Null, json!(["smithy.api#noAuth", "aws.auth#sigv4"]), false),
    ] {
        let text = botocore(|file| {
            let operation = file["operations"]["ConfirmSignUp"].as_object_mut().unwrap();
            operation.remove("authtype");
            operation.insert("auth".to_owned(), auth.clone());
            if !authtype.is_null() {
                operation.insert("authtype".to_owned(), authtype.clone());
            }
        });
        let signing = read("x", text.as_bytes()).unwrap().signing();
        assert_eq!(signing == Signing::Signed, is_signed, "{authtype} {auth}");
    }
}

/// A botocore file in which the request has one member more, of this shape.
fn with_place(shape: Value, member: Value) -> String {
    botocore(|file| {
        file["shapes"]["PlaceType"] = shape;
        file["shapes"]["ConfirmSignUpRequest"]["members"]["Place"] = member;
    })
}

#[test]
fn every_kind_of_shape_of_botocore_is_read_as_what_it_is() {
    let place = json!({ "shape": "PlaceType" });
    for (shape, told) in [
        (json!({ "type": "structure", "members": {}, "document": true }), r#""type": "document""#),
        (
            json!({ "type": "structure", "members": { "A": { "shape": "StringType" } }, "union": true }),
            r#""type": "union""#,
        ),
        (json!({ "type": "blob", "min": 5, "max": 5 }), r#""type": "blob""#),
    ] {
        let model = read("x", with_place(shape, place.clone()).as_bytes()).unwrap();
        assert!(export(&model, Format::Smithy).contains(told), "{told}");
    }
    let sensitive = json!({ "shape": "PlaceType", "sensitive": true });
    let model = read("x", with_place(json!({ "type": "string" }), sensitive).as_bytes()).unwrap();
    assert!(model.member_at("Place").unwrap().sensitive);
    // What is wrong with a shape is told with the file that it stands in.
    let error = error_of(&botocore(|file| {
        file["operations"]["ConfirmSignUp"]["input"]["shape"] = json!("StringType");
    }));
    assert!(error.starts_with("`bad.json`") && error.contains("a string, `StringType`"), "{error}");
}

#[test]
fn a_shape_is_read_up_to_the_limit_itself() {
    let with_length = |length: usize| {
        let text = with_place(json!({ "type": "string" }), json!({ "shape": "PlaceType" }));
        let shape = r#"{"type":"string"}"#;
        let padded = format!("{{{}{}", " ".repeat(length - shape.len()), &shape[1..]);
        text.replace(&format!(r#""PlaceType":{shape}"#), &format!(r#""PlaceType":{padded}"#))
    };
    assert!(read("x", with_length(SHAPE_BYTES_MAX).as_bytes()).is_ok());
    let error = error_of(&with_length(SHAPE_BYTES_MAX + 1));
    assert!(error.contains("4194305 bytes of JSON"), "{error}");
}
