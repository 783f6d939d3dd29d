//! Drawn payloads and the corpus against checks that share no code with the generator: the model's own patterns and
//! the exported JSON Schema, read by a JSON Schema library.

#![expect(clippy::unwrap_used, reason = "shared parts of tests may fail loudly")]

use countersign::case::{Case, CaseId, Label, Username};
use countersign::generate::{
    Alphabet, Drawing, DrawnPayload, Outline, Strength, TEXT_BYTES_MAX, Texts, covering_suite, drawn, shrink,
    suite,
};
use countersign::model::{Format, Model, Revision, export};
use countersign::secret_hash::Secret;
use countersign::seed::Seed;
use countersign::template::{Bindings, RequestTemplate};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeSet;

fn bindings(username: &str) -> Bindings {
    Bindings {
        host: "127.0.0.1:1".into(),
        pool_id: "us-east-1_AbCdEfGhI".into(),
        client_id: "1example23456789abcdefghij".into(),
        client_secret: Some(Secret::new("s3cr3t")),
        other_client_id: Some("2example23456789abcdefghij".into()),
        deleted_client_id: Some("3example23456789abcdefghij".into()),
        username: username.into(),
        other_username: Some("cs-other".into()),
        sub: Some("f81d4fae-7dec-11d0-a765-00a0c91e6bf6".into()),
        email: Some("a@example.com".into()),
        code: Some(Secret::new("482913")),
        other_code: Some(Secret::new("771204")),
        superseded_code: Some(Secret::new("100001")),
        sent: Vec::new(),
    }
}

/// The username as a subject that takes any would have it.
fn username(case: &Case) -> String {
    match &case.fixture.username {
        Username::Starting(text) => format!("{text}abcdefghijklmnop"),
        Username::Filled { filler, length } => filler.to_string().repeat(*length),
        Username::Exact(text) => text.clone(),
        Username::Plain | Username::MixedCase | Username::HashContains(_) => "cs-abcdefghijklmnop".into(),
    }
}

/// The bodies of a case with the labels of their steps. Requests that are raw bytes have none.
fn bodies(case: &Case) -> Vec<(Vec<u8>, &[Label])> {
    let values = bindings(&username(case));
    let body = |request: &RequestTemplate| match request {
        RequestTemplate::Formed { body, .. } => Some(body.bind(&values).unwrap()),
        RequestTemplate::Raw(_) => None,
    };
    case.steps.iter().filter_map(|step| Some((body(&step.request)?, step.labels.as_slice()))).collect()
}

fn schema() -> Validator {
    let schema = export(Model::of(Revision::NEWEST), Format::JsonSchema);
    jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
}

fn payloads(seed: u64, count: usize) -> Vec<DrawnPayload> {
    let mut drawing = Drawing::new(Seed(seed));
    (0..count).map(|_| drawing.payload(None)).collect()
}

fn id() -> CaseId {
    CaseId::new("drawn", "x")
}

/// Labels that the schema knows nothing of, and why: a step that has one is not decided by the published constraints.
const NOT_OF_THE_SCHEMA: &[(&str, &str)] = &[
    ("json/", "the body is not the JSON text of an object, or in a doubtful form"),
    (
        "null/SecretHash",
        "null for an optional member is refused by the schema, and taken as absent by AWS (SER-008)",
    ),
    ("null/ForceAliasCreation", "as above"),
    ("null/AnalyticsMetadata", "as above, nested ones too"),
    ("null/UserContextData", "as above, nested ones too"),
    ("null/ClientMetadata", "as above, map values too"),
    ("null/Session", "as above"),
    ("secret-hash/null", "SecretHash as null, as above"),
    ("secret-hash/empty", "SecretHash as the empty text, labelled by what it means and not by its length"),
    ("secret-hash-unneeded/null", "as above"),
    ("secret-hash-unneeded/empty", "as above"),
    (
        "secret-hash/url-safe",
        "what the hash holds depends on the username, which only provisioning searches for",
    ),
    ("valid/length-unit/", "what the length is depends on the unit (VAL-020)"),
    (
        "pattern/ConfirmationCode/non-ascii-",
        "`\\s` of the schema is ASCII; whether AWS's is, is not attested",
    ),
];

const BREAKS: [&str; 7] = ["absent", "null", "miscased", "wrong-type", "too-short", "too-long", "pattern"];

