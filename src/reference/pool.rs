//! A user pool: its users, who holds which alias, which codes are outstanding.

use super::identifier;
use super::refusal::Refusal;
use super::state::USERS_PER_POOL_MAX;
use super::user::{Access, Contact, IssuedCode, Recent, Status, User};
use crate::seed::Seed;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Whether usernames differ by case (SEM-050).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UsernameCase {
    /// They do: the default of the API.
    Sensitive,
    /// They do not.
    Insensitive,
}

/// What happens to an alias that another user holds (`ForceAliasCreation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AliasConflict {
    /// The confirmation is refused: the default.
    Refuse,
    /// The alias moves and is no longer verified for the other user.
    Move,
}

/// What a pool is made with.
#[derive(Debug, Clone)]
pub(super) struct PoolOptions {
    pub(super) name: String,
    pub(super) alias_attributes: Vec<String>,
    pub(super) username_attributes: Vec<String>,
    pub(super) auto_verified: Vec<String>,
    pub(super) username_case: UsernameCase,
}

/// A user pool.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) id: String,
    pub(super) options: PoolOptions,
    /// Unix seconds.
    pub(super) created: i64,
    /// Counted over all pools ever made, from 1.
    pub(super) ordinal: u64,
    seed: Seed,
    /// By username, folded where case does not matter.
    users: HashMap<String, User>,
    /// `sub` to key of `users`.
    subs: HashMap<String, String>,
    /// Verified contact to key of `users`.
    aliases: HashMap<(Contact, String), String>,
    /// The codes that are outstanding.
    codes: HashSet<u32>,
}

impl Pool {
    /// A pool without users. Its id follows from `seed`.
    pub(super) fn new(options: PoolOptions, (ordinal, seed): (u64, Seed), now: i64) -> Self {
        Self {
            id: identifier::pool_id(seed),
            options,
            created: now,
            ordinal,
            seed,
            users: HashMap::new(),
            subs: HashMap::new(),
            aliases: HashMap::new(),
            codes: HashSet::new(),
        }
    }

