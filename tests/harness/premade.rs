//! Runs with one user that somebody made beforehand.

use crate::in_process::{Subject, answer, confirming_as, is_confirmation, reference, run_with_state};
use countersign::event::{CaseReport, Verdict};
use countersign::harness::Options;
use countersign::provision::Premade;
use countersign::reference::{State, handle};
use countersign::secret_hash::Secret;
use countersign::seed::Seed;
use countersign::wire::{Headers, Request, RequestForm};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Calls the reference server as a person would who makes a user by hand.
fn call(state: &Rc<RefCell<State>>, method: &str, target: &str, body: &Value) -> Value {
    let (path, operation) = if method == "GET" { (target, "") } else { ("/", target) };
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/x-amz-json-1.1");
    headers.push("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"));
    let body = if method == "GET" { String::new() } else { body.to_string() };
    let request = RequestForm {
        method: method.to_owned().into(),
        target: path.to_owned().into(),
        headers,
        body: body.into(),
    };
    let response = handle(&mut state.borrow_mut(), &request, 0);
    assert_eq!(response.status, 200, "{target}: {:?}", response.body);
    serde_json::from_slice(&response.body).unwrap()
}

fn premade(state: &Rc<RefCell<State>>) -> Premade {
    let text = |value: &Value, pointer: &str| value.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let pool = text(&call(state, "POST", "CreateUserPool", &json!({"PoolName": "p"})), "/UserPool/Id");
    let client = json!({"UserPoolId": pool, "ClientName": "c"});
    let client_id = text(&call(state, "POST", "CreateUserPoolClient", &client), "/UserPoolClient/ClientId");
    let email = json!([{"Name": "email", "Value": "by-hand@example.com"}]);
    let user = json!({"ClientId": client_id, "Username": "by-hand", "Password": "Passw0rd!", "UserAttributes": email});
    call(state, "POST", "SignUp", &user);
    let code =
        text(&call(state, "GET", &format!("/_countersign/codes/{pool}/by-hand"), &Value::Null), "/Code");
    Premade {
        client_id,
        username: Some("by-hand".into()),
        code: Some(Secret::new(code)),
        pool_id: Some(pool),
        client_secret: None,
    }
}

#[test]
fn what_one_user_can_show_is_shown_and_the_rest_is_uncovered() {
    for with_pool in [false, true] {
        let state = Rc::new(RefCell::new(State::new(Seed(1))));
        let mut given = premade(&state);
        given.pool_id = given.pool_id.filter(|_| with_pool);
        let cases = run_with_state(&reference(), Options::default(), Some(given), state).cases;
        let count = |verdict| cases.iter().filter(|report| report.verdict == verdict).count();
        assert_eq!((count(Verdict::Mismatch), count(Verdict::Inconclusive)), (0, 0), "{with_pool}");
        assert!(count(Verdict::Pass) > 100, "{} pass, {with_pool}", count(Verdict::Pass));
        assert!(count(Verdict::Uncovered) > 1000, "{with_pool}");
    }
}

#[test]
fn without_the_right_code_no_refusal_of_that_user_counts() {
    let state = Rc::new(RefCell::new(State::new(Seed(1))));
    let given = Premade { code: Some(Secret::new("999999")), ..premade(&state) };
    let always_no = confirming_as(|_| {
        answer(
            400,
            "application/x-amz-json-1.1",
            r#"{"__type":"CodeMismatchException","message":"Invalid verification code provided, please try again."}"#,
        )
    });
    let cases = run_with_state(&always_no, Options::default(), Some(given), state).cases;
    let wrong = cases.iter().find(|report| report.id.as_str() == "code/wrong-public").unwrap();
    assert_eq!(wrong.verdict, Verdict::Uncovered, "{wrong:?}");
}

