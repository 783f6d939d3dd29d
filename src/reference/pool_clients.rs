//! The operations on app clients.

use super::constraint::{CLIENT_ID, POOL_ID, Violations};
use super::identifier;
use super::json::Value;
use super::pools::checked_name;
use super::refusal::Refusal;
use super::shape::Shape;
use super::state::{CLIENTS_MAX, Client, ExistenceErrors, State, UserAuth};
use crate::secret_hash::Secret;
use serde_json::{Value as Json, json};

/// The auth flows that an app client may name.
const AUTH_FLOWS: &[&str] = &[
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
];

/// The input of `CreateUserPoolClient`, as far as it is heeded; everything else about an app client is ignored.
pub(super) const CREATE_INPUT: &[(&str, Shape)] = &[
    ("UserPoolId", Shape::Text),
    ("ClientName", Shape::Text),
    ("GenerateSecret", Shape::Boolean),
    ("PreventUserExistenceErrors", Shape::Text),
    ("ExplicitAuthFlows", Shape::List(&Shape::Text)),
];

/// The input of `DescribeUserPoolClient` and `DeleteUserPoolClient`.
pub(super) const INPUT: &[(&str, Shape)] = &[("UserPoolId", Shape::Text), ("ClientId", Shape::Text)];

/// Runs `CreateUserPoolClient`.
pub(super) fn create(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    let mut violations = Violations::default();
    violations.check(&POOL_ID, input.text("UserPoolId"));
    let name = checked_name(&mut violations, "clientName", input.text("ClientName"));
    let existence = input.text("PreventUserExistenceErrors");
    violations.check_choice("preventUserExistenceErrors", existence, &["LEGACY", "ENABLED"]);
    let auth_flows = auth_flows(&mut violations, input);
    violations.into_result()?;
    let pool_id = state.pool_mut(input.text("UserPoolId").unwrap_or_default())?.id.clone();
    if state.clients.len() >= CLIENTS_MAX {
        return Err(Refusal::capacity("app clients", CLIENTS_MAX));
    }
    let seed = state.next_client();
    let secret = (input.flag("GenerateSecret") == Some(true))
        .then(|| Secret::new(identifier::client_secret(seed.split("secret"))));
    let client = Client {
        id: identifier::client_id(seed),
        name,
        pool_id,
        secret,
        existence_errors: match existence {
            Some("ENABLED") => ExistenceErrors::Hidden,
            _ => ExistenceErrors::Shown,
        },
        user_auth: if auth_flows.iter().any(|flow| flow == "ALLOW_USER_AUTH") {
            UserAuth::Allowed
        } else {
            UserAuth::NotAllowed
        },
        auth_flows,
        created: now,
    };
    let output = json!({ "UserPoolClient": described(&client) }).to_string();
    state.clients.insert(client.id.clone(), client);
    Ok(output)
}

/// Runs `DescribeUserPoolClient`.
pub(super) fn describe(state: &mut State, input: &Value<'_>, _now: i64) -> Result<String, Refusal> {
    let client = existing(state, input)?;
    Ok(json!({ "UserPoolClient": described(client) }).to_string())
}

/// Runs `DeleteUserPoolClient`.
pub(super) fn delete(state: &mut State, input: &Value<'_>, _now: i64) -> Result<String, Refusal> {
    let client_id = existing(state, input)?.id.clone();
    state.clients.remove(&client_id);
    // AWS has no output for this operation: the body is empty.
    Ok(String::new())
}

fn auth_flows(violations: &mut Violations, input: &Value<'_>) -> Vec<String> {
    let mut flows: Vec<String> = Vec::new();
    for flow in input.list("ExplicitAuthFlows").filter_map(Value::as_text) {
        violations.check_choice("explicitAuthFlows", Some(flow), AUTH_FLOWS);
        if AUTH_FLOWS.contains(&flow) && !flows.iter().any(|known| known == flow) {
            flows.push(flow.to_owned());
        }
    }
    flows
}

/// The app client that `input` names, if it belongs to the pool that `input` names.
fn existing<'s>(state: &'s mut State, input: &Value<'_>) -> Result<&'s Client, Refusal> {
    let mut violations = Violations::default();
    violations.check(&POOL_ID, input.text("UserPoolId"));
    violations.check(&CLIENT_ID, input.text("ClientId"));
    violations.into_result()?;
    let pool_id = state.pool_mut(input.text("UserPoolId").unwrap_or_default())?.id.clone();
    let client_id = input.text("ClientId").unwrap_or_default();
    state
        .clients
        .get(client_id)
        .filter(|client| client.pool_id == pool_id)
        .ok_or_else(|| Refusal::unknown_client(client_id))
}

fn described(client: &Client) -> Json {
    let mut output = json!({
        "UserPoolId": client.pool_id,
        "ClientName": client.name,
        "ClientId": client.id,
        "CreationDate": client.created,
        "LastModifiedDate": client.created,
    });
    if let Some(output) = output.as_object_mut() {
        if let Some(secret) = &client.secret {
            output.insert("ClientSecret".to_owned(), json!(secret.reveal()));
        }
        if !client.auth_flows.is_empty() {
            output.insert("ExplicitAuthFlows".to_owned(), json!(client.auth_flows));
        }
        if client.existence_errors == ExistenceErrors::Hidden {
            output.insert("PreventUserExistenceErrors".to_owned(), json!("ENABLED"));
        }
    }
    output
}
