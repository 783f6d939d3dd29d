//! The labels that the bytes of a generated request show are those that it was made with, as far as bytes can show them.
//! The two know nothing of each other: one breaks a valid payload, the other reads what came out.

use countersign::case::{Case, Label};
use countersign::grade::{Derived, derive};
use countersign::harness::{Rules, Select};
use countersign::requirement::RequirementId;
use countersign::secret_hash::{Secret, secret_hash};
use countersign::seed::Seed;
use countersign::template::Bindings;
use countersign::wire::Request;
use std::collections::{BTreeMap, BTreeSet};

/// What the bytes show.
const SHOWN: [&str; 8] =
    ["absent", "null", "wrong-type", "miscased", "unknown-member", "too-short", "too-long", "pattern"];
/// What they do not show, or what is no defect.
const NOT_SHOWN: [&str; 14] = [
    "valid",
    "inspect",
    "relation",
    "code",
    "user",
    "username",
    "client",
    "secret-hash",
    "secret-hash-unneeded",
    "alias",
    "attempt",
    "session",
    "header",
    "auth",
];

/// A name whose secret hash has both characters that url-safe Base64 spells otherwise.
fn username(secret: &Secret, client_id: &str) -> String {
    let has_both = |name: &String| {
        let hash = secret_hash(secret, name, client_id);
        hash.contains('+') && hash.contains('/')
    };
    (0..10_000).map(|number| format!("cs-abcdefgh{number}")).find(has_both).unwrap()
}

fn bindings() -> Bindings {
    let secret = |text: &str| Some(Secret::new(text));
    let client_secret = secret("1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p7q8r9s0t1u2v3w4x5y6");
    let username = username(client_secret.as_ref().unwrap(), "4a1b2c3d4e5f6g7h8i9j0k1l2m");
    Bindings {
        host: "127.0.0.1:9229".into(),
        pool_id: "us-east-1_a1B2c3D4e".into(),
        client_id: "4a1b2c3d4e5f6g7h8i9j0k1l2m".into(),
        client_secret,
        other_client_id: Some("5a1b2c3d4e5f6g7h8i9j0k1l2m".into()),
        deleted_client_id: Some("6a1b2c3d4e5f6g7h8i9j0k1l2m".into()),
        username,
        other_username: Some("cs-bcdefgh23456789a".into()),
        sub: Some("0c7a6d0e-2b53-4b8e-9f0f-0d5f3f1f2a3b".into()),
        email: Some("cs-abcdefgh23456789@example.com".into()),
        code: secret("482913"),
        other_code: secret("771204"),
        superseded_code: secret("390018"),
        sent: Vec::new(),
    }
}

fn derived(case: &Case, bindings: &Bindings) -> Option<Derived> {
    let [step] = case.steps.as_slice() else { return None };
    let Request::Formed(form) = step.request.bind(bindings).ok()? else { return None };
    Some(derive(&form.method, &form.target, &form.headers, &form.body))
}

/// The requirements that govern these labels: how a defect is called in detail is not for bytes to tell.
fn governing<'l>(rules: &Rules, labels: impl Iterator<Item = &'l Label>) -> BTreeSet<RequirementId> {
    labels
        .flat_map(|label| rules.table().governing(label).map(|it| it.id.clone()).collect::<Vec<_>>())
        .collect()
}

/// Cases whose bytes show neither more nor less than their labels say, by kind; and those that are told to be unclear.
#[test]
fn the_labels_of_generated_cases_are_read_back_out_of_their_bytes() {
    let rules = Rules::built_in().unwrap();
    let (mut agreed, mut unclear) = (BTreeMap::<String, usize>::new(), Vec::new());
    let mut wrong = Vec::new();
    let given = bindings();
    for selected in rules.suite(Seed(7), 0, &Select::everything()) {
        let case = &selected.case;
        let is_of = |label: &Label, kinds: &[&str]| kinds.contains(&label.kind());
        if !case.labels().all(|label| is_of(label, &SHOWN) || is_of(label, &NOT_SHOWN)) {
            continue;
        }
        let Some(found) = derived(case, &given) else { continue };
        // A hash that is null or empty is a defect by itself or one of the state, as the app client has it.
        let of_hash = case.labels().any(|label| label.kind().starts_with("secret-hash"));
        let counts = |label: &&Label| !(of_hash && label.at() == "SecretHash");
        let own: Vec<&Label> = case.labels().filter(|label| is_of(label, &SHOWN)).collect();
        if !found.unclear.is_empty() {
            unclear.push(format!("{}: {}", case.id, found.unclear.join("; ")));
        } else if governing(&rules, own.iter().copied().filter(counts))
            == governing(&rules, found.labels.iter().filter(counts))
        {
            for label in own {
                *agreed.entry(label.kind().to_owned()).or_default() += 1;
            }
            *agreed.entry("cases".to_owned()).or_default() += 1;
        } else {
            wrong.push(format!("{}: made {own:?}, read {:?}", case.id, found.labels));
        }
    }
    assert!(wrong.is_empty(), "{} of {agreed:?}:\n{}", wrong.len(), wrong.join("\n"));
    for kind in SHOWN {
        assert!(agreed.get(kind).is_some_and(|count| *count > 20), "{kind}: {agreed:?}");
    }
    println!("{agreed:?}, unclear {}", unclear.len());
    // What is unclear is what nothing is attested for: units of length, duplicates, surrogates.
    assert!(unclear.len() * 10 < agreed["cases"], "{}", unclear.join("\n"));
}

/// What is not JSON, or in a doubtful form, is never taken for something else that is judged.
#[test]
fn a_body_that_is_no_plain_json_is_named_rightly_or_not_at_all() {
    let rules = Rules::built_in().unwrap();
    let (mut named, mut unclear, mut wrong) = (0, 0, Vec::new());
    let given = bindings();
    for selected in rules.suite(Seed::DEFAULT, 0, &Select::everything()) {
        let case = &selected.case;
        let kinds = ["json", "method", "content-type"];
        let own: Vec<&Label> = case.labels().filter(|label| kinds.contains(&label.kind())).collect();
        let Some(found) = derived(case, &given).filter(|_| !own.is_empty()) else { continue };
        if !found.unclear.is_empty() {
            unclear += 1;
        } else if governing(&rules, own.iter().copied()).is_superset(&governing(&rules, found.labels.iter()))
        {
            named += 1;
        } else {
            wrong.push(format!("{}: made {own:?}, read {:?}", case.id, found.labels));
        }
    }
    assert!(
        wrong.is_empty(),
        "{named} named, {unclear} unclear, {} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(named > 40 && unclear > 100, "{named} named, {unclear} unclear");
}
