//! The malformed corpus: how much there is of it, what an independent parser makes of its bodies, and its export.

#![expect(clippy::unwrap_used, reason = "shared parts of tests may fail loudly")]

use countersign::case::{Case, Layer, Origin};
use countersign::corpus::malformed_file;
use countersign::export::smithy;
use countersign::harness::{Rules, Select};
use countersign::model::{Model, Revision, read};
use countersign::secret_hash::Secret;
use countersign::seed::Seed;
use countersign::template::{Bindings, RequestTemplate};
use countersign::wire::Request;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

fn bindings() -> Bindings {
    Bindings {
        host: "127.0.0.1:1".into(),
        pool_id: "us-east-1_AbCdEfGhI".into(),
        client_id: "1example23456789".into(),
        client_secret: Some(Secret::new("s3cr3t")),
        username: "cs-jane".into(),
        code: Some(Secret::new("482913")),
        ..Bindings::default()
    }
}

fn rules() -> Rules {
    Rules::built_in().unwrap()
}

fn suite(rules: &Rules) -> Vec<Case> {
    let all = rules.suite(Seed::DEFAULT, 0, &Select::everything());
    all.into_iter().map(|selected| Rc::unwrap_or_clone(selected.case)).collect()
}

/// The id without the client.
fn written_id(case: &Case) -> String {
    let id = case.id.as_str();
    let client = format!("-{}", case.fixture.client);
    id.strip_suffix(&client).unwrap().to_owned()
}

#[test]
fn every_layer_has_its_share_of_curated_requests() {
    let mut written: BTreeMap<Layer, BTreeSet<String>> = BTreeMap::new();
    for case in malformed_file::embedded().unwrap() {
        assert_eq!(case.origin, Origin::Malformed);
        written.entry(case.layer).or_default().insert(written_id(&case));
    }
    for (layer, least) in [
        (Layer::Framing, 120),
        (Layer::Http, 40),
        (Layer::Header, 80),
        (Layer::Target, 30),
        (Layer::JsonText, 150),
        (Layer::JsonShape, 50),
    ] {
        let count = written.get(&layer).map_or(0, BTreeSet::len);
        assert!(count >= least, "{layer}: {count} of {least}");
    }
    assert!(written.values().map(BTreeSet::len).sum::<usize>() >= 500);
}

#[test]
fn every_curated_request_says_why_it_is_there_and_no_two_send_the_same_bytes() {
    let mut seen: BTreeMap<(String, Vec<Vec<u8>>), String> = BTreeMap::new();
    let mut reasons: BTreeMap<String, String> = BTreeMap::new();
    for case in malformed_file::embedded().unwrap() {
        assert!(case.reason.as_ref().is_some_and(|reason| reason.len() > 15), "{}", case.id);
        let reason = case.reason.clone().unwrap();
        if let Some(other) = reasons.insert(reason, written_id(&case)) {
            assert_eq!(other, written_id(&case), "two requests with one reason");
        }
        let bytes = case.steps.iter().map(|step| step.request.bind(&bindings()).unwrap().to_bytes().to_vec());
        if let Some(other) =
            seen.insert((case.fixture.client.to_string(), bytes.collect()), case.id.to_string())
        {
            panic!("{} and {other} send the same", case.id);
        }
    }
}

/// A request that is written out has its line ends as bytes, so its own text never decides over them.
#[test]
fn what_is_written_out_has_the_line_ends_that_it_shows() {
    let mut whole = 0;
    for case in malformed_file::embedded().unwrap().iter().filter(|case| case.layer == Layer::Framing) {
        for step in &case.steps {
            let Request::Raw(bytes) = step.request.bind(&bindings()).unwrap() else { panic!("{}", case.id) };
            let bare = bytes.windows(2).filter(|pair| pair[1] == b'\n' && pair[0] != b'\r').count();
            let may_be_bare = ["line-feed", "mixed", "double", "random", "extension"];
            let named = may_be_bare.iter().any(|word| case.id.as_str().contains(word));
            assert!(bare == 0 || named, "{}: {bare} bare line feeds", case.id);
            whole += usize::from(bytes.windows(4).any(|window| window == b"\r\n\r\n"));
        }
    }
    assert!(whole > 120, "{whole}");
}

/// What a strict parser makes of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parsed {
    Object,
    OtherRoot,
    Refused,
}

