//! Proof that a verdict means something: what the suite says of servers whose faults are known.
//!
//! * [`Floor`]: what [null servers](NullServer) score, which understand nothing. A check that every one of them passes
//!   proves nothing, and a score means little that is not far above theirs.
//! * [`KillTable`]: whether each of the [planted faults](Planted) is found, one at a time, by a requirement that names
//!   its cause.
//! * [`Benign`]: servers that differ in what nothing is attested of have no mismatch.
//!
//! * [`Hunt`]: which planted faults a fuzzing session finds, without any case that somebody wrote down.
//!
//! Everything runs in process: the reference server behind a [`Door`], the harness as in any other run. Set-up is never
//! disturbed, so that the checks themselves are measured.

mod arena;
mod benign;
mod catalogue;
mod connection;
mod door;
mod error;
mod floor;
mod html;
mod hunt;
mod hunt_text;
mod json;
mod kill;
mod null_server;
mod planted;
mod pool;
mod proof;
mod standing;
mod summary;
mod text;
mod variant;

pub use benign::{Benign, Difference, Tolerance, Variant};
pub use door::{Asking, Door, Doorway, Open};
pub use error::ProveError;
pub use floor::{FLOOR_PERCENT_MAX, Floor, LayerScore, NullScore};
pub use html::write_html;
pub use hunt::{Hunt, HuntOptions, HuntRow, HuntedDown};
pub use hunt_text::write_hunt;
pub use json::{SCHEMA_VERSION, write_json};
pub use kill::{Cases, Find, Kill, KillTable};
pub use null_server::NullServer;
pub use planted::{Family, Origin, Planted, Site};
pub use proof::Proof;
pub use standing::{Standing, Telling};
pub use summary::{BestNull, Summary};
pub use text::write_text;
