//! The only room that sees every stage: it wires them and knows neither flags nor colours.

mod case_run;
mod confirmation;
mod meter;
mod options;
mod premade;
mod run;
mod share;
mod stand;
mod suite;

pub use case_run::as_reported;
pub use confirmation::CONFIRMATIONS_MAX;
pub use meter::{Meter, Metered};
pub use options::{Capturing, FailFast, JOBS_DEFAULT, JOBS_MAX, Options, Record, Select};
pub use premade::settle_twin;
pub use run::{
    CASES_PER_POOL, HarnessError, Plan, Purpose, Supply, TROUBLES_IN_A_ROW_MAX, known_problems, run,
};
pub use stand::{CASES_PER_STAND, GLANCES_PER_USER_MAX, Parts, Stand, Trial};
pub use suite::{Rules, Selected};
