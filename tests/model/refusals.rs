//! Files that are refused, with the place of what is wrong.

use crate::{BOTOCORE, NAMESPACE, edited, error_of, gzip, newest, shape};
use countersign::model::{
    FILE_BYTES_MAX, Format, ModelError, PATHS_MAX, Revision, SHAPE_DEPTH_MAX, Touched, UNPACKED_BYTES_MAX,
    describe, diff, export, read,
};
use serde_json::{Value, json};

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
fn text_that_is_not_json_is_refused_with_its_byte_offset() {
    assert!(error_of("[1]").contains("expected an object"), "{}", error_of("[1]"));
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
fn as_many_paths_as_allowed_are_read_and_no_more() {
    let with_members = |count: usize| {
        edited(|all| {
            let target = json!({ "target": format!("{NAMESPACE}#StringType") });
            let members = (0..count).map(|number| (format!("M{number}"), target.clone()));
            shape(all, "ConfirmSignUpRequest")["members"] = members.collect::<serde_json::Map<_, _>>().into();
        })
    };
    assert!(read("x", with_members(PATHS_MAX).as_bytes()).is_ok());
    assert!(error_of(&with_members(PATHS_MAX + 1)).contains("at most 10000 paths to members"));
}

#[test]
fn two_shapes_of_one_name_are_refused() {
    let error = error_of(&edited(|all| {
        all["com.example#UsernameType"] = json!({ "type": "string" });
        shape(all, "ConfirmSignUpRequest")["members"]["Place"] =
            json!({ "target": "com.example#UsernameType" });
    }));
    assert!(error.contains("one shape of each name"), "{error}");
    assert!(error.contains("`com.example#UsernameType` besides"), "{error}");
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
