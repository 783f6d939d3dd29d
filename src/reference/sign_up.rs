//! `SignUp` and `ResendConfirmationCode`, and how user attributes are read.

use super::confirm::check_secret_hash;
use super::constraint::{CLIENT_ID, SECRET_HASH, USERNAME, Violations};
use super::json::Value;
use super::pool::Pool;
use super::refusal::Refusal;
use super::shape::Shape;
use super::state::{ExistenceErrors, State};
use super::user::{Contact, RESENDS_MAX, Status};
use serde_json::json;

/// How many attributes a user may have. A limit of this server.
const ATTRIBUTES_MAX: usize = 64;

/// How long the name or value of an attribute may be, in bytes. A limit of this server.
const ATTRIBUTE_BYTES_MAX: usize = 8192;

/// A list of `{Name, Value}`.
pub(super) const ATTRIBUTES: Shape =
    Shape::List(&Shape::Structure(&[("Name", Shape::Text), ("Value", Shape::Text)]));

/// The input of `SignUp`. Password policies do not exist here.
pub(super) const SIGN_UP_INPUT: &[(&str, Shape)] = &[
    ("ClientId", Shape::Text),
    ("SecretHash", Shape::Text),
    ("Username", Shape::Text),
    ("Password", Shape::Text),
    ("UserAttributes", ATTRIBUTES),
    ("ValidationData", ATTRIBUTES),
    ("ClientMetadata", Shape::Map),
];

/// The input of `ResendConfirmationCode`.
pub(super) const RESEND_INPUT: &[(&str, Shape)] = &[
    ("ClientId", Shape::Text),
    ("SecretHash", Shape::Text),
    ("Username", Shape::Text),
    ("ClientMetadata", Shape::Map),
];

/// Runs `SignUp`. In a pool with aliases an address that another user has verified is taken all the same: the conflict
/// is ConfirmSignUp's (SEM-032).
pub(super) fn sign_up(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    validate(input)?;
    let username = input.text("Username").unwrap_or_default();
    let (client, pool) = state.client_and_pool(input.text("ClientId").unwrap_or_default())?;
    check_secret_hash(client, username, input.text("SecretHash"))?;
    let attributes = attributes_for(pool, username, input)?;
    let sub = pool.add_user(username, attributes, Status::Unconfirmed, now)?.sub.clone();
    let mut output = json!({ "UserConfirmed": false, "UserSub": sub });
    if let Some(details) = issue_code(pool, username, now)
        && let Some(output) = output.as_object_mut()
    {
        output.insert("CodeDeliveryDetails".to_owned(), details);
    }
    Ok(output.to_string())
}

/// Runs `ResendConfirmationCode`.
pub(super) fn resend(state: &mut State, input: &Value<'_>, now: i64) -> Result<String, Refusal> {
    validate(input)?;
    let username = input.text("Username").unwrap_or_default();
    let (client, pool) = state.client_and_pool(input.text("ClientId").unwrap_or_default())?;
    check_secret_hash(client, username, input.text("SecretHash"))?;
    let Some(user) = pool.user_mut(username) else {
        return match client.existence_errors {
            ExistenceErrors::Shown => Err(Refusal::unknown_user()),
            // SEM-005 speaks of a simulated delivery.
            ExistenceErrors::Hidden => Ok(json!({
                "CodeDeliveryDetails": delivery_details(Contact::Email, "user@example.com")
            })
            .to_string()),
        };
    };
    user.check_enabled()?;
    if user.status != Status::Unconfirmed {
        return Err(Refusal::already_confirmed());
    }
    if user.resends.is_exhausted(RESENDS_MAX, now) {
        return Err(Refusal::attempt_limit());
    }
    user.resends.note(now);
    Ok(match issue_code(pool, username, now) {
        Some(details) => json!({ "CodeDeliveryDetails": details }).to_string(),
        None => "{}".to_owned(),
    })
}

fn validate(input: &Value<'_>) -> Result<(), Refusal> {
    let mut violations = Violations::default();
    violations.check(&CLIENT_ID, input.text("ClientId"));
    violations.check(&SECRET_HASH, input.text("SecretHash"));
    violations.check(&USERNAME, input.text("Username"));
    violations.check_client_metadata(input);
    violations.into_result()
}

/// Issues a code to the user called `username` and says where it would have gone.
fn issue_code(pool: &mut Pool, username: &str, now: i64) -> Option<serde_json::Value> {
    let contact = pool.issue_code(username, now)?.sent_to?;
    let user = pool.user_mut(username)?;
    Some(delivery_details(contact, user.attribute(contact.name())?))
}

fn delivery_details(contact: Contact, address: &str) -> serde_json::Value {
    let (medium, destination) = match contact {
        Contact::Email => ("EMAIL", masked_email(address)),
        Contact::PhoneNumber => ("SMS", masked_phone(address)),
    };
    json!({
        "AttributeName": contact.name(),
        "DeliveryMedium": medium,
        "Destination": destination,
    })
}

/// The first character of either side of the `@`.
fn masked_email(address: &str) -> String {
    let (user, host) = address.split_once('@').unwrap_or((address, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(user), first(host))
}

/// The last four characters.
fn masked_phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    let (_, last) = digits.split_at(digits.len().saturating_sub(4));
    format!("+*******{}", last.iter().collect::<String>())
}

/// The attributes of a new user. Where usernames are addresses, the username is one of them.
pub(super) fn attributes_for(
    pool: &Pool,
    username: &str,
    input: &Value<'_>,
) -> Result<Vec<(String, String)>, Refusal> {
    let mut attributes = read_attributes(input)?;
    let kinds = &pool.options.username_attributes;
    if kinds.is_empty() {
        return Ok(attributes);
    }
    let is_phone = username.starts_with('+');
    let kind = if is_phone { "phone_number" } else { "email" };
    if !kinds.iter().any(|name| name == kind) || !(is_phone || username.contains('@')) {
        // The text is not among the evidence about AWS.
        return Err(Refusal::invalid_parameter(format!(
            "Username should be {}.",
            if kinds.iter().any(|name| name == "email") { "an email" } else { "a phone number" }
        )));
    }
    if !attributes.iter().any(|(name, _)| name == kind) {
        attributes.push((kind.to_owned(), username.to_owned()));
    }
    Ok(attributes)
}

/// The attributes as sent, the last of duplicates. What the service itself sets cannot be set.
fn read_attributes(input: &Value<'_>) -> Result<Vec<(String, String)>, Refusal> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    for item in input.list("UserAttributes") {
        let name = item.text("Name").unwrap_or_default();
        let value = item.text("Value").unwrap_or_default();
        if matches!(name, "" | "sub" | "email_verified" | "phone_number_verified") {
            continue;
        }
        if name.len() > ATTRIBUTE_BYTES_MAX || value.len() > ATTRIBUTE_BYTES_MAX {
            return Err(Refusal::capacity("bytes of an attribute", ATTRIBUTE_BYTES_MAX));
        }
        attributes.retain(|(known, _)| known != name);
        attributes.push((name.to_owned(), value.to_owned()));
        if attributes.len() > ATTRIBUTES_MAX {
            return Err(Refusal::capacity("attributes of a user", ATTRIBUTES_MAX));
        }
    }
    Ok(attributes)
}
