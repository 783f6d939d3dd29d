//! Where the checks of ConfirmSignUp meet what is planted. With nothing planted, every hook is what stands behind it.

use super::super::confirm::{alias_conflict, attempt, check_secret_hash, unknown_user};
use super::super::constraint::{Rule, Violations};
use super::super::json::Value;
use super::super::pool::{AliasConflict, Pool};
use super::super::refusal::Refusal;
use super::super::state::{Client, ExistenceErrors, State};
use super::super::user::{FAILED_ATTEMPTS_MAX, Status, User, code_text};
use super::{CodeSlip, Fault, HashSlip, Member, Slip};
use crate::secret_hash::{HashInput, secret_hash};

/// What is planted, if anything.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Planted(pub(in super::super) Option<Fault>);

impl Planted {
    fn slip(self) -> Option<Slip> {
        match self.0 {
            Some(Fault::Slip(slip)) => Some(slip),
            _ => None,
        }
    }

    fn is(self, slip: Slip) -> bool {
        self.slip() == Some(slip)
    }

    /// Checks `value` by `rule`.
    pub(in super::super) fn check(
        self,
        violations: &mut Violations,
        rule: &Rule,
        (member, input): (Member, &Value<'_>),
        value: Option<&str>,
    ) {
        let changed = match self.0 {
            Some(Fault::Constraint(of, laxity)) if of == member => laxity.of(rule, input, member, value),
            _ => None,
        };
        match changed {
            Some((rule, value)) => violations.check(&rule, value),
            None => violations.check(rule, value),
        }
    }

    /// The app client and the pool that a request is about.
    pub(in super::super) fn client_and_pool<'s>(
        self,
        state: &'s mut State,
        client_id: &str,
        username: &str,
    ) -> Result<(&'s Client, &'s mut Pool), Refusal> {
        let Some(slip) = self.slip() else {
            return state.client_and_pool(client_id);
        };
        let mut known: Vec<&String> = state.clients.keys().collect();
        known.sort();
        let found = match slip {
            Slip::ClientByBeginning => known.into_iter().find(|id| client_id.starts_with(id.as_str())),
            Slip::ClientByEnd => known.into_iter().find(|id| client_id.ends_with(id.as_str())),
            Slip::ClientByDefault if !state.clients.contains_key(client_id) => {
                // The one whose pool has the user, if there is one.
                let has_user = |id: &&&String| {
                    let pool = state.clients.get(**id).and_then(|client| state.pools.get(&client.pool_id));
                    pool.is_some_and(|pool| pool.key_of(username).is_some())
                };
                known.iter().find(has_user).copied()
            }
            _ => None,
        };
        let client_id = found.map_or_else(|| client_id.to_owned(), Clone::clone);
        if slip == Slip::UsernameOfAnyPool {
            let client = state.clients.get(&client_id).ok_or_else(|| Refusal::unknown_client(&client_id))?;
            let own = |pool: &Pool| pool.id == client.pool_id;
            let has_user = |pool: &Pool| pool.key_of(username).is_some();
            let is_elsewhere = !state.pools.values().any(|pool| own(pool) && has_user(pool));
            let mut pools = state.pools.values_mut();
            let pool = pools.find(|pool| if is_elsewhere { has_user(pool) } else { own(pool) });
            return match pool {
                Some(pool) => Ok((client, pool)),
                None => Err(Refusal::unknown_user()),
            };
        }
        state.client_and_pool(&client_id)
    }

