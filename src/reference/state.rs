//! Everything the server remembers: pools, app clients, and how many of each there were.

use super::fault::{Fault, Memory, Planted};
use super::identifier;
use super::pool::Pool;
use super::refusal::Refusal;
use crate::secret_hash::Secret;
use crate::seed::Seed;
use std::collections::{BTreeMap, HashMap};

/// How many user pools there may be at a time.
pub(super) const POOLS_MAX: usize = 10_000;

/// How many app clients there may be at a time, over all pools.
pub(super) const CLIENTS_MAX: usize = 100_000;

/// How many users there may be at a time in one pool.
pub(super) const USERS_PER_POOL_MAX: usize = 400_000;

/// The state of the server. It starts empty; the same seed and the same requests give the same answers. A copy goes on by
/// itself.
#[derive(Debug, Clone)]
pub struct State {
    seed: Seed,
    /// By id.
    pub(super) pools: BTreeMap<String, Pool>,
    /// By id.
    pub(super) clients: HashMap<String, Client>,
    pools_made: u64,
    clients_made: u64,
    requests: u64,
    fault: Option<Fault>,
    /// What a faulty server remembers beside its state.
    pub(super) memory: Memory,
}

/// Whether the server answers as if an unknown user existed (`PreventUserExistenceErrors`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExistenceErrors {
    /// `LEGACY`, and what an app client has that says nothing (SEM-003).
    Shown,
    /// `ENABLED` (SEM-004).
    Hidden,
}

/// Whether sign-in by choice is allowed (`ALLOW_USER_AUTH`), so that a confirmation opens a session (SEM-048).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UserAuth {
    /// It is.
    Allowed,
    /// It is not.
    NotAllowed,
}

/// An app client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) pool_id: String,
    pub(super) secret: Option<Secret>,
    pub(super) existence_errors: ExistenceErrors,
    /// As given.
    pub(super) auth_flows: Vec<String>,
    pub(super) user_auth: UserAuth,
    /// Unix seconds.
    pub(super) created: i64,
}

impl State {
    /// An empty state whose ids, secrets and codes follow from `seed`.
    pub fn new(seed: Seed) -> Self {
        Self {
            seed,
            pools: BTreeMap::new(),
            clients: HashMap::new(),
            pools_made: 0,
            clients_made: 0,
            requests: 0,
            fault: None,
            memory: Memory::default(),
        }
    }

    /// Plants a fault, or takes away the one that is planted. It holds from the next request on.
    pub fn plant(&mut self, fault: Option<Fault>) {
        self.fault = fault;
    }

    /// What is planted.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// What is planted, for the checks of ConfirmSignUp.
    pub(super) fn planted(&self) -> Planted {
        Planted(self.fault)
    }

    /// The id of the next request.
    pub(super) fn next_request_id(&mut self) -> String {
        self.requests += 1;
        identifier::uuid(self.seed.split("request").round(self.requests))
    }

    /// The ordinal and the seed of the next pool.
    pub(super) fn next_pool(&mut self) -> (u64, Seed) {
        self.pools_made += 1;
        (self.pools_made, self.seed.split("pool").round(self.pools_made))
    }

    /// The seed of the next app client.
    pub(super) fn next_client(&mut self) -> Seed {
        self.clients_made += 1;
        self.seed.split("client").round(self.clients_made)
    }

    /// The pool with this id.
    pub(super) fn pool_mut(&mut self, pool_id: &str) -> Result<&mut Pool, Refusal> {
        self.pools.get_mut(pool_id).ok_or_else(|| Refusal::unknown_pool(pool_id))
    }

    /// The app client with this id, and its pool.
    pub(super) fn client_and_pool(&mut self, client_id: &str) -> Result<(&Client, &mut Pool), Refusal> {
        let client = self.clients.get(client_id).ok_or_else(|| Refusal::unknown_client(client_id))?;
        // A pool takes its clients with it when it is deleted, so this one is there.
        let pool = self.pools.get_mut(&client.pool_id).ok_or_else(|| Refusal::unknown_client(client_id))?;
        Ok((client, pool))
    }
}
