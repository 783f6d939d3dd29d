//! The run: rounds of cases over concurrent lanes, until all are done or something stops them.

use super::case_run::{Bench, Lane, run_case};
use super::meter::{Meter, Metered};
use super::options::{FailFast, Options};
use super::suite::Rules;
use crate::case::Case;
use crate::event::{CaseReport, RunEnd, RunEvent, Verdict};
use crate::generate;
use crate::provision::{ProvisionError, Provisioner, Shared};
use crate::replay::pace::Pace;
use crate::replay::transport::Transport;
use crate::subject::Auth;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// After this many cases in a row without a verdict for want of an answer the run ends: the subject is gone.
pub const TROUBLES_IN_A_ROW_MAX: usize = 64;

/// What the harness cannot work without.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarnessError {
    /// No case is left after filtering.
    #[error("no case is selected")]
    NothingSelected,
    /// The subject could not be set up at all.
    #[error("the subject could not be set up")]
    SetUp(#[source] ProvisionError),
}

/// Where events go.
pub type Emit = Box<dyn FnMut(RunEvent)>;

/// What a run needs besides its options.
pub struct Parts<C> {
    /// What expectations are derived from.
    pub rules: Rules,
    /// Makes a connection.
    pub connect: C,
    /// How ConfirmSignUp is signed, if it is.
    pub sign: Auth,
    /// The request rate.
    pub pace: Pace,
    /// The counters.
    pub meter: Rc<Meter>,
    /// Becomes a reason when the run has to stop.
    pub stop: watch::Receiver<Option<String>>,
    /// Where events go.
    pub emit: Emit,
}