/// Labels of JSON text after which a strict parser need not refuse the body: what it may make of it, and why that is right.
const TAKEN: &[(&str, &[Parsed], &str)] = &[
    ("json/root-", &[Parsed::OtherRoot], "it is JSON text, but not of an object"),
    ("json/duplicate-", &[Parsed::Object], "RFC 8259 says only that names should be unique"),
    (
        "json/huge-number",
        &[Parsed::Object, Parsed::Refused],
        "the grammar has no bounds; this parser takes what a double holds, be it rounded",
    ),
    ("json/huge-", &[Parsed::Object], "size is no defect of the text"),
    ("json/deep-", &[Parsed::Refused], "any depth is legal; this parser stops at 128 by choice"),
    (
        "json/lone-surrogate-",
        &[Parsed::Refused],
        "RFC 8259 leaves half a character open; this parser refuses it",
    ),
    (
        "json/number-out-of-range",
        &[Parsed::Refused],
        "the grammar has no bounds; this parser's are those of a double",
    ),
];

fn parsed(body: &[u8]) -> Parsed {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) if value.is_object() => Parsed::Object,
        Ok(_) => Parsed::OtherRoot,
        Err(_) => Parsed::Refused,
    }
}

/// The body of every ordinary request of the suite as an independent strict parser sees it. What is labelled with no
/// defect of the text is the text of an object, whatever the members hold.
#[test]
fn a_strict_parser_agrees_on_what_is_json() {
    let (mut taken, mut refused) = (0, 0);
    let mut excepted: BTreeMap<&str, usize> = BTreeMap::new();
    for case in suite(&rules()) {
        for step in &case.steps {
            let Request::Formed(form) = step.request.bind(&bindings_for(&case)).unwrap() else { continue };
            let found = parsed(&form.body);
            let Some(label) = step.labels.iter().find(|label| label.kind() == "json") else {
                assert_eq!(found, Parsed::Object, "{}: a valid body", case.id);
                taken += 1;
                continue;
            };
            if let Some((start, may_be, why)) =
                TAKEN.iter().find(|(start, ..)| label.as_str().starts_with(start))
            {
                assert!(may_be.contains(&found), "{}: {found:?}, though {why}", case.id);
                *excepted.entry(start).or_default() += 1;
                continue;
            }
            assert_eq!(found, Parsed::Refused, "{}: `{label}`", case.id);
            refused += 1;
        }
    }
    assert!(taken > 3000 && refused > 400, "{taken} taken, {refused} refused");
    assert_eq!(excepted.len(), TAKEN.len(), "an exception that nothing needs: {excepted:?}");
}

/// What the corpus must hold, by the beginning of labels or ids: each of them at least so often among the curated requests.
const HELD: &[(&str, usize)] = &[
    ("json/truncated-", 19),
    ("json/{trailing-bytes,two-values}", 8),
    ("json/comment", 6),
    ("json/single-quotes", 3),
    ("json/nan", 4),
    ("json/number-out-of-range", 2),
    ("json/duplicate-same-", 3),
    ("json/duplicate-different-", 8),
    ("json/bom", 3),
    ("json/utf-16", 4),
    ("json/invalid-utf8-", 5),
    ("json/overlong-utf8", 4),
    ("json/lone-surrogate-", 5),
    ("json/nul-byte", 3),
    ("json/deep-", 3),
    ("json/huge-", 5),
    ("header/", 30),
    ("content-type/duplicate-", 3),
    ("content-type/parameter-", 12),
    ("target/duplicate-", 4),
    ("framing/length-", 20),
    ("framing/chunk-", 18),
    ("framing/expect-", 4),
    ("framing/pipelined-", 4),
    ("http-version/", 8),
];

#[test]
fn every_kind_of_malformed_request_is_among_the_curated_ones() {
    let cases = malformed_file::embedded().unwrap();
    for (pattern, least) in HELD {
        let matcher = globset::Glob::new(&format!("{pattern}*")).unwrap().compile_matcher();
        let held = cases.iter().filter(|case| case.labels().any(|label| matcher.is_match(label.as_str())));
        let held: BTreeSet<String> = held.map(written_id).collect();
        assert!(held.len() >= *least, "{pattern}: {} of {least}: {held:?}", held.len());
    }
    // A member is left out after a request on the same connection that had it.
    let bleeding = cases.iter().filter(|case| case.steps.len() > 1 && case.id.as_str().contains("/bleed-"));
    assert!(bleeding.count() >= 5);
}

