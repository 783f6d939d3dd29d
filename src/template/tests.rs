use super::code::code_variant;
use super::*;
use crate::secret_hash::{HashForm, Secret};
use crate::wire::Request;

fn bindings() -> Bindings {
    Bindings {
        username: "a\"b".into(),
        client_id: "c1".into(),
        client_secret: Some(Secret::new("s")),
        code: Some(Secret::new("123459")),
        ..Bindings::default()
    }
}

#[test]
fn placeholders_are_bound_and_escaped_for_json() {
    let template =
        Template::parse(r#"{"Username":"${username}","X":"$${y}${code:wrong|unicode}"}"#, Escaping::Json)
            .unwrap();
    let bound = template.bind(&bindings()).unwrap();
    assert_eq!(
        String::from_utf8(bound).unwrap(),
        r#"{"Username":"a\"b","X":"${y}\u0031\u0032\u0033\u0034\u0035\u0030"}"#
    );
}

#[test]
fn an_unknown_placeholder_is_named_with_its_offset() {
    let error = Template::parse("ab${nope}", Escaping::Raw).unwrap_err();
    assert_eq!((error.offset, error.found.as_str()), (2, "${nope}"));
    assert!(error.allowed.contains("`client_id`"));
}

#[test]
fn bytes_that_are_no_text_are_written_in_hexadecimal() {
    let template = Template::parse("a${hex:ff 00}b${hex:C3a9}", Escaping::Raw).unwrap();
    assert_eq!(template, Template::literal(b"a\xff\0b\xc3\xa9"));
    for wrong in ["${hex:", "${hex:ff", "${hex:f}", "${hex:fg}", "${hex:+f}", "${hex:é}"] {
        assert!(Template::parse(wrong, Escaping::Raw).is_err(), "{wrong}");
    }
}

#[test]
fn a_length_is_that_of_the_bound_bytes() {
    let of = Template::parse("${username}0123456789abc", Escaping::Raw).unwrap();
    let length = |plus, radix| {
        let template = Template(vec![Segment::Length { of: of.clone(), plus, radix }]);
        (String::from_utf8(template.bind(&bindings()).unwrap()).unwrap(), template.to_string())
    };
    assert_eq!(length(0, Radix::Decimal), ("16".into(), "${length}".into()));
    assert_eq!(length(-17, Radix::Decimal), ("-1".into(), "${length:-17}".into()));
    assert_eq!(length(10, Radix::Hexadecimal), ("1a".into(), "${size:+10}".into()));
}

#[test]
fn a_missing_value_says_what_is_missing() {
    let error = Template::raw(Binding::Sub).bind(&bindings()).unwrap_err();
    assert_eq!(error.to_string(), "no value for `${sub}`: the subject gave no `UserSub`");
}

#[test]
fn every_wrong_code_differs_from_the_right_one() {
    for right in ["123456", "000000", "999999", "abcdef", "111111"] {
        for form in CodeForm::ALL {
            let own = matches!(form, CodeForm::Right | CodeForm::OtherUser | CodeForm::Superseded);
            let digits_only = matches!(form, CodeForm::FullWidth | CodeForm::ArabicIndic);
            if !(own || digits_only && right == "abcdef") {
                assert_ne!(code_variant(right, *form), right, "{form}");
            }
        }
    }
}

#[test]
fn no_secret_is_left_in_a_redacted_text() {
    let bindings = Bindings { client_secret: Some(Secret::new("s3cr3t")), ..bindings() };
    let hash = bindings.value(Binding::SecretHash(HashForm::Right)).unwrap();
    assert_eq!(
        bindings.redact(&format!("code 123459, hash {hash}, secret s3cr3t")),
        "code ${code}, hash ${secret_hash}, secret ${secret_hash:secret-itself}"
    );
}

#[test]
fn what_was_sent_of_a_secret_is_redacted_where_an_answer_repeats_it() {
    let secret = Some(Secret::new("s3cr3t"));
    let all = CodeForm::ALL.iter().copied().map(Binding::Code);
    let all = all.chain(HashForm::ALL.iter().copied().map(Binding::SecretHash));
    for binding in all {
        let bindings = Bindings { client_secret: secret.clone(), sent: vec![binding], ..bindings() };
        let Ok(value) = bindings.value(binding) else { continue };
        let redacted = bindings.redact(&format!("Value '{value}' at"));
        let is_the_same_for_everybody =
            matches!(value.as_str(), "%" | ".*" | "null" | "undefined" | "true" | "000000" | "123456")
                || binding == Binding::SecretHash(HashForm::Zeros);
        // A digit or two tell nothing.
        let is_kept = is_the_same_for_everybody || value.len() < 4;
        assert_eq!(redacted.contains(&value), is_kept, "{binding}: {redacted}");
    }
    // JSON may escape the slash.
    let hash = ["one", "two", "three", "four"].iter().find_map(|name| {
        let bindings = Bindings { client_secret: secret.clone(), username: (*name).into(), ..bindings() };
        let hash = bindings.value(Binding::SecretHash(HashForm::Right)).unwrap();
        hash.contains('/').then(|| bindings.redact(&hash.replace('/', "\\/")))
    });
    assert_eq!(hash.unwrap(), "${secret_hash}");
}

#[test]
fn a_code_that_was_sent_in_parts_is_redacted_as_one() {
    let sent = [CodeForm::FirstOnly, CodeForm::CutFirst].map(Binding::Code).to_vec();
    let redact = |text: &str, sent: &[Binding]| Bindings { sent: sent.to_vec(), ..bindings() }.redact(text);
    for apart in ["1 23459", "1\\n23459", "1\\u00a023459", "123459", "1\u{3000}23459"] {
        let text = format!("1 error: Value '{apart}' and '{apart}'");
        assert_eq!(redact(&text, &sent), "1 error: Value '${code}' and '${code}'", "{apart}");
        // Nobody else's numbers are touched.
        assert_eq!(redact(&text, &[]), text.replace("123459", "${code}"));
    }
    assert_eq!(redact("23459", &sent), "${code}");
}

#[test]
fn content_length_is_the_length_of_the_bound_body() {
    let body = Template::parse("${client_id}${repeat:3:xy}", Escaping::Raw).unwrap();
    let Request::Formed(form) = RequestTemplate::confirm_sign_up(body).bind(&bindings()).unwrap() else {
        panic!("an ordinary request");
    };
    assert_eq!(form.headers.first("content-length"), Some(b"8".as_slice()));
    assert_eq!(&form.body[..], b"c1xyxyxy");
}
