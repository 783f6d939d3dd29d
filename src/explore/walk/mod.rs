//! Walks over states: several users, app clients and codes, one operation after the other or two at a time, compared with a
//! model of the state. The model only says what is done to whom in which state; what is then expected is for the
//! requirements to say, so that nothing is expected that is not attested.
//!
//! # The form in a file
//!
//! | key | type | meaning |
//! |---|---|---|
//! | `pool` | string | a [`PoolKind`](crate::case::PoolKind) by name |
//! | `op` | tables | the operations in order; `do` is `sign-up`, `resend`, `confirm`, `at-once`, `disable` or `delete` |
//! | `user` | integer | 0 to 2; users 0 and 1 have the same e-mail address |
//! | `client` | string | of `confirm`: a [`ClientKind`](crate::case::ClientKind) by name |
//! | `code` | string | of `confirm`: `right`, `wrong`, `superseded`, `spent` or `other-user` |
//! | `force` | boolean | of `confirm`: `ForceAliasCreation`; left out, it is not sent |
//! | `one`, `other` | tables | of `at-once`: two confirmations with the four keys above |

mod case;
mod model;
mod run;

pub(super) use run::run;
pub use run::{WalkError, Walked, trace};

use super::budget::Budget;
use super::complaint::Complaint;
use super::hunter::Hunter;
use crate::replay::transport::Transport;
use crate::seed::Seed;
use crate::wire;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many users walk about.
pub const USERS: usize = 3;

/// The most operations of a drawn walk.
pub const OPERATIONS_MAX: usize = 16;

/// The app client that asks for the least.
const PLAINEST: &str = "public";

/// Making one walk smaller ends after so many runs.
const SHRINK_RUNS_MAX: usize = 200;

/// Which code a confirmation sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The one that is valid.
    Right,
    /// One that never was.
    Wrong,
    /// The one before it.
    Superseded,
    /// One that has confirmed the user, or one of an earlier user of that name.
    Spent,
    /// The one of another user.
    OtherUser,
}

/// One ConfirmSignUp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Who is confirmed.
    pub user: usize,
    /// Through which app client, by name.
    pub client: String,
    /// With which code.
    pub code: Code,
    /// `ForceAliasCreation`, where it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// One step of a walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Op {
    /// SignUp.
    SignUp {
        /// Who.
        user: usize,
    },
    /// ResendConfirmationCode.
    Resend {
        /// For whom.
        user: usize,
    },
    /// ConfirmSignUp.
    Confirm(Confirmation),
    /// Two of them at the same time.
    AtOnce {
        /// One.
        one: Confirmation,
        /// The other.
        other: Confirmation,
    },
    /// AdminDisableUser.
    Disable {
        /// Whom.
        user: usize,
    },
    /// AdminDeleteUser.
    Delete {
        /// Whom.
        user: usize,
    },
}

/// A walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walk {
    /// The kind of pool, by name.
    pub pool: String,
    /// The operations in order.
    pub op: Vec<Op>,
}

impl fmt::Display for Walk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.pool)?;
        for (at, op) in self.op.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{op}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignUp { user } => write!(f, "sign-up {user}"),
            Self::Resend { user } => write!(f, "resend {user}"),
            Self::Confirm(confirmation) => write!(f, "confirm {confirmation}"),
            Self::AtOnce { one, other } => write!(f, "at-once ({one} | {other})"),
            Self::Disable { user } => write!(f, "disable {user}"),
            Self::Delete { user } => write!(f, "delete {user}"),
        }
    }
}

impl fmt::Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self.code {
            Code::Right => "right",
            Code::Wrong => "wrong",
            Code::Superseded => "superseded",
            Code::Spent => "spent",
            Code::OtherUser => "other-user",
        };
        write!(f, "{} {code} {}", self.user, wire::escape(self.client.as_bytes()))?;
        match self.force {
            Some(force) => write!(f, " force={force}"),
            None => Ok(()),
        }
    }
}

impl Walk {
    /// Draws one; the same seed gives the same walk.
    pub fn draw(seed: Seed) -> Self {
        let mut rng = seed.rng();
        let pool = if rng.below(2) == 0 { "plain" } else { "email-alias" };
        let clients: &[&str] = match rng.below(3) {
            0 => &["public"],
            1 => &["public", "secret"],
            _ => &["public", "secret", "existence-hidden"],
        };
        let length = 3 + rng.below(OPERATIONS_MAX - 2);
        let mut op = vec![Op::SignUp { user: 0 }];
        while op.len() < length {
            let user = rng.below(USERS);
            let mut confirmation = |user: usize| Confirmation {
                user,
                client: rng.pick(clients).copied().unwrap_or("public").to_owned(),
                code: rng
                    .pick(&[
                        Code::Right,
                        Code::Right,
                        Code::Right,
                        Code::Wrong,
                        Code::Superseded,
                        Code::Spent,
                        Code::OtherUser,
                    ])
                    .copied()
                    .unwrap_or(Code::Right),
                force: rng.pick(&[None, None, Some(true), Some(false)]).copied().flatten(),
            };
            let (one, other) = (confirmation(user), confirmation(user));
            op.push(match rng.below(16) {
                0..=3 => Op::SignUp { user },
                4 | 5 => Op::Resend { user },
                6..=11 => Op::Confirm(one),
                12 => Op::AtOnce { one, other: Confirmation { user: rng.below(USERS), ..other } },
                13 => Op::AtOnce { one, other },
                14 => Op::Disable { user },
                _ => Op::Delete { user },
            });
        }
        Self { pool: pool.to_owned(), op }
    }

