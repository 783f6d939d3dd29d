//! Everything that was proven, and whether it holds.

use super::{Cases, Floor, KillTable, NullServer, Planted, ProveError};

/// What was proven; a part that was not asked for is `None`.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// What null servers score.
    pub floor: Option<Floor>,
    /// Which planted faults are found.
    pub kills: Option<KillTable>,
}

impl Proof {
    /// Adds the part on null servers.
    pub fn with_floor(self) -> Result<Self, ProveError> {
        Ok(Self { floor: Some(Floor::of(&NullServer::all())?), ..self })
    }

    /// Adds the part on planted faults.
    pub fn with_kills(self) -> Result<Self, ProveError> {
        Ok(Self { kills: Some(KillTable::of(&Planted::all(), Cases::All)?), ..self })
    }

    /// Whether every part holds.
    pub fn holds(&self) -> bool {
        self.floor.as_ref().is_none_or(Floor::holds) && self.kills.as_ref().is_none_or(KillTable::holds)
    }
}
