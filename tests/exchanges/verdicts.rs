//! Every literal exchange gets the verdict that stands beside it.

use crate::file::{CLIENT_ID, Literal, Outcome, parse};
use countersign::case::Case;
use countersign::corpus::Evidence;
use countersign::event::AspectName;
use countersign::harness::{Options, Rules};
use countersign::judge::{Judgement, Observation, TwinObservation, judge};
use countersign::requirement::{Attestation, RequirementId};
use countersign::secret_hash::Secret;
use countersign::seed::Seed;
use countersign::template::{Binding, Bindings, CodeForm, RequestTemplate};
use countersign::wire::Exchange;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

/// No fewer exchanges than this may stand in the files.
const EXCHANGES_MIN: usize = 190;

/// Every exchange of every file, in the order of the files' names.
fn all() -> Vec<Literal> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let read = |path: &Path| {
        parse(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()))
    };
    files.iter().flat_map(|path| read(path)).collect()
}

/// The values that every exchange is bound to; the literal texts were written with them.
fn bindings() -> Bindings {
    Bindings {
        host: "cognito-idp.us-east-1.amazonaws.com".into(),
        pool_id: "us-east-1_EXAMPLE01".into(),
        client_id: CLIENT_ID.into(),
        client_secret: Some(Secret::new("EXAMPLE-secret-of-the-client")),
        other_client_id: Some("2example23456789abcdefghij".into()),
        deleted_client_id: Some("3example23456789abcdefghij".into()),
        username: "alice".into(),
        other_username: Some("bob".into()),
        sub: Some("a2c2e290-6d0f-4a08-a5ca-f0162935f3a6".into()),
        email: Some("alice@example.com".into()),
        code: Some(Secret::new("482913")),
        other_code: Some(Secret::new("771204")),
        superseded_code: Some(Secret::new("305518")),
        sent: Vec::new(),
    }
}

fn exchange(request: &RequestTemplate, answer: &Outcome, bindings: &Bindings) -> Exchange {
    let request = request.bind(bindings).unwrap();
    Exchange { request, answer: answer.clone(), latency: Duration::ZERO }
}

/// What the judge says of an exchange with the real requirement table.
fn judged(rules: &Rules, case: &Case, literal: &Literal) -> Judgement {
    let bindings = bindings();
    assert_eq!(literal.answers.len(), case.steps.len(), "{}: answers and steps", literal.name);
    let exchanges: Vec<Exchange> = case
        .steps
        .iter()
        .zip(&literal.answers)
        .map(|(step, answer)| exchange(&step.request, answer, &bindings))
        .collect();
    let twin = literal.twin.as_ref().map(|answer| {
        let twin = case.twin.as_ref().unwrap_or_else(|| panic!("{}: the case has no twin", literal.name));
        let must_be_accepted = twin.request.bindings().contains(&Binding::Code(CodeForm::Right));
        (exchange(&twin.request, answer, &bindings), must_be_accepted)
    });
    let twin = twin.as_ref().map(|(exchange, must_be_accepted)| TwinObservation {
        exchange,
        must_be_accepted: *must_be_accepted,
        state: literal.twin_state.as_ref(),
        bindings: &bindings,
    });
    let observation = Observation {
        exchanges: &exchanges,
        state: literal.state.as_ref(),
        twin,
        other: None,
        bindings: &bindings,
    };
    judge(&rules.expectations(case), &observation, Attestation::Recorded)
}

/// What is wrong with the verdict, if anything is.
fn difference(rules: &Rules, cases: &BTreeMap<String, Case>, literal: &Literal) -> Option<String> {
    let Some(case) = cases.get(&literal.case) else {
        return Some(format!("{}: there is no case `{}`", literal.name, literal.case));
    };
    let found = judged(rules, case, literal);
    let differs = |found: &Judgement| -> Vec<String> {
        let mut named: Vec<String> =
            found.mismatches.iter().map(|it| format!("{} {}", it.requirement, it.aspect)).collect();
        named.sort();
        named
    };
    let mut expected = literal.differs.clone();
    expected.sort();
    (found.verdict != literal.verdict || differs(&found) != expected).then(|| {
        let details: Vec<String> = found
            .mismatches
            .iter()
            .map(|it| {
                format!(
                    "\n    {} {} ({}): expected {}, got {}",
                    it.requirement, it.aspect, it.attestation, it.expected, it.got
                )
            })
            .collect();
        let (name, verdict) = (&literal.name, literal.verdict);
        format!("{name}: must be {verdict} {expected:?}, is {}{}", found.verdict, details.concat())
    })
}

#[test]
fn every_literal_exchange_gets_its_verdict() {
    let rules = Rules::built_in().unwrap();
    let suite = rules.suite(Seed::DEFAULT, 0, &Options::default().select);
    let cases = suite
        .into_iter()
        .map(|selected| (selected.case.id.to_string(), Rc::unwrap_or_clone(selected.case)))
        .collect();
    let wrong: Vec<String> = all().iter().filter_map(|literal| difference(&rules, &cases, literal)).collect();
    assert!(wrong.is_empty(), "{} exchanges are judged wrongly:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_exchanges_are_many_named_once_and_cite_what_exists() {
    let literals = all();
    assert!(literals.len() >= EXCHANGES_MIN, "only {} exchanges", literals.len());
    let names: BTreeSet<&str> = literals.iter().map(|literal| literal.name.as_str()).collect();
    assert_eq!(names.len(), literals.len(), "a name is used twice");
    let (rules, evidence) = (Rules::built_in().unwrap(), Evidence::embedded().unwrap());
    for literal in &literals {
        for row in &literal.evidence {
            assert!(evidence.row(row).is_some(), "{}: there is no evidence row `{row}`", literal.name);
        }
        for differs in &literal.differs {
            let (id, aspect) = differs.split_once(' ').unwrap();
            let known = rules.table().by_id(&RequirementId(id.to_owned())).is_some();
            assert!(known && aspect.parse::<AspectName>().is_ok(), "{}: `{differs}`", literal.name);
        }
    }
}