    /// Compares the secret hash.
    pub(in super::super) fn check_secret_hash(
        self,
        client: &Client,
        pool: &Pool,
        input: &Value<'_>,
    ) -> Result<(), Refusal> {
        let (username, sent) = (input.text("Username").unwrap_or_default(), input.text("SecretHash"));
        if client.secret.is_none() && sent.is_some() && self.0 == Some(Fault::Hash(HashSlip::UnneededRefused))
        {
            return Err(Refusal::invalid_parameter("SecretHash is not expected."));
        }
        let (Some(Fault::Hash(slip)), Some(secret)) = (self.0, &client.secret) else {
            return check_secret_hash(client, username, sent);
        };
        let is_null = input.members().any(|(name, value)| name == "SecretHash" && *value == Value::Null);
        let Some(sent) = sent else {
            return match slip {
                HashSlip::Unchecked | HashSlip::NotRequired => Ok(()),
                HashSlip::NullPasses if is_null => Ok(()),
                _ => Err(Refusal::secret_hash_missing(&client.id)),
            };
        };
        let right = secret_hash(secret, username, &client.id);
        let hashed =
            HashInput { secret, username, client_id: &client.id, pool_id: &pool.id, other_username: "" };
        let others = pool.users().map(|user| user.username.as_str());
        if slip.takes((sent, &right), &hashed, others) {
            Ok(())
        } else {
            Err(Refusal::secret_hash_wrong(&client.id))
        }
    }

    /// The key of the user called `name`.
    pub(in super::super) fn key_of(self, pool: &Pool, name: &str) -> Option<String> {
        let found = |fits: &dyn Fn(&str) -> bool| {
            let mut names: Vec<&str> =
                pool.users().map(|user| user.username.as_str()).filter(|known| fits(known)).collect();
            names.sort_unstable();
            pool.key_of(names.first()?)
        };
        let own = pool.key_of(name).filter(|key| !self.is(Slip::SubIsNoName) || key == name);
        own.or_else(|| match self.slip()? {
            Slip::UsernameInAnyCase => found(&|known| known.eq_ignore_ascii_case(name)),
            Slip::UsernameByBeginning => found(&|known| name.starts_with(known)),
            _ => None,
        })
    }

    /// What is answered for an unknown user.
    pub(in super::super) fn unknown_user(self, client: &Client) -> Result<String, Refusal> {
        let is_hidden = client.existence_errors == ExistenceErrors::Hidden;
        match self.slip() {
            Some(Slip::AbsenceShown) => Err(Refusal::unknown_user()),
            Some(Slip::AbsenceHidden) => Err(Refusal::code_mismatch()),
            Some(Slip::AbsenceIsSuccess) if is_hidden => Ok("{}".to_owned()),
            Some(Slip::AbsenceIsExpiry) if is_hidden => Err(Refusal::code_expired()),
            Some(Slip::AbsenceIsNoClient) if is_hidden => Err(Refusal::unknown_client(&client.id)),
            _ => Err(unknown_user(client)),
        }
    }

    /// Checks whether the user may do anything.
    pub(in super::super) fn check_enabled(self, user: &User) -> Result<(), Refusal> {
        if self.is(Slip::DisabledIsWelcome) { Ok(()) } else { user.check_enabled() }
    }

    /// Checks the status, and what comes of it where it is not what it should be.
    pub(in super::super) fn check_status(
        self,
        pool: &mut Pool,
        key: &str,
        sent: &str,
    ) -> Result<Option<String>, Refusal> {
        let is_past =
            self.is(Slip::CodeBeforeStatus) && pool.past_codes(key).any(|code| code_text(code) == sent);
        let Some(user) = pool.user_at(key) else { return Ok(None) };
        let outcome = user.check_unconfirmed();
        let Err(refusal) = outcome else { return Ok(None) };
        match self.slip() {
            Some(Slip::StatusUnchecked) => Ok(None),
            Some(Slip::ConfirmedIsWelcome) => Ok(Some("{}".to_owned())),
            Some(Slip::ConfirmedTwiceIsNot) => {
                user.status = Status::Unconfirmed;
                Err(refusal)
            }
            Some(Slip::CodeBeforeStatus) if !is_past => Err(Refusal::code_mismatch()),
            _ => Err(refusal),
        }
    }

