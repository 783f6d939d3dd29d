//! The values that exist only once a subject has handed them out, by name.

use super::code::CodeForm;
use crate::secret_hash::HashForm;
use std::fmt;
use std::str::FromStr;

/// A value that is known only after provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Binding {
    /// The authority of the endpoint, as `Host` takes it.
    Host,
    /// The length of the bound body in bytes.
    ContentLength,
    /// The id of the app client.
    ClientId,
    /// The id of an app client of another user pool.
    OtherClientId,
    /// The id of an app client that was deleted.
    DeletedClientId,
    /// The id of the user pool.
    PoolId,
    /// The name that the user signed up with.
    Username,
    /// That name in upper case.
    UpperCaseUsername,
    /// The name of another unconfirmed user of the same pool.
    OtherUsername,
    /// The user's `sub`.
    Sub,
    /// The user's e-mail address.
    Email,
    /// The confirmation code, or something like it.
    Code(CodeForm),
    /// The secret hash, or something like it.
    SecretHash(HashForm),
}

const PLAIN_BINDINGS: &[(&str, Binding)] = &[
    ("host", Binding::Host),
    ("content_length", Binding::ContentLength),
    ("client_id", Binding::ClientId),
    ("client_id:other-pool", Binding::OtherClientId),
    ("client_id:deleted", Binding::DeletedClientId),
    ("pool_id", Binding::PoolId),
    ("username", Binding::Username),
    ("username:upper-case", Binding::UpperCaseUsername),
    ("username:other-user", Binding::OtherUsername),
    ("sub", Binding::Sub),
    ("email", Binding::Email),
    ("code", Binding::Code(CodeForm::Right)),
    ("secret_hash", Binding::SecretHash(HashForm::Right)),
];

impl Binding {
    /// The names that a template may use, for messages.
    pub(super) fn allowed() -> String {
        let plain = PLAIN_BINDINGS.iter().map(|(name, _)| format!("`{name}`"));
        plain
            .chain(["`code:FORM`".into(), "`secret_hash:FORM`".into(), "`repeat:TIMES:TEXT`".into()])
            .chain(["`hex:BYTES`".into()])
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl FromStr for Binding {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((_, binding)) = PLAIN_BINDINGS.iter().find(|(name, _)| *name == text) {
            return Ok(*binding);
        }
        match text.split_once(':') {
            Some(("code", form)) => form.parse().map(Self::Code).map_err(drop),
            Some(("secret_hash", form)) => form.parse().map(Self::SecretHash),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = PLAIN_BINDINGS.iter().find(|(_, binding)| binding == self) {
            return f.write_str(name);
        }
        match self {
            Self::Code(form) => write!(f, "code:{form}"),
            Self::SecretHash(form) => write!(f, "secret_hash:{form}"),
            _ => Ok(()),
        }
    }
}
