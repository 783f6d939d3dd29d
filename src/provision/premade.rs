//! A user and an app client that somebody made beforehand, in place of own ones.

use super::username::{self, NameFor};
use super::{ProvisionError, Provisioned};
use crate::case::{ClientKind, Fixture, PoolKind, UserState, Username};
use crate::secret_hash::{Secret, secret_hash};
use crate::seed::Seed;
use crate::subject::UsernameStyle;
use crate::template::{Binding, Bindings, CodeForm};

/// What was made beforehand. One user has one code and can be confirmed once: what comes after an accepted request meets
/// a confirmed user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Premade {
    /// The id of the app client.
    pub client_id: String,
    /// Its secret, if it has one.
    pub client_secret: Option<Secret>,
    /// An unconfirmed user.
    pub username: Option<String>,
    /// The user's code.
    pub code: Option<Secret>,
    /// The id of the user pool. With it, and a control plane, the state can be read.
    pub pool_id: Option<String>,
}

impl Premade {
    /// The values for a case, as far as what was made beforehand reaches.
    pub fn provision(
        &self,
        host: &str,
        fixture: &Fixture,
        needs: &[Binding],
        seed: Seed,
    ) -> Result<Provisioned, ProvisionError> {
        self.require_client(fixture)?;
        self.require_values(fixture, needs)?;
        let mut bindings = Bindings {
            host: host.to_owned(),
            pool_id: self.pool_id.clone().unwrap_or_default(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            sent: needs.to_vec(),
            ..Bindings::default()
        };
        match (fixture.user, &self.username) {
            (UserState::Absent, _) => {
                let target = NameFor {
                    style: UsernameStyle::Plain,
                    client_id: &self.client_id,
                    client_secret: self.client_secret.as_ref(),
                };
                bindings.username = username::choose(&fixture.username, seed, target)?;
                bindings.code = Some(self.code.clone().unwrap_or_else(|| Secret::new("123456")));
                Ok(Provisioned::unwatched(bindings))
            }
            (UserState::Unconfirmed, Some(name)) if self.fits(&fixture.username, name) => {
                bindings.username.clone_from(name);
                bindings.code.clone_from(&self.code);
                Ok(if self.pool_id.is_some() {
                    Provisioned::watched(bindings)
                } else {
                    Provisioned::unwatched(bindings)
                })
            }
            (UserState::Unconfirmed, Some(_)) => Err(missing("a user with a name of another form")),
            (UserState::Unconfirmed, None) => Err(missing("an unconfirmed user (`--username`)")),
            (state, _) => Err(missing(&format!("a user in the state `{state}`"))),
        }
    }

    fn require_client(&self, fixture: &Fixture) -> Result<(), ProvisionError> {
        if fixture.pool != PoolKind::Plain {
            return Err(missing(&format!("a user pool of the kind `{}`", fixture.pool)));
        }
        match (fixture.client, &self.client_secret) {
            (ClientKind::Public, None) | (ClientKind::Secret, Some(_)) => Ok(()),
            (ClientKind::Public, Some(_)) => Err(missing("an app client without a secret")),
            (ClientKind::Secret, None) => Err(missing("an app client with a secret (`--client-secret`)")),
            (kind, _) => Err(missing(&format!("an app client of the kind `{kind}`"))),
        }
    }

    fn require_values(&self, fixture: &Fixture, needs: &[Binding]) -> Result<(), ProvisionError> {
        for need in needs {
            match need {
                Binding::OtherClientId => return Err(missing("an app client of another user pool")),
                Binding::DeletedClientId => return Err(missing("a deleted app client")),
                Binding::OtherUsername | Binding::Code(CodeForm::OtherUser) => {
                    return Err(missing("a second user"));
                }
                Binding::Code(CodeForm::Superseded) => return Err(missing("a superseded code")),
                Binding::Sub => return Err(missing("the user's `sub`")),
                Binding::Email => return Err(missing("the user's e-mail address")),
                Binding::PoolId if self.pool_id.is_none() => {
                    return Err(missing("the id of the user pool"));
                }
                Binding::Code(_) if self.code.is_none() && fixture.user != UserState::Absent => {
                    return Err(missing("the user's code (`--code`)"));
                }
                Binding::Host
                | Binding::ContentLength
                | Binding::ClientId
                | Binding::PoolId
                | Binding::Username
                | Binding::UpperCaseUsername
                | Binding::Code(_)
                | Binding::SecretHash(_) => {}
            }
        }
        Ok(())
    }

    fn fits(&self, wish: &Username, name: &str) -> bool {
        match wish {
            Username::Plain => true,
            Username::MixedCase => name != name.to_uppercase() && name != name.to_lowercase(),
            Username::HashContains(wanted) => self
                .client_secret
                .as_ref()
                .is_some_and(|secret| secret_hash(secret, name, &self.client_id).contains(*wanted)),
            Username::Starting(text) => name.starts_with(text.as_str()),
            Username::Filled { length, .. } => name.chars().count() == *length,
            Username::Exact(text) => name == text,
        }
    }
}

fn missing(what: &str) -> ProvisionError {
    ProvisionError::Missing(format!("it needs {what}, which was not given"))
}
