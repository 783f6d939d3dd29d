//! Deletes what the ledger says is left.

use super::{ControlPlane, Ledger, LedgerError, Left, Origin, ProvisionError};
use crate::replay::transport::Transport;

/// What became of one thing that was left.
#[derive(Debug, Clone)]
pub struct Swept {
    /// The thing.
    pub left: Left,
    /// How many user pools were deleted for it, or why it is still there.
    pub outcome: Result<usize, ProvisionError>,
}

/// Deletes what is left at `origin`. What could not be deleted stays in the ledger. All of it may be done twice: a pool
/// that is not there counts as deleted.
pub async fn sweep<T: Transport>(
    plane: &mut ControlPlane<T>,
    ledger: &mut Ledger,
    origin: &Origin,
) -> Result<Vec<Swept>, LedgerError> {
    let here: Vec<Left> = ledger.left().iter().filter(|left| left.origin == *origin).cloned().collect();
    let mut swept = Vec::with_capacity(here.len());
    for left in here {
        let outcome = delete(plane, &left).await;
        if outcome.is_ok() {
            ledger.deleted(&left)?;
        }
        swept.push(Swept { left, outcome });
    }
    Ok(swept)
}

async fn delete<T: Transport>(plane: &mut ControlPlane<T>, left: &Left) -> Result<usize, ProvisionError> {
    if let Some(id) = &left.id {
        plane.delete_user_pool(id).await?;
        return Ok(1);
    }
    let ids = plane.user_pools_named(&left.name).await?;
    for id in &ids {
        plane.delete_user_pool(id).await?;
    }
    Ok(ids.len())
}
