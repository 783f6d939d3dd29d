//! The suite as a whole: its ids, its labels, its twins, its bytes.

#![expect(clippy::unwrap_used, reason = "shared parts of tests may fail loudly")]

use countersign::case::{Case, Fixture, Label, Layer, UserState};
use countersign::corpus::{case_file, malformed_file};
use countersign::generate::suite;
use countersign::secret_hash::{HashForm, Secret};
use countersign::seed::Seed;
use countersign::template::{Bindings, CodeForm, RequestTemplate, Segment};
use countersign::wire::Request;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

fn everything() -> Vec<Case> {
    let mut cases = suite(Seed::DEFAULT, 0);
    cases.extend(case_file::embedded().unwrap());
    cases.extend(malformed_file::embedded().unwrap());
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    cases
}

fn bindings() -> Bindings {
    Bindings {
        host: "127.0.0.1:1".into(),
        pool_id: "us-east-1_AbCdEfGhI".into(),
        client_id: "1example23456789abcdefghij".into(),
        client_secret: Some(Secret::new("s3cr3t")),
        other_client_id: Some("2example23456789abcdefghij".into()),
        deleted_client_id: Some("3example23456789abcdefghij".into()),
        username: "cs-\"\u{e9}\u{1f600}".into(),
        other_username: Some("cs-other".into()),
        sub: Some("f81d4fae-7dec-11d0-a765-00a0c91e6bf6".into()),
        email: Some("a@example.com".into()),
        code: Some(Secret::new("482913")),
        other_code: Some(Secret::new("771204")),
        superseded_code: Some(Secret::new("100001")),
        sent: Vec::new(),
    }
}

fn bodies(case: &Case) -> impl Iterator<Item = (Vec<u8>, &[Label])> {
    let values = bindings();
    // Where the body of a request that is written out begins is for the server to say.
    case.steps.iter().filter_map(move |step| match step.request.bind(&values).unwrap() {
        Request::Formed(form) => Some((form.body.to_vec(), step.labels.as_slice())),
        Request::Raw(_) => None,
    })
}

#[test]
fn ids_are_unique_and_written_in_lower_case() {
    let mut seen = BTreeSet::new();
    for case in everything() {
        let id = case.id.as_str().to_owned();
        let (group, name) = id.split_once('/').unwrap();
        for part in [group, name] {
            let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+._".contains(c);
            assert!(!part.is_empty() && part.chars().all(allowed), "{id}");
        }
        assert!(seen.insert(id.clone()), "{id} is used twice");
    }
}

#[test]
fn the_same_seed_and_round_give_the_same_cases() {
    assert_eq!(suite(Seed(7), 0), suite(Seed(7), 0));
    assert_eq!(suite(Seed(7), 3), suite(Seed(7), 3));
}

#[test]
fn another_seed_or_round_changes_values_and_never_ids() {
    let base = suite(Seed(0), 0);
    for other in [suite(Seed(1), 0), suite(Seed(0), 1)] {
        let ids = |cases: &[Case]| cases.iter().map(|case| case.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&base), ids(&other));
        let labels =
            |cases: &[Case]| -> Vec<Label> { cases.iter().flat_map(Case::labels).cloned().collect() };
        assert_eq!(labels(&base), labels(&other));
        let changed = base.iter().zip(&other).filter(|(a, b)| a != b).count();
        assert!(changed > 100, "only {changed} cases have random parts");
    }
}

#[test]
fn the_suite_is_listed() {
    let mut text = String::new();
    for case in everything() {
        let steps: Vec<String> = case
            .steps
            .iter()
            .map(|step| step.labels.iter().map(Label::as_str).collect::<Vec<_>>().join(" "))
            .collect();
        writeln!(text, "{} [{}] {}", case.id, case.layer, steps.join(" | ")).unwrap();
    }
    insta::assert_snapshot!("suite", text);
}

#[test]
fn there_are_enough_cases_in_every_layer() {
    let mut counts: BTreeMap<Layer, usize> = BTreeMap::new();
    for case in everything() {
        *counts.entry(case.layer).or_default() += 1;
    }
    for (layer, least) in [
        (Layer::Framing, 150),
        (Layer::Http, 60),
        (Layer::Header, 150),
        (Layer::Target, 40),
        (Layer::JsonText, 250),
        (Layer::JsonShape, 250),
        (Layer::Constraint, 400),
        (Layer::SecretHash, 80),
        (Layer::State, 150),
        (Layer::Sequence, 30),
    ] {
        let count = counts.get(&layer).copied().unwrap_or_default();
        assert!(count >= least, "{layer}: {count} of {least}");
    }
}

#[test]
fn every_step_says_what_was_done() {
    for case in everything() {
        assert!(!case.steps.is_empty(), "{}", case.id);
        for step in &case.steps {
            assert!(!step.labels.is_empty(), "{}", case.id);
        }
    }
}

