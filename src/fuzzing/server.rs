//! The reference server against what the labels of drawn requests say is expected: bytes on one side, labels on the other.

use crate::case::{Case, CaseId, ClientKind, PoolKind, UserState, Username};
use crate::event::Verdict;
use crate::generate::Stack;
use crate::harness::Rules;
use crate::judge::{Observation, judge};
use crate::reference::{State, handle};
use crate::requirement::Attestation;
use crate::secret_hash::{Secret, secret_hash};
use crate::seed::Seed;
use crate::template::Bindings;
use crate::wire::{Exchange, Headers, Request, RequestForm, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The name of the one user.
const USERNAME: &str = "cs-fuzzed-user";

/// The most requests of one case.
const STEPS_MAX: usize = 4;

/// Every kind of app client, with a server that has one and an unconfirmed user.
struct Ground {
    rules: Rules,
    servers: BTreeMap<ClientKind, (State, Bindings)>,
}

impl Ground {
    fn new() -> Self {
        let rules = match Rules::built_in() {
            Ok(rules) => rules,
            Err(error) => panic!("the built-in rules cannot be read: {error}"),
        };
        let server = |kind: &ClientKind| {
            let mut state = State::new(Seed::DEFAULT);
            let bindings = set_up(&mut state, *kind);
            (*kind, (state, bindings))
        };
        Self { rules, servers: ClientKind::ALL.iter().map(server).collect() }
    }
}

/// Builds a request out of choices, sends it to a server with one unconfirmed user, and judges the answer by the labels of
/// what was done to it.
pub fn reference_handler(client: u8, mutations: &[(u16, u64)]) {
    judged(&Stack::of_choices(client, mutations));
}

/// The same with a request that is drawn from a seed.
pub fn reference_handler_drawn(seed: u64) {
    judged(&Stack::draw(Seed(seed)));
}

fn judged(stack: &Stack) {
    thread_local! {
        static GROUND: Ground = Ground::new();
    }
    let case = stack.case(&CaseId::new("fuzz", "drawn"));
    if is_within_reach(&case) {
        GROUND.with(|ground| one(ground, &case));
    }
}

/// Whether one unconfirmed user with an ordinary name is all that a case needs, and a few requests. Limits of attempts are
/// what walks are for.
fn is_within_reach(case: &Case) -> bool {
    let fixture = &case.fixture;
    case.steps.len() <= STEPS_MAX
        && (fixture.pool, fixture.user, &fixture.username)
            == (PoolKind::Plain, UserState::Unconfirmed, &Username::Plain)
}

fn one(ground: &Ground, case: &Case) {
    let Some((state, bindings)) = ground.servers.get(&case.fixture.client) else { return };
    let mut state = state.clone();
    let mut exchanges = Vec::new();
    for step in &case.steps {
        let Ok(Request::Formed(form)) = step.request.bind(bindings) else { return };
        let response = handle(&mut state, &form, 0);
        let answer = with_length(response, &form.method);
        exchanges.push(Exchange {
            request: Request::Formed(form),
            answer: Ok(answer),
            latency: Duration::ZERO,
        });
    }
    let expectations = ground.rules.expectations(case);
    let observation = Observation { exchanges: &exchanges, state: None, twin: None, other: None, bindings };
    let judgement = judge(&expectations, &observation, Attestation::Reported);
    if judgement.verdict == Verdict::Mismatch {
        let labels: Vec<String> = case.labels().map(ToString::to_string).collect();
        panic!("{labels:?}: {:?}", judgement.mismatches);
    }
}

/// What a listener does to an answer.
fn with_length(mut response: Response, method: &[u8]) -> Response {
    response.headers.push("Content-Length", response.body.len().to_string());
    if method == b"HEAD" {
        response.body.clear();
    }
    response
}

/// A pool, an app client of that kind, and the user.
fn set_up(state: &mut State, kind: ClientKind) -> Bindings {
    let pool =
        call(state, "CreateUserPool", &json!({ "PoolName": "p", "AutoVerifiedAttributes": ["email"] }));
    let pool_id = text(&pool, &["UserPool", "Id"]);
    let mut options =
        json!({ "UserPoolId": pool_id, "ClientName": "c", "GenerateSecret": kind == ClientKind::Secret });
    if let Value::Object(options) = &mut options {
        let errors = match kind {
            ClientKind::ExistenceHidden => Some("ENABLED"),
            ClientKind::ExistenceShown => Some("LEGACY"),
            _ => None,
        };
        options.extend(errors.map(|value| ("PreventUserExistenceErrors".to_owned(), json!(value))));
        let flows =
            (kind == ClientKind::UserAuth).then(|| json!(["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]));
        options.extend(flows.map(|flows| ("ExplicitAuthFlows".to_owned(), flows)));
    }
    let client = call(state, "CreateUserPoolClient", &options);
    let client_id = text(&client, &["UserPoolClient", "ClientId"]);
    let secret = Some(text(&client, &["UserPoolClient", "ClientSecret"])).filter(|secret| !secret.is_empty());
    let client_secret = secret.map(Secret::new);
    let mut user = json!({
        "ClientId": client_id, "Username": USERNAME, "Password": "Fuzzed-1-password!",
        "UserAttributes": [{ "Name": "email", "Value": "fuzzed@example.com" }],
    });
    if let (Value::Object(user), Some(secret)) = (&mut user, &client_secret) {
        user.insert("SecretHash".to_owned(), json!(secret_hash(secret, USERNAME, &client_id)));
    }
    let sub = text(&call(state, "SignUp", &user), &["UserSub"]);
    let form = RequestForm {
        method: "GET".into(),
        target: format!("/_countersign/codes/{pool_id}/{USERNAME}").into(),
        headers: Headers::default(),
        body: bytes::Bytes::new(),
    };
    let code = serde_json::from_slice(&handle(state, &form, 0).body).unwrap_or_default();
    Bindings {
        host: "in-process".to_owned(),
        pool_id,
        client_id,
        client_secret,
        username: USERNAME.to_owned(),
        sub: Some(sub),
        email: Some("fuzzed@example.com".to_owned()),
        code: Some(Secret::new(text(&code, &["Code"]))),
        ..Bindings::default()
    }
}

fn call(state: &mut State, operation: &str, body: &Value) -> Value {
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/x-amz-json-1.1");
    headers.push("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"));
    let body = body.to_string().into();
    let form = RequestForm { method: "POST".into(), target: "/".into(), headers, body };
    serde_json::from_slice(&handle(state, &form, 0).body).unwrap_or_default()
}

fn text(value: &Value, path: &[&str]) -> String {
    let found = path.iter().try_fold(value, |value, key| value.get(key));
    found.and_then(Value::as_str).unwrap_or_default().to_owned()
}
