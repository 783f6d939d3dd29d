//! A client for the tests of this module: one operation, one call.

use super::{State, handle};
use crate::seed::Seed;
use crate::wire::{Headers, RequestForm, Response};
use serde_json::{Value, json};
use std::cell::RefCell;

/// The time that tests start at, in Unix seconds.
pub(super) const START: i64 = 1_700_000_000;

/// A server and what was made on it.
pub(super) struct Bench {
    state: RefCell<State>,
    pub(super) pool_id: String,
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
}

/// An ordinary request for `operation`.
pub(super) fn request(operation: &str, body: &[u8]) -> RequestForm {
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/x-amz-json-1.1");
    headers.push("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"));
    RequestForm { method: "POST".into(), target: "/".into(), headers, body: body.to_vec().into() }
}

/// The body of an answer.
pub(super) fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

/// `200`, or `400 Type: message`.
pub(super) fn outcome(response: &Response) -> String {
    if response.status == 200 {
        return "200".to_owned();
    }
    let body = body(response);
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let message = text("message").or_else(|| text("Message")).unwrap_or_default();
    format!("{} {}: {message}", response.status, text("__type").unwrap())
}

impl Bench {
    /// A pool and an app client made with these options.
    pub(super) fn new(pool: Value, client: Value) -> Self {
        let mut bench = Self {
            state: RefCell::new(State::new(Seed(7))),
            pool_id: String::new(),
            client_id: String::new(),
            client_secret: None,
        };
        let mut options = json!({ "PoolName": "p" });
        merge(&mut options, pool);
        let pool = body(&bench.call("CreateUserPool", &options));
        bench.pool_id = pool["UserPool"]["Id"].as_str().unwrap().to_owned();
        let (id, secret) = bench.add_client(client);
        bench.client_id = id;
        bench.client_secret = secret;
        bench
    }

    /// A pool and an app client without options.
    pub(super) fn plain() -> Self {
        Self::new(json!({}), json!({}))
    }

    /// A pool whose e-mail addresses are aliases.
    pub(super) fn with_aliases() -> Self {
        let pool = json!({ "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"] });
        Self::new(pool, json!({}))
    }

    pub(super) fn add_client(&self, options: Value) -> (String, Option<String>) {
        let mut input = json!({ "UserPoolId": self.pool_id, "ClientName": "c" });
        merge(&mut input, options);
        let client = body(&self.call("CreateUserPoolClient", &input));
        let text = |name: &str| client["UserPoolClient"][name].as_str().map(str::to_owned);
        (text("ClientId").unwrap(), text("ClientSecret"))
    }

    pub(super) fn send(&self, request: &RequestForm, now: i64) -> Response {
        handle(&mut self.state.borrow_mut(), request, now)
    }

    pub(super) fn call(&self, operation: &str, input: &Value) -> Response {
        self.send(&request(operation, input.to_string().as_bytes()), START)
    }

    pub(super) fn sign_up(&self, username: &str, email: &str) -> Response {
        self.call(
            "SignUp",
            &json!({
                "ClientId": self.client_id,
                "Username": username,
                "Password": "Secret-123",
                "UserAttributes": [{ "Name": "email", "Value": email }],
            }),
        )
    }

    /// Confirms with whatever is in `input` besides client and user.
    pub(super) fn confirm_with(&self, username: &str, input: Value, now: i64) -> Response {
        let mut whole = json!({ "ClientId": self.client_id, "Username": username });
        merge(&mut whole, input);
        self.send(&request("ConfirmSignUp", whole.to_string().as_bytes()), now)
    }

    pub(super) fn confirm(&self, username: &str, code: &str) -> Response {
        self.confirm_with(username, json!({ "ConfirmationCode": code }), START)
    }

    pub(super) fn resend(&self, username: &str) -> Response {
        self.call("ResendConfirmationCode", &json!({ "ClientId": self.client_id, "Username": username }))
    }

    /// An administrator's operation on a user.
    pub(super) fn admin(&self, operation: &str, username: &str) -> Response {
        self.call(operation, &json!({ "UserPoolId": self.pool_id, "Username": username }))
    }

    pub(super) fn read_code(&self, username: &str) -> Option<String> {
        let mut request = request("", b"");
        request.method = "GET".into();
        request.target = format!("/_countersign/codes/{}/{username}", self.pool_id).into();
        let response = self.send(&request, START);
        (response.status == 200).then(|| body(&response)["Code"].as_str().unwrap().to_owned())
    }

    pub(super) fn code(&self, username: &str) -> String {
        self.read_code(username).unwrap()
    }

    pub(super) fn status(&self, username: &str) -> String {
        let user = body(&self.admin("AdminGetUser", username));
        user["UserStatus"].as_str().unwrap().to_owned()
    }

    pub(super) fn attribute(&self, username: &str, name: &str) -> Option<String> {
        let user = body(&self.admin("AdminGetUser", username));
        let attributes = user["UserAttributes"].as_array().unwrap().clone();
        attributes
            .iter()
            .find(|attribute| attribute["Name"] == name)
            .map(|attribute| attribute["Value"].as_str().unwrap().to_owned())
    }
}

fn merge(into: &mut Value, from: Value) {
    let Value::Object(from) = from else {
        panic!("options are an object");
    };
    into.as_object_mut().unwrap().extend(from);
}