const MEMBERS: [&str; 9] = [
    "ClientId",
    "SecretHash",
    "Username",
    "ConfirmationCode",
    "ForceAliasCreation",
    "AnalyticsMetadata",
    "UserContextData",
    "ClientMetadata",
    "Session",
];
const NESTED: [&str; 5] = [
    "AnalyticsMetadata.AnalyticsEndpointId",
    "UserContextData.IpAddress",
    "UserContextData.EncodedData",
    "ClientMetadata.key",
    "ClientMetadata.value",
];

/// The vocabulary of `case::Label`, read again from its table and not from the generator.
#[test]
fn every_label_belongs_to_the_vocabulary() {
    let member = |at: &str| MEMBERS.contains(&at);
    let path = |at: &str| member(at) || NESTED.contains(&at);
    for case in everything() {
        for label in case.labels() {
            let (kind, at, detail) = (label.kind(), label.at(), label.detail());
            let said = match kind {
                "absent" => ["ClientId", "Username", "ConfirmationCode"].contains(&at) && detail.is_empty(),
                "null" => path(at) && detail.is_empty(),
                "miscased" => member(at) && !detail.is_empty(),
                "wrong-type" => {
                    path(at) && ["number", "string", "true", "false", "array", "object"].contains(&detail)
                }
                "too-short" | "too-long" => path(at) && detail.parse::<usize>().is_ok(),
                "pattern" => path(at) && !detail.is_empty(),
                "valid" => {
                    ["members", "length", "length-unit", "text", "json", "http"].contains(&at)
                        && !detail.is_empty()
                }
                "code" => at.parse::<CodeForm>().is_ok(),
                "secret-hash" => ["absent", "null", "empty"].contains(&at) || at.parse::<HashForm>().is_ok(),
                "user" => {
                    let states = [
                        "absent",
                        "deleted",
                        "other-pool",
                        "confirmed",
                        "confirmed-at-once",
                        "admin-confirmed",
                        "disabled",
                    ];
                    states.contains(&at) && ["", "hidden", "shown"].contains(&detail)
                }
                "username" => ["sub", "alias", "upper-case"].contains(&at),
                "alias" => ["taken", "taken-not-forced", "taken-forced"].contains(&at),
                "attempt" => at.parse::<usize>().is_ok(),
                "json"
                | "framing"
                | "transfer"
                | "http-version"
                | "method"
                | "path"
                | "content-type"
                | "target"
                | "header"
                | "auth"
                | "client"
                | "secret-hash-unneeded"
                | "session"
                | "unknown-member"
                | "relation"
                | "inspect" => !at.is_empty(),
                _ => false,
            };
            assert!(said, "{}: `{label}`", case.id);
            assert!(case_file::LABEL_KINDS.contains(&kind), "{kind}");
        }
    }
}

#[test]
fn a_case_has_a_twin_exactly_where_something_was_done() {
    let optional = |at: &str| {
        [
            "SecretHash",
            "ForceAliasCreation",
            "AnalyticsMetadata",
            "UserContextData",
            "ClientMetadata",
            "Session",
        ]
        .contains(&at.split('.').next().unwrap())
    };
    let harmless = |label: &Label| match label.kind() {
        "valid" | "inspect" | "relation" | "unknown-member" => true,
        "null" => optional(label.at()),
        _ => false,
    };
    for case in everything() {
        assert_eq!(case.twin.is_some(), !case.labels().all(harmless), "{}", case.id);
        let Some(twin) = &case.twin else { continue };
        let confirmed_before = case.steps.iter().any(|step| step.labels.iter().all(harmless));
        if case.fixture.user != UserState::Unconfirmed || confirmed_before {
            let fixture = twin.fixture.as_ref().unwrap_or_else(|| panic!("{}: no fresh user", case.id));
            assert_eq!(fixture.user, UserState::Unconfirmed, "{}", case.id);
            let same = |a: &Fixture| (a.pool, a.client);
            assert_eq!(same(fixture), same(&case.fixture), "{}", case.id);
        }
        let body = match twin.request.bind(&bindings()).unwrap() {
            Request::Formed(form) => form.body,
            Request::Raw(_) => panic!("{}", case.id),
        };
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["ConfirmationCode"], "482913", "{}", case.id);
    }
}

/// A JSON-text defect that a strict parser of values takes all the same, and why that is right.
const PARSES: &[(&str, &str)] = &[
    ("json/root-", "JSON text, but not of an object"),
    ("json/huge-", "size is no defect of the text"),
    ("json/duplicate-", "RFC 8259 says only that names should be unique"),
    ("json/deep-arrays", "any depth is legal; this parser stops at 128 by choice"),
    ("json/deep-objects", "any depth is legal; this parser stops at 128 by choice"),
];

