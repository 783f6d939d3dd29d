//! The operations of an administrator on one user. Signatures are not looked at.

use super::answer::quoted;
use super::constraint::{POOL_ID, USERNAME, Violations};
use super::json::Value;
use super::pool::Pool;
use super::refusal::Refusal;
use super::shape::Shape;
use super::sign_up::{ATTRIBUTES, attributes_for};
use super::state::State;
use super::user::{Access, Contact, Status, User};

/// The input of every operation in here but `AdminCreateUser`.
pub(super) const INPUT: &[(&str, Shape)] =
    &[("UserPoolId", Shape::Text), ("Username", Shape::Text), ("ClientMetadata", Shape::Map)];

/// The input of `AdminCreateUser`, as far as it is heeded.
pub(super) const CREATE_INPUT: &[(&str, Shape)] =
    &[("UserPoolId", Shape::Text), ("Username", Shape::Text), ("UserAttributes", ATTRIBUTES)];

/// Runs `AdminGetUser`.
pub(super) fn read_user(state: &mut State, input: &Value<'_>, _now: i64) -> Result<String, Refusal> {
    let user = pool_and_user(state, input)?;
    Ok(format!("{{{}}}", described(user, "UserAttributes")))
}

/// Runs `AdminConfirmSignUp`.
pub(super) fn confirm(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    let (pool, username) = pool_and_username(state, input)?;
    pool.confirm_as_admin(username, now)?;
    Ok("{}".to_owned())
}

/// Runs `AdminCreateUser`: the user has no password to speak of and no code.
pub(super) fn create(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    let (pool, username) = pool_and_username(state, input)?;
    let attributes = attributes_for(pool, username, input)?;
    let user = pool.add_user(username, attributes, Status::ForceChangePassword, now)?;
    Ok(format!("{{\"User\":{{{}}}}}", described(user, "Attributes")))
}

/// Runs `AdminDisableUser`.
pub(super) fn disable(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    set_access(state, input, Access::Disabled, now)
}

/// Runs `AdminEnableUser`.
pub(super) fn enable(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    set_access(state, input, Access::Enabled, now)
}

/// Runs `AdminDeleteUser`.
pub(super) fn delete(state: &mut State, input: &Value<'_>, _now: i64) -> Result<String, Refusal> {
    let (pool, username) = pool_and_username(state, input)?;
    if pool.remove_user(username) {
        // AWS has no output for this operation: the body is empty.
        Ok(String::new())
    } else {
        Err(Refusal::unknown_user_of_pool())
    }
}

fn set_access(state: &mut State, input: &Value<'_>, access: Access, now: i64) -> Result<String, Refusal> {
    let user = pool_and_user(state, input)?;
    user.access = access;
    user.modified = now;
    Ok("{}".to_owned())
}

fn pool_and_username<'s, 'i>(
    state: &'s mut State,
    input: &'i Value<'_>,
) -> Result<(&'s mut Pool, &'i str), Refusal> {
    let mut violations = Violations::default();
    violations.check(&POOL_ID, input.text("UserPoolId"));
    violations.check(&USERNAME, input.text("Username"));
    violations.into_result()?;
    let pool = state.pool_mut(input.text("UserPoolId").unwrap_or_default())?;
    Ok((pool, input.text("Username").unwrap_or_default()))
}

fn pool_and_user<'s>(state: &'s mut State, input: &Value<'_>) -> Result<&'s mut User, Refusal> {
    let (pool, username) = pool_and_username(state, input)?;
    pool.user_mut(username).ok_or_else(Refusal::unknown_user_of_pool)
}

/// The members of a user as `AdminGetUser` and `AdminCreateUser` describe one.
fn described(user: &User, attributes_name: &str) -> String {
    let mut attributes = attribute("sub", &user.sub);
    let mut add = |name: &str, value: &str| {
        attributes.push(',');
        attributes.push_str(&attribute(name, value));
    };
    for (name, value) in &user.attributes {
        add(name, value);
        if let Some(contact) = Contact::named(name) {
            add(contact.verified_name(), if user.verified.contains(&contact) { "true" } else { "false" });
        }
    }
    format!(
        r#""Username":{},"{attributes_name}":[{attributes}],"UserCreateDate":{},"UserLastModifiedDate":{},"Enabled":{},"UserStatus":"{}""#,
        quoted(&user.username),
        user.created,
        user.modified,
        user.access == Access::Enabled,
        user.status.name(),
    )
}

fn attribute(name: &str, value: &str) -> String {
    format!(r#"{{"Name":{},"Value":{}}}"#, quoted(name), quoted(value))
}