fn bindings_for(case: &Case) -> Bindings {
    let mut values = bindings();
    values.other_client_id = Some("2example23456789".into());
    values.deleted_client_id = Some("3example23456789".into());
    values.other_username = Some("cs-john".into());
    values.other_code = Some(Secret::new("771204"));
    values.superseded_code = Some(Secret::new("100001"));
    values.sub = Some("f81d4fae-7dec-11d0-a765-00a0c91e6bf6".into());
    values.email = Some(format!("{}@example.com", case.fixture.client));
    values
}

fn exported() -> (String, usize) {
    let rules = rules();
    let cases = suite(&rules);
    let with_expectations = cases.iter().map(|case| (case, rules.expectations(case)));
    let exported = smithy(Model::of(Revision::NEWEST), with_expectations).unwrap();
    (exported.text, exported.tests)
}

#[test]
fn the_smithy_export_is_read_by_a_reader_of_the_ast_and_is_the_same_every_time() {
    let (text, count) = exported();
    assert!(count > 250, "{count} tests");
    assert_eq!((text.clone(), count), exported());
    assert!(text.is_ascii() && text.ends_with("}\n"));
    let model = read("export.json", text.as_bytes()).unwrap();
    assert_eq!(model.request(), Model::of(Revision::NEWEST).request());
}

/// The members of the trait as smithy.test defines them.
#[test]
fn every_exported_test_has_the_members_that_the_trait_asks_for() {
    let (text, count) = exported();
    let document: Value = serde_json::from_str(&text).unwrap();
    let operation =
        document["shapes"].as_object().unwrap().values().find(|shape| shape["type"] == "operation");
    let tests = operation.unwrap()["traits"]["smithy.test#httpMalformedRequestTests"].as_array().unwrap();
    assert_eq!(tests.len(), count);
    let id_form = regex::Regex::new("^[A-Za-z_][A-Za-z0-9_]+$").unwrap();
    let mut ids = BTreeSet::new();
    let mut with_body = 0;
    for test in tests {
        let id = test["id"].as_str().unwrap();
        assert!(id_form.is_match(id) && ids.insert(id), "{id}");
        assert_eq!(test["protocol"], "aws.protocols#awsJson1_1");
        let request = &test["request"];
        for name in ["method", "uri", "body", "bodyMediaType"] {
            assert!(request[name].is_string(), "{id}: {name}");
        }
        assert!(request["headers"].as_object().unwrap().values().all(Value::is_string), "{id}");
        assert!((400..500).contains(&test["response"]["code"].as_u64().unwrap()), "{id}");
        if let Some(body) = test["response"].get("body") {
            let assertion = body["assertion"].as_object().unwrap();
            assert!(assertion.len() == 1 && body["mediaType"].is_string(), "{id}: {body}");
            with_body += 1;
        }
        let tags: Vec<&str> =
            test["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
        assert!(tags.len() == 2 && tags[1] != "unattested", "{id}: {tags:?}");
        assert!(test["documentation"].as_str().unwrap().contains("(CSU-"), "{id}");
        assert!(!test.to_string().contains("${"), "{id}: a late-bound value is left");
    }
    assert!(with_body > 150, "{with_body}");
}

#[test]
fn the_relations_are_many_and_each_has_two_sides_that_differ() {
    let mut names = BTreeSet::new();
    for case in suite(&rules()) {
        let label = case.labels().find(|label| label.kind() == "relation").cloned();
        assert_eq!(label.is_some(), case.relation.is_some(), "{}", case.id);
        let (Some(label), Some(relation)) = (label, &case.relation) else { continue };
        names.insert(label.at().to_owned());
        let own: Vec<&RequestTemplate> = case.steps.iter().map(|step| &step.request).collect();
        let same = own == relation.requests.iter().collect::<Vec<_>>();
        assert_eq!(same, relation.delivery != countersign::wire::Delivery::Whole, "{}", case.id);
    }
    assert!(names.len() >= 12, "{names:?}");
}

/// A server may not get over broken framing, so that is sent last; the chunk that moto never stops to read is the very last.
#[test]
fn what_may_end_a_server_is_sent_last() {
    let suite = suite(&rules());
    let first_broken = suite.iter().position(|case| case.layer == Layer::Framing).unwrap();
    assert!(suite[first_broken..].iter().all(|case| case.layer == Layer::Framing));
    assert_eq!(suite.last().unwrap().id.as_str(), "framing/chunk-size-beyond-64-bits-public");
}
