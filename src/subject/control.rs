//! The control plane of a subject as its profile describes it: which set-up operations it has, how they are
//! authorised, what usernames it takes.

use crate::named::named;
use crate::secret_hash::Secret;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

named! {
    /// An operation of the user pools API that set-up uses, by the name that AWS gives it.
    Operation {
        /// Makes a user pool.
        CreateUserPool = "CreateUserPool",
        /// Makes an app client.
        CreateUserPoolClient = "CreateUserPoolClient",
        /// Signs a user up.
        SignUp = "SignUp",
        /// Confirms a user with the code, to bring about a confirmed one.
        ConfirmSignUp = "ConfirmSignUp",
        /// Replaces the code.
        ResendConfirmationCode = "ResendConfirmationCode",
        /// Reads a user's state.
        AdminGetUser = "AdminGetUser",
        /// Confirms a user without a code.
        AdminConfirmSignUp = "AdminConfirmSignUp",
        /// Disables a user.
        AdminDisableUser = "AdminDisableUser",
        /// Deletes a user.
        AdminDeleteUser = "AdminDeleteUser",
        /// Deletes an app client.
        DeleteUserPoolClient = "DeleteUserPoolClient",
        /// Deletes a user pool.
        DeleteUserPool = "DeleteUserPool",
        /// Lists user pools, to find what a killed run left.
        ListUserPools = "ListUserPools",
    }
}

impl Operation {
    /// What cannot be tested on a subject without this operation.
    pub const fn loss(self) -> &'static str {
        match self {
            Self::CreateUserPool | Self::CreateUserPoolClient | Self::SignUp => "every case",
            Self::ConfirmSignUp => "every case of a confirmed user",
            Self::ResendConfirmationCode => "superseded codes",
            Self::AdminGetUser => "the state after each case",
            Self::AdminConfirmSignUp => "users confirmed by an administrator",
            Self::AdminDisableUser => "disabled users",
            Self::AdminDeleteUser => "deleted users",
            Self::DeleteUserPoolClient => "deleted app clients",
            Self::DeleteUserPool | Self::ListUserPools => "clean-up",
        }
    }
}

/// Credentials for signing. Printed, they say `[redacted]` for all but the key id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token of temporary credentials.
    pub session_token: Option<Secret>,
}

impl Credentials {
    /// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; `None` unless the first two are set.
    pub fn from_env() -> Option<Self> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Some(Self {
            access_key_id: variable("AWS_ACCESS_KEY_ID")?,
            secret_access_key: Secret::new(variable("AWS_SECRET_ACCESS_KEY")?),
            session_token: variable("AWS_SESSION_TOKEN").map(Secret::new),
        })
    }
}

/// How set-up calls are authorised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// With a header that has the form of Signature Version 4 and signs nothing.
    Dummy,
    /// With Signature Version 4; without credentials of its own, those of the environment are used.
    SigV4(Option<Credentials>),
}

impl Auth {
    /// The name used in profiles and on the command line.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Dummy => "dummy",
            Self::SigV4(_) => "sigv4",
        }
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Auth {
    type Err = String;

    /// Reads `none`, `dummy` or `sigv4` (with the credentials of the environment).
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "dummy" => Ok(Self::Dummy),
            "sigv4" => Ok(Self::SigV4(None)),
            _ => Err(format!(
                "`{}` is not one of `none`, `dummy`, `sigv4`",
                crate::wire::escape(text.as_bytes())
            )),
        }
    }
}

named! {
    /// The usernames that a subject takes.
    UsernameStyle {
        /// Any text that the published pattern allows.
        Plain = "plain",
        /// Only texts shaped like an e-mail address.
        Email = "email",
    }
}

/// The control plane of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// How set-up calls are authorised.
    pub auth: Auth,
    /// The region that signatures and dummy headers name.
    pub region: String,
    /// The operations that the subject does not have, or has in name only.
    pub missing: BTreeSet<Operation>,
    /// The usernames that it takes.
    pub username: UsernameStyle,
    /// How many cases it bears at a time; `None`: as many as are asked for.
    pub jobs_max: Option<usize>,
}

impl Control {
    /// The region that is named unless a profile says otherwise.
    pub const REGION: &'static str = "us-east-1";
}

impl Default for Control {
    fn default() -> Self {
        Self {
            auth: Auth::None,
            region: Self::REGION.to_owned(),
            missing: BTreeSet::new(),
            username: UsernameStyle::Plain,
            jobs_max: None,
        }
    }
}