#[test]
fn wrong_codes_are_not_spent_on_cases_that_lack_something_else() {
    let state = Rc::new(RefCell::new(State::new(Seed(1))));
    let given = premade(&state);
    let cases = run_with_state(&reference(), Options::default(), Some(given), state).cases;
    let guessed = |name: &str| {
        let of_kind = cases.iter().filter(|report| report.id.as_str().starts_with("code/"));
        of_kind.filter(|report| report.id.as_str().ends_with(name)).collect::<Vec<_>>()
    };
    let told = |report: &&countersign::event::CaseReport| {
        report.reason.as_deref().is_some_and(|reason| reason.contains("an app client with a secret"))
    };
    assert!(guessed("-secret").iter().all(told));
    assert!(
        cases
            .iter()
            .filter(|report| report.verdict == Verdict::Pass && report.layer.name() == "state")
            .count()
            >= 8
    );
}

#[test]
fn one_wrong_acceptance_is_reported_once_and_what_comes_after_it_is_uncovered() {
    for with_pool in [false, true] {
        let state = Rc::new(RefCell::new(State::new(Seed(1))));
        let mut given = premade(&state);
        given.pool_id = given.pool_id.filter(|_| with_pool);
        let inner = Rc::clone(&state);
        // Members that need not be there are not read, whatever they are.
        let lenient: Subject = Rc::new(move |request, reference| match request {
            Request::Formed(form)
                if is_confirmation(form) && form.headers.first("x-amz-target").is_some() =>
            {
                let mut form = form.clone();
                if let Ok(Value::Object(mut members)) = serde_json::from_slice(&form.body) {
                    for name in ["AnalyticsMetadata", "ClientMetadata", "UserContextData"] {
                        members.remove(name);
                    }
                    form.body = Value::Object(members).to_string().into();
                }
                handle(&mut inner.borrow_mut(), &form, 0)
            }
            _ => reference(),
        });
        let outcome = run_with_state(&lenient, Options::default(), Some(given), Rc::clone(&state));
        assert_eq!(outcome.end.unwrap().incomplete, None);
        let cases = outcome.cases;
        let failing: Vec<&CaseReport> =
            cases.iter().filter(|report| report.verdict == Verdict::Mismatch).collect();
        let accepted: Vec<&&CaseReport> = failing
            .iter()
            .filter(|report| report.answer.as_deref().is_some_and(|answer| answer.starts_with('2')))
            .collect();
        let [accepted] = accepted.as_slice() else { panic!("{failing:#?}") };
        let said = format!("the given user was confirmed by {}", accepted.id);
        let after = cases.iter().filter(|report| report.reason.as_ref() == Some(&said)).count();
        assert!(after > 0, "{said}");
        assert!(!failing.iter().any(|report| {
            report.answer.as_deref().is_some_and(|answer| answer.contains("NotAuthorized"))
        }));
        assert_eq!(cases.iter().filter(|report| report.verdict == Verdict::Inconclusive).count(), 0);
    }
}

#[test]
fn an_app_client_that_is_not_there_and_a_secret_that_is_missing_are_found_before_the_first_case() {
    let state = Rc::new(RefCell::new(State::new(Seed(1))));
    let given = premade(&state);
    let client =
        json!({"UserPoolId": given.pool_id.clone().unwrap(), "ClientName": "s", "GenerateSecret": true});
    let made = call(&state, "POST", "CreateUserPoolClient", &client);
    let with_secret = made.pointer("/UserPoolClient/ClientId").unwrap().as_str().unwrap().to_owned();
    for (client_id, hint) in [
        ("4a1b2c3d4e5f6g7h8i9j0k1l2m".to_owned(), "`--client-id`"),
        (with_secret, "`COUNTERSIGN_CLIENT_SECRET`"),
    ] {
        let given = Premade { client_id, ..given.clone() };
        let outcome = run_with_state(&reference(), Options::default(), Some(given), Rc::clone(&state));
        let why = outcome.end.unwrap().incomplete.unwrap_or_default();
        assert!(why.contains(hint), "{hint}: {why}");
        assert_eq!(outcome.cases, []);
    }
}