#[test]
fn what_is_called_json_parses_and_what_is_called_broken_does_not() {
    let mut broken = 0;
    for case in everything() {
        for (body, labels) in bodies(&case) {
            let parsed = serde_json::from_slice::<serde_json::Value>(&body);
            match labels.iter().find(|label| label.kind() == "json") {
                None => assert!(parsed.is_ok_and(|value| value.is_object()), "{}", case.id),
                Some(label) if PARSES.iter().any(|(start, _)| label.as_str().starts_with(start)) => {}
                Some(label) => {
                    broken += 1;
                    assert!(parsed.is_err(), "{}: `{label}` parses", case.id);
                }
            }
        }
    }
    assert!(broken > 250, "{broken}");
}

#[test]
fn no_placeholder_is_left_over_in_fixed_bytes() {
    for case in suite(Seed::DEFAULT, 0) {
        for step in &case.steps {
            let RequestTemplate::Formed { body, .. } = &step.request else {
                continue;
            };
            for segment in &body.0 {
                if let Segment::Literal(bytes) = segment {
                    let text = String::from_utf8_lossy(bytes);
                    let known = ["${client_id", "${username", "${code", "${secret_hash"];
                    assert!(!known.iter().any(|name| text.contains(name)), "{}: {text}", case.id);
                }
            }
        }
    }
}

/// What a label says of a length or a member is what the bytes hold.
#[test]
fn labels_say_what_the_bytes_hold() {
    let mut checked = 0;
    for case in everything() {
        for (body, labels) in bodies(&case) {
            let Ok(value) = serde_json::from_slice::<serde_json::Value>(&body) else {
                continue;
            };
            if labels.iter().any(|label| label.kind() == "json") {
                continue;
            }
            for label in labels {
                let at = &value[label.at()];
                let holds = match label.kind() {
                    "absent" | "miscased" => value.get(label.at()).is_none(),
                    "null" if !label.at().contains('.') => at.is_null() && value.get(label.at()).is_some(),
                    "too-short" | "too-long" if !label.at().contains('.') => {
                        at.as_str().unwrap().chars().count().to_string() == label.detail()
                    }
                    "wrong-type" if !label.at().contains('.') => match label.detail() {
                        "number" => at.is_number(),
                        "string" => at.is_string(),
                        "true" => at == &serde_json::Value::Bool(true),
                        "false" => at == &serde_json::Value::Bool(false),
                        "array" => at.is_array(),
                        _ => at.is_object(),
                    },
                    _ => continue,
                };
                checked += 1;
                assert!(holds, "{}: `{label}`", case.id);
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

/// Every name that is called valid matches the published pattern, and every broken one does not: read with a Unicode
/// library, not with the generator's own tables.
#[test]
fn usernames_match_the_published_pattern_or_break_it_as_labelled() {
    let pattern = regex::Regex::new(r"^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$").unwrap();
    for case in everything() {
        if let countersign::case::Username::Starting(text) = &case.fixture.username {
            assert!(pattern.is_match(text), "{}", case.id);
        }
        for (body, labels) in bodies(&case) {
            let Some(label) = labels.iter().find(|label| label.as_str().starts_with("pattern/Username/"))
            else {
                continue;
            };
            let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let name = value["Username"].as_str().unwrap();
            assert!(!pattern.is_match(name), "{}", case.id);
            let (category, _) = label.detail().split_once('-').unwrap();
            let category = format!("{}{}", category[..1].to_uppercase(), &category[1..]);
            let of_category = regex::Regex::new(&format!(r"\p{{{category}}}")).unwrap();
            assert!(of_category.is_match(name), "{}: {category}", case.id);
        }
    }
}

#[test]
fn the_categories_of_valid_names_are_what_they_are_called() {
    for case in suite(Seed(3), 0) {
        let name = case.id.as_str();
        let Some(rest) = name.strip_prefix("text/username-") else {
            continue;
        };
        let Some((category, _)) = rest.split_once('-').filter(|(category, _)| category.len() == 2) else {
            continue;
        };
        let countersign::case::Username::Starting(text) = &case.fixture.username else { panic!("{name}") };
        let category = format!("{}{}", category[..1].to_uppercase(), &category[1..]);
        if let Ok(of_category) = regex::Regex::new(&format!(r"^\p{{{category}}}+$")) {
            assert!(of_category.is_match(text), "{name}");
        } else {
            assert_eq!(category, "To", "{name}: `to-string` is a word, not a category");
        }
    }
}

#[test]
fn no_case_holds_megabytes() {
    let held: usize = suite(Seed::DEFAULT, 0)
        .iter()
        .flat_map(|case| &case.steps)
        .filter_map(|step| match &step.request {
            RequestTemplate::Formed { body, .. } => Some(body),
            RequestTemplate::Raw(_) => None,
        })
        .flat_map(|body| &body.0)
        .map(|segment| match segment {
            Segment::Literal(bytes) => bytes.len(),
            Segment::Repeat { unit, .. } => unit.len(),
            Segment::Bound { .. } | Segment::Length { .. } => 0,
        })
        .sum();
    assert!(held < 1 << 20, "{held} bytes");
}
