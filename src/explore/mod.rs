//! Fuzzing sessions: what nobody wrote down is looked for, found, made smaller, kept and sent again. Knows neither reports
//! nor flags.
//!
//! * [`Source`] draws inputs: valid requests with labelled mutations stacked on them, bytes of earlier inputs changed with
//!   the help of a [`Dictionary`], and broken framing.
//! * [`Hunter`] sends them through a [`Stand`](crate::harness::Stand) and complains where an oracle is broken: the
//!   requirements, where the labels say what is expected, and the [oracles](Oracle) that need no expectation.
//! * [`Store`] keeps what was found, file by file, so that nothing is lost whatever ends the session.
//! * [`session`] puts them together over several connections; [`replay`] sends what is kept again.
//! * [`walk`] has the sessions over states, and the model that answers are compared with.

mod budget;
mod bytes;
mod compare;
mod complaint;
mod dictionary;
mod finding;
mod framing;
mod hunter;
mod input;
mod inspect;
mod oracle;
mod replay;
mod sequence;
mod session;
mod signature;
mod source;
mod store;
pub mod walk;

pub use budget::{SHRINK_RUNS_MAX, SHRINK_TIME_MAX};
pub use compare::{Compared, Difference, compare, compare_walks};
pub use complaint::{Complaint, Oracle};
pub use dictionary::{Dictionary, DictionaryError};
pub use finding::{Finding, FindingError, Trouble};
pub use hunter::{Caught, Hunter, REPLAYS, Tried};
pub use input::{FUZZED, Input, Made, is_opaque};
pub use replay::{Replayed, Standing, replay};
pub use session::{Limits, Mode, Progress, SessionEvent, Tally, session};
pub use signature::Signature;
pub use source::{GROUP, Source};
pub use store::{Kept, Merged, Store, StoreError, merge};
