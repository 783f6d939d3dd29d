//! Everything that was proven, and whether it holds.

use super::{Floor, NullServer, ProveError};

/// What was proven; a part that was not asked for is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    /// What null servers score.
    pub floor: Option<Floor>,
}

impl Proof {
    /// Adds the part on null servers.
    pub fn with_floor(self) -> Result<Self, ProveError> {
        Ok(Self { floor: Some(Floor::of(&NullServer::all())?), ..self })
    }

    /// Whether every part holds.
    pub fn holds(&self) -> bool {
        self.floor.as_ref().is_none_or(Floor::holds)
    }
}
