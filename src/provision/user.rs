//! Brings one user into the state that a case starts from, and reads the state afterwards.

use super::username::{self, MAIL_DOMAIN, NameFor, UNIQUE_LENGTH};
use super::{Client, ControlPlane, ProvisionError, Shared};
use crate::case::{Fixture, UserState, Username};
use crate::replay::transport::Transport;
use crate::secret_hash::Secret;
use crate::seed::Seed;
use crate::subject::{CodeError, CodeReader, CodeUser, Operation, UsernameStyle};
use crate::template::{Binding, Bindings, CodeForm};
use std::collections::BTreeMap;

/// How many names are tried where a name is too short to be unique.
const SHORT_NAME_ATTEMPTS_MAX: u64 = 16;
/// What stands for the code of a user that never had one.
const CODE_OF_NOBODY: &str = "123456";

/// One user, ready for a case.
#[derive(Debug, Clone)]
pub struct Provisioned {
    /// The values of the case's requests.
    pub bindings: Bindings,
    watch: Option<Watch>,
}

impl Provisioned {
    /// Values whose state cannot be read.
    pub(super) fn unwatched(bindings: Bindings) -> Self {
        let watch = None;
        Self { bindings, watch }
    }

    /// Values of a user that lies in the pool of the bindings.
    pub(super) fn watched(bindings: Bindings) -> Self {
        let watch = Some(Watch {
            pool_id: bindings.pool_id.clone(),
            username: bindings.username.clone(),
            holder: None,
        });
        Self { bindings, watch }
    }
}

/// Whose state is read.
#[derive(Debug, Clone)]
struct Watch {
    pool_id: String,
    username: String,
    /// The user who holds the alias.
    holder: Option<String>,
}

/// What provisioning one user needs besides the control plane.
#[derive(Debug, Clone, Copy)]
pub struct Provisioner<'a> {
    /// The pools and app clients.
    pub shared: &'a Shared,
    /// Where codes are read.
    pub codes: &'a CodeReader,
    /// The usernames that the subject takes.
    pub style: UsernameStyle,
}

/// A user who was signed up.
struct User {
    username: String,
    email: String,
    sub: Option<String>,
}

/// What a case needs of the codes.
struct CodeNeeds {
    own: bool,
    other: bool,
    superseded: bool,
}

impl CodeNeeds {
    fn of(needs: &[Binding], state: UserState) -> Self {
        let has = |form| needs.contains(&Binding::Code(form));
        let superseded = has(CodeForm::Superseded);
        // A request in another user's name is told from that user's own only where their codes differ.
        let other = has(CodeForm::OtherUser) || needs.contains(&Binding::OtherUsername);
        let any_own = needs.iter().any(
            |need| matches!(need, Binding::Code(form) if !matches!(form, CodeForm::OtherUser | CodeForm::Superseded)),
        );
        Self {
            // Another user's code must be shown to differ from the user's own.
            own: any_own || superseded || other || state == UserState::Confirmed,
            other,
            superseded,
        }
    }
}

impl Provisioner<'_> {
    /// Brings a user into the state that `fixture` names and gives the values that `needs` asks for. `seed` must differ
    /// for every user of a run. Where no code is found, another user is tried once.
    pub async fn provision<T: Transport>(
        &self,
        plane: &mut ControlPlane<T>,
        fixture: &Fixture,
        needs: &[Binding],
        seed: Seed,
    ) -> Result<Provisioned, ProvisionError> {
        let client = self.shared.client(fixture.pool, fixture.client)?;
        // The pool that the user lies in.
        let home = match fixture.user {
            UserState::OtherPool => self.shared.other_pool()?,
            _ => client,
        };
        let mut bindings = Bindings {
            host: plane.host().to_owned(),
            pool_id: client.pool_id.clone(),
            client_id: client.id.clone(),
            client_secret: client.secret.clone(),
            sent: needs.to_vec(),
            ..Bindings::default()
        };
        if needs.contains(&Binding::OtherClientId) {
            bindings.other_client_id = Some(self.shared.other_pool()?.id.clone());
        }
        if needs.contains(&Binding::DeletedClientId) {
            bindings.deleted_client_id = Some(self.shared.deleted_client()?.to_owned());
        }
        require_state(plane, fixture.user)?;
        let mut session = Session { provisioner: self, plane, home, seed };
        match session.fill(&mut bindings.clone(), client, fixture, needs).await {
            // cognito-local 5.3.0 writes its file of codes over itself: two writes at a time may tear it, and torn it stays
            // until there is another user.
            Err(error @ ProvisionError::Code(CodeError::NotFound { .. })) => {
                session.seed = seed.split("after a code that was not found");
                session.fill(&mut bindings, client, fixture, needs).await.or(Err(error))
            }
            other => other,
        }
    }

    /// The state of a provisioned user: `user.status`, `user.enabled`, `user.email_verified` and
    /// `holder.email_verified`, each where it is known.
    pub async fn state<T: Transport>(
        plane: &mut ControlPlane<T>,
        user: &Provisioned,
    ) -> Result<BTreeMap<String, String>, ProvisionError> {
        let mut state = BTreeMap::new();
        let Some(watch) = &user.watch else {
            return Ok(state);
        };
        let seen = plane.admin_get_user(&watch.pool_id, &watch.username).await?;
        let enabled = seen.enabled.map(|enabled| enabled.to_string());
        for (key, value) in [
            ("user.status", seen.status),
            ("user.enabled", enabled),
            ("user.email_verified", seen.email_verified),
        ] {
            state.extend(value.map(|value| (key.to_owned(), value)));
        }
        if let Some(holder) = &watch.holder {
            let seen = plane.admin_get_user(&watch.pool_id, holder).await?;
            let verified = seen.email_verified;
            state.extend(verified.map(|value| ("holder.email_verified".to_owned(), value)));
        }
        Ok(state)
    }
}