    /// The least of it that still `fails` for a reason like `complaint`, with what is said of it then.
    pub async fn smallest<T: Transport>(
        &self,
        hunter: &mut Hunter<T>,
        complaint: &Complaint,
    ) -> (Self, Complaint) {
        let (mut smallest, mut says) = (self.clone(), complaint.clone());
        let mut budget = Budget::new(SHRINK_RUNS_MAX);
        let mut size = smallest.op.len().next_power_of_two();
        while size > 0 {
            let mut at = 0;
            while at < smallest.op.len() {
                let mut fewer = smallest.clone();
                let end = (at + size).min(fewer.op.len());
                fewer.op.drain(at..end);
                if !budget.take() {
                    return (smallest, says);
                }
                match hunter.walk(&fewer).await.ok().and_then(|walked| walked.wrong) {
                    Some((last, found)) if found.is_like(complaint) => {
                        // What comes behind the step that is wrong has no part in it.
                        fewer.op.truncate(last + 1);
                        (smallest, says) = (fewer, found);
                    }
                    _ => at += size,
                }
            }
            size /= 2;
        }
        'simpler: loop {
            for candidate in smallest.simpler() {
                if !budget.take() {
                    return (smallest, says);
                }
                match hunter.walk(&candidate).await.ok().and_then(|walked| walked.wrong) {
                    Some((_, found)) if found.is_like(complaint) => {
                        (smallest, says) = (candidate, found);
                        continue 'simpler;
                    }
                    _ => {}
                }
            }
            return (smallest, says);
        }
    }

    /// The same with one operation after the other.
    pub(super) fn in_turn(&self) -> Self {
        let one_by_one = |op: &Op| match op {
            Op::AtOnce { one, other } => vec![Op::Confirm(one.clone()), Op::Confirm(other.clone())],
            op => vec![op.clone()],
        };
        Self { pool: self.pool.clone(), op: self.op.iter().flat_map(one_by_one).collect() }
    }

    /// The same with one operation made plainer: one after the other instead of two at the same time, no member that is not
    /// needed, an app client without a secret.
    fn simpler(&self) -> Vec<Self> {
        let mut found = Vec::new();
        for (at, op) in self.op.iter().enumerate() {
            let mut with = |ops: &[Op]| {
                let mut plainer = self.clone();
                plainer.op.splice(at..=at, ops.iter().cloned());
                found.push(plainer);
            };
            match op {
                Op::AtOnce { one, other } => {
                    let [one, other] = [one, other].map(|confirmation| Op::Confirm(confirmation.clone()));
                    with(std::slice::from_ref(&one));
                    with(std::slice::from_ref(&other));
                    with(&[one.clone(), other.clone()]);
                    with(&[other, one]);
                }
                Op::Confirm(confirmation) => {
                    if confirmation.force.is_some() {
                        with(&[Op::Confirm(Confirmation { force: None, ..confirmation.clone() })]);
                    }
                    if confirmation.client != PLAINEST {
                        let client = PLAINEST.to_owned();
                        with(&[Op::Confirm(Confirmation { client, ..confirmation.clone() })]);
                    }
                }
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_reads_back_as_it_was_written() {
        for number in 0..200 {
            let walk = Walk::draw(Seed(number));
            let text = toml::to_string(&walk).unwrap();
            assert_eq!(toml::from_str::<Walk>(&text).unwrap(), walk, "{text}");
        }
    }

    #[test]
    fn in_turn_nothing_is_done_at_the_same_time_and_nothing_is_left_out() {
        let is_at_once = |op: &&Op| matches!(op, Op::AtOnce { .. });
        let mut pairs = 0;
        for number in 0..200 {
            let walk = Walk::draw(Seed(number));
            let (before, in_turn) = (walk.op.iter().filter(is_at_once).count(), walk.in_turn());
            assert_eq!(in_turn.op.iter().filter(is_at_once).count(), 0, "{in_turn}");
            assert_eq!(in_turn.op.len(), walk.op.len() + before, "{in_turn}");
            pairs += before;
        }
        assert!(pairs > 50, "{pairs}");
    }
}
