//! The operations on user pools.

use super::constraint::{POOL_ID, Violations};
use super::json::Value;
use super::pool::{Pool, PoolOptions, UsernameCase};
use super::refusal::Refusal;
use super::shape::Shape;
use super::state::{POOLS_MAX, State};
use serde_json::{Value as Json, json};

/// How long a name may be, in characters. A limit of this server.
pub(super) const NAME_LENGTH_MAX: usize = 128;

/// How many pools one page of `ListUserPools` holds at most.
const PAGE_MAX: usize = 60;

/// The input of `CreateUserPool`, as far as it is heeded; everything else about a pool is ignored.
pub(super) const CREATE_INPUT: &[(&str, Shape)] = &[
    ("PoolName", Shape::Text),
    ("AliasAttributes", Shape::List(&Shape::Text)),
    ("UsernameAttributes", Shape::List(&Shape::Text)),
    ("AutoVerifiedAttributes", Shape::List(&Shape::Text)),
    ("UsernameConfiguration", Shape::Structure(&[("CaseSensitive", Shape::Boolean)])),
];

/// The input of `DescribeUserPool` and `DeleteUserPool`.
pub(super) const INPUT: &[(&str, Shape)] = &[("UserPoolId", Shape::Text)];

/// The input of `ListUserPools`.
pub(super) const LIST_INPUT: &[(&str, Shape)] = &[("MaxResults", Shape::Integer), ("NextToken", Shape::Text)];

/// Runs `CreateUserPool`.
pub(super) fn create(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    let mut violations = Violations::default();
    let name = checked_name(&mut violations, "poolName", input.text("PoolName"));
    let contacts = &["phone_number", "email", "preferred_username"];
    for (list, member, allowed) in [
        ("AliasAttributes", "aliasAttributes", contacts.as_slice()),
        ("UsernameAttributes", "usernameAttributes", contacts.get(..2).unwrap_or_default()),
        ("AutoVerifiedAttributes", "autoVerifiedAttributes", contacts.get(..2).unwrap_or_default()),
    ] {
        for item in input.list(list) {
            violations.check_choice(member, item.as_text(), allowed);
        }
    }
    violations.into_result()?;
    if state.pools.len() >= POOLS_MAX {
        return Err(Refusal::capacity("user pools", POOLS_MAX));
    }
    let options = PoolOptions {
        name,
        alias_attributes: distinct_texts(input, "AliasAttributes"),
        username_attributes: distinct_texts(input, "UsernameAttributes"),
        auto_verified: distinct_texts(input, "AutoVerifiedAttributes"),
        username_case: username_case(input),
    };
    let pool = Pool::new(options, state.next_pool(), now);
    let output = json!({ "UserPool": described(&pool) }).to_string();
    state.pools.insert(pool.id.clone(), pool);
    Ok(output)
}

/// Runs `DescribeUserPool`.
pub(super) fn describe(state: &mut State, input: &Value<'_>, _now: i64) -> Result<String, Refusal> {
    let pool = state.pool_mut(checked_pool_id(input)?)?;
    Ok(json!({ "UserPool": described(pool) }).to_string())
}

/// Runs `DeleteUserPool`: its users and app clients go with it.
pub(super) fn delete(state: &mut State, input: &Value<'_>, _now: i64) -> Result<String, Refusal> {
    let pool_id = checked_pool_id(input)?;
    if state.pools.remove(pool_id).is_none() {
        return Err(Refusal::unknown_pool(pool_id));
    }
    state.clients.retain(|_, client| client.pool_id != pool_id);
    // AWS has no output for this operation: the body is empty.
    Ok(String::new())
}

/// Runs `ListUserPools`. A page begins behind the pool whose ordinal is the token.
pub(super) fn list(state: &mut State, input: &Value<'_>, _now: i64) -> Result<String, Refusal> {
    let mut violations = Violations::default();
    if input.member("MaxResults").is_none() {
        violations.missing("maxResults");
    }
    violations.into_result()?;
    let page = match input.member("MaxResults") {
        Some(Value::Number(number)) => number.parse().unwrap_or(PAGE_MAX),
        _ => PAGE_MAX,
    };
    let after: u64 = input
        .text("NextToken")
        .map_or(Ok(0), str::parse)
        .map_err(|_| Refusal::invalid_parameter("Invalid NextToken"))?;
    let mut pools: Vec<&Pool> = state.pools.values().filter(|pool| pool.ordinal > after).collect();
    pools.sort_by_key(|pool| pool.ordinal);
    let page = page.clamp(1, PAGE_MAX);
    let more = pools.len() > page;
    pools.truncate(page);
    let mut output = json!({
        "UserPools": pools.iter().map(|pool| summary(pool)).collect::<Vec<_>>()
    });
    if let (true, Some(last), Some(output)) = (more, pools.last(), output.as_object_mut()) {
        output.insert("NextToken".to_owned(), json!(last.ordinal.to_string()));
    }
    Ok(output.to_string())
}

/// The `UserPoolId` of an input that needs nothing else.
pub(super) fn checked_pool_id<'a>(input: &'a Value<'_>) -> Result<&'a str, Refusal> {
    let mut violations = Violations::default();
    violations.check(&POOL_ID, input.text("UserPoolId"));
    violations.into_result()?;
    Ok(input.text("UserPoolId").unwrap_or_default())
}

/// A required name within its length.
pub(super) fn checked_name(violations: &mut Violations, member: &'static str, name: Option<&str>) -> String {
    use super::constraint::{Presence, Rendering, Rule};
    let rule = Rule {
        member,
        presence: Presence::Required,
        pattern: None,
        length: (1, NAME_LENGTH_MAX),
        rendering: Rendering::Shown,
    };
    violations.check(&rule, name);
    name.unwrap_or_default().to_owned()
}

/// SEM-050: the default of the API is that case matters.
fn username_case(input: &Value<'_>) -> UsernameCase {
    let case_sensitive =
        input.member("UsernameConfiguration").and_then(|configuration| configuration.flag("CaseSensitive"));
    if case_sensitive == Some(false) { UsernameCase::Insensitive } else { UsernameCase::Sensitive }
}

fn distinct_texts(input: &Value<'_>, list: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in input.list(list).filter_map(Value::as_text) {
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
        }
    }
    texts
}

fn summary(pool: &Pool) -> Json {
    json!({
        "Id": pool.id,
        "Name": pool.options.name,
        "CreationDate": pool.created,
        "LastModifiedDate": pool.created,
    })
}

fn described(pool: &Pool) -> Json {
    let options = &pool.options;
    let mut output = json!({
        "Id": pool.id,
        "Name": options.name,
        "Arn": format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{}", pool.id),
        "CreationDate": pool.created,
        "LastModifiedDate": pool.created,
        "UsernameConfiguration": { "CaseSensitive": options.username_case == UsernameCase::Sensitive },
    });
    let lists = [
        ("AliasAttributes", &options.alias_attributes),
        ("UsernameAttributes", &options.username_attributes),
        ("AutoVerifiedAttributes", &options.auto_verified),
    ];
    if let Some(output) = output.as_object_mut() {
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            output.insert(name.to_owned(), json!(list));
        }
    }
    output
}
