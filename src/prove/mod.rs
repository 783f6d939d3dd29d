//! Proof that a verdict means something: what the suite says of servers whose faults are known.
//!
//! * [`Floor`]: what [null servers](NullServer) score, which understand nothing. A check that every one of them passes
//!   proves nothing, and a score means little that is not far above theirs.
//!
//! Everything runs in process: the reference server behind a [`Door`], the harness as in any other run. Set-up is never
//! disturbed, so that the checks themselves are measured.

mod arena;
mod door;
mod error;
mod floor;
mod null_server;
mod pool;
mod proof;
mod summary;
mod text;

pub use door::{Asking, Door, Doorway, Open};
pub use error::ProveError;
pub use floor::{FLOOR_PERCENT_MAX, Floor, LayerScore, NullScore};
pub use null_server::NullServer;
pub use proof::Proof;
pub use summary::{BestNull, Summary};
pub use text::write_text;
