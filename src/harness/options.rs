//! What a run is told, without flags.

use super::Filter;
use crate::requirement::Attestation;
use crate::seed::Seed;

/// Cases are sent over this many connections at a time unless told otherwise.
pub const JOBS_DEFAULT: usize = 8;

/// More connections than this are refused: they would measure the machine, not the subject.
pub const JOBS_MAX: usize = 256;

/// When to stop early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailFast {
    /// Run every case.
    #[default]
    No,
    /// Stop after the first mismatch.
    Yes,
}

/// What a run is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed of everything that is generated.
    pub seed: Seed,
    /// How many cases run at a time, 1 to [`JOBS_MAX`].
    pub jobs: usize,
    /// How many cases to run in all, repeating generation with fresh seeds. `None`: the suite once.
    pub cases: Option<u64>,
    /// Which cases to run.
    pub filter: Filter,
    /// The weakest attestation that fails the run.
    pub gate: Attestation,
    /// When to stop early.
    pub fail_fast: FailFast,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: Seed::DEFAULT,
            jobs: JOBS_DEFAULT,
            cases: None,
            filter: Filter::default(),
            gate: Attestation::Recorded,
            fail_fast: FailFast::No,
        }
    }
}
