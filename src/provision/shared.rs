//! User pools and app clients that the cases of a run share: made once, one after the other and in a fixed order, so
//! that the reference server hands out the same ids in every run.

use super::{ControlPlane, Ledger, Left, Origin, ProvisionError};
use crate::case::{Case, ClientKind, Fixture, PoolKind, UserState};
use crate::replay::transport::Transport;
use crate::secret_hash::Secret;
use crate::subject::Operation;
use crate::template::Binding;
use crate::wire::WireFault;
use std::collections::{BTreeMap, BTreeSet};

/// What the selected cases need.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demand {
    clients: BTreeSet<(PoolKind, ClientKind)>,
    other_pool: bool,
    deleted_client: bool,
}

impl Demand {
    /// Adds what one fixture needs, with the late-bound values of its requests.
    pub fn add(&mut self, fixture: &Fixture, needs: &[Binding]) {
        self.clients.insert((fixture.pool, fixture.client));
        self.other_pool |= fixture.user == UserState::OtherPool || needs.contains(&Binding::OtherClientId);
        self.deleted_client |= needs.contains(&Binding::DeletedClientId);
    }

    /// What these cases and their twins need.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut demand = Self::default();
        for case in cases {
            demand.add(&case.fixture, &needs_of(case));
            if let Some(twin) = &case.twin {
                let fixture = twin.fixture.as_ref().unwrap_or(&case.fixture);
                demand.add(fixture, &twin.request.bindings());
            }
        }
        demand
    }
}

/// The late-bound values of all steps of a case, and of a twin that the same user is used for.
pub fn needs_of(case: &Case) -> Vec<Binding> {
    let steps = case.steps.iter().flat_map(|step| step.request.bindings());
    let own_twin = case.twin.iter().filter(|twin| twin.fixture.is_none());
    let mut needs: Vec<Binding> = steps.chain(own_twin.flat_map(|twin| twin.request.bindings())).collect();
    needs.sort();
    needs.dedup();
    needs
}

/// An app client and the pool that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The id of the user pool.
    pub pool_id: String,
    /// The id of the app client.
    pub id: String,
    /// Its secret, if it has one.
    pub secret: Option<Secret>,
}

impl Client {
    /// What set-up calls name it by.
    pub(super) fn credentials(&self) -> (&str, Option<&Secret>) {
        (&self.id, self.secret.as_ref())
    }
}

type Made<T> = Result<T, ProvisionError>;

/// The shared user pools and app clients. Where one could not be made, only the cases that need it are touched.
#[derive(Debug)]
pub struct Shared {
    clients: BTreeMap<(PoolKind, ClientKind), Made<Client>>,
    other_pool: Option<Made<Client>>,
    deleted_client: Option<Made<String>>,
}

impl Shared {
    /// Makes what `demand` names. `run` is the first part of every name. Fails at once where the subject gives no
    /// answer, or the ledger cannot be written.
    pub async fn create<T: Transport>(
        plane: &mut ControlPlane<T>,
        ledger: &mut Ledger,
        origin: &Origin,
        run: &str,
        demand: &Demand,
    ) -> Result<Self, ProvisionError> {
        let mut maker = Maker { plane, ledger, origin, run };
        let mut pools: BTreeMap<PoolKind, Made<String>> = BTreeMap::new();
        let mut clients = BTreeMap::new();
        for (pool, client) in &demand.clients {
            if !pools.contains_key(pool) {
                let made = soft(maker.pool(*pool, pool.name()).await)?;
                pools.insert(*pool, made);
            }
            let pool_id = pools.get(pool).cloned().unwrap_or_else(|| Err(unmade("user pool")));
            let made = soft(maker.client_in(pool_id, *client).await)?;
            clients.insert((*pool, *client), made);
        }
        let other_pool = if demand.other_pool {
            let pool_id = soft(maker.pool(PoolKind::Plain, "other").await)?;
            Some(soft(maker.client_in(pool_id, ClientKind::Public).await)?)
        } else {
            None
        };
        let deleted_client = if demand.deleted_client {
            let pool_id = pools.into_values().next().unwrap_or_else(|| Err(unmade("user pool")));
            Some(soft(maker.deleted_client(pool_id).await)?)
        } else {
            None
        };
        Ok(Self { clients, other_pool, deleted_client })
    }

