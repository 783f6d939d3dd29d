//! The set-up calls of the user pools API, typed, over any transport.

use super::{Authoriser, ProvisionError};
use crate::case::{ClientKind, PoolKind};
use crate::json::read_value;
use crate::replay::transport::Transport;
use crate::secret_hash::{Secret, secret_hash};
use crate::subject::{Control, Operation};
use crate::wire::{self, Headers, Request, RequestForm, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The longest message of a refusal that is kept, in characters.
const MESSAGE_CHARS_MAX: usize = 300;
/// The members of requests that no text shows.
const SECRETS: [&str; 3] = ["ConfirmationCode", "Password", "SecretHash"];
/// The most pages of a list that are read.
const PAGES_MAX: usize = 100;

/// The set-up calls to one subject.
#[derive(Debug)]
pub struct ControlPlane<T> {
    /// The way to the subject.
    pub transport: T,
    host: String,
    authoriser: Authoriser,
    missing: BTreeSet<Operation>,
    now: fn() -> i64,
    requests: u64,
}

/// What SignUp answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedUp {
    /// The user's `sub`, where there is one.
    pub sub: Option<String>,
}

/// What AdminGetUser answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSeen {
    /// `UserStatus`.
    pub status: Option<String>,
    /// `Enabled`.
    pub enabled: Option<bool>,
    /// The attribute `email_verified`.
    pub email_verified: Option<String>,
}

/// What an operation is told that an app client calls for a user.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OfUserAtClient<'a> {
    client_id: &'a str,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_attributes: Option<[Attribute<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmation_code: Option<&'a str>,
}

impl<'a> OfUserAtClient<'a> {
    fn new((client_id, secret): (&'a str, Option<&Secret>), username: &'a str) -> Self {
        let secret_hash = secret.map(|secret| secret_hash(secret, username, client_id));
        Self { client_id, username, secret_hash, ..Self::default() }
    }
}

/// An attribute of a user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
}

/// What an operation is told that an administrator calls for a user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OfUserInPool<'a> {
    user_pool_id: &'a str,
    username: &'a str,
}

/// An accepted answer.
struct Accepted {
    operation: Operation,
    status: u16,
    body: Map<String, Value>,
}

impl Accepted {
    /// The text that `path` leads to.
    fn text(&self, path: &[&str], what: &'static str) -> Result<String, ProvisionError> {
        let mut steps = path.iter();
        let first = steps.next().and_then(|key| self.body.get(*key));
        let found = steps.fold(first, |value, key| value?.get(key));
        let text = found.and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or(ProvisionError::Answer {
            operation: self.operation,
            status: self.status,
            what,
        })
    }
}

impl<T: Transport> ControlPlane<T> {
    /// The control plane of a subject whose `Host` is `host`. `now` gives the time of signatures in seconds since
    /// 1970-01-01T00:00:00Z.
    pub fn new(
        transport: T,
        host: &str,
        control: &Control,
        now: fn() -> i64,
    ) -> Result<Self, ProvisionError> {
        Ok(Self {
            transport,
            host: host.to_owned(),
            authoriser: Authoriser::new(control)?,
            missing: control.missing.clone(),
            now,
            requests: 0,
        })
    }

    /// The authority of the endpoint.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// How many calls were sent.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Fails unless the subject has `operation`.
    pub(super) fn require(&self, operation: Operation) -> Result<(), ProvisionError> {
        if self.missing.contains(&operation) {
            let text = format!("this subject has no {operation}");
            return Err(ProvisionError::Missing(text));
        }
        Ok(())
    }

    /// Makes a user pool whose e-mail addresses are verified by the code; returns its id.
    pub async fn create_user_pool(&mut self, kind: PoolKind, name: &str) -> Result<String, ProvisionError> {
        let mut body = json!({ "PoolName": name, "AutoVerifiedAttributes": ["email"] });
        if kind == PoolKind::EmailAlias {
            set(&mut body, "AliasAttributes", json!(["email"]));
        }
        let answer = self.call(Operation::CreateUserPool, &body).await?;
        answer.text(&["UserPool", "Id"], "`UserPool.Id`")
    }

