//! How requests get to the subject: order, concurrency, pacing, limits, transports. Knows neither expectations nor
//! verdicts.

pub mod pace;
pub mod transport;
