//! What a run is told, without flags.

use crate::known::KnownList;
use crate::requirement::Attestation;
use crate::seed::Seed;
use crate::shard::Shard;
use std::fmt;
use std::rc::Rc;

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

/// Which exchanges are kept in the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Record {
    /// Those of cases that are more than a pass.
    #[default]
    Failures,
    /// All.
    Everything,
    /// All, with the values that differ in every answer as they were sent: for who compares them with each other. What
    /// reports are made of comes out of it by [`as_reported`](super::as_reported).
    AsSent,
    /// None: for who only counts verdicts.
    Nothing,
}

/// Whether events tell all that was seen of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Capturing {
    /// They do not.
    #[default]
    Off,
    /// They do, as [`CaseCaptured`](crate::event::RunEvent::CaseCaptured).
    On,
}

/// Decides by the names of a case.
type Chooser = dyn Fn(&[&str]) -> bool;

/// Which cases run: given the names of a case (its id, its layer, the requirements that govern it), whether it is taken.
#[derive(Clone)]
pub struct Select(Rc<Chooser>);

impl Select {
    /// Takes the cases for whose names `chooser` says yes.
    pub fn new(chooser: impl Fn(&[&str]) -> bool + 'static) -> Self {
        Self(Rc::new(chooser))
    }

    /// Takes every case.
    pub fn everything() -> Self {
        Self::new(|_| true)
    }

    /// Whether a case with these names is taken.
    pub fn takes(&self, names: &[&str]) -> bool {
        (self.0)(names)
    }
}

impl fmt::Debug for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Select")
    }
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
    pub select: Select,
    /// The weakest attestation that fails the run.
    pub gate: Attestation,
    /// When to stop early.
    pub fail_fast: FailFast,
    /// How often a case that ends in a mismatch is run again before it counts, 0 to [`CONFIRMATIONS_MAX`].
    ///
    /// [`CONFIRMATIONS_MAX`]: super::CONFIRMATIONS_MAX
    pub confirmations: u8,
    /// What the subject is known to get wrong.
    pub known: Rc<KnownList>,
    /// Which exchanges are kept.
    pub record: Record,
    /// Whether events tell all that was seen.
    pub capturing: Capturing,
    /// Which part of the cases to run. `None`: all.
    pub shard: Option<Shard>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: Seed::DEFAULT,
            jobs: JOBS_DEFAULT,
            cases: None,
            select: Select::everything(),
            gate: Attestation::Recorded,
            fail_fast: FailFast::No,
            confirmations: 0,
            known: Rc::default(),
            record: Record::Failures,
            capturing: Capturing::Off,
            shard: None,
        }
    }
}