#[test]
fn what_is_called_valid_validates_and_what_breaks_a_constraint_does_not() {
    let schema = schema();
    let (mut valid, mut broken, mut wrong) = (0, 0, Vec::new());
    for case in suite(Seed(11), 0) {
        for (body, labels) in bodies(&case) {
            let starts = |label: &Label, starts: &str| label.as_str().starts_with(starts);
            if labels.iter().any(|label| NOT_OF_THE_SCHEMA.iter().any(|(start, _)| starts(label, start))) {
                continue;
            }
            let value: Value = serde_json::from_slice(&body).unwrap();
            let breaks = labels.iter().any(|label| BREAKS.contains(&label.kind()));
            if breaks {
                broken += 1;
            } else {
                valid += 1;
            }
            if schema.is_valid(&value) == breaks {
                wrong.push(format!("{}: {labels:?}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(valid > 800, "only {valid} valid bodies");
    assert!(broken > 800, "only {broken} invalid bodies");
}

#[test]
fn every_drawn_payload_validates_however_it_is_spelt() {
    let schema = schema();
    let mut spelt = BTreeSet::new();
    for payload in payloads(1, 3000) {
        let case = payload.case(&id());
        let name = username(&case);
        assert!(name.len() <= 128, "{} bytes", name.len());
        let body = payload.template().bind(&bindings(&name)).unwrap();
        let value: Value = serde_json::from_slice(&body).unwrap();
        if let Err(error) = schema.validate(&value) {
            panic!("{error}: {}", String::from_utf8_lossy(&body));
        }
        assert_eq!(value["Username"], name);
        let entries = payload.metadata.iter().flatten();
        for (key, text) in entries {
            assert_eq!(value["ClientMetadata"][&key.text], text.text);
        }
        for form in ["\\u", "\\\\", "\\/", "\\\"", "\n", "\t", "\r", " \"", "\" :", "\\ud8", "\\uD8"] {
            if String::from_utf8_lossy(&body).contains(form) {
                spelt.insert(form);
            }
        }
    }
    assert_eq!(spelt.len(), 11, "{spelt:?}");
}

#[test]
fn drawn_texts_match_the_patterns_of_the_model() {
    let model = Model::of(Revision::NEWEST);
    for (path, alphabet) in [
        ("Username", Alphabet::Visible),
        ("ConfirmationCode", Alphabet::Visible),
        ("ClientId", Alphabet::Word),
        ("SecretHash", Alphabet::Word),
    ] {
        let pattern = model.member_at(path).unwrap().constraints().pattern.as_ref().unwrap();
        let mut drawing = Drawing::new(Seed(2));
        for _ in 0..3000 {
            let text = drawing.value(&Texts { alphabet, chars_min: 1 }).unwrap().text;
            assert!(pattern.matches(&text).unwrap(), "{path}: {text:?}");
            assert!(text.len() <= TEXT_BYTES_MAX);
        }
    }
}

#[test]
fn every_general_category_that_a_username_may_have_is_drawn() {
    let names: String = payloads(4, 20_000).iter().map(|payload| payload.username.text.as_str()).collect();
    for category in [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf",
        "Po", "Sm", "Sc", "Sk", "So",
    ] {
        let of_category = regex::Regex::new(&format!(r"\p{{{category}}}")).unwrap();
        assert!(of_category.is_match(&names), "{category} is never drawn");
    }
    for plane in [1_u32, 2, 14] {
        assert!(names.chars().any(|c| u32::from(c) >> 16 == plane), "plane {plane} is never drawn");
    }
}

#[test]
fn every_combination_of_members_is_an_outline_of_its_own() {
    let mut drawing = Drawing::new(Seed(5));
    let shapes: BTreeSet<String> = (0..Outline::COUNT)
        .map(|number| {
            let payload = drawing.payload(Some(Outline::new(number)));
            let context = payload.context.as_ref().map(|(a, b)| (a.is_some(), b.is_some()));
            let analytics = payload.analytics.as_ref().map(Option::is_some);
            let metadata = payload.metadata.as_ref().map(|entries| !entries.is_empty());
            format!(
                "{} {} {analytics:?} {context:?} {metadata:?}",
                payload.client,
                payload.force_alias.is_some()
            )
        })
        .collect();
    assert_eq!(shapes.len(), 2 * 2 * 3 * 5 * 3, "{shapes:#?}");
}

/// Shrinks each of many payloads while `holds`, and hands the results over.
fn smallest(mut holds: impl FnMut(&Case, &str) -> bool) -> Vec<(Case, String)> {
    let mut found = Vec::new();
    for payload in payloads(6, 300) {
        let mut tried = 0;
        let mut fails = |case: &Case| {
            tried += 1;
            holds(case, &text_of(case))
        };
        if !fails(&payload.case(&id())) {
            continue;
        }
        let case = shrink(&payload, &id(), &mut fails);
        assert!(tried < 5000, "{tried} cases tried");
        found.push((case.clone(), text_of(&case)));
    }
    assert!(found.len() > 10, "only {} payloads had the planted defect", found.len());
    found
}

fn text_of(case: &Case) -> String {
    String::from_utf8(bodies(case).remove(0).0).unwrap()
}

const REQUIRED_ALONE: &str = r#"{"ClientId":"1example23456789abcdefghij","Username":"cs-abcdefghijklmnop","ConfirmationCode":"482913"}"#;

fn with_last(member: &str) -> String {
    REQUIRED_ALONE.replace("\"}", &format!("\",{member}}}"))
}

#[test]
fn a_payload_that_always_fails_shrinks_to_the_required_members() {
    for (case, text) in smallest(|_, _| true) {
        assert_eq!(text, REQUIRED_ALONE);
        let labels: Vec<&str> = case.labels().map(Label::as_str).collect();
        assert_eq!(labels, ["valid/members/none"]);
    }
}

#[test]
fn a_planted_member_is_all_that_is_left() {
    for (case, text) in
        smallest(|_, text| serde_json::from_str::<Value>(text).unwrap().get("UserContextData").is_some())
    {
        assert_eq!(text, with_last(r#""UserContextData":{}"#));
        assert_eq!(case.labels().next().unwrap().as_str(), "valid/members/UserContextData");
    }
}

#[test]
fn a_planted_character_is_all_that_is_left_of_its_text() {
    let astral = |text: &str| text.chars().any(|c| u32::from(c) > 0xffff);
    for (_, text) in smallest(|_, text| {
        let value: Value = serde_json::from_str(text).unwrap();
        value["ClientMetadata"].as_object().is_some_and(|map| map.keys().any(|key| astral(key)))
    }) {
        let value: Value = serde_json::from_str(&text).unwrap();
        let map = value["ClientMetadata"].as_object().unwrap();
        let (key, inner) = map.iter().next().unwrap();
        assert_eq!((map.len(), key.chars().count(), inner.as_str().unwrap()), (1, 1, ""), "{text}");
        assert_eq!(text, with_last(&format!(r#""ClientMetadata":{{"{key}":""}}"#)));
    }
}

#[test]
fn a_planted_spelling_is_kept_and_everything_else_becomes_plain() {
    for (_, text) in smallest(|_, text| !text.contains("\"Username\"")) {
        assert!(text.starts_with('{') && !text.contains(['\n', '\t', '\r']), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value.as_object().unwrap().len(), 3, "{text}");
    }
}

#[test]
fn a_long_username_shrinks_to_the_shortest_that_is_long_enough() {
    for (case, _) in smallest(|case, _| username(case).chars().count() > 16 + 9) {
        assert_eq!(case.fixture.username, Username::Starting("a".repeat(10)));
    }
}

#[test]
fn a_drawn_case_is_found_again_by_its_name() {
    let mut found = 0;
    for round in [0, 3] {
        for case in suite(Seed(8), round) {
            if let Some(payload) = drawn(Seed(8), round, &case.id) {
                assert_eq!(payload.case(&case.id), case);
                found += 1;
            }
        }
    }
    assert_eq!(found, 2 * Outline::COUNT);
    assert_eq!(drawn(Seed(8), 0, &CaseId::new("drawn", "code-001")), None);
}

#[test]
fn the_stronger_covering_array_is_longer_and_validates_where_nothing_is_null() {
    let schema = schema();
    let pairs = covering_suite(Seed(1), 0, Strength::Pairs).len();
    let triples = covering_suite(Seed(1), 0, Strength::Triples);
    assert!(triples.len() > 3 * pairs, "{pairs}, {}", triples.len());
    let mut checked = 0;
    for case in triples.iter().filter(|case| case.labels().all(|label| label.kind() != "null")) {
        for (body, _) in bodies(case) {
            assert!(schema.is_valid(&serde_json::from_slice(&body).unwrap()), "{}", case.id);
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked}");
}