    /// The app client that a fixture names.
    pub fn client(&self, pool: PoolKind, client: ClientKind) -> Result<&Client, ProvisionError> {
        let made = self.clients.get(&(pool, client));
        match made {
            Some(made) => made.as_ref().map_err(Clone::clone),
            None => Err(unmade("app client")),
        }
    }

    /// The app client of another pool.
    pub fn other_pool(&self) -> Result<&Client, ProvisionError> {
        match &self.other_pool {
            Some(made) => made.as_ref().map_err(Clone::clone),
            None => Err(unmade("other user pool")),
        }
    }

    /// The id of an app client that was deleted.
    pub fn deleted_client(&self) -> Result<&str, ProvisionError> {
        match &self.deleted_client {
            Some(made) => made.as_deref().map_err(Clone::clone),
            None => Err(unmade("deleted app client")),
        }
    }
}

fn unmade(what: &str) -> ProvisionError {
    ProvisionError::Missing(format!("no {what} was made for this case"))
}

/// A refusal stays with the thing that was refused; a subject that does not answer, or a ledger that cannot be written,
/// ends the set-up.
fn soft<V>(made: Made<V>) -> Result<Made<V>, ProvisionError> {
    match made {
        Err(
            error @ (ProvisionError::Wire { .. }
            | ProvisionError::Ledger(_)
            | ProvisionError::Signing(_)
            | ProvisionError::Unwritable { .. }),
        ) => Err(error),
        made => Ok(made),
    }
}

/// A refusal made nothing, nor did a call that was never sent; after any other failure there may be a pool.
fn made_nothing(error: &ProvisionError) -> bool {
    match error {
        ProvisionError::Refused { .. }
        | ProvisionError::Missing(_)
        | ProvisionError::Signing(_)
        | ProvisionError::Unwritable { .. } => true,
        ProvisionError::Wire { fault, .. } => {
            matches!(fault, WireFault::Unreachable { .. } | WireFault::Tls { .. })
        }
        ProvisionError::Answer { .. } | ProvisionError::Code(_) | ProvisionError::Ledger(_) => false,
    }
}

struct Maker<'a, T> {
    plane: &'a mut ControlPlane<T>,
    ledger: &'a mut Ledger,
    origin: &'a Origin,
    run: &'a str,
}

impl<T: Transport> Maker<'_, T> {
    async fn pool(&mut self, kind: PoolKind, part: &str) -> Made<String> {
        let name = format!("{}-{part}", self.run);
        self.plane.require(Operation::CreateUserPool)?;
        self.ledger.intend(self.origin, &name)?;
        match self.plane.create_user_pool(kind, &name).await {
            Ok(id) => {
                self.ledger.created(self.origin, &name, &id)?;
                Ok(id)
            }
            Err(error) => {
                if made_nothing(&error) {
                    let intended = Left { origin: self.origin.clone(), name, id: None };
                    self.ledger.deleted(&intended)?;
                }
                Err(error)
            }
        }
    }

    async fn client_in(&mut self, pool_id: Made<String>, kind: ClientKind) -> Made<Client> {
        let pool_id = pool_id?;
        let name = format!("{}-{kind}", self.run);
        let (id, secret) = self.plane.create_user_pool_client(&pool_id, kind, &name).await?;
        Ok(Client { pool_id, id, secret })
    }

    async fn deleted_client(&mut self, pool_id: Made<String>) -> Made<String> {
        self.plane.require(Operation::DeleteUserPoolClient)?;
        let client = self.client_in(pool_id, ClientKind::Public).await?;
        self.plane.delete_user_pool_client(&client.pool_id, &client.id).await?;
        Ok(client.id)
    }
}
