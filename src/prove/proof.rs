//! Everything that was proven, and whether it holds.

use super::{Benign, Cases, Floor, KillTable, NullServer, Planted, ProveError, Variant};

/// What was proven; a part that was not asked for is `None`.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// What null servers score.
    pub floor: Option<Floor>,
    /// Which planted faults are found.
    pub kills: Option<KillTable>,
    /// What the suite says of benign variants.
    pub benign: Option<Benign>,
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

    /// Adds the part on benign variants.
    pub fn with_benign(self) -> Result<Self, ProveError> {
        Ok(Self { benign: Some(Benign::of(&Variant::all())?), ..self })
    }

    /// Whether every part holds.
    pub fn holds(&self) -> bool {
        self.floor.as_ref().is_none_or(Floor::holds)
            && self.kills.as_ref().is_none_or(KillTable::holds)
            && self.benign.as_ref().is_none_or(Benign::holds)
    }
}