    /// Makes an app client; returns its id, and its secret if the kind has one.
    pub async fn create_user_pool_client(
        &mut self,
        pool_id: &str,
        kind: ClientKind,
        name: &str,
    ) -> Result<(String, Option<Secret>), ProvisionError> {
        let mut body = json!({
            "UserPoolId": pool_id,
            "ClientName": name,
            "GenerateSecret": kind == ClientKind::Secret,
        });
        match kind {
            ClientKind::Public | ClientKind::Secret => {}
            ClientKind::ExistenceHidden => set(&mut body, "PreventUserExistenceErrors", json!("ENABLED")),
            ClientKind::ExistenceShown => set(&mut body, "PreventUserExistenceErrors", json!("LEGACY")),
            ClientKind::UserAuth => {
                set(&mut body, "ExplicitAuthFlows", json!(["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]));
            }
        }
        let answer = self.call(Operation::CreateUserPoolClient, &body).await?;
        let id = answer.text(&["UserPoolClient", "ClientId"], "`UserPoolClient.ClientId`")?;
        let secret = match kind {
            ClientKind::Secret => Some(Secret::new(
                answer.text(&["UserPoolClient", "ClientSecret"], "`UserPoolClient.ClientSecret`")?,
            )),
            _ => None,
        };
        Ok((id, secret))
    }

    /// Signs a user up with an e-mail address.
    pub async fn sign_up(
        &mut self,
        client: (&str, Option<&Secret>),
        username: &str,
        password: &Secret,
        email: &str,
    ) -> Result<SignedUp, ProvisionError> {
        let body = OfUserAtClient {
            password: Some(password.reveal()),
            user_attributes: Some([Attribute { name: "email", value: email }]),
            ..OfUserAtClient::new(client, username)
        };
        let answer = self.call(Operation::SignUp, &body).await?;
        let sub = answer.body.get("UserSub").and_then(Value::as_str);
        Ok(SignedUp { sub: sub.map(str::to_owned) })
    }

    /// Replaces the code of a user.
    pub async fn resend_confirmation_code(
        &mut self,
        client: (&str, Option<&Secret>),
        username: &str,
    ) -> Result<(), ProvisionError> {
        let body = OfUserAtClient::new(client, username);
        self.call(Operation::ResendConfirmationCode, &body).await.map(|_| ())
    }

    /// Confirms a user with the code, to bring about a confirmed one.
    pub async fn confirm_sign_up(
        &mut self,
        client: (&str, Option<&Secret>),
        username: &str,
        code: &Secret,
    ) -> Result<(), ProvisionError> {
        let body = OfUserAtClient {
            confirmation_code: Some(code.reveal()),
            ..OfUserAtClient::new(client, username)
        };
        self.call(Operation::ConfirmSignUp, &body).await.map(|_| ())
    }

    /// Reads the state of a user.
    pub async fn admin_get_user(
        &mut self,
        pool_id: &str,
        username: &str,
    ) -> Result<UserSeen, ProvisionError> {
        let body = OfUserInPool { user_pool_id: pool_id, username };
        let answer = self.call(Operation::AdminGetUser, &body).await?;
        // Some emulators call the list `Attributes`, as other operations of the API do.
        let attributes = answer.body.get("UserAttributes").or_else(|| answer.body.get("Attributes"));
        let verified = attributes.and_then(Value::as_array).and_then(|attributes| {
            let named =
                |attribute: &&Value| attribute.get("Name").is_some_and(|name| name == "email_verified");
            attributes.iter().find(named)?.get("Value")?.as_str()
        });
        let status = answer.text(&["UserStatus"], "`UserStatus`")?;
        Ok(UserSeen {
            status: Some(wire::escape(status.as_bytes())),
            enabled: answer.body.get("Enabled").and_then(Value::as_bool),
            email_verified: verified.map(|value| wire::escape(value.as_bytes())),
        })
    }

    /// Confirms a user without a code.
    pub async fn admin_confirm_sign_up(
        &mut self,
        pool_id: &str,
        username: &str,
    ) -> Result<(), ProvisionError> {
        let body = OfUserInPool { user_pool_id: pool_id, username };
        self.call(Operation::AdminConfirmSignUp, &body).await.map(|_| ())
    }

    /// Disables a user.
    pub async fn admin_disable_user(&mut self, pool_id: &str, username: &str) -> Result<(), ProvisionError> {
        let body = OfUserInPool { user_pool_id: pool_id, username };
        self.call(Operation::AdminDisableUser, &body).await.map(|_| ())
    }

    /// Deletes a user.
    pub async fn admin_delete_user(&mut self, pool_id: &str, username: &str) -> Result<(), ProvisionError> {
        let body = OfUserInPool { user_pool_id: pool_id, username };
        self.call(Operation::AdminDeleteUser, &body).await.map(|_| ())
    }

    /// Deletes an app client.
    pub async fn delete_user_pool_client(
        &mut self,
        pool_id: &str,
        client_id: &str,
    ) -> Result<(), ProvisionError> {
        let body = json!({ "UserPoolId": pool_id, "ClientId": client_id });
        self.call(Operation::DeleteUserPoolClient, &body).await.map(|_| ())
    }

    /// Deletes a user pool with all that is in it. A pool that is not there is no error.
    pub async fn delete_user_pool(&mut self, pool_id: &str) -> Result<(), ProvisionError> {
        let body = json!({ "UserPoolId": pool_id });
        match self.call(Operation::DeleteUserPool, &body).await {
            Err(error) if error.is_type("ResourceNotFoundException") => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// The ids of the user pools with this name.
    pub async fn user_pools_named(&mut self, name: &str) -> Result<Vec<String>, ProvisionError> {
        let mut found = Vec::new();
        let mut body = json!({ "MaxResults": 60 });
        for _ in 0..PAGES_MAX {
            let answer = self.call(Operation::ListUserPools, &body).await?;
            let pools = answer.body.get("UserPools").and_then(Value::as_array);
            let named = |pool: &&Value| pool.get("Name").and_then(Value::as_str) == Some(name);
            let ids = pools.into_iter().flatten().filter(named);
            found.extend(ids.filter_map(|pool| pool.get("Id")?.as_str().map(str::to_owned)));
            match answer.body.get("NextToken") {
                Some(Value::String(next)) if !next.is_empty() => set(&mut body, "NextToken", json!(next)),
                _ => break,
            }
        }
        Ok(found)
    }

    async fn call(
        &mut self,
        operation: Operation,
        body: &impl Serialize,
    ) -> Result<Accepted, ProvisionError> {
        self.require(operation)?;
        let body = serde_json::to_vec(body)
            .map_err(|error| ProvisionError::Unwritable { operation, reason: error.to_string() })?;
        let request = self.request(operation, body)?;
        self.requests += 1;
        match self.transport.send(&request).await.answer {
            Ok(response) => read(operation, &request, &response),
            Err(fault) => Err(ProvisionError::Wire { operation, fault }),
        }
    }

    fn request(&self, operation: Operation, body: Vec<u8>) -> Result<Request, ProvisionError> {
        let mut headers = Headers::default();
        headers.push("Host", self.host.clone());
        headers.push("Content-Type", "application/x-amz-json-1.1");
        headers.push("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"));
        headers.push("Content-Length", body.len().to_string());
        let mut form = RequestForm { method: "POST".into(), target: "/".into(), headers, body: body.into() };
        let authorisation = self.authoriser.headers(&form, (self.now)())?;
        form.headers.0.extend(authorisation.0);
        Ok(Request::Formed(form))
    }
}

fn set(body: &mut Value, key: &str, value: Value) {
    if let Value::Object(members) = body {
        members.insert(key.to_owned(), value);
    }
}

/// Reads an answer leniently: any 2xx is an acceptance, and an error may say its type in body or header.
fn read(operation: Operation, request: &Request, response: &Response) -> Result<Accepted, ProvisionError> {
    let status = response.status;
    let body = match read_value(&response.body) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    if (200..300).contains(&status) {
        return Ok(Accepted { operation, status, body });
    }
    let in_header = response.headers.first("x-amzn-errortype").map(String::from_utf8_lossy);
    let in_body = body.get("__type").and_then(Value::as_str);
    let full = in_body.map_or_else(|| in_header.unwrap_or_default(), Into::into);
    // A type may come as `namespace#Name:http://…`.
    let after = full.rsplit_once('#').map_or(&*full, |(_, name)| name);
    let name = after.split_once(':').map_or(after, |(name, _)| name);
    if is_unknown_operation(status, name) {
        let text = format!("this subject has no {operation} (status {status})");
        return Err(ProvisionError::Missing(text));
    }
    let message = body.get("message").or_else(|| body.get("Message")).and_then(Value::as_str);
    let shown = |text: &str| {
        let text: String = without_secrets(text, request).chars().take(MESSAGE_CHARS_MAX).collect();
        wire::escape(text.as_bytes())
    };
    let (error_type, message) = (shown(name), shown(message.unwrap_or_default()));
    Err(ProvisionError::Refused { operation, status, error_type, message })
}

/// A text of the subject without the secrets that `request` holds.
fn without_secrets(text: &str, request: &Request) -> String {
    let mut shown = text.to_owned();
    let Request::Formed(form) = request else { return shown };
    let body = read_value(&form.body).unwrap_or_default();
    for member in SECRETS {
        if let Some(secret) = body.get(member).and_then(Value::as_str).filter(|secret| !secret.is_empty()) {
            shown = shown.replace(secret, &format!("[{member}]"));
        }
    }
    shown
}

/// Whether an answer says that there is no such operation at all.
fn is_unknown_operation(status: u16, error_type: &str) -> bool {
    let names = [
        "UnknownOperationException",
        "UnsupportedOperationException",
        "InvalidAction",
        "Unsupported",
        "NotImplemented",
    ];
    matches!(status, 404 | 405 | 501) && error_type.is_empty() || names.contains(&error_type)
}