/// Fails before anything is made where the subject lacks the operation that the state needs.
fn require_state<T: Transport>(plane: &ControlPlane<T>, state: UserState) -> Result<(), ProvisionError> {
    match state {
        UserState::Unconfirmed | UserState::Absent | UserState::OtherPool => Ok(()),
        UserState::Confirmed | UserState::AliasTaken => plane.require(Operation::ConfirmSignUp),
        UserState::AdminConfirmed => plane.require(Operation::AdminConfirmSignUp),
        UserState::Disabled => plane.require(Operation::AdminDisableUser),
        UserState::Deleted => plane.require(Operation::AdminDeleteUser),
    }
}

/// The set-up of one user.
struct Session<'a, 'b, T> {
    provisioner: &'a Provisioner<'b>,
    plane: &'a mut ControlPlane<T>,
    home: &'a Client,
    seed: Seed,
}

impl<T: Transport> Session<'_, '_, T> {
    async fn fill(
        &mut self,
        bindings: &mut Bindings,
        client: &Client,
        fixture: &Fixture,
        needs: &[Binding],
    ) -> Result<Provisioned, ProvisionError> {
        let target = NameFor {
            style: self.provisioner.style,
            client_id: &client.id,
            client_secret: client.secret.as_ref(),
        };
        let codes = CodeNeeds::of(needs, fixture.user);
        self.require_codes(&codes)?;
        if fixture.user == UserState::Absent {
            let name = username::choose(&fixture.username, self.seed, target)?;
            bindings.email = Some(self.email(&name, self.seed));
            bindings.username = name;
            bindings.code = Some(Secret::new(CODE_OF_NOBODY));
            self.add_other_user(bindings, &codes, needs).await?;
            return Ok(Provisioned::unwatched(bindings.clone()));
        }
        let mut holder = None;
        let mut email_seed = self.seed;
        if fixture.user == UserState::AliasTaken {
            // The contender takes the holder's address.
            email_seed = self.seed.split("holder");
            holder = Some(self.holder(email_seed).await?);
        }
        let user = self.sign_up_named(&fixture.username, email_seed, target).await;
        let user = match (user, &holder) {
            // AWS refuses at ConfirmSignUp, not here.
            (Err(error @ ProvisionError::Refused { .. }), Some(_)) => {
                let text =
                    format!("this subject refuses to sign up a second user with one address ({error})");
                return Err(ProvisionError::Missing(text));
            }
            (user, _) => user?,
        };
        // A subject may tell a code that nobody sent: what is not known here cannot be kept out of the reports.
        bindings.code = match self.code(&user, None).await {
            Ok(code) => Some(code),
            Err(error) if codes.own => return Err(error),
            Err(_) => None,
        };
        self.supersede(bindings, &codes, &user).await?;
        bindings.username.clone_from(&user.username);
        self.add_other_user(bindings, &codes, needs).await?;
        self.bring_about(fixture.user, &user, bindings.code.as_ref()).await?;
        bindings.email = Some(user.email);
        bindings.sub = user.sub;
        let watch = (fixture.user != UserState::Deleted).then(|| Watch {
            pool_id: self.home.pool_id.clone(),
            username: user.username,
            holder,
        });
        Ok(Provisioned { bindings: bindings.clone(), watch })
    }

    fn require_codes(&self, codes: &CodeNeeds) -> Result<(), ProvisionError> {
        if (codes.other || codes.superseded) && self.provisioner.codes.is_shared() {
            return Err(same_code());
        }
        if codes.superseded {
            self.plane.require(Operation::ResendConfirmationCode)?;
        }
        Ok(())
    }

