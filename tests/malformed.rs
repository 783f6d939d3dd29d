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
    all.into_iter().map(|selected| selected.case).collect()
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
    for case in malformed_file::embedded().unwrap() {
        assert!(case.reason.as_ref().is_some_and(|reason| reason.len() > 15), "{}", case.id);
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

/// Defects of JSON text that a strict parser takes all the same, and why that is right.
const TAKEN: &[(&str, &str)] = &[
    ("json/root-", "it is JSON text, but not of an object"),
    ("json/duplicate-", "RFC 8259 says only that names should be unique"),
    ("json/huge-", "size is no defect of the text"),
    ("json/deep-", "any depth is legal; this parser stops at 128 by choice"),
    ("json/lone-surrogate-", "RFC 8259 leaves half a character open; this parser refuses it"),
    ("json/number-out-of-range", "the grammar has no limit; this parser refuses what no double can hold"),
];

/// The bodies of the layer as an independent strict parser sees them.
#[test]
fn a_strict_parser_agrees_on_what_is_json() {
    let (mut taken, mut refused) = (0, 0);
    let mut excepted: BTreeMap<&str, usize> = BTreeMap::new();
    for case in suite(&rules()).iter().filter(|case| case.layer == Layer::JsonText) {
        for step in &case.steps {
            let Request::Formed(form) = step.request.bind(&bindings_for(case)).unwrap() else { continue };
            let parsed = serde_json::from_slice::<Value>(&form.body);
            let Some(label) = step.labels.iter().find(|label| label.kind() == "json") else {
                assert!(parsed.is_ok_and(|value| value.is_object()), "{}: a valid body", case.id);
                taken += 1;
                continue;
            };
            if let Some((start, _)) = TAKEN.iter().find(|(start, _)| label.as_str().starts_with(start)) {
                *excepted.entry(start).or_default() += 1;
                continue;
            }
            assert!(parsed.is_err(), "{}: `{label}` parses", case.id);
            refused += 1;
        }
    }
    assert!(taken > 100 && refused > 350, "{taken} taken, {refused} refused");
    assert_eq!(excepted.len(), TAKEN.len(), "an exception that nothing needs: {excepted:?}");
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