    /// Compares the code, and counts a failure.
    pub(in super::super) fn attempt(
        self,
        pool: &mut Pool,
        key: &str,
        input: &Value<'_>,
        now: i64,
    ) -> Result<(), Refusal> {
        let sent = input.text("ConfirmationCode").unwrap_or_default();
        match self.0 {
            Some(Fault::Slip(Slip::ForceSkipsCode)) if alias_conflict(input) == AliasConflict::Move => {
                return Ok(());
            }
            Some(Fault::Slip(Slip::AliasBeforeCode)) if alias_conflict(input) == AliasConflict::Refuse => {
                if let Some((contact, _)) = pool.other_holder(key) {
                    return Err(Refusal::alias_exists(contact.name()));
                }
            }
            Some(Fault::Code(slip)) => return attempt_with(slip, pool, key, (sent, now)),
            _ => {}
        }
        match pool.user_at(key) {
            Some(user) => attempt(user, sent, now),
            None => Err(Refusal::unknown_user()),
        }
    }

    /// Confirms the user.
    pub(in super::super) fn confirm(
        self,
        pool: &mut Pool,
        key: &str,
        input: &Value<'_>,
        now: i64,
    ) -> Result<(), Refusal> {
        let given = alias_conflict(input);
        let conflict = match self.slip() {
            Some(Slip::ForShow) => return Ok(()),
            Some(Slip::AliasShared | Slip::AliasAlwaysMoves) => AliasConflict::Move,
            Some(Slip::AliasNeverMoves) => AliasConflict::Refuse,
            _ => given,
        };
        let other = pool.other_holder(key);
        let outcome = pool.confirm(key, conflict, now);
        if let Some((contact, holder)) = other {
            match self.slip() {
                Some(Slip::AliasShared | Slip::HolderStaysVerified) => {
                    if let Some(holder) = pool.user_at(&holder) {
                        holder.verify(contact);
                    }
                }
                Some(Slip::HolderLosesAnyway) => {
                    if let Some(holder) = pool.user_at(&holder) {
                        holder.verified.clear();
                    }
                }
                Some(Slip::MovedUnverified) => unverify(pool, key),
                _ => {}
            }
        }
        if self.is(Slip::ContactUnverified) {
            unverify(pool, key);
        }
        outcome
    }
}

fn unverify(pool: &mut Pool, key: &str) {
    if let Some(user) = pool.user_at(key) {
        user.verified.clear();
    }
}

fn attempt_with(slip: CodeSlip, pool: &mut Pool, key: &str, (sent, now): (&str, i64)) -> Result<(), Refusal> {
    let limit = match slip {
        CodeSlip::LockedAfter(limit) => limit,
        CodeSlip::NeverLocked => usize::MAX,
        _ => FAILED_ATTEMPTS_MAX,
    };
    let is_exhausted = match slip {
        CodeSlip::AttemptsOfAllUsers => {
            pool.users().map(|user| user.failed_attempts.count()).sum::<usize>() >= limit
        }
        _ => pool.user_at(key).is_some_and(|user| user.failed_attempts.is_exhausted(limit, now)),
    };
    if is_exhausted {
        return Err(Refusal::attempt_limit());
    }
    let past: Vec<String> = pool.past_codes(key).map(code_text).collect();
    let others: Vec<String> =
        pool.users().filter_map(|user| user.code).map(|issued| code_text(issued.code)).collect();
    let Some(user) = pool.user_at(key) else {
        return Err(Refusal::unknown_user());
    };
    let Some(issued) = user.code else {
        return Err(Refusal::code_expired());
    };
    let right = code_text(issued.code);
    let has = |codes: &[String], code: &str| codes.iter().any(|known| known == code);
    if slip.takes((sent, &right), &|code| has(&others, code), &|code| has(&past, code)) {
        return Ok(());
    }
    user.failed_attempts.note(now);
    match slip {
        CodeSlip::WrongOneBurns => user.code = None,
        CodeSlip::RefusedButConfirmed => user.status = Status::Confirmed,
        _ => {}
    }
    Err(Refusal::code_mismatch())
}
