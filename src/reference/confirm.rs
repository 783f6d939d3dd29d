//! `ConfirmSignUp`.

use super::constraint::{CLIENT_ID, CONFIRMATION_CODE, SECRET_HASH, SESSION, USERNAME, Violations};
use super::fault::Fault;
use super::json::Value;
use super::pool::AliasConflict;
use super::refusal::Refusal;
use super::shape::Shape;
use super::state::{Client, ExistenceErrors, State, UserAuth};
use super::user::User;
use crate::secret_hash::secret_hash;

/// The input (SCH-010 to SCH-018).
pub(super) const INPUT: &[(&str, Shape)] = &[
    ("ClientId", Shape::Text),
    ("SecretHash", Shape::Text),
    ("Username", Shape::Text),
    ("ConfirmationCode", Shape::Text),
    ("ForceAliasCreation", Shape::Boolean),
    ("AnalyticsMetadata", Shape::Structure(&[("AnalyticsEndpointId", Shape::Text)])),
    ("UserContextData", Shape::Structure(&[("IpAddress", Shape::Text), ("EncodedData", Shape::Text)])),
    ("ClientMetadata", Shape::Map),
    ("Session", Shape::Text),
];

/// Runs the operation.
pub(super) fn run(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    validate(input)?;
    let fault = state.fault();
    let text = |name| input.text(name).unwrap_or_default();
    let (client, pool) = state.client_and_pool(text("ClientId"))?;
    check_secret_hash(client, text("Username"), input.text("SecretHash"))?;
    let Some(key) = pool.key_of(text("Username")) else {
        return Err(unknown_user(client));
    };
    let Some(user) = pool.user_at(&key) else {
        return Err(unknown_user(client));
    };
    user.check_enabled()?;
    user.check_unconfirmed()?;
    attempt(user, text("ConfirmationCode"), now)?;
    if fault != Some(Fault::ForShow) {
        pool.confirm(&key, alias_conflict(input), now)?;
    }
    Ok(match client.user_auth {
        // SEM-048, WIRE-008.
        UserAuth::Allowed => format!(r#"{{"Session":"{}"}}"#, pool.session(&key)),
        // WIRE-007.
        UserAuth::NotAllowed => "{}".to_owned(),
    })
}

fn validate(input: &Value<'_>) -> Result<(), Refusal> {
    let mut violations = Violations::default();
    violations.check(&CLIENT_ID, input.text("ClientId"));
    violations.check(&SECRET_HASH, input.text("SecretHash"));
    violations.check(&USERNAME, input.text("Username"));
    violations.check(&CONFIRMATION_CODE, input.text("ConfirmationCode"));
    let nested = |structure: &str, name: &str| input.member(structure).and_then(|value| value.text(name));
    violations.check_plain(
        "analyticsMetadata.analyticsEndpointId",
        nested("AnalyticsMetadata", "AnalyticsEndpointId"),
    );
    violations.check_plain("userContextData.ipAddress", nested("UserContextData", "IpAddress"));
    violations.check_plain("userContextData.encodedData", nested("UserContextData", "EncodedData"));
    violations.check_client_metadata(input);
    // The content of a session is not looked at: what AWS says of an unknown one is not attested (SEM-049).
    violations.check(&SESSION, input.text("Session"));
    violations.into_result()
}

/// Compares the secret hash of an app client that has a secret. The username is hashed as it was sent (SH-024). A hash
/// that reaches a client without a secret is ignored: what AWS does is not attested (SEM-016).
pub(super) fn check_secret_hash(client: &Client, username: &str, sent: Option<&str>) -> Result<(), Refusal> {
    let Some(secret) = &client.secret else {
        return Ok(());
    };
    let Some(sent) = sent else {
        return Err(Refusal::secret_hash_missing(&client.id));
    };
    if sent == secret_hash(secret, username, &client.id) {
        Ok(())
    } else {
        Err(Refusal::secret_hash_wrong(&client.id))
    }
}

/// What is said of a user who does not exist (SEM-003, SEM-004).
fn unknown_user(client: &Client) -> Refusal {
    match client.existence_errors {
        ExistenceErrors::Shown => Refusal::unknown_user(),
        ExistenceErrors::Hidden => Refusal::code_mismatch(),
    }
}

/// Checks the code against the attempt limit and the issued one, and counts a failure.
fn attempt(user: &mut User, code: &str, now: i64) -> Result<(), Refusal> {
    user.check_attempts(now)?;
    let outcome = user.check_code(code, now);
    if outcome.is_err() {
        user.failed_attempts.note(now);
    }
    outcome
}

/// `ForceAliasCreation`, false by default (SCH-014, SEM-033).
fn alias_conflict(input: &Value<'_>) -> AliasConflict {
    if input.flag("ForceAliasCreation") == Some(true) { AliasConflict::Move } else { AliasConflict::Refuse }
}
