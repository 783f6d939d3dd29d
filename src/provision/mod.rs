//! Pools, app clients, users and codes through the public API, and the ledger of what must be cleaned up. Knows no
//! expectations.
//!
//! The calls of this stage are ordinary traffic: their bodies are written and read as JSON values. What a case sends
//! never passes through here.

mod authoriser;
mod control_plane;
mod error;
mod ledger;
mod premade;
mod shared;
mod sweep;
mod user;
mod username;

pub use authoriser::{Authoriser, SigningError};
pub use control_plane::{ControlPlane, SignedUp, UserSeen};
pub use error::ProvisionError;
pub use ledger::{Ledger, LedgerError, Left, Origin, Resource};
pub use premade::Premade;
pub use shared::{Client, Demand, Shared, needs_of};
pub use sweep::{Swept, sweep};
pub use user::{Provisioned, Provisioner};