    fn fold<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match self.options.username_case {
            UsernameCase::Sensitive => Cow::Borrowed(name),
            UsernameCase::Insensitive => Cow::Owned(name.to_lowercase()),
        }
    }

    /// The key of the user called `name`: by username, by `sub`, or by a verified alias. An alias that is not yet
    /// verified names nobody (SEM-036).
    pub(super) fn key_of(&self, name: &str) -> Option<String> {
        let folded = self.fold(name);
        if let Some((key, _)) = self.users.get_key_value(folded.as_ref()) {
            return Some(key.clone());
        }
        self.subs
            .get(name)
            .or_else(|| {
                [Contact::Email, Contact::PhoneNumber]
                    .into_iter()
                    .find_map(|contact| self.aliases.get(&(contact, folded.as_ref().to_owned())))
            })
            .cloned()
    }

    /// The user called `name`.
    pub(super) fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        let key = self.key_of(name)?;
        self.users.get_mut(&key)
    }

    /// The code that is outstanding for the user called `name`.
    pub(super) fn outstanding_code(&self, name: &str) -> Option<u32> {
        let key = self.key_of(name)?;
        Some(self.users.get(&key)?.code?.code)
    }

    /// Adds a user without a code.
    pub(super) fn add_user(
        &mut self,
        username: &str,
        attributes: Vec<(String, String)>,
        status: Status,
        now: i64,
    ) -> Result<&mut User, Refusal> {
        let key = self.fold(username).into_owned();
        if self.users.contains_key(&key) {
            return Err(Refusal::username_exists());
        }
        if self.users.len() >= USERS_PER_POOL_MAX {
            return Err(Refusal::capacity("users in a pool", USERS_PER_POOL_MAX));
        }
        let sub = identifier::uuid(self.seed.split("sub").split(username));
        self.subs.insert(sub.clone(), key.clone());
        let user = User {
            username: username.to_owned(),
            sub,
            status,
            access: Access::Enabled,
            attributes,
            verified: Vec::new(),
            code: None,
            codes_issued: 0,
            failed_attempts: Recent::default(),
            resends: Recent::default(),
            created: now,
            modified: now,
        };
        Ok(self.users.entry(key).or_insert(user))
    }

    /// Forgets the user called `name`; whether there was one.
    pub(super) fn remove_user(&mut self, name: &str) -> bool {
        let Some(user) = self.key_of(name).and_then(|key| self.users.remove(&key)) else {
            return false;
        };
        self.subs.remove(&user.sub);
        if let Some(issued) = user.code {
            self.codes.remove(&issued.code);
        }
        for contact in user.verified {
            let value = user.attributes.iter().find(|(name, _)| name == contact.name());
            if let Some((_, value)) = value {
                let alias = (contact, self.fold(value).into_owned());
                self.aliases.remove(&alias);
            }
        }
        true
    }

    /// Issues a new code to the user called `name`; an older one is void from now on (SEM-022).
    pub(super) fn issue_code(&mut self, name: &str, now: i64) -> Option<IssuedCode> {
        let key = self.key_of(name)?;
        let sent_to = self.delivery_contact(self.users.get(&key)?);
        let seed = self.seed.split("code");
        let user = self.users.get_mut(&key)?;
        user.codes_issued += 1;
        let outstanding = &self.codes;
        let code = identifier::code(seed.split(&user.username).round(user.codes_issued), |code| {
            // The user's own last code is among the outstanding ones until it is replaced.
            !outstanding.contains(&code)
        });
        let issued = IssuedCode { code, issued: now, sent_to };
        if let Some(old) = user.code.replace(issued) {
            self.codes.remove(&old.code);
        }
        self.codes.insert(code);
        Some(issued)
    }

    /// Where a code for `user` goes: the first attribute that the pool verifies and the user has. A pool that verifies
    /// none would send nothing at AWS; here its alias attributes take their place, so that aliases can be had at all.
    fn delivery_contact(&self, user: &User) -> Option<Contact> {
        self.options
            .auto_verified
            .iter()
            .chain(&self.options.alias_attributes)
            .filter_map(|name| Contact::named(name))
            .find(|contact| user.attribute(contact.name()).is_some())
    }

    /// Confirms the user at `key`, verifies the contact that received the code (SEM-047) and makes it an alias where
    /// the pool has aliases (SEM-030 to SEM-033). The code is known to be right.
    pub(super) fn confirm(&mut self, key: &str, conflict: AliasConflict, now: i64) -> Result<(), Refusal> {
        let Some(user) = self.users.get(key) else {
            return Err(Refusal::unknown_user());
        };
        let contact = user.code.and_then(|issued| issued.sent_to);
        if let Some(contact) = contact {
            let value = user.attribute(contact.name()).unwrap_or_default().to_owned();
            self.claim_alias(key, contact, &value, conflict)?;
        }
        if let Some(user) = self.users.get_mut(key) {
            user.status = Status::Confirmed;
            user.modified = now;
            user.failed_attempts = Recent::default();
            if let Some(contact) = contact {
                user.verify(contact);
            }
            if let Some(spent) = user.code.take() {
                self.codes.remove(&spent.code);
            }
        }
        Ok(())
    }

    /// Makes `value` an alias of the user at `key`, if the pool has aliases of this kind.
    fn claim_alias(
        &mut self,
        key: &str,
        contact: Contact,
        value: &str,
        conflict: AliasConflict,
    ) -> Result<(), Refusal> {
        let names = &self.options.alias_attributes;
        if !names.iter().any(|name| name == contact.name()) {
            return Ok(());
        }
        let alias = (contact, self.fold(value).into_owned());
        if let Some(holder) = self.aliases.get(&alias)
            && holder != key
        {
            if conflict == AliasConflict::Refuse {
                return Err(Refusal::alias_exists(contact.name()));
            }
            if let Some(holder) = self.users.get_mut(holder) {
                holder.verified.retain(|verified| *verified != contact);
            }
        }
        self.aliases.insert(alias, key.to_owned());
        Ok(())
    }

    /// Confirms the user called `name` for an administrator: no contact is verified.
    pub(super) fn confirm_as_admin(&mut self, name: &str, now: i64) -> Result<(), Refusal> {
        let user = self.user_mut(name).ok_or_else(Refusal::unknown_user_of_pool)?;
        user.check_unconfirmed()?;
        user.status = Status::Confirmed;
        user.modified = now;
        if let Some(spent) = user.code.take() {
            self.codes.remove(&spent.code);
        }
        Ok(())
    }

    /// The session that the confirmation of the user at `key` opens.
    pub(super) fn session(&self, key: &str) -> String {
        identifier::session(self.seed.split("session").split(key))
    }

    /// The users, in no order.
    pub(super) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// The contact that the user at `key` would get as an alias, and the key of another user who holds it.
    pub(super) fn other_holder(&self, key: &str) -> Option<(Contact, String)> {
        let user = self.users.get(key)?;
        let contact = user.code?.sent_to?;
        let alias = (contact, self.fold(user.attribute(contact.name())?).into_owned());
        let holder = self.aliases.get(&alias).filter(|holder| *holder != key)?;
        Some((contact, holder.clone()))
    }

    /// The codes that the user at `key` was ever issued, as far as they were free at first draw.
    pub(super) fn past_codes(&self, key: &str) -> impl Iterator<Item = u32> + use<> {
        let user = self.users.get(key);
        let seed = user.map(|user| self.seed.split("code").split(&user.username));
        let issued = user.map_or(0, |user| user.codes_issued);
        seed.into_iter()
            .flat_map(move |seed| (1..=issued).map(move |n| identifier::code(seed.round(n), |_| true)))
    }

    /// The user at `key`.
    pub(super) fn user_at(&mut self, key: &str) -> Option<&mut User> {
        self.users.get_mut(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_who_come_and_go_leave_the_pool_as_it_was() {
        let options = PoolOptions {
            name: "p".to_owned(),
            alias_attributes: vec!["email".to_owned()],
            username_attributes: Vec::new(),
            auto_verified: Vec::new(),
            username_case: UsernameCase::Insensitive,
        };
        let mut pool = Pool::new(options, (1, Seed(1)), 0);
        let email = vec![("email".to_owned(), "One@example.com".to_owned())];
        for name in ["Ann", "Bob", "Eve"] {
            pool.add_user(name, email.clone(), Status::Unconfirmed, 0).unwrap();
            pool.issue_code(name, 0);
            pool.issue_code(name, 0);
        }
        assert_eq!(pool.codes.len(), 3);
        pool.confirm("ann", AliasConflict::Refuse, 0).unwrap();
        pool.confirm("bob", AliasConflict::Move, 0).unwrap();
        pool.confirm_as_admin("Eve", 0).unwrap();
        assert_eq!((pool.codes.len(), pool.aliases.len()), (0, 1));
        for name in ["ANN", "BOB", "EVE"] {
            assert!(pool.remove_user(name));
            assert!(!pool.remove_user(name));
        }
        assert!(pool.users.is_empty() && pool.subs.is_empty() && pool.aliases.is_empty());
    }
}
