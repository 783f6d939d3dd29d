//! `ConfirmSignUp`.

use super::constraint::{
    CLIENT_ID, CONFIRMATION_CODE, ENCODED_DATA, ENDPOINT_ID, IP_ADDRESS, METADATA_KEY, METADATA_VALUE, Rule,
    SECRET_HASH, SESSION, USERNAME, Violations,
};
use super::fault::{Member, Planted};
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

/// Runs the operation. What is planted, if anything, sits between the checks and the request.
pub(super) fn run(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    let planted = state.planted();
    validate(input, planted)?;
    let text = |name| input.text(name).unwrap_or_default();
    let (client, pool) = planted.client_and_pool(state, text("ClientId"), text("Username"))?;
    planted.check_secret_hash(client, pool, input)?;
    let Some(key) = planted.key_of(pool, text("Username")) else {
        return planted.unknown_user(client);
    };
    let Some(user) = pool.user_at(&key) else {
        return planted.unknown_user(client);
    };
    planted.check_enabled(user)?;
    if let Some(output) = planted.check_status(pool, &key, text("ConfirmationCode"))? {
        return Ok(output);
    }
    planted.attempt(pool, &key, input, now)?;
    planted.confirm(pool, &key, input, now)?;
    Ok(match client.user_auth {
        // SEM-048, WIRE-008.
        UserAuth::Allowed => format!(r#"{{"Session":"{}"}}"#, pool.session(&key)),
        // WIRE-007.
        UserAuth::NotAllowed => "{}".to_owned(),
    })
}

fn validate(input: &Value<'_>, planted: Planted) -> Result<(), Refusal> {
    let mut violations = Violations::default();
    let mut check = |rule: &Rule, member: Member, value: Option<&str>| {
        planted.check(&mut violations, rule, (member, input), value);
    };
    check(&CLIENT_ID, Member::ClientId, input.text("ClientId"));
    check(&SECRET_HASH, Member::SecretHash, input.text("SecretHash"));
    check(&USERNAME, Member::Username, input.text("Username"));
    check(&CONFIRMATION_CODE, Member::ConfirmationCode, input.text("ConfirmationCode"));
    let nested = |structure: &str, name: &str| input.member(structure).and_then(|value| value.text(name));
    check(&ENDPOINT_ID, Member::AnalyticsEndpointId, nested("AnalyticsMetadata", "AnalyticsEndpointId"));
    check(&IP_ADDRESS, Member::IpAddress, nested("UserContextData", "IpAddress"));
    check(&ENCODED_DATA, Member::EncodedData, nested("UserContextData", "EncodedData"));
    for (key, value) in input.member("ClientMetadata").into_iter().flat_map(Value::members) {
        check(&METADATA_KEY, Member::MetadataKey, Some(key));
        check(&METADATA_VALUE, Member::MetadataValue, value.as_text());
    }
    // The content of a session is not looked at: what AWS says of an unknown one is not attested (SEM-049).
    check(&SESSION, Member::Session, input.text("Session"));
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
pub(super) fn unknown_user(client: &Client) -> Refusal {
    match client.existence_errors {
        ExistenceErrors::Shown => Refusal::unknown_user(),
        ExistenceErrors::Hidden => Refusal::code_mismatch(),
    }
}

/// Checks the code against the attempt limit and the issued one, and counts a failure.
pub(super) fn attempt(user: &mut User, code: &str, now: i64) -> Result<(), Refusal> {
    user.check_attempts(now)?;
    let outcome = user.check_code(code, now);
    if outcome.is_err() {
        user.failed_attempts.note(now);
    }
    outcome
}

/// `ForceAliasCreation`, false by default (SCH-014, SEM-033).
pub(super) fn alias_conflict(input: &Value<'_>) -> AliasConflict {
    if input.flag("ForceAliasCreation") == Some(true) { AliasConflict::Move } else { AliasConflict::Refuse }
}
