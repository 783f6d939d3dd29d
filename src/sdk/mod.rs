//! Plays the endpoint to an SDK, and judges what it sends and what it makes of the answers. Knows no terminal, and
//! nothing of how requests to a subject are made or judged.
//!
//! A [`SdkCase`] says what the SDK is asked to send, what it is answered, and what is expected of it. [`run`] gives
//! each case a fresh port of 127.0.0.1 and moves the SDK through a driver (the [`protocol`]); [`judge`](judge::judge)
//! draws the verdict from the bytes that came and from what the driver tells. [`check_driver`] tests a driver.

pub mod answer;
pub mod case;
pub mod case_file;
mod case_raw;
pub mod check;
mod driver;
mod driver_check;
mod environment;
mod finding;
pub mod json;
pub mod judge;
mod listener;
mod outcome_check;
pub mod protocol;
pub mod recording;
mod request_reader;
mod run;
mod shipped;
mod suite;
mod text;
mod view;
mod wire_check;

pub use answer::{Afterwards, Answer, Framing};
pub use case::{Credentials, Expected, Feature, Level, SdkCase, Wire};
pub use check::Check;
pub use driver::{DriverCommand, DriverError, START_LIMIT};
pub use driver_check::{DriverFinding, DriverReport, check_driver};
pub use finding::Finding;
pub use run::{Isolation, Plan, SdkError, as_reported, run};
pub use shipped::{SHIPPED, Shipped, ShippedError};
pub use suite::{of_folder, suite};