    /// A confirmed user who holds an address as an alias.
    async fn holder(&mut self, seed: Seed) -> Result<String, ProvisionError> {
        let name = username::choose(&Username::Plain, seed, self.any_name())?;
        let user = self.sign_up(name, seed, seed).await?;
        let code = self.code(&user, None).await?;
        self.plane.confirm_sign_up(self.home.credentials(), &user.username, &code).await?;
        Ok(user.username)
    }

    async fn supersede(
        &mut self,
        bindings: &mut Bindings,
        codes: &CodeNeeds,
        user: &User,
    ) -> Result<(), ProvisionError> {
        if !codes.superseded {
            return Ok(());
        }
        self.plane.resend_confirmation_code(self.home.credentials(), &user.username).await?;
        let after = self.code(user, bindings.code.as_ref()).await?;
        if bindings.code.as_ref() == Some(&after) {
            let text = "this subject gives the same code again".to_owned();
            return Err(ProvisionError::Missing(text));
        }
        bindings.superseded_code = bindings.code.replace(after);
        Ok(())
    }

    async fn add_other_user(
        &mut self,
        bindings: &mut Bindings,
        codes: &CodeNeeds,
        needs: &[Binding],
    ) -> Result<(), ProvisionError> {
        if !(codes.other || needs.contains(&Binding::OtherUsername)) {
            return Ok(());
        }
        let seed = self.seed.split("other-user");
        let name = username::choose(&Username::Plain, seed, self.any_name())?;
        let other = self.sign_up(name, seed, seed).await?;
        if codes.other {
            let code = self.code(&other, None).await?;
            if bindings.code.as_ref() == Some(&code) {
                return Err(same_code());
            }
            bindings.other_code = Some(code);
        }
        bindings.other_username = Some(other.username);
        Ok(())
    }

    async fn bring_about(
        &mut self,
        state: UserState,
        user: &User,
        code: Option<&Secret>,
    ) -> Result<(), ProvisionError> {
        let (pool_id, name) = (self.home.pool_id.as_str(), user.username.as_str());
        match (state, code) {
            (UserState::Confirmed, Some(code)) => {
                self.plane.confirm_sign_up(self.home.credentials(), name, code).await
            }
            (UserState::AdminConfirmed, _) => self.plane.admin_confirm_sign_up(pool_id, name).await,
            (UserState::Disabled, _) => self.plane.admin_disable_user(pool_id, name).await,
            (UserState::Deleted, _) => self.plane.admin_delete_user(pool_id, name).await,
            (
                UserState::Confirmed
                | UserState::Unconfirmed
                | UserState::Absent
                | UserState::OtherPool
                | UserState::AliasTaken,
                _,
            ) => Ok(()),
        }
    }

    /// A name without a wish, for a user besides the case's own.
    fn any_name(&self) -> NameFor<'static> {
        NameFor { style: self.provisioner.style, client_id: "", client_secret: None }
    }

    /// Signs the user of the case up. A name too short to be unique may be taken: then the next one is tried.
    async fn sign_up_named(
        &mut self,
        wish: &Username,
        email_seed: Seed,
        target: NameFor<'_>,
    ) -> Result<User, ProvisionError> {
        let short = matches!(wish, Username::Filled { length, .. } if *length < UNIQUE_LENGTH);
        let attempts = if short { SHORT_NAME_ATTEMPTS_MAX } else { 1 };
        let mut attempt = 0;
        loop {
            let name = username::choose(wish, self.seed.round(attempt), target)?;
            attempt += 1;
            match self.sign_up(name, self.seed, email_seed).await {
                Err(error) if error.is_type("UsernameExistsException") && attempt < attempts => {}
                other => return other,
            }
        }
    }

    async fn sign_up(
        &mut self,
        username: String,
        seed: Seed,
        email_seed: Seed,
    ) -> Result<User, ProvisionError> {
        let email = self.email(&username, email_seed);
        let signed_up =
            self.plane.sign_up(self.home.credentials(), &username, &username::password(seed), &email).await?;
        Ok(User { username, email, sub: signed_up.sub })
    }

    /// Where a username is an address, the attribute must be the same one.
    fn email(&self, username: &str, seed: Seed) -> String {
        match self.provisioner.style {
            UsernameStyle::Email => username.to_owned(),
            UsernameStyle::Plain => {
                format!("{}{MAIL_DOMAIN}", username::unique(seed.split("email")))
            }
        }
    }

    async fn code(&mut self, user: &User, before: Option<&Secret>) -> Result<Secret, ProvisionError> {
        let user = CodeUser {
            pool_id: &self.home.pool_id,
            client_id: &self.home.id,
            username: &user.username,
            sub: user.sub.as_deref(),
            email: Some(&user.email),
        };
        let code = self.provisioner.codes.read(&mut self.plane.transport, &user, before);
        Ok(code.await?)
    }
}

fn same_code() -> ProvisionError {
    ProvisionError::Missing("this subject gives every user the same code".into())
}
